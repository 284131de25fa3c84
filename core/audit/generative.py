"""What only a generative model tells: how well it draws an item, where it puts it, what its critic believes."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from core.audit.features import Told, rows
from core.audit.findings import Issue
from core.audit.severity import HALF, from_z, robust_z
from core.datasets.base import ImageSet
from core.gallery import Gallery
from core.metrics import majority_mapping

if TYPE_CHECKING:  # torch takes seconds to import
    from core.inference import Runner


@dataclass(frozen=True, eq=False)
class View:
    """How a checkpoint sees every item of a set; NaN where it does not know one.

    Attributes
    ----------
    codes : (n, d) float32.
    error : (n,) float32, mean squared reconstruction error per pixel.
    category, confidence : (n,) int64, -1 where unknown, and float32; None without a category head.
    realism : (n,) float32 in 0..1; None without a critic.
    """

    codes: np.ndarray
    error: np.ndarray
    category: np.ndarray | None = None
    confidence: np.ndarray | None = None
    realism: np.ndarray | None = None

    @property
    def whole(self) -> bool:
        """Whether every item is known."""
        return bool(np.isfinite(self.error).all())


def encoded(data: ImageSet, runner: "Runner", told: Told = lambda share: None) -> View:
    """Encode and decode every item; ValueError where the images are not of the checkpoint's shape."""
    codes, error = np.empty((len(data), runner.card.dim), np.float32), np.empty(len(data), np.float32)
    for block in rows(len(data), 512):
        images = np.asarray(data.images[block])
        codes[block] = runner.encode(images)
        apart = runner.decode_float(codes[block]) - images.astype(np.float32) / 255
        error[block] = np.square(apart).mean(axis=(1, 2, 3))
        told(block.stop / len(data))
    head = codes[:, : runner.categories]
    if not runner.categories:
        return View(codes, error, realism=runner.realism(codes))
    return View(codes, error, head.argmax(axis=1), head.max(axis=1), runner.realism(codes))


def of_gallery(data: ImageSet, gallery: Gallery) -> View:
    """What a gallery says of the items that it holds."""
    place = np.array([-1 if (row := gallery.row(int(i))) is None else row for i in data.index], np.int64)
    known = place >= 0

    def column(values: np.ndarray | None) -> np.ndarray | None:
        if values is None:
            return None
        found = np.full((len(place), *values.shape[1:]), np.nan, np.float32)
        found[known] = values[place[known]]
        return found

    codes, error = column(gallery.z), column(gallery.error)
    assert codes is not None
    assert error is not None
    category = column(gallery.category)
    whole = None if category is None else np.nan_to_num(category, nan=-1).astype(np.int64)
    return View(codes, error, whole, column(gallery.confidence), column(gallery.realism))


def reconstruction(view: View, checkpoint: str) -> Issue:
    """Items that the checkpoint draws badly."""
    severity = from_z(robust_z(np.log(np.maximum(view.error, 1e-9))))
    how = f"Squared error of what {checkpoint} draws of an item; robust standard deviations of its log."
    return Issue("reconstruction", severity, HALF, how)


def category(view: View, labels: np.ndarray, checkpoint: str) -> Issue:
    """Items in a category that mostly has another label; the surer the network and the category, the worse."""
    assert view.category is not None
    assert view.confidence is not None
    known, labels = view.category >= 0, np.asarray(labels, np.int64)
    severity = np.full(len(labels), np.nan, np.float32)
    suggested = np.full(len(labels), -1, np.int64)
    how = f"The category that {checkpoint} puts an item in, by itself, mostly has another label."
    if known.any():
        kinds, count = int(view.category.max()) + 1, int(labels.max()) + 1
        mapping = majority_mapping(view.category[known], labels[known], categories=kinds, labels=count)
        other = mapping[view.category[known]]
        differs = other != labels[known]
        sizes = np.bincount(view.category[known], minlength=kinds)
        pure = np.bincount(view.category[known], ~differs, kinds) / np.maximum(sizes, 1)
        severity[known] = np.where(differs, view.confidence[known] * pure[view.category[known]], 0)
        suggested[known] = np.where(differs, other, -1)
    return Issue("category", severity, 0.8, how, suggested=suggested)


def realism(view: View, checkpoint: str) -> Issue:
    """Items whose codes the critic of the checkpoint does not believe."""
    assert view.realism is not None
    severity = np.clip(1 - view.realism, 0, 1).astype(np.float32)
    z = robust_z(severity)
    far = severity[np.nan_to_num(z, nan=0) >= 3.5]
    how = f"1 less what the style critic of {checkpoint} says of the code; 1 is a code unlike what it was taught."
    return Issue("realism", severity, float(far.min()) if far.size else 1.0, how)
