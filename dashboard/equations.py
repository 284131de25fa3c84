"""A sum of images, A - B + C: what is in its three trays, in the session and in the URL."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import streamlit as st

from core.attributes import CLEAR, EXEMPLARS, eye_darkness, names_of
from dashboard import address, item_data, items, labels, resources, state
from dashboard.items import Item

SUM = "sum"  # its name in the URL
TRAYS = "ABC"
MOST = EXEMPLARS[1]
EACH = 3  # exemplars of a ready-made tray: DCGAN found sums of single ones unstable
TEXT = re.compile(r"(?P<item>\d{1,9})|u(?P<upload>[0-9a-f]{12})|m(?P<mean>\d{1,3})")


@dataclass(frozen=True)
class Mean:
    """The mean code of all gallery items with a label."""

    label: int


Entry = Item | Mean
Tray = tuple[Entry, ...]


@dataclass(frozen=True)
class Equation:
    """A - B + C; a tray holds up to nine exemplars, and counts as their mean."""

    a: Tray
    b: Tray
    c: Tray

    @property
    def trays(self) -> tuple[Tray, Tray, Tray]:
        """All three."""
        return self.a, self.b, self.c

    @property
    def text(self) -> str:
        """``12.13_m4_u0123456789ab``: trays by ``_``, what is in them by ``.``."""
        return "_".join(".".join(map(text_of, tray)) for tray in self.trays)


# Ready-made sums by data set: a title, and the labels of A, B and C. Of faces, exemplars; else the labels' means.
READY: dict[str, tuple[tuple[str, str, str, str], ...]] = {
    "digits": (
        ("2 - 6 + 5", "2", "6", "5"),
        ("6 - 2 + 7", "6", "2", "7"),
        ("2 - 6 + 9", "2", "6", "9"),
    ),
    "fashion": (
        ("Ankle boot - sneaker + sandal", "Ankle boot", "Sneaker", "Sandal"),
        ("Pullover - T-shirt + dress", "Pullover", "T-shirt", "Dress"),
        ("Pullover - T-shirt + shirt", "Pullover", "T-shirt", "Shirt"),
    ),
    "faces": (
        ("Man with glasses - man + woman", "man with glasses", "man", "woman"),
        ("Woman with glasses - woman + man", "woman with glasses", "woman", "man"),
        ("Man - man with glasses + woman with glasses", "man", "man with glasses", "woman with glasses"),
    ),
}


def text_of(entry: Entry) -> str:
    """How an entry is written in links."""
    if isinstance(entry, Mean):
        return f"m{entry.label}"
    return f"u{entry.upload}" if entry.is_upload else str(entry.index)


def entry_of(text: str, dataset: str) -> Entry:
    """The entry that ``text_of`` writes so; ValueError for anything else."""
    match = TEXT.fullmatch(text)
    if match is None:
        raise ValueError(f"{text!r} is not an entry like 1234, m3 or u0123456789ab")
    if match["mean"] is not None:
        label = int(match["mean"])
        if label >= len(resources.source(dataset).labels):
            raise ValueError(f"{dataset} has no label {label}")
        return Mean(label)
    return Item(dataset, upload=match["upload"]) if match["upload"] else Item(dataset, int(match["item"]))


def parse(text: str, id: str) -> Equation:
    """The sum that ``text`` writes; ValueError where checkpoint ``id`` has no code for all of it."""
    dataset = resources.card(id).dataset
    parts = text.split("_")
    if len(parts) != len(TRAYS):
        raise ValueError(f"a sum has {len(TRAYS)} trays, not {len(parts)}")
    return checked([[part for part in tray.split(".") if part] for tray in parts], dataset, id)


def checked(texts: list[list[str]], dataset: str, id: str) -> Equation:
    """An equation of texts, each exemplar once in its tray; ValueError for what is not here, or is too much."""
    trays = []
    for name, tray in zip(TRAYS, texts, strict=True):
        entries = tuple(dict.fromkeys(entry_of(text, dataset) for text in tray))
        if len(entries) > MOST:
            raise ValueError(f"{name} holds {len(entries)} exemplars; allowed: up to {MOST}")
        for entry in entries:
            code(id, entry)
        trays.append(entries)
    return Equation(*trays)


def sync(id: str) -> None:
    """Adopt the sum that the URL writes, and let it write the one that is shown."""
    if asked := address.asked(SUM):
        try:
            _held()[state.dataset()] = parse(asked, id)
        except ValueError as error:
            state.notice(f"The sum in the link cannot be shown: {error}. Showing another one instead.")
    address.complete(SUM, get(id).text)


def get(id: str) -> Equation:
    """The sum that is shown; the first ready-made one to begin with."""
    held = _held().get(state.dataset())
    if held is not None and all(_known(id, entry) for tray in held.trays for entry in tray):
        return held
    return ready(id, 0)


def put(equation: Equation) -> None:
    """Show another sum; for callbacks, and before the page is drawn."""
    _held()[state.dataset()] = equation
    address.choose({SUM: equation.text})


def put_ready(id: str, number: int) -> None:
    """Show a ready-made sum; drawn anew each time where it is of exemplars. For callbacks."""
    put(ready(id, number, seed=st.session_state.setdefault("_sum_draws", 0)))
    st.session_state["_sum_draws"] += 1


def ready(id: str, number: int, *, seed: int = 0) -> Equation:
    """A ready-made sum: the labels' means, or of faces a few exemplars of each."""
    dataset = resources.card(id).dataset
    names = resources.source(dataset).labels
    known = READY.get(dataset)
    if known is None:
        return usual(id)
    wanted = [names.index(name) for name in known[number % len(known)][1:]]
    if dataset != "faces":
        return Equation(*((Mean(label),) for label in wanted))
    return Equation(*(exemplars(id, label, seed=3 * seed + place) for place, label in enumerate(wanted)))


def usual(id: str) -> Equation:
    """A sum for a data set that has no ready-made one: means of its labels, or items where there are too few."""
    gallery, dataset = resources.gallery(id), resources.card(id).dataset
    held = np.unique(gallery.label)
    if len(held) > 2:
        return Equation((Mean(int(held[1])),), (Mean(int(held[0])),), (Mean(int(held[2])),))
    rows = np.flatnonzero(gallery.label == held[0])
    first, middle, last = (Item(dataset, int(gallery.index[rows[len(rows) * i // 4]])) for i in (1, 2, 3))
    if len(held) == 2:
        return Equation((Mean(int(held[1])),), (Mean(int(held[0])),), (middle,))
    return Equation((first,), (middle,), (last,))


def exemplars(id: str, label: int, *, seed: int, count: int = EACH, having: tuple[str, ...] = ()) -> Tray:
    """So many gallery items of a label at random, fewer where there are not as many.

    ``having`` names attributes that a probe is to see on them.
    """
    gallery, known = resources.gallery(id), resources.directions(id)
    rows = np.flatnonzero(gallery.label == label)
    if having and known is not None and gallery.attributes is not None:
        sure = gallery.attributes[rows][:, names_of(having, known.labels)]
        rows = rows[np.all(sure > 0.5, axis=1)]
    rows = clear(id, rows) if "glasses" in resources.source(resources.card(id).dataset).labels[label] else rows
    drawn = np.random.default_rng(seed).choice(rows, min(count, len(rows)), replace=False)
    return tuple(Item(resources.card(id).dataset, int(gallery.index[row])) for row in drawn)


def clear(id: str, rows: np.ndarray) -> np.ndarray:
    """Those of gallery rows whose glasses are clear, or all where hardly any are: dark ones would darken a sum."""
    seen = rows[eye_darkness(item_data.reconstructions(id, rows)) > CLEAR]
    return seen if len(seen) >= MOST else rows


def act(told: Any, id: str) -> int:
    """Take in what was done on the trays (a browser's word): the number of that change, 0 where there was none."""
    if not isinstance(told, Mapping) or told.get("map") != id:
        return 0
    turn, trays = told.get("turn"), told.get("trays")
    if type(turn) is not int or not isinstance(trays, list) or len(trays) != len(TRAYS):
        return 0
    if not all(isinstance(tray, list) for tray in trays):
        return 0
    try:
        put(checked([[str(text) for text in tray] for tray in trays], state.dataset(), id))
    except ValueError as error:
        state.notice(f"That cannot be added: {error}. The sum is as before.")
        state.flush_notices()
    return turn


def with_item(equation: Equation, tray: str, item: Item) -> Equation:
    """``equation`` with one more exemplar in a tray ("A", "B" or "C"); the oldest leaves a full one."""
    name = tray.lower()
    held: Tray = getattr(equation, name)
    return replace(equation, **{name: (*(entry for entry in held if entry != item), item)[-MOST:]})


def code(id: str, entry: Entry) -> np.ndarray:
    """Code (d,) float32 of an exemplar; ValueError where there is none."""
    if isinstance(entry, Item):
        if entry.is_upload and items.upload_image(entry) is None:
            raise ValueError(f"{entry.address} was an upload of another session")
        return item_data.code(id, entry)
    gallery = resources.gallery(id)
    rows = gallery.label == entry.label
    if not rows.any():
        raise ValueError(f"no item of the gallery has the label {entry.label}")
    return gallery.z[rows].mean(axis=0)


def codes(id: str, tray: Tray) -> np.ndarray:
    """Codes (n, d) of a tray."""
    return np.stack([code(id, entry) for entry in tray])


def name_of(entry: Entry, dataset: str) -> str:
    """What an exemplar is called on screen."""
    if isinstance(entry, Mean):
        return f"mean of {resources.source(dataset).labels[entry.label]}"
    known = labels.name(entry)
    return f"{entry.address}{known and f', {known}'}"


def _known(id: str, entry: Entry) -> bool:
    try:
        code(id, entry)
    except ValueError:
        return False
    return True


def _held() -> dict[str, Equation]:
    return st.session_state.setdefault("_sums", {})
