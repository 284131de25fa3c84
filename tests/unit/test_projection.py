import subprocess
import sys

import numpy as np
import pytest
from scipy.stats import gaussian_kde
from sklearn.decomposition import PCA

from core import kernel_density, projection
from core.kernel_density import density, density_words
from core.projection import fit_pca, fit_umap, place_umap
from core.settings import ROOT


@pytest.fixture
def codes():
    return np.random.default_rng(0).normal(size=(150, 6)) * [5, 3, 1, 1, 0.5, 0.1] + 7


def test_pca_agrees_with_sklearn(codes):
    fitted = fit_pca(codes)
    expected = PCA(2, svd_solver="full").fit(codes)
    assert fitted.axes.dtype == fitted.mean.dtype == np.float32
    signs = np.sign((fitted.axes * expected.components_).sum(axis=1))
    np.testing.assert_allclose(fitted.axes, expected.components_ * signs[:, None], atol=1e-6)
    np.testing.assert_allclose(fitted.place(codes), expected.transform(codes) * signs, atol=1e-4)


def test_pca_sign_is_fixed(codes):
    axes = fit_pca(codes).axes
    assert (axes[range(2), np.abs(axes).argmax(axis=1)] > 0).all()
    np.testing.assert_allclose(fit_pca(-codes).axes, axes, atol=1e-6)


def test_pca_of_few_dimensions_and_items():
    line = fit_pca([[1.0], [3.0]])
    np.testing.assert_allclose(line.place([[1.0], [3.0]]), [[-1, 0], [1, 0]])
    np.testing.assert_allclose(fit_pca([[1.0, 2.0, 3.0]]).place([[1.0, 2.0, 3.0]]), [[0, 0]])


def test_importing_loads_neither_umap_nor_numba():
    code = "import sys, core.projection; sys.exit(bool({'umap', 'numba', 'torch'} & set(sys.modules)))"
    assert subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=False).returncode == 0


def test_umap_waits_for_the_lock(monkeypatch):
    """A stand-in for umap sees the lock held while it fits."""

    class Stub:
        def __init__(self, **options):
            assert options["random_state"] == 5

        def fit_transform(self, z):
            assert projection.UMAP_LOCK.locked()
            return z[:, :2]

    monkeypatch.setitem(sys.modules, "umap", type("module", (), {"UMAP": Stub}))
    assert fit_umap(np.ones((20, 3)), seed=5).shape == (20, 2)


def slow_place(point, z, xy, k):
    distance = np.linalg.norm(z - point, axis=1)
    near = np.argsort(distance, kind="stable")[:k]
    excess = distance[near] - distance[near[0]]
    low, high = 1e-9, 1e6
    for _ in range(200):
        middle = (low + high) / 2
        low, high = (low, middle) if np.exp(-excess / middle).sum() > np.log2(k) else (middle, high)
    weight = np.exp(-excess / high)
    assert weight.sum() == pytest.approx(np.log2(k))
    return weight @ xy[near] / weight.sum()


@pytest.mark.parametrize("k", [5, 15])
def test_place_is_the_mean_by_fuzzy_membership(k, codes):
    z = codes.astype(np.float32)
    xy = np.random.default_rng(2).normal(size=(150, 2))
    new = (z[:20] + np.random.default_rng(3).normal(size=(20, 6)) * 0.3).astype(np.float32)
    expected = [slow_place(p.astype(float), z.astype(float), xy, k) for p in new]
    np.testing.assert_allclose(place_umap(new, z, xy, neighbors=k), expected, atol=1e-4)


def test_memberships_sum_to_log2_k():
    distance = np.sort(np.random.default_rng(4).gamma(2, size=(50, 15)), axis=1)
    weight = projection._memberships(distance)
    np.testing.assert_allclose(weight.sum(axis=1), np.log2(15), rtol=1e-6)
    np.testing.assert_array_equal(weight[:, 0], 1)


def test_place_of_known_codes_is_exact(codes):
    z = codes.astype(np.float32)
    z[7] = z[3]
    xy = np.random.default_rng(5).normal(size=(150, 2)).astype(np.float32)
    placed = place_umap(z, z, xy)
    np.testing.assert_array_equal(placed[7], xy[3])
    keep = np.arange(150) != 7
    np.testing.assert_array_equal(placed[keep], xy[keep])


def test_place_with_few_or_equally_near_codes():
    z, xy = np.array([[-1.0, 0], [1, 0]]), np.array([[0.0, 2], [4, 2]])
    np.testing.assert_allclose(place_umap([[0.0, 0]], z, xy), [[2, 2]])
    np.testing.assert_array_equal(place_umap([[0.5, 0]], z, xy, neighbors=1), [[4, 2]])
    np.testing.assert_allclose(place_umap([[9.0, 9]], z[:1], xy[:1]), xy[:1])
    assert place_umap(np.empty((0, 2)), z, xy).shape == (0, 2)
    same = place_umap([[0.0, 1.0]], np.ones((20, 2)), np.arange(40.0).reshape(20, 2))
    assert np.isfinite(same).all()


def test_density_agrees_with_scipy():
    rng = np.random.default_rng(6)
    xy = rng.normal(size=(300, 2)) @ [[2, 1], [0, 0.5]] + 50
    points = rng.uniform([44, 46], [56, 54], (200, 2))
    kde = gaussian_kde(xy.T)
    expected = np.minimum(kde(points.T) / kde(xy.T).max(), 1)
    found = density(points, xy)
    assert found.dtype == np.float32
    np.testing.assert_allclose(found, expected, rtol=1e-3, atol=1e-6)
    assert density(xy, xy).max() == 1


def test_density_with_a_bandwidth_in_units_of_the_map():
    xy = np.array([[0.0, 0], [0, 0], [10, 0]])
    found = density([[0, 0], [10, 0], [10, 2], [100, 100]], xy, bandwidth=1)
    np.testing.assert_allclose(found, [1, 0.5, 0.5 * np.exp(-2), 0], atol=1e-6)


def test_density_of_many_items_finds_the_same_peak(monkeypatch):
    rng = np.random.default_rng(7)
    xy = np.vstack([rng.normal(size=(3000, 2)), rng.normal(size=(3000, 2)) * 0.3 + 4])
    points = rng.uniform(-3, 6, (50, 2))
    binned = density(points, xy)
    monkeypatch.setattr(kernel_density, "EXACT", 10_000)
    np.testing.assert_allclose(binned, density(points, xy), rtol=1e-4, atol=1e-7)


def test_density_of_degenerate_maps():
    same = density([[1, 1], [9, 9]], np.ones((5, 2)))
    np.testing.assert_allclose(same, [1, 0], atol=1e-6)
    line = density([[0.5, 0.5], [0.5, 9]], np.linspace([0, 0], [1, 1], 50))
    assert line[0] > 0.9
    assert line[1] == 0
    assert density([[3.0, 4.0]], [[3.0, 4.0]])[0] == 1
    assert density(np.empty((0, 2)), np.ones((5, 2))).shape == (0,)


def test_words():
    assert density_words(1) == "many real items near"
    assert density_words(np.float32(0.1)) == "some real items near"
    assert density_words(0.01) == "few real items near"
    assert density_words(0) == "no training data here"


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: fit_pca(np.ones(3)), r"\(3,\)"),
        (lambda: fit_pca(np.ones((0, 3))), r"\(0, 3\)"),
        (lambda: fit_pca([[np.inf, 0]]), "infinity"),
        (lambda: fit_pca(np.eye(3)).place(np.eye(2)), r"\(2, 2\); expected \(n, 3\)"),
        (lambda: fit_umap(np.ones((10, 2)), neighbors=10), r"neighbors 10 is outside 2\.\.9"),
        (lambda: fit_umap(np.ones((10, 2)), neighbors=5, min_dist=2), r"min_dist 2 is outside 0\.\.1"),
        (lambda: place_umap(np.eye(2), np.eye(2), np.ones((3, 2))), "2 and 3 rows"),
        (lambda: place_umap(np.eye(3), np.eye(2), np.eye(2)), r"\(3, 3\)"),
        (lambda: place_umap(np.eye(2), np.eye(2), np.eye(2), neighbors=0), "k 0"),
        (lambda: density([1, 2], np.eye(2)), r"\(2,\); expected \(m, 2\)"),
        (lambda: density([[1, 2, 3]], np.eye(2)), r"\(1, 3\); expected \(m, 2\)"),
        (lambda: density(np.eye(2), np.eye(2), bandwidth=0), "bandwidth 0"),
        (lambda: density_words(1.5), r"1.5 is outside 0\.\.1"),
        (lambda: density_words(float("nan")), "nan"),
    ],
)
def test_errors_name_the_value_and_what_is_allowed(call, message):
    with pytest.raises(ValueError, match=message):
        call()
