"""The page on which people bring their own images: what it finds, makes, goes on with, refuses and removes."""

import time
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from streamlit.testing.v1 import AppTest

from core import datasets, jobs
from core.settings import Settings
from tests.ui.app import opened, sound, text

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
    end = time.monotonic() + 30
    while (status := job.status()).state == jobs.RUNNING:
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
    assert datasets.load("my-pets", Settings.from_environment()).label_names == ("cats", "dogs")
    assert "`my-pets`" in text(app)
