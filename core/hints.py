"""Which words can be said: known ones near an unknown one, and some of each kind to begin with. No torch."""

import difflib
import re

from core import phrases
from core.phrases import Lexicon

LOOKS = frozenset(  # on pattern, material and use; captions are full of brands, so the commonest words will not do
    re.findall(
        r"\w+",
        "solid striped checked printed graphic leather denim cotton casual formal sport classic washed slim polo",
    )
)
TITLES = {  # of a field's values
    "type": "Things",
    "colour": "Colours",
    "gender": "For whom",
    "tone": "Tones",
    "shape": "Shapes",
    "detail": "Details",
    "pattern": "Patterns",
}
NEAR = 0.75  # likeness of two words, 1 where they are equal
EQUAL = 0.05  # so near in likeness is equally like
SHORTEST = 4  # letters; shorter words are near to too much
LONGEST = 24  # letters of a word that is compared


def near(word: str, lexicon: Lexicon) -> str:
    """The known word most like an unknown one, the commonest of equally like ones; "" where none is near enough.

    By the share of letters in common runs (Ratcliff and Obershelp 1988), as the standard library has it.
    """
    form = phrases.normal(word.lower())
    if not (SHORTEST <= len(form) <= LONGEST and form.isalpha()):
        return ""
    found = difflib.get_close_matches(form, lexicon.words, n=5, cutoff=NEAR)
    if not found:
        return ""
    likeness = {word: difflib.SequenceMatcher(None, word, form).ratio() for word in found}
    best = max(likeness.values())
    return min((word for word in found if likeness[word] > best - EQUAL), key=lexicon.words.index)


def groups(lexicon: Lexicon, *, most: int = 18) -> dict[str, tuple[str, ...]]:
    """Words to begin with, by what they are about, commonest first: name -> at most ``most`` words."""
    found = {
        title: tuple(value.lower() for value in lexicon.fields[name][:most])
        for name, title in TITLES.items()
        if name in lexicon.fields
    }
    looks = tuple(word for word in lexicon.words if word in LOOKS)
    return found | ({"Looks": looks} if looks else {})
