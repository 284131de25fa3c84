"""A grid of pictures, one of which can be picked."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from core.board import Row
from dashboard import seen
from dashboard.components.mount import mount
from dashboard.components.sprites import sheet, words
from dashboard.issue_marks import PLACES, SPOKEN, WORDS

# What a mark says to those who cannot see it.
MARKS = {
    "": "",
    "right": "correct",
    "wrong": "wrong",
    "generated": "made by the model",
    "query": "query",
    "keep": "kept",
    "drop": "dropped",
    "relabel": "relabelled",
    "fine": "not a problem",
}

_MOUNT = mount("tiles", sprites=True)


def tiles(
    images: np.ndarray,
    *,
    key: str,
    label: str,
    captions: list[str] | None = None,
    marks: list[str] | None = None,
    issues: list[str] | None = None,
    alt: list[str] | None = None,
    size: int = 64,
    selected: int | None = None,
    columns: int | None = None,
    clickable: bool = True,
    real: list[bool] | None = None,
) -> int | None:
    """Show pictures in a grid and tell which one was clicked.

    Parameters
    ----------
    images : (n, H, W, C) uint8, C = 1 or 3; none at all shows nothing.
    key : of the component, unique in the app.
    label : what the grid shows, for screen readers.
    captions : a short line under each picture.
    marks : for each picture one of ``MARKS``: "right" (blue outline, check), "wrong" (orange outline, cross),
        "generated" (dashed outline, corner mark), "query" (accent outline), what was decided of an issue
        ("keep", "drop", "relabel", "fine"), or "".
    issues : for each picture one of ``issue_marks.MARKS``: what an audit found of it (`issue_filter.marks`).
    alt : what each picture shows, for screen readers; default: its number.
    size : longer side in CSS px. Sources up to 32 px are enlarged a whole number of times, nearest to this.
    selected : row that is drawn as the chosen one.
    columns : pictures in a row, made smaller where they do not fit; default: as many as fit.
    clickable : False shows the grid without buttons.
    real : which show a thing of the data set as it was taken; default: those that are not marked "generated".

    Returns
    -------
    The row that was clicked to cause this run, else None. Tests seed it with
    ``session_state[key] = {"picked": row}`` (which stays; delete the key for the next run).

    Raises
    ------
    ValueError : pictures of another shape or type, lists of another length, an unknown mark.
    """
    pictures = sheet(images)
    marked = words(marks, pictures.count, "marks")
    unknown = set(marked) - MARKS.keys()
    if unknown:
        raise ValueError(f"unknown marks {sorted(unknown)}; allowed: {list(MARKS)}")
    audited = words(issues, pictures.count, "marks of issues")
    if unknown := set(audited) - SPOKEN.keys():
        raise ValueError(f"unknown marks of issues {sorted(unknown)}; allowed: {list(SPOKEN)}")
    captioned = words(captions, pictures.count, "captions")
    shown = words(alt, pictures.count, "alt texts")
    spoken = [
        ", ".join(part for part in (what or f"Picture {row + 1}", caption, MARKS[mark], SPOKEN[issue]) if part)
        for row, (what, caption, mark, issue) in enumerate(zip(shown, captioned, marked, audited, strict=True))
    ]
    data = {
        "sheet": pictures.data(),
        "label": label,
        "captions": captioned,
        "marks": marked,
        "issues": audited if any(audited) else [],
        "tints": PLACES,
        "spoken": spoken,
        "size": seen.large(size),
        "selected": selected,
        "columns": columns,
        "clickable": clickable,
    }
    taken = tuple(mark != "generated" for mark in marked) if real is None else tuple(real)
    weight = min(3, max(1, len(images) ** 0.5 / 2))  # many are given more of a slide
    below = ["\n".join(filter(None, (text, WORDS[issue]))) for text, issue in zip(captioned, audited, strict=True)]
    row = Row(images, label, tuple(below) if any(below) else (), columns or 0, weight)
    seen.tell(key, seen.Seen((row,), label, real=taken))
    result = _MOUNT(key=key, data=data, on_picked_change=lambda: None, on_missing_change=lambda: None)
    return _row(result.get("picked"), pictures.count, pictures.token) if clickable else None


def _row(picked: Any, count: int, token: str) -> int | None:
    """The picked row; None when it is out of range or was picked from pictures that are no longer shown."""
    if isinstance(picked, Mapping):
        picked = picked.get("row") if picked.get("token") == token else None
    return picked if type(picked) is int and 0 <= picked < count else None
