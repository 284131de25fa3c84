"""Training in the app: a plan for the time there is, a stop, a kill at any moment, a model like every other."""

import json
import os
import shutil
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from safetensors.numpy import load_file

from core import checkpoints, datasets
from core.datasets import own
from core.inference import Runner
from core.jobs import Reporter, Status, StoppedError
from core.own_models import places, progress, training
from core.own_models.training import Course, Wanted
from core.settings import ROOT, Settings
from tests import tiny_own


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings((), tmp_path / "checkpoints", tmp_path / "cache", home=tmp_path / "home", device="cpu")


def planned(settings: Settings, wanted: Wanted, *, epochs: int, steps: int = 2, batch: int = 8) -> Path:
    """Give a run a plan, as one that was measured before would have; its folder."""
    folder = places.run_folder(settings, wanted.id)
    folder.mkdir(parents=True)
    made = own.read_about(datasets.own_folder(settings) / wanted.dataset).made
    wish = {"dataset": wanted.dataset, "kind": wanted.kind, "minutes": wanted.minutes, "seed": wanted.seed}
    course = {"epochs": epochs, "steps": steps, "batch": batch, "seed": wanted.seed, "minutes": 1.0, "speed": 1.0}
    places.write_json({"wish": {**wish, "finish": False, "made": made}, "course": course}, folder / training.PLAN)
    return folder


def weights(settings: Settings, id: str) -> dict[str, np.ndarray]:
    return load_file(places.root(settings) / id / checkpoints.MODEL)


class Stopping(Reporter):
    """A person who asks for a stop once so many epochs are done."""

    def __init__(self, epoch: int) -> None:
        super().__init__()
        self.epoch = epoch

    def told(self, done: int, total: int, text: str) -> None:
        if f"epoch {self.epoch} " in text:
            raise StoppedError(text)


@pytest.mark.parametrize(
    ("kind", "side", "colours"),
    [("aae", 28, 1), ("vae-2d", 64, 3), ("ae-conv", 32, 3)],
)
def test_a_trained_model_is_a_checkpoint_like_every_other(
    settings: Settings, kind: str, side: int, colours: int
) -> None:
    tiny_own.bring(settings.own, side=side, colours=colours)
    wanted, told = Wanted("shapes", kind, 1.0), list[Status]()
    folder = planned(settings, wanted, epochs=2)
    assert training.train(settings, wanted, Reporter(say=told.append)) == f"shapes-{kind}"
    card = checkpoints.read_card(places.root(settings), wanted.id)
    items = checkpoints.load_gallery(places.root(settings), card)
    assert len(items) == 96
    assert (card.shape, card.dataset, card.training["images"]) == ((side, side, colours), "shapes", 72)
    assert card.training["passes"] == pytest.approx(2 * 16 / 72, abs=0.06)
    assert {"aae": "cluster_error", "vae-2d": "test_loss", "ae-conv": "train_mse"}[kind] in card.metrics
    data = datasets.load("shapes", settings)
    assert data is not None
    runner = Runner(checkpoints.load_model(places.root(settings), card), card)
    np.testing.assert_allclose(items.z, runner.encode(np.asarray(data.images)), atol=2e-3, rtol=2e-3)
    assert not folder.exists()
    assert any("epoch 2 of 2" in status.text for status in told)


def test_a_stopped_run_keeps_what_it_learned_and_goes_on(settings: Settings) -> None:
    tiny_own.bring(settings.own)
    wanted = Wanted("shapes", "ae-conv", 1.0)
    planned(settings, wanted, epochs=4)
    training.train(settings, wanted, Reporter())
    whole = weights(settings, wanted.id)
    folder = planned(settings, wanted, epochs=4)
    with pytest.raises(StoppedError):
        training.train(settings, wanted, Stopping(2))
    lines = progress.log(folder)
    assert [line["epoch"] for line in lines] == [1, 2]
    assert lines[1]["mse"] < lines[0]["mse"]
    sheet = np.asarray(Image.open(folder / progress.SHEET))
    data = datasets.load("shapes", settings)
    assert data is not None
    assert sheet.shape == (3 * 28, 8 * 28)
    assert (sheet[:28, 28:56] == data.images[73, ..., 0]).all()
    training.train(settings, wanted, Reporter())
    for name, value in weights(settings, wanted.id).items():
        assert value.tobytes() == whole[name].tobytes(), name


def test_what_a_stopped_run_learned_can_be_kept_as_it_is(settings: Settings) -> None:
    tiny_own.bring(settings.own)
    wanted = Wanted("shapes", "ae-conv", 1.0)
    with pytest.raises(ValueError, match="learned nothing yet"):
        training.train(settings, Wanted("shapes", "ae-conv", 1.0, finish=True), Reporter())
    places.run_folder(settings, wanted.id).joinpath(training.PLAN).unlink()
    places.run_folder(settings, wanted.id).rmdir()
    planned(settings, wanted, epochs=9)
    with pytest.raises(StoppedError):
        training.train(settings, wanted, Stopping(3))
    folder, finish = datasets.own_folder(settings) / "shapes", replace(wanted, finish=True)
    about = own.read_about(folder)
    state = places.run_folder(settings, wanted.id)
    shutil.copytree(state, kept := settings.own / "kept")
    own.write_about(replace(about, made="2026-02-02T00:00:00"), folder)
    with pytest.raises(ValueError, match="learned nothing yet"):  # of the set as it is now
        training.train(settings, finish, Reporter())
    own.write_about(about, folder)
    shutil.rmtree(state)
    kept.rename(state)
    training.train(settings, finish, Reporter())
    card = checkpoints.read_card(places.root(settings), wanted.id)
    assert card.training["epochs"] == 3
    assert "Stopped after 3 of 9 epochs" in card.note


def test_killed_again_and_again_it_ends_as_if_it_never_was(settings: Settings) -> None:
    for name in ("shapes", "twins"):
        tiny_own.bring(settings.own, name)
        planned(settings, Wanted(name, "ae-conv", 1.0), epochs=60, steps=1)
    env = {**os.environ, "MORPHOSPACE_HOME": str(settings.own), "PYTHONPATH": str(ROOT), "OMP_NUM_THREADS": "1"}
    script = [sys.executable, str(Path(__file__).with_name("killing.py")), "shapes", "twins", "5"]
    done = subprocess.run(script, env=env, capture_output=True, text=True, timeout=1500)
    assert done.returncode == 0, done.stderr
    logged = json.loads(done.stdout)
    assert len(logged) == 5
    assert logged == sorted(set(logged)), "an epoch that was logged was lost"
    whole = weights(settings, "twins-ae-conv")
    for name, value in weights(settings, "shapes-ae-conv").items():
        assert value.tobytes() == whole[name].tobytes(), name


def test_a_plan_takes_about_the_time_that_there_is() -> None:
    course = training.fitted(60_000, 5.0, 1000.0, batch=64, seed=3)
    assert course.images / 1000.0 == pytest.approx(0.9 * 300, rel=0.03)
    assert 2.0 <= course.steps * course.batch / 1000.0 <= 6.1
    assert (course.seed, course.batch, course.minutes) == (3, 64, 5.0)
    assert training.fitted(100, 20.0, 1000.0, batch=25, seed=0).images == pytest.approx(300 * 100, rel=0.02)
    assert training.fitted(100, 0.001, 10.0, batch=25, seed=0) == Course(1, 1, 25, 0, 0.001, 10.0)


def test_the_speed_is_measured_once_and_remembered(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    tiny_own.bring(settings.own)
    monkeypatch.setattr(training, "TIMED", 0.0)
    measured, speeds = training.measured, list[float]()
    monkeypatch.setattr(training, "measured", lambda *of, **on: speeds.append(measured(*of, **on)) or speeds[-1])
    wanted = Wanted("shapes", "ae-conv", 0.001)
    with pytest.raises(StoppedError):
        training.train(settings, wanted, Stopping(1))
    course = places.read_json(places.run_folder(settings, wanted.id) / training.PLAN)["course"]
    assert training.train(settings, wanted, Reporter()) == "shapes-ae-conv"
    assert len(speeds) == 1
    assert speeds[0] > 0
    assert Course(**course) == training.fitted(72, 0.001, speeds[0], batch=course["batch"], seed=0)
    assert checkpoints.read_card(places.root(settings), wanted.id).training["epochs"] == course["epochs"]


@pytest.mark.parametrize(
    ("shape", "count", "says"),
    [
        ((28, 28, 1), 99, ""),
        ((64, 64, 3), 16, ""),
        ((28, 32, 1), 99, "not 32 x 28"),
        ((48, 48, 3), 99, "28, 32, 64 px"),
        ((28, 28, 1), 15, "there are 15"),
    ],
)
def test_what_cannot_be_trained_on_is_said(shape: tuple[int, int, int], count: int, says: str) -> None:
    found = progress.refused(shape, count)
    assert says in found
    assert bool(found) == bool(says)


def test_a_kind_that_is_none(settings: Settings) -> None:
    tiny_own.bring(settings.own)
    with pytest.raises(ValueError, match="'gan' is not one of ae-conv, vae-2d, aae"):
        training.train(settings, Wanted("shapes", "gan"), Reporter())


def test_a_log_that_was_cut_off_or_written_twice(tmp_path: Path) -> None:
    (tmp_path / progress.LOG).write_text('{"epoch": 1, "mse": 3}\n{"epoch": 1, "mse": 2}\n{"epoch": 2, "ms')
    assert progress.log(tmp_path) == [{"epoch": 1, "mse": 2}]
    assert progress.log(tmp_path / "none") == []
