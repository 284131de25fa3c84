"""Latent map: all codes of a gallery on a plane, and what the model makes of the places between them."""

from typing import Any

import numpy as np
import streamlit as st

from core import projection
from core.cards import Card
from core.datasets import SOURCES
from core.gallery import Gallery
from dashboard import figures, frame, plane, quality, resources, state
from dashboard.components.tiles import tiles
from dashboard.figures import Axes
from dashboard.items import Item

MAPS = {"plane": "Plane", "umap": "UMAP", "pca": "PCA"}
MAPS_HELP = (
    "UMAP keeps near things near; how far apart two groups lie means little. PCA shows the two directions in "
    "which the codes differ most: distances mean something, but groups overlap."
)
COLOURS = {"label": "Label", "category": "Category", "error": "Error", "realism": "Realism"}
COLOURS_HELP = (
    "Label: what people named it; the model never saw that. Category: the model's own sorting. Error: mean "
    "squared difference per pixel of original and rebuilt. Realism: how sure the style critic is, 0 to 1."
)
BARS = {"error": "Error, MSE per pixel (lower is better)", "realism": "Realism, 0 to 1 (higher is better)"}
AXES = {
    "umap": Axes(equal=False),
    "pca": Axes("direction in which the codes differ most", "second such direction"),
}
CONFIG = {"scrollZoom": True, "doubleClick": "reset", "modeBarButtonsToRemove": ["autoScale2d", "zoom2d"]}
SAMPLE = 24  # pictures shown of a selection


def maps_of(gallery: Gallery) -> dict[str, np.ndarray]:
    """Every map of the gallery by name, best first; PCA is always there."""
    if gallery.z.shape[1] == 2:
        return {"plane": gallery.z}
    found = {name: gallery.maps[name] for name in MAPS if name in gallery.maps}
    return found if "pca" in found else found | {"pca": projection.fit_pca(gallery.z).place(gallery.z)}


def place_of(id: str, kind: str, xy: np.ndarray, item: Item) -> tuple[np.ndarray, bool]:
    """Where an item lies on a map, and whether it was placed there afterwards."""
    gallery = resources.gallery(id)
    row = gallery.row(item.index)
    if row is not None:
        return xy[row], False
    code = resources.code(id, item)[None]
    if kind == "umap":
        return projection.place_umap(code, gallery.z, xy)[0], True
    return (code if kind == "plane" else projection.fit_pca(gallery.z).place(code))[0], True


def picked() -> None:
    """What a click or a lasso on the map does; runs before the page."""
    chosen, place = figures.picked(st.session_state["map_chart"].selection.points)
    id, kind = st.session_state["_map_shown"]
    gallery = resources.gallery(id)
    chosen = [index for index in chosen if gallery.row(index) is not None]
    if len(chosen) > 1:
        state.set_selection(chosen)
    elif chosen:
        st.session_state["_map_clicked"] = True
        state.select(Item(state.dataset(), chosen[0]))
    elif place is None:
        # Nothing is picked any more: the mark moves to the current item, which takes another figure.
        st.session_state.pop("_map_mark", None)
    if kind == "plane" and place is not None:
        plane.go_to(place)


def marked(view: tuple[str, ...], item: Item) -> tuple[Item, int]:
    """The item that the figure marks, and the figure's number.

    A click is shown by Plotly itself. The figure must then stay as it is, as another one would lose its zoom.
    """
    kept = st.session_state.get("_map_mark") if "map_chart" in st.session_state else None
    clicked = st.session_state.pop("_map_clicked", False)
    if kept and kept[0] == view and (clicked or kept[2] == item):
        mark = kept[1]
    else:
        mark = item
        st.session_state["_map_figure"] = st.session_state.get("_map_figure", 0) + 1
    st.session_state["_map_mark"] = (view, mark, item)
    return mark, st.session_state["_map_figure"]


def controls(gallery: Gallery, maps: dict[str, np.ndarray]) -> tuple[str, str, bool]:
    """Which map, coloured by what, and whether names are written on it."""
    kind, colours = next(iter(maps)), [name for name in COLOURS if getattr(gallery, name) is not None]
    bound: dict[str, Any] = {"bind": "query-params", "required": True}
    with st.container(horizontal=True, vertical_alignment="bottom"):
        if len(maps) > 1:
            kind = st.segmented_control(
                "Map",
                list(maps),
                default=kind,
                format_func=MAPS.__getitem__,
                key="map_kind",
                help=MAPS_HELP,
                **bound,
            )
        colour = st.segmented_control(
            "Colour by",
            colours,
            default="label",
            format_func=COLOURS.__getitem__,
            key="map_colour",
            help=COLOURS_HELP,
            **bound,
        )
        named = colour in ("label", "category")
        names = named and st.toggle("Names on the map", value=True, key="map_names", bind="query-params")
    return kind, colour, names


def draw(card: Card, xy: np.ndarray, kind: str, colour: str, names: bool) -> None:
    """The map, with the current item marked."""
    gallery = resources.gallery(card.id)
    mark, number = marked((card.id, kind, colour, str(names)), state.current_item())
    limit = plane.half_width(xy)
    axes = plane.map_axes(limit) if kind == "plane" else AXES[kind]
    points = figures.Points(xy, gallery.index, card.dataset)
    if colour == "label":
        labels = SOURCES[card.dataset].labels
        figure = figures.by_group(points, gallery.label, labels, axes=axes, written=names)
    elif gallery.category is not None and colour == "category":
        categories = [str(number) for number in range(resources.runner(card.id).categories)]
        figure = figures.by_many_groups(points, gallery.category, categories, axes=axes, written=names)
    else:
        figure = figures.by_value(points, getattr(gallery, colour), title=BARS[colour], axes=axes)
    if kind == "plane":
        figures.clickable(figure, figures.empty_places(xy, limit))
    place, placed = place_of(card.id, kind, xy, mark)
    figures.ring(figure, place, star=placed)
    figure.layout.uirevision = number
    st.session_state["_map_shown"] = (card.id, kind)
    alt = f"{MAPS[kind]} of {len(xy):,} images of {card.title}, coloured by {COLOURS[colour].lower()}"
    st.plotly_chart(
        figure, key="map_chart", on_select=picked, selection_mode=("points", "lasso"), config=CONFIG, alt=alt
    )


def legend(card: Card, kind: str) -> str:
    """One line on what is marked, and what the map is worth."""
    item = state.current_item()
    placed = resources.gallery(card.id).row(item.index) is None
    says = f"{'Starred' if placed else 'Ringed, or bright after a click'}: {item.address}."
    here, codes = (card.maps.get(name, {}).get("knn1_accuracy") for name in (kind, "codes"))
    if here is None or codes is None or kind == "plane":
        return says
    return (
        f"{says} On this map {100 * here:.1f} % of the items have the label of their nearest dot; "
        f"by all {card.dim} numbers of the code, {100 * codes:.1f} %."
    )


def selected(id: str) -> None:
    """A sample of what was drawn around."""
    chosen, gallery = state.selection(), resources.gallery(id)
    rows = np.array([row for row in map(gallery.row, chosen) if row is not None], np.int64)
    if not len(rows):
        return
    rows = rows[np.linspace(0, len(rows) - 1, min(SAMPLE, len(rows))).astype(int)]
    real = "originals" if resources.are_originals(state.dataset()) else "rebuilt"
    st.markdown(f"**{len(chosen):,} selected.** {len(rows)} of them, evenly spaced ({real}); click one.")
    names = [f"{state.dataset()}/{index}" for index in gallery.index[rows]]
    row = tiles(resources.gallery_images(id, rows), key="map_selected", label="Selected", alt=names, size=56)
    if row is not None:
        state.go(Item(state.dataset(), int(gallery.index[rows[row]])))


main, side = frame.page(
    "Latent map", "Every dot is an image; near dots look alike to the model. Click one, or draw around many."
)
checkpoint = state.choose_checkpoint("map", ("aae", "vae", "ae"))
with main, frame.guard():
    card, gallery = resources.card(checkpoint), resources.gallery(checkpoint)
    maps = maps_of(gallery)
    kind, colour, names = controls(gallery, maps)
    if kind == "plane":
        left, right = st.columns(2)
        with left:
            draw(card, maps[kind], kind, colour, names)
            st.caption(
                f"{len(gallery):,} images each at its code. Click a dot or an empty place. {legend(card, kind)}"
            )
        picture = right.container()
        right.caption("What the model draws at each place, grey where no real item is near. Click to look closer.")
        plane.explore(checkpoint, plane.half_width(maps[kind]), picture, st.container())
    else:
        draw(card, maps[kind], kind, colour, names)
        st.caption(legend(card, kind))
    selected(checkpoint)
    quality.table(card, kind)
frame.item_card(side, checkpoint)
