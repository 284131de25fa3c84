"""Images in and out: hostile uploads, items made like the data set's, PNG and GIF."""

import io
import threading
import warnings
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

import numpy as np
from PIL import Image, ImageOps, UnidentifiedImageError

FORMATS = ("PNG", "JPEG", "WEBP")
NAMES = {"WEBP": "WebP"}
ORIENTATION = 0x0112  # EXIF's tag
LARGEST_SIDE = 4096
LARGEST_BYTES = 20_000_000
ONE = threading.Lock()  # of several threads, one at a time unpacks an image that takes hundreds of megabytes


@dataclass(frozen=True)
class Limits:
    """How large an image may be: pixels a side, pixels in all, bytes of its file."""

    side: int
    pixels: int
    bytes: int


UPLOAD = Limits(LARGEST_SIDE, LARGEST_SIDE**2, LARGEST_BYTES)


class ImageError(ValueError):
    """An image cannot be used; the message is a sentence for the person who chose it."""


@dataclass(frozen=True)
class Facts:
    """What a file says of its image: width and height in pixels as it is to be seen, Pillow's mode, the format."""

    width: int
    height: int
    mode: str
    format: str


def read_upload(data: bytes) -> np.ndarray:
    """Pixels (H, W, 3) uint8 of an uploaded PNG, JPEG or WebP; transparency becomes white.

    The size is read from the header and checked before any pixel is decoded. An animation gives its first frame.

    Raises
    ------
    ImageError
        If the data is too long, no such image, larger than 4,096 pixels a side, or damaged.
    """
    with opened(data) as file:
        return flatten(ImageOps.exif_transpose(file))


def read_image(
    data: bytes,
    *,
    formats: Sequence[str] = FORMATS,
    about: tuple[int, int] | None = None,
    most: Limits = UPLOAD,
) -> tuple[np.ndarray, Facts]:
    """Pixels as `read_upload` gives them, and what the file says of them; grey images stay (H, W, 1).

    Parameters
    ----------
    formats : that are taken, as Pillow calls them.
    about : (width, height) that the pixels will be scaled to: a large JPEG is decoded at a fraction of its size,
        not below twice that, which takes a quarter of the time; others that an upload may not have come as a
        fraction of their size.
    most : how large it may be.

    Raises
    ------
    ImageError
        As `read_upload`.
    """
    with opened(data, formats=tuple(formats), most=most) as file:
        facts = _facts(file)
        if about is not None and file.format in ("JPEG", "MPO"):
            file.draft(None, (2 * max(about), 2 * max(about)))
        if about is not None and file.width * file.height > UPLOAD.pixels:
            with ONE:
                file = _reduced(file, 4 * max(about))
        grey = file.mode in ("1", "L") and "transparency" not in file.info
        upright = _upright(file)
        return (np.asarray(upright.convert("L"))[..., None] if grey else flatten(upright)), facts


def read_facts(data: bytes, *, formats: Sequence[str] = FORMATS) -> Facts:
    """What the header of an image says, no pixel decoded; ImageError as `read_upload`."""
    with opened(data, formats=tuple(formats)) as file:
        return _facts(file)


@contextmanager
def opened(data: bytes, *, formats: Sequence[str] = FORMATS, most: Limits = UPLOAD) -> Iterator[Image.Image]:
    """An image at its first frame, measured before it is unpacked; what goes wrong is an ImageError."""
    if len(data) > most.bytes:
        raise ImageError(f"The file has {len(data) / 1e6:.1f} MB; {most.bytes / 1e6:.0f} MB is the most.")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of bombs: the check below is stricter; of damaged metadata
            with Image.open(io.BytesIO(data), formats=tuple(formats)) as file:
                width, height = file.size
                if max(width, height) > most.side or width * height > most.pixels:
                    whole = f", and {most.pixels / 1e6:,.0f} million in all" if most.pixels < most.side**2 else ""
                    raise ImageError(
                        f"The image is {width:,} x {height:,} pixels; {most.side:,} a side is the most{whole}."
                    )
                file.seek(0)
                yield file
    except UnidentifiedImageError as error:
        names = (
            f"{', '.join(NAMES.get(name, name) for name in formats[:-1])} or {NAMES.get(formats[-1], formats[-1])}"
        )
        raise ImageError(f"The file is not a {names} image.") from error
    except Image.DecompressionBombError as error:
        raise ImageError(f"The image unpacks to too many pixels; {most.side:,} a side is the most.") from error
    except (OSError, SyntaxError, EOFError, ValueError) as error:
        if isinstance(error, ImageError):
            raise
        raise ImageError("The image is damaged and cannot be read.") from error


def _upright(file: Image.Image) -> Image.Image:
    """An image as its camera was held; itself where that is how it is stored, which spares a copy."""
    return ImageOps.exif_transpose(file) if file.getexif().get(ORIENTATION, 1) != 1 else file


def _reduced(file: Image.Image, side: int) -> Image.Image:
    """An image at a whole fraction of its size, its shorter side not below ``side`` px where it was not before."""
    upright = _upright(file)
    if upright.mode in ("1", "P", "PA"):
        clear = "transparency" in upright.info or upright.mode == "PA"
        upright = upright.convert("RGBA" if clear else "L" if upright.mode == "1" else "RGB")
    by = max(1, min(upright.size) // side)
    return upright.reduce(by)


def _facts(file: Image.Image) -> Facts:
    width, height = file.size
    if file.getexif().get(ORIENTATION, 1) in (5, 6, 7, 8):  # turned by a quarter
        width, height = height, width
    return Facts(width, height, file.mode, str(file.format))


def flatten(image: Image.Image) -> np.ndarray:
    """RGB pixels; transparent parts over white, 16-bit grey scaled to 8."""
    if image.mode.startswith("I") or image.mode == "F":
        values = np.asarray(image, np.float32)
        grey = np.clip(values / (257 if values.max(initial=0) > 255 else 1), 0, 255).astype(np.uint8)
        return np.repeat(grey[..., None], 3, axis=2)
    if image.mode in ("RGBA", "LA", "PA") or "transparency" in image.info:
        layer = image.convert("RGBA")
        paper = Image.new("RGBA", layer.size, (255, 255, 255, 255))
        image = Image.alpha_composite(paper, layer)
    return np.asarray(image.convert("RGB")).copy()


def to_item(image: np.ndarray, shape: tuple[int, int, int], *, invert: bool | None = None) -> np.ndarray:
    """Make an image look like an item of a data set of bright things on black.

    The content is cropped, scaled so that its longer side fills 20 of 28 parts, and centred by its centre of mass,
    as the digits of MNIST were (LeCun et al. 1998, sec. III.A).

    Parameters
    ----------
    image : (h, w), (h, w, 1) or (h, w, 3) uint8.
    shape : (H, W, C) of the data set; C is 1 or 3.
    invert : dark things on a light ground; None looks at the border.

    Returns
    -------
    (H, W, C) uint8. An image without content comes back black.
    """
    height, width, channels = shape
    pixels = np.asarray(image)
    if pixels.ndim == 2:
        pixels = pixels[..., None]
    if channels == 3:
        colour = np.repeat(pixels, 3, axis=2) if pixels.shape[2] == 1 else pixels
        return np.asarray(ImageOps.fit(Image.fromarray(colour), (width, height), Image.Resampling.LANCZOS))
    grey = pixels[..., 0] if pixels.shape[2] == 1 else np.asarray(Image.fromarray(pixels).convert("L"))
    border = np.concatenate([grey[0], grey[-1], grey[:, 0], grey[:, -1]])
    if invert is None:
        invert = bool(np.median(border) > 127)
    ink = 255 - grey if invert else grey.copy()
    return _centre(ink, height, width)[..., None]


def _centre(ink: np.ndarray, height: int, width: int) -> np.ndarray:
    """Bright content of (h, w) uint8 scaled to 20/28 of (height, width) and centred on black."""
    ground = int(np.percentile(ink, 20))
    ink = np.clip((ink.astype(np.int32) - ground) * 255 // max(1, 255 - ground), 0, 255).astype(np.uint8)
    bright = ink > max(40, int(ink.max()) // 4)
    canvas = np.zeros((height, width), np.uint8)
    if not bright.any():
        return canvas
    rows, columns = np.flatnonzero(bright.any(axis=1)), np.flatnonzero(bright.any(axis=0))
    crop = ink[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]
    scale = min(height * 20 / 28 / crop.shape[0], width * 20 / 28 / crop.shape[1])
    size = (max(1, round(crop.shape[1] * scale)), max(1, round(crop.shape[0] * scale)))
    small = np.asarray(Image.fromarray(crop).resize(size, Image.Resampling.LANCZOS))
    weight = small.astype(np.float64) + 1e-9
    middle = [
        float((weight.sum(axis=1 - axis) * np.arange(n)).sum() / weight.sum())
        for axis, n in enumerate(small.shape)
    ]
    top = int(np.clip(round(height / 2 - middle[0]), 0, height - size[1]))
    left = int(np.clip(round(width / 2 - middle[1]), 0, width - size[0]))
    canvas[top : top + size[1], left : left + size[0]] = small
    return canvas


def _picture(image: np.ndarray) -> Image.Image:
    return Image.fromarray(image[..., 0] if image.shape[-1] == 1 else image)


def png(image: np.ndarray, *, scale: int = 1, level: int = 6) -> bytes:
    """PNG of an image (H, W, C) uint8, every pixel drawn ``scale`` pixels wide.

    ``level`` of compression, 0 to 9: 1 takes a quarter of the time of 6, and a tenth more bytes for faces.
    """
    if scale < 1:
        raise ValueError(f"scale {scale} is below 1")
    picture = _picture(image)
    picture = picture.resize((picture.width * scale, picture.height * scale), Image.Resampling.NEAREST)
    buffer = io.BytesIO()
    picture.save(buffer, "PNG", compress_level=level)
    return buffer.getvalue()


def sheet(images: np.ndarray, *, columns: int) -> np.ndarray:
    """Contact sheet (H', W', C) uint8 of images (n, H, W, C) uint8, row by row; the rest stays black."""
    if columns < 1:
        raise ValueError(f"columns {columns} is below 1")
    n, height, width, channels = images.shape
    rows = max(1, -(-n // columns))
    grid = np.zeros((rows * columns, height, width, channels), np.uint8)
    grid[:n] = images
    grid = grid.reshape(rows, columns, height, width, channels).transpose(0, 2, 1, 3, 4)
    return grid.reshape(rows * height, columns * width, channels)


def gif(frames: np.ndarray, *, scale: int = 8, milliseconds: int = 80) -> bytes:
    """Endless GIF of frames (n, H, W, C) uint8, every pixel drawn ``scale`` pixels wide."""
    if len(frames) == 0:
        raise ValueError("a GIF needs at least one frame")
    pictures = []
    for frame in frames:
        picture = _picture(frame)
        size = (picture.width * scale, picture.height * scale)
        pictures.append(picture.resize(size, Image.Resampling.NEAREST))
    buffer = io.BytesIO()
    first, *rest = pictures
    first.save(buffer, "GIF", save_all=True, append_images=rest, duration=milliseconds, loop=0)
    return buffer.getvalue()
