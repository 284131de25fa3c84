"""What was understood of a phrase, and what is seen in a picture, in words."""

from typing import TYPE_CHECKING

import numpy as np
import streamlit as st

from core import hints
from core.phrases import MAX_WORDS, Reading
from dashboard import resources, shop, state, words

if TYPE_CHECKING:  # torch takes seconds to import
    from core.products import Read

SURE = 0.8  # of a word of shape, before it is said


def told(reading: Reading) -> None:
    """Which words are known; nothing for no words at all."""
    if reading.known or reading.unknown:
        st.caption(sentence(reading))


def sentence(reading: Reading) -> str:
    """Which words of a phrase are known, as Markdown."""
    parts = []
    if reading.known:
        parts.append("Understood: " + " · ".join(f"**{words.literal(word)}**" for word in reading.known) + ".")
    if reading.unknown:
        few = ", ".join(map(unknown, reading.unknown[:8]))
        more = f" and {len(reading.unknown) - 8} more" if len(reading.unknown) > 8 else ""
        parts.append(f"Not known, so left out: {few}{more}.")
    if reading.cut:
        parts.append(f"Only the first {MAX_WORDS} known words count.")
    return " ".join(parts)


def unknown(word: str) -> str:
    """A word that is not known, as Markdown, with the known one that is most like it."""
    shown = words.literal(word if len(word) <= 30 else f"{word[:30]}…")
    other = hints.near(word, shop.matcher().lexicon)
    return f"{shown} (did you mean **{words.literal(other)}**?)" if other else shown


def read_back(picture: np.ndarray) -> None:
    """What a reader that was trained apart sees in a picture (H, W, C) uint8."""
    reader = shop.reader()
    read = reader.read(picture[None])
    parts = [f"{name} **{value}** ({read.chances[name][0].max():.0%})" for name, value in sure(read).items()]
    st.caption("The reader sees (a classifier trained apart): " + ", ".join(parts) + ".")
    if found := read.likeliest(reader.lexicon, 0):
        st.caption("Words it would use: " + ", ".join(found[:10]) + ".")


def sure(read: "Read") -> dict[str, str]:
    """What a reader sees in the first picture: field -> value; of words that follow from rules, the sure ones."""
    wares, kind = shop.wares(), str(read.values["type"][0])
    least = SURE if wares.ruled else 0.0  # there many a thing has no word of a field
    return {
        name: str(values[0])
        for name, values in read.values.items()
        if name == "type" or (read.chances[name][0].max() >= least and wares.possible(kind, name, str(values[0])))
    }


def served() -> None:
    """Say so where the current data set has no words, and what the page is about instead."""
    if state.dataset() != shop.dataset():
        current = resources.source(state.dataset()).title
        st.caption(f"There are no words for {current} here: this page is about {shop.book().things}.")


def rebuilt() -> str:
    """A sentence where pictures are not originals."""
    if resources.images(shop.dataset()) is not None:
        return ""
    return " The originals are not on this machine: pictures are rebuilt from codes."
