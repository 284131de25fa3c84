"""What is looked for, drawn: a picture of a search, and whether a reader finds in it what was asked for."""

import numpy as np
import streamlit as st

from core import checkpoints, imagining
from core.imagining import ORDER, Imagined, Meant
from dashboard import resources, shop, words
from dashboard.components import tiles

CALLED = {"gender": "for whom", "colour": "colour", "type": "kind"}


def of(what: Meant, target: np.ndarray) -> Imagined | None:
    """A picture of what is searched for, the same for the same search; None where nothing can be drawn."""
    if not (what.phrase and shop.draws()):
        return None
    gan = resources.key(checkpoints.PICTURE_GAN, checkpoints.MODEL)
    others = " ".join(resources.key(id, checkpoints.MODEL)[2] for id in (checkpoints.PICTURES, checkpoints.TEXT))
    where = resources.device().name
    return _of(*gan, others, what.phrase, np.asarray(target, np.float32).tobytes(), where)


@st.cache_resource(max_entries=128, show_spinner=False)
def _of(root: str, id: str, sha256: str, others: str, phrase: str, target: bytes, device: str) -> Imagined:
    return imagining.imagine(shop.illustrator(), phrase, np.frombuffer(target, np.float32))


def show(made: Imagined, what: Meant, *, key: str, size: int = 128) -> None:
    """The picture, what it was drawn of, and what the reader says of it."""
    tiles(
        made.picture[None],
        key=key,
        label="What is looked for, as the model imagines it",
        alt=[f"Imagined: {what.phrase}"],
        marks=["generated"],
        size=size,
        clickable=False,
    )
    st.caption(told(what))
    if shop.reads():
        st.caption(checked(made.picture, what))


def told(what: Meant) -> str:
    """What was made of picture and words, as Markdown."""
    parts = [
        f"{CALLED[name]} **{words.literal(what.values[name])}**"
        + (f" (was {words.literal(what.changed[name])})" if name in what.changed else "")
        for name in reversed(ORDER)
        if name in what.values
    ]
    if what.more:
        parts.append("also: " + ", ".join(f"**{words.literal(word)}**" for word in what.more))
    return "Looked for: " + ", ".join(parts) + "."


def checked(picture: np.ndarray, what: Meant) -> str:
    """Whether a reader that was trained apart sees in the picture what was asked for, as Markdown."""
    read = shop.reader().read(picture[None]).values
    asked = {name: what.values[name] for name in ORDER if name in what.values}
    if not asked:
        return "A reader trained apart sees in it: " + ", ".join(str(values[0]) for values in read.values()) + "."
    wrong = [
        f"**{read[name][0]}** where {words.literal(value)} was asked"
        for name, value in asked.items()
        if read[name][0] != value
    ]
    if not wrong:
        return "A reader trained apart sees just that in it."
    return f"A reader trained apart sees {', and '.join(wrong)}: the picture shows only part of it."
