"""A slider of severities under their histogram; how many cases a place gives is told while the hand moves."""

import math
from collections.abc import Mapping
from typing import Any

import streamlit as st

from dashboard.components.mount import mount

_MOUNT = mount("threshold")


def threshold(counts: list[int], *, key: str, value: float, count: int, proposed: float, noun: str) -> None:
    """Show the slider; `moved` tells where it was left.

    Parameters
    ----------
    counts : cases from each of evenly spaced severities on, the first from 0, the last from 1.
    key : of the component, unique in the app.
    value, count : where it stands, and the cases from there on.
    proposed : the severity that the audit proposes, marked on the histogram.
    noun : what is counted, one of it.
    """
    data: dict[str, Any] = {"counts": counts, "value": value, "count": count, "proposed": proposed, "noun": noun}
    _MOUNT(key=key, data=data, on_moved_change=lambda: None)


def moved(key: str) -> float | None:
    """The severity that the slider was just moved to; None where it was not.

    Tests seed it with ``session_state[key] = {"moved": 0.5}``.
    """
    told = st.session_state.get(key)
    found = told.get("moved") if isinstance(told, Mapping) else None
    if isinstance(found, bool) or not isinstance(found, int | float) or not math.isfinite(found):
        return None
    return min(1.0, max(0.0, float(found)))
