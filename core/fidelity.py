"""How much a set of made images is like a set of real ones: sharpness, and distance of feature distributions."""

import numpy as np
from numpy.typing import ArrayLike

GREY = np.array([0.299, 0.587, 0.114], np.float32)


def laplacian_variance(images: np.ndarray) -> np.ndarray:
    """Variance of the 4-neighbour Laplacian over the inner pixels of each image, (n,) float32; blur lowers it.

    Pertuz, Puig, Garcia 2013, "Analysis of focus measure operators". Images (n, H, W, 1 or 3), uint8 or float in
    [0, 1]; colour is weighed to grey; the scale is 0..1.
    """
    grey = images.astype(np.float32) @ GREY if images.shape[-1] == 3 else images[..., 0].astype(np.float32)
    if images.dtype == np.uint8:
        grey /= 255
    inner = grey[:, 1:-1, 1:-1]
    edges = grey[:, :-2, 1:-1] + grey[:, 2:, 1:-1] + grey[:, 1:-1, :-2] + grey[:, 1:-1, 2:] - 4 * inner
    return edges.reshape(len(edges), -1).var(axis=1)


def class_score(probabilities: np.ndarray) -> float:
    """How sure a classifier is of each image, and how evenly of all: 1 at worst, the number of classes at best.

    exp of the mean KL divergence of each image's classes (n, C) from those of all images: the Inception Score of
    Salimans et al. 2016 (arXiv 1606.03498, section 4), in one part, with any classifier.
    """
    p = np.asarray(probabilities, np.float64)
    if p.ndim != 2 or not len(p):
        raise ValueError(f"probabilities are (n, C), n over 0, not {p.shape}")
    log = np.log(p.clip(1e-12)) - np.log(p.mean(0).clip(1e-12))
    return float(np.exp((p * log).sum(1).mean()))


def frechet(a: ArrayLike, b: ArrayLike) -> float:
    """Fréchet distance of two sets of features (n, F), (m, F), taken as Gaussians; 0 at best.

    Heusel et al. 2017 (arXiv 1706.08500): |mean difference|^2 + tr(A + B - 2 (A B)^(1/2)).
    """
    x, y = np.asarray(a, np.float64), np.asarray(b, np.float64)
    if x.ndim != 2 or y.ndim != 2 or x.shape[1] != y.shape[1] or min(len(x), len(y)) < 2:
        raise ValueError(
            f"features have shapes {x.shape} and {y.shape}; expected (n, F) and (m, F), n and m over 1"
        )
    first, second = (np.atleast_2d(np.cov(v, rowvar=False)) for v in (x, y))
    values, vectors = np.linalg.eigh(first)
    root = (vectors * np.sqrt(values.clip(0))) @ vectors.T
    cross = np.sqrt(np.linalg.eigvalsh(root @ second @ root).clip(0)).sum()
    return float(np.square(x.mean(0) - y.mean(0)).sum() + np.trace(first) + np.trace(second) - 2 * cross)
