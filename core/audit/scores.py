"""How well a ranking finds what is truly there."""

import numpy as np


def average_precision(truth: np.ndarray, severity: np.ndarray) -> float:
    """Mean over the true items of the precision at each one's place; ties share their last place.

    Parameters
    ----------
    truth : (n,) bool.
    severity : (n,), higher is worse; NaN ranks below all.

    Returns
    -------
    0..1, higher is better; a ranking by chance gives the share of true items. NaN where nothing is true.
    """
    precision, recall = curve(truth, severity)
    return float(np.sum(precision * np.diff(recall, prepend=0))) if np.any(truth) else float("nan")


def recall_at(truth: np.ndarray, severity: np.ndarray, *, precision: float) -> float:
    """The largest share of true items at a threshold from which ``precision`` or more of the reported are true.

    Returns
    -------
    0..1, higher is better: 0 where no threshold is that precise, NaN where nothing is true.
    """
    if not np.any(truth):
        return float("nan")
    precisions, recalls = curve(truth, severity)
    return float(recalls[precisions >= precision].max(initial=0))


def curve(truth: np.ndarray, severity: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Precision and recall (k,) at every distinct severity, from the highest down."""
    values = np.nan_to_num(np.asarray(severity, np.float64), nan=-np.inf)
    order = np.argsort(-values, kind="stable")
    last = np.ones(len(order), bool)
    last[:-1] = values[order][1:] != values[order][:-1]
    hits = np.cumsum(np.asarray(truth, bool)[order])[last]
    return hits / (np.flatnonzero(last) + 1), hits / max(int(np.sum(truth)), 1)


def pair_truth(pairs: np.ndarray, true_pairs: np.ndarray) -> np.ndarray:
    """Which of ``pairs`` (k, 2) are among ``true_pairs`` (m, 2), the order within a pair left aside."""
    known = {(int(a), int(b)) for a, b in np.sort(true_pairs, axis=1)}
    return np.array([(int(a), int(b)) in known for a, b in np.sort(pairs, axis=1)], bool)


def pair_recall_at(pairs: np.ndarray, severity: np.ndarray, true_pairs: np.ndarray, *, precision: float) -> float:
    """`recall_at` of pairs: true ones that were not proposed at all count as missed."""
    if not len(true_pairs):
        return float("nan")
    hit = pair_truth(pairs, true_pairs)
    return recall_at(hit, severity, precision=precision) * int(hit.sum()) / len(true_pairs) if hit.any() else 0.0
