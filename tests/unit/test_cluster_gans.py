"""A GAN for each cluster: none learns from another's images, and all are compared in the same clusters."""

import shutil
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from safetensors.torch import save_file

from core import checkpoints, evaluate, fidelity, history, writer_bench, writer_measures
from core.datasets import digits
from core.datasets.base import ImageSet
from core.handwriting import Scribes
from core.models import build
from core.training import cluster_gans, publish
from core.training.loop import train
from core.training.recipes import RECIPES
from tests import tiny_gans

CONFIG = {"digits": (0, 3), "clusters": 7, "channels": 2, "critic": 2, "noise": 4}


@pytest.fixture(autouse=True)
def one_thread() -> None:
    """Toy networks are too small to share between cores."""
    torch.set_num_threads(1)


@pytest.fixture(scope="module")
def few() -> ImageSet:
    """400 characters of made-up writers to train on, and 200 to test on."""
    return replace(tiny_gans.characters(digits.embedded()), train_size=400)


@pytest.fixture
def root(tiny_gans_root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The checkpoints that the clusters are taken from."""
    found = shutil.copytree(tiny_gans_root, tmp_path / "checkpoints")
    monkeypatch.setenv("MORPHOSPACE_CHECKPOINTS", str(found))
    return found


def toy():
    """The recipe, shrunk to seconds."""
    recipe = RECIPES["writers-each"]
    return replace(recipe, config=CONFIG, plan=replace(recipe.plan, epochs=2, batch=100))


def run(data: ImageSet, folder: Path, **options: int) -> torch.nn.Module:
    """Train a toy, its weights beside its log."""
    recipe, part = toy(), data.split("train")
    assert recipe.facts is not None
    facts = recipe.facts
    model = train(
        recipe, part.images, folder=folder, seed=0, facts=lambda blank: facts(part, folder, blank), **options
    )
    save_file({key: value.contiguous() for key, value in model.state_dict().items()}, folder / checkpoints.MODEL)
    return model


def step(facts: torch.Tensor, images: torch.Tensor) -> torch.nn.Module:
    """A bank after three steps on images (n, 1, 28, 28) of rows ``facts`` (n, 1)."""
    torch.manual_seed(0)
    model = build("cluster-gans", CONFIG)
    bank = cluster_gans.Bank(model, toy().plan, 10, mean=0.1)
    for i in range(3):
        bank.step(images, torch.Generator().manual_seed(i), facts)
    return model


def test_no_gan_learns_from_the_images_of_another() -> None:
    random = torch.Generator().manual_seed(1)
    images, facts = torch.rand(30, 1, 28, 28, generator=random), torch.arange(30)[:, None] % 3
    changed = images.clone()
    changed[facts[:, 0] == 1] = 0
    one, other = step(facts, images), step(facts, changed)
    blank = step(torch.full((30, 1), 13), images)
    for network in ("generators", "critics", "means"):
        for row, (a, b, untouched) in enumerate(
            zip(getattr(one, network), getattr(other, network), getattr(blank, network), strict=True)
        ):
            same = torch.equal(a[0].weight, b[0].weight)
            assert same is (row != 1), (network, row)
            learned = not torch.equal(a[0].weight, untouched[0].weight)
            assert learned is (row < 3 or row == 13), (network, row)


def test_images_of_other_digits_are_never_drawn_and_all_gans_get_as_many() -> None:
    model = build("cluster-gans", CONFIG)
    facts = torch.tensor([[-1]] * 50 + [[0]] * 5 + [[4]] * 20).float()
    weights = cluster_gans.Bank(model, toy().plan, 10, mean=0.1).often(facts)
    assert weights[:50].sum() == 0
    assert weights[50:55].sum().item() == pytest.approx(weights[55:].sum().item()) == pytest.approx(1)


def test_each_image_goes_to_the_gan_of_its_cluster(few: ImageSet, root: Path) -> None:
    model = build("cluster-gans", CONFIG)
    rows = cluster_gans.clusters_of_dcgan(few, root, model)[:, 0].astype(int)
    labels = few.labels.astype(np.int64)
    hands = evaluate.load_penman(root, checkpoints.GAN).hands
    clusters = hands.assign(few.images, labels)
    wanted = np.where(labels == 0, clusters, np.where(labels == 3, 7 + clusters, cluster_gans.NOBODY))
    np.testing.assert_array_equal(rows, wanted)
    assert set(rows) >= {cluster_gans.NOBODY, 0, 7}
    fewer = build("cluster-gans", CONFIG | {"clusters": 3})
    with pytest.raises(ValueError, match="3 GANs a digit need as many clusters, not 7"):
        cluster_gans.clusters_of_dcgan(few, root, fewer)


def test_a_cut_off_run_ends_like_an_uncut_one_and_keeps_each_gan_s_history(
    few: ImageSet, root: Path, tmp_path: Path
) -> None:
    whole = run(few, tmp_path / "whole").state_dict()
    run(few, tmp_path / "cut", epochs=1)
    resumed = run(few, tmp_path / "cut").state_dict()
    for key, value in whole.items():
        torch.testing.assert_close(resumed[key], value, rtol=0, atol=0)
    found = history.collect(tmp_path / "whole", side=28)
    assert (found.epochs, found.rows, found.sheets.shape) == (2, 14, (2, 14 * 28, 392))
    np.testing.assert_array_equal(found.sheets, history.collect(tmp_path / "cut", side=28).sheets)
    own = found.row(9)
    assert own.sheets.shape == (2, 56, 196)
    np.testing.assert_array_equal(own.cell(1, 1, 2), found.cell(1, 9, 9))
    np.testing.assert_array_equal(own.cell(0, 0, 6), found.cell(0, 9, 6))
    np.testing.assert_array_equal(own.losses["real"], found.losses["real@9"])
    each = [values for name, values in found.losses.items() if name.startswith("generator@")]
    np.testing.assert_allclose(np.mean(each, axis=0), found.losses["generator"], rtol=0.2)
    with pytest.raises(ValueError, match="row 14 has no GAN of its own"):
        found.row(14)


def test_what_is_published_is_the_running_means_and_is_measured_in_the_same_clusters(
    few: ImageSet, root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(writer_bench, "EACH", 4)
    trained = run(few, tmp_path / "runs" / "writers-each-0")
    publish.publish(toy(), runs=tmp_path / "runs", root=root, data=few, umap=False)
    card = checkpoints.read_card(root, checkpoints.EACH)
    assert set(card.sha256) == {checkpoints.MODEL, checkpoints.HISTORY}
    shipped = checkpoints.load_model(root, card)
    assert not len(shipped.critics) + len(shipped.generators)
    scribes, noise = Scribes(shipped), np.random.default_rng(0).normal(size=(6, 4))
    labels, clusters = np.array([3, 0, 3, 3, 0, 0]), np.array([6, 2, 6, 1, 2, 2])
    images = scribes.write(noise, labels, clusters)
    for i, row in enumerate(7 * (labels == 3) + clusters):
        with torch.inference_mode():
            made = trained.means[row](torch.tensor(noise[[i]], dtype=torch.float32))[0, 0]
        np.testing.assert_allclose(images[i, ..., 0] / 255, made, atol=0.02)
    found = evaluate.measure(root, card, few)
    assert {f"reentry_accuracy_{name}" for name in ("0", "3", "mean", "worst", "plain")} <= set(found)
    assert "reentry_accuracy_1" not in found
    assert {"digit_accuracy", "memorisation", "frechet_cnn", "frechet_cnn_shared", "frechet_cnn_plain"} <= set(
        found
    )
    assert "clusters of 0 and 3." in found["frechet_cnn"].how
    assert all(np.isfinite(metric.value) for metric in found.values())
    assert found["frechet_cnn"].n == int(np.isin(few.split("test").labels, (0, 3)).sum())


def test_the_others_are_measured_in_those_clusters_alone(
    few: ImageSet, root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What the shared GAN makes of other digits does not count for it."""
    monkeypatch.setattr(writer_bench, "EACH", 4)
    bench = evaluate.bench_writers(root, few)
    scribes = Scribes(build("cluster-gans", CONFIG | {"critic": 0}))

    def distance(label: int, far: float) -> float:
        """Of the shared GAN, where the real characters of a class were ``far`` away."""
        features = np.where((bench.labels == label)[:, None], bench.features + far, bench.features)
        return writer_measures.one_each(replace(bench, features=features), scribes)["frechet_cnn_shared"].value

    assert distance(5, 100) == pytest.approx(distance(5, 0))
    assert distance(3, 100) > 2 * distance(3, 0)


def test_a_cluster_that_no_gan_writes_is_refused() -> None:
    scribes = Scribes(build("cluster-gans", CONFIG))
    for label, cluster in ((1, 0), (0, 7), (0, -1)):
        with pytest.raises(ValueError, match=f"no GAN writes {label} in cluster {cluster}"):
            scribes.write(np.zeros((1, 4)), np.array([label]), np.array([cluster]))
    with pytest.raises(ValueError, match=r"noise is \(n, 4\)"):
        scribes.write(np.zeros((1, 5)), np.array([0]), np.array([0]))


def test_the_class_score_counts_the_classes_that_are_told_apart() -> None:
    assert fidelity.class_score(np.eye(10)[np.arange(50) % 10]) == pytest.approx(10)
    assert fidelity.class_score(np.eye(10)[np.arange(40) % 4]) == pytest.approx(4)
    assert fidelity.class_score(np.eye(10)[[3] * 50]) == pytest.approx(1)
    assert fidelity.class_score(np.full((50, 10), 0.1)) == pytest.approx(1)
    with pytest.raises(ValueError, match="n over 0"):
        fidelity.class_score(np.zeros((0, 10)))


@pytest.mark.parametrize("name", ["real@10", "real@99"])
def test_losses_of_rows_that_a_sheet_has_not_are_damage(name: str, tmp_path: Path) -> None:
    made = tiny_gans.make_history(digits.embedded(), several=True)
    assert made.rows == 10
    history.save(replace(made, losses=made.losses | {name: made.losses["real"]}), tmp_path / "history.npz")
    with pytest.raises(ValueError, match=r"history\.npz is damaged: losses of"):
        history.load(tmp_path / "history.npz")
