"""Charts that are drawn without a browser show the numbers of their figures, at the places that they have."""

import numpy as np
import plotly.graph_objects as go
import pytest

from core.board import DARK, LIGHT, Look
from dashboard import chart_axes, chart_picture, curves, figures, heatmap
from dashboard.chart_paint import Paint

GROUPS = np.array([(200, 0, 0), (0, 150, 0), *[(0, 0, 20 * i) for i in range(2, 11)]], np.uint8)
RAMP = np.linspace((0, 80, 80), (250, 160, 0), 256).round().astype(np.uint8)


def paint(look: Look = LIGHT) -> Paint:
    return Paint(look, GROUPS, RAMP)


def of(picture: np.ndarray, colour: tuple[int, ...]) -> np.ndarray:
    """Which pixels (H, W) have a colour, but for the rounding of smooth edges."""
    return (abs(picture.astype(int) - colour) <= 2).all(axis=2)


@pytest.mark.parametrize("look", [LIGHT, DARK], ids=["light", "dark"])
def test_bars_are_as_long_as_their_numbers(look: Look) -> None:
    values = [4.0, 1.0, 3.0, None]
    figure = heatmap.bars(["a", "<b>b", "c", "d"], values, title="Seconds", form=".1f")
    picture = chart_picture.drawn(figure, paint(look))
    assert picture.shape[1] == 720
    assert tuple(picture[0, 0]) == look.paper
    rows = of(picture, tuple(GROUPS[0])).sum(axis=1)
    starts = np.flatnonzero(np.diff(np.r_[0, rows > 0]) == 1)
    lengths = [int(rows[start + 3]) for start in starts]
    assert len(lengths) == 3
    assert np.array(lengths) / lengths[0] == pytest.approx([1, 0.25, 0.75], abs=0.01)


def test_upright_bars_stand_on_nothing_and_grow_with_their_counts() -> None:
    picture = chart_picture.drawn(heatmap.histogram(list("abcdef"), np.array([10, 0, 5, 20, 1, 2])), paint())
    columns = of(picture, tuple(GROUPS[0])).sum(axis=0)
    tall = [int(part.max()) for part in np.split(columns, np.flatnonzero(np.diff(columns > 0)) + 1) if part.max()]
    assert np.array(tall) / tall[2] == pytest.approx([0.5, 0.25, 1, 0.05, 0.1], abs=0.02)


def test_a_line_passes_through_its_points_and_has_gaps() -> None:
    values = np.array([1.0, 3.0, np.nan, 2.0, 2.0])
    figure = curves.over_epochs({"loss": values}, title="Loss", at=0, top=4.0)
    figure.layout.showlegend = False
    mine = of(chart_picture.drawn(figure, paint()), (*map(int, GROUPS[0]),))
    columns = np.flatnonzero(mine.any(axis=0))
    height = {part: np.flatnonzero(mine[:, columns[part]]).mean() for part in (-1,)}
    assert np.diff(columns).max() > 80  # the gap around what is missing
    top, bottom = np.flatnonzero(mine.any(axis=1))[[0, -1]]
    # From 3 down to 1 is twice as far as from 3 down to 2.
    assert (height[-1] - top) / (bottom - top) == pytest.approx(0.5, abs=0.06)


def test_cells_have_the_colour_of_their_share() -> None:
    counts = np.array([[9, 1], [0, 4]])
    picture = chart_picture.drawn(heatmap.contingency(counts, rows=["a", "b"], columns=["0", "1"]), paint())
    for share in (0.9, 0.1, 1.0):
        assert of(picture, tuple(RAMP[round(share * 255)])).sum() > 1000
    assert of(picture, tuple(RAMP[0])).sum() == 0  # nothing is drawn where nothing is


def test_points_are_drawn_in_the_colours_of_groups_and_of_numbers() -> None:
    xy = np.random.default_rng(0).normal(size=(200, 2)).astype(np.float32)
    points = figures.Points(xy, np.arange(200), "mine")
    grouped = figures.by_group(points, np.arange(200) % 2, ["even", "odd"], axes=figures.Axes(), written=False)
    figures.ring(grouped, xy[0])
    picture = chart_picture.drawn(grouped, paint())
    assert of(picture, tuple(GROUPS[0])).sum() > 500
    assert of(picture, tuple(GROUPS[1])).sum() > 500
    valued = figures.by_value(points, np.linspace(0, 1, 200, dtype=np.float32), title="Error", axes=figures.Axes())
    picture = chart_picture.drawn(valued, paint())
    assert min(of(picture, tuple(RAMP[place])).sum() for place in (0, 255)) > 50


@pytest.mark.parametrize(
    ("low", "high", "told"),
    [
        (0, 10, ["0", "2", "4", "6", "8", "10"]),
        (0.0011, 0.0042, ["0.002", "0.003", "0.004"]),
        (-1, 1, ["-1", "-0.5", "0", "0.5", "1"]),
    ],
)
def test_ticks_are_round_numbers(low: float, high: float, told: list[str]) -> None:
    figure = go.Figure(go.Scatter(x=[low, high], y=[0, 1]))
    figure.update_xaxes(range=[low, high])
    assert [text for _, text in chart_axes.axis(figure, "x").ticks] == told


def test_a_logarithmic_axis_has_equal_steps_for_equal_factors() -> None:
    axis = chart_axes.axis(curves.course(np.array([1.0, 0.1, 0.001]), title="Loss"), "y")
    at = axis.share([1.0, 0.1, 0.01, 0.001])
    assert np.diff(at) == pytest.approx(np.full(3, np.diff(at)[0]))
    assert {text for _, text in axis.ticks} >= {"1", "0.1", "0.01", "0.001"}


@pytest.mark.parametrize("count", [0, 1])
def test_hardly_any_numbers_are_no_error(count: int) -> None:
    for figure in (
        curves.over_epochs({"loss": np.ones(count)}, title="Loss", at=0),
        curves.course(np.ones(count), title="Loss"),
        heatmap.histogram(["a"] * count, np.ones(count)),
        heatmap.bars(["a"] * count, [0.0] * count, title="x", form=".1f"),
    ):
        assert chart_picture.drawn(figure, paint()).shape[1] == 720
