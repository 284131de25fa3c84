"""Items chosen on a map: the outline that was drawn, and which points lie within."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

MOST = 64  # corners of an outline; a browser thins out longer ones
MODES = ("replace", "add", "subtract")
TEXT = re.compile(
    r"(?P<map>[a-z0-9-]{1,60})~(?P<kind>[a-z]{1,10})~(?P<hidden>[a-z]*(\.\d{1,3})*)~(?P<corners>[-+\de._]*)"
)


@dataclass(frozen=True)
class Outline:
    """A closed outline on the map ``kind`` of checkpoint ``map``.

    Attributes
    ----------
    corners : (x, y) each, 3 to 64 of them, in the map's units.
    column, hidden : groups of a column that were filtered out when it was drawn; their points do not count.
    """

    map: str
    kind: str
    corners: tuple[tuple[float, float], ...]
    column: str = ""
    hidden: tuple[int, ...] = ()

    def __post_init__(self) -> None:
        if not 3 <= len(self.corners) <= MOST:
            raise ValueError(f"an outline has {len(self.corners)} corners; allowed: 3 to {MOST}")
        if not np.isfinite(np.array(self.corners, np.float64)).all():
            raise ValueError("an outline has a corner that is no place")

    def __str__(self) -> str:
        """As it stands in a link."""
        hidden = ".".join([self.column, *map(str, self.hidden)]) if self.hidden else ""
        return f"{self.map}~{self.kind}~{hidden}~{'_'.join(f'{value:.5g}' for c in self.corners for value in c)}"


def parse(text: str) -> Outline:
    """The outline that a link names; ValueError where it names none."""
    match = TEXT.fullmatch(text)
    if match is None:
        raise ValueError(f"{text[:40]!r} is not an outline")
    numbers = [float(value) for value in match["corners"].split("_")]
    if len(numbers) % 2:
        raise ValueError("an outline has half a corner")
    column, *hidden = match["hidden"].split(".")
    corners = tuple(zip(numbers[::2], numbers[1::2], strict=True))
    return Outline(match["map"], match["kind"], corners, column, tuple(int(value) for value in hidden))


def inside(corners: Sequence[Sequence[float]], xy: np.ndarray) -> np.ndarray:
    """Which points (n, 2) lie within the closed polygon ``corners`` (m, 2), by the even-odd rule: (n,) bool.

    A horizontal ray from the point to the right crosses an odd number of edges (Shimrat 1962). An edge counts
    its lower end and not its upper one. Numbers are compared as float64, as a browser does.
    """
    polygon, points = np.asarray(corners, np.float64), np.asarray(xy, np.float64)
    found = np.zeros(len(points), bool)
    low, high = polygon.min(axis=0), polygon.max(axis=0)
    near = np.flatnonzero(((points >= low) & (points <= high)).all(axis=1))
    x, y = points[near].T
    odd = np.zeros(len(near), bool)
    for (ax, ay), (bx, by) in zip(np.roll(polygon, 1, axis=0), polygon, strict=True):
        if ay == by:
            continue
        crossed = (ay > y) != (by > y)
        odd ^= crossed & (x < (bx - ax) * (y - ay) / (by - ay) + ax)
    found[near] = odd
    return found
