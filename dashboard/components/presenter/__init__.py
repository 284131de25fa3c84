"""Keys before an audience, and a page without what is around its picture."""

from collections.abc import Mapping
from typing import Any

import streamlit as st

from dashboard.components.mount import source

KEY = "presenter"
_MOUNT = st.components.v2.component(
    "morphospace_presenter", html="<span></span>", js=source("presenter/presenter.js")
)


def presenter(*, on: bool, first: tuple[str, ...]) -> None:
    """Hide or show what is around the page, and hear keys while it is hidden.

    Parameters
    ----------
    on : the page is shown to an audience.
    first : keys of components that come before all others then; one that ends in ``*`` means all that begin so.
    """
    with st.sidebar:  # it takes no room there
        _MOUNT(key=KEY, data=[{"on": on, "first": list(first)}], on_step_change=_rerun, on_leave_change=_rerun)


def _rerun() -> None:
    """A callback makes Streamlit know the event; it is read by `told` in the run that follows."""


def told() -> tuple[int, bool]:
    """How many slides further was asked for in this run, and whether to leave.

    Tests seed it with ``session_state["presenter"] = {"step": 1}``.
    """
    result: Any = st.session_state.get(KEY)
    if not isinstance(result, Mapping):
        return 0, False
    step = result.get("step")
    return (step if step in (-1, 1) else 0), result.get("leave") is True
