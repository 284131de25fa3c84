"""The page on which people bring their own images: what it finds, makes, goes on with, refuses and removes."""

import dataclasses
import io
import json
import os
import time
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from streamlit.testing.v1 import AppTest

from core import datasets, jobs
from core.bring import halves, removal
from core.bring.build import Plan, build, part_folder
from core.bring.sources import open_source
from core.datasets import own
from core.settings import Settings
from dashboard import bring_jobs
from tests.ui.app import opened, sound, text
from tests.ui.selecting import keys

pytestmark = pytest.mark.usefixtures("tiny_checkpoints")


def pictures(folder: Path, *, each: int = 6) -> Path:
    """A folder of two labels."""
    rng = np.random.default_rng(0)
    for label in ("cats", "dogs"):
        (folder / label).mkdir(parents=True)
        for number in range(each):
            Image.fromarray(rng.integers(0, 256, (40, 50, 3), np.uint8)).save(folder / label / f"{number}.png")
    return folder


def typed(path: Path | str) -> AppTest:
    """The page after a path was typed."""
    return opened("bring").text_input(key="bring_path").set_value(str(path)).run()


def until_done() -> jobs.Status:
    """The end of the only job."""
    (job,) = jobs.all_of(Settings.from_environment().own / "jobs")
    end = time.monotonic() + 120
    while (status := job.status()).state in (
        jobs.RUNNING,
        jobs.CUT_OFF,
    ):  # or slow to begin
        assert time.monotonic() < end, job.log()
        time.sleep(0.05)
    return status


def field(app: AppTest, what: str) -> str:
    """Key of a field of the preview."""
    keys = [str(one.key) for kind in (app.text_input, app.selectbox) for one in kind]
    return next(key for key in keys if key.startswith("bring_") and key.endswith(f"_{what}"))


def test_a_folder_becomes_a_data_set(tmp_path: Path) -> None:
    app = sound(typed(pictures(tmp_path / "My pets")))
    assert "12 images" in text(app)
    assert app.text_input(key=field(app, "name")).value == "my-pets"
    app.button(key="bring_start").click().run()
    assert until_done().state == jobs.DONE
    app = sound(app.run())
    assert "12 images" in app.success[0].value
    assert "bring_start" not in keys(app)  # the preview made room
    app = sound(app.button(key="bring_once_more").click().run())
    assert "Brought before, as `my-pets`" in app.info[0].value
    assert [app.text_input(key=field(app, what)).value for what in ("name", "title")] == ["my-pets-2", "My pets 2"]
    assert datasets.load("my-pets", Settings.from_environment()).label_names == ("cats", "dogs")
    assert "`my-pets`" in text(app)


def own_sets() -> list[str]:
    return own.names(datasets.own_folder(Settings.from_environment()))


def add(path: Path, name: str) -> None:
    """Bring a set without the page."""
    folder = datasets.own_folder(Settings.from_environment())
    with open_source(path) as source:
        build(source, Plan(name, name.capitalize(), (32, 32, 3)), folder, jobs.Reporter())


def test_opens_with_nothing_typed_and_nothing_brought() -> None:
    app = opened("bring")
    assert "None yet" in text(app)
    assert not [button for button in app.button if button.key == "bring_start"]


@pytest.mark.parametrize("path", ["/no/such/place", "7", "~nobody-here/x", "a\0b", "x" * 5000])
def test_bad_paths_are_told_of_and_kept(path: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "empty").mkdir()
    monkeypatch.chdir(tmp_path / "empty")
    app = typed(path)
    assert not app.exception
    assert "Nothing was written" in app.error[0].value
    assert app.text_input(key="bring_path").value == path
    assert sound(app.text_input(key="bring_path").set_value(str(pictures(tmp_path / "in"))).run())


def test_a_mistyped_path_is_put_right_by_a_click(tmp_path: Path) -> None:
    source = pictures(tmp_path / "My pets" / "all")
    app = typed(tmp_path / "my pet" / "all")
    assert "There is nothing" in app.error[0].value.replace("\\", "")
    app = sound(app.button(key="bring_near_0").click().run())
    assert app.text_input(key="bring_path").value == str(source)
    assert "12 images" in text(app)


def test_a_folder_that_may_not_be_opened(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    source, scan = pictures(tmp_path / "in"), os.scandir

    def refuse(path: Path) -> object:
        if path == source:
            raise PermissionError(13, "Permission denied")
        return scan(path)

    monkeypatch.setattr("core.bring.folders.os.scandir", refuse)
    app = typed(source)
    assert not app.exception
    assert "cannot be opened (Permission denied)" in app.error[0].value.replace("\\", "")


@pytest.mark.parametrize("name", ["../x", "digits", "", "a b"])
def test_names_that_cannot_be_are_told_of_and_nothing_is_lost(name: str, tmp_path: Path) -> None:
    app = typed(pictures(tmp_path / "in"))
    app.text_input(key=field(app, "title")).set_value("My *title*")
    app.text_input(key=field(app, "name")).set_value(name)
    app.button(key="bring_start").click().run()
    assert not app.exception
    assert "name" in app.error[0].value
    assert app.text_input(key=field(app, "title")).value == "My *title*"
    assert own_sets() == jobs.all_of(bring_jobs.root()) == []


def test_a_name_twice(tmp_path: Path) -> None:
    source = pictures(tmp_path / "pets")
    add(source, "pets")
    app = typed(source)
    assert app.text_input(key=field(app, "name")).value == "pets-2"
    app.text_input(key=field(app, "name")).set_value("pets")
    app.button(key="bring_start").click().run()
    assert "already" in app.error[0].value


def test_other_columns_are_looked_at_at_once(tmp_path: Path) -> None:
    source = pictures(tmp_path / "in")
    app = typed(source)
    assert "2 labels from 'folder'" in text(app).replace("\\", "")
    app.selectbox(key=field(app, "label")).select("none").run()
    assert "No labels" in text(sound(app))
    app.selectbox(key=field(app, "shape")).select((28, 28, 1)).run()
    app.selectbox(key=field(app, "fit")).select("digit").run()
    app.button(key="bring_start").click().run()
    assert until_done().state == jobs.DONE
    about = own.read_about(datasets.own_folder(Settings.from_environment()) / "in")
    assert (about.shape, about.labels) == ((28, 28, 1), (own.UNLABELLED,))


def test_an_upload_is_kept_and_looked_at(tmp_path: Path) -> None:
    buffer = io.BytesIO()
    np.savez(buffer, images=np.zeros((9, 12, 12), np.uint8), label=np.arange(9) % 3)
    app = opened("bring")
    app.file_uploader(key="bring_upload").upload("../../My numbers.npz", buffer.getvalue()).run()
    assert "9 images" in text(sound(app))
    assert app.text_input(key=field(app, "name")).value == "my-numbers"
    (kept,) = (Settings.from_environment().own / "uploads").iterdir()
    assert kept.name.endswith("My-numbers.npz")


def test_what_cannot_be_read_is_named(tmp_path: Path) -> None:
    source = pictures(tmp_path / "in")
    (source / "cats" / "ha_ha<b>.png").write_bytes(b"nothing")
    app = sound(typed(source))
    assert "cats/ha_ha<b>.png: The file is not a PNG" in app.code[0].value
    app.button(key="bring_start").click().run()
    until_done()
    app = sound(app.run())
    assert "1 file is not in it" in [expander.label for expander in app.expander]


@pytest.mark.parametrize("state", [jobs.STOPPED, jobs.CUT_OFF, jobs.FAILED])
def test_what_was_cut_off_is_offered_for_resuming(state: str, tmp_path: Path) -> None:
    source = pictures(tmp_path / "in")
    root = bring_jobs.root()
    line = ["add", "pets", str(source), "--size", "32", "--colour", "--fit", "pad", "--yes"]
    job = jobs.Job(root / "20260101-000000-abcdef", "core.datasets", tuple(line), "Pets", "pets", "2026-01-01")
    job.folder.mkdir(parents=True)
    raw = {key: value for key, value in dataclasses.asdict(job).items() if key != "folder"}
    (job.folder / "job.json").write_text(json.dumps(raw))
    told = dataclasses.asdict(jobs.Status(jobs.RUNNING if state == jobs.CUT_OFF else state, 5, 12, "so far"))
    (job.folder / "progress.json").write_text(json.dumps(told))
    app = sound(opened("bring"))
    assert "5 of 12" in app.warning[0].value
    app.button(key=f"resume_{job.folder.name}").click().run()
    assert until_done().state == jobs.DONE
    assert own_sets() == ["pets"]
    app = sound(app.run())
    app.button(key=f"close_{job.folder.name}").click().run()
    assert not sound(app).success


def test_a_half_is_discarded_and_makes_room(tmp_path: Path) -> None:
    source = pictures(tmp_path / "in")
    part = part_folder(datasets.own_folder(Settings.from_environment()), "in")
    part.mkdir(parents=True)
    app = typed(source)
    app.text_input(key=field(app, "name")).set_value("in")
    app.button(key="bring_start").click().run()
    assert "half finished" in app.error[0].value
    with halves.alone(part):
        app.button(key="orphan_in").click().run()
    assert not app.exception
    assert "being brought by another process" in app.error[0].value
    app.button(key="orphan_in").click().run()
    assert not part.exists()


def test_removing_takes_the_typed_name(tmp_path: Path) -> None:
    source = pictures(tmp_path / "in")
    add(source, "pets")
    add(source, "more")
    app = opened("bring", data="pets")
    app.selectbox(key="own_set").select("pets").run()
    assert app.button(key="own_delete_pets").disabled
    app.text_input(key="own_sure_pets").set_value("pest").run()
    assert app.button(key="own_delete_pets").disabled
    app.text_input(key="own_sure_pets").set_value("pets").run()
    app = sound(app.button(key="own_delete_pets").click().run())
    assert own_sets() == ["more"]
    assert len(list(source.rglob("*.png"))) == 12
    assert app.selectbox(key="data").value == "digits"


def test_another_set_under_the_name_of_a_removed_one_is_seen(tmp_path: Path) -> None:
    add(pictures(tmp_path / "a"), "pets")
    assert "12" in text(opened("bring", data="pets"))
    removal.remove("pets", Settings.from_environment())
    add(pictures(tmp_path / "b", each=9), "pets")
    assert "18 images of your own" in text(opened("bring", data="pets"))


def test_a_damaged_set_is_named_and_can_go(tmp_path: Path) -> None:
    add(pictures(tmp_path / "in"), "pets")
    (datasets.own_folder(Settings.from_environment()) / "pets" / "set.json").write_text("{")
    app = opened("bring")
    assert "set.json" in app.warning[0].value.replace("\\", "")
    app.text_input(key="own_sure_pets").set_value("pets").run()
    sound(app.button(key="own_delete_pets").click().run())
    assert own_sets() == []
