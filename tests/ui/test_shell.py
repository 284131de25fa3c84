"""The shell opens whatever lies in the folder of checkpoints, and whatever stands in the URL."""

from collections.abc import Callable
from pathlib import Path

import pytest

from core.checkpoints import CARD, GALLERY, MODEL
from core.datasets import SOURCES
from dashboard import navigation
from tests import tiny
from tests.ui.app import address, go, opened, run, sound, text

pytestmark = pytest.mark.usefixtures("tiny_checkpoints")
PAGES = [name for entries in navigation.GROUPS.values() for name in entries]
NAME = "digits-ae-dense"


def test_opens_with_every_checkpoint() -> None:
    app = opened()
    assert len(app.metric) == len(tiny.KINDS)
    assert "5,000 originals that come with the installation" in text(app)
    assert address(app, "item").startswith("digits/")


@pytest.mark.parametrize("stem", PAGES)
@pytest.mark.parametrize("dataset", ["digits", "fashion"])
def test_every_page_opens(stem: str, dataset: str) -> None:
    assert sound(go(opened(data=dataset), stem)).title


NEEDS_NONE = {"bring", "audit"}  # pages that are about images, with or without a model of them


@pytest.mark.parametrize("stem", PAGES)
def test_every_page_opens_without_checkpoints(own_checkpoints: Callable[..., Path], stem: str) -> None:
    own_checkpoints()
    said = text(sound(go(opened(), stem)))
    assert "MORPHOSPACE_CHECKPOINTS" in said or stem in NEEDS_NONE


def truncate(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:100])


def overwrite(path: Path) -> None:
    path.write_bytes(b"\0" * 5000)


@pytest.mark.parametrize("damage", [truncate, overwrite, Path.unlink])
@pytest.mark.parametrize("file", [CARD, MODEL, GALLERY])
def test_a_broken_checkpoint_is_left_out_and_named(
    own_checkpoints: Callable[..., Path], file: str, damage: Callable[[Path], None]
) -> None:
    root = own_checkpoints(NAME, "digits-aae-30")
    damage(root / NAME / file)
    app = run()
    assert not app.exception
    assert len(app.metric) == 1
    assert "1 model left out" in [expander.label for expander in app.sidebar.expander]
    assert NAME in text(app)
    assert len(app.error) == 1


def test_weights_of_another_shape_are_left_out(own_checkpoints: Callable[..., Path]) -> None:
    root = own_checkpoints(NAME, "digits-aae-30")
    card = root / NAME / CARD
    card.write_text(card.read_text().replace('"outer": 32', '"outer": 48'))
    app = run()
    assert not app.exception
    assert "does not fit its architecture" in text(app)


@pytest.mark.parametrize(
    "asked",
    ["digits/60001", "digits/", "digits/-3", "birds/3", "upload/0123456789ab", "../../etc", "<b>x</b>", "9" * 500],
)
def test_a_stale_or_hostile_link_gives_a_notice(asked: str) -> None:
    usual = address(opened(), "item")
    app = opened(item=asked)
    assert len(app.info) == 1
    assert address(app, "item") == usual
    assert not app.run().info


def test_a_link_opens_its_item() -> None:
    app = opened(item="digits/3")
    assert not app.info
    assert address(app, "item") == "digits/3"


def test_a_link_to_an_item_brings_its_data_set() -> None:
    wanted = address(opened(data="fashion"), "item")
    app = opened(item=wanted)
    assert not app.info
    assert app.selectbox(key="data").value == "fashion"
    assert address(app, "item") == wanted


def test_each_data_set_keeps_its_item() -> None:
    app = opened(item="digits/3")
    sound(app.selectbox(key="data").set_value("fashion").run())
    assert address(app, "item").startswith("fashion/")
    assert "No originals here" in text(app)
    app.selectbox(key="data").set_value("digits").run()
    assert address(app, "item") == "digits/3"


def test_an_unknown_data_set_falls_back() -> None:
    app = opened(data="birds")
    assert app.selectbox(key="data").value == "digits"
    assert "no data set 'birds'" in app.info[0].value


def test_the_url_names_the_checkpoint() -> None:
    app = opened("clusters", cl_model="digits-aae-10")
    assert app.selectbox(key="cl_model").value == "digits-aae-10"
    app.selectbox(key="cl_model").set_value("digits-aae-30").run()
    assert address(app, "cl_model") == "digits-aae-30"


def test_another_data_set_offers_the_same_kind_of_model() -> None:
    app = opened("clusters", cl_model="digits-aae-30")
    sound(app.selectbox(key="data").set_value("fashion").run())
    assert app.selectbox(key="cl_model").value == address(app, "cl_model") == "fashion-aae-30"


@pytest.mark.parametrize("model", ["digits-vae-2d", "fashion-aae-30", "../../etc", "x" * 500])
def test_a_link_to_a_model_that_is_not_offered(model: str) -> None:
    app = opened("clusters", cl_model=model)
    assert "not here" in app.info[0].value
    assert address(app, "cl_model").startswith("digits-aae-")


def test_a_bad_upload_on_the_card_is_told_of_and_costs_nothing_else() -> None:
    app = opened("clusters")
    before = address(app, "item")
    app.file_uploader(key="card_upload").set_value(("no.png", b"no picture", "image/png")).run()
    assert not app.exception
    assert "not a PNG" in app.error[0].value
    assert address(app, "item") == before
    assert app.selectbox(key="cl_category")


def test_a_page_with_data_of_its_own_offers_no_data_set_and_loses_no_choice() -> None:
    app = opened("retrieve", data="fashion")
    for own in navigation.OWN_DATA:
        app = sound(go(app, own))
        assert "data" not in [box.key for box in app.selectbox]
        assert "the only one of this page" in text(app)
        assert SOURCES["fashion"].title in text(app)
        app = sound(go(sound(app.run()), "retrieve"))
        assert app.selectbox(key="data").value == "fashion"
