"""A map on a page, ours or the naive one, and what is done to both in the same way."""

import json
import math
import time
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from playwright.sync_api import Page
from scipy.spatial import cKDTree

from benchmarks.browser import Traffic, open_page, settle, watch

ITEMS = 70_000
PICTURES = "img, canvas"
APART = 4.0  # px between an item that is pointed at and any other
MARGIN = 24.0  # px that the pointer stays away from the edge of a map
PAN_SECONDS = 3.0


@dataclass(frozen=True, eq=False)
class Chart:
    """Where things are on a page with a map, most of it in JavaScript.

    Attributes
    ----------
    script, path : what the server runs, and the page's path there.
    within, surface : selectors: what holds the map, and the element in it that takes the pointer.
    drawn : function, the number of points drawn, falsy until they are.
    places : function of a number n: client x and y of items 0 to n - 1 in one flat list, null where out of sight.
    selected : function, how many items are selected.
    picked : function, place in the data set of the item that was clicked last.
    shows : where its picture then is, by name: two selectors, as `bench.pictures` takes them.
    gallery : where the pictures of a selection are, likewise.
    use : function that takes up a tool: ``pan``, ``rectangle`` or ``lasso``.
    rerun : selector of a control that has nothing to do with the map, and the key that works it.
    clears : a double click takes a selection back. Plotly needs it, as it moves old outlines that are hit.
    frames : function, how often the map says that it was drawn; "" where it does not.
    """

    script: Path
    path: str
    within: str
    surface: str
    drawn: str
    places: str
    selected: str
    picked: str
    shows: dict[str, tuple[str, str]]
    gallery: tuple[str, str]
    use: str
    rerun: tuple[str, str]
    clears: bool = False
    frames: str = ""


@dataclass(frozen=True)
class Drawn:
    """Answers to outlines of one kind: ms to the gallery, bytes sent up, and by how many a later rerun grew."""

    answer: list[float]
    up: list[float]
    growth: list[float]


def open_map(page: Page, url: str, chart: Chart, *, items: int = ITEMS) -> float:
    """Seconds from asking for the page to its drawn map; RuntimeError where that has another number of points."""
    seconds = open_page(page, url + chart.path, chart.drawn)
    if (found := page.evaluate(chart.drawn)) != items:
        raise RuntimeError(
            f"{chart.path} shows {found:,} points, not {items:,}: are the originals on this machine?"
        )
    return seconds


def places(page: Page, chart: Chart, items: int = ITEMS) -> np.ndarray:
    """Where items lie on the screen, (items, 2) float64 in CSS px; NaN where out of sight."""
    flat = page.evaluate(chart.places, items)
    return np.array([np.nan if value is None else value for value in flat], np.float64).reshape(-1, 2)


def surface(page: Page, chart: Chart) -> tuple[float, float, float, float]:
    """Left, top, right and bottom of the map on the screen."""
    x, y, width, height = page.evaluate(
        """([within, surface]) => {
          const box = bench.all(within, surface)[0].getBoundingClientRect();
          return [box.x, box.y, box.width, box.height];
        }""",
        [chart.within, chart.surface],
    )
    height = min(height, page.viewport_size["height"] - y) if page.viewport_size else height
    return x + MARGIN, y + MARGIN, x + width - MARGIN, y + height - MARGIN


def free(page: Page, chart: Chart, spots: np.ndarray) -> np.ndarray:
    """Which places (n, 2) on the screen are on the map itself, with nothing over it."""
    found = page.evaluate(
        """([within, surface, spots]) => {
          const map = bench.all(within, surface)[0];
          return spots.map(([x, y]) => map.getRootNode().elementFromPoint(x, y) === map);
        }""",
        [chart.within, chart.surface, spots.tolist()],
    )
    return np.array(found, bool)


def inside(spots: np.ndarray, box: tuple[float, float, float, float]) -> np.ndarray:
    """Which places (n, 2) lie in a box."""
    left, top, right, bottom = box
    x, y = spots.T
    return (x > left) & (x < right) & (y > top) & (y < bottom)


def lonely(page: Page, chart: Chart, count: int, *, seed: int) -> list[tuple[int, float, float]]:
    """Items at random that no other lies close to, each with its place on the screen."""
    xy = places(page, chart)
    seen = np.flatnonzero(np.isfinite(xy).all(axis=1))
    near = cKDTree(xy[seen]).query(xy[seen], k=2)[0][:, 1]
    items = seen[(near > APART) & inside(xy[seen], surface(page, chart))]
    items = np.random.default_rng(seed).permutation(items)[: 4 * count]
    items = items[free(page, chart, xy[items])] if len(items) else items
    if len(items) < count:
        raise RuntimeError(f"only {len(items)} of the {count} items to point at lie {APART} px from all others")
    return [(int(item), float(xy[item, 0]), float(xy[item, 1])) for item in items[:count]]


def outlines(page: Page, chart: Chart, tool: str, items: int, count: int) -> list[list[tuple[float, float]]]:
    """Rectangles or lassos on the screen that hold about so many items each, as the pointer draws them."""
    xy = places(page, chart)
    xy = xy[np.isfinite(xy).all(axis=1)]
    box, found = surface(page, chart), []
    for middle in np.random.default_rng(items).permutation(xy)[:400]:
        apart = np.abs(xy - middle)
        reach = np.sort(apart.max(axis=1) if tool == "rectangle" else np.hypot(*apart.T))[min(items, len(xy)) - 1]
        path = corners(tool, middle, float(reach))
        if inside(path, box).all() and free(page, chart, path[:1]).all():
            found.append([(float(x), float(y)) for x, y in path])
        if len(found) == count:
            return found
    raise RuntimeError(f"only {len(found)} of {count} outlines of {items:,} items fit on the map")


def corners(tool: str, middle: np.ndarray, reach: float) -> np.ndarray:
    """The pointer's way (m, 2) around a square or a circle."""
    if tool == "rectangle":
        return middle + reach * np.array([[-1, -1], [0, 0], [0.9, 0.9], [1, 1]])
    turn = np.linspace(0, 2 * np.pi, 49)
    return middle + reach * np.stack([np.cos(turn), np.sin(turn)], axis=1)


def redraws(page: Page, chart: Chart, *, rounds: int) -> list[float]:
    """Redraws a second while the pointer drags the map around for 3 s.

    Counted are frames of the display in which WebGL or pixels were drawn, or the map's own count if lower.
    """
    page.evaluate(chart.use, "pan")
    left, top, right, bottom = surface(page, chart)
    x, y, radius = (left + right) / 2, (top + bottom) / 2, min(right - left, bottom - top) / 5
    own = chart.frames or "() => Infinity"
    found = []
    for seconds in [0.5, *[PAN_SECONDS] * rounds]:  # the first to warm up
        page.mouse.move(x + radius, y)
        page.mouse.down()
        before = page.evaluate(f"() => {{ bench.count(); return ({own})() }}")
        started = time.perf_counter()
        while (passed := time.perf_counter() - started) < seconds:
            page.mouse.move(x + radius * math.cos(3 * passed), y + radius * math.sin(3 * passed))
        counted, after = page.evaluate(f"() => [bench.counted(), ({own})()]")
        frames = min(counted, after - before) if chart.frames else counted
        found.append(frames / (time.perf_counter() - started))
        page.mouse.up()
        page.wait_for_timeout(300)
    return found[1:]


def clicks(page: Page, chart: Chart, *, rounds: int) -> dict[str, list[float]]:
    """Ms from the release of a click on an item to its picture, by where that is shown."""
    page.evaluate(chart.use, "pan")
    found: dict[str, list[float]] = {name: [] for name in chart.shows}
    conditions = {name: changed(name, *where) for name, where in chart.shows.items()}

    def press() -> None:
        page.mouse.down()
        page.mouse.up()

    for item, x, y in lonely(page, chart, rounds + 1, seed=1):
        page.mouse.move(x - 2, y)
        page.mouse.move(x, y)
        page.wait_for_timeout(400)
        for name, where in chart.shows.items():
            keep(page, name, *where)
        for name, ms in watch(page, "pointerup", press, **conditions).items():
            found[name].append(ms)
        settle(page)
        if (shown := page.evaluate(chart.picked)) != item:
            raise RuntimeError(f"a click on item {item} picked {shown}")
    return {name: values[1:] for name, values in found.items()}  # the first loads what all need


def keep(page: Page, name: str, within: str, pictures: str) -> None:
    """Keep what is shown somewhere now, for `changed` to compare with."""
    page.evaluate("([name, ...where]) => bench.keep(name, ...where)", [name, within, pictures])


def changed(name: str, within: str, pictures: str) -> str:
    """JavaScript that holds once all pictures somewhere have arrived, and are others than those kept."""
    return f"bench.changed({', '.join(map(json.dumps, (name, within, pictures)))})"


def selections(page: Page, chart: Chart, tool: str, items: int, *, rounds: int, traffic: Traffic) -> Drawn:
    """Draw outlines that hold about so many items each, and wait for the gallery each time."""
    plain = rerun_bytes(page, chart, traffic)
    found = Drawn([], [], [])
    where = "gallery", *chart.gallery
    for path in outlines(page, chart, tool, items, rounds + 1):
        page.evaluate(chart.use, tool)
        if chart.clears:
            page.mouse.dblclick(*surface(page, chart)[:2])
            settle(page)
        keep(page, *where)
        page.mouse.move(*path[0])
        page.mouse.down()
        for x, y in path[1:]:
            page.mouse.move(x, y)
        page.wait_for_timeout(300)
        traffic.reset()
        found.answer.append(watch(page, "pointerup", page.mouse.up, shown=changed(*where))["shown"])
        settle(page)
        found.up.append(traffic.up)
        if abs((held := page.evaluate(chart.selected)) - items) > items / 5:
            raise RuntimeError(f"a {tool} around {items:,} items selected {held:,}")
        found.growth.append(rerun_bytes(page, chart, traffic) - plain)
    return Drawn(found.answer[1:], found.up[1:], found.growth[1:])  # the first loads what all need


def rerun_bytes(page: Page, chart: Chart, traffic: Traffic) -> int:
    """Bytes that the browser sends when the page runs again for something else than the map."""
    traffic.reset()
    control, key = chart.rerun
    page.locator(control).first.press(key)
    settle(page)
    return traffic.up
