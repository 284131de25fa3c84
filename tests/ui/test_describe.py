"""Describe, on the shipped models: pictures follow phrase and seed, and any phrase gets a sensible answer."""

from typing import Any

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from dashboard import describing, navigation
from tests.ui.app import address, opened, run, shown, sound, text


def token(app: AppTest) -> str:
    """Names what the pictures of the phrase look like."""
    return shown(app, "desc_made")["sheet"]["token"]


def test_pictures_follow_the_phrase_and_the_seed() -> None:
    app = opened("describe", desc_words="red shirt for men")
    first = token(app)
    assert len(shown(app, "desc_made")["captions"]) == describing.COUNT
    assert "Understood: **red** · **shirt** · **men**" in text(app)
    assert token(opened("describe", desc_words="red shirt for men")) == first
    again = sound(next(button for button in app.button if button.label == "Draw again").click().run())
    assert token(again) != first
    assert token(opened("describe", desc_words="brown handbag")) != first


def test_a_pressed_picture_is_looked_at_and_can_be_searched_from() -> None:
    app = opened("describe")
    app.session_state["desc_made"] = {"picked": {"row": 5, "token": token(app)}}
    app = sound(app.run())
    del app.session_state["desc_made"]
    assert shown(app, "desc_made")["selected"] == 5
    assert "The reader sees" in text(app)
    app = sound(app.button(key="desc_send_search").click().run())
    assert str(address(app, "srch_from")).startswith("upload/")
    assert shown(app, "srch_start")["marks"] == ["generated"]


@pytest.mark.parametrize("page", ["latent_map", "retrieve", "interpolate", "arithmetic"])
def test_a_made_picture_goes_to_the_pages_of_codes_and_stays_marked(page: str) -> None:
    app = sound(opened("describe").button(key=f"desc_send_{page}").click().run())
    assert app.title[0].value == navigation.entry(page)[0]
    assert app.session_state["data"] == "products"
    assert str(address(app, "item")).startswith("upload/")
    assert shown(app, "card_pair")["marks"][0] == "generated"
    assert shown(app, "card_pair")["captions"][0] == "Made by a model"


def test_both_stages_can_be_seen() -> None:
    app = opened("describe", desc_stages="true")
    assert shown(app, "desc_coarse")["label"] == "First stage"


@pytest.mark.parametrize(
    "phrase", ["🙂", "xyzzy", "красное платье", "<script>alert(1)</script>", "red " * 70, "[a](http://b) **c**"]
)
def test_any_phrase_gets_a_sensible_answer(phrase: str) -> None:
    app = opened("describe", desc_words=phrase)
    told = text(app)
    assert "Not known, so left out" in told or "Only the first" in told
    assert len(shown(app, "desc_made")["captions"]) == describing.COUNT


def test_where_a_word_is_seen_is_bright() -> None:
    image, spot = np.full((64, 64, 3), 200, np.uint8), np.zeros((1, 8, 8), np.float32)
    spot[0, 2, 5] = 1
    (lit,) = describing.lit(image, spot)
    assert lit[20, 44].min() > 150
    assert lit[60, 4].max() == round(200 * describing.DIM)


def test_without_models_the_page_says_so(tmp_path: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MORPHOSPACE_CHECKPOINTS", str(tmp_path))
    app = run("describe")
    assert not app.exception
    assert "No models of products here" in text(app)
