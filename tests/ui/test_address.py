"""The URL: opening a page adds no step to the browser's history, a choice adds one, and going back is obeyed."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from dashboard import navigation
from tests.ui.app import address, go, opened, sound

pytestmark = pytest.mark.usefixtures("tiny_checkpoints")
PAGES = [name for entries in navigation.GROUPS.values() for name in entries]


@pytest.mark.parametrize("page", PAGES)
def test_opening_a_page_is_no_step(page: str) -> None:
    app = opened(page)
    assert app.query_params == {}
    assert address(app, "item") == "digits/92"


def test_a_link_is_no_step_and_is_completed() -> None:
    app = opened("interpolate", data="fashion")
    assert app.query_params == {"data": "fashion"}
    assert address(app, "data") is None
    assert address(app, "interp_model") == "fashion-aae-10"
    assert [address(app, f"interp_{corner}") is None for corner in "abcd"] == [False, False, True, True]


def test_a_choice_is_one_step_that_names_the_whole_page() -> None:
    app = opened("latent_map")
    sound(app.button(key="card_surprise").click().run())
    assert app.query_params == {"item": address(app, "item"), "map_model": "digits-aae-10"}
    assert app.query_params["item"] != "digits/92"
    sound(app.selectbox(key="map_model").set_value("digits-ae-dense").run())
    assert app.query_params["map_model"] == "digits-ae-dense"


def test_a_choice_in_a_part_of_a_page_names_the_whole_page() -> None:
    app = opened("autoencoders")
    next(button for button in app.button if button.label == "Another set").click().run()
    assert set(sound(app).query_params) == {"item", "ae_model", "ae_set"}


def test_what_the_url_says_already_is_no_step() -> None:
    app = opened("latent_map", map_model="digits-vae-2d")
    sound(app.button(key="map_nearest").click().run())
    chosen = address(app, "item")
    assert app.query_params["item"] == chosen
    app.query_params.clear()  # as on the way to a page, whose own additions Streamlit does not see
    sound(app.button(key="map_nearest").click().run())
    assert address(app, "item") == chosen
    assert app.query_params == {}


def test_back_and_forward() -> None:
    app = opened("latent_map")
    first = {name: address(app, name) for name in ("item", "map_model")}
    sound(app.button(key="card_surprise").click().run())
    second = dict(app.query_params)
    for step in (first, second, first):
        app.query_params = dict(step)
        sound(app.run())
        assert {name: address(app, name) for name in step} == step
        assert app.query_params == step


def test_back_reopens_a_model_that_the_other_data_set_has_not(own_checkpoints: Callable[..., Path]) -> None:
    own_checkpoints("digits-aae-10", "digits-ae-dense", "fashion-aae-10")
    app = opened("latent_map", item="digits/92", map_model="digits-ae-dense")
    first = dict(app.query_params)
    sound(app.selectbox(key="data").set_value("fashion").run())
    assert address(app, "map_model") == "fashion-aae-10"
    app.query_params = first
    assert sound(app.run()).selectbox(key="map_model").value == "digits-ae-dense"


def test_what_the_url_said_before_is_not_adopted_again() -> None:
    app = opened("clusters", data="fashion", cl_model="fashion-aae-10")
    sound(app.selectbox(key="data").set_value("digits").run())
    for _ in range(2):  # the browser has `cl_model` completed, and Streamlit still the old one
        assert app.query_params["data"] == "fashion"
        assert app.query_params["cl_model"] == "fashion-aae-10"
        assert app.selectbox(key="cl_model").value == address(app, "cl_model") == "digits-aae-10"
        assert not sound(app.run()).info


def test_a_page_that_is_opened_again_keeps_the_session() -> None:
    app = opened("interpolate")
    sound(app.button(key="interp_random_a").click().run())
    chosen, item = address(app, "interp_a"), address(app, "item")
    for page in ("latent_map", "interpolate"):
        app.query_params.clear()  # as the browser does on the way to another page
        sound(go(app, page))
        assert app.query_params == {}
        assert address(app, "item") == item
    assert address(app, "interp_a") == chosen


def test_back_reopens_an_upload_of_the_other_data_set() -> None:
    app = opened("latent_map")
    app.session_state["_uploads"] = {("digits", "0123456789ab"): np.full((28, 28, 1), 90, np.uint8)}
    first = {"item": "upload/0123456789ab", "map_model": "digits-aae-10"}
    app.query_params = dict(first)
    assert address(sound(app.run()), "item") == "upload/0123456789ab"
    sound(app.selectbox(key="data").set_value("fashion").run())
    app.query_params = dict(first)
    sound(app.run())
    assert app.selectbox(key="data").value == "digits"
    assert address(app, "item") == "upload/0123456789ab"
    assert not app.info


@pytest.mark.parametrize("name", ["item", "data", "map_model"])
def test_a_link_puts_no_picture_on_the_page(name: str) -> None:
    app = opened("latent_map", **{name: "![x](https://example.org/x.png)"})
    assert len(app.info) == 1
    assert "![" not in app.info[0].value
    assert "](" not in app.info[0].value
