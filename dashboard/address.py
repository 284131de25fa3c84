"""The URL of a page: what it asks for, what someone chose, and what a page adds so that it reopens the same view.

Streamlit makes every write to ``st.query_params`` a step of the browser's history. So only what someone chose is
written there; the rest is collected here and put into the URL in place, once a run, by ``show``. Streamlit may not
notice that, and ``st.query_params`` still hold what the URL said before: it counts only once it has changed.
"""

from collections.abc import Mapping

import streamlit as st

from dashboard.components.address import address

URL, SEEN, MOVED = "_url", "_url_seen", "_url_moved"


def begin() -> None:
    """Look whether the URL was changed outside since the last run, and forget what that one collected."""
    seen = st.session_state.get(SEEN, {})
    now = {name: st.query_params.get(name) for name in seen}
    dropped = {name for name, value in st.session_state.get(URL, {}).items() if value is None}
    # Streamlit may come to see only later that a name is gone which was dropped here.
    moved = any(now[name] != seen[name] for name in seen if name not in dropped or now[name] is not None)
    st.session_state[SEEN], st.session_state[MOVED], st.session_state[URL] = now, moved, {}


def asked(name: str) -> str | None:
    """What the URL says of ``name`` where it was changed outside: by a link, a reload or the back button."""
    seen, value = st.session_state[SEEN], st.query_params.get(name)
    new = st.session_state[MOVED] or name not in seen
    seen[name] = value
    return value or None if new else None


def moved() -> bool:
    """Whether the URL was changed outside: what it then says nothing of is not so."""
    return bool(st.session_state[MOVED])


def choose(names: Mapping[str, str | None]) -> None:
    """Write what someone chose, and leave out what is None: one step of the history, unless the URL says so."""
    url = st.session_state[URL]
    gone = {name for name, value in names.items() if value is None} & set(st.query_params)
    if not gone and all(url.get(name) == value for name, value in names.items()):
        return
    url.update(names)
    whole = {name: value for name, value in url.items() if value is not None}
    if gone:
        kept = {name: st.query_params[name] for name in st.query_params if name not in gone}
        st.query_params.from_dict(kept | whole)
    else:
        st.query_params.update(whole)
    st.session_state[SEEN].update(whole | dict.fromkeys(gone))


def complete(name: str, value: str) -> None:
    """Let the URL say ``value`` too; no step of the browser's history."""
    st.session_state[URL][name] = value


def drop(name: str) -> None:
    """Let the URL say nothing of ``name``; no step of the browser's history."""
    st.session_state[URL][name] = None


def show() -> None:
    """Put what this run collected into the URL."""
    address(st.session_state[URL])
