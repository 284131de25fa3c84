"""Cards, checkpoints, galleries: what is written is what is read, and every kind of damage has its message."""

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from safetensors.torch import load_file, save_file

from core import cards, checkpoints, gallery
from core.checkpoints import CARD, GALLERY, MODEL, CheckpointError
from core.datasets import SOURCES
from core.gallery import Gallery
from core.own_models import places
from dashboard import inspection
from tests import tiny

NAME = "digits-ae-dense"


@pytest.fixture
def root(own_checkpoints: Callable[..., Path]) -> Path:
    """A folder with one sound checkpoint, to be damaged."""
    return own_checkpoints(NAME)


def rewrite(root: Path, **changes: object) -> None:
    """Change fields of the card."""
    path = root / NAME / CARD
    path.write_text(json.dumps(json.loads(path.read_text()) | changes))


def resign(root: Path) -> None:
    """Let the card describe the files as they are now."""
    rewrite(root, sha256={file: checkpoints.sha256(root / NAME / file) for file in (MODEL, GALLERY)})


def load(root: Path) -> None:
    """Load everything, as the dashboard does before it offers a checkpoint."""
    card = checkpoints.read_card(root, NAME)
    checkpoints.load_model(root, card)
    checkpoints.load_gallery(root, card)


@pytest.mark.parametrize("kind", tiny.KINDS)
def test_every_architecture_loads(tiny_root: Path, kind: str) -> None:
    card = checkpoints.read_card(tiny_root, f"digits-{kind}")
    model = checkpoints.load_model(tiny_root, card)
    items = checkpoints.load_gallery(tiny_root, card)
    assert not model.training
    assert all(p.dtype == torch.float32 and not p.requires_grad for p in model.parameters())
    assert checkpoints.count_parameters(model.requires_grad_()) == card.parameters
    assert items.z.shape == (tiny.ITEMS, card.dim)
    assert (items.category is not None) == (card.family == "aae")


def test_card_survives_writing_and_reading(tiny_root: Path, tmp_path: Path) -> None:
    card = checkpoints.read_card(tiny_root, NAME)
    (tmp_path / NAME).mkdir()
    cards.write(card, tmp_path / NAME / CARD)
    assert cards.read(tmp_path / NAME / CARD) == card
    assert card.value("test_mse") == pytest.approx(0.0104)
    assert card.value("unheard_of") is None


def test_gallery_survives_writing_and_reading(tmp_path: Path) -> None:
    rng = np.random.default_rng(0)
    z = rng.normal(size=(4, 3)).astype(np.float16).astype(np.float32)
    items = Gallery(
        index=np.array([2, 5, 7, 60_001]),
        label=np.array([1, 0, 9, 3]),
        z=z,
        error=rng.uniform(size=4).astype(np.float32),
        maps={"pca": z[:, :2]},
        category=np.array([0, 29, 3, 3]),
        confidence=np.array([0.5, 1, 0.25, 0.75], np.float32),
    )
    gallery.save(items, tmp_path / GALLERY)
    back = gallery.load(tmp_path / GALLERY)
    for name in ("index", "label", "z", "error", "category", "confidence"):
        np.testing.assert_array_equal(getattr(back, name), getattr(items, name))
    np.testing.assert_array_equal(back.maps["pca"], z[:, :2])
    assert back.realism is None
    assert (back.row(7), back.row(8)) == (2, None)


def test_gallery_refuses_rows_that_do_not_match() -> None:
    rows = np.arange(3)
    with pytest.raises(ValueError, match="label has 2 rows, index has 3"):
        Gallery(rows, rows[:2], np.zeros((3, 2), np.float32), np.zeros(3, np.float32), {})
    with pytest.raises(ValueError, match=r"map 'umap' has shape \(3, 3\)"):
        Gallery(rows, rows, np.zeros((3, 2)), np.zeros(3), {"umap": np.zeros((3, 3))})


def test_missing_model(root: Path) -> None:
    (root / NAME / MODEL).unlink()
    with pytest.raises(CheckpointError, match=f"{NAME}: {MODEL} is missing"):
        load(root)


def test_missing_card(root: Path) -> None:
    (root / NAME / CARD).unlink()
    with pytest.raises(CheckpointError, match="has no card.json"):
        load(root)


@pytest.mark.parametrize("file", [MODEL, GALLERY])
def test_truncated_file(root: Path, file: str) -> None:
    path = root / NAME / file
    path.write_bytes(path.read_bytes()[:-10])
    with pytest.raises(CheckpointError, match=f"{NAME}: {file} is not the file that the card describes"):
        load(root)


def test_wrong_hash(root: Path) -> None:
    rewrite(root, sha256={MODEL: "0" * 64, GALLERY: "0" * 64})
    with pytest.raises(CheckpointError, match="sha256 differs"):
        load(root)


def test_no_hash(root: Path) -> None:
    rewrite(root, sha256={})
    with pytest.raises(CheckpointError, match=f"the card has no sha256 for {MODEL}"):
        load(root)


def test_corrupt_weights_under_a_right_hash(root: Path) -> None:
    (root / NAME / MODEL).write_bytes(b"not a tensor in sight" * 10)
    resign(root)
    with pytest.raises(CheckpointError, match=f"{MODEL} cannot be loaded"):
        load(root)


def test_corrupt_gallery_under_a_right_hash(root: Path) -> None:
    path = root / NAME / GALLERY
    path.write_bytes(path.read_bytes()[:200])
    resign(root)
    with pytest.raises(CheckpointError, match=f"{NAME}: .*Restore its folder"):
        load(root)


def test_pickled_gallery_is_refused(root: Path) -> None:
    np.savez(root / NAME / GALLERY, index=np.array([{"a": 1}], dtype=object))
    resign(root)
    with pytest.raises(CheckpointError, match=NAME):
        load(root)


def test_wrong_shape_of_weights(root: Path) -> None:
    tensors = load_file(root / NAME / MODEL)
    name = next(iter(tensors))
    save_file(tensors | {name: torch.zeros(3, 3)}, root / NAME / MODEL)
    resign(root)
    with pytest.raises(CheckpointError, match=f"(?s)does not fit its architecture.*{name}"):
        load(root)


def test_missing_tensor(root: Path) -> None:
    tensors = load_file(root / NAME / MODEL)
    name = tensors.popitem()[0]
    save_file(tensors, root / NAME / MODEL)
    resign(root)
    with pytest.raises(CheckpointError, match=name):
        load(root)


def test_wrong_width_of_codes(root: Path) -> None:
    items = gallery.load(root / NAME / GALLERY)
    gallery.save(replace(items, z=items.z[:, :5]), root / NAME / GALLERY)
    resign(root)
    with pytest.raises(CheckpointError, match="gallery codes have 5 numbers, the card says 16"):
        load(root)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("{", "unreadable"),
        ("[]", "list, not an object"),
        ("{}", "incomplete"),
        ('{"id": 3, "metrics": []}', "incomplete"),
    ],
)
def test_damaged_card(root: Path, text: str, message: str) -> None:
    (root / NAME / CARD).write_text(text)
    with pytest.raises(CheckpointError, match=message):
        load(root)


def test_card_of_another_folder(root: Path) -> None:
    rewrite(root, id="digits-ae-other")
    with pytest.raises(CheckpointError, match="belongs to 'digits-ae-other'"):
        load(root)


@pytest.mark.parametrize("name", ["../digits-ae-dense", "Digits", "a/b", "", ".."])
def test_names_that_are_none(root: Path, name: str) -> None:
    with pytest.raises(CheckpointError, match="is not the name of a checkpoint"):
        checkpoints.folder(root, name)


def test_unknown_name_lists_the_known(root: Path) -> None:
    with pytest.raises(CheckpointError, match=f"no checkpoint 'digits-vae'; there are: {NAME}"):
        checkpoints.folder(root, "digits-vae")
    assert checkpoints.names(root / "nowhere") == []


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"architecture": "transformer"}, "architecture 'transformer' is not one of"),
        ({"config": {"depth": 3}}, "do not fit architecture"),
        ({"dataset": "birds"}, "data set 'birds' is not one of"),
        ({"family": "flow"}, "family 'flow' is not one of"),
        ({"shape": [64, 64, 3]}, "images of shape"),
    ],
)
def test_inspection_keeps_the_sound_and_names_the_broken(
    own_checkpoints: Callable[..., Path], changes: dict, message: str
) -> None:
    root = own_checkpoints(NAME, "digits-aae-30", "fashion-vae-2d")
    rewrite(root, **changes)
    found = inspection.inspect([root], SOURCES)
    sound = found.sound
    broken = found.broken | inspection.unbuildable((root, card) for card in sound.values())
    assert [name for name in sound if name not in broken] == ["digits-aae-30", "fashion-vae-2d"]
    assert list(broken) == [NAME]
    assert message in broken[NAME]


def test_codes_of_an_earlier_bringing_are_not_those_of_the_set(own_checkpoints: Callable[..., Path]) -> None:
    root = own_checkpoints(NAME, "fashion-vae-2d")
    rewrite(root, training={places.BROUGHT: "2026-01-01T00:00:00+00:00"})
    dataset = checkpoints.read_card(root, NAME).dataset
    assert inspection.inspect([root], SOURCES).broken == {}
    assert inspection.inspect([root], SOURCES, {dataset: "2026-01-01T00:00:00+00:00"}).broken == {}
    found = inspection.inspect([root], SOURCES, {dataset: "2026-02-02T00:00:00+00:00"})
    assert list(found.sound) == ["fashion-vae-2d"]
    assert "brought anew since. Encode or train anew" in found.broken[NAME]


def test_half_keeps_whole_numbers_whole() -> None:
    state = checkpoints.half({"w": torch.ones(2), "steps": torch.tensor(3), "variance": torch.tensor([1.0, 7e4])})
    assert state["variance"].dtype == torch.float32
    assert state["w"].dtype == torch.float16
    assert state["steps"].dtype == torch.int64
