"""A whole data set through a network, a chunk at a time: memory stays the same however many images there are."""

import ctypes
import mmap
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.lib.format import open_memmap

from core.inference import Runner
from core.jobs import Reporter
from core.own_models import places

CHUNK = 1024  # images between two notes of how far it came
PIXELS = 512 * 32 * 32  # of a batch: what a convolution of 64 channels makes of them takes 134 MB
LARGEST = float(np.finfo(np.float16).max)
AT, CODES, NUMBERS = "at.json", "codes.npy", "numbers.npy"


@dataclass(frozen=True, eq=False)
class Encoded:
    """All images of a set as a model has them, mapped from files.

    Attributes
    ----------
    z : (n, d) float16, float32 for codes of two numbers; as a gallery keeps them.
    error : (n,) float32, mean squared difference per pixel to what ``z`` decodes to, on the 0..1 scale.
    realism : (n,) float32, or None where the model has no critic of codes.
    """

    z: np.ndarray
    error: np.ndarray
    realism: np.ndarray | None


def batch_size(shape: tuple[int, int, int]) -> int:
    """Images of ``shape`` that a network takes at once."""
    return max(16, min(512, PIXELS // (shape[0] * shape[1])))


def encode(runner: Runner, images: np.ndarray, folder: Path, reporter: Reporter, *, stamp: str) -> Encoded:
    """Encode and rebuild every image (n, H, W, C) uint8, going on from where ``folder`` was left.

    Parameters
    ----------
    folder : keeps what is done; another ``stamp`` begins anew.

    Raises
    ------
    ValueError
        If a code is not finite or too large for a gallery.
    """
    folder.mkdir(parents=True, exist_ok=True)
    n, told = len(images), places.read_json(folder / AT)
    kept = told.get("stamp") == stamp and (folder / CODES).is_file() and (folder / NUMBERS).is_file()
    kind = np.float16 if runner.card.dim > 2 else np.float32
    if kept:
        z, numbers = open_memmap(folder / CODES, mode="r+"), open_memmap(folder / NUMBERS, mode="r+")
    else:
        (folder / AT).unlink(missing_ok=True)
        z = open_memmap(folder / CODES, mode="w+", dtype=kind, shape=(n, runner.card.dim))
        numbers = open_memmap(folder / NUMBERS, mode="w+", dtype=np.float32, shape=(n, 2))
    done = told.get("done") if kept else 0
    first = done if isinstance(done, int) else 0
    for start in range(first, n, CHUNK):
        rows = slice(start, start + CHUNK)
        reporter.told(start, n, f"Encoding {n:,} images")
        z[rows], numbers[rows] = _chunk(runner, images[rows], kind)
        z.flush()
        numbers.flush()
        places.write_json({"stamp": stamp, "done": min(start + CHUNK, n)}, folder / AT)
        for array in (images, z, numbers):
            forget(array)
    give_back()
    realism = numbers[:, 1] if hasattr(runner.model, "realism") else None
    return Encoded(z, numbers[:, 0], realism)


def _chunk(runner: Runner, images: np.ndarray, kind: type) -> tuple[np.ndarray, np.ndarray]:
    """Codes (n, d) as they are kept, and error and realism (n, 2), of some images."""
    found = runner.encode(np.ascontiguousarray(images))
    if not np.isfinite(found).all() or np.abs(found).max(initial=0) > LARGEST:
        raise ValueError(f"{runner.card.id} gives codes that are not finite, or over {LARGEST:,.0f}")
    z: np.ndarray = found.astype(kind)
    kept = z.astype(np.float32)
    error = np.empty(len(z), np.float32)
    for start in range(0, len(z), runner.batch):
        rows = slice(start, start + runner.batch)
        difference = runner.decode_float(kept[rows])
        difference -= images[rows] / np.float32(255)
        error[rows] = np.square(difference, out=difference).mean(axis=(1, 2, 3))
    realism = runner.realism(kept)
    return z, np.stack([error, np.zeros_like(error) if realism is None else realism], axis=1)


def give_back() -> None:
    """Hand back to the system what was freed, where the C library can: what a network took is of no more use."""
    with suppress(OSError, AttributeError):
        ctypes.CDLL(None).malloc_trim(0)


def forget(array: np.ndarray) -> None:
    """Let go of the pages of a mapped file that were read; they are read again when they are wanted."""
    base: object = array
    while isinstance(base, np.ndarray) and base.base is not None:
        base = base.base
    if isinstance(base, mmap.mmap) and hasattr(mmap, "MADV_DONTNEED"):
        base.madvise(mmap.MADV_DONTNEED)
