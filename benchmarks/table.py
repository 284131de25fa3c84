"""``python -m benchmarks.table``: tables of timings in README.md and docs/speed.md from results.json."""

import json
from pathlib import Path

from benchmarks.rows import Row
from core.settings import ROOT
from core.table import renew

RESULTS = Path(__file__).with_name("results.json")
IN_SHORT = (
    "start of the server to the first picture, cold",
    "Clusters, opened on a warm server, to its first picture",
    "command to map drawn, warm disk",
    "map redraws a second while panning",
    "click to the item's picture, on the map",
    "slider of an attribute moved to its picture",
    "scrub: pointer move to new frame painted",
    "lasso of 10,000, release to gallery with pictures",
    "200,000 points: drawn map",
    "server memory after the map",
    "30 users clicking at once, click to the end of the answer",
    "10,000 PNG files of 64 px, brought and encoded with products-ae, to the map",
    "audit of 10,000 images of 28 x 28 px",
)
SHORT_HEAD = "| what | median | plain page | n |\n|---|---|---|---|"
HEAD = "| what | median | 95th percentile | naive | n |\n|---|---|---|---|---|"


def read(results: Path = RESULTS) -> list[Row]:
    """All measures of the last run."""
    return [Row(**entry) for entry in json.loads(results.read_text(encoding="utf-8"))]


def table(results: Path = RESULTS) -> str:
    """One line for each measure."""
    return "\n".join([HEAD, *map(line, read(results))])


def in_short(results: Path = RESULTS) -> str:
    """The measures to begin with."""
    found, lines = {row.name: row for row in read(results)}, [SHORT_HEAD]
    for name in IN_SHORT:
        row = found[name]
        lines.append(f"| {name} | {amount(row.median, row.unit)} | {beside(row)} | {row.n} |")
    return "\n".join(lines)


def beside(row: Row) -> str:
    """What the plain page takes, where it can do the same."""
    return "" if row.naive is None else amount(row.naive, row.unit)


def line(row: Row) -> str:
    """One measure as a line of the table."""
    return (
        f"| {row.name} | {amount(row.median, row.unit)} | {amount(row.p95, row.unit)} | {beside(row)} | {row.n} |"
    )


def amount(value: float, unit: str) -> str:
    """Three digits that count, never as a power of ten."""
    digits = f"{value:,.0f}" if abs(value) >= 100 else f"{value:.3g}"
    return f"{digits} {unit}"


if __name__ == "__main__":
    renew(ROOT / "docs" / "speed.md", table())
    renew(ROOT / "README.md", in_short())
