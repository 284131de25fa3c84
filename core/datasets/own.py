"""Data sets that a person brought: a folder each, below `Settings.own`.

``set.json`` says what the set is, ``images.npy`` holds its pixels and is mapped into memory, not read;
``items.npz`` holds what is known of each item. Training items come first, then those to choose on, then the test.
"""

import json
import re
import zipfile
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from types import MappingProxyType
from typing import IO, Any

import numpy as np
from numpy.lib import format as npy

from core.datasets.base import ImageSet
from core.datasets.idx import DatasetError

SET, IMAGES, ITEMS = "set.json", "images.npy", "items.npz"
NAME = re.compile(r"(?=.{1,40}\Z)[a-z0-9]+(-[a-z0-9]+)*")
UNLABELLED = "unlabelled"  # the one label of a set without labels
NOTHING: Mapping[str, np.ndarray] = MappingProxyType({})
ROWS = 4096  # of an array, that are written at once


@dataclass(frozen=True)
class About:
    """What ``set.json`` says.

    Attributes
    ----------
    name, title : of the folder, and as it is called on screen.
    shape : (H, W, C) of an image.
    size, train_size, validation_size : items in all, for training, and to choose on; the rest is the test part.
    labels, groups : what label and group numbers are called; groups are what is told apart besides labels
        (who wrote or made an image).
    attributes : names of 0/1 facts.
    source, made : where it was brought from (a path) and when (UTC, ISO 8601).
    fit : how an original became an image of ``shape``, in a phrase for the screen.
    terms : what the person said of its terms.
    """

    name: str
    title: str
    shape: tuple[int, int, int]
    size: int
    train_size: int
    labels: tuple[str, ...]
    validation_size: int = 0
    groups: tuple[str, ...] = ()
    attributes: tuple[str, ...] = ()
    source: str = ""
    made: str = ""
    fit: str = ""
    terms: str = "your own"


@dataclass(frozen=True)
class Items:
    """What ``items.npz`` holds; every array has a row for each item.

    Attributes
    ----------
    label : (n,) int64, numbers of labels.
    group : (n,) int64, numbers of groups, -1 where unknown; None where the set has none.
    attributes : (n, k) uint8 0/1; None where the set has none.
    fields : name -> (n,) str; ``file`` is the original's place below the source, ``mode`` as Pillow names it.
    facts : name -> (n,) int64: ``width``, ``height`` (px) and ``bytes`` of the original.
    """

    label: np.ndarray
    group: np.ndarray | None = None
    attributes: np.ndarray | None = None
    fields: Mapping[str, np.ndarray] = field(default_factory=lambda: NOTHING)
    facts: Mapping[str, np.ndarray] = field(default_factory=lambda: NOTHING)


def names(root: Path) -> list[str]:
    """Names of the sets below ``root``, finished ones only."""
    if not root.is_dir():
        return []
    return sorted(path.name for path in root.iterdir() if NAME.fullmatch(path.name) and (path / SET).is_file())


def write_items(items: Items, path: Path, *, texts: Mapping[str, Sequence[str]] | None = None) -> None:
    """Write ``items.npz``, at once; ``texts`` are more fields, of which no array is made."""
    fields: dict[str, Sequence[str] | np.ndarray] = {**items.fields, **(texts or {})}
    numbers = np.dtype(np.int64)
    arrays: dict[str, tuple[Sequence[Any] | np.ndarray, np.dtype]] = {"label": (items.label, numbers)}
    arrays |= {} if items.group is None else {"group": (items.group, numbers)}
    arrays |= {} if items.attributes is None else {"attributes": (items.attributes, np.dtype(np.uint8))}
    arrays |= {f"field_{name}": (values, _text(values)) for name, values in fields.items()}
    arrays |= {f"fact_{name}": (values, numbers) for name, values in items.facts.items()}
    part = path.with_suffix(".part")
    with zipfile.ZipFile(part, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, (values, kind) in arrays.items():
            with archive.open(f"{name}.npy", "w", force_zip64=True) as file:
                _write_rows(file, values, kind)
    part.replace(path)


def _text(values: Sequence[str] | np.ndarray) -> np.dtype:
    """The narrowest type that holds all of some texts."""
    return np.dtype((str, max((len(value) for value in values), default=1) or 1))


def _write_rows(file: IO[bytes], values: Sequence[Any] | np.ndarray, kind: np.dtype) -> None:
    """Write an array as ``.npy``, some rows at a time: names of 200,000 files would take hundreds of megabytes."""
    shape = (len(values), *np.shape(values[:1])[1:])
    npy.write_array_header_1_0(file, {"descr": kind.str, "fortran_order": False, "shape": shape})
    for at in range(0, len(values), ROWS):
        file.write(np.asarray(values[at : at + ROWS], kind).tobytes())


def write_about(about: About, folder: Path) -> None:
    """Write ``set.json``, at once; with it, the set is there."""
    part = folder / f"{SET}.part"
    part.write_text(json.dumps(asdict(about), indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    part.replace(folder / SET)


def read_about(folder: Path) -> About:
    """What a set is; DatasetError where its ``set.json`` is missing, damaged or of another folder."""
    try:
        raw: dict[str, Any] = json.loads((folder / SET).read_text(encoding="utf-8"))
        for name in ("labels", "groups", "attributes"):
            raw[name] = tuple(str(value) for value in raw.get(name, ()))
        height, width, channels = (int(value) for value in raw["shape"])
        about = About(**raw | {"shape": (height, width, channels)})
    except (OSError, ValueError, TypeError, KeyError, AttributeError) as error:
        raise DatasetError(f"{SET} of {folder.name!r} cannot be read ({error}). Bring the set again.") from error
    sizes = about.size, about.train_size, about.validation_size
    if about.name != folder.name or min(sizes) < 0 or about.train_size + about.validation_size > about.size:
        raise DatasetError(f"{SET} of {folder.name!r} belongs to another set, or its sizes are none.")
    return about


def read_items(folder: Path, about: About) -> Items:
    """What is known of each item; DatasetError where that is damaged or does not fit ``about``."""
    try:
        with np.load(folder / ITEMS, allow_pickle=False) as file:
            raw = {name: file[name] for name in file.files}
    except (OSError, EOFError, ValueError, zipfile.BadZipFile, zlib.error) as error:
        raise DatasetError(f"{ITEMS} of {about.name!r} cannot be read ({error}). Bring the set again.") from error
    if "label" not in raw or any(len(values) != about.size for values in raw.values()):
        raise DatasetError(f"{ITEMS} of {about.name!r} does not hold {about.size:,} items. Bring the set again.")
    if about.size and not 0 <= raw["label"].min() <= raw["label"].max() < len(about.labels):
        raise DatasetError(f"{ITEMS} of {about.name!r} has labels that {SET} does not name. Bring the set again.")
    fields = {name[6:]: values for name, values in raw.items() if name.startswith("field_")}
    facts = {name[5:]: values for name, values in raw.items() if name.startswith("fact_")}
    return Items(raw["label"], raw.get("group"), raw.get("attributes"), fields, facts)


def read(folder: Path) -> ImageSet:
    """A set, its images mapped from the file.

    Raises
    ------
    DatasetError
        If a file is missing, damaged, or does not fit the others.
    """
    about = read_about(folder)
    items = read_items(folder, about)
    try:
        images = np.load(folder / IMAGES, mmap_mode="r", allow_pickle=False)
    except (OSError, EOFError, ValueError) as error:
        raise DatasetError(f"{IMAGES} of {about.name!r} cannot be read ({error}). Bring the set again.") from error
    if images.shape != (about.size, *about.shape) or images.dtype != np.uint8:
        raise DatasetError(f"{IMAGES} of {about.name!r} holds {images.shape} {images.dtype}, not what {SET} says.")
    return ImageSet(
        about.name,
        images,
        items.label,
        np.arange(about.size),
        about.train_size,
        about.labels,
        f"{about.size:,} images of your own",
        validation_size=about.validation_size,
        attributes=items.attributes,
        attribute_names=about.attributes,
        people=items.group,
        fields=items.fields,
    )
