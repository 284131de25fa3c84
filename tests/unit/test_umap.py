"""UMAP maps, in one file: numba compiles once a process, and that takes longer than all of these tests."""

from pathlib import Path

import numpy as np
import pytest

from core import checkpoints, jobs, projection
from core.checkpoints import CheckpointError
from core.jobs import Reporter
from core.own_models import encode, places, umap
from core.projection import fit_umap, place_umap
from core.settings import Settings
from tests import tiny_own

AAE = "digits-aae-10"


@pytest.fixture
def settings(tiny_root: Path, tmp_path: Path) -> Settings:
    """Tiny checkpoints beside an own set."""
    found = Settings((), tiny_root, tmp_path / "cache", home=tmp_path / "home", device="cpu")
    tiny_own.bring(found.own)
    return found


def test_a_map_is_seeded_centred_and_keeps_blobs_apart() -> None:
    rng = np.random.default_rng(1)
    z = rng.normal(size=(200, 5))
    z[100:] += 20
    xy = fit_umap(z, seed=3)
    assert (xy.shape, xy.dtype) == ((200, 2), np.float32)
    np.testing.assert_allclose(xy.mean(axis=0), 0, atol=1e-5)
    centres = xy[:100].mean(axis=0), xy[100:].mean(axis=0)
    assert np.linalg.norm(centres[0] - centres[1]) > 3 * xy[:100].std(axis=0).max()
    placed = place_umap(z[100:110] + 0.01, z, xy)
    assert np.linalg.norm(placed - xy[100:110], axis=1).mean() < xy[100:].std(axis=0).max()
    assert not projection.UMAP_LOCK.locked()


def test_umap_is_added_and_the_card_stays_true(settings: Settings) -> None:
    id = encode.encode(settings, "shapes", AAE, Reporter())
    before = checkpoints.load_gallery(places.root(settings), checkpoints.read_card(places.root(settings), id))
    steps: list[jobs.Status] = []
    umap.add(settings, id, Reporter(say=steps.append))
    card = checkpoints.read_card(places.root(settings), id)
    items = checkpoints.load_gallery(places.root(settings), card)  # compares digests
    assert list(items.maps) == ["umap", "pca"]
    assert items.z.tobytes() == before.z.tobytes()
    assert {"trustworthiness", "knn1_accuracy"} <= set(card.maps["umap"])
    assert any("round" in status.text for status in steps)
    checkpoints.load_model(places.root(settings), card)


def test_a_map_of_many_is_fitted_to_some_and_the_others_are_placed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(umap, "FITTED", 60)
    draw = np.random.default_rng(0)
    labels = np.repeat([0, 1, 2], [70, 29, 1])
    z = draw.normal(size=(100, 8)) + 20 * np.eye(3, 8)[labels]
    rows = umap.sample(labels, 60)
    assert len(rows) <= 60
    assert np.bincount(labels[rows]) == pytest.approx([42, 17, 1], abs=2)
    xy = umap.lay_out(z, labels, lambda done, text: None)
    assert np.isfinite(xy).all()
    rest = np.setdiff1d(np.arange(100), rows)
    nearest = np.linalg.norm(xy[rest][:, None] - xy[rows], axis=2).argmin(1)
    assert (labels[rows][nearest] == labels[rest]).mean() > 0.95


def test_a_map_where_none_can_be(settings: Settings) -> None:
    id = encode.encode(settings, "shapes", "digits-vae-2d", Reporter())
    with pytest.raises(ValueError, match="needs no UMAP"):
        umap.add(settings, id, Reporter())
    with pytest.raises(CheckpointError, match="stays as it is"):
        umap.add(settings, AAE, Reporter())
