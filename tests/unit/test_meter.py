"""What is said of an edit: what was meant, what moved besides, and by how much the others did."""

import numpy as np
import pytest

from core import entanglement
from core.attributes import DARK_GLASSES
from dashboard import edits, meter

NAMES = ("Eyeglasses", "Male", "Smiling", "Young", "Bald")
BEFORE = np.array([0.03, 0.2, 0.9, 0.8, 0.0], np.float32)


def test_a_sentence_names_what_moved_most() -> None:
    after = np.array([0.98, 0.32, 0.9, 0.72, 0.04], np.float32)
    said = meter.sentence(NAMES, BEFORE, after, ["Eyeglasses"])
    assert said == (
        "**Eyeglasses 0.03 → 0.98**; moved besides: Male +0.12, Young −0.08; "
        "mean change of Male, Smiling, Young: **0.067** (lower is better)"
    )


def test_a_sentence_compares_with_the_edit_that_keeps_nothing() -> None:
    after, unkept = BEFORE + [0.9, 0, 0, 0, 0], BEFORE + [0.9, 0.3, 0, 0, 0]
    said = meter.sentence(NAMES, BEFORE, after, ["Eyeglasses"], unkept=unkept)
    assert "moved besides: nothing by 0.05 or more" in said
    assert "**0.000** (lower is better; 0.100 without keeping others)" in said


def test_a_sentence_of_everything_that_should_stay() -> None:
    assert "mean change" not in meter.sentence(NAMES, BEFORE, BEFORE, list(NAMES))


def test_dark_glasses_are_glasses_over_dark_eyes() -> None:
    images = np.full((2, 64, 64, 3), 200, np.uint8)
    images[1, 27:34, 18:28] = images[1, 27:34, 36:46] = 20
    labels = ("Male", "Eyeglasses", DARK_GLASSES)
    word = np.array([[0.1, 0.9], [0.2, 0.8]], np.float32)
    found = entanglement.look(images, labels, encode=lambda x: np.zeros((len(x), 3)), read=lambda f: word)
    np.testing.assert_allclose(found.word, [[0.1, 0.9, 0.0], [0.2, 0.8, 0.8]], atol=1e-6)
    assert entanglement.look(images, labels[:2], encode=lambda x: x, read=lambda f: word).word.shape == (2, 2)


@pytest.mark.parametrize("values", [{}, {"Male": 0.15}, {"Male": -2.0, "distance": 0.25, "Smiling": 1.0}])
def test_an_edit_survives_its_link(values: edits.Values) -> None:
    assert edits.read(edits.written(values), ["Male", "distance", "Smiling"]) == values


def test_sliders_at_rest_are_no_edit() -> None:
    given = {"Male": 0.0, "distance": 1.0, "Smiling": 0.001, "Young": 3.0, "Nose": 1.0}
    assert edits.tidy(given, ["Male", "distance", "Smiling", "Young"]) == {"Young": 2.0}


def test_sweeps_go_from_end_to_end_of_each_slider() -> None:
    draw = np.random.default_rng(0)
    code, step = draw.normal(size=4).astype(np.float32), draw.normal(size=4).astype(np.float32)
    steps = {"Male": step, "distance": code - 1}  # the mean face is at 1
    codes = edits.sweeps(code, steps, {"Male": 1.0}, {"Male": 5, "distance": 3})
    assert codes.shape == (9, 4)
    np.testing.assert_allclose(codes[0], code + step, rtol=1e-5)
    np.testing.assert_allclose(codes[1:6], code + np.linspace(-2, 2, 5)[:, None] * step, rtol=1e-5, atol=1e-6)
    np.testing.assert_allclose(codes[6], 1 + step, rtol=1e-5)  # all the way to the mean
    np.testing.assert_allclose(codes[8], codes[0], rtol=1e-5)
