"""What was understood of a phrase, and what is seen in a picture, in words."""

import numpy as np
import streamlit as st

from core.phrases import MAX_WORDS, Reading
from dashboard import resources, shop, words

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
        few = ", ".join(words.literal(word) for word in reading.unknown[:8])
        more = f" and {len(reading.unknown) - 8} more" if len(reading.unknown) > 8 else ""
        parts.append(f"Not known, so left out: {few}{more}.")
    if reading.cut:
        parts.append(f"Only the first {MAX_WORDS} known words count.")
    return " ".join(parts)


def read_back(picture: np.ndarray) -> None:
    """What a reader that was trained apart sees in a picture (H, W, C) uint8."""
    reader = shop.reader()
    read = reader.read(picture[None])
    wares, kind = shop.wares(), str(read.values["type"][0])
    least = SURE if wares.ruled else 0.0  # there many a thing has no word of a field
    parts = [
        f"{name} **{values[0]}** ({read.chances[name][0].max():.0%})"
        for name, values in read.values.items()
        if name == "type" or (read.chances[name][0].max() >= least and wares.possible(kind, name, str(values[0])))
    ]
    st.caption("The reader sees (a classifier trained apart): " + ", ".join(parts) + ".")
    if found := read.likeliest(reader.lexicon, 0):
        st.caption("Words it would use: " + ", ".join(found[:10]) + ".")


def rebuilt() -> str:
    """A sentence where pictures are not originals."""
    if resources.images(shop.dataset()) is not None:
        return ""
    return " The originals are not on this machine: pictures are rebuilt from codes."
