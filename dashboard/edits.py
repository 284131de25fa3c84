"""What is done to a face on the page on attributes: the values of its sliders, in the session and in the URL."""

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass

import numpy as np
import streamlit as st

from core.directions import Directions
from dashboard import address, items, resources, state
from dashboard.components import sliders
from dashboard.items import Item

URL, KEY = "attr_edit", "attr_sliders"  # name in the URL, key of the sliders
MEAN = "distance"  # from the mean face: 1 as it is, 0 the mean (truncation)
RESTS = {MEAN: 1.0}  # where a slider changes nothing, where that is not 0
REACH = 2.0  # times a direction, to either side
NOTHING = "none"  # in the URL; without a word of it a visit opens on the example
FIRST = "Eyeglasses"  # what a first visit puts on
PAST = 50  # steps that can be undone
PART = re.compile(r"(\w+):([+-]?\d+(?:\.\d+)?)")
Values = dict[str, float]


@dataclass(frozen=True)
class Place:
    """Where someone is: a face, and the values of the sliders that are not at rest."""

    item: Item
    values: tuple[tuple[str, float], ...]


def rest(name: str) -> float:
    """The value at which a slider changes nothing."""
    return RESTS.get(name, 0.0)


def span(name: str) -> tuple[float, float]:
    """Ends of a slider."""
    return (0.0, 1.0) if name == MEAN else (-REACH, REACH)


def tidy(values: Mapping[str, float], names: Collection[str]) -> Values:
    """``values`` of known sliders, within their ends, to two digits, without those at rest."""
    found = {name: round(float(np.clip(values[name], *span(name))), 2) for name in names if name in values}
    return {name: value for name, value in found.items() if value != rest(name)}


def written(values: Mapping[str, float]) -> str:
    """As in the URL: ``Eyeglasses:1.25,Smiling:-0.5``."""
    return ",".join(f"{name}:{value:g}" for name, value in values.items()) or NOTHING


def read(text: str, names: Collection[str]) -> Values:
    """Values that a URL names.

    Raises
    ------
    ValueError
        For a malformed part, an unknown slider, or a value beyond its ends.
    """
    if text == NOTHING:
        return {}
    values: Values = {}
    for part in text.split(","):
        match = PART.fullmatch(part)
        if match is None:
            raise ValueError(f"'{state.plain(part)}' is no slider with a value, such as {FIRST}:1.25")
        name, value = match[1], float(match[2])
        if name not in names:
            raise ValueError(f"there is no slider '{state.plain(name)}'")
        low, high = span(name)
        if not low <= value <= high:
            raise ValueError(f"{name} goes from {low:g} to {high:g}, not to {value:g}")
        values[name] = value
    return tidy(values, names)


def example(known: Directions) -> Values:
    """What a first visit does to its face."""
    return {FIRST: round(known.get(FIRST).strength, 2)} if FIRST in known.names else {}


def sync(known: Directions, names: Collection[str]) -> None:
    """Adopt what the URL says of the sliders ``names``, and let it say where they are; before any is drawn."""
    held = st.session_state.setdefault("_attr_values", example(known))
    if asked := address.asked(URL):
        try:
            put(read(asked, names))
        except ValueError as error:
            state.notice(f"The link does not say how to edit the face: {error}. Showing {written(held)} instead.")
    note()
    address.complete(URL, written(values(names)))


def values(names: Collection[str]) -> Values:
    """Where the sliders ``names`` are, without those at rest."""
    return tidy(st.session_state.get("_attr_values", {}), names)


def order() -> int:
    """How often the page itself put the sliders somewhere."""
    return int(st.session_state.get("_attr_order", 0))


def put(values: Values) -> None:
    """Put the sliders somewhere; also for callbacks."""
    st.session_state["_attr_values"] = values
    st.session_state["_attr_order"] = order() + 1


def follow(names: Collection[str]) -> Values:
    """Adopt where the reader's hand put the sliders, also in the URL; where they are."""
    before, reported = values(names), sliders.moved(KEY, order=order())
    if reported is None:
        return before
    now = tidy(reported, names)
    if now != before:
        st.session_state["_attr_values"] = now
        note()
        address.choose({URL: written(now)})
    return now


def note() -> None:
    """Remember where someone was, if they are elsewhere now."""
    now = Place(state.current_item(), tuple(st.session_state["_attr_values"].items()))
    before: Place | None = st.session_state.get("_attr_now")
    if before is not None and before != now and before.item.dataset == now.item.dataset:
        st.session_state["_attr_past"] = [*past(), before][-PAST:]
    st.session_state["_attr_now"] = now


def past() -> list[Place]:
    """Where someone was before, the latest last."""
    return list(st.session_state.get("_attr_past", []))


def undo() -> None:
    """Go back to where someone was before; a callback."""
    *earlier, before = past()
    st.session_state["_attr_past"] = earlier
    put(dict(before.values))
    if before.item != state.current_item() and state.exists(before.item):
        state.select(before.item)
    st.session_state["_attr_now"] = Place(state.current_item(), before.values)
    address.choose({URL: written(dict(before.values))})


def reset() -> None:
    """Put every slider to rest; a callback."""
    put({})
    address.choose({URL: NOTHING})


def random_face(id: str) -> None:
    """Make another face of the gallery, drawn at random, the current item; a callback."""
    place = items.drawn(resources.gallery(id).index, state.current_item().index)
    assert place is not None  # no gallery is empty
    state.select(Item(resources.card(id).dataset, place))


def vectors(known: Directions, code: np.ndarray, names: Collection[str], keep: list[str]) -> dict[str, np.ndarray]:
    """What one unit of each slider adds to ``code`` (d,), freed of what ``keep`` names but for itself."""
    found = {MEAN: code - known.mean}
    for name in names:
        if name != MEAN:
            others = [other for other in keep if other != name]
            found[name] = known.freed(name, others) if others else known.get(name).vector
    return found


def edited(code: np.ndarray, steps: Mapping[str, np.ndarray], values: Values) -> np.ndarray:
    """``code`` (..., d) after every slider in ``values`` was moved from its rest."""
    moved: np.ndarray = np.asarray(code, np.float32)
    for name, value in values.items():
        moved = moved + np.float32(value - rest(name)) * steps[name]
    return moved


def sweeps(
    code: np.ndarray, steps: Mapping[str, np.ndarray], values: Values, counts: Mapping[str, int]
) -> np.ndarray:
    """Codes (n, d): the edit, then for each slider in ``counts`` so many from end to end, the others in place."""
    base = edited(code, steps, values)
    found = [base[None]]
    for name, count in counts.items():
        away = np.linspace(*span(name), count) - values.get(name, rest(name))
        found.append(base + away[:, None] * steps[name])
    return np.concatenate(found).astype(np.float32)
