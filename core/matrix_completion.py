"""Filling the holes of a matrix by low rank: the linear baseline of completing what a writer never wrote."""

import numpy as np


def complete(
    values: np.ndarray, known: np.ndarray, *, rank: int = 8, shrink: float = 1.0, rounds: int = 30
) -> np.ndarray:
    """The matrix with its holes filled (soft-impute: Mazumder, Hastie, Tibshirani, JMLR 2010, algorithm 1).

    Parameters
    ----------
    values, known : (n, m) numbers, whatever stands in holes, and (n, m) bool.
    rank, shrink : singular values kept at most, and by how much each is made smaller.
    rounds : how often holes are filled by the last estimate.

    Returns
    -------
    (n, m) float64: ``values`` where they are known, the low-rank estimate elsewhere.

    Raises
    ------
    ValueError
        If a column is not known anywhere, or shapes differ.
    """
    values = np.asarray(values, np.float64)
    if values.shape != known.shape or values.ndim != 2:
        raise ValueError(f"values {values.shape} and known {known.shape} are to be one matrix")
    count = known.sum(0)
    if (count == 0).any():
        raise ValueError(f"column {int((count == 0).argmax())} is not known in any row")
    mean = np.where(known, values, 0).sum(0) / count
    centred = np.where(known, values - mean, 0)
    estimate = np.zeros_like(centred)
    for _ in range(rounds):
        u, s, v = np.linalg.svd(np.where(known, centred, estimate), full_matrices=False)
        estimate = (u[:, :rank] * np.maximum(s[:rank] - shrink, 0)) @ v[:rank]
    return np.where(known, values, estimate + mean)
