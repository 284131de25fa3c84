"""The IDX format of MNIST and Fashion-MNIST: four gzip files, canonical order train then test."""

import gzip
import hashlib
import math
import struct
import zlib
from pathlib import Path
from typing import BinaryIO

import numpy as np

FILES = (
    "train-images-idx3-ubyte.gz",
    "train-labels-idx1-ubyte.gz",
    "t10k-images-idx3-ubyte.gz",
    "t10k-labels-idx1-ubyte.gz",
)


class DatasetError(RuntimeError):
    """A data set is missing or damaged; the message says what to do next."""


def find(folders: list[Path]) -> Path | None:
    """First folder that holds all four files, or None."""
    return next((folder for folder in folders if all((folder / name).is_file() for name in FILES)), None)


def opened(path: Path) -> BinaryIO:
    """A file's bytes, unpacked as they are read where it is called ``.gz``."""
    return gzip.open(path) if path.suffix.casefold() == ".gz" else path.open("rb")  # type: ignore[return-value]


def read_idx(path: Path, *, md5: str | None = None, most: int | None = None) -> np.ndarray:
    """Read one IDX file of uint8, compressed by gzip or not.

    Parameters
    ----------
    md5 : digest of the decompressed bytes; a different file is refused.
    most : so many bytes may come of it; none are unpacked beyond.

    Raises
    ------
    DatasetError
        If the file is truncated, longer than ``most``, or is not the file it should be.
    """
    try:
        with opened(path) as file:
            raw = file.read() if most is None else file.read(most + 1)
        if most is not None and len(raw) > most:
            raise DatasetError(f"{path.name} unpacks to over {most / 1e6:,.0f} MB, the most that is allowed.")
    except (OSError, EOFError, zlib.error) as error:
        raise DatasetError(f"{path.name} cannot be read ({error}). Get it again.") from error
    if md5 is not None and hashlib.md5(raw, usedforsecurity=False).hexdigest() != md5:
        raise DatasetError(f"{path.name} is not the canonical file (md5 differs). Delete it and get it again.")
    if len(raw) < 4 or raw[:3] != b"\x00\x00\x08":
        raise DatasetError(f"{path.name} is not an IDX file of unsigned bytes.")
    axes = raw[3]
    shape = struct.unpack_from(f">{axes}I", raw, 4) if len(raw) >= 4 + 4 * axes else ()
    if not shape or len(raw) != 4 + 4 * axes + math.prod(shape):
        raise DatasetError(f"{path.name} is truncated: {len(raw)} bytes for shape {shape}.")
    return np.frombuffer(raw, np.uint8, offset=4 + 4 * axes).reshape(shape)


def read_folder(folder: Path, digests: tuple[str, ...]) -> tuple[np.ndarray, np.ndarray]:
    """Images (70000, 28, 28, 1) uint8 and labels (70000,) uint8, train first, digests checked."""
    arrays = [read_idx(folder / name, md5=md5) for name, md5 in zip(FILES, digests, strict=True)]
    images = np.concatenate([arrays[0], arrays[2]])[..., None]
    return images, np.concatenate([arrays[1], arrays[3]])
