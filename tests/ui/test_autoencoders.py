"""Autoencoders: every variant has its row, errors stand beside reported ones, and differences have a legend."""

import json
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from core.checkpoints import CARD
from dashboard import heatmap, resources
from tests import tiny
from tests.ui.app import address, opened, sound, text

pytestmark = pytest.mark.usefixtures("tiny_checkpoints")
autoencoders = partial(opened, "autoencoders")
PLAIN = [kind for kind in tiny.KINDS if kind.startswith("ae-")]


def rows(app: AppTest) -> dict[str, dict[str, Any]]:
    """What every row of pictures was given, by its name."""
    found = {}
    for element in app.get("bidi_component"):
        data = json.loads(element.proto.json)[0]
        if "-ae_" in element.proto.id:
            found[data["label"]] = data
    return found


def test_a_row_for_each_variant_under_the_originals() -> None:
    shown = rows(autoencoders())
    assert list(shown)[0] == "Original"
    assert len(shown) == 1 + len(PLAIN)
    assert {data["sheet"]["count"] for data in shown.values()} == {8}
    assert all(float(text) > 0 for name, data in shown.items() if name != "Original" for text in data["captions"])


def test_other_families_are_shown_on_demand() -> None:
    app = autoencoders()
    app.button_group(key="ae_more").set_value(["VAE", "AAE"]).run()
    assert len(rows(sound(app))) == 1 + len(tiny.KINDS)
    assert len(app.dataframe[0].value) == len(tiny.KINDS)


def test_table_has_errors_and_marks_the_best(own_checkpoints: Callable[..., Path]) -> None:
    root = own_checkpoints("digits-ae-dense", "digits-ae-conv-up")
    path = root / "digits-ae-conv-up" / CARD
    raw = json.loads(path.read_text())
    raw["metrics"]["test_mse"]["value"] = 0.0042
    raw["metrics"]["train_mse"] |= {"value": 0.004, "reported": "0.0065", "source": "a series"}
    path.write_text(json.dumps(raw))
    table = autoencoders().dataframe[0].value
    assert table["Variant"][0].startswith("★")
    assert not table["Variant"][1].startswith("★")
    assert table["Test MSE"][0] == 0.0042
    assert table["Reported"].tolist() == ["0.0065", "–"]
    assert {"Code size", "Weights", "Train MSE", "Same label"} <= set(table.columns)


def test_numbers_that_were_not_measured(own_checkpoints: Callable[..., Path]) -> None:
    path = own_checkpoints("digits-ae-dense") / "digits-ae-dense" / CARD
    raw = json.loads(path.read_text())
    raw["metrics"] = {}
    path.write_text(json.dumps(raw))
    app = autoencoders()
    assert "error not measured" in text(app)
    assert not app.get("plotly_chart")


@pytest.mark.parametrize("view", ["Signed difference", "Difference"])
def test_differences_have_a_legend(view: str) -> None:
    plain, app = rows(autoencoders()), autoencoders(ae_view=view)
    name = next(name for name in plain if name != "Original")
    assert rows(app)[name]["sheet"]["uri"] != plain[name]["sheet"]["uri"]
    assert rows(app)["Original"] == plain["Original"]
    assert any(image.alt.startswith("From ") for element in app.image for image in element.proto.imgs)


def test_without_originals_it_says_so_and_keeps_the_stored_errors() -> None:
    app = autoencoders(data="fashion", ae_view="Difference")
    assert "The originals are not on this machine" in text(app)
    shown = rows(app)
    assert "Original" not in shown
    gallery = resources.gallery("fashion-ae-dense")
    data = next(data for name, data in shown.items() if "DENSE" in name.upper() and "CONV" not in name.upper())
    for spoken, caption in zip(data["spoken"], data["captions"], strict=True):
        row = gallery.row(int(spoken.split("fashion/")[1].split(",")[0]))
        assert caption == f"{1000 * gallery.error[row]:.1f}"


def test_another_set_keeps_the_current_item_first() -> None:
    app = autoencoders()
    before = rows(app)["Original"]["spoken"]
    next(button for button in app.button if button.label == "Another set").click().run()
    after = rows(sound(app))["Original"]["spoken"]
    assert after[0] == before[0]
    assert after != before
    assert address(app, "ae_set") == "2"
    assert rows(autoencoders(ae_set="2"))["Original"]["spoken"] == after


def test_the_other_columns_have_other_labels() -> None:
    captions = rows(autoencoders())["Original"]["captions"]
    assert len(set(captions)) == len(captions)


@pytest.mark.parametrize("hostile", ["0", "-3", "x", "1e3", "9" * 99, "²"])
def test_a_stale_link_falls_back(hostile: str) -> None:
    app = autoencoders(ae_set=hostile, ae_view=hostile, ae_more=hostile)
    assert rows(app) == rows(autoencoders())


def test_click_makes_an_item_the_current_one() -> None:
    app = autoencoders()
    name = "Original"
    index = rows(app)[name]["spoken"][2].split("digits/")[1].split(",")[0]
    before = rows(app)[name]
    app.session_state[f"ae_{name}"] = {"picked": 2}
    sound(app.run())
    assert rows(app)[name] == {**before, "selected": 2}
    assert address(app, "item") == f"digits/{index}"


def test_without_a_plain_autoencoder_the_others_are_offered(own_checkpoints: Callable[..., Path]) -> None:
    own_checkpoints("digits-aae-10")
    app = autoencoders()
    assert "no plain autoencoder" in text(app)
    assert len(rows(sound(app))) == 2  # shown at once
    assert "Reported errors" not in text(app)
    sound(app.button_group(key="ae_more").set_value(["AAE"]).run())
    assert "no plain autoencoder" not in text(app)
    assert len(rows(app)) == 2


def test_bars_and_differences() -> None:
    figure = heatmap.bars(["a", "<b>"], [0.1, None], title="t", form=".2f", marks=[0.2, None], best=0)
    assert figure.layout.yaxis.ticktext == ("a  0.10", "&lt;b&gt;")
    assert figure.data[0].marker.opacity == (1.0, 0.45)
    black, white = np.zeros((1, 2, 2, 1), np.uint8), np.full((1, 2, 2, 1), 255, np.uint8)
    assert not heatmap.difference(white, white, signed=True).any()
    assert (heatmap.difference(white, black, signed=True)[0, 0, 0] == heatmap.MISSING).all()
    assert (heatmap.difference(black, white, signed=True)[0, 0, 0] == heatmap.ADDED).all()
    assert (heatmap.difference(black, white, signed=False) == 255).all()
    assert heatmap.scale(signed=True).shape == (14, 224, 3)
    with pytest.raises(ValueError, match="cannot be compared"):
        heatmap.difference(black, white[:, :1], signed=False)
