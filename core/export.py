"""A selection as a file for others: CSV for a spreadsheet, JSON for a program."""

import csv
import io
import json
import math
import re
from collections.abc import Mapping, Sequence

from core.datasets.base import item_address
from core.saved import Saved

FORMAT = "morphospace-selection"
FORMULA = ("=", "+", "-", "@", "\uff1d", "\uff0b", "\uff0d", "\uff20")  # the last four: their wide forms
Cell = str | int | float | None


def to_csv(saved: Saved, columns: Mapping[str, Sequence[Cell]]) -> str:
    """One row for each item.

    Parameters
    ----------
    saved : the selection.
    columns : what is known of its items, in their order; None and NaN give an empty cell.

    Returns
    -------
    CSV with the header ``item,index,<columns>,relabel,selection,tags,reason``. Text that a spreadsheet would run
    as a formula gets an apostrophe in front (OWASP, CSV injection).

    Raises
    ------
    ValueError : a column of another length.
    """
    known = _rows(saved, columns)
    file = io.StringIO()
    writer = csv.writer(file, lineterminator="\n")
    writer.writerow(["item", "index", *map(defused, columns), "relabel", "selection", "tags", "reason"])
    same = [defused(text) for text in (saved.label or "", saved.name, ", ".join(saved.tags), saved.note)]
    for index, cells in zip(saved.items.tolist(), known, strict=True):
        shown = ["" if cell is None else defused(cell) if isinstance(cell, str) else cell for cell in cells]
        writer.writerow([defused(item_address(saved.dataset, index)), index, *shown, *same])
    return file.getvalue()


def to_json(saved: Saved, columns: Mapping[str, Sequence[Cell]]) -> str:
    """The same as one object; ``null`` for what is not known."""
    items = [
        {"item": item_address(saved.dataset, index), "index": index, **dict(zip(columns, cells, strict=True))}
        for index, cells in zip(saved.items.tolist(), _rows(saved, columns), strict=True)
    ]
    whole = {
        "format": FORMAT,
        "version": 1,
        "name": saved.name,
        "dataset": saved.dataset,
        "tags": list(saved.tags),
        "reason": saved.note,
        "relabel": saved.label,
        "created": saved.created or None,
        "count": len(saved),
        "items": items,
    }
    return json.dumps(whole, ensure_ascii=False, indent=1, allow_nan=False) + "\n"


def defused(text: str) -> str:
    """Keep a spreadsheet from reading ``text`` as a formula; blanks in front do not stop all of them."""
    return f"'{text}" if text.lstrip().startswith(FORMULA) else text


def file_name(saved: Saved, ending: str) -> str:
    """A name for the file that every system takes."""
    plain = re.sub(r"[^a-z0-9]+", "-", saved.name.casefold()).strip("-")[:40]
    return f"{saved.dataset}-{plain or 'selection'}.{ending}"


def _rows(saved: Saved, columns: Mapping[str, Sequence[Cell]]) -> list[tuple[Cell, ...]]:
    """A tuple of cells for each item; fractions to four digits."""
    for name, values in columns.items():
        if len(values) != len(saved):
            raise ValueError(f"column {name!r} has {len(values)} rows, the selection has {len(saved)} items")
    rounded = [[_round(cell) for cell in values] for values in columns.values()]
    return list(zip(*rounded, strict=True)) if rounded else [()] * len(saved)


def _round(cell: Cell) -> Cell:
    if isinstance(cell, float):
        return float(f"{cell:.4g}") if math.isfinite(cell) else None
    return cell
