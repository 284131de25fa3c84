"""What an audit found of a data set, and what was decided of it."""

import os
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import streamlit as st

from core.audit import brought, findings, originals, review
from core.audit.brought import Carried
from core.audit.decisions import NOBODY, Decision, Decisions, Key
from core.audit.findings import Findings, FindingsError, Issue
from core.audit.originals import Originals
from core.audit.review import Book, Queue
from core.saved import StoreError
from core.settings import Settings
from dashboard import audit_words, resources

FOLDER = "audits"  # below `Settings.own`
RULE = "audit_rule"
GROUP = "group"
Items = tuple[int, ...]


@dataclass(frozen=True, eq=False)
class Audit:
    """The findings on a data set, with what they are about.

    Attributes
    ----------
    dataset : its name.
    found : the findings.
    index : (n,) int64, the items that the findings' rows stand for.
    files : where the originals are; None for a set that no person brought.
    book : what was decided.
    scope : what decisions on this bringing of the set are kept under.
    version : of the decisions.
    stamp : changes with the findings and the decisions.
    """

    dataset: str
    found: Findings
    index: np.ndarray
    files: Originals | None
    book: Book
    scope: str
    version: int
    stamp: str

    def row(self, item: int) -> int | None:
        """Row of an item in the findings."""
        at = int(np.searchsorted(self.index, item))
        return at if at < len(self.index) and int(self.index[at]) == item else None

    def label(self, item: int) -> int:
        """Number of an item's label, -1 where it is not known."""
        return _label(self.dataset, item)

    def file(self, item: int) -> str:
        """Name of an item's original; empty where it has none."""
        return "" if self.files is None else self.files.name(item)

    def picture(self, item: int) -> str:
        """What tells an item's original from others; empty where that is not known."""
        return "" if self.files is None else self.files.picture(item)


def store() -> Decisions:
    """Where decisions are kept."""
    return Decisions.under(resources.settings().own)


def path(dataset: str) -> Path:
    """Where the findings on a data set are kept."""
    return resources.settings().own / FOLDER / f"{dataset}.npz"


def stamp(dataset: str) -> str:
    """What changes with the findings on a data set, and with what was decided of it; empty without findings."""
    try:
        found = path(dataset).stat()
        return _stamp(found, store().version(scope(dataset)))
    except (OSError, StoreError):
        return ""  # the page of audits says what is wrong with the decisions


def _stamp(found: os.stat_result, version: int) -> str:
    return f"{found.st_mtime_ns:x}-{found.st_size:x}-{version}"


def current(dataset: str) -> Audit | None:
    """What was found of a data set; None where it was not audited yet.

    Raises
    ------
    FindingsError : the findings cannot be read, or are on another state of the data set.
    StoreError : the decisions cannot be read.
    """
    try:
        told = path(dataset).stat()
    except OSError:
        return None
    found, own = _found(str(path(dataset)), told.st_mtime_ns, told.st_size), files(dataset)
    if own is not None and found.brought and found.brought != own.made:
        raise FindingsError(
            f"The audit was of this set as it was brought on {day(found.brought)}; it was brought anew on "
            f"{day(own.made)}. Run the audit again."
        )
    carried(dataset)
    here = scope(dataset)
    version = store().version(here)
    book = _book(dataset, str(store().path), version, set_stamp(dataset), resources.settings())
    return Audit(dataset, found, _index(dataset, found), own, book, here, version, _stamp(told, version))


def day(made: str) -> str:
    """A time as people read it: ``2026-11-22 10:36``."""
    return made[:16].replace("T", " ")


def scope(dataset: str) -> str:
    """What decisions on the data set as it is here are kept under."""
    own = files(dataset)
    return brought.scope(dataset, "" if own is None else own.made)


def carried(dataset: str) -> Carried:
    """What became of decisions on earlier bringings of the set, which is looked at once; StoreError."""
    return _carried(dataset, str(store().path), set_stamp(dataset), resources.settings())


@st.cache_resource(max_entries=8, show_spinner=False)
def _carried(dataset: str, path: str, stamp: int, settings: Settings) -> Carried:
    return brought.carry(Decisions(Path(path)), dataset, _files(dataset, settings, stamp))


@st.cache_resource(max_entries=4, show_spinner=False)
def _found(path: str, changed: int, size: int) -> Findings:
    return findings.load(Path(path))


@st.cache_resource(max_entries=4, show_spinner=False)
def _files(dataset: str, settings: Settings, stamp: int) -> Originals | None:
    return originals.of(dataset, settings)


@st.cache_resource(max_entries=4, show_spinner=False)
def _book(dataset: str, path: str, version: int, stamp: int, settings: Settings) -> Book:
    own = _files(dataset, settings, stamp)
    known = own.files if own is not None and len(own.files) else None
    made = "" if own is None else own.made
    return review.book(Decisions(Path(path)).all(brought.scope(dataset, made)), known)


def files(dataset: str) -> Originals | None:
    """Where the originals of a data set are; None for one that no person brought."""
    return _files(dataset, resources.settings(), set_stamp(dataset))


def set_stamp(dataset: str) -> int:
    """When a person's own data set was written last; 0 for another."""
    try:
        return (resources.settings().own / "datasets" / dataset / "set.json").stat().st_mtime_ns
    except OSError:
        return 0


def _index(dataset: str, found: Findings) -> np.ndarray:
    """The items that the rows of findings stand for."""
    images, first = resources.images(dataset), resources.first(dataset)
    if images is not None and len(images) == found.size:
        return images.index
    if resources.source(dataset).size == found.size:
        return np.arange(found.size)
    if first is not None and len(resources.gallery(first)) == found.size:
        return resources.gallery(first).index
    here = len(images) if images is not None else resources.source(dataset).size
    raise FindingsError(f"The audit was of {found.size:,} images, and {here:,} are here now. Run the audit again.")


def _label(dataset: str, item: int) -> int:
    images, first = resources.images(dataset), resources.first(dataset)
    if images is not None and (label := images.label(item)) is not None:
        return int(label)
    gallery = None if first is None else resources.gallery(first)
    row = None if gallery is None else gallery.row(item)
    return -1 if row is None or gallery is None else int(gallery.label[row])


def kinds(audit: Audit) -> list[str]:
    """The kinds of issues that were looked for, in the order of the tabs."""
    found = [*audit.found.issues, *([GROUP] if audit.found.groups else [])]
    order = [*audit_words.KINDS]
    return sorted(found, key=lambda kind: order.index(kind) if kind in order else len(order))


def queue_at(audit: Audit, issue: Issue, at: float) -> Queue:
    """The cases of a kind from a severity on."""
    return _queue(audit.dataset, issue.kind, at, audit.stamp, audit, issue)


@st.cache_resource(max_entries=64, show_spinner=False)
def _queue(dataset: str, kind: str, at: float, stamp: str, _audit: Audit, _issue: Issue) -> Queue:
    return review.queue(_issue, _audit.index, at, _audit.book)


def decision(audit: Audit, kind: str, items: Items) -> list[Decision]:
    """What was decided of a case: of each of its items, as far as it was."""
    keys: list[Key] = [(kind, items[0], NOBODY)]
    if len(items) == 2:
        keys = [(kind, items[0], items[1]), (kind, items[1], items[0])]
    return [audit.book.decisions[key] for key in keys if key in audit.book.decisions]


def title(kind: str) -> str:
    """What a kind is called."""
    return audit_words.kind(kind).title


def ranks(audit: Audit) -> np.ndarray:
    """In which order rows are kept under the reader's rule: (n,) int64."""
    rule = st.session_state.get(RULE, review.RULES[0])
    return _ranks(audit.dataset, rule, audit.stamp, audit)


@st.cache_resource(max_entries=8, show_spinner=False)
def _ranks(dataset: str, rule: str, stamp: str, _audit: Audit) -> np.ndarray:
    size, source = _audit.found.size, resources.source(dataset)
    files = _audit.files
    known = files is not None and len(files.pixels) == size
    pixels = files.pixels if files is not None and known else np.ones(size, np.int64)
    others = [issue.severity for issue in _audit.found.issues.values() if not len(issue.pairs)]
    worst = np.max([np.nan_to_num(one) for one in others], axis=0) if others else np.zeros(size)
    train = int(np.searchsorted(_audit.index, source.train_size))
    return review.ranks(rule, size, pixels=pixels, train_size=train, severity=worst)
