"""Items unlike all others: far from their neighbours in several kinds of features at once."""

from collections.abc import Callable

import numpy as np

from core.audit import features
from core.audit.features import F32, Told, along_axes, rows, within
from core.audit.findings import Issue
from core.audit.severity import FAR, HALF, from_z, robust_z

TOP = 0.005  # share of the farthest items, of which is learned what they have in common
LEAST = 5  # and at least so many items
MOST = 10.0  # robust standard deviations that being like the farthest ones counts at most
FOLDS = 5
RIDGE = 0.003  # of the mean squared length of a vector
NEIGHBOURS = 100  # so many that a small crowd of strangers does not count as company
HOW = (
    "Mean distance to the nearest 100 items (k-nearest-neighbour distance, Kuan and Mueller 2022, as in "
    "cleanlab), in {views}; the mean of robust standard deviations, added to how like the farthest ones an item "
    "is."
)


def lonely(vectors: F32, told: Told = lambda share: None) -> np.ndarray:
    """How far the nearest 100 others are, or a tenth of a small set: (n,), robust deviations of the log."""
    count = int(np.clip(len(vectors) // 10, 1, NEIGHBOURS))
    if len(vectors) < 2:
        return np.full(len(vectors), np.nan)
    return robust_z(np.log(np.maximum(features.apart(vectors, count, told), 1e-6)))


def outlier(
    images: np.ndarray,
    empty: np.ndarray,
    *,
    codes: np.ndarray | None = None,
    likelihood: np.ndarray | None = None,
    seed: int = 0,
    told: Told = lambda share: None,
) -> Issue:
    """Items that are far from all others, and items that are like those.

    Parameters
    ----------
    images : (n, H, W, C) uint8.
    empty : (n,) bool, blank images, which are told of elsewhere.
    codes : (n, d) of an autoencoder.
    likelihood : (n, K) of each label, by networks that did not see the item: a stranger is often like none.
    seed : of the folds in which the farthest items are learned.
    """
    kept = np.flatnonzero(~empty)
    severity = np.full(len(images), np.nan, np.float32)
    if len(kept) < 3:
        return Issue("outlier", severity, HALF, HOW.format(views="nothing, as there are so few items"))
    if all(np.array_equal(images[row], images[kept[0]]) for row in kept):  # what differs then is rounding
        severity[kept] = 0
        return Issue("outlier", severity, HALF, HOW.format(views="nothing, as all images are the same"))
    fine, coarse = features.edges(7), _root(features.edges(4))
    views = {
        "edges in 7 x 7 fields": along_axes(images, fine, 100, told=within(told, 0, 0.15))[kept],
        "edges in 4 x 4 fields": along_axes(images, coarse, 100, told=within(told, 0.15, 0.3))[kept],
        "tones and colours": along_axes(images, features.tones, 50, even=0.5, told=within(told, 0.3, 0.4))[kept],
    }
    plain = np.hstack([view / max(np.sqrt(np.square(view).sum(axis=1).mean()), 1e-9) for view in views.values()])
    if codes is not None:
        chosen = np.asarray(codes[kept], np.float32)
        views["codes"] = features.axes(chosen[:: max(1, len(chosen) // features.FITTED)], 64, even=1.0)(chosen)
    z, names = [], list(views)
    for number, view in enumerate(views.values()):
        start, step = 0.4 + 0.6 * number / len(views), 0.6 / len(views)
        z.append(lonely(view, within(told, start, start + step)))
    if likelihood is not None:
        z.append(robust_z(np.log(1e-3 + entropy(likelihood[kept]))))
        names.append("how unsure networks are of the label")
    far = robust_z(np.mean(z, axis=0))
    company = np.clip(robust_z(alike(plain, far, seed=seed)), -FAR, MOST)
    severity[kept] = from_z(robust_z(far + company))
    return Issue("outlier", severity, HALF, HOW.format(views="; ".join(names)))


def alike(vectors: F32, far: np.ndarray, *, seed: int) -> np.ndarray:
    """How much each item is like the farthest ones, by what was learned without it: (n,), higher is more.

    The farthest items are some strangers and some odd ones of the set's own. What strangers have in common is
    learned, as they have something; so that the other strangers are found, and odd ones sink, who are like nobody.
    Ridge regression in folds, both sides weighing the same.
    """
    count = len(vectors)
    top = np.zeros(count, bool)
    top[np.argsort(-far, kind="stable")[: max(LEAST, int(TOP * count))]] = True
    middle = vectors.mean(axis=0)
    squares = sum(float(np.square(vectors[block] - middle, dtype=np.float64).sum()) for block in rows(count))
    scale = max(np.sqrt(squares / max(count, 1)), 1e-9)
    fold = np.random.default_rng(seed).permutation(count) % FOLDS
    found = np.zeros(count)
    for part in range(FOLDS):
        shown, held = np.flatnonzero(fold != part), np.flatnonzero(fold == part)
        if not len(held) or not top[shown].any() or top[shown].all():
            continue
        line = _ridge(vectors, middle, scale, shown, top)
        for block in rows(len(held)):
            found[held[block]] = _points(vectors[held[block]], middle, scale) @ line
    return found


def _ridge(vectors: F32, middle: F32, scale: float, shown: np.ndarray, top: np.ndarray) -> np.ndarray:
    """The line (d + 1,) that tells ``top`` from the others among the rows ``shown``, gathered in blocks."""
    several = top[shown].sum()
    heavy, width = (len(shown) - several) / several, vectors.shape[1] + 1
    square, wanted, total = np.zeros((width, width)), np.zeros(width), 0.0
    for block in rows(len(shown)):
        of = top[shown[block]]
        points, weight = _points(vectors[shown[block]], middle, scale), np.where(of, heavy, 1.0)
        square += (points * weight[:, None]).T @ points
        wanted += points.T @ (weight * (2.0 * of - 1))
        total += weight.sum()
    return np.asarray(np.linalg.solve(square + RIDGE * total * np.eye(width), wanted))


def _points(vectors: F32, middle: F32, scale: float) -> np.ndarray:
    """Vectors (b, d) around the middle, of the usual length 1, with a 1 at the end of each."""
    return np.hstack([(vectors - middle).astype(np.float64) / scale, np.ones((len(vectors), 1))])


def _root(feature: Callable[[F32], F32]) -> Callable[[F32], F32]:
    return lambda images: np.sqrt(feature(images))


def entropy(likelihood: np.ndarray) -> np.ndarray:
    """Of each row (n, K), in nats."""
    sure = np.clip(likelihood.astype(np.float64), 1e-12, 1)
    return np.asarray(-(sure * np.log(sure)).sum(axis=1))
