"""Messages are cut into wishes where one thing ends and another begins."""

import pytest

from core import wishes
from core.phrases import Lexicon

KNOWN = Lexicon(
    ("men", "women", "blue", "white", "red", "denim", "dress", "shoe", "shirt", "watch", "casual", "leather"),
    {"type": ("Shirts", "Casual Shoes", "Watches", "Dresses"), "colour": ("Blue",), "gender": ("Men",)},
)


def test_the_last_word_of_a_type_names_it() -> None:
    assert wishes.things(KNOWN) - wishes.OTHERS == {"shirt", "shoe", "watch", "dress"}


@pytest.mark.parametrize(
    ("message", "expected"),
    [
        ("a blue denim dress and white sneakers", ("a blue denim dress", "white sneakers")),
        ("a blue denim dress and white shoes", ("a blue denim dress", "white shoes")),
        ("a blue and white shirt", ("a blue white shirt",)),
        ("red watch, casual shoes; a shirt", ("red watch", "casual shoes", "a shirt")),
        ("a shirt, for women", ("a shirt for women",)),
        ("something blue", ("something blue",)),
        ("", ()),
        ("🙂", ("🙂",)),
        (" , and ; ", ()),
    ],
)
def test_a_message_is_cut_into_wishes(message: str, expected: tuple[str, ...]) -> None:
    assert wishes.split(message, KNOWN) == wishes.Wishes(expected)


def test_more_wishes_than_are_answered_are_counted() -> None:
    found = wishes.split(", ".join(["a red shirt"] * (wishes.MOST + 3)), KNOWN)
    assert len(found.phrases) == wishes.MOST
    assert found.left == 3
