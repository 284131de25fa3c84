"""Labels that are likely wrong, by confident learning, and how well each part of a set can be told."""

from dataclasses import dataclass

import numpy as np

from core.audit.findings import Issue

FEW = 5  # items of a label from which something can be said of it
UNLIKELY = 0.05  # likelihood above which a label is not reported by default
HALF = 2.3  # -log of the likelihood at which the severity is one half: a likelihood of 0.1


@dataclass(frozen=True, eq=False)
class Dense:
    """Labels in use, numbered from 0 on.

    Attributes
    ----------
    codes : (n,) int64 0..K-1.
    used : (K,) int64, the labels that these are.
    told : (n,) bool, items whose label has `FEW` items or more.
    """

    codes: np.ndarray
    used: np.ndarray
    told: np.ndarray

    @classmethod
    def of(cls, labels: np.ndarray, empty: np.ndarray) -> "Dense":
        """Labels as they are, of items of which those ``empty`` (n,) bool are left aside."""
        used, codes, counts = np.unique(np.asarray(labels, np.int64), return_inverse=True, return_counts=True)
        return cls(codes.astype(np.int64), used, (counts[codes] >= FEW) & ~empty)

    @property
    def enough(self) -> bool:
        """Whether there is anything to tell apart."""
        return len(np.unique(self.codes[self.told])) > 1


HOW = (
    "Confident learning (Northcutt, Jiang, Chuang 2021; cleanlab) on networks trained on this set in folds: the "
    "severity grows as the likelihood of the given label falls, less so for items that fit no label."
)


def untold(count: int) -> Issue:
    """Of a set without labels, or with one: nothing can be told."""
    return Issue("label", np.full(count, np.nan, np.float32), 0.5, HOW, suggested=np.full(count, -1, np.int64))


def label(dense: Dense, likelihood: np.ndarray, strange: np.ndarray) -> Issue:
    """Labels that are likely wrong.

    Parameters
    ----------
    likelihood : (n, K), by networks that did not see the item.
    strange : (n,) 0..1, how much of an outlier an item is: one that fits no label is no wrong label.
    """
    from cleanlab.filter import find_label_issues
    from cleanlab.rank import get_label_quality_scores

    kept = np.flatnonzero(dense.told)
    known, codes = np.unique(dense.codes[kept], return_inverse=True)
    said = np.clip(likelihood[kept][:, known].astype(np.float64), 1e-12, None)
    said /= said.sum(axis=1, keepdims=True)
    quality = get_label_quality_scores(codes, said, method="self_confidence", adjust_pred_probs=False)
    doubt = -np.log(np.clip(quality, 1e-12, 1)) * (1 - np.nan_to_num(strange[kept]))
    severity = np.full(len(dense.codes), np.nan, np.float32)
    severity[kept] = doubt / (doubt + HALF)
    wrong = int(find_label_issues(codes, said, filter_by="low_self_confidence", n_jobs=1).sum())
    suggested = np.full(len(dense.codes), -1, np.int64)
    best = said.argmax(axis=1)
    suggested[kept] = np.where(best != codes, dense.used[known[best]], -1)
    return Issue("label", severity, _threshold(severity[kept], wrong), HOW, suggested=suggested)


def _threshold(severity: np.ndarray, count: int) -> float:
    """Such that at most ``count`` items are reported, and none whose label has a likelihood over `UNLIKELY`."""
    least = -np.log(UNLIKELY) / (HALF - np.log(UNLIKELY))
    return float(max(np.sort(severity)[::-1][count - 1], least)) if count else 1.0
