"""The deck: what was pinned, in order; shown from here to an audience, or taken along as a file."""

from collections.abc import Callable

import streamlit as st

from core.picturezip import picture_zip
from core.powerpoint import powerpoint
from core.saved import StoreError
from core.slide import Slide
from core.slideshow import slideshow
from dashboard import checkpoint_choice, decks, frame, navigation, pins, presenting, resources, words

PPTX = "application/vnd.openxmlformats-officedocument.presentationml.presentation"


def nothing() -> None:
    """What to do where nothing is pinned, or nothing can be."""
    if not resources.cards():
        checkpoint_choice.none_here(tuple(words.FAMILIES))
        return
    with st.container(border=True):
        st.subheader("Nothing is pinned yet", anchor=False)
        st.markdown(
            "Open any page, arrange what you want to show, and press **Pin** beside its title: the picture comes "
            "here with a caption and a link that reopens the very view."
        )
        with st.container(horizontal=True, vertical_alignment="center"):
            if st.button("Pin an example", key="deck_example", type="primary", icon=":material/keep:"):
                pins.want("interpolate")
                st.switch_page(navigation.path("interpolate"))
            for name in ("latent_map", "clusters", "interpolate"):
                st.page_link(navigation.path(name), width="content")


def files(count: int) -> None:
    """Files of the deck, made when they are asked for."""
    root = decks.root()
    kinds: dict[str, tuple[str, Callable[[], bytes | str], str, str]] = {
        "html": (
            "HTML",
            lambda: slideshow(decks.whole()),
            "text/html",
            "One file that works offline in any browser: arrow keys, light and dark, prints one slide a page.",
        ),
        "pptx": (
            "PowerPoint",
            lambda: powerpoint(decks.whole(), root=root),
            PPTX,
            "16:9, a picture, its title and caption on each slide; the note says where it comes from.",
        ),
        "zip": (
            "PNG",
            lambda: picture_zip(decks.whole()),
            "application/zip",
            "A zip file of numbered pictures, with captions.csv; films are GIFs too.",
        ),
    }
    for ending, (label, make, mime, told) in kinds.items():
        st.download_button(
            label,
            make,
            f"morphospace-deck.{ending}",
            mime,
            key=f"deck_{ending}",
            icon=":material/download:",
            on_click="ignore",
            help=f"{count} slides. {told}",
        )


def head(slides: tuple[Slide, ...]) -> None:
    """What is done with the deck as a whole."""
    with st.container(horizontal=True, vertical_alignment="center"):
        icon, help = (
            ":material/slideshow:",
            "From the first slide. Arrow keys step, Esc leaves, F fills the screen.",
        )
        st.button("Present", key="deck_present", type="primary", icon=icon, on_click=presenting.start, help=help)
        files(len(slides))
        icon, help = ":material/delete_sweep:", "Takes all slides out; one click brings them back."
        st.button("Clear", key="deck_clear", type="tertiary", icon=icon, on_click=decks.clear, help=help)
    films = "Slides with moving pictures are films in the HTML file and GIFs in PowerPoint and zip. "
    st.caption(
        f"{films}Photos of faces and products are never in the deck: where a page shows them, the slide has what "
        "a model rebuilds, or leaves them out."
    )


frame.heading("Deck", "What you pinned, in order: show it to an audience, or take it along.", presentable=False)
decks.told()
with frame.guard():
    slides: tuple[Slide, ...] | None = None
    try:
        slides = pins.deck().all()
    except StoreError as error:
        st.error(words.literal(str(error)), icon=":material/error:")
        st.button("Clear the deck", key="deck_clear", icon=":material/delete_sweep:", on_click=decks.clear)
    decks.undoing()
    if slides:
        head(slides)
        decks.listed(slides)
    elif slides is not None:
        nothing()
