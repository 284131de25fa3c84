"""Words to say: the known one near a misspelt one, and some of each kind."""

import pytest

from core import hints
from core.phrases import Lexicon

KNOWN = Lexicon(
    ("shirt", "striped", "nike", "short", "handbag", "leather"),
    {"type": ("Shirts", "Handbags"), "colour": ("Red",), "gender": ("Men",)},
)


@pytest.mark.parametrize(
    ("word", "expected"),
    [
        ("shrit", "shirt"),
        ("Handbaag", "handbag"),
        ("lether", "leather"),
        ("nik", ""),
        ("🙂", ""),
        ("<b>", ""),
        ("платье", ""),
        ("a" * 10_000, ""),
    ],
)
def test_a_misspelt_word_has_a_known_one_near(word: str, expected: str) -> None:
    assert hints.near(word, KNOWN) == expected


def test_words_to_begin_with_leave_brands_out() -> None:
    found = hints.groups(KNOWN, most=1)
    assert found["Things"] == ("shirts",)
    assert found["Looks"] == ("striped", "leather")
