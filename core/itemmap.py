"""Where every item of a data set lies on a plane: ``map.npz`` of a checkpoint whose code has two numbers."""

import zipfile
from dataclasses import dataclass
from pathlib import Path

import numpy as np


@dataclass(frozen=True)
class ItemMap:
    """All items of the full set, in its order; every array has one row for each.

    Attributes
    ----------
    xy : (n, 2) float32 codes.
    label : (n,) uint8.
    error : (n,) float32, mean squared reconstruction error per pixel on the 0..1 scale.
    density : (cells, cells) float32, how much data lies in each cell of the plane's square, 0 to 1 of the densest
        item's surroundings, from the top left.
    """

    xy: np.ndarray
    label: np.ndarray
    error: np.ndarray
    density: np.ndarray

    def __post_init__(self) -> None:
        n = len(self.xy)
        if self.xy.shape != (n, 2) or self.label.shape != (n,) or self.error.shape != (n,):
            raise ValueError(f"map: shapes {self.xy.shape}, {self.label.shape}, {self.error.shape} do not belong")

    def __len__(self) -> int:
        return len(self.xy)


def save(found: ItemMap, path: Path) -> None:
    """Write ``map.npz``. Coordinates are kept to 1/65,535 of the map's width, errors to three digits."""
    low, high = found.xy.min(axis=0), found.xy.max(axis=0)
    steps = np.rint((found.xy - low) / np.maximum(high - low, 1e-6) * 65_535).astype(np.uint16)
    columns = {"x": steps[:, 0], "y": steps[:, 1], "low": low, "high": high, "label": found.label}
    columns |= {"error": found.error.astype(np.float16), "density": found.density.astype(np.float16)}
    np.savez_compressed(path, allow_pickle=False, **columns)


def load(path: Path) -> ItemMap:
    """Read ``map.npz``; ValueError if it is damaged, OSError if it is missing."""
    try:
        with np.load(path, allow_pickle=False) as file:
            raw = {name: file[name] for name in ("x", "y", "low", "high", "label", "error", "density")}
    except (zipfile.BadZipFile, EOFError, KeyError, ValueError) as error:
        raise ValueError(f"{path.name} is damaged: {error}") from error
    low, high = raw["low"].astype(np.float32), raw["high"].astype(np.float32)
    steps = np.stack([raw["x"], raw["y"]], axis=1).astype(np.float32) / 65_535
    xy = low + steps * np.maximum(high - low, np.float32(1e-6))
    errors, density = raw["error"].astype(np.float32), raw["density"].astype(np.float32)
    return ItemMap(np.ascontiguousarray(xy, np.float32), raw["label"], errors, density)
