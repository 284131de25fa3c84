"""Images that stay compressed in memory until they are asked for."""

import io
from dataclasses import dataclass
from typing import Any

import numpy as np
from PIL import Image

from core.datasets.idx import DatasetError


@dataclass(frozen=True)
class Encoded:
    """Images kept as one string of WebP bytes and decoded where they are asked for (0.3 ms each at 64 x 64).

    Looks like an array (n, H, W, C) uint8 to whoever indexes its first axis; decoded, 45,215 faces take 555 MB.

    Attributes
    ----------
    content, offsets : the bytes, and where each image begins and ends in them, (n + 1,) int64.
    size : (H, W, C) of an image.
    name : of the file, for errors.
    stored : (H, W, C) as stored, where that is another; the image is then scaled (Lanczos).
    order : (m,) which stored image each row is; None for all of them as they come.
    """

    content: bytes
    offsets: np.ndarray
    size: tuple[int, int, int]
    name: str
    stored: tuple[int, int, int] | None = None
    order: np.ndarray | None = None

    dtype = np.dtype(np.uint8)
    ndim = 4

    def __len__(self) -> int:
        return len(self.offsets) - 1 if self.order is None else len(self.order)

    @property
    def shape(self) -> tuple[int, int, int, int]:
        """(n, H, W, C)."""
        return len(self), *self.size

    def __getitem__(self, rows: Any) -> np.ndarray:
        """One image (H, W, C), or the chosen ones (k, H, W, C), uint8."""
        chosen = (np.arange(len(self)) if self.order is None else self.order)[rows]
        if chosen.ndim == 0:
            return self._one(int(chosen))
        images = np.empty((len(chosen), *self.size), np.uint8)
        for place, row in enumerate(chosen):
            images[place] = self._one(int(row))
        return images

    def __array__(self, dtype: Any = None, copy: bool | None = None) -> np.ndarray:
        return self[:].astype(dtype or np.uint8, copy=False)

    def _one(self, row: int) -> np.ndarray:
        part = self.content[self.offsets[row] : self.offsets[row + 1]]
        height, width, channels = stored = self.stored or self.size
        try:
            with Image.open(io.BytesIO(part), formats=("WEBP",)) as file:
                image = file.convert("RGB")
        except OSError as error:
            raise DatasetError(f"image {row} of {self.name} is damaged ({error}). Get the file again.") from error
        if image.size != (width, height):
            found = (image.height, image.width, channels)
            raise DatasetError(f"image {row} of {self.name} has shape {found}, not {stored}.")
        if stored != self.size:
            image = image.resize((self.size[1], self.size[0]), Image.Resampling.LANCZOS)
        return np.asarray(image)
