"""Pictures in rows and columns to move over by hand, the one under the pointer large, entirely in the browser."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import streamlit as st

from core.board import Row
from dashboard import seen
from dashboard.components.mount import mount
from dashboard.components.sprites import Beside, sheet, words

_MOUNT = mount("grid", sprites=True)


def grid(
    images: np.ndarray,
    *,
    key: str,
    label: str,
    columns: int,
    rows: list[str] | None = None,
    heads: list[str] | None = None,
    captions: list[str] | None = None,
    beside: Beside | None = None,
    start: int = 0,
    order: int = 0,
    size: int = 56,
    large: int = 168,
    generated: bool = True,
) -> int:
    """Show pictures in rows and columns, and one of them large.

    The large one is under the pointer, else the one that is held: the last that was pressed, dragged to or reached
    by arrow keys, Home and End. Nothing is sent while the hand moves: the held cell is reported a moment after it
    comes to rest.

    Parameters
    ----------
    images : (n, H, W, C) uint8, row after row, n a whole multiple of ``columns``, C = 1 or 3.
    key : of the component, unique in the app.
    label : what the grid shows, for screen readers.
    columns : pictures in a row.
    rows, heads : what stands beside each row and above each column; default: nothing.
    captions : what stands under the large picture, one for each picture; default: its row and column.
    beside : a second large picture to each.
    start : cell held first, clipped to the cells there are. Another value in a later run moves there.
    order : another number in a later run moves to ``start`` even where that is as before.
    size, large : longer side of a small and of the large picture in CSS px; smaller where they do not fit.
    generated : False drops the "made by the model" mark from the large picture.

    Returns
    -------
    The cell held at rest, 0..n-1. Tests seed it with ``session_state[key] = {"cell": 3}``.

    Raises
    ------
    ValueError : no pictures or another shape, type or number of them; another number of captions.
    """
    if columns < 1 or not len(images) or len(images) % columns:
        raise ValueError(f"{len(images)} pictures do not fill rows of {columns}")
    pictures = sheet(images, columns=columns)
    named = words(rows, pictures.count // columns, "row names")
    headed = words(heads, columns, "column heads")
    start = min(max(int(start), 0), pictures.count - 1)
    cell = held_cell(st.session_state.get(key), shape=(len(named), columns), start=start, order=order)
    data = {
        "sheet": pictures.data(),
        "label": label,
        "rows": named,
        "heads": headed,
        "captions": places(named, headed) if captions is None else words(captions, pictures.count, "captions"),
        "beside": beside.data(pictures.count) if beside else None,
        "start": start,
        "order": order,
        "cell": cell,
        "size": seen.large(size),
        "large": seen.large(large),
        "generated": generated,
    }
    real = (not generated,) * pictures.count
    seen.tell(
        key,
        seen.Seen(
            (Row(images, label, columns=columns, names=tuple(named), heads=tuple(headed)),), label, real=real
        ),
    )
    _MOUNT(key=key, data=data, on_cell_change=lambda: None, on_missing_change=lambda: None)
    return cell


def places(rows: list[str], heads: list[str]) -> list[str]:
    """What each cell is called: the names of its row and column, or their numbers."""
    return [
        f"{row or f'Row {i + 1}'}, {head or f'column {j + 1}'}"
        for i, row in enumerate(rows)
        for j, head in enumerate(heads)
    ]


def held_cell(state: Any, *, shape: tuple[int, int], start: int, order: int = 0) -> int:
    """The cell that the browser last reported, where that still holds, else ``start``.

    Parameters
    ----------
    state : what the component keeps: ``{"cell": {"at", "rows", "columns", "start", "order"}}`` from the browser,
        with the shape, ``start`` and ``order`` of that time; ``{"cell": 3}`` from a test.
    shape : (rows, columns) that are shown now.
    start, order : of the cells that are shown now.
    """
    reported = state.get("cell") if isinstance(state, Mapping) else None
    if not isinstance(reported, Mapping):
        reported = {"at": reported}
    rows, columns = shape
    now = {"rows": rows, "columns": columns, "start": start, "order": order}
    at = reported.get("at")
    if type(at) is not int or any(reported.get(name, value) != value for name, value in now.items()):
        return start
    return min(max(at, 0), rows * columns - 1)
