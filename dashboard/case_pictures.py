"""Pictures of what is reviewed, for the browser: originals as large as they are on disk, and where two differ."""

import hashlib
import io

import numpy as np
from PIL import Image

from core import checkpoints, images
from core.audit import comparing
from dashboard import auditing, item_data, resources

LARGEST = 1024  # px a side that is sent
SMALL = 256  # px; up to this a picture is sent without loss
COMPARED = 512  # px a side in which two pictures are compared


def address(dataset: str, item: int) -> str:
    """Where the picture of an item is fetched."""
    return f"/item/{dataset}/{item}.img?v={_version(dataset)}"


def difference_address(dataset: str, one: int, other: int) -> str:
    """Where the map of differences of two items is fetched."""
    return f"/differ/{dataset}/{one}/{other}.img?v={_version(dataset)}"


def _version(dataset: str) -> str:
    """Digest of what pictures of a data set depend on."""
    first = resources.first(dataset)
    made = "" if first is None else resources.card(first).sha256
    return hashlib.sha256(f"{dataset}{auditing.set_stamp(dataset)}{made}".encode()).hexdigest()[:12]


def pixels(dataset: str, item: int) -> np.ndarray:
    """Pixels (h, w, C) uint8: the original's, else the set's, else rebuilt; ValueError for no such item."""
    files = auditing.files(dataset)
    own = None if files is None else files.image(item)
    if own is not None:
        return own
    held = resources.images(dataset)
    if held is not None and (found := held.image(item)) is not None:
        return np.asarray(found)
    first = resources.first(dataset)
    if first is None:
        raise ValueError(f"{dataset}/{item} is not on this machine")
    return item_data.looks(first, np.array([item]))[0]


def bounded(image: np.ndarray, side: int) -> np.ndarray:
    """An image (h, w, C) uint8 made as small as ``side``, if it is larger."""
    height, width, channels = image.shape
    if max(height, width) <= side:
        return image
    scale = side / max(height, width)
    flat = Image.fromarray(image[..., 0] if channels == 1 else image)
    size = (max(1, round(width * scale)), max(1, round(height * scale)))
    made = np.asarray(flat.resize(size, Image.Resampling.BILINEAR, reducing_gap=2))
    return made[..., None] if made.ndim == 2 else made


def picture(dataset: str, item: int) -> tuple[bytes, str]:
    """An item's picture as a file, and its type."""
    return _file(bounded(pixels(dataset, item), LARGEST))


def differ(dataset: str, one: int, other: int) -> tuple[bytes, str]:
    """The map of where two items differ as a file, and its type."""
    return _file(compared(dataset, one, other)[0])


def compared(dataset: str, one: int, other: int) -> tuple[np.ndarray, float, tuple[int, int]]:
    """Where two items differ: see `core.audit.comparing.difference`."""
    sizes = (bounded(pixels(dataset, item), COMPARED) for item in (one, other))
    return comparing.difference(*sizes)


def _file(image: np.ndarray) -> tuple[bytes, str]:
    if max(image.shape[:2]) <= SMALL:
        return images.png(image, level=1), "image/png"
    buffer = io.BytesIO()
    Image.fromarray(image[..., 0] if image.shape[2] == 1 else image).save(buffer, "JPEG", quality=92)
    return buffer.getvalue(), "image/jpeg"


def rebuilt_address(id: str, item: int) -> str:
    """Where the picture is fetched that a checkpoint makes of an item's code."""
    return f"/rebuilt/{id}/{item}.img?v={resources.card(id).sha256[checkpoints.MODEL][:12]}"


def rebuilt(id: str, item: int) -> tuple[bytes, str]:
    """What a checkpoint makes of an item's code, as a file, and its type; ValueError for an item without code."""
    row = resources.gallery(id).row(item)
    if row is None:
        raise ValueError(f"item {item} is not in the gallery of {id}")
    return _file(item_data.reconstructions(id, np.array([row]))[0])
