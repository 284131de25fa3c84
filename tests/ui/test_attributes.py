"""Attributes: sliders and meter follow each other, links and errors are answered, and steps can be undone."""

import json
import shutil
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from core import checkpoints
from dashboard import edits
from tests.ui.app import address, opened, run, sound, text

attributes = partial(opened, "attributes", data="faces")


@pytest.fixture(autouse=True)
def faces(tiny_faces: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The dashboard sees the tiny faces."""
    monkeypatch.setenv("MORPHOSPACE_CHECKPOINTS", str(tiny_faces))


@pytest.fixture
def own(tiny_faces: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of the tiny faces that a test may damage."""
    root = tmp_path / "own"
    shutil.copytree(tiny_faces, root)
    monkeypatch.setenv("MORPHOSPACE_CHECKPOINTS", str(root))
    return root


def given(app: AppTest, key: str) -> dict[str, Any]:
    """What a component was given."""
    for element in app.get("bidi_component"):
        if element.proto.id.endswith(f"-{key}"):
            return json.loads(element.proto.json)[0]
    raise AssertionError(f"no component {key}")


def values(app: AppTest) -> dict[str, float]:
    """Where the sliders are that are not at rest."""
    controls = given(app, edits.KEY)["controls"]
    return {c["name"]: c["value"] for c in controls if c["value"] != c["rest"]}


def move(app: AppTest, **values: float) -> AppTest:
    """``app`` after sliders were let go."""
    order = given(app, edits.KEY)["order"]
    app.session_state[edits.KEY] = {"moved": {"values": values, "order": order}}
    return sound(app.run())


def press(app: AppTest, name: str) -> AppTest:
    """``app`` after a button was pressed."""
    return sound(app.button(key=f"attr_{name}").click().run())


def test_a_first_visit_puts_glasses_on_a_sampled_face() -> None:
    app = attributes()
    assert values(app) == {"Eyeglasses": 1.0}
    assert address(app, "attr_edit") == "Eyeglasses:1"
    assert int(address(app, "item").partition("/")[2]) >= 1_000_000
    assert "nobody real" in given(app, edits.KEY)["stills"]["captions"][0]
    assert given(app, "attr_meter")["bars"][0]["title"] == "Eyeglasses"
    assert "**Eyeglasses 0." in text(app)
    assert "Identity: distance" in text(app)


def test_three_sliders_come_first_and_what_does_not_work_is_left_out() -> None:
    app = attributes()
    shown = given(app, edits.KEY)
    controls = shown["controls"]
    assert [c["name"] for c in controls if not c["more"]] == ["Eyeglasses", "Male", "Smiling"]
    assert [c["name"] for c in controls if c["more"]] == ["Dark_Glasses", "Young", "distance"]
    assert [c["frames"] for c in controls] == [21, 21, 21, 0, 0, 0]
    assert shown["frames"]["count"] == 64
    assert "as they go up: Bald." in text(app)


def test_more_sliders_get_frames_when_they_are_opened() -> None:
    app = attributes()
    app.session_state[edits.KEY] = {"more": True}
    assert given(sound(app.run()), edits.KEY)["frames"]["count"] == 1 + 3 * 21 + 3 * 11


def test_a_slider_that_was_let_go_moves_link_and_meter() -> None:
    app = attributes()
    order = given(app, edits.KEY)["order"]
    move(app, Eyeglasses=0.0, Smiling=-1.2)
    assert address(app, "attr_edit") == "Smiling:-1.2"
    assert given(app, edits.KEY)["order"] == order  # the reader's hand stays where it is
    assert given(app, "attr_meter")["bars"][0]["title"] == "Smiling"
    assert given(app, "attr_meter")["against"] == "Smiling"


def test_reported_nonsense_is_no_edit() -> None:
    app = attributes()
    order = given(app, edits.KEY)["order"]
    for state in (7, {"moved": 3}, {"moved": {"values": {"Male": "x", "Nose": 1, "Smiling": 99}, "order": order}}):
        app.session_state[edits.KEY] = state
        sound(app.run())
    assert values(app) == {"Smiling": 2.0}


def test_reset_undo_and_another_face() -> None:
    app = move(attributes(), Eyeglasses=1.0, Male=0.5)
    first = address(app, "item")
    press(app, "reset")
    assert (values(app), address(app, "attr_edit")) == ({}, "none")
    assert "Nothing is edited yet" in text(app)
    press(app, "undo")
    assert values(app) == {"Eyeglasses": 1.0, "Male": 0.5}
    press(app, "random")
    assert address(app, "item") != first
    assert values(app) == {"Eyeglasses": 1.0, "Male": 0.5}
    press(app, "undo")
    assert address(app, "item") == first
    press(app, "undo")
    assert values(app) == {"Eyeglasses": 1.0}
    assert app.button(key="attr_undo").disabled


def test_a_link_reopens_the_edit() -> None:
    app = attributes(attr_edit="Smiling:-0.5,distance:0.7", attr_keep="true")
    assert values(app) == {"Smiling": -0.5, "distance": 0.7}
    assert given(app, edits.KEY)["more"] is True  # else a slider that is moved could not be seen
    assert app.toggle(key="attr_keep").value is True


@pytest.mark.parametrize("asked", ["x", "Eyeglasses:9", "Nose:1", "Eyeglasses:", "Eyeglasses:1;Male:2", "Bald:1"])
def test_a_link_that_says_no_edit_is_answered(asked: str) -> None:
    app = attributes(attr_edit=asked)
    assert "The link does not say how to edit the face" in text(app)
    assert values(app) == {"Eyeglasses": 1.0}


def test_keeping_other_attributes_changes_the_frames() -> None:
    app = attributes()
    before = given(app, edits.KEY)["frames"]["uri"]
    sound(app.toggle(key="attr_keep").set_value(True).run())
    kept = app.multiselect(key="attr_kept")
    assert kept.value == ["Male", "Young", "Smiling", "Blond_Hair", "No_Beard"]
    freed = given(app, edits.KEY)["frames"]["uri"]
    assert freed != before
    sound(kept.set_value([]).run())
    assert given(app, edits.KEY)["frames"]["uri"] == before


def test_another_data_set_says_so_and_offers_faces() -> None:
    app = opened("attributes", data="digits")
    assert "No model with directions of attributes for Digits \\(MNIST\\) here" in text(app)
    sound(app.button(key="switch_dataset").click().run())
    assert given(app, edits.KEY)["stills"]["sheet"]["count"] == 1


def test_without_the_probe_the_sliders_still_work(own: Path) -> None:
    shutil.rmtree(own / checkpoints.PROBE)
    app = attributes()
    assert "There is no checkpoint 'faces-probe' to measure with" in text(app)
    assert given(app, edits.KEY)["frames"]["count"] == 64


def test_a_damaged_probe_is_named(own: Path) -> None:
    (own / checkpoints.PROBE / checkpoints.MODEL).write_bytes(b"0" * 100)
    app = run("attributes", data="faces")
    assert not app.exception
    assert "This model cannot be used." in text(app)
    assert given(app, edits.KEY)["frames"]["count"] == 64


def test_damaged_directions_leave_the_model_out(own: Path) -> None:
    (own / "faces-64" / checkpoints.DIRECTIONS).write_bytes(b"0" * 100)
    app = opened("attributes", data="faces")
    assert "No model with directions of attributes for Faces \\(CelebA\\) here" in text(app)
    assert "1 model left out" in [expander.label for expander in app.sidebar.expander]


def test_an_upload_is_edited_beside_its_original() -> None:
    app = attributes()
    image = np.full((64, 64, 3), 90, np.uint8)
    app.session_state["_uploads"] = {("faces", "0" * 12): image}
    app.query_params["item"] = f"upload/{'0' * 12}"
    sound(app.run())
    captions = given(app, edits.KEY)["stills"]["captions"]
    assert captions[0] == "Uploaded"
    assert captions[1].startswith("Rebuilt\nError 0.")


def test_a_link_may_name_what_is_kept_and_nonsense_is_left_out() -> None:
    app = attributes(attr_keep="true", attr_kept="Nose")
    assert "Nose" not in app.multiselect(key="attr_kept").value
    assert "without keeping others" in text(app)
