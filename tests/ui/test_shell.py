"""The shell opens whatever lies in the folder of checkpoints, and whatever stands in the URL."""

from collections.abc import Callable
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from core.checkpoints import CARD, GALLERY, MODEL
from dashboard import navigation
from tests import tiny

APP = Path(__file__).resolve().parents[2] / "dashboard" / "app.py"
PAGES = [name for entries in navigation.GROUPS.values() for name in entries]
NAME = "digits-ae-dense"


def opened(**query: str) -> AppTest:
    """The dashboard after its first run."""
    app = AppTest.from_file(APP, default_timeout=60)
    for name, value in query.items():
        app.query_params[name] = value
    return app.run()


def texts(app: AppTest) -> str:
    """Everything written on the page and in the sidebar."""
    kinds = (app.title, app.markdown, app.caption, app.error, app.info, app.subheader, app.code)
    return "\n".join(str(element.value) for kind in kinds for element in kind)


def query(app: AppTest, name: str) -> str:
    """What the URL says of ``name``."""
    value = app.query_params[name]
    return value[0] if isinstance(value, list) else value


def item(app: AppTest) -> str:
    """Address of the current item, as the URL has it."""
    return query(app, "item")


def test_opens_with_every_checkpoint(tiny_checkpoints: Path) -> None:
    app = opened()
    assert not app.exception
    assert not app.error
    assert len(app.metric) == len(tiny.KINDS)
    assert "5,000 originals that come with the installation" in texts(app)
    assert item(app).startswith("digits/")


@pytest.mark.parametrize("stem", PAGES)
@pytest.mark.parametrize("dataset", ["digits", "fashion"])
def test_every_page_opens(tiny_checkpoints: Path, stem: str, dataset: str) -> None:
    app = opened(data=dataset).switch_page(str(navigation.path(stem))).run()
    assert not app.exception
    assert not app.error
    assert app.title


@pytest.mark.parametrize("stem", PAGES)
def test_every_page_opens_without_checkpoints(own_checkpoints: Callable[..., Path], stem: str) -> None:
    own_checkpoints()
    app = opened().switch_page(str(navigation.path(stem))).run()
    assert not app.exception
    assert not app.error
    assert "MORPHOSPACE_CHECKPOINTS" in texts(app)


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
    app = opened()
    assert not app.exception
    assert len(app.metric) == 1
    assert "1 model left out" in [expander.label for expander in app.sidebar.expander]
    assert NAME in texts(app)
    assert len(app.error) == 1


def test_weights_of_another_shape_are_left_out(own_checkpoints: Callable[..., Path]) -> None:
    root = own_checkpoints(NAME, "digits-aae-30")
    card = root / NAME / CARD
    card.write_text(card.read_text().replace('"outer": 32', '"outer": 48'))
    app = opened()
    assert not app.exception
    assert "does not fit its architecture" in texts(app)


@pytest.mark.parametrize(
    "address",
    ["digits/60001", "digits/", "digits/-3", "birds/3", "upload/0123456789ab", "../../etc", "<b>x</b>", "9" * 500],
)
def test_a_stale_or_hostile_link_gives_a_notice(tiny_checkpoints: Path, address: str) -> None:
    usual = item(opened())
    app = opened(item=address)
    assert not app.exception
    assert len(app.info) == 1
    assert item(app) == usual
    assert not app.run().info


def test_a_link_opens_its_item(tiny_checkpoints: Path) -> None:
    app = opened(item="digits/3")
    assert not app.info
    assert item(app) == "digits/3"


def test_a_link_to_an_item_brings_its_data_set(tiny_checkpoints: Path) -> None:
    wanted = item(opened(data="fashion"))
    app = opened(item=wanted)
    assert not app.info
    assert app.selectbox(key="data").value == "fashion"
    assert item(app) == wanted


def test_each_data_set_keeps_its_item(tiny_checkpoints: Path) -> None:
    app = opened(item="digits/3")
    app.selectbox(key="data").set_value("fashion").run()
    assert not app.exception
    assert item(app).startswith("fashion/")
    assert "No originals here" in texts(app)
    app.selectbox(key="data").set_value("digits").run()
    assert item(app) == "digits/3"


def test_an_unknown_data_set_falls_back(tiny_checkpoints: Path) -> None:
    app = opened(data="birds")
    assert not app.exception
    assert app.selectbox(key="data").value == "digits"
    assert "no data set 'birds'" in app.info[0].value


def test_the_url_names_the_checkpoint(tiny_checkpoints: Path) -> None:
    app = opened(cl_model="digits-aae-10").switch_page(str(navigation.path("clusters"))).run()
    assert app.selectbox(key="cl_model").value == "digits-aae-10"
    app.selectbox(key="cl_model").set_value("digits-aae-30").run()
    assert query(app, "cl_model") == "digits-aae-30"


def test_another_data_set_offers_the_same_kind_of_model(tiny_checkpoints: Path) -> None:
    app = opened(cl_model="digits-aae-30").switch_page(str(navigation.path("clusters"))).run()
    app.selectbox(key="data").set_value("fashion").run()
    assert not app.exception
    assert app.selectbox(key="cl_model").value == query(app, "cl_model") == "fashion-aae-30"


@pytest.mark.parametrize("model", ["digits-vae-2d", "fashion-aae-30", "../../etc", "x" * 500])
def test_a_link_to_a_model_that_is_not_offered(tiny_checkpoints: Path, model: str) -> None:
    app = opened(cl_model=model).switch_page(str(navigation.path("clusters"))).run()
    assert not app.exception
    assert "not here" in app.info[0].value
    assert query(app, "cl_model").startswith("digits-aae-")
