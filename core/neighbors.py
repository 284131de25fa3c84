"""Exact nearest neighbours, and the plain pixel and histogram vectors to compare a latent space with."""

from collections.abc import Iterator
from dataclasses import dataclass
from math import prod

import numpy as np
from numpy.typing import ArrayLike, NDArray

F32 = NDArray[np.float32]
F64 = NDArray[np.float64]
I64 = NDArray[np.int64]

METRICS = ("l2", "cosine")
CELLS = 4_000_000  # numbers held at once in a block of distances: 16 MB of float32, 32 MB of float64
HELD = 4  # arrays of float64 that `distance_blocks` holds at once


@dataclass(frozen=True, eq=False)
class Neighbors:
    """The k nearest rows of every query.

    Attributes
    ----------
    index : (q, k) int64 rows of the indexed vectors, nearest first, ties by row.
    distance : (q, k) float32, ascending.
    """

    index: I64
    distance: F32


class Index:
    """Exact nearest neighbours by a blocked matrix product.

    The product in float32 only proposes candidates, by a lower bound that allows for its rounding. Their
    distances are computed again from differences in float64, so near duplicates come in the right order.

    Parameters
    ----------
    vectors : (n, d), finite, n >= 1; kept as float32, next to a centred copy of the same size.
    metric : ``l2`` (Euclidean distance) or ``cosine`` (1 - cos, 0..2; 1 when either vector is zero).

    Raises
    ------
    ValueError : an unknown metric; vectors empty, not 2-D or not finite.
    """

    def __init__(self, vectors: ArrayLike, *, metric: str = "l2") -> None:
        self.metric = _metric(metric)
        self.vectors = _matrix(vectors, "vectors")
        if not self.vectors.size:
            raise ValueError(f"cannot index vectors of shape {self.vectors.shape}; allowed: n >= 1, d >= 1")
        self._centre = _centre(self.vectors, metric)
        width = self._centre.size
        self._coarse = np.empty((len(self.vectors), width), np.float32)
        for block in blocks(len(self.vectors), width):
            self._coarse[block] = _points(self.vectors[block], metric) - self._centre
        self._norms = np.einsum("nd,nd->n", self._coarse, self._coarse)
        # Bounds the error of a float32 dot product of this width and of the few sums around it.
        self._slack = (width + 8) * float(np.finfo(np.float32).eps)

    def __len__(self) -> int:
        return len(self.vectors)

    def search(
        self,
        queries: ArrayLike,
        k: int,
        *,
        exclude: ArrayLike | None = None,
        among: NDArray[np.bool_] | None = None,
    ) -> Neighbors:
        """Find the ``k`` nearest rows of each query.

        Parameters
        ----------
        queries : (q, d), finite.
        k : neighbours a query, >= 1; clipped to the rows there are (one fewer when rows are excluded).
        exclude : (q,) a row never to return for each query, such as the query itself; -1 for none.
        among : (n,) bool, the rows that may be returned at all; None for all.

        Returns
        -------
        Neighbors of shape (q, k), distances ascending, equal float32 distances by row.

        Raises
        ------
        ValueError : k < 1, queries of another width or not finite, ``exclude`` outside -1..n-1, ``among`` of
            another length.
        """
        asked = _matrix(queries, "queries", self.vectors.shape[1])
        if k < 1:
            raise ValueError(f"k {k} is too small; allowed: 1 or more")
        banned = self._banned(exclude, len(asked))
        barred = self._barred(among)
        taken = len(barred) + int((~np.isin(banned, np.append(barred, -1))).any())
        k = max(0, min(k, len(self) - taken))
        found = Neighbors(np.empty((len(asked), k), np.int64), np.empty((len(asked), k), np.float32))
        if k == 0:
            return found
        for block in blocks(len(asked), len(self)):
            points = _points(asked[block], self.metric, query=True)
            found_near = self._bounds(points, k, banned[block], barred)
            for row, (point, bound, limit) in enumerate(found_near, block.start):
                # A tie in the float32 distance that is returned may lie just beyond the float64 one.
                candidates = np.flatnonzero(bound <= limit)
                candidates = candidates[candidates != banned[row]]
                distance = self._exact(point, candidates)
                order = np.argsort(distance, kind="stable")[:k]
                found.index[row], found.distance[row] = candidates[order], distance[order]
        return found

    def _banned(self, exclude: ArrayLike | None, count: int) -> I64:
        if exclude is None:
            return np.full(count, -1, np.int64)
        rows = np.asarray(exclude, np.int64)
        if rows.shape != (count,):
            raise ValueError(f"exclude has shape {rows.shape}; expected one row a query, {(count,)}")
        wrong = rows[(rows < -1) | (rows >= len(self))]
        if wrong.size:
            raise ValueError(f"exclude holds row {wrong[0]}; allowed: -1..{len(self) - 1}")
        return rows

    def _barred(self, among: NDArray[np.bool_] | None) -> I64:
        """Rows that no query may have."""
        if among is None:
            return np.zeros(0, np.int64)
        if among.shape != (len(self),):
            raise ValueError(f"among has shape {among.shape}; expected one a row, {(len(self),)}")
        return np.flatnonzero(~among)

    def _bounds(self, points: F64, k: int, banned: I64, barred: I64) -> Iterator[tuple[F64, F32, float]]:
        """Yield each query's point, lower bounds of its squared distance to every row (less a constant of
        the query), and a limit that no row of the k nearest is above."""
        coarse = (points - self._centre).astype(np.float32)
        bounds = (-2 * coarse) @ self._coarse.T
        bounds += (1 - self._slack) * self._norms
        bounds[:, barred] = np.inf
        for point, own, bound, row in zip(points, coarse, bounds, banned, strict=True):
            if row >= 0:
                bound[row] = np.inf
            kth = np.partition(bound, k - 1)[k - 1]
            norm = float(own @ own)
            longest = float(self._norms[bound <= kth].max())
            reach = float(kth) + 2 * self._slack * (norm + longest)
            # The last term widens the limit by the rounding of the distance to float32.
            yield point, bound, reach + 1e-6 * max(reach + norm, 0.0)

    def _exact(self, point: F64, rows: I64) -> F32:
        squared = np.empty(len(rows), np.float64)
        for block in blocks(len(rows), point.size):
            difference = _points(self.vectors[rows[block]], self.metric) - point
            squared[block] = np.einsum("nd,nd->n", difference, difference)
        return _distance(squared, self.metric)


def distance_blocks(queries: ArrayLike, vectors: ArrayLike, *, metric: str = "l2") -> Iterator[tuple[slice, F32]]:
    """Compute all distances from queries to vectors, a block of queries at a time.

    In float64 around the mean; what cancellation leaves of a squared distance, below 1e-12 of the squared
    norms, is taken for 0, so that duplicates are at distance 0.

    Parameters
    ----------
    queries, vectors, metric : (q, d) and (n, d), finite; as `Index`.

    Yields
    ------
    The slice of queries, and their distances (b, n) float32. ValueError as `Index`.
    """
    rows = _matrix(vectors, "vectors")
    asked = _matrix(queries, "queries", rows.shape[1])
    centre = _centre(rows, _metric(metric))
    points = _points(rows, metric)
    points -= centre
    norms = np.einsum("nd,nd->n", points, points)
    for block in blocks(len(asked), HELD * len(rows)):
        own = _points(asked[block], metric, query=True) - centre
        total = norms + np.einsum("nd,nd->n", own, own)[:, None]
        squared = own @ points.T
        squared *= -2
        squared += total
        squared[squared < 1e-12 * total] = 0
        yield block, _distance(squared, metric)


def pixels(images: NDArray[np.uint8]) -> F32:
    """Flatten images to vectors: (n, H, W, C) uint8 to (n, H * W * C) float32 in 0..1."""
    flat = _images(images).reshape(len(images), prod(images.shape[1:]))
    return np.divide(flat, np.float32(255), dtype=np.float32)


def histogram(images: NDArray[np.uint8], *, bins: int = 16) -> F32:
    """Count the values of each channel: a description that knows of tone and colour, not of shape.

    Parameters
    ----------
    images : (n, H, W, C) uint8; ValueError for others.
    bins : equal bins of 0..255, 1..256; ValueError otherwise.

    Returns
    -------
    (n, C * bins) float32, channel after channel, each channel summing to 1.
    """
    n, height, width, channels = _images(images).shape
    if not 1 <= bins <= 256:
        raise ValueError(f"bins {bins} is outside 1..256")
    counts = np.empty((n, channels * bins), np.float32)
    for block in blocks(n, height * width * channels):
        part = images[block].astype(np.int64) * bins // 256
        offset = np.arange(len(part) * channels).reshape(-1, 1, 1, channels) * bins
        size = len(part) * channels * bins
        counts[block] = np.bincount((part + offset).ravel(), minlength=size).reshape(-1, channels * bins)
    return np.divide(counts, max(height * width, 1), dtype=np.float32)


FEATURES = {"pixels": pixels, "histogram": histogram}


def _points(vectors: F32, metric: str, *, query: bool = False) -> F64:
    """Points whose squared Euclidean distance is the squared l2 distance, or twice the cosine distance."""
    values = vectors.astype(np.float64)
    if metric == "l2":
        return values
    norms = np.linalg.norm(values, axis=1, keepdims=True)
    units = values / np.where(norms == 0, 1, norms)
    # Zero vectors go to an axis of their own on each side: at a right angle to all, hence at distance 1.
    axes = np.zeros((len(values), 2))
    axes[:, int(query)] = norms[:, 0] == 0
    return np.hstack([units, axes])


def _distance(squared: F64, metric: str) -> F32:
    distance = np.sqrt(squared) if metric == "l2" else squared / 2
    if metric == "cosine":
        distance[distance < 1e-14] = 0  # multiples of one vector differ by the rounding of their length
    return distance.astype(np.float32)


def _centre(vectors: F32, metric: str) -> F64:
    """The mean for l2, where an offset common to all would cost precision; no shift for cosine."""
    if metric == "l2":
        return np.asarray(vectors.mean(axis=0, dtype=np.float64))
    return np.zeros(vectors.shape[1] + 2)


def blocks(count: int, width: int) -> Iterator[slice]:
    """Cut ``count`` rows of ``width`` numbers into slices of at most 4 million numbers, one row at least."""
    step = max(1, CELLS // max(width, 1))
    for start in range(0, count, step):
        yield slice(start, min(start + step, count))


def _metric(metric: str) -> str:
    if metric not in METRICS:
        raise ValueError(f"unknown metric {metric!r}; allowed: {', '.join(METRICS)}")
    return metric


def _matrix(values: ArrayLike, name: str, width: int | None = None) -> F32:
    matrix = np.asarray(values, np.float32)
    if matrix.ndim != 2 or (width is not None and matrix.shape[1] != width):
        raise ValueError(f"{name} have shape {matrix.shape}; expected (n, {'d' if width is None else width})")
    if not np.isfinite(matrix).all():
        raise ValueError(f"{name} hold a NaN or an infinity in row {np.argwhere(~np.isfinite(matrix))[0, 0]}")
    return matrix


def _images(images: NDArray[np.uint8]) -> NDArray[np.uint8]:
    if images.ndim != 4 or images.dtype != np.uint8:
        raise ValueError(f"images are {images.dtype} {images.shape}; expected uint8 (n, H, W, C)")
    return images
