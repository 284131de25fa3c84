"""What more points cost: bytes of geometry, time to a drawn map, bytes of every later run."""

from dataclasses import replace

from benchmarks import charts, latent_map, naive
from benchmarks.bench import Bench
from benchmarks.browser import Traffic, fresh_page, serving, settle
from benchmarks.charts import Chart
from benchmarks.rows import Row, row
from core.settings import ROOT

KINDS = {"drawn map": "s", "geometry": "kB", "later run, down": "kB", "later run, up": "B"}
SIZES = (5_000, 20_000, 70_000, 200_000)
OURS = replace(latent_map.CHART, script=ROOT / "benchmarks" / "scale_app.py")
RERUNS = 3
Found = dict[str, list[float]]


def measure(bench: Bench) -> list[Row]:
    """All sizes on both pages; nothing that is sent per run may grow with the points."""
    rows = []
    for size in SIZES:
        ours, plain = (sized(bench, chart, size) for chart in (OURS, naive.CHART))
        for what, unit in (
            ("drawn map", "s"),
            ("geometry", "kB"),
            ("later run, down", "kB"),
            ("later run, up", "B"),
        ):
            rows.append(row(f"{size:,} points: {what}", ours[what], unit, naive=plain[what]))
    return rows


def sized(bench: Bench, chart: Chart, size: int) -> Found:
    """What a page with so many points costs."""
    found: Found = {what: [] for what in KINDS}
    with serving(chart.script, bench.folder("scale"), BENCH_POINTS=str(size)) as url:
        for visit in range(bench.few):
            with fresh_page(bench.browser) as page:
                traffic = Traffic.of(page)
                seconds = charts.open_map(page, url, chart, items=size)
                settle(page)
                if visit == 0:
                    continue  # it warms the server
                found["drawn map"].append(seconds)
                found["geometry"].append(traffic.geometry() / 1000)
                for _ in range(RERUNS):
                    found["later run, up"].append(charts.rerun_bytes(page, chart, traffic))
                    found["later run, down"].append(traffic.down / 1000)
    return found
