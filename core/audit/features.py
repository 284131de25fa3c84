"""What detectors look at: plain features of images, and distances to neighbours, in blocks for a flat memory."""

from collections.abc import Callable, Iterator

import numpy as np
from numpy.typing import NDArray

F32 = NDArray[np.float32]
Told = Callable[[float], None]  # hears which share 0..1 of a step is done

IMAGES = 2_000  # images that are looked at in one go
SIDE = 32  # px; larger images are made smaller before they are compared
COARSE = 16  # px, where only tone and colour count
FITTED = 20_000  # rows that axes are fitted to
SEARCHED = 50_000_000  # distances between two looks at whether to stop


def within(told: Told, first: float, last: float) -> Told:
    """A listener to a part of a step, which goes from ``first`` to ``last`` of the whole."""
    return lambda share: told(first + share * (last - first))


def rows(count: int, step: int = IMAGES) -> Iterator[slice]:
    """Slices of ``step`` rows that cover ``count``."""
    for first in range(0, count, step):
        yield slice(first, min(first + step, count))


def small(images: np.ndarray) -> F32:
    """Images (b, H, W, C) uint8 as float32 in 0..1, sides of at most `SIDE` px: means of square fields."""
    return np.divide(_pooled(images, SIDE), 255, dtype=np.float32)


def tones(images: F32) -> F32:
    """Tones and colours (b, d) of fields of images (b, H, W, C), at most `COARSE` along a side."""
    return _pooled(images, COARSE).reshape(len(images), -1)


def _pooled(images: np.ndarray, most: int) -> np.ndarray:
    """Means of square fields, so that no side is over ``most``; what is left at the edge is cut off."""
    step = -(-max(images.shape[1:3]) // most)
    height, width = (side // step * step for side in images.shape[1:3])
    if step == 1 or not height or not width:
        return images
    cut = images[:, :height, :width].reshape(len(images), height // step, step, width // step, step, -1)
    return np.asarray(cut.mean(axis=(2, 4), dtype=np.float32))


def edges(cells: int, *, bins: int = 9) -> Callable[[F32], F32]:
    """Histograms of oriented gradients (Dalal and Triggs 2005) over ``cells`` x ``cells`` fields of an image.

    Returns a function from images (b, H, W, C) to (b, (cells - 1)^2 * 4 * bins): overlapping groups of 2 x 2
    fields, each brought to length 1. Gradients are of the mean of the channels.
    """

    def feature(images: F32) -> F32:
        grey = images.mean(axis=3)
        count, height, width = grey.shape
        padded = np.pad(grey, ((0, 0), (1, 1), (1, 1)), mode="edge")
        right = padded[:, 1:-1, 2:] - padded[:, 1:-1, :-2]
        down = padded[:, 2:, 1:-1] - padded[:, :-2, 1:-1]
        strength = np.hypot(right, down)
        angle = (np.arctan2(down, right) % np.pi) * (bins / np.pi)
        low, part = angle.astype(np.int64) % bins, angle - np.floor(angle)
        field = (np.arange(height) * cells // height)[:, None] * cells + np.arange(width) * cells // width
        start = (np.arange(count)[:, None, None] * cells**2 + field) * bins
        size = count * cells**2 * bins
        counts = np.bincount((start + low).ravel(), (strength * (1 - part)).ravel(), size)
        counts += np.bincount((start + (low + 1) % bins).ravel(), (strength * part).ravel(), size)
        fields = counts.reshape(count, cells, cells, bins).astype(np.float32)
        last = cells - 1
        groups = [fields[:, i : last + i, j : last + j] for i in (0, 1) for j in (0, 1)]
        together = np.concatenate(groups, axis=3)
        together /= np.sqrt(np.square(together).sum(axis=3, keepdims=True) + 0.01)
        return together.reshape(count, -1)

    return feature


def spectrum(reach: int) -> Callable[[F32], F32]:
    """How strong each frequency is, whatever place a thing is at: a shift changes only the phases.

    Returns a function from images to the logarithm of 1 + the magnitudes of the ``reach`` lowest frequencies along
    each axis, of the mean of the channels. The image fades at its edges: what a shift cuts off counts less.
    """

    def feature(images: F32) -> F32:
        grey = images.mean(axis=3)
        grey = (grey - grey.mean(axis=(1, 2), keepdims=True)) * (
            fade(grey.shape[1])[:, None] * fade(grey.shape[2])
        )
        size = np.abs(np.fft.rfft2(grey)).astype(np.float32)
        low, right = min(reach, size.shape[1] // 2), min(reach, size.shape[2])
        both = np.concatenate([size[:, :low, :right], size[:, size.shape[1] - low + 1 :, :right]], axis=1)
        return np.log1p(both).reshape(len(images), -1)

    return feature


def fade(side: int) -> F32:
    """Weights (side,) that rise over the first 4 px and fall over the last."""
    place = np.arange(side)
    return np.minimum(1, np.minimum(place + 1, side - place) / 4).astype(np.float32)


def axes(features: F32, dim: int, *, even: float = 0.0) -> Callable[[F32], F32]:
    """A function to the main axes of features (n, d): from (b, d) to (b, at most dim).

    Parameters
    ----------
    features : what the axes are fitted to.
    even : 0 keeps the spread along each axis, 1 makes all equal; between, a power of it.
    """
    middle = features.mean(axis=0)
    scatter = np.zeros((features.shape[1], features.shape[1]))
    for block in rows(len(features)):  # float64 of all would take twice the memory of what is fitted to
        centred = (features[block] - middle).astype(np.float64)
        scatter += centred.T @ centred
    variance, axis = np.linalg.eigh(scatter / len(features))
    variance, axis = variance[::-1][:dim], axis[:, ::-1][:, :dim]
    weight = np.maximum(variance, max(variance[0], 1e-12) * 1e-4) ** (-even / 2)
    turned = (axis * weight).astype(np.float32)
    return lambda rows_of: (rows_of - middle) @ turned


def along_axes(
    images: np.ndarray,
    feature: Callable[[F32], F32],
    dim: int,
    *,
    even: float = 0.0,
    told: Told = lambda share: None,
) -> F32:
    """Features of all images along main axes, fitted to at most `FITTED` of them: (n, at most dim)."""
    every = max(1, -(-len(images) // FITTED))
    some = [feature(small(np.asarray(images[::every][block]))) for block in rows(len(images[::every]))]
    turn = axes(np.concatenate(some), dim, even=even)
    del some
    parts = []
    for block in rows(len(images)):
        parts.append(turn(feature(small(np.asarray(images[block])))))
        told(block.stop / len(images))
    return np.concatenate(parts)


def neighbours(vectors: F32, count: int, told: Told = lambda share: None) -> tuple[F32, NDArray[np.int64]]:
    """The ``count`` nearest other rows of every row: distances and rows (n, at most n - 1), nearest first.

    Exact (scikit-learn's brute force), in blocks of rows.
    """
    n = len(vectors)
    count = max(0, min(count, n - 1))
    distance, index = np.empty((n, count), np.float32), np.empty((n, count), np.int64)
    for block, far, near in _searched(vectors, count, told):
        distance[block], index[block] = far, near
    return distance, index


def apart(vectors: F32, count: int, told: Told = lambda share: None) -> F32:
    """Mean distance (n,) of every row to the ``count`` nearest others, of which nothing else is kept."""
    found = np.empty(len(vectors), np.float32)
    for block, far, _ in _searched(vectors, min(count, len(vectors) - 1), told):
        found[block] = far.mean(axis=1)
    return found


def _searched(vectors: F32, count: int, told: Told) -> Iterator[tuple[slice, F32, NDArray[np.int64]]]:
    """Blocks of rows, with distances and rows (b, count) of their nearest others."""
    from sklearn.neighbors import NearestNeighbors

    if count < 1:
        return
    search = NearestNeighbors(n_neighbors=count + 1, algorithm="brute").fit(vectors)
    for block in rows(len(vectors), max(100, min(IMAGES, SEARCHED // len(vectors)))):
        far, near = search.kneighbors(vectors[block])
        own = near == np.arange(block.start, block.stop)[:, None]
        own[~own.any(axis=1), -1] = True  # of many equal rows, the row itself may not be among the nearest
        yield block, far[~own].reshape(-1, count).astype(np.float32), near[~own].reshape(-1, count)
        told(block.stop / len(vectors))
