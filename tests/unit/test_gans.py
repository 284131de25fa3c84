"""GANs of fashion on toy runs of seconds, what is kept of a training, and what is measured of it."""

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from safetensors.torch import save_file

from core import checkpoints, evaluate, gan_measures, history
from core.datasets import digits, fashion
from core.datasets.base import ImageSet
from core.history import History
from core.models import build
from core.sampling import Sampler
from core.training import gans, publish
from core.training.loop import train
from core.training.recipes import RECIPES
from tests import tiny_gans

SMALL = {
    "fashion-gan": {"noise": 8, "generator": (32, 32), "critic": (32,)},
    "fashion-dcgan": tiny_gans.NETWORK | {"clusters": 0, "style": 0},
    "fashion-probe": {"channels": 2, "dim": 8},
}


@pytest.fixture(scope="module")
def few() -> ImageSet:
    """200 real digits in place of fashion to train on, and 100 to test on."""
    data = digits.embedded()
    rows = np.concatenate([np.flatnonzero(data.labels == label)[:30] for label in range(10)])
    rows = np.random.default_rng(0).permutation(rows)
    return ImageSet(
        "fashion", data.images[rows], data.labels[rows], np.arange(300), 200, fashion.LABELS, "made up"
    )


def toy(name: str, *, epochs: int = 3):
    """A recipe of the repository, shrunk to seconds."""
    recipe = RECIPES[name]
    return replace(recipe, config=SMALL[name], plan=replace(recipe.plan, epochs=epochs, batch=20))


def run(name: str, data: ImageSet, folder: Path, **options: int) -> torch.nn.Module:
    recipe, part = toy(name), data.split("train")
    told = None if recipe.facts is None else (lambda model: recipe.facts(part, folder, model))
    return train(recipe, part.images, folder=folder, seed=0, facts=told, **options)


def test_the_dense_gan_is_the_document_s() -> None:
    model = build("dense-gan", {})
    sizes = {
        part: [tuple(layer.weight.shape[::-1]) for layer in net if isinstance(layer, torch.nn.Linear)]
        for part, net in (("generator", model.generator), ("critic", model.critic))
    }
    assert sizes["generator"] == [(100, 256), (256, 512), (512, 1024), (1024, 784)]
    assert sizes["critic"] == [(784, 512), (512, 256), (256, 1)]
    plan = RECIPES["fashion-gan"].plan
    objective = RECIPES["fashion-gan"].objective(model, plan, 10)
    rates = [group["lr"] for optimiser in objective.optimisers for group in optimiser.param_groups]
    assert (plan.batch, rates) == (32, pytest.approx([2e-4, 1e-4]))
    images = model.eval().sample(torch.randn(5, 100))
    assert images.shape == (5, 1, 28, 28)
    assert 0 <= images.min() <= images.max() <= 1
    assert model.judge(images).shape == (5,)


@pytest.mark.parametrize("name", ["fashion-gan", "fashion-dcgan"])
def test_a_cut_off_run_ends_like_an_uncut_one_and_shows_every_epoch(
    name: str, few: ImageSet, tmp_path: Path
) -> None:
    whole = run(name, few, tmp_path / "whole").state_dict()
    run(name, few, tmp_path / "cut", epochs=1)
    resumed = run(name, few, tmp_path / "cut").state_dict()
    for key, value in whole.items():
        torch.testing.assert_close(resumed[key], value, rtol=0, atol=0)
    found = [history.collect(tmp_path / part, side=28) for part in ("whole", "cut")]
    assert found[0].sheets.shape == (3, 280, 392)
    np.testing.assert_array_equal(found[0].sheets, found[1].sheets)
    assert {"generator", "critic", "real", "fake", "seconds"} <= set(found[0].losses)
    assert all(0 < score < 1 for score in found[0].losses["real"])


def test_the_sheet_is_of_the_same_noise_and_changes_nothing(few: ImageSet) -> None:
    torch.manual_seed(0)
    model = build("dense-gan", SMALL["fashion-gan"])
    objective = gans.Opponents(model, toy("fashion-gan").plan, 10, critic=0.5)
    before = torch.random.get_rng_state()
    sheet = objective.sheet()
    assert (sheet.shape, sheet.dtype) == ((280, 392), np.uint8)
    np.testing.assert_array_equal(sheet, objective.sheet())
    assert torch.equal(before, torch.random.get_rng_state())
    x = torch.from_numpy(few.images[:20].transpose(0, 3, 1, 2).copy()).float() / 255
    objective.step(x, torch.Generator().manual_seed(0))
    assert (sheet != objective.sheet()).any()


def test_tiles_stand_row_after_row() -> None:
    made = torch.arange(6).float().view(6, 1, 1, 1).expand(6, 1, 2, 2) / 255
    assert gans.tiled(made, 3)[::2, ::2].tolist() == [[0, 1, 2], [3, 4, 5]]


def test_a_history_comes_back_as_it_was(tmp_path: Path) -> None:
    made = tiny_gans.make_history(digits.embedded())
    history.save(made, tmp_path / "history.npz")
    found = history.load(tmp_path / "history.npz")
    assert (found.epochs, found.side) == (3, 28)
    np.testing.assert_array_equal(found.sheets, made.sheets)
    np.testing.assert_array_equal(found.cell(2, 1, 3), made.sheets[2, 28:56, 84:112])
    assert found.losses.keys() == made.losses.keys()


def test_an_epoch_that_did_not_log_a_loss_has_none(tmp_path: Path) -> None:
    from PIL import Image

    lines = [{"epoch": 1, "critic": 1.5}, {"epoch": 2, "critic": 1.0, "hand": 2.0}]
    (tmp_path / "log.jsonl").write_text("\n".join(map(json.dumps, lines)) + "\n")
    Image.fromarray(np.zeros((56, 28), np.uint8)).save(tmp_path / "epoch-001.png")
    with pytest.raises(ValueError, match="has not a logged line and a sheet"):
        history.collect(tmp_path, side=28)
    Image.fromarray(np.zeros((56, 28), np.uint8)).save(tmp_path / "epoch-002.png")
    found = history.collect(tmp_path, side=28)
    assert np.isnan(found.losses["hand"][0])
    assert found.losses["critic"].tolist() == [1.5, 1.0]


@pytest.mark.parametrize("damage", ["cut", "garbage", "empty", "no-sheets", "sizes", "losses", "none"])
def test_a_damaged_history_is_said_to_be(damage: str, tmp_path: Path) -> None:
    path, made = tmp_path / "history.npz", tiny_gans.make_history(digits.embedded())
    history.save(made, path)
    content = path.read_bytes()
    if damage == "no-sheets":
        np.savez_compressed(path, side=np.array(28))
    elif damage in ("sizes", "losses", "none"):
        wrong = {
            "sizes": History(made.losses, made.sheets[:, :, :-1], 28),
            "losses": History({"critic": np.zeros(2, np.float32)}, made.sheets, 28),
            "none": History({}, made.sheets[:0], 28),
        }
        history.save(wrong[damage], path)
    else:
        path.write_bytes({"cut": content[:-2000], "garbage": b"x" * 1000, "empty": b""}[damage])
    with pytest.raises(ValueError, match=r"history\.npz|pickle"):
        history.load(path)


@pytest.fixture(scope="module")
def published(few: ImageSet, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A root with toy GANs of fashion and their probe, published as the real ones are."""
    base = tmp_path_factory.mktemp("gans")
    for name in SMALL:
        folder = base / "runs" / f"{name}-0"
        weights = run(name, few, folder).state_dict()
        save_file({key: value.contiguous() for key, value in weights.items()}, folder / "model.safetensors")
        publish.publish(toy(name), runs=base / "runs", root=base / "made", data=few, umap=False)
    return base / "made"


@pytest.mark.parametrize("name", ["fashion-gan", "fashion-dcgan"])
def test_what_is_published_loads(name: str, published: Path) -> None:
    card = checkpoints.read_card(published, name)
    assert (card.family, set(card.sha256)) == ("gan", {"model.safetensors", "history.npz"})
    found = checkpoints.load_history(published, card)
    assert found is not None
    assert found.epochs == card.training["epochs"] == 3
    sampler = Sampler(checkpoints.load_model(published, card))
    labels = np.arange(12) % 10
    images = sampler.sample(labels, seed=0)
    assert (images.shape, images.dtype) == ((12, 28, 28, 1), np.uint8)
    np.testing.assert_array_equal(images, sampler.sample(labels, seed=0))
    assert (images != sampler.sample(labels, seed=1)).any()


def test_every_number_is_measured(published: Path, few: ImageSet, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(gan_measures, "SAMPLES", 150)
    found = {name: evaluate.measure(published, checkpoints.read_card(published, name), few) for name in SMALL}
    assert set(found["fashion-probe"]) == {"probe_accuracy"}
    assert set(found["fashion-gan"]) == {"frechet_cnn", "frechet_cnn_train_test"}
    assert set(found["fashion-dcgan"]) == {"frechet_cnn", "frechet_cnn_train_test", "class_accuracy"}
    dense = found["fashion-gan"]
    assert dense["frechet_cnn"].better == "lower"
    assert 0 < dense["frechet_cnn_train_test"].value < dense["frechet_cnn"].value
    assert dense["frechet_cnn_train_test"] == found["fashion-dcgan"]["frechet_cnn_train_test"]
