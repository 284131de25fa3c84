"""One case to judge: its pictures large, and the keys that a verdict is given with."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import streamlit as st

from dashboard.components.mount import mount

ANSWERED = "_review_answered"  # number of the last key that was heard of
_MOUNT = mount("review")


@dataclass(frozen=True)
class Figure:
    """A picture by URL, with what stands under it.

    Attributes
    ----------
    src : below the root of the app.
    caption : a short line.
    alt : what it shows, for screen readers.
    mark : "keep" (outlined), "drop" (struck), "generated" (dashed) or "".
    """

    src: str
    caption: str
    alt: str
    mark: str = ""


def review(
    figures: list[Figure],
    *,
    key: str,
    token: str,
    keys: Mapping[str, str],
    on_press: Callable[[], None],
    judging: tuple[str, ...] = (),
    following: tuple[str, list[Figure]] | None = None,
    ahead: list[str] | None = None,
    height: int = 290,
) -> None:
    """Show the pictures of a case, and catch the keys of its verdicts wherever the focus is but in a field.

    A key counts once the case's pictures are there, and only the first one until the next case comes: nobody
    judges what they have not seen.

    Parameters
    ----------
    figures : the pictures, side by side.
    key : of the component, unique in the app.
    token : names the case; a key is reported with the one that was on screen.
    keys : what each key does, by its name in the browser (``k``, ``ArrowRight``).
    on_press : called where a key was pressed; `pressed` tells which.
    judging : what keys that end the case do, or begin with.
    following : token and pictures of the case that comes after such a key; shown before Python has answered.
    ahead : URLs of the pictures that may come next, fetched beforehand.
    height : of the tallest picture, CSS px.
    """
    after = following and {"token": following[0], "figures": [vars(figure) for figure in following[1]]}
    data: dict[str, Any] = {
        "figures": [vars(figure) for figure in figures],
        "token": token,
        "keys": dict(keys),
        "judging": list(judging),
        "next": after,
        "ahead": ahead or [],
        "height": height,
        "answered": st.session_state.get(ANSWERED, 0),
    }
    _MOUNT(key=key, data=data, on_press_change=on_press)


def pressed(key: str) -> tuple[str, str]:
    """For callbacks: what a key does, and the token of the case that was on screen; empty where none was pressed.

    Tests seed it with ``session_state[key] = {"press": {"does": "keep", "token": ...}}``.
    """
    told = st.session_state.get(key)
    press = told.get("press") if isinstance(told, Mapping) else None
    if not isinstance(press, Mapping):
        return "", ""
    does, token = press.get("does"), press.get("token")
    st.session_state[ANSWERED] = press.get("number", 0)
    return (does, token) if isinstance(does, str) and isinstance(token, str) else ("", "")
