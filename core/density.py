"""Where a model's codes lie, as a mixture of Gaussians: what new faces are sampled from."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike


@dataclass(frozen=True)
class Density:
    """A mixture of c Gaussians over codes of d numbers.

    Attributes
    ----------
    weights : (c,) that sum to 1.
    means : (c, d).
    factors : (c, d, d), lower triangles; covariance = factor @ factor.T.
    """

    weights: np.ndarray
    means: np.ndarray
    factors: np.ndarray

    def sample(self, n: int, *, seed: int) -> np.ndarray:
        """``n`` codes (n, d) float32."""
        random = np.random.default_rng(seed)
        which = random.choice(len(self.weights), n, p=self.weights)
        noise = random.standard_normal((n, self.means.shape[1]))
        return (self.means[which] + np.einsum("nij,nj->ni", self.factors[which], noise)).astype(np.float32)


def fit(z: ArrayLike, kinds: ArrayLike) -> Density:
    """One Gaussian for each kind of code.

    Parameters
    ----------
    z : (n, d) codes.
    kinds : (n,) integers; a kind with fewer than 2 d codes shares the covariance of all, about the kinds' means.
    """
    codes, kind = np.asarray(z, np.float64), np.asarray(kinds)
    values, which, counts = np.unique(kind, return_inverse=True, return_counts=True)
    means = np.stack([codes[which == i].mean(0) for i in range(len(values))])
    shared = _factor(codes - means[which])
    few = 2 * codes.shape[1]
    factors = [shared if n < few else _factor(codes[which == i] - means[i]) for i, n in enumerate(counts)]
    return Density(counts / len(codes), means, np.stack(factors))


def _factor(centred: np.ndarray) -> np.ndarray:
    covariance = centred.T @ centred / len(centred)
    return np.linalg.cholesky(covariance + 1e-6 * np.trace(covariance) / len(covariance) * np.eye(len(covariance)))
