"""Figures: what a click reports, what the browser colours, and what stays small."""

import json

import numpy as np
import plotly.io
import pytest

from dashboard import figures
from dashboard.figures import Axes, Points

NAMES = [str(number) for number in range(10)]


@pytest.fixture
def points() -> Points:
    random = np.random.default_rng(0)
    return Points(random.normal(size=(500, 2)).astype(np.float32), np.arange(500) * 7 + 3, "digits")


@pytest.fixture
def group() -> np.ndarray:
    return np.arange(500) % 9  # of ten groups, the last is empty


def test_stand_ins_are_streamlits() -> None:
    from streamlit.elements.lib import streamlit_plotly_theme as theme

    assert [getattr(theme, f"CATEGORY_{i}") for i in range(10)] == list(figures.PALETTE)
    assert [getattr(theme, f"SEQUENTIAL_{i}") for i in range(2, 10)] == list(figures.RAMP)
    assert (theme.GRAY_90, theme.BG_COLOR) == (figures.TEXT, figures.PAGE)


def test_groups_keep_every_item_with_its_place(points: Points, group: np.ndarray) -> None:
    figure = figures.by_group(points, group, NAMES, axes=Axes())
    assert [trace.name for trace in figure.data] == NAMES[:9]
    assert all(trace.type == "scattergl" for trace in figure.data)
    items = np.concatenate([trace.customdata for trace in figure.data])
    assert sorted(items) == list(points.item)
    row = list(points.item).index(figure.data[3].customdata[5])
    assert group[row] == 3
    assert (figure.data[3].x[5], figure.data[3].y[5]) == tuple(points.xy[row])
    assert [note.text for note in figure.layout.annotations] == [f"<b>{name}</b>" for name in NAMES[:9]]


def test_names_can_be_left_out(points: Points, group: np.ndarray) -> None:
    assert not figures.by_group(points, group, NAMES, axes=Axes(), written=False).layout.annotations
    assert not figures.by_many_groups(points, group, NAMES, axes=Axes(), written=False).layout.annotations


def test_arrays_travel_as_bytes(points: Points, group: np.ndarray) -> None:
    for figure in (
        figures.by_group(points, group, NAMES, axes=Axes()),
        figures.by_many_groups(points, group, NAMES, axes=Axes()),
        figures.by_value(points, points.xy[:, 0], title="Error", axes=Axes()),
    ):
        for trace in json.loads(plotly.io.to_json(figure))["data"]:
            assert (trace["x"]["dtype"], trace["y"]["dtype"], trace["customdata"]["dtype"]) == ("f4", "f4", "i4")


def test_many_groups_step_through_their_colours(points: Points) -> None:
    group = np.arange(500) % 30
    trace = figures.by_many_groups(points, group, [str(i) for i in range(30)], axes=Axes()).data[0]
    assert trace.marker.color.dtype == np.int8
    assert (trace.marker.cmin, trace.marker.cmax) == (-0.5, 29.5)
    edges = [edge for edge, _ in trace.marker.colorscale]
    assert len(edges) == 60
    assert np.allclose(edges[1:-1:2], edges[2::2])  # steps, no blending
    assert {colour for _, colour in trace.marker.colorscale} == set(figures.PALETTE)


def test_of_hundreds_of_groups_the_largest_are_written(points: Points) -> None:
    group = np.minimum(np.arange(500), 299)  # the last is the largest
    figure = figures.by_many_groups(points, group, [f"sort {i}" for i in range(300)], axes=Axes(), kind="label")
    assert len(figure.layout.annotations) == figures.WRITTEN
    assert "<b>sort 299</b>" in {note.text for note in figure.layout.annotations}
    assert figure.data[0].text[7] == "sort 7"
    assert figure.data[0].hovertemplate.startswith("<b>label %{text}</b>")


def test_values_are_not_flattened_by_an_outlier(points: Points) -> None:
    value = np.linspace(0, 1, 500, dtype=np.float32)
    value[123] = 1000
    figure = figures.by_value(points, value, title="Error, MSE (lower is better)", axes=Axes())
    assert figure.layout.coloraxis.cmax < 1.01
    assert figure.layout.coloraxis.colorbar.title.text == "Error, MSE (lower is better)"
    trace = figure.data[0]
    assert trace.customdata[-1] == points.item[123]  # drawn last, on top
    assert np.all(np.diff(trace.marker.color) >= 0)


def test_constant_values_still_have_a_ramp(points: Points) -> None:
    scale = figures.by_value(points, np.full(500, 0.5, np.float32), title="Error", axes=Axes()).layout.coloraxis
    assert scale.cmin < scale.cmax


def test_mark_vanishes_when_another_point_is_picked(points: Points, group: np.ndarray) -> None:
    figure = figures.by_group(points, group, NAMES, axes=Axes())
    figures.ring(figure, points.xy[7])
    ring = figure.data[-1]
    assert (ring.x[0], ring.y[0]) == tuple(points.xy[7])
    assert (ring.marker.symbol, ring.unselected.marker.opacity) == ("circle-open", 0)
    figures.ring(figure, points.xy[7], star=True)
    assert figure.data[-1].marker.symbol == "star"


def test_empty_places_keep_away_from_items() -> None:
    xy = np.float32([[0, 0], [0.9, -0.9]])
    places = figures.empty_places(xy, 1, steps=20)
    assert len(places) == 400 - 9 - 9
    away = np.linalg.norm(places[:, None] - xy[None], axis=2).min(axis=1)
    assert away.min() > 0.09
    assert np.abs(places).max() < 1


def test_clickable_places_are_no_items(points: Points, group: np.ndarray) -> None:
    figure = figures.by_group(points, group, NAMES, axes=Axes())
    figures.clickable(figure, figures.empty_places(points.xy, 3))
    assert set(figure.data[-1].customdata) == {figures.EMPTY}
    assert figure.data[-1].marker.opacity == 0


def test_picked_reads_items_and_a_place() -> None:
    assert figures.picked([]) == ([], None)
    assert figures.picked([{"customdata": 5, "x": 1, "y": -0.5}]) == ([5], (1.0, -0.5))
    assert figures.picked([{"customdata": figures.EMPTY, "x": 1.5, "y": 2}]) == ([], (1.5, 2.0))
    assert figures.picked([{"customdata": 5, "x": 0, "y": 0}, {"customdata": 9}, {"customdata": 5}]) == (
        [5, 9],
        None,
    )


@pytest.mark.parametrize(
    "point", [{}, {"customdata": "5"}, {"customdata": True}, {"customdata": [5]}, {"x": "a", "y": 1}, {"x": 1}]
)
def test_picked_trusts_nothing(point: dict[str, object]) -> None:
    assert figures.picked([point]) == ([], None)
    assert figures.picked([{"x": float("nan"), "y": 0.0}])[1] is None
    assert figures.picked([{"x": 1e300, "y": 0.0}])[1] is None


def test_neighbouring_groups_differ_in_colour() -> None:
    centre = np.stack(np.meshgrid(np.arange(6), np.arange(5)), axis=-1).reshape(-1, 2).astype(np.float32)
    group = np.repeat(np.arange(30), 10)
    colours = figures.spread_colours(centre[group], group, 30, 10)
    assert set(colours) == set(range(10))
    away = np.linalg.norm(centre[:, None] - centre[None], axis=2)
    same = (colours[:, None] == colours[None]) & ~np.eye(30, dtype=bool)
    assert away[same].min() >= 2


def test_name_stands_inside_its_group() -> None:
    halves = np.concatenate([np.full((30, 2), -5), np.full((20, 2), 5)]).astype(np.float32)
    assert np.allclose(figures.crowded_spot(halves), -5)
    assert np.allclose(figures.crowded_spot(np.float32([[2, 3]])), [2, 3])
