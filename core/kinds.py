"""Which kind of thing a phrase names, and which products are called that. Pure functions, no torch."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from core.phrases import Lexicon, meant

MARGIN = 0.4  # of cosine similarity: what fits worse does not come first, whatever it is called
WIDER = {"bag": ("handbag", "backpack", "clutch", "rucksack")}  # what is called that too, though by another word


@dataclass(frozen=True, eq=False)
class Called:
    """What products are called.

    Attributes
    ----------
    things : words that name a kind of product, as `types` has them.
    has : (n, things) bool, whether each product is called that: by its type's last word or in its caption.
    """

    things: tuple[str, ...]
    has: np.ndarray

    def those(self, named: Sequence[str]) -> np.ndarray:
        """Which products (n,) are called one of the things ``named``."""
        wider = [other for thing in named for other in (thing, *WIDER.get(thing, ()))]
        columns = [self.things.index(thing) for thing in wider if thing in self.things]
        return np.asarray(self.has[:, columns].any(1))


def types(lexicon: Lexicon) -> frozenset[str]:
    """The last word of each type, in the form of `core.phrases.meant`.

    What people call things otherwise is left out: a "sneaker" is a sock in the few captions that have the word.
    """
    return frozenset(word for name in lexicon.fields["type"] for word in meant(name, lexicon.same)[-1:])


def called(kinds: Sequence[str], captions: Sequence[str], lexicon: Lexicon) -> Called:
    """What products are called, of their types (n,) and captions (n,)."""
    things = tuple(sorted(types(lexicon)))
    place = {thing: column for column, thing in enumerate(things)}
    has = np.zeros((len(captions), len(things)), bool)
    ends = {str(kind): meant(str(kind), lexicon.same)[-1:] for kind in set(kinds)}
    for row, (kind, caption) in enumerate(zip(kinds, captions, strict=True)):
        for word in (*ends[str(kind)], *meant(str(caption), lexicon.same)):
            if word in place:
                has[row, place[word]] = True
    return Called(things, has)


def named(wished: Sequence[str], lexicon: Lexicon) -> tuple[str, ...]:
    """The things that the last of some wishes names which names any, in its order; they overrule earlier ones."""
    things = types(lexicon)
    for wish in reversed(wished):
        if found := tuple(dict.fromkeys(word for word in meant(wish, lexicon.same) if word in things)):
            return found
    return ()


def leading(score: np.ndarray, those: np.ndarray, *, margin: float = MARGIN) -> np.ndarray:
    """Which products (n,) come before all others: ``those`` (n,) that fit hardly worse than the best does.

    Parameters
    ----------
    score : (n,) cosine similarity to what is searched for, the largest one finite.
    margin : so far below the best one comes first at most.
    """
    return those & (score >= score.max(initial=-np.inf) - margin)
