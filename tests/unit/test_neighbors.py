import numpy as np
import pytest
from scipy.spatial.distance import cdist

from core import neighbors
from core.neighbors import Index, distance_blocks, histogram, pixels


def reference(queries, vectors, k, *, metric="l2", exclude=None):
    """All distances in float64, rounded to the float32 that is returned, sorted with ties by row."""
    distance = cdist(
        queries.astype(np.float64), vectors.astype(np.float64), "euclidean" if metric == "l2" else metric
    ).astype(np.float32)
    if exclude is not None:
        distance[np.arange(len(queries)), exclude] = np.inf
    index = np.argsort(distance, axis=1, kind="stable")[:, :k]
    return index, np.take_along_axis(distance, index, axis=1)


@pytest.mark.parametrize("metric", ["l2", "cosine"])
@pytest.mark.parametrize(("n", "d", "k"), [(500, 2, 1), (700, 16, 10), (300, 64, 300)])
def test_search_agrees_with_all_distances(metric, n, d, k):
    rng = np.random.default_rng(d)
    vectors = rng.normal(1, 2, (n, d)).astype(np.float32)
    queries = rng.normal(1, 2, (23, d)).astype(np.float32)
    found = Index(vectors, metric=metric).search(queries, k)
    index, distance = reference(queries, vectors, k, metric=metric)
    assert (found.index.dtype, found.distance.dtype) == (np.int64, np.float32)
    np.testing.assert_array_equal(found.index, index)
    np.testing.assert_allclose(found.distance, distance, rtol=1e-6, atol=1e-7)


@pytest.mark.parametrize("offset", [0, 1000])
def test_near_duplicates_far_from_the_origin_are_in_order(offset):
    """|a|^2 + |b|^2 - 2ab in float32 sees nothing of differences this small."""
    rng = np.random.default_rng(0)
    vectors = (offset + rng.normal(size=(400, 8)) * 1e-2).astype(np.float32)
    vectors[::50] += 30  # outliers: their norms must not blur the others
    found = Index(vectors).search(vectors, 7)
    index, distance = reference(vectors, vectors, 7)
    np.testing.assert_array_equal(found.index, index)
    np.testing.assert_allclose(found.distance, distance, rtol=1e-6)
    assert (found.distance[:, 0] == 0).all()


def test_ties_go_by_row():
    rng = np.random.default_rng(1)
    vectors = rng.integers(0, 3, (300, 3)).astype(np.float32)
    found = Index(vectors).search(vectors[:40], 25)
    np.testing.assert_array_equal(found.index, reference(vectors[:40], vectors, 25)[0])
    same = Index(np.ones((50, 4))).search(np.ones((2, 4)), 5)
    np.testing.assert_array_equal(same.index, [range(5)] * 2)
    scaled = Index(np.outer(np.linspace(1, 9, 40), rng.normal(size=6)), metric="cosine")
    np.testing.assert_array_equal(scaled.search(scaled.vectors[:1], 40).index, [range(40)])


@pytest.mark.parametrize("metric", ["l2", "cosine"])
@pytest.mark.parametrize("kept", [0.9, 0.05])
def test_only_some_rows_may_be_returned(metric, kept):
    rng = np.random.default_rng(3)
    vectors = rng.normal(1, 2, (300, 8)).astype(np.float32)
    among = rng.random(300) < kept
    rows = np.flatnonzero(among)
    found = Index(vectors, metric=metric).search(vectors[:20], 9, exclude=np.arange(20), among=among)
    of_some = Index(vectors[rows], metric=metric)
    for query in range(20):
        own = np.searchsorted(rows, query) if among[query] else -1
        index = of_some.search(vectors[[query]], 9, exclude=np.array([own])).index[0]
        assert found.index[query].tolist() == rows[index][: found.index.shape[1]].tolist()
    assert not Index(vectors).search(vectors[:1], 5, among=np.zeros(300, bool)).index.size
    with pytest.raises(ValueError, match="among has shape"):
        Index(vectors).search(vectors[:1], 5, among=among[:7])


def test_exclude_never_returns_the_row():
    rng = np.random.default_rng(2)
    vectors = rng.normal(size=(60, 5)).astype(np.float32)
    vectors[1] = vectors[0]
    rows = np.arange(60)
    found = Index(vectors).search(vectors, 4, exclude=rows)
    np.testing.assert_array_equal(found.index, reference(vectors, vectors, 4, exclude=rows)[0])
    assert found.index[0, 0] == 1
    assert Index(vectors).search(vectors, 99, exclude=rows).index.shape == (60, 59)
    np.testing.assert_array_equal(Index(vectors).search(vectors[:2], 1, exclude=[-1, 1]).index, [[0], [0]])


def test_edges():
    assert Index([[1.0, 2.0]]).search([[1.0, 2.0]], 1, exclude=[0]).index.shape == (1, 0)
    assert Index(np.ones((3, 2))).search(np.empty((0, 2)), 2).distance.shape == (0, 2)
    assert Index(np.ones((3, 2))).search(np.ones((1, 2)), 50).index.shape == (1, 3)
    assert len(Index(np.ones((3, 2)))) == 3


def test_cosine_of_zero_vectors_is_one():
    index = Index([[0, 0], [1, 0], [-2, 0], [0, 5]], metric="cosine")
    np.testing.assert_array_equal(index.search([[0, 0]], 4).index, [[0, 1, 2, 3]])
    np.testing.assert_allclose(index.search([[0, 0]], 4).distance, 1)
    found = index.search([[3, 0]], 4)
    np.testing.assert_array_equal(found.index, [[1, 0, 3, 2]])
    np.testing.assert_allclose(found.distance, [[0, 1, 1, 2]])


@pytest.mark.parametrize("metric", ["l2", "cosine"])
def test_blocks_do_not_change_the_result(metric, monkeypatch):
    rng = np.random.default_rng(3)
    vectors, queries = rng.normal(size=(90, 4)), rng.normal(size=(31, 4))
    whole = Index(vectors, metric=metric).search(queries, 6)
    table = np.vstack([d for _, d in distance_blocks(queries, vectors, metric=metric)])
    monkeypatch.setattr(neighbors, "CELLS", 200)
    parts = Index(vectors, metric=metric).search(queries, 6)
    np.testing.assert_array_equal(whole.index, parts.index)
    np.testing.assert_array_equal(whole.distance, parts.distance)
    blocks = list(distance_blocks(queries, vectors, metric=metric))
    assert len(blocks) > 10
    np.testing.assert_allclose(np.vstack([d for _, d in blocks]), table, rtol=1e-6)
    exact = cdist(queries, vectors, "euclidean" if metric == "l2" else metric)
    np.testing.assert_allclose(table, exact, rtol=1e-5, atol=1e-6)


def test_distance_blocks_put_duplicates_at_zero():
    vectors = (1000 + np.random.default_rng(4).normal(size=(200, 32))).astype(np.float32)
    (_, table), *_ = distance_blocks(vectors, vectors)
    assert (np.diag(table) == 0).all()
    assert (table + np.eye(200) > 0.1).all()


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: Index(np.ones((2, 2)), metric="l1"), "'l1'; allowed: l2, cosine"),
        (lambda: Index(np.ones(4)), r"\(4,\)"),
        (lambda: Index(np.ones((0, 4))), r"\(0, 4\)"),
        (lambda: Index([[0.0], [np.nan]]), "row 1"),
        (lambda: Index(np.ones((2, 2))).search(np.ones((1, 2)), 0), "k 0"),
        (lambda: Index(np.ones((2, 2))).search(np.ones((1, 3)), 1), r"\(1, 3\); expected \(n, 2\)"),
        (lambda: Index(np.ones((2, 2))).search(np.ones(2), 1), r"\(2,\)"),
        (lambda: Index(np.ones((2, 2))).search(np.ones((1, 2)), 1, exclude=[2]), r"row 2; allowed: -1\.\.1"),
        (lambda: Index(np.ones((2, 2))).search(np.ones((1, 2)), 1, exclude=[0, 1]), r"\(2,\)"),
        (lambda: next(distance_blocks([[1.0]], [[1.0]], metric="dot")), "'dot'"),
        (lambda: pixels(np.zeros((1, 2, 2, 1))), "float64"),
        (lambda: histogram(np.zeros((2, 2, 1), np.uint8)), r"\(2, 2, 1\)"),
        (lambda: histogram(np.zeros((1, 2, 2, 1), np.uint8), bins=257), r"257 is outside 1\.\.256"),
    ],
)
def test_errors_name_the_value_and_what_is_allowed(call, message):
    with pytest.raises(ValueError, match=message):
        call()


def test_pixels():
    images = np.arange(2 * 3 * 4 * 2, dtype=np.uint8).reshape(2, 3, 4, 2) * 5
    flat = pixels(images)
    assert (flat.shape, flat.dtype) == ((2, 24), np.float32)
    np.testing.assert_allclose(flat, images.reshape(2, 24) / 255, rtol=1e-6)
    np.testing.assert_array_equal(pixels(np.full((1, 1, 1, 1), 255, np.uint8)), [[1]])
    assert pixels(np.zeros((0, 3, 4, 2), np.uint8)).shape == (0, 24)


@pytest.mark.parametrize("bins", [1, 7, 16, 256])
def test_histogram_counts_like_numpy(bins, monkeypatch):
    monkeypatch.setattr(neighbors, "CELLS", 500)
    images = np.random.default_rng(5).integers(0, 256, (9, 6, 5, 3), dtype=np.uint8)
    counts = histogram(images, bins=bins)
    assert (counts.shape, counts.dtype) == ((9, 3 * bins), np.float32)
    for image, row in zip(images, counts.reshape(9, 3, bins), strict=True):
        for channel in range(3):
            expected, _ = np.histogram(image[..., channel], bins=bins, range=(0, 256))
            np.testing.assert_allclose(row[channel], expected / 30, rtol=1e-6)
