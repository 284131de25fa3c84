"""Small data sets of one's own, drawn from a seed: discs and squares in a few shades."""

from pathlib import Path

import numpy as np

from core.datasets import own
from core.datasets.own import About, Items


def pictures(n: int, side: int, colours: int, *, seed: int = 0) -> tuple[np.ndarray, np.ndarray]:
    """Images (n, side, side, colours) uint8 and labels (n,): 0 a disc, 1 a square."""
    draw = np.random.default_rng(seed)
    label = draw.integers(0, 2, n)
    y, x = np.mgrid[:side, :side] / (side - 1) * 2 - 1
    images = np.zeros((n, side, side, colours), np.uint8)
    for image, kind in zip(images, label, strict=True):
        (cx, cy), radius = draw.uniform(-0.3, 0.3, 2), draw.uniform(0.3, 0.6)
        far = np.hypot(x - cx, y - cy) if kind == 0 else np.maximum(abs(x - cx), abs(y - cy))
        image[far < radius] = draw.integers(100, 256, colours)
    return images, label


def bring(
    home: Path,
    name: str = "shapes",
    *,
    n: int = 96,
    side: int = 28,
    colours: int = 1,
    labels: tuple[str, ...] = ("disc", "square"),
    test: int = 24,
) -> Path:
    """Write an own set below ``home``; its folder."""
    folder = home / "datasets" / name
    folder.mkdir(parents=True)
    images, label = pictures(n, side, colours)
    np.save(folder / own.IMAGES, images)
    if len(labels) == 1:
        label[:] = 0
    own.write_items(Items(label), folder / own.ITEMS)
    about = About(name, "Discs & squares", (side, side, colours), n, n - test, labels, made="2026-01-01T00:00:00")
    own.write_about(about, folder)
    return folder
