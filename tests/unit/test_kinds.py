"""Which kind of thing is named, and which products are called that."""

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
    assert found.those(("shoe", "gown")).tolist() == [False, False, True, False]  # no type is called gown
    assert not found.those(("nothing",)).any()


def test_a_handbag_is_a_bag() -> None:
    known = Lexicon((), {"type": ("Laptop Bag", "Handbags", "Belts"), "colour": (), "gender": ()})
    found = kinds.called(["Handbags", "Belts", "Laptop Bag"], ["", "", ""], known)
    assert found.those(("bag",)).tolist() == [True, False, True]
    assert found.those(("handbag",)).tolist() == [True, False, False]


def test_only_what_fits_hardly_worse_than_the_best_leads() -> None:
    score = np.array([0.9, 0.6, 0.4, 0.8], np.float32)
    those = np.array([False, True, True, False])
    assert kinds.leading(score, those, margin=0.4).tolist() == [False, True, False, False]
    assert kinds.leading(score[:0], those[:0]).tolist() == []
