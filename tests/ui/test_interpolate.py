"""Interpolate: every view opens with every checkpoint, the URL names the corners, and uploads walk too."""

from functools import partial

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from dashboard import resources, slides
from tests import tiny
from tests.ui.app import address, choose, opened, sound, text

pytestmark = pytest.mark.usefixtures("tiny_checkpoints")
interpolate = partial(opened, "interpolate")
VIEWS = {"Slide A to B": 2, "Four corners": 4, "One number": 1}


def large(app: AppTest) -> dict[str, str]:
    """Address of each large picture by its description."""
    return {image.alt: image.url for element in app.image for image in element.proto.imgs}


@pytest.mark.parametrize("dataset", ["digits", "fashion"])
@pytest.mark.parametrize("kind", tiny.KINDS)
def test_every_view_opens_with_every_checkpoint(dataset: str, kind: str) -> None:
    app = interpolate(interp_model=f"{dataset}-{kind}", item=f"{dataset}/{first_index(dataset)}")
    assert app.selectbox(key="interp_model").value == f"{dataset}-{kind}"
    for view, corners in VIEWS.items():
        choose(app, "interp_view", view)
        assert sum(button.key.startswith("interp_random_") for button in app.button if button.key) == corners
        assert len(large(app)) == 2
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


def test_slider_leads() -> None:
    app = interpolate()
    before = large(app)
    assert "Frame at t = 0.50" in before
    after = large(sound(app.slider(key="interp_t").set_value(0.9).run()))
    assert after["Frame at t = 0.90"] != before["Frame at t = 0.50"]


def test_ends_of_the_slider_are_the_ends() -> None:
    app = interpolate(interp_t="0.0", interp_model="digits-ae-dense")
    address = next(text.value.split("`")[1] for text in app.markdown if text.value.startswith("**A**"))
    assert address in large(app)  # the nearest real item of the start is A itself
    code = resources.gallery("digits-ae-dense").z[resources.gallery("digits-ae-dense").row(int(address[7:]))]
    np.testing.assert_array_equal(slides.between(code, code + 1, 0, "spherical")[0], code)


@pytest.mark.parametrize(
    "asked", ["digits/69999", "fashion/60001", "upload/0123456789ab", "<b>", "digits/-1", "x" * 999]
)
def test_stale_corner_falls_back_and_says_so(asked: str) -> None:
    app = interpolate(interp_a=asked)
    assert any("A in the link" in info.value for info in app.info)
    assert large(app)
    assert not any("A in the link" in info.value for info in sound(app.run()).info)


def test_link_names_the_corners_and_swap_exchanges_them() -> None:
    index = resources.gallery("digits-aae-30").index
    a, b = (f"digits/{place}" for place in index[[3, 7]])
    app = interpolate(interp_a=a, interp_b=b, interp_t="0.25")
    assert f"**A** `{a}`" in text(app)
    sound(app.button(key="interp_swap").click().run())
    assert f"**A** `{b}`" in text(app)
    assert app.slider(key="interp_t").value == 0.75
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
    assert {button.proto.label for button in app.get("download_button")} == {"GIF", "PNG"}
    gallery, runner = resources.gallery("digits-vae-2d"), resources.runner("digits-vae-2d")
    data = slides.there_and_back(runner, gallery.z[0], gallery.z[1], steps=4, mode="linear")()
    assert data.startswith(b"GIF8")
    assert slides.contact_sheet(runner.decode(gallery.z[:3]), columns=3)().startswith(b"\x89PNG")
