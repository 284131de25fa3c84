"""Which checkpoints can be used, and why the others cannot. No Streamlit here."""

import math
import os
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from core import checkpoints, datasets
from core.cards import Card
from core.checkpoints import CheckpointError

FAMILIES = ("aae", "vae", "ae")
APART = (
    "probe",
    "style",
    "gan",
    "text",
    "reader",
    "compose",
)  # no code of an image: pages of their own, or only there to measure with
HEADLINE = {"aae": "cluster_error", "vae": "test_loss", "ae": "test_mse"}


def stamp(root: Path) -> int:
    """A number that changes when a checkpoint comes, goes or has a file replaced; a fraction of a millisecond."""
    if not root.is_dir():
        return 0
    with os.scandir(root) as entries:
        return hash(tuple(sorted((e.name, e.stat().st_mtime_ns) for e in entries if e.is_dir())))


@dataclass(frozen=True)
class Inspected:
    """Sound cards by data set, family and headline metric, best first; those of `APART`; what is broken."""

    sound: dict[str, Card]
    apart: dict[str, Card]
    broken: dict[str, str]


def inspect(root: Path) -> Inspected:
    """Look at every checkpoint.

    Every file is read and compared with its digest. That a card does not fit its weights is for `unbuildable` to
    find, or for who uses the model: building networks takes torch, and seconds.
    """
    sound, apart, broken = [], {}, {}
    for name in checkpoints.names(root):
        try:
            card = checkpoints.read_card(root, name)
            check(card)
            if card.family in APART:
                for file in {checkpoints.MODEL, *card.sha256}:
                    checkpoints.verified_bytes(root, card, file)
                apart[name] = card
                continue
            checkpoints.verified_bytes(root, card, checkpoints.MODEL)
            checkpoints.load_gallery(root, card)
            checkpoints.load_map(root, card)
            checkpoints.load_directions(root, card)
            sound.append(card)
        except CheckpointError as error:
            broken[name] = str(error)
    return Inspected({card.id: card for card in sorted(sound, key=rank)}, apart, broken)


def unbuildable(root: Path, sound: Iterable[Card]) -> dict[str, str]:
    """A message for every card whose network cannot be built from its weights."""
    broken = {}
    for card in sound:
        try:
            checkpoints.load_model(root, card)
        except CheckpointError as error:
            broken[card.id] = str(error)
    return broken


def check(card: Card) -> None:
    """CheckpointError for a card that names a data set, a family or a shape of image unknown here."""
    if card.dataset not in datasets.SOURCES:
        raise CheckpointError(f"{card.id}: data set {card.dataset!r} is not one of {', '.join(datasets.SOURCES)}")
    if card.family not in (known := FAMILIES + APART):
        raise CheckpointError(f"{card.id}: family {card.family!r} is not one of {', '.join(known)}")
    shape = datasets.SOURCES[card.dataset].shape
    if card.shape != shape:
        raise CheckpointError(f"{card.id}: images of shape {card.shape}; those of {card.dataset} are {shape}")


def rank(card: Card) -> tuple[int, int, float, str]:
    """Order of a card: data set, family, headline metric (all are better when lower), name."""
    value = card.value(HEADLINE[card.family])
    places = list(datasets.SOURCES).index(card.dataset), FAMILIES.index(card.family)
    return *places, math.inf if value is None else value, card.id
