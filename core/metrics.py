"""How good a latent space is, in numbers; each says over how many items, and which way is better."""

from collections.abc import Sequence
from math import prod
from typing import Any

import numpy as np
from numpy.typing import ArrayLike as Array
from numpy.typing import NDArray

from core.clusters import contingency
from core.neighbors import Index, blocks, distance_blocks

I64 = NDArray[np.int64]
HELD = 4  # arrays of a block that are there at once


def majority_mapping(category: Array, label: Array, *, categories: int, labels: int) -> I64:
    """Name each category after the label that most of its items have.

    From unsupervised categories to an error (Makhzani et al. 2016, sec. 5, who take the label of each
    category's most certain item). Fit it on training items, test it with `cluster_error`.

    Parameters
    ----------
    category, label : (n,) in 0..categories-1 and 0..labels-1, else ValueError; label -1, none, is left out.

    Returns
    -------
    (categories,) int64 labels, the lowest of equals, -1 for a category without labelled items.
    """
    counts = contingency(category, label, categories=categories, labels=labels)
    return np.where(counts.sum(axis=1) > 0, counts.argmax(axis=1), -1)


def cluster_error(category: Array, label: Array, mapping: Array) -> float:
    """Share of the n items whose category is mapped to another label; 0..1, lower is better.

    Makhzani et al. 2016, sec. 5. ``category`` and ``label`` are (n,), ``mapping`` (categories,) is from
    `majority_mapping`; items in a category mapped to -1, no label, count as wrong. ValueError for a category
    beyond the mapping, and as `accuracy_hungarian`.
    """
    found, true = _pairs(category, label)
    named = np.asarray(mapping, np.int64)
    if found.max() >= named.size:
        raise ValueError(f"category {found.max()} is outside the mapping's 0..{named.size - 1}")
    return float(np.mean(named[found] != true))


def accuracy_hungarian(category: Array, label: Array) -> float:
    """Share of the n items right under the best one-to-one matching; 0..1, higher is better.

    Clustering accuracy (Kuhn 1955; Xie et al. 2016). Unmatched categories count as wrong: this punishes
    splitting a label, `cluster_error` does not. ValueError for no items, other lengths, negative values.
    """
    found, true = _pairs(category, label)
    from scipy.optimize import linear_sum_assignment  # these take 150 MB: only where they are asked

    counts = contingency(found, true, categories=int(found.max()) + 1, labels=int(true.max()) + 1)
    return float(counts[linear_sum_assignment(counts, maximize=True)].sum() / found.size)


def nmi(category: Array, label: Array) -> float:
    """Normalised mutual information of n pairs; 0..1, higher is better.

    Divided by the arithmetic mean of both entropies. Not corrected for chance: it grows with the number of
    categories. ValueError as `accuracy_hungarian`.
    """
    from sklearn.metrics import normalized_mutual_info_score

    found, true = _pairs(category, label)
    return float(normalized_mutual_info_score(true, found, average_method="arithmetic"))


def ari(category: Array, label: Array) -> float:
    """Adjusted Rand index of n pairs (Hubert & Arabie 1985); 0 by chance, at most 1, higher is better."""
    from sklearn.metrics import adjusted_rand_score

    found, true = _pairs(category, label)
    return float(adjusted_rand_score(true, found))


def mse(a: NDArray[Any], b: NDArray[Any]) -> float:
    """Mean squared error a pixel over n images, on the scale 0..1; lower is better.

    ``a`` and ``b`` are (n, ...) of one shape, each uint8 (divided by 255) or float (already on 0..1), summed
    in float64 in blocks, so that memory maps are not loaded whole. ValueError for anything else.
    """
    if a.shape != b.shape or not a.size:
        raise ValueError(f"cannot compare images of shapes {a.shape} and {b.shape}; expected one, not empty")
    total = 0.0
    for block in blocks(len(a), HELD * prod(a.shape[1:])):
        difference = _unit(a[block]) - _unit(b[block])
        total += float(np.vdot(difference, difference))
    return total / a.size


def knn_accuracy(
    train_z: Array, train_y: Array, test_z: Array, test_y: Array, *, k: int = 1, metric: str = "l2"
) -> float:
    """Share of the n test codes whose k nearest training codes vote for their label; higher is better.

    Between tied labels the one with the nearest code wins (Cover & Hart 1967 for k = 1).

    Parameters
    ----------
    train_z, test_z : (m, d), (n, d) codes.
    train_y, test_y : (m,), (n,) labels; ValueError when they do not fit the codes, or there are none.
    k : voters, 1..m, ValueError otherwise.
    metric : ``l2`` or ``cosine``.
    """
    votes, true = _neighbor_labels(train_z, train_y, test_z, test_y, k=k, metric=metric)
    support = np.stack([(votes == votes[:, i : i + 1]).sum(axis=1) for i in range(k)], axis=1)
    # argmax takes the first of equals, and the columns go from near to far.
    return float(np.mean(votes[np.arange(len(votes)), support.argmax(axis=1)] == true))


def precision_at(
    train_z: Array,
    train_y: Array,
    test_z: Array,
    test_y: Array,
    *,
    ks: Sequence[int] = (1, 5, 10),
    metric: str = "l2",
) -> dict[int, float]:
    """Share of the k nearest training items with the query's label, mean over the n test items.

    A number in 0..1 for each of ``ks``, higher is better; a random order gives the share of the label.
    Parameters and errors as `knn_accuracy`.
    """
    if not ks or min(ks) < 1:
        raise ValueError(f"ks {tuple(ks)} must name one or more numbers of neighbours, each 1 or more")
    votes, true = _neighbor_labels(train_z, train_y, test_z, test_y, k=max(ks), metric=metric)
    right = votes == true[:, None]
    return {k: float(right[:, :k].mean()) for k in ks}


def mean_average_precision(
    train_z: Array,
    train_y: Array,
    test_z: Array,
    test_y: Array,
    *,
    metric: str = "l2",
    queries: int | None = None,
    seed: int = 0,
) -> float:
    """Mean over queries of the average precision of the ranking of all training items; higher is better.

    Average precision is the mean, over the training items with the query's label, of the precision at their
    rank (Manning et al. 2008, sec. 8.4). The ranking is complete, ties go by row. A random order gives about
    the share of the label. Queries whose label no training item has are left out.

    Parameters
    ----------
    train_z, train_y, test_z, test_y, metric : as `knn_accuracy`.
    queries : how many test items to draw without replacement with ``seed``; None, or more than there are,
        takes all n. Report it with the result. ValueError when < 1, when no query has a label that a
        training item has, and as `knn_accuracy`.
    """
    known, true = _labelled(train_z, train_y, "train"), _labelled(test_z, test_y, "test")
    rows = _sample(true.size, queries, seed, "queries")
    rows = rows[np.isin(true[rows], known)]
    if not rows.size:
        raise ValueError("no query has a label that a training item has")
    precisions = np.empty(rows.size)
    for block, distance in distance_blocks(np.asarray(test_z)[rows], train_z, metric=metric):
        for i, row in enumerate(distance, block.start):
            precisions[i] = _average_precision(known[_ranking(row)] == true[rows[i]])
    return float(precisions.mean())


def trustworthiness(high: Array, low: Array, *, k: int = 10, sample: int | None = 2000, seed: int = 0) -> float:
    """Whether the neighbours seen on a map are real ones; 0..1, higher is better.

    Penalises the k neighbours on the map ``low`` (n, d) by how far down they rank in the original space
    ``high`` (n, D), both Euclidean (Venna & Kaski 2001). On ``sample`` items drawn with ``seed``, or all when
    there are fewer; the ranks are among them. ValueError unless k is below half of them and sample >= 1.
    """
    from sklearn.manifold import trustworthiness as sklearn_trustworthiness

    original, mapped = np.asarray(high), np.asarray(low)
    if len(original) != len(mapped):
        raise ValueError(f"high and low hold {len(original)} and {len(mapped)} items; expected the same ones")
    rows = _sample(len(original), sample, seed, "sample")
    if not 1 <= k < rows.size / 2:
        raise ValueError(f"k {k} is outside 1..{(rows.size - 1) // 2} for {rows.size} items")
    return float(sklearn_trustworthiness(original[rows], mapped[rows], n_neighbors=k))


def continuity(high: Array, low: Array, *, k: int = 10, sample: int | None = 2000, seed: int = 0) -> float:
    """Whether real neighbours stay neighbours on a map; 0..1, higher is better.

    `trustworthiness` with the spaces swapped (Venna & Kaski 2001); parameters, sample and errors are its.
    """
    return trustworthiness(low, high, k=k, sample=sample, seed=seed)


def _pairs(category: Array, label: Array) -> tuple[I64, I64]:
    found, true = np.asarray(category, np.int64), np.asarray(label, np.int64)
    if found.ndim != 1 or found.shape != true.shape or not found.size:
        raise ValueError(f"category {found.shape} and label {true.shape} must both be (n,) with n >= 1")
    if min(found.min(), true.min()) < 0:
        raise ValueError(f"category or label {min(found.min(), true.min())} is negative; allowed: 0 or more")
    return found, true


def _unit(images: NDArray[Any]) -> NDArray[np.float64]:
    if images.dtype == np.uint8:
        return images / 255.0
    if not np.issubdtype(images.dtype, np.floating):
        raise ValueError(f"images are {images.dtype}; allowed: uint8 (0..255) or float (0..1)")
    return images.astype(np.float64)


def _neighbor_labels(
    train_z: Array, train_y: Array, test_z: Array, test_y: Array, *, k: int, metric: str
) -> tuple[I64, I64]:
    known, true = _labelled(train_z, train_y, "train"), _labelled(test_z, test_y, "test")
    if not 1 <= k <= known.size:
        raise ValueError(f"k {k} is outside 1..{known.size}, the number of training items")
    return known[Index(train_z, metric=metric).search(test_z, k).index], true


def _labelled(z: Array, y: Array, name: str) -> I64:
    label = np.asarray(y, np.int64)
    if label.shape != np.shape(z)[:1] or not label.size:
        raise ValueError(f"{name}_z {np.shape(z)} and {name}_y {label.shape} must have n >= 1 rows each")
    return label


def _sample(n: int, count: int | None, seed: int, name: str) -> I64:
    if count is None or count >= n:
        return np.arange(n)
    if count < 1:
        raise ValueError(f"{name} {count} is too small; allowed: 1..{n}, or None for all")
    return np.sort(np.random.default_rng(seed).choice(n, count, replace=False))


def _ranking(distance: NDArray[np.float32]) -> I64:
    """Rows by distance, ties by row. Non-negative floats order like their bits, so one sort of 64-bit
    integers (distance, row) replaces a stable argsort and is several times as fast."""
    keys = distance.view(np.uint32).astype(np.uint64) << np.uint64(32)
    keys |= np.arange(distance.size, dtype=np.uint64)
    keys.sort()
    return (keys & np.uint64(0xFFFFFFFF)).astype(np.int64)


def _average_precision(relevant: NDArray[np.bool_]) -> float:
    rank = np.flatnonzero(relevant) + 1
    return float(np.mean(np.arange(1, rank.size + 1) / rank))
