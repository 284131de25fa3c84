"""A strip of frames to move along by hand, entirely in the browser."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import streamlit as st

from core.board import Row
from dashboard import seen
from dashboard.components.mount import mount
from dashboard.components.sprites import Beside, sheet, words

STRIP = 12  # frames of the whole way on a slide
_MOUNT = mount("scrubber", sprites=True)


def scrubber(
    frames: np.ndarray,
    *,
    key: str,
    label: str,
    captions: list[str] | None = None,
    alt: list[str] | None = None,
    beside: Beside | None = None,
    start: int = 0,
    order: int = 0,
    size: int = 224,
    generated: bool = True,
    strip: bool = True,
) -> int:
    """Show one frame large, all of them small, and a slider with a play button to move along.

    The large frame can be dragged sideways, and takes the slider's keys and the space bar, which plays. Nothing is
    sent while it is moved or played: the frame is reported a moment after it comes to rest.

    Parameters
    ----------
    frames : (n, H, W, C) uint8, n >= 1, C = 1 or 3.
    key : of the component, unique in the app.
    label : what is moved along, for screen readers.
    captions : a line under the large picture, one for each frame.
    alt : what each large frame shows, for screen readers; default: its number and caption.
    beside : a second large picture to each frame.
    start : frame shown first, clipped to the frames there are. Another value in a later run moves the
        scrubber there, so leave it alone while the reader moves.
    order : another number in a later run moves the scrubber to ``start`` even where that is as before.
    size : longer side of the large picture in CSS px (whole multiples of sources up to 32 px).
    generated : False drops the "made by the model" mark from the large picture.
    strip : False leaves out the row of small frames.

    Returns
    -------
    The frame at rest, 0..n-1. When n changes the reader stays at the same share of the way. Tests seed it
    with ``session_state[key] = {"frame": 3}``.

    Raises
    ------
    ValueError : no frames, frames of another shape or type, another number of captions,
        alt texts or pictures beside.
    """
    pictures = sheet(frames)
    if not pictures.count:
        raise ValueError("nothing to move along: 0 frames; allowed: 1 or more")
    start = min(max(int(start), 0), pictures.count - 1)
    frame = resting_frame(st.session_state.get(key), count=pictures.count, start=start, order=order)
    captioned = words(captions, pictures.count, "captions")
    data = {
        "sheet": pictures.data(),
        "label": label,
        "captions": captioned,
        "alt": words(alt, pictures.count, "alt texts"),
        "beside": beside.data(pictures.count) if beside else None,
        "start": start,
        "order": order,
        "frame": frame,
        "size": seen.large(size),
        "generated": generated,
        "strip": strip,
    }
    _tell(key, label, frames, frame, captioned[frame], beside, generated)
    _MOUNT(key=key, data=data, on_frame_change=lambda: None, on_missing_change=lambda: None)
    return frame


def _tell(
    key: str, label: str, frames: np.ndarray, at: int, caption: str, beside: Beside | None, generated: bool
) -> None:
    """Remember the frame at rest, what is beside it, and some frames of the whole way."""
    large = [Row(frames[at][None], "", (caption,), weight=3)]
    real = [not generated]
    if beside is not None and beside.images.shape[1:] == frames.shape[1:]:
        large = [Row(np.stack([frames[at], beside.images[at]]), "", (caption, beside.captions[at]), 2, weight=3)]
        real.append(beside.real)
    some = np.linspace(0, len(frames) - 1, min(len(frames), STRIP)).round().astype(int)
    real += [not generated] * len(some)
    rows = (*large, Row(frames[some], label, columns=len(some)))
    seen.tell(key, seen.Seen(rows, f"{label}: {caption}".replace("\n", " "), frames, tuple(real)))


def resting_frame(state: Any, *, count: int, start: int, order: int = 0) -> int:
    """The frame that the browser last reported, where that still holds, else ``start``.

    Parameters
    ----------
    state : what the component keeps: ``{"frame": {"at", "count", "start", "order"}}`` from the browser, with
        the ``count``, ``start`` and ``order`` of that time; ``{"frame": 3}`` from a test.
    count, start, order : of the frames that are shown now.
    """
    reported = state.get("frame") if isinstance(state, Mapping) else None
    if not isinstance(reported, Mapping):
        reported = {"at": reported}
    at, before = reported.get("at"), reported.get("count", count)
    if type(at) is not int or type(before) is not int:
        return start
    if reported.get("start", start) != start or reported.get("order", order) != order:
        return start
    if before != count:
        at = round(at / max(before - 1, 1) * (count - 1))
    return min(max(at, 0), count - 1)
