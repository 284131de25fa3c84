"""Recipes of writers from the command line on other characters than the digits."""

import csv
import json
import sys
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from safetensors.torch import load_file

from core.datasets import digits
from core.datasets.writers import part
from core.training import __main__ as command
from core.training import alphabet
from core.training.recipes import RECIPES

NAMES = ("alpha", "beta", "gamma")
WRITERS, EACH = 20, 8  # how many, and how often each writes each character


@pytest.fixture(scope="module")
def table(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of digits that are called letters, by numbered writers."""
    folder = tmp_path_factory.mktemp("letters")
    data, rows = digits.embedded(), []
    for label, name in enumerate(NAMES):
        for i, place in enumerate(np.flatnonzero(data.labels == label)[: WRITERS * EACH]):
            file = f"{name}-{i}.png"
            Image.fromarray(data.images[place, ..., 0]).save(folder / file)
            rows.append((file, name, 100 + i % WRITERS))
    with (folder / "letters.csv").open("w", newline="") as file:
        csv.writer(file).writerows([("file", "label", "writer"), *rows])
    return folder / "letters.csv"


def run(recipe: str, table: Path, runs: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The command line, for an epoch; the folder of the run."""
    words = ["core.training", recipe, "--characters", str(table), "--runs", str(runs)]
    monkeypatch.setattr(sys, "argv", [*words, "--epochs", "1", "--threads", "1", "--device", "cpu"])
    command.main()
    return runs / f"{recipe}-0"


def test_style_and_gan_learn_the_classes_and_writers_of_a_folder(
    table: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    known = int((part(np.arange(100, 100 + WRITERS)) == 0).sum())
    style = load_file(run("writers-style", table, tmp_path, monkeypatch) / "model.safetensors")
    assert style["writers"].shape[0] == known
    folder = run("writers-dcgan", table, tmp_path, monkeypatch)
    weights = load_file(folder / "model.safetensors")
    assert weights["centres"].shape == (3, 7, 8)
    assert weights["generator.condition.classes.weight"].shape[0] == 3
    np.testing.assert_array_equal(weights["hand.writers"].numpy(), style["writers"].numpy())
    assert Image.open(folder / "epoch-001.png").size == (14 * 28, 3 * 28)


def test_femnist_is_62_classes(tmp_path: Path) -> None:
    users = {f"f{100 + i:04}_00": {"x": np.ones((2, 784)).tolist(), "y": [i, 61]} for i in range(6)}
    (tmp_path / "all_data_0.json").write_text(json.dumps({"user_data": users}))
    data = alphabet.read([tmp_path / "all_data_0.json"])
    recipe = alphabet.fitted(RECIPES["writers-plain"], data)
    assert (recipe.dataset, recipe.config["classes"], recipe.config["clusters"]) == ("femnist", 62, 0)
    assert recipe.config["writers"] == len(np.unique(data.split("train").people))
    assert alphabet.fitted(RECIPES["writers-probe"], data).config == {"classes": 62}


@pytest.mark.parametrize("name", ["writers-each", "fashion-dcgan", "digits-ae-dense"])
def test_what_is_of_other_images_is_refused(
    name: str, table: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(SystemExit, match=f"{name} cannot be trained on other characters"):
        run(name, table, tmp_path, monkeypatch)


def test_files_that_are_neither_are_refused(tmp_path: Path) -> None:
    for names in (["a.txt"], ["a.csv", "b.csv"], ["a.csv", "b.json"]):
        with pytest.raises(alphabet.DatasetError, match=f"not from {', '.join(names)}"):
            alphabet.read([tmp_path / name for name in names])
