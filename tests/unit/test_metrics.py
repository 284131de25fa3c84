from itertools import permutations

import numpy as np
import pytest
from scipy.spatial.distance import cdist
from sklearn.metrics import average_precision_score
from sklearn.neighbors import KNeighborsClassifier

from core import neighbors
from core.metrics import (
    accuracy_hungarian,
    ari,
    cluster_error,
    continuity,
    knn_accuracy,
    majority_mapping,
    mean_average_precision,
    mse,
    nmi,
    precision_at,
    trustworthiness,
)


@pytest.fixture
def codes():
    """Three overlapping blobs: train_z, train_y, test_z, test_y."""
    rng = np.random.default_rng(0)
    y = rng.integers(0, 3, 260)
    z = (rng.normal(size=(260, 5)) + 1.2 * y[:, None]).astype(np.float32)
    return z[:200], y[:200], z[200:], y[200:]


def test_majority_mapping_and_error():
    category = [0, 0, 0, 1, 1, 3]
    label = [2, 2, 1, 1, 0, -1]
    mapping = majority_mapping(category, label, categories=4, labels=3)
    np.testing.assert_array_equal(mapping, [2, 0, -1, -1])
    assert cluster_error([0, 0, 1, 2], [2, 1, 0, 0], mapping) == pytest.approx(0.5)
    assert cluster_error([2, 3], [0, 1], mapping) == 1


def test_hungarian_is_the_best_one_to_one_matching():
    rng = np.random.default_rng(1)
    for categories, labels in ((4, 4), (3, 5), (5, 3)):
        category, label = rng.integers(0, categories, 60), rng.integers(0, labels, 60)
        size = max(categories, labels)
        best = max(np.mean(np.array(p)[category] == label) for p in permutations(range(size)))
        assert accuracy_hungarian(category, label) == pytest.approx(best)
    assert accuracy_hungarian([2, 2, 0, 1], [0, 0, 1, 2]) == 1


def test_splitting_a_label_costs_accuracy_but_not_cluster_error():
    category, label = [0, 1, 2, 2], [0, 0, 1, 1]
    mapping = majority_mapping(category, label, categories=3, labels=2)
    assert cluster_error(category, label, mapping) == 0
    assert accuracy_hungarian(category, label) == 0.75


def test_nmi_uses_the_arithmetic_mean():
    category, label = np.array([0, 0, 1, 1, 2, 2, 2]), np.array([0, 0, 0, 1, 1, 1, 1])
    joint = np.zeros((3, 2))
    np.add.at(joint, (category, label), 1 / 7)

    def entropy(p):
        p = p[p > 0]
        return -(p * np.log(p)).sum()

    parts = entropy(joint.sum(axis=1)), entropy(joint.sum(axis=0))
    mutual = sum(parts) - entropy(joint.ravel())
    assert nmi(category, label) == pytest.approx(mutual / np.mean(parts))
    assert nmi([1, 1, 0], [0, 0, 1]) == pytest.approx(1)


def test_ari_counts_pairs():
    rng = np.random.default_rng(2)
    a, b = rng.integers(0, 3, 40), rng.integers(0, 4, 40)
    upper = np.triu_indices(40, 1)
    same_a, same_b = (np.equal.outer(x, x)[upper] for x in (a, b))
    both, expected = (same_a & same_b).sum(), same_a.sum() * same_b.sum() / same_a.size
    assert ari(a, b) == pytest.approx((both - expected) / ((same_a.sum() + same_b.sum()) / 2 - expected))
    assert ari([1, 1, 0], [0, 0, 1]) == 1


def test_mse_of_any_mix_of_dtypes_and_blocks(monkeypatch):
    rng = np.random.default_rng(3)
    a, b = rng.integers(0, 256, (2, 11, 4, 4, 1), dtype=np.uint8)
    expected = np.mean((a / 255 - b / 255) ** 2)
    assert mse(a, b) == pytest.approx(expected, rel=1e-12)
    assert mse(a, (b / 255).astype(np.float32)) == pytest.approx(expected, rel=1e-5)
    monkeypatch.setattr(neighbors, "CELLS", 33)
    assert mse(a, b) == pytest.approx(expected, rel=1e-12)
    assert mse(a, a) == 0
    assert mse(np.zeros((2, 3), np.uint8), np.full((2, 3), 255, np.uint8)) == 1


@pytest.mark.parametrize("k", [1, 2, 5])
def test_knn_accuracy(k, codes):
    train_z, train_y, test_z, test_y = codes
    order = np.argsort(cdist(test_z, train_z), axis=1, kind="stable")[:, :k]
    right = 0
    for near, true in zip(train_y[order], test_y, strict=True):
        votes = near.tolist()
        right += max(votes, key=lambda label: (votes.count(label), -votes.index(label))) == true
    assert knn_accuracy(*codes, k=k) == pytest.approx(right / 60)
    if k == 1:
        model = KNeighborsClassifier(1).fit(train_z, train_y)
        assert knn_accuracy(*codes) == pytest.approx(model.score(test_z, test_y))


def test_tied_votes_go_to_the_nearest():
    assert knn_accuracy([[0.0], [1.0]], [7, 3], [[0.4], [0.6]], [7, 3], k=2) == 1


@pytest.mark.parametrize("metric", ["l2", "cosine"])
def test_precision_at_and_mean_average_precision(metric, codes):
    train_z, train_y, test_z, test_y = codes
    distance = cdist(test_z, train_z, "euclidean" if metric == "l2" else metric)
    order = np.argsort(distance, axis=1, kind="stable")
    right = train_y[order] == test_y[:, None]
    found = precision_at(*codes, ks=(1, 5, 200), metric=metric)
    assert found == pytest.approx({k: right[:, :k].mean() for k in (1, 5, 200)})
    scores = [average_precision_score(train_y == y, -d) for d, y in zip(distance, test_y, strict=True)]
    assert mean_average_precision(*codes, metric=metric) == pytest.approx(np.mean(scores), rel=1e-6)


def test_average_precision_by_hand_with_ties_by_row():
    z, y = [[1.0], [2.0], [2.0], [3.0]], [0, 1, 0, 0]
    expected = (1 / 1 + 2 / 3 + 3 / 4) / 3
    assert mean_average_precision(z, y, [[0.0]], [0]) == pytest.approx(expected)
    # A query with a label of its own has no average precision.
    assert mean_average_precision(z, y, [[0.0], [1.0]], [0, 9]) == pytest.approx(expected)


def test_sampled_queries_follow_the_seed(codes):
    train_z, train_y, test_z, test_y = codes
    some = mean_average_precision(*codes, queries=20, seed=1)
    assert some == mean_average_precision(*codes, queries=20, seed=1)
    assert some != mean_average_precision(*codes, queries=20, seed=2)
    rows = np.random.default_rng(1).choice(60, 20, replace=False)
    assert some == pytest.approx(mean_average_precision(train_z, train_y, test_z[rows], test_y[rows]))
    assert mean_average_precision(*codes, queries=500) == mean_average_precision(*codes)


def slow_trustworthiness(high, low, k):
    n = len(high)
    rank = cdist(high, high).argsort(axis=1).argsort(axis=1)
    near = cdist(low, low).argsort(axis=1)[:, 1 : k + 1]
    penalty = sum(max(0, rank[i, j] - k) for i in range(n) for j in near[i])
    return 1 - 2 / (n * k * (2 * n - 3 * k - 1)) * penalty


def test_trustworthiness_and_continuity():
    high = np.random.default_rng(4).normal(size=(80, 6))
    low = high[:, :2]
    assert trustworthiness(high, low, k=5) == pytest.approx(slow_trustworthiness(high, low, 5))
    assert continuity(high, low, k=5) == pytest.approx(slow_trustworthiness(low, high, 5))
    assert trustworthiness(high, high * 3) == 1
    rows = np.sort(np.random.default_rng(3).choice(80, 40, replace=False))
    sampled = trustworthiness(high, low, k=5, sample=40, seed=3)
    assert sampled == pytest.approx(slow_trustworthiness(high[rows], low[rows], 5))


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: cluster_error([3], [0], [0, 1]), r"category 3 is outside the mapping's 0\.\.1"),
        (lambda: cluster_error([], [], [0]), r"\(0,\)"),
        (lambda: nmi([0, 1], [0]), r"\(2,\) and label \(1,\)"),
        (lambda: ari([0, -1], [0, 1]), "-1 is negative"),
        (lambda: accuracy_hungarian([[0]], [[0]]), r"\(1, 1\)"),
        (lambda: majority_mapping([2], [0], categories=2, labels=1), r"category 2 is outside 0\.\.1"),
        (lambda: mse(np.zeros((1, 2)), np.zeros((2, 1))), r"\(1, 2\) and \(2, 1\)"),
        (lambda: mse(np.zeros((0, 2)), np.zeros((0, 2))), "not empty"),
        (lambda: mse(np.zeros((1, 2), int), np.zeros((1, 2))), "int64; allowed: uint8"),
        (lambda: knn_accuracy([[0.0]], [0], [[0.0]], [0], k=2), r"k 2 is outside 1\.\.1"),
        (lambda: knn_accuracy([[0.0]], [0, 1], [[0.0]], [0]), "train_z"),
        (lambda: precision_at([[0.0]], [0], [[0.0]], [0], ks=(0, 1)), r"\(0, 1\)"),
        (lambda: precision_at([[0.0]], [0], [[0.0]], [0], ks=()), "one or more"),
        (lambda: mean_average_precision([[0.0]], [0], [[0.0]], [1]), "no query"),
        (lambda: mean_average_precision([[0.0]] * 2, [0] * 2, [[0.0]] * 2, [0] * 2, queries=0), "queries 0"),
        (lambda: trustworthiness(np.eye(8), np.eye(8), k=4), r"k 4 is outside 1\.\.3 for 8 items"),
        (lambda: continuity(np.eye(8), np.eye(7)), "7 and 8 items"),
    ],
)
def test_errors_name_the_value_and_what_is_allowed(call, message):
    with pytest.raises(ValueError, match=message):
        call()
