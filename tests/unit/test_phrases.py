"""Words of phrases, whatever is typed."""

from pathlib import Path

import numpy as np
import pytest

from core import phrases
from core.phrases import Lexicon

CAPTIONS = [
    "Puma Men Black T-shirts",
    "Nike Men Black Tshirt",
    "Nike Women Red Dresses Pack Of 3",
    "Gini Women Red Dress Pack Of 3",
]
FIELDS = {
    "type": np.array(["Tshirts", "Tshirts", "Dresses", "Dresses"]),
    "colour": np.array(["Black", "", "Red", "Tan"]),
}


@pytest.fixture
def lexicon() -> Lexicon:
    return phrases.build(CAPTIONS, FIELDS, least=2)


@pytest.mark.parametrize(
    ("typed", "one"),
    [
        ("T-Shirts", ["tshirt"]),
        ("tee", ["tshirt"]),
        ("a T shirt", ["tshirt"]),
        ("trousers and pants", ["trouser", "trouser"]),
        ("Women's watches", ["women", "watch"]),
        ("ladies’ dresses", ["women", "dress"]),
        ("GRAY check, size 42!", ["grey", "checked", "size", "42"]),
        ("Sun-glasses", ["sunglass"]),
        ("flip-flops", ["flip", "flop"]),
        ("bus glass iris", ["bus", "glass", "iris"]),
        ("the same but in red", ["red"]),
        ("", []),
        ("... -- !", []),
        ("ＲＥＤ", ["red"]),  # full width
    ],
)
def test_words_have_one_form(typed: str, one: list[str]) -> None:
    assert phrases.words(typed) == one


def test_one_form_is_stable() -> None:
    for word in ("tshirt", "women", "dress", "accessory", "checked", "flop", "watch", "sunglass", "adida"):
        assert phrases.words(" ".join(phrases.words(word))) == phrases.words(word)


def test_words_are_those_often_seen_or_of_a_field(lexicon: Lexicon) -> None:
    assert lexicon.words[:4] == ("3", "black", "dress", "men")  # each in two captions, by the alphabet
    assert {"nike", "pack", "tan"} <= set(lexicon.words)  # "tan" is in no caption
    assert not {"puma", "gini", "of"} & set(lexicon.words)
    assert lexicon.fields == {"type": ("Dresses", "Tshirts"), "colour": ("Black", "Red", "Tan")}


def test_what_is_unknown_is_said(lexicon: Lexicon) -> None:
    found = lexicon.read("A red Gucci DRESS, with the pack")
    assert (found.known, found.unknown, found.cut) == (("red", "dress", "pack"), ("gucci",), False)
    assert [lexicon.words[number - 1] for number in found.ids] == ["red", "dress", "pack"]


@pytest.mark.parametrize(
    ("typed", "unknown"),
    [("", ()), ("   ", ()), ("👗❤", ("👗", "❤")), ("robe à fleurs", ("robe", "à", "fleurs")), ("黑色", ("黑色",))],
)
def test_phrases_of_no_known_word(lexicon: Lexicon, typed: str, unknown: tuple[str, ...]) -> None:
    found = lexicon.read(typed)
    assert (found.ids, found.known, found.unknown) == ((), (), unknown)
    assert not lexicon.numbers([typed]).any()


def test_long_phrases_are_cut_and_say_so(lexicon: Lexicon) -> None:
    found = lexicon.read("red " * (phrases.MAX_WORDS + 1))
    assert found.cut
    assert len(found.ids) == len(found.known) == phrases.MAX_WORDS
    assert lexicon.numbers(["red " * 500]).shape == (1, phrases.MAX_WORDS)
    assert not lexicon.read("red " * phrases.MAX_WORDS).cut
    assert lexicon.read("x" * (phrases.LONGEST + 1)).cut


def test_numbers_and_reading_agree(lexicon: Lexicon) -> None:
    typed = ["red dress", "unheard black", ""]
    rows = lexicon.numbers(typed)
    for row, phrase in zip(rows, typed, strict=True):
        assert tuple(row[row > 0]) == lexicon.read(phrase).ids
    assert lexicon.numbers([]).shape == (0, phrases.MAX_WORDS)


def test_places_of_values(lexicon: Lexicon) -> None:
    assert lexicon.places("colour", np.array(["Red", "", "Blue", "Black"])).tolist() == [1, -1, -1, 0]


@pytest.mark.parametrize(
    ("caption", "rest"),
    [
        ("Puma Men Black Tee", "Men Black Tee"),
        ("Titan Black Watch", "Titan Black Watch"),
        ("Women Top", "Women Top"),
    ],
)
def test_the_brand_is_what_comes_before_whom_it_is_for(caption: str, rest: str) -> None:
    assert phrases.unbranded(caption) == rest


def test_a_lexicon_survives_writing_and_reading(lexicon: Lexicon, tmp_path: Path) -> None:
    phrases.save(lexicon, tmp_path / "vocabulary.json")
    assert phrases.load(tmp_path / "vocabulary.json") == lexicon


@pytest.mark.parametrize("content", ["", "[]", '{"words": ["a"]}', '{"words": 3, "fields": {}}'])
def test_damaged_vocabularies_are_refused(tmp_path: Path, content: str) -> None:
    (tmp_path / "vocabulary.json").write_text(content)
    with pytest.raises(ValueError, match=r"vocabulary\.json is no vocabulary"):
        phrases.load(tmp_path / "vocabulary.json")
