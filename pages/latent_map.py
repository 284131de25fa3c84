"""Latent map: all codes of a gallery on a plane, and what the model makes of the places between them."""

from typing import Any

import numpy as np
import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from core import images as pictures
from core import latent, projection
from core.cards import Card
from core.datasets import SOURCES
from core.gallery import Gallery
from dashboard import figures, frame, resources, state
from dashboard.components.tiles import tiles
from dashboard.figures import Axes
from dashboard.state import Item

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
    "plane": ("first number of the code", "second number"),
    "umap": ("", ""),
    "pca": ("direction in which the codes differ most", "second such direction"),
}
ROWS = {"umap": "UMAP", "pca": "PCA", "codes": "all numbers of the code", "plane": "the plane"}
COLUMNS = {
    "knn1_accuracy": "Nearest has the same label ↑",
    "trustworthiness": "Trust\u00adworthiness ↑",
    "continuity": "Continuity ↑",
    "trustworthiness_pixels": "Trust\u00adworthiness, pixels ↑",
}
HOW = (
    "↑ higher is better. Nearest has the same label: share of all items whose nearest other item on the map does. "
    "Trustworthiness: how far the 10 nearest on the map are near in the code too, or in the pixels of the "
    "originals; continuity: the reverse. Both on 2,000 of the items, drawn with seed 0; 100 % is best."
)
CONFIG = {"scrollZoom": True, "doubleClick": "reset", "modeBarButtonsToRemove": ["autoScale2d", "zoom2d"]}
STEPS = 15  # decoded images along a side of the plane
SPARSE = 0.05  # below this share of the greatest density the decoded plane is greyed
SAMPLE = 24  # pictures shown of a selection
PLACE, STEP = ("map_x", "map_y"), 0.05  # keys and step of the sliders


def maps_of(gallery: Gallery) -> dict[str, np.ndarray]:
    """Every map of the gallery by name, best first; PCA is always there."""
    if gallery.z.shape[1] == 2:
        return {"plane": gallery.z}
    found = {name: gallery.maps[name] for name in MAPS if name in gallery.maps}
    return found if "pca" in found else found | {"pca": projection.fit_pca(gallery.z).place(gallery.z)}


def half_width(xy: np.ndarray) -> float:
    """Half-width of the central square: nearly all items lie in it, and few places far from any."""
    return float(np.clip(np.ceil(np.quantile(np.abs(xy), 0.99) * 2) / 2, 1, 6))


def place_of(id: str, kind: str, xy: np.ndarray, item: Item) -> tuple[np.ndarray, bool]:
    """Where an item lies on a map, and whether it was placed there afterwards."""
    gallery = resources.gallery(id)
    row = None if item.is_upload else gallery.row(item.index)
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
        go_to(place)


def place_picked() -> None:
    """What a click on the decoded plane does."""
    _, place = figures.picked(st.session_state["map_manifold"].selection.points)
    if place is not None:
        go_to(place)


def go_to(place: tuple[float, float]) -> None:
    """Move the sliders; for callbacks, before the widgets of a run exist."""
    for key, value in zip(PLACE, place, strict=True):
        st.session_state[key] = round(round(value / STEP) * STEP, 2)


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
    axes = Axes(*AXES[kind], equal=kind != "umap")
    if kind == "plane":
        axes = Axes(*AXES[kind], ticks=True, limit=half_width(xy) * STEPS / (STEPS - 1), height=430)
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
        figures.clickable(figure, figures.empty_places(xy, half_width(xy)))
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
    placed = item.is_upload or resources.gallery(card.id).row(item.index) is None
    says = f"{'Starred' if placed else 'Ringed, or bright after a click'}: {item.address}."
    here, codes = (card.maps.get(name, {}).get("knn1_accuracy") for name in (kind, "codes"))
    if here is None or codes is None or kind == "plane":
        return says
    return (
        f"{says} On this map {100 * here:.1f} % of the items have the label of their nearest dot; "
        f"by all {card.dim} numbers of the code, {100 * codes:.1f} %."
    )


def decoded_plane(id: str, limit: float) -> bytes:
    """PNG of the decoded images of the central square, greyed where no item is near; kept for the session."""
    kept = st.session_state.get("_map_manifold")
    if kept is None or kept[0] != (id, limit):
        places = latent.plane((-limit, limit), (-limit, limit), steps=STEPS)
        near = np.clip(projection.density(places, resources.gallery(id).z) / SPARSE, 0, 1)
        alpha = 0.35 + 0.65 * near[:, None, None, None]
        images = np.rint(resources.runner(id).decode(places) * alpha + 128 * (1 - alpha)).astype(np.uint8)
        kept = (id, limit), pictures.png(pictures.sheet(images, columns=STEPS), scale=2)
        st.session_state["_map_manifold"] = kept
    return kept[1]


@st.fragment
def explore(id: str, png: bytes, limit: float, picture: DeltaGenerator, panel: DeltaGenerator) -> None:
    """The decoded plane, two sliders, and what is at their place; rerun alone when they move."""
    for key in PLACE:
        if key in st.session_state:
            st.session_state[key] = float(np.clip(st.session_state[key], -limit, limit))
    with panel:
        left, right = st.columns(2)
        made, real = left.columns(2, wrap=False)
    with right:
        titles = zip(("Across (first number)", "Up (second number)"), PLACE, strict=True)
        x, y = (st.slider(name, -limit, limit, 0.0, STEP, key=key, bind="query-params") for name, key in titles)
    place = np.array([[x, y]], np.float32)
    decoded = pictures.png(resources.runner(id).decode(place)[0], scale=5)
    says = f":material/auto_awesome: Made by the model at ({x:.2f}, {y:.2f})"
    made.image(decoded, width=140, output_format="PNG", caption=says, alt=f"decoded at {x:.2f}, {y:.2f}")
    with real:
        nearest_item(id, place)
    with right:
        near = float(projection.density(place, resources.gallery(id).z)[0])
        words = projection.density_words(near).capitalize()
        st.progress(near, f"**{words}** ({100 * near:.0f} % of the greatest density)")
    with picture:
        axes = Axes(*AXES["plane"], ticks=True, height=430)
        figure = figures.manifold(png, limit=limit, steps=STEPS, place=(x, y), axes=axes)
        alt = f"What the model draws at {STEPS} by {STEPS} places of the plane"
        bare = {"displayModeBar": False}
        st.plotly_chart(
            figure, key="map_manifold", on_select=place_picked, selection_mode="points", config=bare, alt=alt
        )


def nearest_item(id: str, place: np.ndarray) -> None:
    """The gallery item nearest to a place, to compare the decoded image with."""
    found, gallery = resources.index(id).search(place, 1), resources.gallery(id)
    row = found.index[0]
    item = Item(state.dataset(), int(gallery.index[row[0]]))
    real = "original" if resources.are_originals(item.dataset) else "rebuilt"
    label = SOURCES[item.dataset].labels[int(gallery.label[row[0]])]
    says = f"Nearest real item ({real}): label {label}, {found.distance[0, 0]:.2f} away"
    picture = pictures.png(resources.gallery_images(id, row)[0], scale=5)
    st.image(picture, width=140, output_format="PNG", caption=says, alt=f"{item.address}, {real}")
    if st.button("Show this item", key="map_nearest", help=item.address):
        state.select(item)
        st.rerun()


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
        state.select(Item(state.dataset(), int(gallery.index[rows[row]])))
        st.rerun()


def quality(card: Card, kind: str) -> None:
    """How far each map of the data set can be trusted, side by side."""
    st.subheader("How far can a map be trusted?", anchor=False)
    others = [c for c in resources.cards().values() if c.dataset == card.dataset and c.id != card.id]
    planes = [c for c in others if c.family == "vae"]
    rivals = [c for c in others if c.family == "aae"][:1] if card.family == "vae" else []
    rows = [row for c in [card, *planes, *rivals] for row in quality_rows(c, shown=kind if c is card else "")]
    st.table(rows, hide_index=True, border="horizontal")
    st.caption(HOW)


def quality_rows(card: Card, *, shown: str) -> list[dict[str, str]]:
    """Rows of the quality table for one checkpoint; the map that is shown in bold."""
    rows = []
    for name in ("plane",) if card.dim == 2 else ("umap", "pca", "codes"):
        found, title = card.maps.get(name, {}), f"{card.title}: {ROWS[name]}"
        row = {"Map": f"**{title}**" if name == shown else title}
        for key, column in COLUMNS.items():
            own = name in ("plane", "codes") and key in ("trustworthiness", "continuity")
            row[column] = f"{100 * found[key]:.1f} %" if key in found else "is the code" if own else "not measured"
        rows.append(row | {"Items": f"{int(found['n']):,}" if "n" in found else "not measured"})
    return rows


main, side = frame.page(
    "Latent map", "Every dot is an image; near dots look alike to the model. Click one, or draw around many."
)
checkpoint = state.choose_checkpoint("map", ("aae", "vae", "ae"))
if checkpoint is None:
    st.stop()
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
        limit = half_width(gallery.z)
        picture = right.container()
        right.caption("What the model draws at each place, grey where no real item is near. Click to look closer.")
        explore(checkpoint, decoded_plane(checkpoint, limit), limit, picture, st.container())
    else:
        draw(card, maps[kind], kind, colour, names)
        st.caption(legend(card, kind))
    selected(checkpoint)
    quality(card, kind)
frame.item_card(side, checkpoint)
