"""Data sets: one source a file. ``SOURCES`` is the registry; ``load`` is the way in."""

from collections.abc import Callable
from dataclasses import dataclass

from core.datasets import digits, faces, fashion, products, writers
from core.datasets.base import ImageSet, item_address, parse_address
from core.datasets.idx import DatasetError
from core.settings import Settings

__all__ = ["EXPLORED", "SOURCES", "DatasetError", "ImageSet", "Source", "item_address", "load", "parse_address"]


@dataclass(frozen=True)
class Source:
    """One data set as the interface knows it before any file is opened.

    Attributes
    ----------
    title, labels, terms : shown on screen.
    shape : (H, W, C) of an image.
    size, train_size : items of the full set, and how many of them are the training split.
    load : settings -> ImageSet, or None where the originals are not on this machine.
    explored : whether models of it encode images; one that is not has pages of its own.
    """

    title: str
    shape: tuple[int, int, int]
    size: int
    train_size: int
    labels: tuple[str, ...]
    terms: str
    load: Callable[[Settings], ImageSet | None]
    explored: bool = True


SOURCES: dict[str, Source] = {
    "digits": Source(
        "Digits (MNIST)",
        (28, 28, 1),
        70_000,
        digits.TRAIN_SIZE,
        digits.LABELS,
        "LeCun, Cortes, Burges; usually given as CC BY-SA 3.0",
        digits.load,
    ),
    "fashion": Source(
        "Fashion (Fashion-MNIST)",
        (28, 28, 1),
        70_000,
        fashion.TRAIN_SIZE,
        fashion.LABELS,
        "Zalando SE, MIT licence",
        fashion.load,
    ),
    "faces": Source(
        "Faces (CelebA)", faces.SHAPE, faces.SIZE, faces.TRAIN_SIZE, faces.LABELS, faces.TERMS, faces.load
    ),
    "writers": Source(
        "Writers (NIST SD19)",
        (28, 28, 1),
        writers.SIZE,
        writers.TRAIN_SIZE,
        writers.LABELS,
        writers.TERMS,
        writers.load,
        explored=False,
    ),
    "products": Source(
        "Products (fashion shop)",
        products.SHAPE,
        products.SIZE,
        products.TRAIN_SIZE,
        products.LABELS,
        products.TERMS,
        products.load,
    ),
}
EXPLORED = tuple(name for name, source in SOURCES.items() if source.explored)


def load(name: str, settings: Settings) -> ImageSet | None:
    """The data set ``name``, or None where its originals are not on this machine.

    Raises
    ------
    ValueError
        If no data set has that name.
    DatasetError
        If its files are there but damaged.
    """
    if name not in SOURCES:
        raise ValueError(f"data set {name!r} is not one of {', '.join(map(repr, SOURCES))}")
    return SOURCES[name].load(settings)
