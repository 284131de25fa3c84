"""Arithmetic without a browser: what the trays hold, what the link says, and what is refused."""

from pathlib import Path

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from core import checkpoints, gallery
from core.settings import ROOT
from tests.ui.app import address, opened, sound, text

MODEL = "digits-aae-30"
TRAYS = "sum_trays"


def items() -> np.ndarray:
    """What the model's gallery holds."""
    return gallery.load(ROOT / "checkpoints" / MODEL / checkpoints.GALLERY).index


def told(app: AppTest, *trays: list[str], turn: int = 1, model: str = MODEL) -> AppTest:
    """The page after a browser said what is in its trays."""
    app.session_state[TRAYS] = {"changed": {"map": model, "turn": turn, "trays": list(trays)}}
    app.run()
    del app.session_state[TRAYS]
    return app


def test_opens_on_a_sum_that_the_link_reopens() -> None:
    app = opened("arithmetic")
    assert address(app, "sum") == "m2_m6_m5"
    again = opened("arithmetic", sum="m2_m6_m5", sum_by="1.50")
    assert (address(again, "sum"), address(again, "sum_by")) == ("m2_m6_m5", "1.50")


def test_ready_made_sums_are_one_click_away() -> None:
    app = opened("arithmetic", data="fashion")
    assert address(app, "sum") == "m9_m7_m5"
    sound(app.button(key="sum_ready_1").click().run())
    assert address(app, "sum") == "m2_m0_m3"


def test_trays_take_items_and_means() -> None:
    a, b, c = (str(index) for index in items()[:3])
    app = sound(told(opened("arithmetic"), [a, b], ["m4"], [c, c]))
    assert address(app, "sum") == f"{a}.{b}_m4_{c}"


def test_a_named_sum_is_opened_again_and_forgotten(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("MORPHOSPACE_CACHE", str(tmp_path))
    app = sound(told(opened("arithmetic"), ["m1"], ["m4"], ["m7"]))
    app.text_input(key="sum_name").set_value("  one\nmore ")
    sound(app.button(key="sum_save").click().run())
    again = opened("arithmetic")
    assert again.button(key="sum_open_0").label == "one more"
    sound(again.button(key="sum_open_0").click().run())
    assert address(again, "sum") == "m1_m4_m7"
    sound(again.button(key="sum_forget_0").click().run())
    assert "None yet for this data set" in text(again)


def test_a_sum_without_a_name_is_not_kept(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("MORPHOSPACE_CACHE", str(tmp_path))
    app = opened("arithmetic").button(key="sum_save").click().run()
    assert "A name has 1 to 60 characters" in text(app)
    (tmp_path / "sums.sqlite").write_bytes(b"no database at all, and long enough to be looked at" * 9)
    assert "cannot be used" in text(app.run())


def test_an_empty_tray_is_waited_for() -> None:
    app = sound(told(opened("arithmetic"), ["m1"], [], ["m3"]))
    assert "Put at least one picture into B" in text(app)
    assert address(app, "sum") == "m1__m3"


@pytest.mark.parametrize(
    "trays",
    [
        (["999999999"], ["m1"], ["m2"]),
        (["m77"], ["m1"], ["m2"]),
        (["u0123456789ab"], ["m1"], ["m2"]),
        (["<img>"], ["m1"], ["m2"]),
    ],
)
def test_what_is_not_here_is_refused_and_nothing_lost(trays: tuple[list[str], ...]) -> None:
    app = sound(told(opened("arithmetic"), *trays))
    assert "That cannot be added" in text(app)
    assert address(app, "sum") == "m2_m6_m5"


def test_ten_exemplars_are_too_many() -> None:
    app = sound(told(opened("arithmetic"), [str(index) for index in items()[:10]], ["m1"], ["m2"]))
    assert "allowed: up to 9" in text(app)


@pytest.mark.parametrize("link", ["nonsense", "m2_m6", "m2_m6_m999", "1.2.3_m1_u000000000000"])
def test_a_stale_link_is_told_of(link: str) -> None:
    app = opened("arithmetic", sum=link)
    assert "The sum in the link cannot be shown" in text(app)
    assert address(app, "sum") == "m2_m6_m5"


def test_words_of_another_model_are_not_believed() -> None:
    app = sound(told(opened("arithmetic"), ["m1"], ["m2"], ["m3"], model="digits-aae-10"))
    assert address(app, "sum") == "m2_m6_m5"
