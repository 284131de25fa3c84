"""Made-up images to bring, and what came of them."""

import io
import zipfile
from pathlib import Path

import numpy as np
from PIL import Image

from core.bring.base import Wish
from core.bring.build import Plan, build
from core.bring.report import Report, look
from core.bring.sources import open_source
from core.datasets import ImageSet, own
from core.jobs import Reporter

SHAPE = (8, 8, 3)
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


def shown(data: ImageSet) -> dict[str, tuple[str, bytes]]:
    """Label and pixels by the name of the original."""
    return {
        str(file): (data.label_names[label], image.tobytes())
        for file, label, image in zip(data.fields["file"], data.labels, data.images, strict=True)
    }


def part_of(data: ImageSet) -> dict[str, str]:
    """Which part each original is in."""
    parts = ("train", "validation", "test")
    return {str(file): part for part in parts for file in data.split(part).fields["file"]}


def zipped(path: Path, members: dict[str, bytes], *, method: int = zipfile.ZIP_DEFLATED) -> Path:
    """A zip of some members."""
    with zipfile.ZipFile(path, "w", method) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return path


def unreadable(home: Path) -> str:
    """What a set says of the files that are not in it."""
    return (home / "mine" / "unreadable.csv").read_text()
