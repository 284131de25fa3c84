"""Interpolate: every view opens with every checkpoint, the URL names the corners, and uploads walk too."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from dashboard import navigation, resources, slides
from tests import tiny

APP = Path(__file__).resolve().parents[2] / "dashboard" / "app.py"
VIEWS = {"Slide A to B": 2, "Four corners": 4, "One number": 1}


@pytest.fixture
def opened(tiny_checkpoints: Path) -> Callable[..., AppTest]:
    """The page with a query in the URL."""

    def open_page(**query: str) -> AppTest:
        app = AppTest.from_file(APP, default_timeout=120)
        for key, value in query.items():
            app.query_params[key] = value
        app.switch_page(str(navigation.path("interpolate"))).run()
        return sound(app)

    return open_page


def sound(app: AppTest) -> AppTest:
    """The same app, once it shows no error."""
    assert not app.exception
    assert not [error.value for error in app.error]
    return app


def large(app: AppTest) -> dict[str, str]:
    """Address of each large picture by its description."""
    return {image.alt: image.url for element in app.image for image in element.proto.imgs}


def shown(app: AppTest) -> str:
    """Everything that is written in Markdown and captions."""
    return "\n".join(element.value for element in [*app.markdown, *app.caption])


@pytest.mark.parametrize("dataset", ["digits", "fashion"])
@pytest.mark.parametrize("kind", tiny.KINDS)
def test_every_view_opens_with_every_checkpoint(opened: Callable[..., AppTest], dataset: str, kind: str) -> None:
    app = opened(interp_model=f"{dataset}-{kind}", item=f"{dataset}/{first_index(dataset)}")
    assert app.selectbox(key="interp_model").value == f"{dataset}-{kind}"
    for view, corners in VIEWS.items():
        sound(app.button_group(key="interp_view").set_value(view).run())
        assert sum(button.key.startswith("interp_random_") for button in app.button if button.key) == corners
        assert len(large(app)) == 2
        assert "Made by the model" in shown(app)


def first_index(dataset: str) -> int:
    """Place of an item that every tiny gallery of a data set holds."""
    return int(resources.gallery(f"{dataset}-aae-10").index[0])


def test_a_first_visit_turns_a_4_into_a_9(opened: Callable[..., AppTest]) -> None:
    app = opened()
    assert [text.value.split()[-1] for text in app.markdown if text.value.startswith(("**A**", "**B**"))] == [
        "4",
        "9",
    ]
    assert "interp_a" not in app.query_params


def test_slider_leads(opened: Callable[..., AppTest]) -> None:
    app = opened()
    before = large(app)
    assert "Frame at t = 0.50" in before
    after = large(sound(app.slider(key="interp_t").set_value(0.9).run()))
    assert after["Frame at t = 0.90"] != before["Frame at t = 0.50"]


def test_ends_of_the_slider_are_the_ends(opened: Callable[..., AppTest]) -> None:
    app = opened(interp_t="0.0", interp_model="digits-ae-dense")
    address = next(text.value.split("`")[1] for text in app.markdown if text.value.startswith("**A**"))
    assert address in large(app)  # the nearest real item of the start is A itself
    code = resources.gallery("digits-ae-dense").z[resources.gallery("digits-ae-dense").row(int(address[7:]))]
    np.testing.assert_array_equal(slides.between(code, code + 1, 0, "spherical")[0], code)


@pytest.mark.parametrize(
    "asked", ["digits/69999", "fashion/60001", "upload/0123456789ab", "<b>", "digits/-1", "x" * 999]
)
def test_stale_corner_falls_back_and_says_so(opened: Callable[..., AppTest], asked: str) -> None:
    app = opened(interp_a=asked)
    assert any("A in the link" in info.value for info in app.info)
    assert large(app)
    assert not any("A in the link" in info.value for info in sound(app.run()).info)


def test_link_names_the_corners_and_swap_exchanges_them(opened: Callable[..., AppTest]) -> None:
    index = resources.gallery("digits-aae-30").index
    a, b = (f"digits/{place}" for place in index[[3, 7]])
    app = opened(interp_a=a, interp_b=b, interp_t="0.25")
    assert f"**A** `{a}`" in shown(app)
    sound(app.button(key="interp_swap").click().run())
    assert f"**A** `{b}`" in shown(app)
    assert app.slider(key="interp_t").value == 0.75
    assert app.query_params["interp_b"] == a


@pytest.mark.parametrize(("asked", "steps"), [("2", 2), ("16", 16), ("17", 8), ("x", 8)])
def test_steps(opened: Callable[..., AppTest], asked: str, steps: int) -> None:
    app = opened(interp_steps=asked, interp_mode="Spherical")
    assert f"{steps} frames from A to B" in shown(app)
    sound(app.button_group(key="interp_view").set_value("Four corners").run())


def test_place_random_and_card(opened: Callable[..., AppTest]) -> None:
    app = opened()
    index = int(resources.gallery("digits-aae-30").index[5])
    field = next(field for field in app.number_input if field.key.startswith("interp_place_a"))
    sound(field.set_value(index).run())
    assert f"**A** `digits/{index}`" in shown(app)
    sound(app.button(key="interp_random_b").click().run())
    sound(app.button(key="interp_current_b").click().run())
    assert f"**B** `{app.query_params['item']}`" in shown(app)


def test_upload_as_a(opened: Callable[..., AppTest]) -> None:
    app = opened()
    picture = np.zeros((28, 28, 1), np.uint8)
    picture[5:23, 12:16] = 255
    app.session_state["_uploads"] = {("digits", "0123456789ab"): picture}
    app.query_params["interp_a"] = "upload/0123456789ab"
    for view in VIEWS:
        sound(app.button_group(key="interp_view").set_value(view).run())
        assert "**A** `upload/0123456789ab` your upload" in shown(app)


def test_numbers_of_an_aae_are_categories_and_styles(opened: Callable[..., AppTest]) -> None:
    app = opened(interp_model="digits-aae-10", interp_view="One number")
    names = app.selectbox(key="interp_dim").options
    assert {name.split()[0] for name in names} == {"Category", "Style"}
    sound(app.selectbox(key="interp_model").set_value("digits-vae-2d").run())
    assert sorted(app.selectbox(key="interp_dim").options) == ["Number 0", "Number 1"]


def test_files_are_named_after_what_they_show(opened: Callable[..., AppTest]) -> None:
    app = opened(interp_model="digits-vae-2d")
    assert {button.proto.label for button in app.get("download_button")} == {"GIF", "PNG"}
    gallery, runner = resources.gallery("digits-vae-2d"), resources.runner("digits-vae-2d")
    data = slides.there_and_back(runner, gallery.z[0], gallery.z[1], steps=4, mode="linear")()
    assert data.startswith(b"GIF8")
    assert slides.contact_sheet(runner.decode(gallery.z[:3]), columns=3)().startswith(b"\x89PNG")
