"""The originals of a person's own data set, where they were brought from: read, never written to."""

import zipfile
import zlib
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath

import numpy as np

from core import datasets, images
from core.bring.base import FORMATS_BROUGHT, LARGEST, SUFFIXES
from core.bring.fitting import MOST
from core.bring.zips import told
from core.datasets import DatasetError, own
from core.datasets.own import Items
from core.settings import Settings

SHOWN = 1024, 1024  # px that a picture is looked at in, at most


@dataclass(frozen=True, eq=False)
class Originals:
    """Where the files of a data set are.

    Attributes
    ----------
    source : the folder, zip or table that the set was brought from; None where nobody knows.
    files : (n,) str, place of each item's file below the source; empty where the set has none.
    pictures : (n,) uint64, bytes and CRC-32 of each original: equal ones are equal pictures; empty where unknown.
    made : when the set was brought: another time, another set under the same name.
    pixels : (n,) int64, width times height of the originals; of the set's images where that is not known.
    """

    source: Path | None
    files: np.ndarray
    pixels: np.ndarray
    pictures: np.ndarray = field(default_factory=lambda: np.zeros(0, np.uint64))
    made: str = ""

    def name(self, row: int) -> str:
        """Place of an item's file below the source; empty where that is not known."""
        return str(self.files[row]) if row < len(self.files) else ""

    def picture(self, row: int) -> str:
        """What tells an item's original from others; empty where that is not known."""
        return f"{int(self.pictures[row]):x}" if row < len(self.pictures) else ""

    def path(self, row: int) -> Path | None:
        """The file of an item, if it is one of its own and lies below the source."""
        root = self.source
        if root is None or _is_zip(root):
            return None
        base, name = root if root.is_dir() else root.parent, self.name(row)
        if not name or not _inside(name):
            return None
        try:
            found = (base / name).resolve(strict=True)
            below = found.is_relative_to(base.resolve())
            return found if below and found.is_file() and found.suffix.lower() in SUFFIXES else None
        except (OSError, ValueError, RuntimeError):
            return None

    def read(self, row: int) -> bytes | None:
        """The bytes of an item's file; None where it is not there, or larger than an image may be."""
        path = self.path(row)
        try:
            if path is not None:
                return path.read_bytes() if path.stat().st_size <= LARGEST else None
            return self._member(row)
        except (OSError, ValueError, zipfile.BadZipFile, zlib.error, RuntimeError, NotImplementedError):
            return None

    def _member(self, row: int) -> bytes | None:
        name = self.name(row)
        if self.source is None or not name or not _is_zip(self.source):
            return None
        if PurePosixPath(name).suffix.lower() not in SUFFIXES:
            return None
        with zipfile.ZipFile(self.source) as archive:
            info = next((one for one in archive.infolist() if name in (one.filename, told(one))), None)
            if info is None:
                return None
            if info.file_size > LARGEST:
                return None
            with archive.open(info) as file:  # a header may lie about the size
                found = file.read(LARGEST + 1)
        return found if len(found) <= LARGEST else None

    def image(self, row: int) -> np.ndarray | None:
        """Pixels (h, w, 3) uint8 of an item's file, large ones at a fraction; None where it cannot be read."""
        found = self.read(row)
        try:
            if found is None:
                return None
            pixels, _ = images.read_image(found, formats=FORMATS_BROUGHT, about=SHOWN, most=MOST)
        except images.ImageError:
            return None
        return np.repeat(pixels, 3, axis=2) if pixels.shape[2] == 1 else pixels


def of(name: str, settings: Settings) -> Originals | None:
    """The originals of a person's own data set; None for another, and where its files are damaged."""
    folder = datasets.own_folder(settings) / name
    if not own.NAME.fullmatch(name) or not (folder / own.SET).is_file():
        return None
    try:
        about = own.read_about(folder)
        items = own.read_items(folder, about)
    except DatasetError:
        return None
    files = np.asarray(items.fields.get("file", np.zeros(0, str)), dtype=str)
    width, height = (np.asarray(items.facts.get(side, np.zeros(0)), np.int64) for side in ("width", "height"))
    known = width * height if len(width) == len(height) == about.size else np.zeros(0, np.int64)
    pixels = known if len(known) else np.full(about.size, about.shape[0] * about.shape[1])
    return Originals(
        Path(about.source) if about.source else None, files, pixels, _pictures(items, about.size), about.made
    )


def _pictures(items: Items, size: int) -> np.ndarray:
    length, crc = (np.asarray(items.facts.get(name, np.zeros(0)), np.uint64) for name in ("bytes", "crc"))
    return length << np.uint64(32) | crc if len(length) == len(crc) == size else np.zeros(0, np.uint64)


def _inside(name: str) -> bool:
    """Whether a name leads to below the folder that it is read from."""
    parts = PurePosixPath(name.replace("\\", "/")).parts
    return bool(parts) and ".." not in parts and not name.startswith(("/", "\\"))


def _is_zip(path: Path) -> bool:
    return path.suffix.lower() == ".zip" and path.is_file()
