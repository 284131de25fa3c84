"""Which kind of thing is named, and what comes first for it."""

import numpy as np
import pytest

from core import kinds
from core.phrases import Lexicon

KNOWN = Lexicon(("blue",), {"type": ("Casual Shoes", "Dresses", "Mufflers"), "colour": (), "gender": ()})


@pytest.mark.parametrize(
    ("wishes", "named"),
    [
        (["a blue denim dress"], ("dress",)),
        (["shoes", "in blue"], ("shoe",)),
        (["shoes", "no, dresses"], ("dress",)),
        (["blue"], ()),
        (["🙂"], ()),
        ([], ()),
    ],
)
def test_the_last_wish_that_names_a_thing_says_which(wishes: list[str], named: tuple[str, ...]) -> None:
    assert kinds.named(wishes, KNOWN) == named


def test_a_product_is_called_what_its_type_or_its_caption_says() -> None:
    types, captions = ["Dresses", "Mufflers", "Casual Shoes", ""], ["A", "Blue dress muffler", "B", "Gown"]
    found = kinds.called(types, captions, KNOWN)
    assert found.those(("dress",)).tolist() == [True, True, False, False]
    assert found.those(("shoe", "gown")).tolist() == [False, False, True, True]
    assert not found.those(("nothing",)).any()


def test_those_come_first_and_the_order_is_kept_within() -> None:
    those = np.array([False, True, False, True, False])
    rows = np.array([4, 3, 0, 1, 2])
    assert rows[kinds.first(rows, those)].tolist() == [3, 1, 4, 0, 2]
