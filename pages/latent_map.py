"""Latent map: all codes of a gallery on a plane, and what the model makes of the places between them."""

import numpy as np
import streamlit as st

from core.cards import Card
from dashboard import (
    address,
    checkpoint_choice,
    frame,
    issue_filter,
    item_data,
    mapfile,
    maps,
    mapview,
    plainmap,
    plane,
    quality,
    resources,
    state,
)
from dashboard.components.tiles import tiles
from dashboard.items import Item

MAPS_HELP = (
    "UMAP keeps near things near; how far apart two groups lie means little. PCA shows the two directions in "
    "which the codes differ most: distances mean something, but groups overlap."
)
SAMPLE = 24  # pictures shown of a selection
ALONE, BESIDE = "Nothing", "map_beside"


def choose_kind(id: str) -> str:
    """Which of the checkpoint's maps is shown."""
    kinds = maps.kinds(id)
    if len(kinds) == 1:
        return kinds[0]
    return st.segmented_control(
        "Map",
        kinds,
        default=kinds[0],
        format_func=maps.KINDS.__getitem__,
        key="map_kind",
        help=MAPS_HELP,
        bind="query-params",
        required=True,
    )


def choose_beside(card: Card) -> str:
    """A second checkpoint whose map is shown beside; "" for none."""
    others = {c.id: c.title for c in resources.cards().values() if c.dataset == card.dataset and c.id != card.id}
    if (asked := address.asked(BESIDE)) in others:
        st.session_state[BESIDE] = asked
    elif st.session_state.get(BESIDE, ALONE) not in others:
        st.session_state[BESIDE] = ALONE
    chosen = st.selectbox(
        "Beside it",
        [ALONE, *others],
        format_func=lambda id: others.get(id, id),
        key=BESIDE,
        persist_state="session",
        help="A second map that shares the selection and the pointer.",
    )
    if chosen not in others:
        address.drop(BESIDE)
        return ""
    address.complete(BESIDE, chosen)
    return chosen


def controls(card: Card) -> tuple[str, str, bool]:
    """Kind of map, checkpoint beside it, and whether it is the plain chart."""
    with st.container(horizontal=True, vertical_alignment="bottom"):
        kind = choose_kind(card.id)
        with st.popover("More", icon=":material/tune:"):
            beside = choose_beside(card)
            plain = st.toggle(
                "Plain chart",
                key="map_plain",
                bind="query-params",
                help="For browsers that cannot draw the map: the gallery only, and no pictures under the pointer.",
            )
    return kind, beside, plain


def legend(card: Card, kind: str) -> str:
    """One line on what is shown, and what the map is worth."""
    found = maps.points(card.id, kind)
    says = (
        f"{len(found):,} images, each at its code."
        if kind == "plane"
        else f"{len(found):,} images of the gallery."
    )
    here, codes = (card.maps.get(name, {}).get("knn1_accuracy") for name in (kind, "codes"))
    if here is None or codes is None or kind == "plane":
        return says
    return (
        f"{says} On this map {100 * here:.1f} % of the gallery's items have the label of their nearest dot; "
        f"by all {card.dim} numbers of the code, {100 * codes:.1f} %."
    )


def take_along(card: Card, kind: str) -> None:
    """The map as a file."""
    photos = " Photos stay on this machine: their pictures are rebuilt from codes."
    st.download_button(
        "Map as a file (HTML)",
        mapfile.making(card.id, kind),
        f"{card.id}-{kind}.html",
        "text/html",
        key="map_html",
        icon=":material/download:",
        on_click="ignore",
        help="One file that works offline in any browser: hover, pan, zoom, filter by label. Up to "
        f"{mapfile.MOST:,} points, drawn evenly over the labels, have their picture in it."
        f"{'' if mapfile.leaves(card.dataset) else photos}",
    )


def selected(id: str) -> None:
    """A sample of what was drawn around on the plain chart; the map shows its own."""
    chosen = np.array(state.selection(), np.int64)
    here = chosen[item_data.are_here(id, chosen)]
    if not len(here):
        return
    shown = here[np.linspace(0, len(here) - 1, min(SAMPLE, len(here))).astype(int)]
    real = "originals" if item_data.are_originals(state.dataset()) else "rebuilt"
    st.markdown(f"**{len(chosen):,} selected.** {len(shown)} of them, evenly spaced ({real}); click one.")
    names = [f"{state.dataset()}/{index}" for index in shown]
    issues = issue_filter.marks(state.dataset(), shown)
    row = tiles(
        item_data.looks(id, shown), key="map_selected", label="Selected", issues=issues, alt=names, size=56
    )
    if row is not None:
        state.go(Item(state.dataset(), int(shown[row])))


main, side = frame.page(
    "Latent map",
    "Every dot is an image; near dots look alike to the model. Point at one, click it, or draw around many.",
    picture=("map_view", "map_second", "map_chart"),
)
checkpoint = checkpoint_choice.choose("map", ("aae", "vae", "ae"))
with main, frame.guard():
    card = resources.card(checkpoint)
    mapview.fall_back("map_view")
    kind, beside, plain = controls(card)
    mapview.act("map_view", checkpoint, kind)
    if plain:
        plainmap.show(card, kind)
        selected(checkpoint)
    elif kind == "plane" or beside:
        left, right = st.columns(2)
        with left:
            mapview.show("map_view", checkpoint, kind, lens=bool(beside))
        frame.first_things_first()
        with right:
            other = beside or checkpoint
            mapview.act("map_second", other, maps.kinds(other)[0])
            mapview.show("map_second", other, maps.kinds(other)[0], second=True, ground=not beside)
    else:
        mapview.show("map_view", checkpoint, kind)
        frame.first_things_first()
    st.caption(legend(card, kind))
    take_along(card, kind)
frame.item_card(side, checkpoint)  # what was picked comes before what has not changed
with main, frame.guard():
    if kind == "plane":
        plane.explore(checkpoint, maps.limit(checkpoint))
    quality.table(card, kind)
