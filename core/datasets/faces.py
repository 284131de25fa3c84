"""CelebA faces, aligned and cut to 64 x 64, with 40 attributes in the annotators' words of 2015.

Liu, Luo, Wang, Tang, "Deep Learning Face Attributes in the Wild" (ICCV 2015). Real people: non-commercial research
only, no redistribution. Nothing of an original is ever written to disk here.
"""

from pathlib import Path

import numpy as np

from core.datasets.archive import arrays
from core.datasets.base import ImageSet
from core.datasets.encoded import Encoded
from core.datasets.idx import DatasetError
from core.settings import Settings

FOLDER, FILE = "celeba64", "celeba64.npz"
SHAPE = (64, 64, 3)
SIZE, TRAIN_SIZE, VALIDATION_SIZE = 45_215, 37_540, 4_535
LABELS = ("woman", "man", "woman with glasses", "man with glasses")
TERMS = (
    "CelebA (Liu, Luo, Wang, Tang, ICCV 2015): non-commercial research only, no redistribution of the images; "
    "they show real people. Labels are annotators' words of 2015, not identities."
)
FIELDS = ("webp", "offsets", "identity", "partition", "attr", "attr_names")


def read(path: Path) -> ImageSet:
    """The faces in ``path``, train first, then validation, then test.

    Raises
    ------
    DatasetError
        If the file cannot be read, lacks a field, or is not sorted by partition.
    """
    raw = arrays(path, FIELDS)
    partition, attributes = raw["partition"], raw["attr"].astype(np.uint8)
    if (np.diff(partition.astype(int)) < 0).any():
        raise DatasetError(f"{path.name} is not sorted by partition (0 train, 1 validation, 2 test).")
    names = tuple(str(name) for name in raw["attr_names"])
    return ImageSet(
        "faces",
        Encoded(raw["webp"].tobytes(), raw["offsets"].astype(np.int64), SHAPE, FILE),  # type: ignore[arg-type]
        groups(attributes, names),
        np.arange(len(partition)),
        int((partition == 0).sum()),
        LABELS,
        f"all {len(partition):,} originals",
        validation_size=int((partition == 1).sum()),
        attributes=attributes,
        attribute_names=names,
        people=raw["identity"].astype(np.int64),
    )


def groups(attributes: np.ndarray, names: tuple[str, ...]) -> np.ndarray:
    """Which of ``LABELS`` each row of ``attributes`` (n, 40) 0/1 belongs to: (n,) uint8."""
    glasses, man = (attributes[:, names.index(name)] for name in ("Eyeglasses", "Male"))
    return (man + 2 * glasses).astype(np.uint8)


def load(settings: Settings) -> ImageSet | None:
    """All faces, or None where no folder holds ``celeba64.npz``. There is no download: the terms forbid one."""
    for folder in settings.data_folders(FOLDER):
        if (folder / FILE).is_file():
            return read(folder / FILE)
    return None
