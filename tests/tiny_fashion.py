"""Made-up articles of fashion: silhouettes whose label, grey and proportions differ, without words."""

import numpy as np

from core.datasets import fashion
from core.datasets.base import ImageSet

GREYS = {"dark": 60, "grey": 150, "light": 230}
SIZES = {  # label -> (height, width) of what its words tell apart
    "Dress": {"short": (24, 20), "long": (26, 7)},
    "Sneaker": {"low": (9, 26), "high": (18, 26)},
    "Bag": {"wide": (12, 26), "high": (26, 18)},
}
CONFIGS = {
    "fashion-text": {
        "channels": 4,
        "dim": 16,
        "words": 40,
        "layers": 1,
        "heads": 2,
        "kinds": (10, 3, 6, 7, 2),
        "size": 28,
        "colours": 1,
    },
    "fashion-reader": {"channels": 4, "kinds": (10, 3, 6, 7, 2), "words": 12, "size": 28, "colours": 1},
    "fashion-compose": {"dim": 16, "hidden": 16},
}


def silhouette(height: int, width: int, grey: int) -> np.ndarray:
    """A block (28, 28, 1) uint8 in the middle of nothing."""
    image = np.zeros((28, 28, 1), np.uint8)
    top, left = (28 - height) // 2, (28 - width) // 2
    image[top : top + height, left : left + width] = grey
    return image


def made_up(n: int = 480, *, seed: int = 0) -> ImageSet:
    """``n`` articles, three quarters of them to train on."""
    random = np.random.default_rng(seed)
    images, labels = [], []
    for _ in range(n):
        name = str(random.choice(list(SIZES)))
        height, width = SIZES[name][str(random.choice(list(SIZES[name])))]
        grey = GREYS[str(random.choice(list(GREYS)))]
        images.append(silhouette(height, width, grey + int(random.integers(-8, 8))))
        labels.append(fashion.LABELS.index(name))
    size = n * 3 // 4
    return ImageSet(
        "fashion", np.stack(images), np.array(labels, np.uint8), np.arange(n), size, fashion.LABELS, "made up"
    )
