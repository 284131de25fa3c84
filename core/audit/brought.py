"""A name may be given to other pictures: which bringing of a data set something is about, and what still counts.

What is decided is kept in a scope, the set's name and when it was brought. Decisions of an earlier bringing count
on where the very same picture is in the set, wherever it is now; the others are kept, and hit nothing.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace

import numpy as np

from core import datasets
from core.audit.decisions import NOBODY, Decision, Decisions, Key
from core.audit.originals import Originals
from core.datasets import DatasetError, own
from core.settings import Settings

TITLE = "Taken over from an earlier bringing"  # of the step


@dataclass(frozen=True)
class Carried:
    """What became of decisions on earlier bringings: ``kept`` count here now, ``lost`` are on no picture of it."""

    kept: int = 0
    lost: int = 0


def made(name: str, settings: Settings) -> str:
    """When a person's own set was brought (UTC, ISO 8601); empty for another, or where that is not known."""
    if name in datasets.SOURCES:
        return ""
    try:
        return own.read_about(datasets.own_folder(settings) / name).made
    except DatasetError:
        return ""


def scope(name: str, made: str) -> str:
    """What decisions on a bringing are kept under."""
    return f"{name} {made}" if made else name


def carry(store: Decisions, name: str, files: Originals | None) -> Carried:
    """Let decisions on earlier bringings count where their pictures are in the set as it is now, as one step.

    StoreError where they cannot be read or written.
    """
    if files is None or not files.made:
        return Carried()
    here = scope(name, files.made)
    moved: dict[Key, tuple[str, Key, Decision]] = {}
    every = 0
    for other, decisions in store.earlier(here).items():
        every += len(decisions)
        moved |= {one.key: (other, key, one) for key, one in found_again(decisions, files).items()}
    step = store.move(here, moved.values(), TITLE) if moved else None
    kept = 0 if step is None else step.count
    return Carried(kept, every - kept)


def found_again(decisions: Iterable[Decision], files: Originals) -> dict[Key, Decision]:
    """Decisions on pictures that are in the set now, at the places of these; by their former keys.

    One that names no picture is from before these were noted: it counts if it was made since the set was brought.
    """
    known = list(decisions)
    at = places(known, files)
    at |= {one.item: one.item for one in known if not one.picture and one.made >= files.made}
    found = {}
    for one in known:
        partner = at.get(one.partner, NOBODY)
        if one.item in at and (partner == NOBODY) == (one.partner == NOBODY):
            item = at[one.item]
            found[one.key] = replace(one, item=item, partner=partner, file=files.name(item))
    return found


def places(decisions: Iterable[Decision], files: Originals) -> dict[int, int]:
    """Where the pictures of decisions are now, by where they were.

    Of equal pictures the one whose file has the same name is the same, otherwise the first that is not taken.
    """
    wanted: dict[str, dict[int, str]] = {}
    for one in decisions:
        if one.picture:
            wanted.setdefault(one.picture, {})[one.item] = one.file
    order = np.argsort(files.pictures, kind="stable")
    ordered = files.pictures[order]
    found: dict[int, int] = {}
    for picture, items in wanted.items():
        value = np.uint64(int(picture, 16))
        first, last = (int(np.searchsorted(ordered, value, side)) for side in ("left", "right"))
        equal = order[first:last].tolist()
        named = {files.name(row): row for row in equal}
        same = {item: named.pop(file) for item, file in sorted(items.items()) if file in named}
        rest, free = sorted(set(items) - set(same)), sorted(set(equal) - set(same.values()))
        found |= same | dict(zip(rest, free, strict=False))
    return found
