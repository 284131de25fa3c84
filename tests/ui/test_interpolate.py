"""Interpolate: every view opens with every checkpoint, the URL names the corners, and uploads walk too."""

import json
from functools import partial
from typing import Any

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from dashboard import corners, item_data, resources, slides
from tests import tiny
from tests.ui.app import address, choose, opened, sound, text

pytestmark = pytest.mark.usefixtures("tiny_checkpoints")
interpolate = partial(opened, "interpolate")
MOVED = {"Slide A to B": "interp_t", "Four corners": "interp_cell", "One number": "interp_value"}
VIEWS = {"Slide A to B": 2, "Four corners": 4, "One number": 1}


def given(app: AppTest, key: str) -> dict[str, Any]:
    """What a component was given."""
    for element in app.get("bidi_component"):
        if element.proto.id.endswith(f"-{key}"):
            return json.loads(element.proto.json)[0]
    raise AssertionError(f"no component {key}")


def scrubber(app: AppTest) -> dict[str, Any]:
    """What the scrubber of the way from A to B was given."""
    return given(app, "interp_t")


def rest(app: AppTest, t: float) -> AppTest:
    """``app`` after the scrubber came to rest."""
    app.session_state["interp_t"] = {"frame": round(100 * t)}
    return sound(app.run())


@pytest.mark.parametrize("dataset", ["digits", "fashion"])
@pytest.mark.parametrize("kind", tiny.KINDS)
def test_every_view_opens_with_every_checkpoint(dataset: str, kind: str) -> None:
    app = interpolate(interp_model=f"{dataset}-{kind}", item=f"{dataset}/{first_index(dataset)}")
    assert app.selectbox(key="interp_model").value == f"{dataset}-{kind}"
    for view, count in VIEWS.items():
        choose(app, "interp_view", view)
        assert sum(button.key.startswith("interp_random_") for button in app.button if button.key) == count
        shown = given(app, MOVED[view])
        assert shown["beside"]["sheet"]["count"] == shown["sheet"]["count"] == (64 if count == 4 else 101)
        assert "Made by the model" in text(app)


def first_index(dataset: str) -> int:
    """Place of an item that every tiny gallery of a data set holds."""
    return int(resources.gallery(f"{dataset}-aae-10").index[0])


def test_a_first_visit_turns_a_4_into_a_9() -> None:
    app = interpolate()
    assert [text.value.split()[-1] for text in app.markdown if text.value.startswith(("**A**", "**B**"))] == [
        "4",
        "9",
    ]
    assert "interp_a" not in app.query_params


def test_the_scrubber_holds_the_whole_way_and_starts_in_its_middle() -> None:
    shown = scrubber(interpolate())
    assert (shown["sheet"]["count"], shown["frame"], shown["alt"][50]) == (101, 50, "Frame at t = 0.50")
    assert shown["captions"][50] == "Made by the model\nt = 0.50"
    assert shown["sheet"]["uri"].startswith("/sheet/")


def test_where_it_rests_is_written_into_the_link() -> None:
    app = interpolate()
    assert address(app, "interp_t") == "0.50"
    rest(app, 0.9)
    assert address(app, "interp_t") == "0.90"
    assert scrubber(app)["frame"] == 90
    assert given(app, "interp_frames")["selected"] == 6


@pytest.mark.parametrize(
    ("asked", "frame"),
    [("0.25", 25), ("0.257", 26), ("-3", 0), ("9", 100), ("x", 50), ("nan", 50), ("1e999", 50), ("", 50)],
)
def test_a_link_starts_the_scrubber(asked: str, frame: int) -> None:
    app = interpolate(interp_t=asked)
    assert scrubber(app)["frame"] == scrubber(app)["start"] == frame
    assert address(app, "interp_t") == f"{frame / 100:.2f}"


def test_a_small_frame_moves_the_scrubber_also_to_where_it_was_sent_before() -> None:
    app = interpolate()
    for moved_away in (0.3, 0.6):
        rest(app, moved_away)
        before = scrubber(app)["order"]
        app.session_state["interp_frames"] = {"picked": 7}
        del app.session_state["interp_t"]  # a test's own report names no order that it belongs to
        app.run()
        del app.session_state["interp_frames"]
        sound(app.run())
        assert (scrubber(app)["frame"], scrubber(app)["start"]) == (100, 100)
        assert scrubber(app)["order"] > before
    assert address(app, "interp_t") == "1.00"


def test_another_view_and_back_keeps_the_place() -> None:
    app = rest(interpolate(), 0.8)
    choose(app, "interp_view", "Four corners")
    app.session_state["interp_cell"] = {"cell": 9}
    assert given(sound(app.run()), "interp_cell")["cell"] == 9
    choose(app, "interp_view", "Slide A to B")
    assert scrubber(app)["frame"] == 80


def test_one_number_starts_at_the_value_of_a() -> None:
    app = interpolate(interp_model="digits-vae-2d", interp_view="One number")
    shown = given(app, "interp_value")
    code = item_data.code("digits-vae-2d", corners.example("a", "digits", resources.gallery("digits-vae-2d")))
    dim = app.selectbox(key="interp_dim").value
    assert shown["alt"][shown["frame"]].startswith(f"Number {dim} at ")
    assert abs(float(shown["alt"][shown["frame"]].split()[-1]) - code[dim]) < 0.1


def test_ends_of_the_slider_are_the_ends() -> None:
    app = interpolate(interp_t="0.0", interp_model="digits-ae-dense")
    address = next(text.value.split("`")[1] for text in app.markdown if text.value.startswith("**A**"))
    assert scrubber(app)["beside"]["alt"][0] == address  # the nearest real item of the start is A itself
    code = resources.gallery("digits-ae-dense").z[resources.gallery("digits-ae-dense").row(int(address[7:]))]
    way = slides.between(code, code + 1, np.array([-1, 0, 0.5, 1]), "spherical")
    assert way.shape == (4, code.size)
    np.testing.assert_array_equal(way[:2], [code, code])


@pytest.mark.parametrize(
    "asked", ["digits/69999", "fashion/60001", "upload/0123456789ab", "<b>", "digits/-1", "x" * 999]
)
def test_stale_corner_falls_back_and_says_so(asked: str) -> None:
    app = interpolate(interp_a=asked)
    assert any("A in the link" in info.value for info in app.info)
    assert scrubber(app)["sheet"]["count"]
    assert not any("A in the link" in info.value for info in sound(app.run()).info)


def test_link_names_the_corners_and_swap_exchanges_them() -> None:
    index = resources.gallery("digits-aae-30").index
    a, b = (f"digits/{place}" for place in index[[3, 7]])
    app = interpolate(interp_a=a, interp_b=b, interp_t="0.25")
    assert f"**A** `{a}`" in text(app)
    sound(app.button(key="interp_swap").click().run())
    assert f"**A** `{b}`" in text(app)
    assert scrubber(app)["frame"] == 75
    assert address(app, "interp_b") == a


@pytest.mark.parametrize(("asked", "steps"), [("2", 2), ("16", 16), ("17", 8), ("x", 8)])
def test_steps(asked: str, steps: int) -> None:
    app = interpolate(interp_steps=asked, interp_mode="Spherical")
    assert f"{steps} frames from A to B" in text(app)
    choose(app, "interp_view", "Four corners")


def test_place_random_and_card() -> None:
    app = interpolate()
    index = int(resources.gallery("digits-aae-30").index[5])
    field = next(field for field in app.number_input if field.key.startswith("interp_place_a"))
    sound(field.set_value(index).run())
    assert f"**A** `digits/{index}`" in text(app)
    sound(app.button(key="interp_random_b").click().run())
    sound(app.button(key="interp_current_b").click().run())
    assert f"**B** `{address(app, 'item')}`" in text(app)


def test_upload_as_a() -> None:
    app = interpolate()
    picture = np.zeros((28, 28, 1), np.uint8)
    picture[5:23, 12:16] = 255
    app.session_state["_uploads"] = {("digits", "0123456789ab"): picture}
    app.query_params["interp_a"] = "upload/0123456789ab"
    for view in VIEWS:
        choose(app, "interp_view", view)
        assert "**A** `upload/0123456789ab` your upload" in text(app)


def test_numbers_of_an_aae_are_categories_and_styles() -> None:
    app = interpolate(interp_model="digits-aae-10", interp_view="One number")
    names = app.selectbox(key="interp_dim").options
    assert {name.split()[0] for name in names} == {"Category", "Style"}
    sound(app.selectbox(key="interp_model").set_value("digits-vae-2d").run())
    assert sorted(app.selectbox(key="interp_dim").options) == ["Number 0", "Number 1"]


def test_files_are_named_after_what_they_show() -> None:
    app = interpolate(interp_model="digits-vae-2d")
    assert {button.proto.label for button in app.get("download_button")} == {"GIF", "MP4", "PNG"}
    gallery, runner = resources.gallery("digits-vae-2d"), resources.runner("digits-vae-2d")
    frames = slides.there_and_back(runner, gallery.z[0], gallery.z[1], steps=4, mode="linear")()
    assert (frames[0] == runner.decode(gallery.z[:1])[0]).all()
    assert len(frames) == 2 * (slides.SMOOTH + 2)
    assert slides.contact_sheet(runner.decode(gallery.z[:3]), columns=3)().startswith(b"\x89PNG")
