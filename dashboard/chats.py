"""The thread of the chat: what was said, what was understood of it, and which products answer each wish."""

from dataclasses import dataclass, field

import numpy as np
import streamlit as st

from core import wishes
from core.imagining import Meant
from core.phrases import Reading
from dashboard import ranking, shop, turns
from dashboard.items import Item

LONGEST = 600  # letters of a message
KEPT = 30  # messages of a thread
EACH = 6  # products for each wish


@dataclass(frozen=True, eq=False)
class Part:
    """The answer to one wish.

    Attributes
    ----------
    phrase, reading : what was wished, and what of it is known.
    way : by what it was looked for, one of the names of `shop.targets`; "" where nothing was understood.
    rows, score : products (k,) and how well they fit, best first.
    target, what : the vector (D,) that was searched for and what it was understood as, to draw it, or None.
    told : what is to be said of the order, as Markdown.
    """

    phrase: str
    reading: Reading
    way: str = ""
    rows: np.ndarray = field(default_factory=lambda: np.zeros(0, np.int64))
    score: np.ndarray = field(default_factory=lambda: np.zeros(0, np.float32))
    target: np.ndarray | None = None
    what: Meant | None = None
    told: str = ""


@dataclass(frozen=True, eq=False)
class Turn:
    """A message and its answer.

    Attributes
    ----------
    message : as typed; may be empty where there is a picture.
    picture : (H, W, C) uint8 that came with it, or None.
    parts : one for each wish.
    after : row of the product of an earlier answer that the message goes on from, or None.
    left : wishes that were not answered, because there were too many.
    """

    message: str
    picture: np.ndarray | None
    parts: tuple[Part, ...]
    after: int | None = None
    left: int = 0


def thread() -> list[Turn]:
    """What was said so far, earliest first."""
    return st.session_state.setdefault(f"_chat_{shop.dataset()}", [])


def last() -> int | None:
    """Row of the best product of the latest answer, which "the same in red" is said of."""
    for turn in reversed(thread()):
        for part in reversed(turn.parts):
            if len(part.rows):
                return int(part.rows[0])
    return None


def say(message: str, picture: np.ndarray | None = None) -> None:
    """Answer a message, with a picture (H, W, C) uint8 or without."""
    said = thread()
    said.append(answer(message[:LONGEST], picture, before=last()))
    del said[:-KEPT]


def answer(message: str, picture: np.ndarray | None, *, before: int | None) -> Turn:
    """Find products for each wish.

    A picture that comes with the message is what its words are said of; a message that names no thing, as in "the
    same in red", goes on from the product ``before``.
    """
    lexicon = shop.matcher().lexicon
    if picture is not None:
        query = shop.of_picture(picture, message)
        return Turn(message, picture, (fitting(message, query, picture=picture),))
    found = wishes.split(message, lexicon)
    named = wishes.things(lexicon) & set().union(*(wishes.named(phrase) for phrase in found.phrases))
    if len(found.phrases) == 1 and not named and before is not None and lexicon.read(message).ids:
        start = Item(shop.dataset(), int(shop.items().index[before]))
        part = fitting(found.phrases[0], shop.of_item(before, found.phrases[0]), start=start)
        return Turn(message, None, (part,), after=before)
    parts = tuple(fitting(phrase, shop.Query(phrase)) for phrase in found.phrases)
    return Turn(message, None, parts, left=found.left)


def fitting(
    phrase: str, query: shop.Query, *, start: Item | None = None, picture: np.ndarray | None = None
) -> Part:
    """The products that fit a wish, said of the product or the picture that it starts from, if of any."""
    reading = shop.matcher().lexicon.read(phrase)
    for way, target in shop.targets(query).items():
        found = ranking.best(target, query, [phrase], k=EACH)
        what = turns.understood(start, picture, [phrase])
        rows, score = found.answer.rows, found.answer.score
        return Part(phrase, reading, way, rows, score, target, what, ranking.told(found))
    return Part(phrase, reading)
