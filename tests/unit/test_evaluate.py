"""The numbers on a card are what the weights give: compared with slow, plain calculations."""

import json
from pathlib import Path

import numpy as np
import pytest
import torch

from core import cards, checkpoints, evaluate, measures
from core.augment import affine
from core.datasets import digits
from core.datasets.base import ImageSet
from core.inference import Runner
from core.reported import REPORTED
from core.settings import ROOT, Settings
from core.training.recipes import RECIPES
from dashboard.inspection import APART

TRAIN, TEST = 300, 120


@pytest.fixture(scope="module")
def few() -> ImageSet:
    """300 real digits as the training split and 120 others as the test split."""
    data = digits.embedded()
    rows = np.random.default_rng(0).permutation(len(data))[: TRAIN + TEST]
    index = np.concatenate([np.arange(TRAIN), 60_000 + np.arange(TEST)])
    return ImageSet("digits", data.images[rows], data.labels[rows], index, 60_000, data.label_names, "test")


def measured(root: Path, name: str, data: ImageSet) -> tuple[Runner, dict[str, cards.Metric]]:
    card = checkpoints.read_card(root, name)
    return Runner(checkpoints.load_model(root, card), card), evaluate.measure(root, card, data)


def test_cluster_error_is_that_of_a_plain_count(tiny_root: Path, few: ImageSet) -> None:
    runner, found = measured(tiny_root, "digits-aae-10", few)
    categories = runner.encode(few.images)[:, :10].argmax(1)
    labels = few.labels.astype(int)
    majority = {}
    for category in range(10):
        votes = labels[:TRAIN][categories[:TRAIN] == category]
        majority[category] = int(np.bincount(votes, minlength=10).argmax()) if len(votes) else -1
    wrong = np.mean([majority[c] != y for c, y in zip(categories[TRAIN:], labels[TRAIN:], strict=True)])
    assert found["cluster_error"].value == pytest.approx(float(wrong))
    assert found["cluster_error"].n == TEST
    assert "accuracy_hungarian" in found
    assert "accuracy_hungarian" not in measured(tiny_root, "digits-aae-30", few)[1]


def test_share_that_keeps_its_category_is_that_of_a_plain_count() -> None:
    card = checkpoints.read_card(ROOT / "checkpoints", "digits-aae-16")
    runner = Runner(checkpoints.load_model(ROOT / "checkpoints", card), card)
    images, labels = digits.embedded().images[::4], digits.embedded().labels[::4].astype(int)
    z = runner.encode(images)
    found = measures.category_kept(runner, images, measures.Codes(z, labels, z, labels))
    x = torch.from_numpy(images.transpose(0, 3, 1, 2).copy()).float() / 255
    draw = torch.Generator().manual_seed(0)
    moved = torch.cat([affine(part, measures.SMALL_CHANGE, draw) for part in x.split(1000)])
    with torch.no_grad():
        after = runner.model.encode(moved)[:, :16].argmax(1).numpy()
    assert found.value == pytest.approx((after == z[:, :16].argmax(1)).mean())
    assert 0.9 < found.value < 1
    assert found.n == len(images) == 1250


def test_mean_squared_errors_are_those_of_the_pixels(tiny_root: Path, few: ImageSet) -> None:
    runner, found = measured(tiny_root, "digits-ae-conv-up", few)
    back = runner.decode_float(runner.encode(few.images))
    squares = np.square(back.astype(np.float64) - few.images / 255).mean(axis=(1, 2, 3))
    assert found["train_mse"].value == pytest.approx(squares[:TRAIN].mean(), rel=1e-5)
    assert found["test_mse"].value == pytest.approx(squares[TRAIN:].mean(), rel=1e-5)


def test_loss_of_a_vae_is_784_mse_plus_kl(tiny_root: Path, few: ImageSet) -> None:
    runner, found = measured(tiny_root, "digits-vae-2d", few)
    x = torch.from_numpy(few.images[TRAIN:].transpose(0, 3, 1, 2).copy()).float() / 255
    with torch.no_grad():
        mean, logvar = runner.model.posterior(x)
        posterior = torch.distributions.Normal(mean, (0.5 * logvar).exp())
        kl = torch.distributions.kl_divergence(posterior, torch.distributions.Normal(0, 1)).sum(1).mean()
        torch.manual_seed(1)
        errors = [784 * (runner.model.decode(posterior.sample()) - x).square().mean() for _ in range(64)]
    assert found["test_kl"].value == pytest.approx(kl.item(), rel=1e-4)
    assert found["test_loss"].value == pytest.approx((torch.stack(errors).mean() + kl).item(), rel=2e-3)
    assert set(found) == {"test_mse", "test_loss", "test_error", "test_kl", "knn1_accuracy_2d"}


def test_same_weights_give_the_same_numbers(tiny_root: Path, few: ImageSet) -> None:
    assert measured(tiny_root, "digits-aae-30", few)[1] == measured(tiny_root, "digits-aae-30", few)[1]


def test_one_object_of_json_is_printed(
    tiny_root: Path, few: ImageSet, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("MORPHOSPACE_CHECKPOINTS", str(tiny_root))
    monkeypatch.setattr(evaluate, "full_set", lambda dataset, settings: few)
    evaluate.main(["digits-ae-dense", "--json"])
    found = json.loads(capsys.readouterr().out)
    assert found["id"] == "digits-ae-dense"
    assert found["test_mse"] > 0


def test_without_the_data_set_it_says_how_to_get_it(tmp_path: Path) -> None:
    settings = Settings.from_environment({"MORPHOSPACE_CACHE": str(tmp_path)})
    with pytest.raises(SystemExit, match="core.datasets get digits"):
        evaluate.full_set("digits", settings)


@pytest.mark.parametrize("name", checkpoints.names(ROOT / "checkpoints"))
def test_shipped_cards_are_measured_and_their_files_sound(name: str) -> None:
    root = ROOT / "checkpoints"
    card = checkpoints.read_card(root, name)
    for file in card.sha256:
        checkpoints.verified_bytes(root, card, file)
    assert all(torch.isfinite(value).all() for value in checkpoints.load_model(root, card).state_dict().values())
    assert card.family in APART or len(checkpoints.load_gallery(root, card)) == 5000
    assert card.family != "text" or len(checkpoints.load_items(root, card)) == 5000
    assert card.metrics
    assert set(REPORTED.get(name, {})) <= set(card.metrics)


@pytest.mark.parametrize("name", RECIPES)
def test_every_recipe_is_shipped_as_it_stands(name: str) -> None:
    recipe, card = RECIPES[name], checkpoints.read_card(ROOT / "checkpoints", name)
    assert card.config == card.config | json.loads(json.dumps(recipe.config))
    assert card.note == recipe.note
    assert (card.training["epochs"], card.training["batch"], card.training["rate"], card.training["seed"]) == (
        recipe.plan.epochs,
        recipe.plan.batch,
        recipe.plan.rate,
        recipe.seeds[0],
    )
    # Weights of each seed; a GAN's history and, where it knows styles, its writers; the gallery of what encodes
    # images, where the code has two numbers the place of every item, directions of attributes where there are any.
    gan = 1 + bool(card.config.get("style"))
    # What knows words ships them, and items to search with.
    apart = {
        "probe": 0,
        "style": 0,
        "gan": gan,
        "text": 2,
        "reader": 1,
        "compose": int(bool(card.config.get("kinds"))),
    }
    others = apart.get(card.family, 1 + (card.dim == 2 or name == "faces-64"))
    assert len(card.sha256) == len(recipe.seeds) + others


def test_the_gallery_holds_what_the_weights_give() -> None:
    """A sample of every digits gallery, encoded again."""
    root, data = ROOT / "checkpoints", digits.embedded()
    for name in checkpoints.names(root):
        card = checkpoints.read_card(root, name)
        if card.dataset != "digits":
            continue
        items = checkpoints.load_gallery(root, card)
        some = np.arange(0, 5000, 250)
        images = np.stack([data.image(int(i)) for i in items.index[some]])
        again = Runner(checkpoints.load_model(root, card), card).encode(images)
        np.testing.assert_allclose(items.z[some], again, rtol=0.01, atol=0.02)
