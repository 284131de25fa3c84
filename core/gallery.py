"""The items that a checkpoint ships encoded: ``gallery.npz``."""

import functools
import zipfile
from dataclasses import dataclass
from pathlib import Path

import numpy as np


@dataclass(frozen=True)
class Gallery:
    """Encoded items of one data set under one checkpoint; every array has n rows in the same order.

    Attributes
    ----------
    index : (n,) int64, places in the full data set, ascending; the same for all checkpoints of a data set.
    label : (n,) int64.
    z : (n, d) float32 codes.
    error : (n,) float32, mean squared reconstruction error per pixel on the 0..1 scale.
    maps : 2-D coordinates (n, 2) float32 by name: ``umap`` and ``pca`` of the codes; a 2-D code is ``plane``.
    category, confidence : (n,) int64 and float32, the AAE's own head; None elsewhere.
    realism : (n,) float32 in 0..1, the style critic's word; None where there is none.
    attributes : (n, k) float32 in 0..1, a probe's word on the items' attributes; None where there is none.
    """

    index: np.ndarray
    label: np.ndarray
    z: np.ndarray
    error: np.ndarray
    maps: dict[str, np.ndarray]
    category: np.ndarray | None = None
    confidence: np.ndarray | None = None
    realism: np.ndarray | None = None
    attributes: np.ndarray | None = None

    def __post_init__(self) -> None:
        n = len(self.index)
        for name in ("label", "z", "error", "category", "confidence", "realism", "attributes"):
            array = getattr(self, name)
            if array is not None and len(array) != n:
                raise ValueError(f"gallery: {name} has {len(array)} rows, index has {n}")
        for name, xy in self.maps.items():
            if xy.shape != (n, 2):
                raise ValueError(f"gallery: map {name!r} has shape {xy.shape}, not ({n}, 2)")
        if self.z.ndim != 2:
            raise ValueError(f"gallery: z has shape {self.z.shape}, not (n, d)")

    @functools.cached_property
    def rows(self) -> dict[int, int]:
        """Row of each item, by its index; made when it is first asked for."""
        return {int(i): row for row, i in enumerate(self.index)}

    def __len__(self) -> int:
        return len(self.index)

    def row(self, index: int) -> int | None:
        """Row of item ``index``, or None where the gallery does not hold it."""
        return self.rows.get(int(index))


def save(gallery: Gallery, path: Path) -> None:
    """Write ``gallery.npz``; codes as float16, the rest as small as it goes."""
    arrays = {
        "index": gallery.index.astype(np.int32),
        "label": gallery.label.astype(np.uint8 if gallery.label.max(initial=0) < 256 else np.int32),
        "z": gallery.z.astype(np.float16 if gallery.z.shape[1] > 2 else np.float32, copy=False),
        "error": gallery.error.astype(np.float32),
    }
    arrays |= {f"map_{name}": xy.astype(np.float32) for name, xy in gallery.maps.items()}
    if gallery.category is not None and gallery.confidence is not None:
        arrays["category"] = gallery.category.astype(np.int16)
        arrays["confidence"] = gallery.confidence.astype(np.float16)
    if gallery.realism is not None:
        arrays["realism"] = gallery.realism.astype(np.float16)
    if gallery.attributes is not None:
        arrays["attributes"] = np.rint(255 * gallery.attributes).astype(np.uint8)
    np.savez_compressed(path, allow_pickle=False, **arrays)


def load(path: Path) -> Gallery:
    """Read ``gallery.npz``; ValueError if it is damaged, OSError if it is missing."""
    try:
        with np.load(path, allow_pickle=False) as file:
            raw = {name: file[name] for name in file.files}
    except (zipfile.BadZipFile, EOFError, KeyError) as error:
        raise ValueError(f"{path.name} is damaged: {error}") from error
    missing = {"index", "label", "z", "error"} - set(raw)
    if missing:
        raise ValueError(f"{path.name} lacks {', '.join(sorted(missing))}")

    def optional(name: str, kind: type) -> np.ndarray | None:
        return raw[name].astype(kind) if name in raw else None

    return Gallery(
        index=raw["index"].astype(np.int64),
        label=raw["label"].astype(np.int64),
        z=raw["z"].astype(np.float32),
        error=raw["error"].astype(np.float32),
        maps={name[4:]: xy.astype(np.float32) for name, xy in raw.items() if name.startswith("map_")},
        category=optional("category", np.int64),
        confidence=optional("confidence", np.float32),
        realism=optional("realism", np.float32),
        attributes=raw["attributes"].astype(np.float32) / 255 if "attributes" in raw else None,
    )
