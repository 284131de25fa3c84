"""Directions, sums and the entanglement meter against slow and exact references; no network."""

from pathlib import Path

import numpy as np
import pytest

from core import attributes, density, directions, entanglement, fidelity
from core.directions import Directions

D = 6


@pytest.fixture
def draw() -> np.random.Generator:
    return np.random.default_rng(0)


def test_a_balanced_difference_ignores_what_the_strata_say(draw: np.random.Generator) -> None:
    # Glasses add 1 to coordinate 0; men have 5 in coordinate 1 and wear them nine times as often.
    man = np.repeat([0, 1], 1000)
    glasses = draw.random(2000) < np.where(man, 0.45, 0.05)
    z = draw.normal(size=(2000, D)) * 0.01
    z[:, 0] += glasses
    z[:, 1] += 5 * man
    raw = z[glasses].mean(0) - z[~glasses].mean(0)
    found = attributes.balanced_difference(z, glasses, man)
    assert raw[1] > 1
    np.testing.assert_allclose(found, np.eye(D)[0], atol=0.01)
    slow = np.mean(
        [z[(man == g) & glasses].mean(0) - z[(man == g) & ~glasses].mean(0) for g in (0, 1)], axis=0, dtype=float
    )
    np.testing.assert_allclose(found, slow, rtol=1e-5)


def test_groups_too_small_do_not_count(draw: np.random.Generator) -> None:
    z, present = draw.normal(size=(100, D)), np.arange(100) % 2 == 0
    strata = np.where(np.arange(100) < 6, 1, 0)
    with_small = attributes.balanced_difference(z, present, strata)
    np.testing.assert_allclose(with_small, attributes.balanced_difference(z[6:], present[6:], strata[6:]))
    with pytest.raises(ValueError, match="no group has 10"):
        attributes.balanced_difference(z[:12], present[:12], strata[:12])


def test_normals_are_least_squares(draw: np.random.Generator) -> None:
    z, labels = draw.normal(size=(500, D)), draw.integers(0, 2, (500, 3))
    design = np.column_stack([z, np.ones(500)])
    exact = np.linalg.lstsq(design, labels, rcond=None)[0][:-1].T
    np.testing.assert_allclose(attributes.normals(z, labels, ridge=0), exact, atol=1e-5)


def test_orthogonalising_leaves_the_others_readings(draw: np.random.Generator) -> None:
    vector, others = draw.normal(size=D), draw.normal(size=(3, D))
    twice = np.vstack([others, others[0] + others[1]])  # a dependent one is no harm
    found = attributes.orthogonalise(vector, twice)
    np.testing.assert_allclose(others @ found, 0, atol=1e-5)
    exact = vector - others.T @ np.linalg.lstsq(others.T, vector, rcond=None)[0]
    np.testing.assert_allclose(found, exact, atol=1e-5)
    own = vector + 0.3 * draw.normal(size=D)
    kept = attributes.orthogonalise(vector, others, keep=own)
    np.testing.assert_allclose(np.cross(kept[:3], found[:3]), 0, atol=1e-4)
    assert np.linalg.norm(kept) <= 4.001 * np.linalg.norm(found)
    np.testing.assert_allclose(attributes.orthogonalise(vector, np.empty((0, D))), vector.astype(np.float32))


def test_a_sum_is_of_means() -> None:
    a, b, c = np.full((3, D), 3.0), np.full((2, D), 1.0), np.array([[0.0] * D, [2.0] * D])
    np.testing.assert_allclose(attributes.arithmetic(a, b, c), 3)
    np.testing.assert_allclose(attributes.arithmetic(a, b, c, strength=0.5), 2)
    np.testing.assert_allclose(attributes.arithmetic(a[0], b[0], c[0]), 2)
    with pytest.raises(ValueError, match="B holds 10 exemplars; allowed: 1 to 9"):
        attributes.arithmetic(a, np.zeros((10, D)), c)
    with pytest.raises(ValueError, match="A holds 0"):
        attributes.arithmetic(np.zeros((0, D)), b, c)


def test_jitter_keeps_the_centre() -> None:
    code, spread = np.arange(D, dtype=float), np.linspace(0.5, 2, D)
    nine = attributes.jitter(code, spread, amount=0.25, seed=3)
    assert nine.shape == (9, D)
    np.testing.assert_array_equal(nine[4], code.astype(np.float32))
    assert (np.abs(nine - code) <= 0.25 * spread + 1e-6).all()
    assert len(np.unique(nine, axis=0)) == 9
    np.testing.assert_array_equal(nine, attributes.jitter(code, spread, amount=0.25, seed=3))


@pytest.mark.parametrize(
    ("response", "rises"),
    [
        ([0, 0.5, 1], True),
        ([0, 0.5, 0.49, 1], True),
        ([0, 0.5, 0.4, 1], False),
        ([1, 0.5, 0], False),
        ([1, 1], False),
    ],
)
def test_monotone(response: list[float], rises: bool) -> None:
    assert attributes.monotone(response) is rises


def _decode(z: np.ndarray) -> np.ndarray:
    return z  # a face is its code here


def _probe(images: np.ndarray) -> np.ndarray:
    return 1 / (1 + np.exp(-images[:, :3]))


def test_the_response_follows_the_probe(draw: np.random.Generator) -> None:
    z = draw.normal(size=(20, D)).astype(np.float32)
    steps = np.array([-1, 0, 2], np.float32)
    found = attributes.respond(np.eye(D)[1], z, steps, decode=_decode, probe=_probe, attribute=1)
    slow = [np.mean([1 / (1 + np.exp(-(row[1] + s))) for row in z]) for s in steps]
    np.testing.assert_allclose(found, slow, rtol=1e-5)


def test_correlations_are_pearsons(draw: np.random.Generator) -> None:
    labels = draw.integers(0, 2, (300, 4))
    labels[:, 3] = 1  # always there: no correlation
    found = attributes.correlations(labels)
    np.testing.assert_allclose(found[:3, :3], np.corrcoef(labels[:, :3].T), atol=1e-6)
    assert (found[3] == 0).all()


def test_eye_darkness_tells_dark_lenses() -> None:
    faces = np.full((2, 64, 64, 3), 180, np.uint8)
    faces[1, 26:35, 17:47] = 10
    clear, dark = attributes.eye_darkness(faces)
    assert clear == pytest.approx(1, abs=1e-5)
    assert dark == pytest.approx(10 / 180, abs=0.01)
    with pytest.raises(ValueError, match="aligned faces"):
        attributes.eye_darkness(np.zeros((1, 28, 28, 1), np.uint8))


def test_unknown_attributes_are_listed() -> None:
    assert attributes.names_of(["b"], ["a", "b"]) == [1]
    with pytest.raises(ValueError, match="'x' is not one of a, b"):
        attributes.names_of(["x"], ("a", "b"))


def test_change_is_the_mean_and_its_interval_holds_it(draw: np.random.Generator) -> None:
    before, after = draw.random((200, 5)), draw.random((200, 5))
    found = entanglement.change(before, after)
    np.testing.assert_allclose(found.mean, (after - before).mean(0), atol=1e-6)
    np.testing.assert_allclose(found.absolute, np.abs(after - before).mean(0), atol=1e-6)
    assert ((found.low < found.mean) & (found.mean < found.high)).all()
    # The interval of a mean: 1.64 standard errors to either side.
    width = 2 * 1.645 * (after - before).std(0) / np.sqrt(200)
    np.testing.assert_allclose(found.high - found.low, width, rtol=0.2)
    assert entanglement.collateral(found, [1, 3]) == pytest.approx(np.abs(after - before).mean(0)[[1, 3]].mean())


def test_a_sums_change_is_against_its_own_tray(draw: np.random.Generator) -> None:
    a, b, c = (draw.normal(size=(4, D)) for _ in range(3))
    found = entanglement.sum_change(a, b, c, decode=_decode, probe=_probe, draws=50)
    base, result = c.mean(0), c.mean(0) + a.mean(0) - b.mean(0)
    exact = _probe(result[None])[0] - _probe(base[None])[0]
    np.testing.assert_allclose(found.mean, exact, atol=1e-5)
    assert (found.low <= found.high).all()
    assert found.n == 50
    still = entanglement.sum_change(a, b, c, decode=_decode, probe=_probe, draws=5, free=np.zeros((D, D)))
    np.testing.assert_allclose(still.absolute, 0, atol=1e-6)


def test_kept_is_the_nearest_source(draw: np.random.Generator) -> None:
    source = draw.normal(size=(30, 4))
    edited = source + 0.3 * draw.normal(size=(30, 4))
    slow = [int(np.linalg.norm(source - row, axis=1).argmin()) == i for i, row in enumerate(edited)]
    np.testing.assert_array_equal(entanglement.kept(source, edited), slow)


def test_frechet_of_gaussians(draw: np.random.Generator) -> None:
    a = draw.normal(size=(400, 3))
    assert fidelity.frechet(a, a) == pytest.approx(0, abs=1e-6)
    assert fidelity.frechet(a, a + 2) == pytest.approx(12, abs=1e-6)
    one = draw.normal(size=(500, 1))
    exact = (one.std(ddof=1) * 2) ** 2  # of N(m, s) and N(3 m, 3 s), but for the means
    shift = (2 * one.mean()) ** 2
    assert fidelity.frechet(one, 3 * one) == pytest.approx(exact + shift, rel=1e-6)
    with pytest.raises(ValueError, match="n and m over 1"):
        fidelity.frechet(a, a[:1])


def test_blur_lowers_the_laplacian() -> None:
    random = np.random.default_rng(0)
    sharp = random.integers(0, 256, (3, 16, 16, 3), np.uint8)
    soft = ((sharp[:, 1:].astype(int) + sharp[:, :-1]) // 2).astype(np.uint8)
    assert (fidelity.laplacian_variance(soft) < fidelity.laplacian_variance(sharp)).all()
    np.testing.assert_allclose(
        fidelity.laplacian_variance(sharp), fidelity.laplacian_variance(sharp / np.float32(255)), rtol=1e-4
    )
    grey = sharp[..., :1]
    image = grey[0, ..., 0] / 255
    slow = [
        image[y - 1, x] + image[y + 1, x] + image[y, x - 1] + image[y, x + 1] - 4 * image[y, x]
        for y in range(1, 15)
        for x in range(1, 15)
    ]
    assert fidelity.laplacian_variance(grey)[0] == pytest.approx(np.var(slow), rel=1e-4)


def test_a_density_draws_what_it_was_fitted_on(draw: np.random.Generator) -> None:
    kinds = np.repeat([0, 1], [3000, 1000])
    mixing = draw.normal(size=(3, 3))
    z = draw.normal(size=(4000, 3)) @ mixing + 10 * kinds[:, None]
    found = density.fit(z, kinds)
    np.testing.assert_allclose(found.weights, [0.75, 0.25])
    drawn = found.sample(20_000, seed=1)
    np.testing.assert_allclose(drawn.mean(0), z.mean(0), atol=0.3)
    np.testing.assert_allclose(np.cov(drawn.T), np.cov(z.T), rtol=0.1, atol=0.3)
    np.testing.assert_array_equal(drawn, found.sample(20_000, seed=1))


def test_directions_survive_their_file(draw: np.random.Generator, tmp_path: Path) -> None:
    made = Directions(
        names=("Glasses", "Hat"),
        vectors=draw.normal(size=(2, D)).astype(np.float32),
        strengths=np.array([1, 2], np.float32),
        removals=np.array([-1, -2], np.float32),
        steps=np.array([-1, 0, 1], np.float32),
        responses=np.array([[0, 0.5, 1], [0.5, 0.1, 0.6]], np.float32),
        labels=("Glasses", "Hat", "Other"),
        normals=draw.normal(size=(3, D)).astype(np.float32),
        correlations=np.eye(3, dtype=np.float32),
        mean=np.zeros(D, np.float32),
        spread=np.ones(D, np.float32),
    )
    directions.save(made, tmp_path / "directions.npz")
    found = directions.load(tmp_path / "directions.npz")
    for name, value in vars(made).items():
        np.testing.assert_array_equal(getattr(found, name), value)
    assert found.names == made.names
    assert found.get("Glasses").monotone
    assert not found.get("Hat").monotone
    freed = found.freed("Glasses", ["Hat", "Other"])
    np.testing.assert_allclose(made.normals[1:] @ freed, 0, atol=1e-5)
    with pytest.raises(ValueError, match="'Beard' is not one of Glasses, Hat"):
        found.get("Beard")
    (tmp_path / "directions.npz").write_bytes(b"no zip")
    with pytest.raises(ValueError, match="directions|pickle"):
        directions.load(tmp_path / "directions.npz")
