"""What "this picture, but ..." would look like: the phrase that it comes to, and a picture drawn of it.

Nothing here loads torch; the models come as arguments.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from core import phrases
from core.compositions import PATTERNS
from core.phrases import Lexicon
from core.wares import PRODUCTS, Wares

if TYPE_CHECKING:  # torch takes seconds to import
    from core.illustrating import Illustrator

ORDER = PRODUCTS.spoken  # of the words of a phrase on products, as captions have them
SHARE = 0.3  # of the vector that is searched for in what the GAN is told; the rest is the phrase's (validation)
TRIES = 8  # pictures that the best is taken of


@dataclass(frozen=True)
class Meant:
    """What a picture and wishes come to.

    Attributes
    ----------
    values : field -> value, of ``order``; a field of which nothing is known is left out.
    changed : field -> what was seen, of those that wishes gave another value.
    more : known words of wishes that name none of these values, in the one form of `core.phrases`.
    order : fields, as a phrase has them.
    """

    values: dict[str, str]
    changed: dict[str, str]
    more: tuple[str, ...]
    order: tuple[str, ...] = ORDER

    @property
    def phrase(self) -> str:
        """All of it in one phrase; "" for nothing."""
        first, *rest = (self.values.get(name, "") for name in self.order)
        return " ".join(part for part in (first, *self.more, *rest) if part)


def meant(seen: Mapping[str, str], wishes: Sequence[str], lexicon: Lexicon, *, wares: Wares = PRODUCTS) -> Meant:
    """What wishes make of what is seen in a picture; a later wish overrules an earlier one.

    Parameters
    ----------
    seen : field -> value, "" where unknown; empty for no picture.
    wares : what it is about. What is seen and not wished for goes where another type cannot have it.
    """
    values = {name: seen[name] for name in wares.spoken if seen.get(name)}
    more: list[str] = []
    for wish in wishes:
        left = phrases.meant(wish, lexicon.same)
        for name in longest_first(wares.spoken, left, lexicon):
            if found := mentioned(name, left, lexicon, now=values.get(name, "")):
                value, used = found
                left = [word for word in left if word not in used]
                values[name] = value
        for word in left:
            if word not in lexicon.words:
                continue
            if word in PATTERNS:
                more = [other for other in more if other not in PATTERNS]
            more = [other for other in more if other != word] + [word]
    kind = values.get("type", "")
    for name in [name for name in values if name != "type" and values[name] == seen.get(name)]:
        if kind and not wares.possible(kind, name, values[name]):
            del values[name]
    changed = {name: seen[name] for name in values if seen.get(name) and values[name] != seen[name]}
    return Meant(values, changed, tuple(more), wares.spoken)


def longest_first(fields: Sequence[str], words: Sequence[str], lexicon: Lexicon) -> list[str]:
    """Fields by how many words name a value of each: what has a high heel is not high."""
    found = {name: mentioned(name, words, lexicon) for name in fields}
    return sorted(fields, key=lambda name: -len((found[name] or ("", ()))[1]))


def mentioned(
    field: str, words: Sequence[str], lexicon: Lexicon, *, now: str = ""
) -> tuple[str, frozenset[str]] | None:
    """The value of a field that words name, and which of them do; the one of most words, then the commonest.

    A type is named by its last word too, as shoes name casual shoes: then the type that holds ``now`` stays where
    it fits.
    """
    best: tuple[str, frozenset[str]] | None = None
    for value in lexicon.fields[field]:
        parts = phrases.meant(value, lexicon.same)
        if parts and set(parts) <= set(words) and (best is None or len(parts) > len(best[1])):
            best = value, frozenset(parts)
    if best is not None or field != "type":
        return best
    for value in (now, *lexicon.fields[field]):
        if value and (last := phrases.meant(value, lexicon.same)[-1:]) and last[0] in words:
            return value, frozenset(last)
    return None


@dataclass(frozen=True, eq=False)
class Imagined:
    """A picture (H, W, C) uint8 of what is looked for, and its cosine similarity to that, 1 at most."""

    picture: np.ndarray
    fit: float


def imagine(illustrator: "Illustrator", phrase: str, target: np.ndarray, *, seed: int = 0) -> Imagined:
    """Draw what is looked for: of `TRIES` pictures the one nearest to what is searched for.

    Parameters
    ----------
    phrase : of `Meant`.
    target : (D,) unit vector that is searched for. The GAN learned from vectors of phrases, which lie apart from
        those of pictures: it is told of a mean of this one and the phrase's (`SHARE`).
    """
    told = illustrator.matcher.embed_text([phrase])[0]
    mixed = SHARE * target + (1 - SHARE) * told
    mixed = mixed / max(float(np.linalg.norm(mixed)), 1e-9)
    made = illustrator.meaning(phrase, mixed, illustrator.noise(seed=seed, n=TRIES)).fine
    fits = illustrator.matcher.embed_images(made) @ target
    best = int(fits.argmax())
    return Imagined(made[best], float(fits[best]))
