"""One measure: how it is summed up, and what stood around it when it was taken."""

import math
import os
import statistics
import subprocess
from dataclasses import dataclass
from functools import cache

from core.settings import ROOT


@dataclass(frozen=True)
class Row:
    """One measure, as it stands in results.json.

    Attributes
    ----------
    name : what was measured.
    n : how often.
    median, p95 : in ``unit``; the 95th percentile is the nearest rank.
    naive : median of the same on the naive page in the same run; None where that page has no such thing.
    ratio : ``median / naive``.
    load : of this machine when the row was made (processes ready to run, mean of a minute).
    commit : the code that was measured; "+" where the working tree differed from it.
    """

    name: str
    n: int
    median: float
    p95: float
    unit: str
    naive: float | None = None
    ratio: float | None = None
    load: float | None = None
    commit: str = ""


def row(name: str, values: list[float], unit: str, *, naive: list[float] | None = None) -> Row:
    """Sum up what was measured; ValueError for no values at all."""
    if not values:
        raise ValueError(f"{name!r} was not measured once")
    ordered = sorted(values)
    high = ordered[math.ceil(0.95 * len(ordered)) - 1]
    median, other = statistics.median(ordered), statistics.median(naive) if naive else None
    return Row(
        name,
        len(values),
        round(median, 3),
        round(high, 3),
        unit,
        naive=None if other is None else round(other, 3),
        ratio=round(median / other, 3) if other else None,
        load=round(os.getloadavg()[0], 2),
        commit=commit(),
    )


@cache
def commit() -> str:
    """Short name of the commit of this working tree; empty outside a repository."""
    try:
        name = _git("rev-parse", "--short", "HEAD")
        changed = _git("status", "--porcelain", "--untracked-files=no", "--", "core", "dashboard", "pages")
    except (OSError, subprocess.CalledProcessError):
        return ""
    return name + ("+" if changed else "")


def _git(*arguments: str) -> str:
    done = subprocess.run(["git", *arguments], cwd=ROOT, check=True, capture_output=True, text=True)
    return done.stdout.strip()
