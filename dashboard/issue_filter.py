"""A filter and marks by what an audit found, for every gallery of items; nothing where there was no audit."""

import numpy as np
import streamlit as st

from dashboard import issue_columns
from dashboard.issue_marks import DROPPED, MARKS, NONE, WAITS

ALL = "all"
FILTERS = {ALL: "All", "issues": "With issues", "waiting": "To review", "left": "Not dropped"}
NOTHING = "None of these items is left by the filter: choose another under *By issue*."


def choose(key: str, dataset: str) -> str:
    """Let the reader choose one of ``FILTERS``; ``key`` names the choice in the session and in the URL."""
    if issue_columns.audit(dataset) is None:
        return ALL
    chosen = st.segmented_control(
        "By issue",
        list(FILTERS),
        default=ALL,
        format_func=FILTERS.__getitem__,
        required=True,
        key=key,
        bind="query-params",
        wrap=True,
        help="What the audit of this data set found, and what you decided of it.",
    )
    return chosen or ALL


def keep(key: str, dataset: str, items: np.ndarray) -> np.ndarray:
    """Let the reader filter items (n,) of a data set; which ones are left: (n,) bool."""
    return left(choose(key, dataset), dataset, items)


def left(chosen: str, dataset: str, items: np.ndarray) -> np.ndarray:
    """Which of items (n,) are left by one of ``FILTERS``: (n,) bool."""
    return np.ones(len(items), bool) if chosen == ALL else kept(chosen, issue_columns.state_of(dataset, items))


def kept(chosen: str, states: np.ndarray) -> np.ndarray:
    """Which items are left by one of ``FILTERS``, by their states (n,): (n,) bool."""
    left = {
        ALL: np.ones(len(states), bool),
        "issues": states != NONE,
        "waiting": states == WAITS,
        "left": states != DROPPED,
    }
    return left[chosen]


def marks(dataset: str, items: np.ndarray | list[int]) -> list[str]:
    """A mark of the gallery for each of items (n,): what waits, what is reviewed and what is dropped."""
    return [MARKS[state] for state in issue_columns.state_of(dataset, np.asarray(items)).tolist()]
