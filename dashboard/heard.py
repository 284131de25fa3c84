"""What was understood of a phrase, and what is seen in a picture, in words."""

import numpy as np
import streamlit as st

from core import hints
from core.phrases import MAX_WORDS, Reading
from dashboard import resources, shop, words


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
    """What a reader that was trained apart sees in a picture (64, 64, 3) uint8."""
    reader = shop.reader()
    read = reader.read(picture[None])
    parts = [f"{name} **{values[0]}** ({read.chances[name][0].max():.0%})" for name, values in read.values.items()]
    st.caption("The reader sees (a classifier trained apart): " + ", ".join(parts) + ".")
    if found := read.likeliest(reader.lexicon, 0):
        st.caption("Words it would use: " + ", ".join(found[:10]) + ".")


def rebuilt() -> str:
    """A sentence where pictures are not originals."""
    if resources.images(shop.DATASET) is not None:
        return ""
    return " The originals are not on this machine: pictures are rebuilt from codes."
