"""Small made-up data sets to be audited."""

import numpy as np

from core.datasets import own
from core.datasets.base import ImageSet


def shapes(count: int, *, side: int = 28, channels: int = 1, cloth: int = 90) -> tuple[np.ndarray, np.ndarray]:
    """Ellipses (label 0), bars (1) and rings (2) in random places, sizes and tones, on chequered cloth."""
    rng = np.random.default_rng(0)
    kind = rng.integers(0, 3, count)
    down, right = np.mgrid[:side, :side] - (side - 1) / 2
    images = np.zeros((count, side, side, channels), np.uint8)
    for row, what in enumerate(kind):
        y, x = down - rng.uniform(-3, 3), right - rng.uniform(-3, 3)
        tall, wide = rng.uniform(0.2, 0.4, 2) * side
        far = np.hypot(y / tall, x / wide)
        mask = (far < 1, (abs(y) < tall) & (abs(x) < wide / 3), (far < 1) & (far > 0.6))[what]
        under = np.kron(rng.uniform(0, cloth, (side // 4, side // 4, channels)), np.ones((4, 4, 1)))
        images[row] = np.where(mask[..., None], rng.integers(160, 256, channels), under)
    return images, kind


def as_set(images: np.ndarray, kind: np.ndarray, **more: object) -> ImageSet:
    """The images as a data set that is all for training."""
    names = tuple(f"kind {k}" for k in range(int(kind.max(initial=0)) + 1))
    facts = {"train_size": len(images), "label_names": names, "origin": "made up"} | more
    return ImageSet("made-up", images, kind, np.arange(len(images)), **facts)


def unlabelled(images: np.ndarray, **more: object) -> ImageSet:
    """The images as a set without labels, of which networks have nothing to learn."""
    return as_set(images, np.zeros(len(images), np.int64), label_names=(own.UNLABELLED,), **more)
