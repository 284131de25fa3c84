"""A person's own data sets: read back as they were written, and refused where they are damaged."""

import dataclasses
import json
from pathlib import Path

import numpy as np
import pytest

from core import datasets
from core.datasets import DatasetError, own
from core.datasets.own import About, Items
from core.settings import Settings

ABOUT = About("cats", "My cats", (4, 5, 3), 6, 4, ("black", "white"), validation_size=1, groups=("a", "b"))


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings((), tmp_path / "checkpoints", tmp_path / "cache", home=tmp_path / "home")


@pytest.fixture
def folder(settings: Settings) -> Path:
    made = datasets.own_folder(settings) / ABOUT.name
    made.mkdir(parents=True)
    images = np.arange(6 * 60, dtype=np.uint8).reshape(6, 4, 5, 3)
    np.save(made / own.IMAGES, images)
    facts = {"width": np.arange(6)}
    group = np.array([0, 1, -1, 0, 0, 1])
    own.write_items(
        Items(np.array([0, 1, 1, 0, 0, 1]), group, None, {"file": np.array(list("abcdef"))}, facts),
        made / own.ITEMS,
    )
    own.write_about(ABOUT, made)
    return made


def test_a_set_comes_back_as_it_was_written(settings: Settings, folder: Path) -> None:
    data = datasets.load("cats", settings)
    assert data is not None
    assert isinstance(data.images, np.memmap)
    assert data.images[3, 0, 0].tolist() == [180, 181, 182]
    assert data.labels.tolist() == [0, 1, 1, 0, 0, 1]
    assert [len(data.split(part)) for part in ("train", "validation", "test")] == [4, 1, 1]
    assert data.fields["file"].tolist() == list("abcdef")
    assert data.people is not None
    assert data.people[2] == -1
    assert own.read_items(folder, own.read_about(folder)).facts["width"].tolist() == list(range(6))
    assert own.read_about(folder) == ABOUT


def test_own_sets_stand_after_the_others(settings: Settings, folder: Path) -> None:
    found = datasets.sources(settings)
    assert list(found) == [*datasets.SOURCES, "cats"]
    assert (found["cats"].title, found["cats"].size, found["cats"].own) == ("My cats", 6, True)
    with pytest.raises(ValueError, match="'cats'"):
        datasets.load("dogs", settings)


def test_a_set_cannot_take_the_place_of_another(settings: Settings, folder: Path) -> None:
    other = folder.with_name("digits")
    folder.rename(other)
    own.write_about(dataclasses.replace(ABOUT, name="digits"), other)
    assert not datasets.sources(settings)["digits"].own


@pytest.mark.parametrize(
    ("file", "content"),
    [
        (own.SET, b"{"),
        (own.SET, b"[]"),
        (own.SET, json.dumps({"name": "cats"}).encode()),
        (own.ITEMS, b"PK\x03\x04"),
        (own.IMAGES, b"\x93NUMPY"),
        (own.IMAGES, b""),
    ],
)
def test_damaged_files_are_named(settings: Settings, folder: Path, file: str, content: bytes) -> None:
    (folder / file).write_bytes(content)
    with pytest.raises(DatasetError, match=file):
        datasets.load("cats", settings)


@pytest.mark.parametrize(
    "change", [{"size": 5}, {"labels": ("black",)}, {"shape": (5, 4, 3)}, {"train_size": 6}, {"name": "dogs"}]
)
def test_files_that_do_not_fit_each_other_are_refused(settings: Settings, folder: Path, change: dict) -> None:
    raw = dataclasses.asdict(ABOUT) | change
    (folder / own.SET).write_text(json.dumps(raw))
    with pytest.raises(DatasetError, match="cats"):
        datasets.load("cats", settings)
