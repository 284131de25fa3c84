"""What a message asks for: one wish for each thing that it names. Pure functions, no torch."""

import re
from dataclasses import dataclass

from core.phrases import Lexicon, words

BETWEEN = re.compile(r"\s*(?:[,;/+&\n.!?]|\b(?:and|plus|also|then|with|und|et|y)\b)\s*", re.IGNORECASE)
# Things that no type is called, but people are: a message is cut at them too.
OTHERS = frozenset(
    {
        "bag",
        "blazer",
        "blouse",
        "boot",
        "bra",
        "coat",
        "gown",
        "heel",
        "hoodie",
        "jewelry",
        "loafer",
        "outfit",
        "pump",
        "purse",
        "ring",
        "scarf",
        "short",
        "slipper",
        "sneaker",
        "suit",
        "sunglass",
        "glass",
        "trainer",
        "trunk",
        "underwear",
    }
)
MOST = 6  # wishes of a message that are answered


@dataclass(frozen=True)
class Wishes:
    """What a message asks for.

    Attributes
    ----------
    phrases : one for each thing that is named, as typed.
    left : how many more there were than `MOST`.
    """

    phrases: tuple[str, ...]
    left: int = 0


def things(lexicon: Lexicon) -> frozenset[str]:
    """Words that name a kind of product: `OTHERS` and those of the types, in the form of `core.phrases.words`.

    A type of several words is named by its last: a casual shoe is a shoe, and nothing is a casual.
    """
    ends = (words(name)[-1:] for name in lexicon.fields["type"])
    return OTHERS | {word for end in ends for word in end}


def named(phrase: str) -> frozenset[str]:
    """The words of a phrase, in the one form that `things` has them in."""
    return frozenset(words(phrase))


def split(message: str, lexicon: Lexicon) -> Wishes:
    """Cut a message where one thing ends and another begins.

    A part that names no thing belongs to the next that does, or to the last: "a blue and white shirt" is one wish,
    "a blue dress and white shoes" are two. A message that names no thing is one wish.
    """
    known = things(lexicon)
    found: list[str] = []
    waiting: list[str] = []
    for part in (part for part in BETWEEN.split(message) if words(part)):
        waiting.append(part)
        if known & named(part):
            found.append(" ".join(waiting))
            waiting = []
    if waiting:
        found[-1:] = [" ".join([*found[-1:], *waiting])]
    return Wishes(tuple(found[:MOST]), max(len(found) - MOST, 0))
