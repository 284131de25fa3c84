"""The table of measures on 70,000 articles: our map and the naive page, one after the other in the same run."""

import time
from collections.abc import Iterator
from contextlib import contextmanager

from playwright.sync_api import Page

from benchmarks import charts, latent_map, naive
from benchmarks.bench import Bench
from benchmarks.browser import Traffic, fresh_page, memory, serving, settle
from benchmarks.charts import Chart, Drawn
from benchmarks.rows import Row, row

OURS, NAIVE = latent_map.CHART, naive.CHART
TALL = 1500  # px of a window that shows a gallery below the map without scrolling
OUTLINES = {"rectangle": 5000, "lasso": 10_000}


@contextmanager
def opened(bench: Bench, chart: Chart, **size: int) -> Iterator[tuple[Page, Traffic]]:
    """A fresh browser window with a chart drawn in it, and its traffic from the start."""
    with fresh_page(bench.browser, **size) as page:
        traffic = Traffic.of(page)
        charts.open_map(page, bench.url(chart), chart)
        settle(page)
        yield page, traffic


def start(bench: Bench) -> list[Row]:
    """From the start of the server's process to a drawn map, and the memory it takes then."""
    seconds: dict[Chart, list[float]] = {OURS: [], NAIVE: []}
    megabytes: dict[Chart, list[float]] = {OURS: [], NAIVE: []}
    for chart in (OURS, NAIVE):
        for _ in range(bench.few + 1):
            started = time.perf_counter()
            with (
                fresh_page(bench.browser) as page,
                serving(chart.script, bench.folder("start")) as url,
            ):
                charts.open_map(page, url, chart)
                seconds[chart].append(time.perf_counter() - started)
                settle(page, quiet=2000)
                megabytes[chart].append(memory(url))
    return [
        # The first of each is left out: it warms the disk.
        row("command to map drawn, warm disk", seconds[OURS][1:], "s", naive=seconds[NAIVE][1:]),
        row("server memory after the map", megabytes[OURS][1:], "MB", naive=megabytes[NAIVE][1:]),
    ]


def opening(bench: Bench) -> list[Row]:
    """From asking for the page to a drawn map, each time in a browser that has nothing of it."""
    found: dict[Chart, list[float]] = {OURS: [], NAIVE: []}
    for chart in (OURS, NAIVE):
        for _ in range(bench.few + 1):
            with fresh_page(bench.browser) as page:
                found[chart].append(charts.open_map(page, bench.url(chart), chart))
                settle(page)
    return [row("page open to drawn map, warm server, new browser", found[OURS][1:], "s", naive=found[NAIVE][1:])]


def panning(bench: Bench) -> list[Row]:
    """Redraws while the map is dragged around."""
    found = {}
    for chart in (OURS, NAIVE):
        with opened(bench, chart) as (page, _):
            found[chart] = charts.redraws(page, chart, rounds=bench.few)
    return [row("map redraws a second while panning", found[OURS], "/s", naive=found[NAIVE])]


def hovering(bench: Bench) -> list[Row]:
    """The picture under the pointer; the naive page has none."""
    with opened(bench, OURS) as (page, _):
        found = latent_map.hover(page, rounds=bench.rounds)
    return [row("pointer rest to thumbnail visible", found, "ms")]


def clicking(bench: Bench) -> list[Row]:
    """A click on an item."""
    with opened(bench, OURS) as (page, _):
        ours = charts.clicks(page, OURS, rounds=bench.rounds // 2)
    with opened(bench, NAIVE) as (page, _):
        plain = charts.clicks(page, NAIVE, rounds=bench.few)["card"]
    return [
        row("click to the item's picture, on the map", ours["map"], "ms", naive=plain),
        row("click to the item's picture, on the card beside", ours["card"], "ms", naive=plain),
    ]


def enclosing(bench: Bench, tool: str) -> list[Row]:
    """An outline around many items."""
    found: dict[Chart, Drawn] = {}
    for chart, rounds in ((OURS, 2 * bench.few), (NAIVE, bench.few - 1)):
        with opened(bench, chart, height=TALL) as (page, traffic):
            found[chart] = charts.selections(page, chart, tool, OUTLINES[tool], rounds=rounds, traffic=traffic)
    ours, plain = found[OURS], found[NAIVE]
    what = f"{tool} of {OUTLINES[tool]:,}"
    return [
        row(f"{what}, release to gallery with pictures", ours.answer, "ms", naive=plain.answer),
        row(f"{what}, sent up", ours.up, "B", naive=plain.up),
        row(f"{what}, growth of what later runs send up", ours.growth, "B", naive=plain.growth),
    ]


def rectangle(bench: Bench) -> list[Row]:
    """A rectangle around 5,000 items."""
    return enclosing(bench, "rectangle")


def lasso(bench: Bench) -> list[Row]:
    """A lasso around 10,000 items."""
    return enclosing(bench, "lasso")


def recolouring(bench: Bench) -> list[Row]:
    """Another colour; ours keeps the zoom, the naive page loses it."""
    with opened(bench, OURS) as (page, traffic):
        ours, sent = latent_map.recolour(page, traffic, rounds=2 * bench.few)
    with opened(bench, NAIVE) as (page, traffic):
        plain, resent = naive.recolour(page, traffic, rounds=bench.few)
    return [
        row("recolour, zoom kept (lost on the naive page)", ours, "ms", naive=plain),
        row("recolour, geometry sent again", sent, "B", naive=[max(resent)]),
    ]


def scrubbing(bench: Bench) -> list[Row]:
    """Along a way through latent space; the naive page has a slider, which answers when it is released."""
    with fresh_page(bench.browser) as page:
        ours = latent_map.scrub(page, bench.url(OURS), rounds=bench.rounds)
    with opened(bench, NAIVE) as (page, _):
        plain = naive.scrub(page, rounds=2 * bench.few)
    return [row("scrub: pointer move to new frame painted", ours, "ms", naive=plain)]


def decoding(bench: Bench) -> list[Row]:
    """What the model draws under the pointer; the naive page has nothing of it."""
    with opened(bench, OURS) as (page, _):
        found = latent_map.decode(page, rounds=bench.rounds)
    return [row("decode under the pointer, atlas frame", found, "ms")]
