"""Products that can be searched where no picture of them is: ``items.npz``, vectors and words of a gallery."""

import zipfile
import zlib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np


@dataclass(frozen=True)
class Items:
    """Some items of the data set, by their place in it, ascending.

    Attributes
    ----------
    index : (n,) int64.
    z : (n, D) float32, unit vectors of their pictures (stored as float16).
    captions : (n,) str.
    fields : name -> (n,) str, "" where unknown.
    colours : (n, b) uint16 counts of the originals' colours (`core.colours`), or None where none are shipped.
    """

    index: np.ndarray
    z: np.ndarray
    captions: np.ndarray
    fields: Mapping[str, np.ndarray]
    colours: np.ndarray | None = None

    def __len__(self) -> int:
        return len(self.index)


def save(items: Items, path: Path) -> None:
    """Write ``items.npz``. A field is stored as its different values and which of them each item has."""
    arrays: dict[str, np.ndarray] = {}
    for name, column in items.fields.items():
        values, which = np.unique(column, return_inverse=True)
        arrays |= {f"values_{name}": values, f"field_{name}": which.astype(np.uint16)}
    if items.colours is not None:
        arrays["colours"] = items.colours.astype(np.uint16)
    z = items.z.astype(np.float16)
    np.savez_compressed(path, allow_pickle=False, index=items.index, z=z, captions=items.captions, **arrays)


def load(path: Path) -> Items:
    """Read ``items.npz``; ValueError if it is damaged, OSError if it is missing."""
    try:
        with np.load(path, allow_pickle=False) as file:
            names = [name[6:] for name in file.files if name.startswith("field_")]
            fields = {name: file[f"values_{name}"][file[f"field_{name}"]] for name in names}
            z = file["z"].astype(np.float32)
            colours = file["colours"] if "colours" in file.files else None
            found = Items(file["index"], z, file["captions"], fields, colours)
    except (zipfile.BadZipFile, zlib.error, EOFError, KeyError, IndexError, TypeError) as error:
        raise ValueError(f"{path.name} is damaged: {error}") from error
    n = len(found.index)
    columns = (found.captions, *found.fields.values())
    if found.colours is not None and (found.colours.ndim != 2 or len(found.colours) != n):
        raise ValueError(f"{path.name} is damaged: {n} items have counts of colours {found.colours.shape}")
    if z.ndim != 2 or len(z) != n or any(column.shape != (n,) for column in columns):
        raise ValueError(f"{path.name} is damaged: {n} items have vectors {z.shape} and words of other counts")
    if not np.isfinite(z).all():
        raise ValueError(f"{path.name} is damaged: a vector holds numbers that are not finite")
    length = np.linalg.norm(z, axis=1, keepdims=True)
    return replace(found, z=z / np.maximum(length, 1e-9))
