"""Sliders beside a picture that follows them at once, from frames that were decoded before."""

import math
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import streamlit as st

from core.board import Row
from dashboard import seen
from dashboard.components.mount import mount
from dashboard.components.sprites import sheet

_MOUNT = mount("sliders", sprites=True)


@dataclass(frozen=True)
class Slider:
    """One slider.

    Attributes
    ----------
    name, title : what it is reported as, and what is written beside it.
    low, high, rest : its ends, and where it changes nothing.
    value : where the first frame has it.
    stops : places with a tick and a word below it.
    frames : pictures from ``low`` to ``high``, evenly spaced, all others at their ``value``; 0: none yet.
    more : it is folded away with others.
    """

    name: str
    title: str
    low: float
    high: float
    rest: float
    value: float
    stops: tuple[tuple[float, str], ...] = ()
    frames: int = 0
    more: bool = False


@dataclass(frozen=True, eq=False)
class Still:
    """A picture that no slider moves: ``image`` (H, W, C) uint8, its caption, and whether the model made it.

    ``own`` is a picture that the reader brought.
    """

    image: np.ndarray
    caption: str
    generated: bool = True
    own: bool = False


def sliders(
    controls: list[Slider],
    frames: np.ndarray,
    *,
    key: str,
    label: str,
    stills: list[Still],
    caption: str,
    order: int = 0,
    more: bool = False,
) -> None:
    """Draw pictures that stay, the one that is edited, and the sliders that edit it.

    While a slider is moved the browser blends its two nearest frames. Where another one was moved since they were
    decoded, what both change is added up, until Python has answered with frames of the new combination.

    Parameters
    ----------
    controls : the sliders; what they report is read with `moved`, before the frames are made.
    frames : (n, H, W, C) uint8: the picture with every slider at its ``value``, then those of each slider.
    key : of the component, unique in the app.
    label : what is edited, for screen readers.
    stills : pictures before the edited one, such as the original; all of one shape.
    caption : of the edited picture.
    order : another number in a later run puts every slider to its ``value``; else the reader's hand goes first.
    more : whether the sliders that are folded away are open; what the reader did is read with `opened`.

    Raises
    ------
    ValueError : another number of frames than the sliders have, or pictures of another shape or type.
    """
    if len(frames) != 1 + sum(control.frames for control in controls):
        raise ValueError(f"{len(frames)} frames; the sliders have {sum(c.frames for c in controls)}, and one more")
    data = {
        "controls": [vars(control) for control in controls],
        "frames": sheet(frames, level=1).data(),
        "label": label,
        "stills": {
            "sheet": sheet(np.stack([still.image for still in stills])).data(),
            "captions": [still.caption for still in stills],
            "generated": [still.generated for still in stills],
        },
        "caption": caption,
        "order": order,
        "more": more,
    }
    _tell(key, label, controls, frames, stills, caption)
    changes = {f"on_{name}_change": lambda: None for name in ("moved", "more", "missing")}
    _MOUNT(key=key, data=data, **changes)


def _tell(
    key: str, label: str, controls: list[Slider], frames: np.ndarray, stills: list[Still], caption: str
) -> None:
    """Remember the pictures, and as a film the way of the slider that was moved furthest, else of the first."""
    images = np.stack([*(still.image for still in stills), frames[0]])
    captions = tuple(text.split("\n")[0] for text in (*(still.caption for still in stills), caption))
    real = (*(not still.generated and not still.own for still in stills), False)
    moved = [f"{c.title} {c.value:+.2f}" for c in controls if abs(c.value - c.rest) > 1e-6]
    row = Row(images, "", captions, len(images))
    told = f"{label}: {', '.join(moved) or 'nothing edited yet'}."
    seen.tell(key, seen.Seen((row,), told, sweep(controls, frames)[1], real))


def sweep(controls: list[Slider], frames: np.ndarray) -> tuple[str, np.ndarray]:
    """Title and frames (n, H, W, C) of the slider furthest from rest, else of the first, from end to end."""
    starts = np.cumsum([1, *(control.frames for control in controls)])
    some = [i for i, control in enumerate(controls) if control.frames]
    if not some:
        return "", frames[:1]
    best = max(
        some, key=lambda i: abs(controls[i].value - controls[i].rest) / (controls[i].high - controls[i].low)
    )
    return controls[best].title, frames[starts[best] : starts[best + 1]]


def moved(key: str, *, order: int) -> dict[str, float] | None:
    """Where the reader last put the sliders, by name; None where that is not known, or of another ``order``.

    Tests seed it with ``session_state[key] = {"moved": {"values": {"a": 1.0}, "order": 0}}``.
    """
    state = st.session_state.get(key)
    reported = state.get("moved") if isinstance(state, Mapping) else None
    if not isinstance(reported, Mapping) or reported.get("order") != order:
        return None
    values = reported.get("values")
    if not isinstance(values, Mapping):
        return None
    return {
        str(name): float(value)
        for name, value in values.items()
        if isinstance(value, int | float) and math.isfinite(value)
    }


def opened(key: str) -> bool:
    """Whether the reader opened the sliders that are folded away."""
    state = st.session_state.get(key)
    return isinstance(state, Mapping) and state.get("more") is True
