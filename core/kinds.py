"""Which kind of thing a phrase names, and which products are called that. Pure functions, no torch."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from core import wishes
from core.phrases import Lexicon, words


@dataclass(frozen=True, eq=False)
class Called:
    """What products are called.

    Attributes
    ----------
    things : words that name a kind of product, as `core.wishes.things` has them.
    has : (n, things) bool, whether each product is called that: by its type's last word or in its caption.
    """

    things: tuple[str, ...]
    has: np.ndarray

    def those(self, named: Sequence[str]) -> np.ndarray:
        """Which products (n,) are called one of the things ``named``."""
        columns = [self.things.index(thing) for thing in named if thing in self.things]
        return np.asarray(self.has[:, columns].any(1))


def called(types: Sequence[str], captions: Sequence[str], lexicon: Lexicon) -> Called:
    """What products are called, of their types (n,) and captions (n,)."""
    things = tuple(sorted(wishes.things(lexicon)))
    place = {thing: column for column, thing in enumerate(things)}
    has = np.zeros((len(captions), len(things)), bool)
    ends = {kind: words(kind)[-1:] for kind in set(map(str, types))}
    for row, (kind, caption) in enumerate(zip(types, captions, strict=True)):
        for word in (*ends[str(kind)], *words(str(caption))):
            if word in place:
                has[row, place[word]] = True
    return Called(things, has)


def named(wished: Sequence[str], lexicon: Lexicon) -> tuple[str, ...]:
    """The things that the last of some wishes names which names any, in its order; they overrule earlier ones."""
    things = wishes.things(lexicon)
    for wish in reversed(wished):
        if found := tuple(dict.fromkeys(word for word in words(wish) if word in things)):
            return found
    return ()


def first(rows: np.ndarray, those: np.ndarray) -> np.ndarray:
    """The order (k,) that puts rows (k,) of which ``those`` (n,) is true before the others, else as they were."""
    return np.argsort(~those[rows], kind="stable")
