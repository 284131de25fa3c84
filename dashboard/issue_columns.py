"""What an audit found and what was decided, as columns beside other facts of items: for maps and galleries."""

import numpy as np
import streamlit as st

from core.audit.findings import FindingsError
from core.saved import StoreError
from dashboard import auditing
from dashboard.auditing import Audit
from dashboard.issue_marks import DROPPED, REVIEWED, WAITS
from dashboard.memo import per_run

STATE = "review"  # name of the column of states
PREFIX = "issue_"  # of the columns of severities


@per_run
def audit(dataset: str) -> Audit | None:
    """The audit of a data set; None where there is none that can be used."""
    try:
        return auditing.current(dataset)
    except (FindingsError, StoreError):
        return None  # the page of audits says why


def kinds(found: Audit) -> list[str]:
    """The kinds of issues that some item has, in the order of the tabs."""
    issues = found.found.issues
    # What is not known of an item is NaN, which is no severity.
    some = {kind for kind, issue in issues.items() if (issue.severity >= issue.threshold).any()}
    return [kind for kind in auditing.kinds(found) if kind in some]


def states(found: Audit) -> np.ndarray:
    """Place in ``issue_marks.STATES`` of every row of the findings (n,) uint8, from proposed severities on."""
    return _states(found.dataset, found.stamp, found)


@st.cache_resource(max_entries=4, show_spinner=False)
def _states(dataset: str, stamp: str, _found: Audit) -> np.ndarray:
    made = np.zeros(_found.found.size, np.uint8)
    judged = {one.item for one in _found.book.decisions.values()}
    made[np.isin(_found.index, list(judged))] = REVIEWED
    for issue in _found.found.issues.values():
        queue = auditing.queue_at(_found, issue, issue.threshold)
        waiting = np.isin(_found.index, queue.items[~queue.settled])
        made[waiting] = WAITS
    made[np.isin(_found.index, list(_found.book.dropped))] = DROPPED
    made.flags.writeable = False
    return made


def state_of(dataset: str, items: np.ndarray) -> np.ndarray:
    """Place in ``issue_marks.STATES`` of items (n,): (n,) uint8; "no issue" for those that no audit knows."""
    found = audit(dataset)
    made = np.zeros(len(items), np.uint8)
    if found is not None:
        rows, known = _rows(found, items)
        made[known] = states(found)[rows[known]]
    return made


def columns(dataset: str, items: np.ndarray) -> dict[str, np.ndarray]:
    """Columns for a map, a row for each of items (n,): states uint8, and severities float32 of each kind.

    A severity is NaN where an item does not have the issue from the proposed severity on. Empty without an audit.
    """
    found = audit(dataset)
    if found is None:
        return {}
    rows, known = _rows(found, items)
    made = {STATE: state_of(dataset, items)}
    for kind in kinds(found):
        issue = found.found.issues[kind]
        column = np.full(len(items), np.nan, np.float32)
        column[known] = issue.severity[rows[known]]
        column[~(column >= issue.threshold)] = np.nan
        made[f"{PREFIX}{kind}"] = column
    return made


def _rows(found: Audit, items: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Rows (n,) of items in the findings, and which of them are there: (n,) bool."""
    if not len(found.index):
        return np.zeros(len(items), np.int64), np.zeros(len(items), bool)
    rows = np.minimum(np.searchsorted(found.index, items), len(found.index) - 1)
    return rows, found.index[rows] == items
