"""The frame of every page: its head, and errors that say what to do."""

import logging
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from core.cards import Card
from core.checkpoints import CheckpointError
from core.images import ImageError
from dashboard import pins, presenting, seen, words
from dashboard.item_card import item_card as draw_card

OPENED = "_page_opened"
MOMENT = 0.35  # s
LOG = logging.getLogger("morphospace")


def page(
    title: str, sentence: str, *, widths: tuple[int, int] = (14, 5), picture: tuple[str, ...] = ()
) -> tuple[DeltaGenerator, DeltaGenerator]:
    """Title and one sentence on what can be done here; returns the main area and the place of the item card.

    ``picture`` names the components that are the page's picture, by key (`dashboard.seen.of`): what is pinned, and
    what comes first before an audience, where the page is one column.
    """
    heading(title, sentence, picture=picture)
    if seen.presenting():
        return st.container(), st.container()
    main, side = st.columns(widths, gap="medium")
    return main, side


def heading(
    title: str, sentence: str, *, picture: tuple[str, ...] = (), pinned: str = "", presentable: bool = True
) -> None:
    """Title, sentence, and buttons to pin the page's picture and to show the page to an audience.

    ``pinned`` is what the slide is called, where that is not the title; a page that is not ``presentable`` has a
    way of its own to an audience.
    """
    pins.offer(pinned or title, picture)
    with st.container(
        horizontal=True, vertical_alignment="center", horizontal_alignment="distribute", gap="small"
    ):
        st.title(title, anchor=False, width="content")
        with st.container(
            horizontal=True, vertical_alignment="center", gap="xsmall", width="content", key="page_actions"
        ):
            if presentable:
                pins.link(st.empty())
            if picture:
                icon, help = (
                    ":material/keep:",
                    "Keep this view as a slide of the deck, light or dark as its first slide is.",
                )
                st.button("Pin", key="pin", icon=icon, type="tertiary", on_click=pins.want, help=help)
            icon, help = (
                ":material/slideshow:",
                "Only the picture, large. Arrow keys step through the deck, Esc leaves.",
            )
            if presentable:
                click = presenting.begin
                st.button("Present", key="present_here", icon=icon, type="tertiary", on_click=click, help=help)
    st.markdown(sentence)


def first_things_first() -> None:
    """Give the browser a moment to draw what it was sent, where a page is opened, before it is sent the rest.

    All at once would take it as long, and it would show everything at the end. Not on later runs.
    """
    page = st.session_state.get(OPENED)
    here = st.context.url
    st.session_state[OPENED] = (here or "").partition("?")[0]
    if here and page != st.session_state[OPENED]:
        time.sleep(MOMENT)


@contextmanager
def guard() -> Iterator[None]:
    """Turn errors of the block into a message on the page, so that the rest of it stays usable."""
    try:
        yield
    except CheckpointError as error:
        sorry("This model cannot be used.", "Other models still work: pick one in the sidebar.", error)
    except ImageError as error:
        sorry(str(error), "Your item and selection are as before. Try another picture.")
    except ValueError as error:
        sorry("This cannot be shown with these settings.", "Your item is as before. Change a setting.", error)
    except Exception as error:
        LOG.exception("unexpected error on a page")
        sorry("Something went wrong here.", "Your item and selection are as before. Reload the page.", error)


def sorry(happened: str, then: str, error: Exception | None = None) -> None:
    """Say what happened, what was kept and what to do; the error itself folds out."""
    st.error(f"**{happened}** {then}", icon=":material/error:")
    if error is not None:
        with st.expander("Details"):
            st.code(f"{type(error).__name__}: {error}", language=None, wrap_lines=True)


def absent(what: str) -> None:
    """Say that the models of a page are not in the folder of checkpoints, and end the page."""
    with st.container(border=True):
        st.subheader(f"No models of {what} here", anchor=False)
        st.markdown(
            "The folder of checkpoints holds none. Restore `checkpoints/` from the repository, or let "
            "`MORPHOSPACE_CHECKPOINTS` name another folder, then reload this page."
        )
    st.stop()


def numbers(card: Card, names: Mapping[str, str]) -> None:
    """Some of a card's metrics side by side, each called as ``names`` has it, with how it was measured."""
    with st.container(horizontal=True, gap="medium"):
        for key, name in names.items():
            if metric := card.metrics.get(key):
                help = f"{metric.how} {words.direction(metric).capitalize()}."
                st.metric(name, words.number(metric.value, metric.unit), help=help, width="content")


def item_card(side: DeltaGenerator, checkpoint: str) -> None:
    """The current item as every page shows it, with its neighbours and the ways on; not before an audience."""
    if seen.presenting():
        return
    with side, st.container(border=True, key="item_card"), guard():
        draw_card(checkpoint)
