"""Digits by who wrote them: NIST Special Database 19, the source of MNIST and of LEAF's FEMNIST.

MNIST's digits with QMNIST's extended labels, which give each one's writer (Yadav and Bottou, "Cold Case: The Lost
MNIST Digits", NeurIPS 2019). NIST SD19 is a US-government work. The parts are by person, not MNIST's.
"""

from pathlib import Path

import numpy as np

from core.datasets.archive import arrays
from core.datasets.base import ImageSet
from core.datasets.idx import DatasetError
from core.settings import Settings

FOLDER, FILE = "nist_writers", "nist_digits_by_writer.npz"
SIZE, TRAIN_SIZE, VALIDATION_SIZE = 65_573, 45_617, 6_873
LABELS = tuple("0123456789")
GROUPS = ("census employee", "student")
TERMS = (
    "NIST Special Database 19 (a US-government work) as MNIST has it, with the writers of QMNIST (BSD 3-clause, "
    "Facebook, Inc.; Yadav and Bottou, NeurIPS 2019)"
)
FIELDS = ("images", "labels", "writer", "hsf")
TRAIN, VALIDATION = 0.7, 0.8  # shares of the writers below these bounds


def part(writer: np.ndarray) -> np.ndarray:
    """Which part each writer number belongs to, the same in every file: 0 train, 1 validation, 2 test."""
    spread = (np.asarray(writer).astype(np.uint64) * np.uint64(2_654_435_761)) % np.uint64(2**32)
    return np.digitize(spread.astype(np.float64) / 2**32, [TRAIN, VALIDATION])


def read(path: Path) -> ImageSet:
    """The digits in ``path``, train writers first, then validation, then test, each part sorted by writer.

    ``people`` are NIST's writer numbers; the one attribute is whether the writer was a student.

    Raises
    ------
    DatasetError
        If the file cannot be read, lacks a field, or its fields do not fit each other.
    """
    images, labels, writer, group = arrays(path, FIELDS).values()
    n = len(images)
    if images.shape != (n, 28, 28) or images.dtype != np.uint8 or {len(labels), len(writer), len(group)} != {n}:
        raise DatasetError(f"{path.name} does not hold n images of 28 x 28 with n labels and writers.")
    whole = all(array.ndim == 1 and array.dtype.kind in "iu" for array in (labels, writer, group))
    if not whole or (n and (labels.min() < 0 or labels.max() >= len(LABELS))):
        raise DatasetError(f"{path.name} does not hold labels from 0 to {len(LABELS) - 1} and numbers of writers.")
    parts = part(writer)
    order = np.lexsort((np.arange(n), writer, parts))
    return ImageSet(
        "writers",
        np.ascontiguousarray(images[order, ..., None]),
        labels[order].astype(np.uint8),
        np.arange(n),
        int((parts == 0).sum()),
        LABELS,
        f"all {n:,} originals",
        validation_size=int((parts == 1).sum()),
        attributes=(group[order] == 4).astype(np.uint8)[:, None],
        attribute_names=("student",),
        people=writer[order].astype(np.int64),
    )


def load(settings: Settings) -> ImageSet | None:
    """All digits, or None where no folder holds the file. There is no download."""
    for folder in settings.data_folders(FOLDER):
        if (folder / FILE).is_file():
            return read(folder / FILE)
    return None
