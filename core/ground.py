"""The ground of a deck, light or dark: that of its first slide, so that slides and what is around them fit."""

import io
from collections.abc import Sequence

from PIL import Image

from core.board import DARK, LIGHT, Look
from core.slide import Slide


def of(slides: Sequence[Slide]) -> Look | None:
    """Colours of paper and words; None for no slides."""
    return _seen(slides[0].picture) if slides else None


def _seen(picture: bytes) -> Look:
    """By the corner of a PNG, where its paper shows; light where it cannot be read."""
    try:
        with Image.open(io.BytesIO(picture), formats=("PNG",)) as image:
            corner = image.convert("L").getpixel((0, 0))
    except (OSError, SyntaxError, ValueError, Image.DecompressionBombError):
        return LIGHT
    return DARK if isinstance(corner, int | float) and corner < 128 else LIGHT
