"""The map as a plain Plotly chart, for browsers that cannot draw the other one: a click or a lasso, no more."""

import numpy as np
import plotly.graph_objects as go
import streamlit as st

from core import square
from core.cards import Card
from dashboard import figures, issue_columns, maps, mapshot, mapview, plane, resources, seen, state
from dashboard.components.map import Colour
from dashboard.figures import Axes
from dashboard.items import Item

COLOURS = {"label": "Label", "category": "Category", "error": "Error", "realism": "Realism"}
COLOURS_HELP = (
    "Label: what people named it; the model never saw that. Category: the model's own sorting. Error: mean "
    "squared difference per pixel of original and rebuilt. Realism: how sure the style critic is, 0 to 1."
)
ISSUES_HELP = " Review: what is to be done of what the audit found. Issue: severity, 0 to 1 (higher is worse)."
BARS = {"error": "Error, MSE per pixel (lower is better)", "realism": "Realism, 0 to 1 (higher is better)"}
AXES = {
    "umap": Axes(equal=False),
    "pca": Axes("direction in which the codes differ most", "second such direction"),
}
CONFIG = {"scrollZoom": True, "doubleClick": "reset", "modeBarButtonsToRemove": ["autoScale2d", "zoom2d"]}


def show(card: Card, kind: str) -> None:
    """The chart of the gallery's items, with its two controls."""
    gallery = resources.gallery(card.id)
    issues = {shade.key: shade for shade in mapview.issues(card.dataset)}
    called = COLOURS | {key: shade.title.partition(", severity")[0] for key, shade in issues.items()}
    with st.container(horizontal=True, vertical_alignment="bottom"):
        colour = st.segmented_control(
            "Colour by",
            [name for name in COLOURS if getattr(gallery, name) is not None] + list(issues),
            default="label",
            format_func=called.__getitem__,
            wrap=True,
            key="map_colour",
            help=COLOURS_HELP + (ISSUES_HELP if issues else ""),
            bind="query-params",
            required=True,
        )
        named = colour in ("label", "category")
        names = named and st.toggle("Names on the map", value=True, key="map_names", bind="query-params")
    draw(card, maps.map_of(card.id, kind), kind, colour, names, issues.get(colour))


def by_issue(points: figures.Points, issue: Colour, axes: Axes) -> go.Figure:
    """Points coloured by what an audit found of them: what is to be done, or how bad a kind of issue is."""
    column = issue_columns.columns(points.dataset, points.item)[issue.key]
    if issue.names is None:
        return figures.by_value(points, column, title=issue.title, axes=axes)
    return figures.by_group(points, column, issue.names, axes=axes, written=False, tints=issue.tints or ())


def picked() -> None:
    """What a click or a lasso on the chart does; runs before the page."""
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


def draw(card: Card, xy: np.ndarray, kind: str, colour: str, names: bool, issue: Colour | None = None) -> None:
    """The chart, with the current item marked; ``issue`` colours it by what an audit found."""
    gallery = resources.gallery(card.id)
    mark, number = marked((card.id, kind, colour, str(names)), state.current_item())
    limit = square.half_width(xy)
    axes = plane.map_axes(limit) if kind == "plane" else AXES[kind]
    points = figures.Points(xy, gallery.index, card.dataset)
    if issue is not None:
        figure = by_issue(points, issue, axes)
    elif colour == "label":
        labels = resources.source(card.dataset).labels
        if len(labels) > figures.WRITTEN:
            figure = figures.by_many_groups(points, gallery.label, labels, axes=axes, written=names, kind="label")
        else:
            tints = maps.tints(card.id, kind, "label", len(labels))
            figure = figures.by_group(points, gallery.label, labels, axes=axes, written=names, tints=tints)
    elif gallery.category is not None and colour == "category":
        categories = [str(number) for number in range(resources.runner(card.id).categories)]
        figure = figures.by_many_groups(points, gallery.category, categories, axes=axes, written=names)
    else:
        figure = figures.by_value(points, getattr(gallery, colour), title=BARS[colour], axes=axes)
    if kind == "plane":
        figures.clickable(figure, figures.empty_places(xy, limit))
    row = gallery.row(mark.index)
    place = xy[row] if row is not None else maps.place_of(card.id, kind, mark)
    figures.ring(figure, place, star=row is None)
    figure.layout.uirevision = number
    st.session_state["_map_shown"] = (card.id, kind)
    found = maps.points(card.id, kind)
    shades = mapview.colours(card, found, kind)
    shades = [one for one in shades if one.key == colour] or shades
    drawing = mapshot.drawing(card.id, found, shades, "map", ground=False)
    by = issue.title if issue else COLOURS[colour]
    alt = f"{maps.KINDS[kind]} of {len(xy):,} images of {card.title}, coloured by {by.lower()}"
    seen.tell("map_chart", seen.Seen(caption=f"{alt}.", draw=drawing))
    st.plotly_chart(
        figure, key="map_chart", on_select=picked, selection_mode=("points", "lasso"), config=CONFIG, alt=alt
    )
