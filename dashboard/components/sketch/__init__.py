"""A pad to draw on with mouse, pen or finger."""

import base64
import binascii
import io
from collections.abc import Mapping
from typing import Any

import numpy as np
import streamlit as st
from PIL import Image

from dashboard.components.mount import mount

GRID = 28  # the pixels of a digit's side; the pad's side is a whole multiple of it
LARGEST_SIDE = 40 * GRID
LARGEST_ANSWER = 1_000_000  # characters; a full pad of 280 px takes about 30,000
PREFIX = "data:image/png;base64,"

_MOUNT = mount("sketch")


def sketch(*, key: str, size: int = 280, hint: str = "Draw a digit") -> np.ndarray | None:
    """Show a black pad to draw on in white, with undo and clear.

    Parameters
    ----------
    key : of the component, unique in the app.
    size : side in pixels, rounded to a multiple of 28 within 28..1,120. The brush is two of 28 cells wide.
    hint : what stands on the empty pad.

    Returns
    -------
    (size, size) uint8 after each stroke, ink 255 on 0, antialiased; None while the pad is empty. Tests seed
    it with ``session_state[key] = {"drawing": "data:image/png;base64,…"}``.
    """
    side = min(max(round(size / GRID), 1) * GRID, LARGEST_SIDE)
    state = st.session_state.get(key)
    drawing = state.get("drawing") if isinstance(state, Mapping) else None
    ink = decode(drawing)
    # The drawing goes back so that a pad that was taken down and put up again shows what Python still holds.
    data = {"size": side, "hint": hint, "drawing": None if ink is None else drawing}
    _MOUNT(key=key, data=data, on_drawing_change=lambda: None)
    return ink


def decode(drawing: Any) -> np.ndarray | None:
    """Ink (28 k, 28 k) uint8 of a PNG data URI; None for an empty pad and anything else that may be sent."""
    if not isinstance(drawing, str) or not drawing.startswith(PREFIX) or len(drawing) > LARGEST_ANSWER:
        return None
    try:
        file = io.BytesIO(base64.b64decode(drawing.removeprefix(PREFIX), validate=True))
        with Image.open(file, formats=("PNG",)) as image:
            width, height = image.size  # known before any pixel is unpacked
            if width != height or width % GRID or not 0 < width <= LARGEST_SIDE:
                return None
            ink = np.asarray(image.convert("L"))
    except (binascii.Error, OSError, SyntaxError, ValueError, Image.DecompressionBombError):
        return None  # Pillow reports a broken PNG as any of these
    return ink if ink.any() else None
