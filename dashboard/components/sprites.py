"""One PNG for all the pictures of a component; ``sprites.js`` fetches it by URL and cuts it up in the browser."""

import math
from dataclasses import dataclass
from typing import Any

import numpy as np

from core import images as pictures
from dashboard import sheets

LARGEST_SIDE = 8192  # px; what every browser still decodes and draws from


@dataclass(frozen=True)
class Sheet:
    """Pictures of one size, side by side in one image, row after row.

    Attributes
    ----------
    uri : where the PNG is fetched, below the root of the app; empty when there are no pictures.
    token : short name of the content, so that an answer about older pictures is told apart.
    count, columns : how many pictures there are, and how many stand in a row.
    width, height : of one picture, in source pixels.
    """

    uri: str
    token: str
    count: int
    columns: int
    width: int
    height: int

    def data(self) -> dict[str, Any]:
        """What ``sprites.js`` needs to know."""
        return dict(vars(self))


@dataclass(frozen=True, eq=False)
class Beside:
    """A second picture to each large one, such as the nearest real item of what a model made.

    Attributes
    ----------
    images : (n, H, W, C) uint8, one for each picture of the component.
    captions : what stands under each; may have several lines.
    alt : what each shows, for screen readers.
    real : they show things of the data set as they were taken.
    """

    images: np.ndarray
    captions: list[str]
    alt: list[str]
    real: bool = True

    def data(self, count: int) -> dict[str, Any]:
        """What ``sprites.js`` needs to know; ValueError unless there is one for each of ``count`` pictures."""
        if len(self.images) != count:
            raise ValueError(f"{len(self.images)} pictures beside {count}; allowed: one for each")
        return {
            "sheet": sheet(self.images).data(),
            "captions": words(self.captions, count, "captions beside"),
            "alt": words(self.alt, count, "alt texts beside"),
        }


def sheet(images: np.ndarray, *, columns: int | None = None, level: int = 6) -> Sheet:
    """Put pictures on one sheet, and keep it for the browser to fetch.

    Parameters
    ----------
    images : (n, H, W, C) uint8, C = 1 (grey) or 3 (RGB); n may be 0.
    columns : pictures in a row of the sheet; default: as many as make it square.
    level : of the PNG's compression; 1 for many pictures that someone waits for.

    Raises
    ------
    ValueError : another shape or type, or more pictures than a browser can take in one image.
    """
    if images.dtype != np.uint8 or images.ndim != 4 or images.shape[3] not in (1, 3) or 0 in images.shape[1:3]:
        raise ValueError(
            f"cannot show pictures of shape {images.shape}, {images.dtype}; allowed: (n, H, W, 1 or 3), uint8"
        )
    n, height, width, _ = images.shape
    if n == 0:
        return Sheet("", "", 0, 1, width, height)
    columns = columns or math.ceil(math.sqrt(n * height / width))
    if max(columns * width, math.ceil(n / columns) * height) > LARGEST_SIDE:
        raise ValueError(f"{n} pictures of {width} x {height} px do not fit on {LARGEST_SIDE} x {LARGEST_SIDE} px")
    name = sheets.keep(pictures.png(pictures.sheet(images, columns=columns), level=level))
    return Sheet(f"/sheet/{name}.png", name, n, columns, width, height)


def words(values: list[str] | None, count: int, name: str) -> list[str]:
    """``values``, or empty strings for None; one for each picture, or ValueError."""
    if values is None:
        return [""] * count
    if len(values) != count:
        raise ValueError(f"{len(values)} {name} for {count} pictures; allowed: one for each, or None")
    return [str(value) for value in values]
