"""Models of one's own sets: encoded in a stream, resumed after a kill, measured from the code, mapped by UMAP."""

import dataclasses
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from core import checkpoints, datasets, projection
from core.datasets import own
from core.inference import Runner
from core.jobs import Reporter, StoppedError
from core.own_models import encode, numbers, places, stream
from core.settings import ROOT, Settings
from tests import tiny_own

AAE = "digits-aae-10"


@pytest.fixture
def settings(tiny_root: Path, tmp_path: Path) -> Settings:
    return Settings((), tiny_root, tmp_path / "cache", home=tmp_path / "home")


@pytest.fixture
def shapes(settings: Settings) -> own.About:
    return own.read_about(tiny_own.bring(settings.own))


class Stopping(Reporter):
    """A person who asks for a stop after some steps."""

    def __init__(self, after: int) -> None:
        super().__init__()
        self.left = after

    def stopping(self) -> bool:
        self.left -= 1
        return self.left < 0


def environment(settings: Settings) -> dict[str, str]:
    return {
        **os.environ,
        "MORPHOSPACE_CHECKPOINTS": str(settings.checkpoints),
        "MORPHOSPACE_HOME": str(settings.own),
        "PYTHONPATH": str(ROOT),
        "OMP_NUM_THREADS": "1",
    }


# As ``python -m core.own_models``, but it waits once the first codes are on the disk.
HELD = """
import time
from core.own_models import __main__, stream
stream.forget = lambda array: time.sleep(3600)
__main__.main()
"""


def held(settings: Settings, *arguments: str) -> subprocess.Popen[bytes]:
    """The command with these arguments, in a process of its own."""
    words = [sys.executable, "-c", HELD, *arguments]
    return subprocess.Popen(words, env=environment(settings), stdout=subprocess.PIPE, stderr=subprocess.STDOUT)


def until(true: Callable[[], bool], process: subprocess.Popen[bytes], *, seconds: float = 240) -> None:
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end, "it took too long"
        if process.poll() is not None:
            return
        time.sleep(0.005)


def test_a_set_that_is_encoded_in_a_stream_is_as_if_it_were_encoded_at_once(
    settings: Settings, shapes: own.About, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(stream, "CHUNK", 20)
    id = encode.encode(settings, "shapes", AAE, Reporter())
    assert id == f"shapes-{AAE}"
    card = checkpoints.read_card(places.root(settings), id)
    items = checkpoints.load_gallery(places.root(settings), card)
    data = datasets.load("shapes", settings)
    assert data is not None
    assert items.index.tolist() == list(range(96))
    assert (items.label == data.labels).all()
    runner = Runner(checkpoints.load_model(places.root(settings), card), card)
    z = runner.encode(np.asarray(data.images)).astype(np.float16).astype(np.float32)
    np.testing.assert_allclose(items.z, z, atol=1e-3)
    error = np.square(runner.decode_float(items.z) - data.images / np.float32(255)).mean((1, 2, 3))
    np.testing.assert_allclose(items.error, error, rtol=1e-4)
    assert items.category is not None
    assert (items.category == items.z[:, :10].argmax(1)).mean() > 0.98
    np.testing.assert_allclose(items.maps["pca"], projection.fit_pca(items.z).place(items.z), atol=1e-3)
    assert card.metrics["test_mse"].value == pytest.approx(error[72:].mean(), rel=1e-4)
    assert (card.metrics["test_mse"].n, card.metrics["test_mse"].split) == (24, "test")
    assert card.dataset == "shapes"
    assert "never saw" in card.note
    assert card.training[places.ENCODER] == AAE
    assert not places.run_folder(settings, id).exists()


def test_what_was_stopped_goes_on_and_ends_with_the_same_bytes(
    settings: Settings, shapes: own.About, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(stream, "CHUNK", 20)
    id = encode.encode(settings, "shapes", AAE, Reporter())
    whole = (places.root(settings) / id / checkpoints.GALLERY).read_bytes()
    places.remove(settings, id)
    for after in (0, 1, 2):
        with pytest.raises(StoppedError):
            encode.encode(settings, "shapes", AAE, Stopping(after))
    assert places.read_json(places.run_folder(settings, id) / "codes" / stream.AT)["done"] == 60
    assert encode.encode(settings, "shapes", AAE, Reporter()) == id
    assert (places.root(settings) / id / checkpoints.GALLERY).read_bytes() == whole


def test_a_set_that_was_brought_again_is_encoded_from_the_beginning(
    settings: Settings, shapes: own.About, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(stream, "CHUNK", 20)
    with pytest.raises(StoppedError):
        encode.encode(settings, "shapes", AAE, Stopping(3))
    folder = datasets.own_folder(settings) / "shapes"
    own.write_about(dataclasses.replace(shapes, made="2026-02-02T00:00:00"), folder)
    images = np.load(folder / own.IMAGES)
    np.save(folder / own.IMAGES, 255 - images)
    id = encode.encode(settings, "shapes", AAE, Reporter())
    card = checkpoints.read_card(places.root(settings), id)
    runner = Runner(checkpoints.load_model(places.root(settings), card), card)
    found = checkpoints.load_gallery(places.root(settings), card)
    np.testing.assert_allclose(found.z, runner.encode(255 - images), atol=2e-3)


def test_encoding_that_is_killed_goes_on_and_ends_with_the_same_codes(settings: Settings) -> None:
    tiny_own.bring(settings.own, n=6000, test=10)
    id = encode.encode(settings, "shapes", AAE, Reporter())
    whole = checkpoints.load_gallery(places.root(settings), checkpoints.read_card(places.root(settings), id))
    places.remove(settings, id)
    noted = places.run_folder(settings, id) / "codes" / stream.AT
    process = held(settings, "encode", "shapes", AAE)
    until(lambda: int(str(places.read_json(noted).get("done", 0))) > 0, process)
    process.send_signal(signal.SIGKILL)
    process.communicate()
    assert not (places.root(settings) / id).exists()
    assert noted.exists()
    encode.encode(settings, "shapes", AAE, Reporter())
    again = checkpoints.load_gallery(places.root(settings), checkpoints.read_card(places.root(settings), id))
    assert again.z.tobytes() == whole.z.tobytes()
    assert again.error.tobytes() == whole.error.tobytes()


@pytest.mark.parametrize("labels", [("disc", "square"), (own.UNLABELLED,)])
@pytest.mark.parametrize("source", [AAE, "digits-ae-dense", "digits-vae-2d-conv"])
def test_only_what_can_be_measured_stands_on_the_card(
    settings: Settings, source: str, labels: tuple[str, ...]
) -> None:
    tiny_own.bring(settings.own, labels=labels)
    id = encode.encode(settings, "shapes", source, Reporter())
    card = checkpoints.read_card(places.root(settings), id)
    of_labels = {"cluster_error", "nmi", "precision_at_1", "knn1_accuracy_2d", "map"} & set(card.metrics)
    assert bool(of_labels) == (len(labels) > 1)
    assert ("knn1_accuracy" in card.maps["codes"]) == (len(labels) > 1)
    assert all(np.isfinite(metric.value) for metric in card.metrics.values())
    assert (checkpoints.MAP in card.sha256) == (card.dim == 2)
    assert not any(metric.reported for metric in card.metrics.values())


def test_a_set_without_a_test_part_is_measured_on_all_of_it(settings: Settings) -> None:
    tiny_own.bring(settings.own, test=0)
    card = checkpoints.read_card(places.root(settings), encode.encode(settings, "shapes", AAE, Reporter()))
    assert (card.metrics["test_mse"].split, card.metrics["test_mse"].n) == ("train", 96)


def test_a_model_for_other_images_is_refused(settings: Settings) -> None:
    tiny_own.bring(settings.own, side=32, colours=3)
    with pytest.raises(ValueError, match=r"takes images of \(28, 28, 1\)"):
        encode.encode(settings, "shapes", AAE, Reporter())
    with pytest.raises(ValueError, match="'cats' is no data set of your own; there are: shapes"):
        encode.encode(settings, "cats", AAE, Reporter())
    assert places.fitting(settings, (32, 32, 3)) == {}
    assert AAE in places.fitting(settings, (28, 28, 1))


def test_borrowed_weights_are_not_offered_again(settings: Settings, shapes: own.About) -> None:
    id = encode.encode(settings, "shapes", AAE, Reporter())
    assert id not in places.fitting(settings, (28, 28, 1))


def test_memory_of_a_mapped_file_is_let_go_and_read_again(settings: Settings, shapes: own.About) -> None:
    images = encode.set_of(settings, "shapes").images
    before = np.array(images)
    stream.forget(images[10:20])
    assert (images == before).all()
    stream.forget(before)  # nothing is mapped: nothing to do


def test_points_that_stand_for_images_are_as_far_apart() -> None:
    flat = np.random.default_rng(0).integers(0, 256, (30, 2500), np.uint8)
    short = numbers.shorter(flat)
    assert short.shape == (30, 30)
    np.testing.assert_allclose(distances(short), distances(flat / 255), atol=1e-6)
    np.testing.assert_allclose(numbers.shorter(flat[:, :20]), flat[:, :20] / 255, atol=1e-7)


def distances(points: np.ndarray) -> np.ndarray:
    """Euclidean ones, (n, n)."""
    return np.linalg.norm(points[:, None] - points[None], axis=2)


def test_a_folder_that_was_half_replaced_is_mended(tmp_path: Path) -> None:
    target = tmp_path / "model"
    target.mkdir()
    (target / "old").touch()
    target.rename(tmp_path / ".model.before")  # as a kill between the two renames leaves it
    places.settle(target)
    assert (target / "old").exists()
    part = tmp_path / "part"
    part.mkdir()
    (part / "new").touch()
    places.put(part, target)
    assert [path.name for path in tmp_path.rglob("*")] == ["model", "new"]


def test_two_processes_do_not_work_on_one_checkpoint(settings: Settings) -> None:
    both = places.alone(settings, "one"), places.alone(settings, "two")
    with both[0], both[1], pytest.raises(ValueError, match="works on 'one'"), places.alone(settings, "one"):
        raise AssertionError
    with places.alone(settings, "one"):
        pass
