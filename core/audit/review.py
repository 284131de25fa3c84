"""What is left to review: cases from a threshold on, what was decided of them, and which of two alike is kept."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

import numpy as np

from core.audit.decisions import DROP, NOBODY, RELABEL, Decision, Key
from core.audit.findings import Issue

RULES = ("first", "largest", "train", "severity")


@dataclass(frozen=True, eq=False)
class Book:
    """All that was decided of a data set, ready to be asked.

    Attributes
    ----------
    decisions : by kind, item and partner.
    stale : how many are of a file that is no longer at its place in the data set; they do not count.
    dropped : items that are to go.
    labels : item -> the label that it should have, the last one that was said.
    """

    decisions: Mapping[Key, Decision]
    stale: int = 0
    dropped: frozenset[int] = field(init=False)
    labels: Mapping[int, str] = field(init=False)

    def __post_init__(self) -> None:
        every = sorted(self.decisions.values(), key=lambda one: one.made)
        object.__setattr__(self, "dropped", frozenset(one.item for one in every if one.verdict == DROP))
        object.__setattr__(self, "labels", {one.item: one.label for one in every if one.verdict == RELABEL})

    def of(self, kind: str) -> list[Decision]:
        """The decisions of one kind of issue."""
        return [one for one in self.decisions.values() if one.kind == kind]


def book(decisions: Iterable[Decision], files: np.ndarray | None = None) -> Book:
    """Gather decisions; ``files`` (n,) str are the names of the originals now, where they are known.

    A decision on a file that has gone from its place would hit another image, so it is left out.
    """
    kept, stale = {}, 0
    for one in decisions:
        same = files is None or not one.file or (one.item < len(files) and str(files[one.item]) == one.file)
        if same:
            kept[one.key] = one
        else:
            stale += 1
    return Book(kept, stale)


@dataclass(frozen=True, eq=False)
class Queue:
    """Cases of one kind of issue, the worst first.

    Attributes
    ----------
    kind : of the issue.
    items : (k, 1) or (k, 2) int64, places in the full data set; two for a pair.
    severity : (k,) float32.
    decided : (k,) bool, whether a verdict was given on the very case.
    settled : (k,) bool, whether it is decided, or an item of it was dropped for another reason.
    """

    kind: str
    items: np.ndarray
    severity: np.ndarray
    decided: np.ndarray
    settled: np.ndarray

    def __len__(self) -> int:
        return len(self.items)

    @property
    def left(self) -> int:
        """Cases that wait for a verdict."""
        return int(len(self) - np.count_nonzero(self.settled))

    def at(self, items: tuple[int, ...]) -> int | None:
        """Place of the case of these items; None where it is not among them."""
        if self.items.shape[1] != len(items) or not len(self):
            return None
        found = np.flatnonzero((self.items == np.array(items)).all(axis=1))
        return int(found[0]) if len(found) else None

    def next_open(self, after: int = -1) -> int | None:
        """The first case after a place that waits for a verdict, else the first of all; None where none does."""
        waiting = np.flatnonzero(~self.settled)
        if not len(waiting):
            return None
        later = waiting[waiting > after]
        return int(later[0] if len(later) else waiting[0])


def queue(issue: Issue, index: np.ndarray, threshold: float, known: Book) -> Queue:
    """The cases of an issue from ``threshold`` on; ``index`` (n,) int64 are the items that the rows stand for."""
    if len(issue.pairs):
        keep = issue.pair_severity >= threshold
        items, severity = index[issue.pairs[keep]], issue.pair_severity[keep]
        order = np.argsort(-severity, kind="stable")
        items, severity = items[order], severity[order]
    else:
        rows = issue.found(threshold)
        items, severity = index[rows][:, None], issue.severity[rows]
    decided = _decided(issue.kind, items, known)
    gone = np.isin(items, list(known.dropped)).any(axis=1) if known.dropped else np.zeros(len(items), bool)
    return Queue(issue.kind, items, severity, decided, decided | gone)


def _decided(kind: str, items: np.ndarray, known: Book) -> np.ndarray:
    """Which cases (k, 1 or 2) have a verdict of their own: (k,) bool."""
    keys = {(one.item, one.partner) for one in known.of(kind)}
    if not keys:
        return np.zeros(len(items), bool)
    pairs = items if items.shape[1] == 2 else np.column_stack([items, np.full(len(items), NOBODY)])
    return np.fromiter(((a, b) in keys for a, b in pairs.tolist()), bool, len(pairs))


def counts(issue: Issue, steps: int = 200) -> list[int]:
    """How many cases there are from each of ``steps`` + 1 thresholds on, from 0 to 1."""
    severity = issue.pair_severity if len(issue.pairs) else issue.severity
    known = np.sort(severity[np.isfinite(severity)].astype(np.float32))
    at = np.searchsorted(known, (np.arange(steps + 1) / steps).astype(np.float32), side="left")
    return (len(known) - at).tolist()


def ranks(rule: str, size: int, *, pixels: np.ndarray, train_size: int, severity: np.ndarray) -> np.ndarray:
    """In which order items are kept under a rule: (n,) int64, 0 is kept before all others.

    Parameters
    ----------
    rule : one of ``RULES``: the ``first`` in the set; the ``largest`` original, in pixels; the one in the
        ``train`` part; the one whose worst ``severity`` among other issues is lowest. The place breaks ties.
    size : items, n.
    pixels : (n,) of the originals, width times height.
    train_size : items below it are for training.
    severity : (n,) 0..1, NaN counts as 0.
    """
    place = np.arange(size)
    by = {
        "first": place,
        "largest": -np.asarray(pixels, np.int64),
        "train": (place >= train_size).astype(np.int64),
        "severity": np.nan_to_num(severity, nan=0.0),
    }
    if rule not in by:
        raise ValueError(f"rule {rule!r} is not one of {', '.join(RULES)}")
    found = np.empty(size, np.int64)
    found[np.lexsort((place, by[rule]))] = place
    return found


def keep_one(pairs: np.ndarray, rank: np.ndarray, dropped: Iterable[int] = ()) -> set[int]:
    """Rows to drop so that no pair is left whole and every dropped one is alike to one that stays.

    Rows are gone through in the order of their rank; one stays unless it is alike to one that stays already.

    Parameters
    ----------
    pairs : (m, 2) int64 rows.
    rank : (n,) int64, the lowest is kept first.
    dropped : rows that are dropped already.
    """
    gone = set(dropped)
    alike: dict[int, list[int]] = {}
    for a, b in pairs.tolist():
        alike.setdefault(a, []).append(b)
        alike.setdefault(b, []).append(a)
    new: set[int] = set()
    for row in sorted(alike, key=lambda one: int(rank[one])):
        if row in gone:
            continue
        for other in alike[row]:
            if other not in gone:
                gone.add(other)
                new.add(other)
    return new
