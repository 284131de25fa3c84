"""One PNG for all the pictures of a component; ``sprites.js`` cuts it up in the browser."""

import base64
import io
import math
import zlib
from dataclasses import dataclass
from typing import Any

import numpy as np
from PIL import Image

LARGEST_SIDE = 8192  # px; what every browser still decodes and draws from


@dataclass(frozen=True)
class Sheet:
    """Pictures of one size, side by side in one image, row after row.

    Attributes
    ----------
    uri : the PNG as a data URI; empty when there are no pictures.
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


def sheet(images: np.ndarray) -> Sheet:
    """Put pictures on one sheet.

    Parameters
    ----------
    images : (n, H, W, C) uint8, C = 1 (grey) or 3 (RGB); n may be 0.

    Raises
    ------
    ValueError : another shape or type, or more pictures than a browser can take in one image.
    """
    if images.dtype != np.uint8 or images.ndim != 4 or images.shape[3] not in (1, 3) or 0 in images.shape[1:3]:
        raise ValueError(
            f"cannot show pictures of shape {images.shape}, {images.dtype}; allowed: (n, H, W, 1 or 3), uint8"
        )
    n, height, width, channels = images.shape
    if n == 0:
        return Sheet("", "", 0, 1, width, height)
    columns = math.ceil(math.sqrt(n * height / width))
    rows = math.ceil(n / columns)
    if max(columns * width, rows * height) > LARGEST_SIDE:
        raise ValueError(f"{n} pictures of {width} x {height} px do not fit on {LARGEST_SIDE} x {LARGEST_SIDE} px")
    cells = np.zeros((rows * columns, height, width, channels), np.uint8)
    cells[:n] = images
    grid = cells.reshape(rows, columns, height, width, channels).swapaxes(1, 2)
    pixels = grid.reshape(rows * height, columns * width, channels)
    file = io.BytesIO()
    Image.fromarray(pixels[..., 0] if channels == 1 else pixels).save(file, "PNG")
    png = file.getvalue()
    uri = f"data:image/png;base64,{base64.b64encode(png).decode('ascii')}"
    return Sheet(uri, f"{zlib.crc32(png):08x}", n, columns, width, height)


def words(values: list[str] | None, count: int, name: str) -> list[str]:
    """``values``, or empty strings for None; one for each picture, or ValueError."""
    if values is None:
        return [""] * count
    if len(values) != count:
        raise ValueError(f"{len(values)} {name} for {count} pictures; allowed: one for each, or None")
    return [str(value) for value in values]
