"""What was decided, as a file for others: CSV for a spreadsheet, JSON for a program."""

import csv
import io
import json
import math
from collections.abc import Iterable
from dataclasses import asdict, dataclass

from core.audit.decisions import NOBODY, VERDICTS
from core.audit.review import Book
from core.datasets.base import item_address
from core.export import defused

FORMAT = "morphospace-decisions"
HEADER = (
    "item",
    "index",
    "file",
    "label",
    "new_label",
    "verdict",
    "kind",
    "partner",
    "severity",
    "reason",
    "when",
)


@dataclass(frozen=True)
class Line:
    """One decision as a file tells it.

    Attributes
    ----------
    item, index : address and place in the full data set.
    file : the original's place below the source; empty where there is none.
    label, new_label : what the data set says, and what the person says; empty where nothing is.
    verdict, kind, reason : as decided.
    partner : the other item of a pair; None for none.
    severity : 0..1; None where it was not told.
    when : UTC, ISO 8601.
    """

    item: str
    index: int
    file: str
    label: str
    new_label: str
    verdict: str
    kind: str
    partner: int | None
    severity: float | None
    reason: str
    when: str


def lines(dataset: str, known: Book, labels: dict[int, str], files: dict[int, str]) -> list[Line]:
    """The decisions of a data set by item; ``labels`` and ``files`` of the items, as far as they are known."""
    made = [
        Line(
            item_address(dataset, one.item),
            one.item,
            files.get(one.item, one.file),
            labels.get(one.item, ""),
            one.label,
            one.verdict,
            one.kind,
            None if one.partner == NOBODY else one.partner,
            float(f"{one.severity:.4g}") if math.isfinite(one.severity) else None,
            one.reason,
            one.made,
        )
        for one in known.decisions.values()
    ]
    return sorted(made, key=lambda line: (line.index, line.kind, line.partner or 0))


def counts(known: Book) -> dict[str, int]:
    """Items by verdict: an item counts once for each verdict that it was given."""
    given = {(one.item, one.verdict) for one in known.decisions.values()}
    return {verdict: sum(one == verdict for _, one in given) for verdict in VERDICTS}


def to_csv(rows: Iterable[Line]) -> str:
    """CSV with ``HEADER``; text that a spreadsheet would run as a formula gets an apostrophe in front."""
    file = io.StringIO()
    writer = csv.writer(file, lineterminator="\n")
    writer.writerow(HEADER)
    for row in rows:
        cells = [getattr(row, name) for name in HEADER]
        writer.writerow(
            ["" if cell is None else defused(cell) if isinstance(cell, str) else cell for cell in cells]
        )
    return file.getvalue()


def to_json(dataset: str, rows: Iterable[Line]) -> str:
    """The same as one object; ``null`` for what is not known."""
    decisions = [asdict(row) for row in rows]
    whole = {"format": FORMAT, "version": 1, "dataset": dataset, "count": len(decisions), "decisions": decisions}
    return json.dumps(whole, ensure_ascii=False, indent=1, allow_nan=False) + "\n"
