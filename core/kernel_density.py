"""How much data lies where on a map: a kernel density, as a share of the densest place's."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from core.projection import F32, F64, finite

CELLS = 1_000_000  # kernel values held at once: 4 MB of float32, which stays in cache
EXACT = 4_096  # up to here the highest density is searched at every item, above at those of the densest bins
WORDS = (
    (0.3, "many real items near"),
    (0.05, "some real items near"),
    (0.005, "few real items near"),
    (0.0, "no training data here"),
)


def density(points: ArrayLike, xy: ArrayLike, *, bandwidth: float | None = None) -> F32:
    """Estimate how much data lies around points of a map, as a share of the densest item's surroundings.

    Gaussian kernel density (Scott 1992). Above 4,096 items the maximum is evaluated exactly at the 1,024
    of them in the densest bins, which finds it, or a place on the same flat top.

    Parameters
    ----------
    points : (m, 2) places to ask about.
    xy : (n, 2) coordinates of the items, n >= 1.
    bandwidth : standard deviation of the kernel in units of the map; by default Scott's rule, the
        covariance of ``xy`` by n^(-1/6).

    Returns
    -------
    (m,) float32 in 0..1.

    Raises
    ------
    ValueError : shapes other than (m, 2) and (n, 2), values not finite, or a bandwidth that is not positive.
    """
    return Density.fit(xy, bandwidth=bandwidth).at(points)


@dataclass(frozen=True, eq=False)
class Density:
    """What `density` knows of the items of a map, to be asked about more than one place.

    Attributes
    ----------
    scale, centre : (2, 2) factor of the kernel's covariance and (2,) mean of the items.
    unit : (n, 2) float32 items in units of the kernel, around their mean.
    peak : kernel sum at the densest item.
    """

    scale: F64
    centre: F64
    unit: F32
    peak: float

    @classmethod
    def fit(cls, xy: ArrayLike, *, bandwidth: float | None = None) -> "Density":
        """Arguments and errors: `density`."""
        items = finite(xy, "xy", 2)
        if bandwidth is not None and not 0 < bandwidth < np.inf:
            raise ValueError(f"bandwidth {bandwidth} is not positive and finite")
        # In units of the kernel, around the mean: then float32 differences are exact enough.
        scale = _kernel(items) if bandwidth is None else np.eye(2) * bandwidth
        centre = items.mean(axis=0)
        unit = np.linalg.solve(scale, (items - centre).T).T.astype(np.float32)
        return cls(scale, centre, unit, float(_kernel_sums(_densest(unit), unit).max()))

    def at(self, points: ArrayLike) -> F32:
        """Density (m,) float32 in 0..1 at places (m, 2)."""
        asked = np.asarray(points, np.float64)
        if asked.ndim != 2 or asked.shape[1] != 2 or not np.isfinite(asked).all():
            raise ValueError(f"points have shape {asked.shape}; expected (m, 2), all finite")
        at = np.linalg.solve(self.scale, (asked - self.centre).T).T.astype(np.float32)
        return np.asarray(np.minimum(_kernel_sums(at, self.unit) / self.peak, 1), np.float32)


def density_words(value: float) -> str:
    """Say a relative density (0..1, from `density`) in words; ValueError outside 0..1."""
    if not 0 <= value <= 1:
        raise ValueError(f"density {value} is outside 0..1")
    return next(words for least, words in WORDS if value >= least)


def _kernel(items: F64) -> F64:
    """Cholesky factor of Scott's kernel covariance; a line or a single place gets a little width."""
    centred = items - items.mean(axis=0)
    covariance = centred.T @ centred / max(len(items) - 1, 1)
    least, most = np.linalg.eigvalsh(covariance)
    if least <= 1e-10 * most:
        covariance = covariance + np.eye(2) * (1e-6 * most or 1.0)
    return np.asarray(np.linalg.cholesky(covariance) * len(items) ** (-1 / 6))


def _densest(unit: F32) -> F32:
    """The items among which the densest is: all, or those in the densest of bins a quarter kernel wide."""
    if len(unit) <= EXACT:
        return unit
    from scipy.ndimage import gaussian_filter  # 0.3 s to import, and most maps come with their density

    span = np.maximum(np.ptp(unit, axis=0), 1e-6)
    bins = np.clip(np.ceil(4 * span), 1, 1024).astype(int)
    place = np.minimum(((unit - unit.min(axis=0)) / span * bins).astype(int), bins - 1)
    counts = np.zeros(bins)
    np.add.at(counts, (place[:, 0], place[:, 1]), 1)
    smooth = gaussian_filter(counts, bins / span, mode="constant")[place[:, 0], place[:, 1]]
    return unit[np.argsort(-smooth, kind="stable")[:1024]]


def _kernel_sums(at: F32, unit: F32) -> F64:
    sums = np.empty(len(at), np.float64)
    step = max(1, CELLS // len(unit))
    for start in range(0, len(at), step):
        part = at[start : start + step]
        kernel = np.square(part[:, :1] - unit[:, 0])
        kernel += np.square(part[:, 1:] - unit[:, 1])
        kernel *= -0.5
        np.exp(kernel, out=kernel)
        sums[start : start + step] = kernel.sum(axis=1, dtype=np.float64)
    return sums
