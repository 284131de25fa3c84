"""Detectors on made-up data of which the truth is known, and the audit as a whole."""

from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageFilter

from core.audit import duplicates, features, generative, groups, labels, outliers, pixels, scores, severity
from core.audit.generative import View
from core.audit.planted import near_copy
from core.audit.run import audit
from core.gallery import Gallery
from tests.audited import as_set, shapes, unlabelled


def slow_difference(one: np.ndarray, two: np.ndarray) -> float:
    """Root mean squared difference of two images at the best shift, shift by shift."""
    best, (height, width) = np.inf, one.shape[:2]
    for down in range(-3, 4):
        for right in range(-3, 4):
            a = one[max(down, 0) : height + min(down, 0), max(right, 0) : width + min(right, 0)]
            b = two[max(-down, 0) : height + min(-down, 0), max(-right, 0) : width + min(-right, 0)]
            best = min(best, float(np.sqrt(np.mean((a / 255 - b / 255) ** 2))))
    return best


@pytest.mark.parametrize("channels", [1, 3])
def test_aligned_difference_is_that_of_the_best_shift(channels) -> None:
    images = np.random.default_rng(0).integers(0, 256, (6, 17, 21, channels), dtype=np.uint8)
    images[1] = np.roll(images[0], (2, -3), (0, 1))
    pairs = np.array([[0, 1], [1, 0], [2, 3], [4, 4]])
    expected = [slow_difference(images[a].astype(float), images[b].astype(float)) for a, b in pairs]
    assert duplicates.aligned(images, pairs) == pytest.approx(expected, abs=1e-3)
    assert duplicates.aligned(images, pairs)[0] == pytest.approx(0, abs=1e-3)


@pytest.mark.parametrize("channels", [1, 3])
def test_near_copies_are_found_and_look_alikes_are_not(channels) -> None:
    images, _ = shapes(300, channels=channels)
    rng = np.random.default_rng(5)
    copies = np.stack([near_copy(image, rng) for image in images[:20]])
    found = duplicates.near(np.concatenate([images, copies]), np.zeros(320, bool))
    true = np.stack([np.arange(20), np.arange(300, 320)], axis=1)
    assert scores.pair_recall_at(found.pairs, found.pair_severity, true, precision=0.9) >= 0.9
    assert (np.diff(found.pair_severity) <= 0).all()
    worst = [found.pair_severity[(found.pairs == row).any(axis=1)].max(initial=0) for row in range(20)]
    assert found.severity[:20] == pytest.approx(worst)


@pytest.mark.parametrize("channels", [1, 3])
def test_noise_is_told_from_what_is_in_an_image(channels) -> None:
    rng = np.random.default_rng(0)
    down, right = np.mgrid[:28, :28]
    ramp = np.repeat((60 + 3 * down + 2 * right)[None, ..., None], channels, axis=3)
    images = np.concatenate([ramp, np.rint(ramp + rng.normal(0, 12, (50, 28, 28, channels)))]).astype(np.uint8)
    found = duplicates.noise(images)
    assert found[0] == pytest.approx(0, abs=1e-9)
    assert found[1:].mean() == pytest.approx((12 / 255) ** 2, rel=0.05)
    assert duplicates.noise(images[:, :2]).tolist() == [0] * 51


def test_copies_are_reported_through_strong_noise() -> None:
    images, _ = shapes(300)
    noisy = images[:20] + np.random.default_rng(5).normal(0, 14, images[:20].shape)
    copies = np.clip(np.rint(noisy), 0, 255).astype(np.uint8)
    found = duplicates.near(np.concatenate([images, copies]), np.zeros(320, bool))
    told = found.pairs[found.pair_severity >= duplicates.SAME]
    assert sorted(map(tuple, told.tolist())) == [(row, 300 + row) for row in range(20)]


def test_exact_copies_and_those_across_a_split() -> None:
    images, _ = shapes(30)
    images[[7, 20]] = images[3]
    found = audit(unlabelled(images, train_size=10)).issues
    assert found["exact"].pairs.tolist() == [[3, 7], [3, 20]]
    assert set(found["exact"].found()) == {3, 7, 20}
    assert found["leak"].pairs[0].tolist() == [3, 20]
    assert found["leak"].severity[[3, 20]].tolist() == [1, 1]
    assert found["leak"].severity[7] < 1


def test_blank_images_are_those_without_anything_on_them() -> None:
    images, _ = shapes(50, channels=3)
    images[4], images[9] = 255, 128 + np.random.default_rng(0).integers(-2, 3, (28, 28, 3))
    assert set(pixels.blank(images).found()) == {4, 9}


def test_dark_bright_and_blurred_images_are_told_as_cleanvision_does() -> None:
    down, right = np.mgrid[:64, :64]
    board = ((down // 4 + right // 4) % 2 * 200 + 20).astype(np.uint8)
    images = np.stack([board, board // 8, 255 - board // 32])[..., None]
    found = pixels.light(images, np.zeros(3, bool), None)
    assert found["dark"].found().tolist() == [1]
    assert found["bright"].found().tolist() == [2]


def test_a_blurred_image_among_sharp_ones(tmp_path: Path) -> None:
    images, _ = shapes(40, side=64, channels=3)
    images[6] = np.asarray(Image.fromarray(images[6]).filter(ImageFilter.GaussianBlur(4)))
    assert pixels.light(images, np.zeros(40, bool), None)["blurred"].found()[0] == 6
    files = [tmp_path / f"{row}.png" for row in range(40)]
    for file, image in zip(files, images, strict=True):
        Image.fromarray(image).resize((300, 300), Image.Resampling.NEAREST).save(file)
    Image.fromarray(images[6]).resize((900, 900), Image.Resampling.BICUBIC).save(files[6])
    found = pixels.light(images, np.zeros(40, bool), files)["blurred"]
    assert np.argmax(found.severity) == 6


def test_originals_tell_where_they_can_be_opened(tmp_path: Path) -> None:
    Image.fromarray(np.full((90, 90, 3), 5, np.uint8)).save(tmp_path / "a.png")
    board = np.kron(np.indices((8, 8)).sum(0) % 2 * 200 + 20, np.ones((8, 8)))[..., None].astype(np.uint8)
    images = np.stack([board, board])
    found = pixels.light(images, np.zeros(2, bool), [tmp_path / "a.png", tmp_path / "gone.png"])
    assert found["dark"].found().tolist() == [0]


def test_odd_sizes_and_shapes_of_originals() -> None:
    width, height = np.full(40, 100), np.full(40, 80)
    width[3], height[5], width[7] = 900, 20, 102
    found = pixels.shape({"width": width, "height": height})
    assert set(found["aspect"].found()) == {3, 5}
    assert found["size"].found()[0] == 3
    assert found["size"].severity[7] < found["size"].severity[3]
    assert pixels.shape({}) == {}
    assert pixels.shape({"width": np.full(5, 9), "height": np.full(5, 9)})["size"].found().size == 0


def test_wrong_labels_are_ranked_by_what_held_out_networks_say() -> None:
    rng = np.random.default_rng(0)
    true = rng.integers(0, 3, 600)
    given = true.copy()
    given[:30] = (true[:30] + 1) % 3
    said = np.full((600, 3), 0.01)
    said[np.arange(600), true] = rng.uniform(0.6, 0.9, 600)
    said /= said.sum(axis=1, keepdims=True)
    dense = labels.Dense.of(given + 4, np.zeros(600, bool))
    found = labels.label(dense, said, np.zeros(600))
    assert scores.average_precision(np.arange(600) < 30, found.severity) == pytest.approx(1)
    assert set(found.found()) == set(range(30))
    assert (found.suggested[:30] == true[:30] + 4).all()
    assert (found.suggested[30:] == -1).all()
    strange = np.zeros(600)
    strange[0] = 1
    assert labels.label(dense, said, strange).severity[0] == 0


def test_of_labels_with_few_items_nothing_is_said() -> None:
    given = np.array([0] * 20 + [1] * 20 + [2] * 4)
    dense = labels.Dense.of(given, np.zeros(44, bool))
    assert dense.told.sum() == 40
    found = labels.label(dense, np.full((44, 3), 1 / 3), np.zeros(44))
    assert np.isnan(found.severity[40:]).all()


@pytest.mark.parametrize("channels", [1, 3])
def test_a_crowd_of_strangers_is_no_company(channels) -> None:
    rng = np.random.default_rng(1)
    down, right = np.mgrid[:28, :28] - 13.5
    far = np.hypot(down / rng.uniform(7, 9, (600, 1, 1)), (right + rng.uniform(-1, 1, (600, 1, 1))) / 6)
    crowd = rng.choice(600, 6, replace=False)
    far[crowd] = abs(down + right + rng.uniform(-2, 2, (6, 1, 1))) / 4
    images = np.repeat((np.exp(-(far**4)) * 200)[..., None], channels, axis=3).astype(np.uint8)
    found = outliers.outlier(images, np.zeros(600, bool))
    truth = np.isin(np.arange(600), crowd)
    assert scores.recall_at(truth, found.severity, precision=0.9) == 1
    assert set(found.found()) >= set(crowd)


def test_a_strange_colour_is_seen() -> None:
    images, _ = shapes(1, channels=3, cloth=4)
    noise = np.random.default_rng(0).normal(0, 6, (300, 28, 28, 3))
    images = np.clip(images * np.array([1.0, 0.8, 0.2]) + noise, 0, 255).astype(np.uint8)
    images[[5, 60, 200]] = images[[5, 60, 200]][..., [2, 1, 0]]
    found = outliers.outlier(images, np.zeros(300, bool))
    assert set(np.argsort(-found.severity)[:3]) == {5, 60, 200}


def test_distances_are_to_the_mean_of_others_never_to_itself() -> None:
    vectors = np.random.default_rng(0).normal(size=(50, 4)).astype(np.float32)
    vectors[10:14] = vectors[9]
    distance, index = features.neighbours(vectors, 6)
    slow = np.sort(np.linalg.norm(vectors[:, None] - vectors, axis=2) + np.diag(np.full(50, np.inf)), axis=1)
    assert distance == pytest.approx(slow[:, :6], abs=2e-3)
    assert (index != np.arange(50)[:, None]).all()


def test_severity_is_one_half_where_a_value_is_far_out() -> None:
    values = np.append(np.linspace(-1, 1, 101), [30.0, np.nan])
    z = severity.robust_z(values)
    far = severity.from_z(z)
    assert z[50] == pytest.approx(0, abs=0.05)
    assert far[101] > 0.5 > far[100]
    assert np.isnan(far[102])
    assert severity.from_z(np.array([3.5]))[0] == 0.5
    assert (severity.from_z(severity.robust_z(np.full(9, 4.0))) == 0).all()


def test_rare_labels_and_weak_parts_are_told() -> None:
    kind = np.array([0] * 500 + [1] * 480 + [2] * 20)
    people = np.arange(1000) % 5
    attributes = np.stack([np.arange(1000) % 2, np.arange(1000) == 3], axis=1).astype(np.uint8)
    images = np.zeros((1000, 4, 4, 1), np.uint8)
    more = {"people": people, "attributes": attributes, "attribute_names": ("hat", "beard")}
    data = as_set(images, kind, **more)
    rows = groups.imbalance(data)
    assert {(row["kind"], row["name"], row["count"]) for row in rows} == {
        ("imbalance", "kind 2", 20),
        ("attribute imbalance", "beard", 1),
    }
    right = np.ones(1000)
    right[np.flatnonzero((people == 3) & (kind == 1))[::2]] = 0
    weak = groups.weak(data, right, ("ann", "bob", "cy", "dee", "eve"))
    assert weak[0]["name"] == "label “kind 1”, group “dee”"
    assert weak[0]["accuracy"] == pytest.approx(0.5, abs=0.01)
    assert groups.weak(data, np.ones(1000)) == []
    assert groups.weak(data, np.full(1000, np.nan)) == []


def test_interval_is_wilson_s() -> None:
    low, high = groups.interval(45, 50)
    assert (low, high) == pytest.approx((0.7864, 0.9565), abs=5e-4)
    assert groups.interval(0, 10)[0] == 0


def test_what_a_checkpoint_says() -> None:
    rng = np.random.default_rng(0)
    given = np.repeat([0, 1], 50)
    belongs = given.copy()
    belongs[7] = 1
    error, realism = rng.uniform(0.01, 0.02, 100).astype(np.float32), np.full(100, 0.8, np.float32)
    error[20], realism[30], error[99] = 0.4, 0.1, np.nan
    view = View(np.zeros((100, 2), np.float32), error, belongs, np.full(100, 0.95, np.float32), realism)
    drawn = generative.reconstruction(view, "m")
    assert drawn.found().tolist() == [20]
    assert np.isnan(drawn.severity[99])
    put = generative.category(view, given, "m")
    assert put.found().tolist() == [7]
    assert put.suggested[7] == 1
    assert generative.realism(view, "m").found()[0] == 30


def test_a_gallery_tells_of_the_items_that_it_holds() -> None:
    images, kind = shapes(40)
    index = np.arange(0, 40, 2)
    error = np.linspace(0.01, 0.02, 20).astype(np.float32)
    held = Gallery(index, kind[index], np.zeros((20, 3), np.float32), error, {})
    found = audit(unlabelled(images), gallery=held).issues["reconstruction"]
    assert np.isfinite(found.severity[::2]).all()
    assert np.isnan(found.severity[1::2]).all()


def test_mean_distances_are_those_to_the_nearest_in_blocks_of_any_size(monkeypatch: pytest.MonkeyPatch) -> None:
    vectors = np.random.default_rng(0).normal(size=(350, 6)).astype(np.float32)
    vectors[7] = vectors[8]
    away = np.linalg.norm(vectors[:, None].astype(float) - vectors, axis=2)
    np.fill_diagonal(away, np.inf)
    heard: list[float] = []
    monkeypatch.setattr(features, "SEARCHED", 1)  # 100 rows a block
    found = features.apart(vectors, 5, heard.append)
    np.testing.assert_allclose(found, np.sort(away, axis=1)[:, :5].mean(axis=1), rtol=1e-5)
    assert heard == pytest.approx([100 / 350, 200 / 350, 300 / 350, 1])


def test_what_the_farthest_have_in_common_is_learned_as_if_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    draw = np.random.default_rng(0)
    vectors, far = draw.normal(size=(240, 5)).astype(np.float32), draw.normal(size=240)
    monkeypatch.setattr(outliers, "rows", lambda count: features.rows(count, 50))
    found = outliers.alike(vectors, far, seed=3)
    points = vectors.astype(float) - vectors.mean(axis=0)
    points = np.column_stack([points / np.sqrt((points**2).sum(axis=1).mean()), np.ones(240)])
    top = np.isin(np.arange(240), np.argsort(-far)[: outliers.LEAST])
    fold = np.random.default_rng(3).permutation(240) % outliers.FOLDS
    for part in range(outliers.FOLDS):
        x, y = points[fold != part], top[fold != part]
        weight = np.where(y, (~y).sum() / y.sum(), 1.0)
        ridge = outliers.RIDGE * weight.sum() * np.eye(6)
        line = np.linalg.solve((x.T * weight) @ x + ridge, (x.T * weight) @ (2.0 * y - 1))
        np.testing.assert_allclose(found[fold == part], points[fold == part] @ line, rtol=1e-4, atol=1e-6)
