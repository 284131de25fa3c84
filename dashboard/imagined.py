"""What is looked for, drawn: a picture of a search, and whether a reader finds in it what was asked for."""

import numpy as np
import streamlit as st

from core import checkpoints, imagining
from core.checkpoints import CheckpointError
from core.imagining import Imagined, Meant
from dashboard import resources, shop, words
from dashboard.components import tiles

CALLED = {"gender": "for whom", "colour": "colour", "type": "kind"}


def of(what: Meant, target: np.ndarray) -> Imagined | None:
    """A picture of one of `shop.targets`, the same for the same search; None where nothing can be drawn.

    A search goes on without it where one of its models is damaged; the sidebar names that.
    """
    if not (what.phrase and shop.draws()):
        return None
    known, where = shop.wares(), resources.device().name
    try:
        models = " ".join(
            resources.key(id, checkpoints.MODEL)[2] for id in (known.gan, known.pictures, known.text)
        )
        return _of(models, what.phrase, shop.vector(target).tobytes(), where)
    except CheckpointError:
        return None


@st.cache_resource(max_entries=128, show_spinner=False)
def _of(models: str, phrase: str, target: bytes, device: str) -> Imagined:
    return imagining.imagine(shop.illustrator(), phrase, np.frombuffer(target, np.float32))


def seen(picture: np.ndarray) -> dict[str, str]:
    """What a reader that was trained apart sees in a picture (H, W, C) uint8: field -> value."""
    reader = resources.key(shop.wares().reader, checkpoints.MODEL)[2]
    return _seen(reader, picture.tobytes(), picture.shape, resources.device().name)


@st.cache_resource(max_entries=256, show_spinner=False)
def _seen(reader: str, picture: bytes, shape: tuple[int, ...], device: str) -> dict[str, str]:
    read = shop.reader().read(np.frombuffer(picture, np.uint8).reshape(1, *shape)).values
    return {name: str(values[0]) for name, values in read.items()}


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
        f"{CALLED.get(name, name)} **{words.literal(what.values[name])}**"
        + (f" (was {words.literal(what.changed[name])})" if name in what.changed else "")
        for name in shop.wares().fields
        if name in what.values
    ]
    if what.more:
        parts.append("also: " + ", ".join(f"**{words.literal(word)}**" for word in what.more))
    return "Looked for: " + ", ".join(parts) + "."


def checked(picture: np.ndarray, what: Meant) -> str:
    """Whether a reader that was trained apart sees in the picture what was asked for, as Markdown."""
    read = seen(picture)
    asked = {name: what.values[name] for name in what.order if name in what.values}
    if not asked:
        possible = shop.wares().possible
        some = [value for name, value in read.items() if name == "type" or possible(read["type"], name, value)]
        return "A reader trained apart sees in it: " + ", ".join(some) + "."
    wrong = [
        f"**{read[name]}** where {words.literal(value)} was asked"
        for name, value in asked.items()
        if read[name] != value
    ]
    if not wrong:
        return "A reader trained apart sees just that in it."
    return f"A reader trained apart sees {', and '.join(wrong)}: the picture shows only part of it."
