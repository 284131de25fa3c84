"""Outlines: the points they hold against a slow exact reference, and the way into a link and back."""

from fractions import Fraction

import numpy as np
import pytest

from core.selection import MOST, Outline, inside, parse


def slowly(corners: list[tuple[float, float]], x: float, y: float) -> bool:
    """The even-odd rule in exact arithmetic: crossings of a ray to the right."""
    odd, px, py = False, Fraction(x), Fraction(y)
    for (ax, ay), (bx, by) in zip([corners[-1], *corners[:-1]], corners, strict=True):
        a, b = (Fraction(ax), Fraction(ay)), (Fraction(bx), Fraction(by))
        if (a[1] > py) != (b[1] > py):
            odd ^= px < (b[0] - a[0]) * (py - a[1]) / (b[1] - a[1]) + a[0]
    return odd


@pytest.mark.parametrize("seed", range(6))
def test_points_within_any_outline(seed: int) -> None:
    draw = np.random.default_rng(seed)
    corners = [tuple(float(f"{v:.5g}") for v in corner) for corner in draw.normal(size=(3 + 4 * seed, 2))]
    xy = draw.normal(size=(400, 2)).astype(np.float32)
    expected = [slowly(corners, float(x), float(y)) for x, y in xy]
    assert inside(corners, xy).tolist() == expected
    assert 0 < sum(expected) < len(expected)


def test_an_outline_that_crosses_itself_leaves_its_middle_out() -> None:
    star = [(0, 3), (1.8, -2.4), (-2.9, 0.9), (2.9, 0.9), (-1.8, -2.4)]
    assert inside(star, np.array([[0, 0], [0, 2.5], [9, 9]], np.float32)).tolist() == [False, True, False]


def test_rectangle_counts_its_lower_left_edges() -> None:
    square = [(0, 0), (1, 0), (1, 1), (0, 1)]
    edges = np.array([[0, 0.5], [1, 0.5], [0.5, 0], [0.5, 1]], np.float32)
    assert inside(square, edges).tolist() == [True, False, True, False]


@pytest.mark.parametrize(
    "outline",
    [
        Outline("digits-aae-30", "umap", ((0.12345, -2.0), (1e-5, 3.25), (-40.5, 1200.0))),
        Outline("fashion-vae-2d", "plane", ((0, 0), (1, 1), (1, 0)), "label", (0, 9)),
        Outline("a", "pca", tuple((float(i), -float(i)) for i in range(MOST))),
    ],
)
def test_link_and_back(outline: Outline) -> None:
    assert parse(str(outline)) == outline


@pytest.mark.parametrize(
    "text", ["", "a~b", "a~umap~~0_0_1_1_1", "a~umap~~0_0_1_1", "A~umap~~0_0_1_1_1_0", "a~umap~~x_0_1_1_1_0"]
)
def test_a_link_that_names_no_outline(text: str) -> None:
    with pytest.raises(ValueError, match="outline|corner|float"):
        parse(text)


def test_refuses_too_many_corners_and_places_that_are_none() -> None:
    with pytest.raises(ValueError, match="65 corners"):
        Outline("a", "umap", ((0.0, 0.0),) * (MOST + 1))
    with pytest.raises(ValueError, match="no place"):
        Outline("a", "umap", ((0.0, 0.0), (1.0, float("inf")), (1.0, 1.0)))
