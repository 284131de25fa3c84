"""Made-up images to bring, and what came of them."""

import io
from pathlib import Path

import numpy as np
from PIL import Image

from core.bring.base import Wish
from core.bring.build import Plan, build
from core.bring.report import Report, look
from core.bring.sources import open_source
from core.datasets import ImageSet, own
from core.jobs import Reporter

MADE = "2026-01-01T00:00:00+00:00"


def pixels(seed: int, shape: tuple[int, ...] = (8, 8, 3)) -> np.ndarray:
    """Noise."""
    return np.random.default_rng(seed).integers(0, 256, shape, np.uint8)


def png(image: np.ndarray) -> bytes:
    """A PNG of it."""
    buffer = io.BytesIO()
    Image.fromarray(image).save(buffer, "PNG", compress_level=1)
    return buffer.getvalue()


def folder(root: Path, count: int, *, labels: tuple[str, ...] = ("cats", "dogs"), side: int = 8) -> Path:
    """A folder of ``count`` images, by turns in a sub-folder for each label."""
    for number in range(count):
        place = root / labels[number % len(labels)]
        place.mkdir(parents=True, exist_ok=True)
        (place / f"{number:05}.png").write_bytes(png(pixels(number, (side, side, 3))))
    return root


def seen(path: Path, wish: Wish | None = None) -> Report:
    """The report on what is at a path."""
    with open_source(path, wish) as source:
        return look(source)


def brought(
    path: Path,
    home: Path,
    *,
    shape: tuple[int, int, int] = (8, 8, 3),
    fit: str = "pad",
    wish: Wish | None = None,
    name: str = "mine",
) -> ImageSet:
    """The data set made of what is at a path, below ``home``."""
    with open_source(path, wish) as source:
        return own.read(build(source, Plan(name, "Mine", shape, fit), home, Reporter(), made=MADE))


def files(root: Path) -> set[str]:
    """All files below a folder."""
    return {path.relative_to(root).as_posix() for path in root.rglob("*") if path.is_file()}
