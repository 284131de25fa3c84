"""The panel of own models: those that there are, work under way, and a clear verdict on a zip."""

import io
import json
from pathlib import Path

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from core import jobs
from core.jobs import Job, Status
from core.own_models import exchange, places
from core.settings import Settings
from dashboard import navigation
from tests import tiny_own
from tests.ui.app import APP, sound, text

PAGE = Path(__file__).with_name("own_models_page.py")


@pytest.fixture
def settings(tiny_checkpoints: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    """A set of one's own, and a page for the panel."""
    usual = navigation.pages

    def pages() -> dict[str, list[st.Page]]:
        return {**usual(), "Own": [st.Page(PAGE, title="Own", url_path=PAGE.stem)]}

    monkeypatch.setattr(navigation, "pages", pages)
    made = Settings.from_environment()
    tiny_own.bring(made.own, n=40, test=10)
    return made


@pytest.fixture
def begun(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, ...]]:
    """What jobs were asked for; none is run."""
    asked: list[tuple[str, ...]] = []

    def note(root: Path, module: str, arguments: tuple[str, ...], *, title: str, about: str) -> None:
        assert (module, about) == ("core.own_models", "shapes")
        asked.append(tuple(arguments))

    monkeypatch.setattr(jobs, "start", note)
    return asked


def panel(**query: str) -> AppTest:
    app = AppTest.from_file(APP, default_timeout=120)
    app.query_params.update(query)
    return app.switch_page(str(PAGE)).run()


def job(settings: Settings, status: Status, *arguments: str) -> Job:
    """A job that has come so far, without a process."""
    folder = places.jobs(settings) / "20260101-000000-abc"
    folder.mkdir(parents=True)
    told = {"module": "core.own_models", "arguments": arguments, "title": "Train: *A*", "about": "shapes"}
    (folder / jobs.JOB).write_text(json.dumps(told | {"began": ""}))
    jobs._write(folder, status)
    return jobs.read(folder)


def test_a_set_without_models_offers_two_ways_to_one(settings: Settings, begun: list[tuple[str, ...]]) -> None:
    app = sound(panel())
    assert "No model knows these images yet" in text(app)
    names = app.selectbox(key="own_encoder_shapes").options
    assert len(names) == 22
    app = sound(app.button(key="own_encode_shapes").click().run())
    app.selectbox(key="own_kind_shapes").select("aae")
    app.button_group(key="own_minutes_shapes").set_value(20)
    app = app.run()
    sound(app.button(key="own_train_shapes").click().run())
    assert begun[0][:2] == ("encode", "shapes")
    assert begun[1] == ("train", "shapes", "aae", "--minutes", "20", "--seed", "0")


def test_a_model_can_be_mapped_and_deleted(settings: Settings, begun: list[tuple[str, ...]]) -> None:
    id = tiny_own.model(settings, "shapes", "aae", "aae")
    app = sound(panel())
    assert id in text(app)
    app = sound(app.button(key=f"own_umap_{id}").click().run())
    assert begun == [("umap", id)]
    app = sound(app.button(key=f"own_delete_{id}").click().run())
    assert "No model knows these images yet" in text(app)
    assert not (places.root(settings) / id).exists()


@pytest.mark.parametrize("state", [jobs.STOPPED, jobs.CUT_OFF, jobs.FAILED])
def test_work_that_did_not_end_can_be_gone_on_with_or_kept(
    settings: Settings, begun: list[tuple[str, ...]], state: str
) -> None:
    arguments = ("train", "shapes", "ae-conv", "--minutes", "5")
    job(settings, Status(state, 10, 100, "why [it](x) ended"), *arguments)
    run = places.run_folder(settings, "shapes-ae-conv")
    run.mkdir(parents=True)
    (run / "log.jsonl").write_text('{"epoch": 1, "mse": 0.2}\n{"epoch": 2, "mse": 0.1}\n')
    app = panel()
    assert not app.exception
    assert bool(app.error) == (state == jobs.FAILED)
    assert [b.label for b in app.button if "own_resume" in str(b.key)] == [
        "Try again" if state == jobs.FAILED else "Go on"
    ]
    assert len(app.get("plotly_chart")) == 1
    app.button(key="own_keep_20260101-000000-abc").click().run()
    assert begun == [(*arguments, "--finish")]


def test_work_that_is_done_says_so_and_can_be_cleared(settings: Settings) -> None:
    done = job(
        settings, Status(jobs.DONE, 5, 5, "shapes-aae: every page shows it now."), "encode", "shapes", "aae"
    )
    app = sound(panel())
    assert "every page shows it now" in text(app)
    sound(app.button(key=f"own_clear_{done.folder.name}").click().run())
    assert not done.folder.exists()


def test_a_zip_is_taken_in_or_told_why_not(settings: Settings) -> None:
    id = tiny_own.model(settings, "shapes", "aae", "aae")
    file = io.BytesIO()
    exchange.export(settings, id, file)
    app = sound(panel())
    app.file_uploader(key="own_zip").upload("model.zip", file.getvalue(), "application/zip")
    app = app.run()
    app = app.button(key="own_zip_take").click().run()
    assert "another name" in app.error[0].value
    app.text_input(key="own_zip_name").set_value("shapes-again")
    app = sound(app.button(key="own_zip_take").click().run())
    assert "passed every check" in app.success[0].value
    assert (places.root(settings) / "shapes-again").is_dir()
