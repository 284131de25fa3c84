"""What the components of a page showed in this run, so that it can be pinned to the deck; and how large they are.

Components tell it by their key. A page says which of them is its main picture (`dashboard/frame.py`).
Only what is pinned is drawn.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
import streamlit as st

from core.board import Look, Row

SEEN, MADE_BY, SAID, PRESENT = "_seen", "_seen_made_by", "_seen_said", "_present"
LARGER = 1.75  # times as large as else, before an audience
Draw = Callable[[Mapping[str, str], Look], np.ndarray]


@dataclass(frozen=True, eq=False)
class Seen:
    """What one component showed.

    Attributes
    ----------
    rows : its pictures, as they are drawn on a slide.
    caption : what is said of it on the slide.
    frames : (n, H, W, C) uint8 of a film, where there is one.
    real : for each picture of all rows whether it shows a thing of the data set as it was taken; () for none.
    draw : instead of rows, draws it with what the page's address says, in the colours of the theme.
    """

    rows: tuple[Row, ...] = ()
    caption: str = ""
    frames: np.ndarray | None = None
    real: tuple[bool, ...] = ()
    draw: Draw | None = None


def begin() -> None:
    """Forget what an earlier run showed."""
    st.session_state[SEEN] = {}
    for name in (MADE_BY, SAID):
        st.session_state.pop(name, None)


def tell(key: str, shown: Seen) -> None:
    """Remember what the component ``key`` shows."""
    st.session_state.setdefault(SEEN, {}).pop(key, None)
    st.session_state[SEEN][key] = shown


def of(names: tuple[str, ...]) -> list[Seen]:
    """What components showed: those whose key `fits` one of the names, in that order."""
    known: dict[str, Seen] = st.session_state.get(SEEN, {})
    keys = [key for name in names for key in known if fits(key, name)]
    return [known[key] for key in dict.fromkeys(keys)]


def fits(key: str, name: str) -> bool:
    """Whether a component's key is meant by a name of `of`."""
    return key.startswith(name[:-1]) if name.endswith("*") else key == name


def made_by(checkpoint: str) -> None:
    """Remember which checkpoint the page is about."""
    st.session_state[MADE_BY] = checkpoint


def say(caption: str) -> None:
    """What is said of the page's picture on a slide, where that is more than the components know."""
    st.session_state[SAID] = caption


def said() -> str:
    """What `say` said in this run."""
    return str(st.session_state.get(SAID, ""))


def checkpoint() -> str | None:
    """The checkpoint that the page is about, where it said so."""
    found: str | None = st.session_state.get(MADE_BY)
    return found


def presenting() -> bool:
    """Whether the page is shown to an audience."""
    return bool(st.session_state.get(PRESENT))


def large(size: int, times: float = LARGER) -> int:
    """Side of a picture in CSS px: larger before an audience."""
    return round(size * times) if presenting() else size
