"""From an original to an item: read, measured, and made to fit the shape of the data set."""

import zlib
from dataclasses import dataclass

import numpy as np
from PIL import Image, ImageOps

from core import images
from core.bring.base import FORMATS_BROUGHT, LARGEST, BringError, Source
from core.bring.entries import Entry
from core.images import ImageError

FITS = {
    "pad": "whole image, the rest in the colour of its edge",
    "crop": "middle of the image, cut to the shape",
    "digit": "ink cropped, centred by its mass and bright on black, as MNIST's digits are",
}
SIDES = (28, 32, 64)
SHAPES = ((28, 28, 1), (32, 32, 1), (32, 32, 3), (64, 64, 1), (64, 64, 3))
MOST = images.Limits(30_000, 100_000_000, LARGEST)  # a camera's picture; memory is what ends it
MODES = {1: "L", 3: "RGB", 4: "RGBA"}


@dataclass(frozen=True)
class Fitted:
    """An item's pixels (H, W, C) uint8, and its original's width, height (px), bytes, mode, format, CRC-32."""

    pixels: np.ndarray
    width: int
    height: int
    bytes: int
    mode: str
    format: str
    crc: int


def original(source: Source, entry: Entry, *, about: tuple[int, int] | None = None) -> Fitted:
    """An original as it is: grey (H, W, 1), otherwise (H, W, 3) uint8.

    Parameters
    ----------
    about : (width, height) that it will be scaled to, so that a large JPEG need not be decoded whole.

    Raises
    ------
    BringError
        If it cannot be read; the message says why.
    """
    try:
        found = source.read(entry)
        if isinstance(found, np.ndarray):
            pixels = _flat(found)
            mode = MODES.get(found.shape[2], "L")
            height, width = pixels.shape[:2]
            return Fitted(pixels, width, height, found.nbytes, mode, "array", zlib.crc32(found.tobytes()))
        pixels, facts = images.read_image(found, formats=FORMATS_BROUGHT, about=about, most=MOST)
    except (ImageError, BringError) as error:
        raise BringError(str(error)) from error
    except OSError as error:
        raise BringError(f"It cannot be opened ({error.strerror or error}).") from error
    except Exception as error:  # a decoder fed with nonsense raises anything; one file must not end the work
        raise BringError(f"It is damaged ({type(error).__name__}).") from error
    return Fitted(pixels, facts.width, facts.height, len(found), facts.mode, facts.format, zlib.crc32(found))


def _flat(pixels: np.ndarray) -> np.ndarray:
    """Pixels without transparency, over white as images of files are."""
    if pixels.shape[2] != 4:
        return pixels
    return np.asarray(images.flatten(Image.fromarray(pixels)))


def fitted(pixels: np.ndarray, shape: tuple[int, int, int], fit: str) -> np.ndarray:
    """Pixels (H, W, C) uint8 of an item of ``shape``; ValueError for a fit that is not one of `FITS`."""
    if fit not in FITS:
        raise ValueError(f"fit {fit!r} is not one of {', '.join(map(repr, FITS))}")
    height, width, channels = shape
    if fit == "digit":
        found = images.to_item(pixels, (height, width, 1))
        return found if channels == 1 else np.repeat(found, 3, axis=2)
    if pixels.shape == shape:
        return pixels
    picture = Image.fromarray(pixels[..., 0] if pixels.shape[2] == 1 else pixels)
    picture = picture.convert("L" if channels == 1 else "RGB")
    if picture.size != (width, height):
        picture = _cut(picture, width, height) if fit == "crop" else _padded(picture, width, height)
    return np.asarray(picture).reshape(height, width, channels)


def _cut(picture: Image.Image, width: int, height: int) -> Image.Image:
    return ImageOps.fit(picture, (width, height), Image.Resampling.LANCZOS)


def _padded(picture: Image.Image, width: int, height: int) -> Image.Image:
    scale = min(width / picture.width, height / picture.height)
    size = (max(1, round(picture.width * scale)), max(1, round(picture.height * scale)))
    small = picture.resize(size, Image.Resampling.LANCZOS)
    if size == (width, height):
        return small
    values = np.asarray(small)
    edge = np.concatenate([values[0], values[-1], values[:, 0], values[:, -1]])
    ground = np.rint(np.median(edge, axis=0)).astype(int)
    colour = int(ground) if ground.ndim == 0 else tuple(int(value) for value in ground)
    whole = Image.new(picture.mode, (width, height), colour)
    whole.paste(small, ((width - size[0]) // 2, (height - size[1]) // 2))
    return whole
