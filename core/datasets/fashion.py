"""Fashion-MNIST (Xiao, Rasul, Vollgraf 2017, arXiv 1708.07747; Zalando SE, MIT licence)."""

from pathlib import Path

import numpy as np

from core.datasets import idx
from core.datasets.base import ImageSet
from core.settings import Settings

TRAIN_SIZE = 60_000
LABELS = (
    "T-shirt",
    "Trouser",
    "Pullover",
    "Dress",
    "Coat",
    "Sandal",
    "Shirt",
    "Sneaker",
    "Bag",
    "Ankle boot",
)
MD5 = (
    "f4a8712d7a061bf5bd6d2ca38dc4d50a",
    "9018921c3c673c538a1fc5bad174d6f9",
    "8181f5470baa50b63fa0f6fddb340f0a",
    "15d484375f8d13e6eb1aabb0c3f46965",
)
FOLDER = "fashion-mnist"
SYSTEM_FOLDER = Path("/usr/share/datasets/fashion-mnist")  # where the Debian package puts it


def load(settings: Settings) -> ImageSet | None:
    """All 70,000 articles, or None where no folder holds them."""
    folder = idx.find([*settings.data_folders(FOLDER), SYSTEM_FOLDER])
    if folder is None:
        return None
    images, labels = idx.read_folder(folder, MD5)
    return ImageSet("fashion", images, labels, np.arange(len(labels)), TRAIN_SIZE, LABELS, "all 70,000 originals")
