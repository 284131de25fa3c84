"""Slides to test the deck with."""

import numpy as np

from core import film, images
from core.slide import Slide


def picture(shade: int = 200, *, height: int = 90, width: int = 160) -> bytes:
    """A PNG of one shade of grey."""
    return images.png(np.full((height, width, 3), shade, np.uint8))


def frames(count: int = 6) -> np.ndarray:
    """A bar (n, 28, 28, 1) uint8 that moves to the right."""
    made = np.zeros((count, 28, 28, 1), np.uint8)
    for i in range(count):
        made[i, 6:22, 2 * i : 2 * i + 6] = 220
    return made


def slide(title: str = "A title", caption: str = "A caption", **more: object) -> Slide:
    """A slide that nobody kept yet."""
    given = {"picture": picture(), "page": "clusters", "link": "item=digits/92"} | more
    return Slide(title, caption, **given)  # type: ignore[arg-type]


def film_slide(title: str = "It moves") -> Slide:
    """A slide that is a film."""
    return slide(title, frames=film.pngs(frames()))
