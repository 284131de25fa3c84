"""Data sets: one source a file. ``SOURCES`` is the registry; `sources` adds a person's own."""

import functools
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from core.datasets import digits, faces, fashion, own, products, writers
from core.datasets.base import ImageSet, item_address, parse_address
from core.datasets.idx import DatasetError
from core.settings import Settings

__all__ = [
    "EXPLORED",
    "OWN",
    "SOURCES",
    "DatasetError",
    "ImageSet",
    "Source",
    "item_address",
    "load",
    "own_folder",
    "own_source",
    "parse_address",
    "sources",
]
OWN = "datasets"  # folder of a person's own sets, below `Settings.own`


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
    own : whether a person brought it.
    """

    title: str
    shape: tuple[int, int, int]
    size: int
    train_size: int
    labels: tuple[str, ...]
    terms: str
    load: Callable[[Settings], ImageSet | None]
    explored: bool = True
    own: bool = False


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
    if name in SOURCES:
        return SOURCES[name].load(settings)
    folder = own_folder(settings)
    if name not in own.names(folder):
        raise ValueError(f"data set {name!r} is not one of {', '.join(map(repr, [*SOURCES, *own.names(folder)]))}")
    return own.read(folder / name)


def own_folder(settings: Settings) -> Path:
    """Where a person's own sets lie, a folder each."""
    return settings.own / OWN


def own_source(folder: Path) -> Source:
    """A person's own set as the interface knows it; DatasetError where its ``set.json`` is damaged."""
    about = own.read_about(folder)
    load = functools.partial(_read_own, folder)
    return Source(
        about.title, about.shape, about.size, about.train_size, about.labels, about.terms, load, own=True
    )


def _read_own(folder: Path, settings: Settings) -> ImageSet:
    return own.read(folder)


def sources(settings: Settings) -> dict[str, Source]:
    """`SOURCES` and a person's own sets; of these, those with a readable ``set.json``."""
    found, folder = dict(SOURCES), own_folder(settings)
    for name in own.names(folder):
        try:
            found.setdefault(name, own_source(folder / name))
        except DatasetError:
            continue  # the page of own data sets says why
    return found
