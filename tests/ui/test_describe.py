"""Describe, on the shipped models: pictures follow phrase and seed, and any phrase gets a sensible answer."""

from typing import Any

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from dashboard import describing, navigation
from tests.ui.app import address, go, opened, run, shown, sound, text


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


def test_a_made_picture_goes_to_the_pages_of_codes_and_stays_marked() -> None:
    app = opened("describe", desc_words="red shirt for men", desc_seed="3")  # widgets in the URL hold a page back
    for page in ("latent_map", "retrieve", "interpolate", "arithmetic"):
        app = sound(go(app, "describe").button(key=f"desc_send_{page}").click().run())
        assert app.title[0].value == navigation.entry(page)[0]
        assert app.session_state["data"] == "products"
        assert str(address(app, "item")).startswith("upload/")
        assert shown(app, "card_pair")["marks"][0] == "generated"
        if page == "interpolate":
            assert address(app, "interp_a") == address(app, "item")
        assert shown(app, "card_pair")["captions"][0] == "Made by a model"


def test_variations_are_near_the_chosen_one_which_comes_first() -> None:
    near = describing.noises(3, (5,), 64)
    every = describing.noises(3, (), 64)
    assert np.array_equal(near[0], every[5])
    away = np.linalg.norm(near[1:] - every[5], axis=1)
    assert away.max() < np.linalg.norm(np.delete(every, 5, 0) - every[5], axis=1).min()
    assert np.array_equal(describing.noises(3, (5, 0), 64)[0], every[5])
    many = describing.noises(0, (1, 2, 3), 20_000)  # still normal numbers, however deep
    assert many.std(1) == pytest.approx(np.ones(describing.COUNT), abs=0.03)


def test_a_picture_can_be_varied_and_the_url_reopens_it() -> None:
    app = opened("describe")
    app.session_state["desc_made"] = {"picked": {"row": 5, "token": token(app)}}
    app = sound(app.run())
    del app.session_state["desc_made"]
    before = token(app)
    app = sound(app.button(key="desc_vary").click().run())
    assert address(app, "desc_path") == "5"
    assert token(app) != before
    assert token(opened("describe", desc_path="5")) == token(app)
    assert token(sound(app.button(key="desc_up").click().run())) == before


def test_a_path_of_a_link_keeps_what_can_be_followed() -> None:
    assert describing.parse_path("5.0") == (5, 0)
    for link in ("", "9", "x.y", "🙂", "²", "-1", "../.."):
        assert describing.parse_path(link) == ()
    assert len(describing.parse_path(".".join("1" * 500))) == describing.DEEPEST


def test_known_words_can_be_added_and_misspelt_ones_are_guessed() -> None:
    app = opened("describe", desc_words="red shrit")
    assert "did you mean **shirt**" in text(app)
    app = sound(app.button_group(key="desc_word_Colours").set_value("blue").run())
    assert app.text_input(key="desc_words").value == "red shrit blue"


def test_both_stages_can_be_seen() -> None:
    app = opened("describe", desc_stages="true")
    assert shown(app, "desc_coarse")["label"] == "First stage"


PHRASES = (
    "🙂",
    "xyzzy",
    "красное платье",
    "赤い靴",
    "فستان",
    "<script>alert(1)</script>",
    "red " * 70,
    "[a](http://b) **c** ![d](http://e/f.png)",
    "'; DROP TABLE items; --",
)


def test_any_phrase_gets_a_sensible_answer() -> None:
    app = opened("describe")
    for phrase in PHRASES:
        app = sound(app.text_input(key="desc_words").set_value(phrase).run())
        told = text(app)
        assert "Not known, so left out" in told or "Only the first" in told
        assert "<script" not in told
        assert "](http" not in told
        assert len(shown(app, "desc_made")["captions"]) == describing.COUNT


def test_nothing_and_ten_thousand_words_in_a_link_get_pictures() -> None:
    for words in (" ", "red " * 10_000):
        assert len(shown(opened("describe", desc_words=words), "desc_made")["captions"]) == describing.COUNT


@pytest.mark.parametrize("tone", [10, 250])
def test_where_a_word_is_seen_is_coloured_on_dark_things_and_on_light_ones(tone: int) -> None:
    image, spot = np.full((64, 64, 3), tone, np.uint8), np.zeros((1, 8, 8), np.float32)
    spot[0, 2, 5] = 1
    (heated,) = describing.heated(image, spot)
    assert int(heated[20, 44, 0]) - int(heated[20, 44, 2]) > 100
    assert int(np.ptp(heated[60, 4])) <= 1


def test_a_map_that_is_even_is_spread_over_all_and_a_spot_over_one() -> None:
    even, spot, half = np.full((8, 8), 1 / 64), np.zeros((8, 8)), np.zeros((8, 8))
    spot[3, 3], half[:4] = 1, 1 / 32
    assert describing.spread(np.stack([even, spot, half])) == pytest.approx([1, 1 / 64, 0.5], abs=1e-6)


def test_all_words_share_one_scale() -> None:
    image, even, spot = np.full((64, 64, 3), 200, np.uint8), np.full((8, 8), 1 / 64), np.zeros((8, 8))
    spot[3, 3] = 1
    flat, high = describing.heated(image, np.stack([even, spot]).astype(np.float32)).astype(int)
    red = [found[..., 0] - found[..., 2] for found in (flat, high)]
    assert np.ptp(red[0]) <= 1
    assert red[1].max() > red[0].max() > red[1].min()


def test_a_word_without_a_place_is_told() -> None:
    app = opened("describe", desc_words="brown leather handbag for women")
    told = next(c.value for c in app.caption if c.value.startswith("Without a place"))
    assert "women" in told
    assert "handbag" not in told


def test_without_models_the_page_says_so(tmp_path: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MORPHOSPACE_CHECKPOINTS", str(tmp_path))
    app = run("describe")
    assert not app.exception
    assert "No models of products here" in text(app)
