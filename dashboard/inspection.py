"""Which checkpoints can be used, and why the others cannot. No Streamlit here."""

import math
import os
from collections.abc import Iterable
from pathlib import Path

from core import checkpoints, datasets
from core.cards import Card
from core.checkpoints import CheckpointError

FAMILIES = ("aae", "vae", "ae")
HEADLINE = {"aae": "cluster_error", "vae": "test_loss", "ae": "test_mse"}


def stamp(root: Path) -> int:
    """A number that changes when a checkpoint comes, goes or has a file replaced; a fraction of a millisecond."""
    if not root.is_dir():
        return 0
    with os.scandir(root) as entries:
        return hash(tuple(sorted((e.name, e.stat().st_mtime_ns) for e in entries if e.is_dir())))


def inspect(root: Path) -> tuple[dict[str, Card], dict[str, str]]:
    """Sound cards by data set, family and headline metric, best first; and a message for every broken one.

    Every file is read and compared with its digest. That a card does not fit its weights is for `unbuildable` to
    find, or for who uses the model: building networks takes torch, and seconds.
    """
    sound, broken = [], {}
    for name in checkpoints.names(root):
        try:
            card = checkpoints.read_card(root, name)
            if name == checkpoints.PROBE:  # it measures what other models make, and is none to look at
                checkpoints.verified_bytes(root, card, checkpoints.MODEL)
                continue
            check(card)
            checkpoints.verified_bytes(root, card, checkpoints.MODEL)
            checkpoints.load_gallery(root, card)
            checkpoints.load_map(root, card)
            checkpoints.load_directions(root, card)
            sound.append(card)
        except CheckpointError as error:
            broken[name] = str(error)
    return {card.id: card for card in sorted(sound, key=rank)}, broken


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
    if card.family not in FAMILIES:
        raise CheckpointError(f"{card.id}: family {card.family!r} is not one of {', '.join(FAMILIES)}")
    shape = datasets.SOURCES[card.dataset].shape
    if card.shape != shape:
        raise CheckpointError(f"{card.id}: images of shape {card.shape}; those of {card.dataset} are {shape}")


def rank(card: Card) -> tuple[int, int, float, str]:
    """Order of a card: data set, family, headline metric (all are better when lower), name."""
    value = card.value(HEADLINE[card.family])
    places = list(datasets.SOURCES).index(card.dataset), FAMILIES.index(card.family)
    return *places, math.inf if value is None else value, card.id
