"""Pictures that show at a glance what a model does. Pure: models, galleries and images in, PNG out."""

from collections.abc import Callable
from typing import TYPE_CHECKING

import numpy as np

from core import images, latent
from core.gallery import Gallery

if TYPE_CHECKING:
    from core.inference import Runner

SIDE = 10  # pictures along a side of a poster
SCALE = 4  # sharp at every pixel ratio of a screen: shown at a quarter of its size
Look = Callable[[np.ndarray], np.ndarray]


def one_of_each(gallery: Gallery) -> np.ndarray:
    """Rows (n,) of one typical item of every label: the one whose error is the median of its label."""
    return np.array([typical(gallery, label) for label in np.unique(gallery.label)])


def typical(gallery: Gallery, label: int, *, share: float = 0.5) -> int:
    """Row of the item of ``label`` that is rebuilt better than all but ``share`` of them."""
    rows = np.flatnonzero(gallery.label == label)
    return int(rows[np.argsort(gallery.error[rows])[int(share * (len(rows) - 1))]])


def strip(pictures: np.ndarray, columns: int) -> bytes:
    """PNG of pictures (n, H, W, C) uint8, ``columns`` in a row."""
    return images.png(images.sheet(pictures, columns=columns), scale=SCALE)


def poster(kind: str, runner: "Runner", gallery: Gallery, look: Look) -> bytes:
    """PNG of ``SIDE`` x ``SIDE`` pictures; ``look`` gives the pictures of gallery rows."""
    return strip(POSTERS[kind](runner, gallery, look), SIDE)


def categories(runner: "Runner", gallery: Gallery, look: Look) -> np.ndarray:
    """A column for each of the ten largest categories, by their usual label: the items it is surest of."""
    if gallery.category is None or gallery.confidence is None:
        raise ValueError("the gallery holds no categories")
    sizes = np.bincount(gallery.category, minlength=runner.categories)
    largest = np.argsort(-sizes, kind="stable")[:SIDE]
    usual = [np.bincount(gallery.label[gallery.category == c], minlength=1).argmax() for c in largest]
    columns = []
    for category in largest[np.argsort(usual, kind="stable")]:
        rows = np.flatnonzero(gallery.category == category)
        surest = rows[np.argsort(-gallery.confidence[rows], kind="stable")]
        columns.append(np.resize(surest, SIDE) if len(surest) else np.zeros(SIDE, np.int64))
    return look(np.stack(columns, axis=1).ravel())


def between(runner: "Runner", gallery: Gallery, look: Look) -> np.ndarray:
    """A row for each label: the way from its typical item to the next label's."""
    ends = gallery.z[[typical(gallery, label, share=0.25) for label in np.unique(gallery.label)]]
    ends = np.resize(ends, (SIDE, gallery.z.shape[1]))
    ways = [latent.path(a, b, steps=SIDE) for a, b in zip(ends, np.roll(ends, -1, axis=0), strict=True)]
    return runner.decode(np.concatenate(ways))


def plane(runner: "Runner", gallery: Gallery, look: Look) -> np.ndarray:
    """The middle of a 2-D latent space, decoded on a grid."""
    low, high = np.quantile(gallery.z, [0.04, 0.96], axis=0)
    high = np.maximum(high, low + 1e-3)
    return runner.decode(latent.plane((low[0], high[0]), (low[1], high[1]), steps=SIDE))


POSTERS: dict[str, Callable[["Runner", Gallery, Look], np.ndarray]] = {
    "categories": categories,
    "between": between,
    "plane": plane,
}
