"""Maps of latent space: PCA and UMAP coordinates, and places for new codes."""

import threading
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import ArrayLike, NDArray

from core.neighbors import Index

F32 = NDArray[np.float32]
F64 = NDArray[np.float64]

# numba's workqueue threading layer aborts the process when two threads use it at once (umap issue 665).
UMAP_LOCK = threading.Lock()


class SupportsWrite(Protocol):
    """What a progress bar can be written to."""

    def write(self, text: str, /) -> int: ...

    def flush(self) -> None: ...


@dataclass(frozen=True, eq=False)
class Pca:
    """The plane of largest variance (Pearson 1901).

    Attributes
    ----------
    mean : (d,) float32.
    axes : (2, d) float32, orthonormal, largest variance first, the largest loading of each positive; the
        second is zero when d is 1.
    """

    mean: F32
    axes: F32

    def place(self, z: ArrayLike) -> F32:
        """Project codes (n, d) to coordinates (n, 2) float32; ValueError for another width."""
        codes = finite(z, "z", self.mean.size)
        return ((codes - self.mean.astype(np.float64)) @ self.axes.T.astype(np.float64)).astype(np.float32)


def fit_pca(z: ArrayLike) -> Pca:
    """Fit the first two principal axes.

    Parameters
    ----------
    z : (n, d) codes, n >= 1, finite.

    Raises
    ------
    ValueError : codes of another shape, none, or not finite.
    """
    codes = finite(z, "z")
    mean = codes.mean(axis=0)
    centred = codes - mean
    return _pca(mean, centred.T @ centred)


def _pca(mean: F64, scatter: F64) -> Pca:
    """The two principal axes of codes with ``mean`` (d,) and ``scatter`` (d, d) around it."""
    _, vectors = np.linalg.eigh(scatter)
    axes = vectors[:, ::-1].T[:2]
    # An eigenvector's sign is arbitrary and differs between LAPACKs; a map must not flip between machines.
    axes = axes * np.sign(np.take_along_axis(axes, np.abs(axes).argmax(axis=1)[:, None], axis=1))
    axes = np.vstack([axes, np.zeros((2 - len(axes), len(mean)))])
    return Pca(mean=mean.astype(np.float32), axes=axes.astype(np.float32))


def fit_pca_blocks(z: NDArray[np.floating], *, block: int = 4096) -> F32:
    """Coordinates (n, 2) of mapped codes (n, d) along their two principal axes, read a block at a time.

    As `fit_pca` and `Pca.place`, up to rounding, in memory that does not grow with n; ValueError as theirs.
    """
    slices = [slice(start, start + block) for start in range(0, len(z), block)]
    mean = np.sum([finite(z[rows], "z").sum(axis=0) for rows in slices], axis=0) / max(1, len(z))
    scatter = np.zeros((z.shape[1], z.shape[1]))
    for rows in slices:
        centred = np.asarray(z[rows], np.float64) - mean
        scatter += centred.T @ centred
    found = _pca(mean, scatter)
    return np.concatenate([found.place(z[rows]) for rows in slices])


def fit_umap(
    z: ArrayLike,
    *,
    neighbors: int = 15,
    min_dist: float = 0.1,
    metric: str = "euclidean",
    seed: int = 0,
    bar: SupportsWrite | None = None,
) -> F32:
    """Fit a UMAP map (McInnes et al. 2018); one at a time in a process, others wait.

    Parameters
    ----------
    z : (n, d) codes, finite.
    neighbors : 2..n-1; more shows larger structure.
    min_dist : 0..1, how tightly items pack.
    metric : any that umap-learn knows.
    seed : fixes the map, at the price of a single thread.
    bar : is written how many of how many rounds are done, as ``12/200``.

    Returns
    -------
    xy (n, 2) float32 with zero mean.

    Raises
    ------
    ValueError : ``neighbors`` or ``min_dist`` outside its range, or bad codes.
    """
    codes = finite(z, "z").astype(np.float32)
    if not 2 <= neighbors < len(codes):
        raise ValueError(f"neighbors {neighbors} is outside 2..{len(codes) - 1} for {len(codes)} codes")
    if not 0 <= min_dist <= 1:
        raise ValueError(f"min_dist {min_dist} is outside 0..1")
    with UMAP_LOCK:
        # The import compiles with numba, too: hence inside the lock, and only when a map is asked for.
        import umap

        model = umap.UMAP(
            n_neighbors=neighbors,
            min_dist=min_dist,
            metric=metric,
            random_state=seed,
            n_jobs=1,
            tqdm_kwds=None
            if bar is None
            else {"file": bar, "disable": False, "bar_format": "{n_fmt}/{total_fmt}"},
        )
        xy = np.asarray(model.fit_transform(codes), np.float64)
    return np.asarray(xy - xy.mean(axis=0), np.float32)


def place_umap(z_new: ArrayLike, z: ArrayLike, xy: ArrayLike, *, neighbors: int = 15) -> F32:
    """Place new codes on a fitted map, without umap and from any thread.

    The weighted mean of the coordinates of the k nearest fitted codes, weighted by their fuzzy memberships
    (McInnes et al. 2018, sec. 3.1). It is how UMAP.transform initialises, before it optimises; there rho is
    0 for new points, here it is the nearest distance, as in the paper.

    Parameters
    ----------
    z_new : (m, d) codes.
    z, xy : (n, d) and (n, 2) the fitted codes and their coordinates.
    neighbors : k, >= 1; clipped to n.

    Returns
    -------
    (m, 2) float32; exactly the coordinate of a fitted code for one identical to it (the first of several).

    Raises
    ------
    ValueError : shapes that do not belong together, neighbors < 1, or values that are not finite.
    """
    fitted, place = finite(z, "z"), finite(xy, "xy", 2)
    if len(fitted) != len(place):
        raise ValueError(f"z and xy hold {len(fitted)} and {len(place)} rows; expected the same items")
    return _mean_of_nearest(z_new, fitted, place, neighbors)


def unplace(points: ArrayLike, xy: ArrayLike, z: ArrayLike, *, neighbors: int = 15) -> F32:
    """Codes for places on a map that has no way back: what `place_umap` does, the other way round.

    The weighted mean of the codes of the k dots nearest on the map. A mean of codes need not be the code of
    anything, so say so where it is shown.

    Parameters
    ----------
    points : (m, 2) places.
    xy, z : (n, 2) and (n, d) the map's dots and their codes.
    neighbors : k, >= 1; clipped to n.

    Returns
    -------
    (m, d) float32; exactly the code of a dot at its own place (the first of several).

    Raises
    ------
    ValueError : shapes that do not belong together, neighbors < 1, or values that are not finite.
    """
    dots, codes = finite(xy, "xy", 2), finite(z, "z")
    if len(dots) != len(codes):
        raise ValueError(f"xy and z hold {len(dots)} and {len(codes)} rows; expected the same items")
    return _mean_of_nearest(points, dots, codes, neighbors)


def _mean_of_nearest(queries: ArrayLike, fitted: F64, values: F64, neighbors: int) -> F32:
    found = Index(fitted).search(queries, neighbors)
    weight = _memberships(found.distance.astype(np.float64))
    weight /= weight.sum(axis=1, keepdims=True)
    placed = np.einsum("mk,mkc->mc", weight, values[found.index])
    identical = found.distance[:, 0] == 0
    placed[identical] = values[found.index[identical, 0]]
    return np.asarray(placed, np.float32)


def _memberships(distance: F64) -> F64:
    """exp(-(d - rho) / sigma), rho the nearest distance, sigma such that each row sums to log2(k)."""
    excess = distance - distance[:, :1]
    target = np.log2(distance.shape[1])
    # UMAP's floor: with many equally near codes no sigma reaches the target, and 0 would divide by 0.
    floor = 1e-3 * distance.mean(axis=1, keepdims=True) + np.finfo(np.float64).tiny
    # At high every term but the nearest's is near 1, so the sum is k, never below the target.
    low, high = np.zeros_like(floor), 1e3 * excess[:, -1:] + floor
    for _ in range(64):
        middle = (low + high) / 2
        above = np.exp(-excess / np.maximum(middle, floor)).sum(axis=1, keepdims=True) > target
        low, high = np.where(above, low, middle), np.where(above, middle, high)
    return np.asarray(np.exp(-excess / np.maximum(high, floor)))


def finite(z: ArrayLike, name: str, width: int | None = None) -> F64:
    """Codes (n, d), n >= 1, as float64; ValueError that calls them ``name`` for other shapes or values."""
    codes = np.asarray(z, np.float64)
    if codes.ndim != 2 or not codes.size or (width is not None and codes.shape[1] != width):
        raise ValueError(f"{name} has shape {codes.shape}; expected (n, {'d' if width is None else width})")
    if not np.isfinite(codes).all():
        raise ValueError(f"{name} holds a NaN or an infinity")
    return codes
