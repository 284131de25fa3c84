"""Three trays, A - B + C, that pictures are put into by a click, by hand or by key."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import streamlit as st

from dashboard import issue_marks
from dashboard.components.mount import mount
from dashboard.components.sprites import sheet

_MOUNT = mount("trays", sprites=True)


@dataclass(frozen=True)
class Picture:
    """A picture that can be in a tray.

    Attributes
    ----------
    entry : its name in links.
    title : what it is called.
    generated : whether the model made it.
    issue : what an audit found of it, one of ``issue_marks.MARKS``.
    """

    entry: str
    title: str
    generated: bool = False
    issue: str = ""


def trays(
    images: np.ndarray,
    pictures: Sequence[Picture],
    held: Sequence[Sequence[str]],
    offered: Sequence[str],
    *,
    key: str,
    view: str,
    turn: int,
    most: int,
    size: int = 56,
) -> None:
    """Show the trays, and below them pictures to put into these.

    What was done is in ``session_state[key]`` before the next run draws anything: ``{"changed": {"map": view,
    "turn": 4, "trays": [[...], [...], [...]]}}``, the whole of it, by the pictures' names in links.

    Parameters
    ----------
    images : (n, H, W, C) uint8, one for each of ``pictures``.
    held : names of what is in A, B and C.
    offered : names of the pictures below.
    view : checkpoint that they belong to.
    turn : the last change that was taken in; what the browser shows beyond that stays.
    most : pictures in a tray.
    size : of a picture in CSS px.
    """
    data = {
        "sheet": sheet(images).data(),
        "pictures": {picture.entry: {**vars(picture), "at": at} for at, picture in enumerate(pictures)},
        "trays": [list(tray) for tray in held],
        "offered": list(offered),
        "view": view,
        "turn": turn,
        "most": most,
        "size": size,
        "tints": issue_marks.PLACES,
    }
    _MOUNT(key=key, data=data, on_changed_change=_rerun, on_missing_change=_rerun)


def told(key: str) -> object:
    """What was done on the trays to cause this run; to be asked before they are shown."""
    kept = st.session_state.get(key)
    return kept.get("changed") if isinstance(kept, Mapping) else None


def _rerun() -> None:
    """A callback makes Streamlit know the event."""
