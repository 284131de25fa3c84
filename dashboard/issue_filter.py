"""A filter and marks by what an audit found, for every gallery of items; nothing where there was no audit."""

import numpy as np
import streamlit as st

from dashboard import issue_columns
from dashboard.issue_columns import DROPPED, NONE, WAITS

ALL = "all"
FILTERS = {ALL: "All", "issues": "With issues", "waiting": "To review", "left": "Not dropped"}


def keep(key: str, dataset: str, items: np.ndarray) -> np.ndarray:
    """Let the reader filter items (n,) of a data set; which ones are left: (n,) bool."""
    if issue_columns.audit(dataset) is None:
        return np.ones(len(items), bool)
    chosen = st.segmented_control(
        "By issue",
        list(FILTERS),
        default=ALL,
        format_func=FILTERS.__getitem__,
        required=True,
        key=key,
        help="What the audit of this data set found, and what you decided of it.",
    )
    return kept(chosen or ALL, issue_columns.state_of(dataset, items))


def kept(chosen: str, states: np.ndarray) -> np.ndarray:
    """Which items are left by one of ``FILTERS``, by their states (n,): (n,) bool."""
    left = {
        ALL: np.ones(len(states), bool),
        "issues": states != NONE,
        "waiting": states == WAITS,
        "left": states != DROPPED,
    }
    return left[chosen]


def marks(dataset: str, items: np.ndarray) -> list[str]:
    """A mark of the gallery for each of items (n,): what waits and what is dropped."""
    named = {WAITS: "issue", DROPPED: "drop"}
    return [named.get(int(state), "") for state in issue_columns.state_of(dataset, items)]
