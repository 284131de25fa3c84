"""Photos of fashion products with a caption, a type, a colour and for whom: "Fashion Product Images (Small)".

Shop photos on white, copyright unclear: nothing of an original is ever committed or written to disk here.
"""

import zlib
from pathlib import Path

import numpy as np

from core.datasets.archive import arrays
from core.datasets.base import ImageSet
from core.datasets.encoded import Encoded
from core.datasets.idx import DatasetError
from core.settings import Settings

FOLDER, FILE = "fashion_products", "fashion_products.npz"
SHAPE, STORED = (64, 64, 3), (128, 128, 3)
SIZE, TRAIN_SIZE, VALIDATION_SIZE = 9_000, 7_679, 662
TERMS = "Fashion Product Images (Small): shop photos, copyright unclear; no image is given on"
FIELDS = {  # name here -> column of the file
    "type": "articleType",
    "colour": "baseColour",
    "gender": "gender",
    "group": "subCategory",
    "season": "season",
    "usage": "usage",
}
GROUPS = {  # label -> values of subCategory
    "top": ("Topwear", "Dress", "Saree", "Apparel Set"),
    "bottom": ("Bottomwear",),
    "underwear": ("Innerwear", "Socks", "Loungewear and Nightwear"),
    "shoe": ("Shoes",),
    "sandal": ("Sandal", "Flip Flops"),
    "bag": ("Bags",),
    "wallet or belt": ("Wallets", "Belts"),
    "watch": ("Watches",),
    "glasses": ("Eyewear",),
    "other": (),
}
LABELS = tuple(GROUPS)
TRAIN, VALIDATION = 0.865, 0.935  # shares of the captions below these bounds


def part(captions: np.ndarray) -> np.ndarray:
    """Which part each caption belongs to, the same in every file: 0 train, 1 validation, 2 test.

    By the caption, so that no sentence is on both sides.
    """
    spread = np.array([zlib.crc32(str(caption).lower().encode()) for caption in captions], np.float64)
    return np.digitize(spread / 2**32, [TRAIN, VALIDATION])


def labels(group: np.ndarray) -> np.ndarray:
    """Which of ``LABELS`` each subCategory (n,) belongs to: (n,) uint8."""
    places = {name: place for place, names in enumerate(GROUPS.values()) for name in names}
    return np.array([places.get(str(name), len(LABELS) - 1) for name in group], np.uint8)


def read(path: Path) -> ImageSet:
    """The products in ``path``, scaled to 64 x 64: train first, then validation, then test.

    ``captions`` are the shop's; ``fields`` are the columns of ``FIELDS``, "" where a value is missing.

    Raises
    ------
    DatasetError
        If the file cannot be read, lacks a field, or its fields do not fit each other.
    """
    raw = arrays(path, ("webp", "offsets", "caption", *FIELDS.values()))
    content, offsets, captions = raw["webp"], raw["offsets"].astype(np.int64), raw["caption"]
    fields = {name: raw[column] for name, column in FIELDS.items()}
    n = len(captions)
    columns = [captions, *fields.values()]
    if len(offsets) != n + 1 or any(len(column) != n or column.dtype.kind != "U" for column in columns):
        raise DatasetError(f"{path.name} does not hold n images with n captions and n words of each kind.")
    if (np.diff(offsets) < 0).any() or (n and (offsets[0] < 0 or offsets[-1] > len(content))):
        raise DatasetError(f"{path.name}: the places of its images are wrong.")
    parts = part(captions)
    order = np.argsort(parts, kind="stable")
    return ImageSet(
        "products",
        Encoded(content.tobytes(), offsets, SHAPE, FILE, stored=STORED, order=order),  # type: ignore[arg-type]
        labels(fields["group"])[order],
        np.arange(n),
        int((parts == 0).sum()),
        LABELS,
        f"all {n:,} originals",
        validation_size=int((parts == 1).sum()),
        captions=captions[order],
        fields={name: column[order] for name, column in fields.items()},
    )


def load(settings: Settings) -> ImageSet | None:
    """All products, or None where no folder holds the file. There is no download."""
    for folder in settings.data_folders(FOLDER):
        if (folder / FILE).is_file():
            return read(folder / FILE)
    return None
