"""Who wrote what: ``writers.npz``, what the page of writers needs where the originals are not."""

import zipfile
import zlib
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from core.writers import Record


@dataclass(frozen=True)
class Book:
    """Writers and their characters, without pixels.

    Attributes
    ----------
    record : what each writer wrote.
    group, part : (w,) uint8, which of the data set's groups of people; 0 train, 1 validation, 2 test.
    label, writer, cluster : (n,) int64, of each character: class, row of its writer, cluster of the class.
    codes : (n, d) float32, of an autoencoder that can draw the character.
    drawn_by : name of that autoencoder's checkpoint.
    original : (n,) int64, which of MNIST's training images it is, where that is one of those that come with the
        installation; -1 elsewhere.
    realism : (n,) float32 in 0..1, what the critic says of each character in its cluster.
    xy : (w, 2) float32, a map of the writers by style.
    averages : (C, k, H, W) uint8, mean image of each cluster.
    bounds : (C,) float32, how near, by pixels in 0..1, the nearest 1 % of characters by writers that no model was
        trained on come to a training character of their class.
    """

    record: Record
    group: np.ndarray
    part: np.ndarray
    label: np.ndarray
    writer: np.ndarray
    cluster: np.ndarray
    codes: np.ndarray
    drawn_by: str
    original: np.ndarray
    realism: np.ndarray
    xy: np.ndarray
    averages: np.ndarray
    bounds: np.ndarray

    def cell(self, writer: int, label: int) -> np.ndarray:
        """Characters of a class by the writer of a row, ascending."""
        return np.flatnonzero((self.writer == writer) & (self.label == label))


def save(book: Book, path: Path) -> None:
    """Write ``writers.npz``; codes as bytes between each number's least and greatest."""
    low, high = book.codes.min(0), book.codes.max(0)
    step = np.maximum(high - low, 1e-9) / 255
    np.savez_compressed(
        path,
        allow_pickle=False,
        writers=book.record.writers.astype(np.int32),
        counts=book.record.counts.astype(np.uint16),
        styles=book.record.styles.astype(np.float16),
        group=book.group.astype(np.uint8),
        part=book.part.astype(np.uint8),
        label=book.label.astype(np.uint8),
        writer=book.writer.astype(np.int16),
        cluster=book.cluster.astype(np.uint8),
        codes=np.rint((book.codes - low) / step).astype(np.uint8),
        low=low.astype(np.float32),
        step=step.astype(np.float32),
        drawn_by=np.array(book.drawn_by),
        original=book.original.astype(np.int32),
        realism=book.realism.astype(np.float16),
        xy=book.xy.astype(np.float32),
        averages=book.averages,
        bounds=book.bounds.astype(np.float32),
    )


def load(path: Path) -> Book:
    """Read ``writers.npz``; ValueError if it is damaged, OSError if it is missing."""
    try:
        with np.load(path, allow_pickle=False) as file:
            raw = {name: file[name] for name in file.files}
        record = Record(
            raw["writers"].astype(np.int64), raw["counts"].astype(np.int64), raw["styles"].astype(np.float32)
        )
        return Book(
            record,
            group=raw["group"],
            part=raw["part"],
            label=raw["label"].astype(np.int64),
            writer=raw["writer"].astype(np.int64),
            cluster=raw["cluster"].astype(np.int64),
            codes=raw["codes"].astype(np.float32) * raw["step"] + raw["low"],
            drawn_by=str(raw["drawn_by"]),
            original=raw["original"].astype(np.int64),
            realism=raw["realism"].astype(np.float32),
            xy=raw["xy"],
            averages=raw["averages"],
            bounds=raw["bounds"],
        )
    except (zipfile.BadZipFile, zlib.error, EOFError, KeyError, TypeError) as error:
        raise ValueError(f"{path.name} is damaged: {error}") from error
