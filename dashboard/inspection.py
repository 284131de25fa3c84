"""Which checkpoints can be used, and why the others cannot. No Streamlit here."""

import math
import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

from core import checkpoints
from core.cards import Card
from core.checkpoints import CheckpointError
from core.datasets import Source
from core.gallery import Gallery
from core.own_models import places

NOTHING: Mapping[str, str] = MappingProxyType({})
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


def inspect(
    roots: Iterable[Path], sources: Mapping[str, Source], brought: Mapping[str, str] = NOTHING
) -> Inspected:
    """Look at every checkpoint below ``roots`` that is of one of the data sets ``sources``.

    ``brought`` says when a person's own sets were: a checkpoint with codes of an earlier bringing is not sound.

    Every file is read and compared with its digest. That a card does not fit its weights is for `unbuildable` to
    find, or for who uses the model: building networks takes torch, and seconds. Of two with one name, the first
    counts.
    """
    sound, apart, broken = [], {}, {}
    known = {name: root for root in reversed(list(roots)) for name in checkpoints.names(root)}
    for name, root in sorted(known.items()):
        try:
            card = checkpoints.read_card(root, name)
            check(card, sources)
            of_now(card, brought.get(card.dataset, ""))
            if card.family in APART:
                for file in {checkpoints.MODEL, *card.sha256}:
                    checkpoints.verified_bytes(root, card, file)
                apart[name] = card
                continue
            checkpoints.verified_bytes(root, card, checkpoints.MODEL)
            fits(checkpoints.load_gallery(root, card), card, sources)
            checkpoints.load_map(root, card)
            checkpoints.load_directions(root, card)
            sound.append(card)
        except CheckpointError as error:
            broken[name] = str(error)
    order = {name: place for place, name in enumerate(sources)}
    best = sorted(sound, key=lambda card: (order[card.dataset], *rank(card)))
    return Inspected({card.id: card for card in best}, apart, broken)


def unbuildable(sound: Iterable[tuple[Path, Card]]) -> dict[str, str]:
    """A message for every card whose network cannot be built from its weights, which lie below its folder."""
    broken = {}
    for root, card in sound:
        try:
            checkpoints.load_model(root, card)
        except CheckpointError as error:
            broken[card.id] = str(error)
    return broken


def check(card: Card, sources: Mapping[str, Source]) -> None:
    """CheckpointError for a card that names a data set, a family or a shape of image unknown here."""
    if card.dataset not in sources:
        raise CheckpointError(f"{card.id}: data set {card.dataset!r} is not one of {', '.join(sources)}")
    if card.family not in (known := FAMILIES + APART):
        raise CheckpointError(f"{card.id}: family {card.family!r} is not one of {', '.join(known)}")
    shape = sources[card.dataset].shape
    if card.shape != shape:
        raise CheckpointError(f"{card.id}: images of shape {card.shape}; those of {card.dataset} are {shape}")


def fits(items: Gallery, card: Card, sources: Mapping[str, Source]) -> None:
    """CheckpointError for a gallery that holds more than its data set: an own one may be brought again."""
    size = sources[card.dataset].size
    if len(items) and items.index[0] < size <= items.index[-1]:
        raise CheckpointError(
            f"{card.id}: it was made of another version of {card.dataset!r}, which has {size:,} items now. Encode "
            "or train anew."
        )


def of_now(card: Card, brought: str) -> None:
    """CheckpointError for a card whose codes are of an earlier bringing of its data set."""
    of = card.training.get(places.BROUGHT, "")
    if of and brought and of != brought:
        raise CheckpointError(
            f"{card.id}: its codes are of {card.dataset!r} as it was brought on {str(of)[:10]}, and that set was "
            "brought anew since. Encode or train anew."
        )


def rank(card: Card) -> tuple[int, float, str]:
    """Order of a card within its data set: family, headline metric (all are better when lower), name."""
    value = card.value(HEADLINE[card.family])
    return FAMILIES.index(card.family), math.inf if value is None else value, card.id
