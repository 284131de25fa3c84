"""``python -m benchmarks.table``: the README's table of timings, from results.json."""

import json
from dataclasses import dataclass
from pathlib import Path

RESULTS = Path(__file__).with_name("results.json")
HEAD = "| what | median | 95th percentile | n |\n|---|---|---|---|"


@dataclass(frozen=True)
class Row:
    """One measure: how often it was taken, its median and 95th percentile in ``unit``."""

    name: str
    n: int
    median: float
    p95: float
    unit: str


def table(results: Path = RESULTS) -> str:
    """One row for each measure."""
    rows = [Row(**entry) for entry in json.loads(results.read_text(encoding="utf-8"))]
    lines = [f"| {row.name} | {row.median:.3g} {row.unit} | {row.p95:.3g} {row.unit} | {row.n} |" for row in rows]
    return "\n".join([HEAD, *lines])


if __name__ == "__main__":
    print(table())
