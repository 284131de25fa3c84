"""Training on toy runs of seconds: it learns, resumes exactly, and what it writes can be published."""

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch

from core import checkpoints
from core.augment import Affine, affine
from core.datasets import digits
from core.datasets.base import ImageSet
from core.models import build
from core.models.aae import merge, within_groups
from core.training import objectives, partners, publish
from core.training.loop import train
from core.training.recipes import RECIPES

SMALL = {
    "aae": {"categories": 4, "style": 3, "channels": 4, "hidden": 16},
    "vae-dense": {"hidden": 16},
    "vae-conv": {"channels": 2, "hidden": 16, "blocks": 1},
    "vae-gru": {"hidden": 8, "dense": 8},
    "vae-attention": {"hidden": 8, "dense": 8, "heads": 2},
    "ae-dense": {"outer": 32, "inner": 16, "dim": 8},
    "ae-conv": {"channels": 4, "hidden": 32},
}


@pytest.fixture(scope="module")
def few() -> np.ndarray:
    """160 real digits, 16 of each."""
    data = digits.embedded()
    rows = np.concatenate([np.flatnonzero(data.labels == label)[:16] for label in range(10)])
    return data.images[rows]


def toy(name: str, *, epochs: int = 3):
    """A recipe of the repository, shrunk to seconds."""
    recipe = RECIPES[name]
    config = {**SMALL[recipe.architecture]}
    if recipe.architecture == "aae" and recipe.config["groups"]:
        config |= {"groups": 2}
    if recipe.architecture == "ae-conv":
        config |= {"code": recipe.config["code"], "up": recipe.config["up"]}
    return replace(recipe, config=config, plan=replace(recipe.plan, epochs=epochs, batch=32))


@pytest.mark.parametrize(
    "name", [*(name for name in RECIPES if name.startswith("digits")), "fashion-aae-30", "fashion-vae-2d-conv"]
)
def test_every_recipe_learns(name: str, few: np.ndarray, tmp_path: Path) -> None:
    recipe = toy(name, epochs=4)
    model = train(recipe, few, folder=tmp_path, seed=0)
    lines = (tmp_path / "log.jsonl").read_text().splitlines()
    assert len(lines) == 4
    first, last = json.loads(lines[0]), json.loads(lines[-1])
    key = next(key for key in ("mse", "loss", "error") if key in first)
    assert last[key] < first[key]
    x = torch.from_numpy(few[:5].transpose(0, 3, 1, 2).copy()).float() / 255
    assert model.decode(model.encode(x)).shape == (5, 1, 28, 28)


@pytest.mark.parametrize("name", ["digits-aae-10", "fashion-aae-30", "digits-ae-conv-dense-deconv"])
def test_a_cut_off_run_ends_like_an_uncut_one(name: str, few: np.ndarray, tmp_path: Path) -> None:
    recipe = toy(name)
    whole = train(recipe, few, folder=tmp_path / "whole", seed=3).state_dict()
    train(recipe, few, folder=tmp_path / "cut", seed=3, epochs=1)
    resumed = train(recipe, few, folder=tmp_path / "cut", seed=3).state_dict()
    assert len((tmp_path / "cut" / "log.jsonl").read_text().splitlines()) == 3
    for key, value in whole.items():
        torch.testing.assert_close(resumed[key], value, rtol=0, atol=0)


def test_another_recipes_state_is_refused(few: np.ndarray, tmp_path: Path) -> None:
    train(toy("digits-vae-2d"), few, folder=tmp_path, seed=0, epochs=1)
    with pytest.raises(ValueError, match="another recipe"):
        train(toy("digits-vae-2d"), few, folder=tmp_path, seed=1, epochs=1)


def test_too_few_images_are_refused(few: np.ndarray, tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="do not fill one batch"):
        train(toy("digits-vae-2d"), few[:5], folder=tmp_path, seed=0)


def test_dense_vae_has_exactly_the_stated_parameters() -> None:
    model = build("vae-dense", {})
    encoder = sum(checkpoints.count_parameters(part) for part in (model.encoder, model.to_mean, model.to_logvar))
    assert encoder == 403_972
    assert checkpoints.count_parameters(model.decoder) == 403_728


def test_codes_of_the_five_autoencoders_have_64_numbers() -> None:
    for name, recipe in RECIPES.items():
        if "-ae-" in name:
            model = build(recipe.architecture, recipe.config)
            assert model.dim == 64
            assert model.encode(torch.zeros(2, 1, 28, 28)).shape == (2, 64)


def test_mutual_information_is_that_of_the_joint_table() -> None:
    sure = torch.eye(4)[torch.arange(400) % 4]
    assert float(objectives.mutual_information(sure, sure)) == pytest.approx(np.log(4), abs=1e-4)
    same = torch.full((50, 4), 0.25)
    assert float(objectives.mutual_information(same, same)) == pytest.approx(0, abs=1e-6)


def test_copies_in_two_categories_that_follow_from_each_other_count_less_than_in_one() -> None:
    recipe = RECIPES["digits-aae-10"]
    objective = recipe.objective(build(recipe.architecture, recipe.config), recipe.plan, 10)
    one, other = torch.eye(10)[torch.arange(100) % 10], torch.eye(10)[(torch.arange(100) + 1) % 10]
    plain = objectives.mutual_information
    assert float(plain(one, other)) > 0.5 * float(plain(one, one))  # what it does not see by itself
    assert float(objective.information(one, other)) < 0 < float(objective.information(one, one))


def test_partners_are_the_image_and_those_nearest_by_pixels(few: np.ndarray) -> None:
    images = torch.from_numpy(few.transpose(0, 3, 1, 2).copy())
    found = partners.nearest(images, 3, dims=784, block=50)
    x = few.reshape(len(few), -1).astype(np.float64)
    for row in range(0, len(few), 7):
        distance = np.square(x - x[row]).sum(1)
        np.testing.assert_array_equal(found[row], np.argsort(distance, kind="stable")[:4])
    rows = torch.arange(len(few))
    drawn = partners.draw(found, rows, torch.Generator().manual_seed(0))
    assert (found == drawn[:, None]).any(1).all()
    assert 0 < (drawn == rows).float().mean() < 1


def test_merge_sums_every_tenth_category() -> None:
    p = torch.arange(30.0)[None]
    merged = merge(p, 10)
    assert merged.shape == (1, 10)
    assert float(merged[0, 3]) == 3 + 13 + 23


def test_categories_in_groups_add_up() -> None:
    draw = torch.Generator().manual_seed(0)
    fine, coarse = torch.randn(5, 16, generator=draw), torch.randn(5, 10, generator=draw)
    p = within_groups(fine, coarse).exp()
    torch.testing.assert_close(p.sum(1), torch.ones(5))
    torch.testing.assert_close(merge(p, 10), coarse.softmax(1))
    torch.testing.assert_close(p[:, 13] / p[:, 3], (fine[:, 13] - fine[:, 3]).exp())


def test_affine_without_strength_changes_nothing() -> None:
    x = torch.rand(3, 1, 28, 28)
    still = Affine(rotation=0, scale=0, shear=0, shift=0)
    torch.testing.assert_close(affine(x, still, torch.Generator().manual_seed(0)), x, atol=1e-5, rtol=0)


def test_gradual_changes_leave_a_fifth_as_they_are() -> None:
    x = torch.rand(400, 1, 28, 28)
    changed = affine(x, Affine(contrast=0.2, blur=0.5), torch.Generator().manual_seed(0), gradual=True)
    same = ((changed - x).abs().amax(dim=(1, 2, 3)) < 1e-4).float().mean()
    assert 0.12 < float(same) < 0.28


def test_blur_keeps_the_mean_of_what_lies_inside() -> None:
    x = torch.zeros(5, 1, 28, 28)
    x[:, :, 14, 14] = 1
    only = Affine(rotation=0, scale=0, shear=0, shift=0, blur=1)
    blurred = affine(x, only, torch.Generator().manual_seed(0))
    assert float(blurred.amax()) < 1
    torch.testing.assert_close(blurred.sum(dim=(1, 2, 3)), torch.ones(5), atol=1e-4, rtol=0)


def test_publish_writes_a_checkpoint_that_loads(few: np.ndarray, tmp_path: Path) -> None:
    recipe = replace(toy("digits-aae-10", epochs=1), seeds=(0, 1))
    data = digits.embedded()
    some = ImageSet("digits", data.images, data.labels, data.index, 60_000, data.label_names, "test")
    from safetensors.torch import save_file

    for seed in recipe.seeds:
        folder = tmp_path / "runs" / f"{recipe.id}-{seed}"
        save = train(recipe, few, folder=folder, seed=seed).state_dict()
        save_file({key: value.contiguous() for key, value in save.items()}, folder / "model.safetensors")
    publish.publish(recipe, runs=tmp_path / "runs", root=tmp_path / "made", data=some, umap=False)
    card = checkpoints.read_card(tmp_path / "made", recipe.id)
    gallery = checkpoints.load_gallery(tmp_path / "made", card)
    assert set(card.sha256) == {"model.safetensors", "model-seed1.safetensors", "gallery.npz"}
    assert len(gallery) == 5000
    assert gallery.category is not None
    checkpoints.load_model(tmp_path / "made", card, file="model-seed1.safetensors")
