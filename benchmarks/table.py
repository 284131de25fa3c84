"""``python -m benchmarks.table``: the README's table of timings, from results.json."""

import json
from pathlib import Path

from benchmarks.rows import Row

RESULTS = Path(__file__).with_name("results.json")
HEAD = "| what | median | 95th percentile | naive | n |\n|---|---|---|---|---|"


def read(results: Path = RESULTS) -> list[Row]:
    """All measures of the last run."""
    return [Row(**entry) for entry in json.loads(results.read_text(encoding="utf-8"))]


def table(results: Path = RESULTS) -> str:
    """One line for each measure."""
    return "\n".join([HEAD, *map(line, read(results))])


def line(row: Row) -> str:
    """One measure as a line of the table."""
    naive = "" if row.naive is None else amount(row.naive, row.unit)
    return f"| {row.name} | {amount(row.median, row.unit)} | {amount(row.p95, row.unit)} | {naive} | {row.n} |"


def amount(value: float, unit: str) -> str:
    """Three digits that count, never as a power of ten."""
    digits = f"{value:,.0f}" if abs(value) >= 100 else f"{value:.3g}"
    return f"{digits} {unit}"


if __name__ == "__main__":
    print(table())
