"""The end of bringing: labels get numbers, what is known of each item is gathered, ``set.json`` is written."""

import csv
import itertools
import json
import re
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from core.bring.base import BringError, Source
from core.bring.entries import Picked
from core.bring.fitting import FITS
from core.bring.halves import LINES, RESULT
from core.datasets import own
from core.datasets.own import About, Items

if TYPE_CHECKING:
    from core.bring.build import Plan

UNREADABLE = "unreadable.csv"
NUMBERS = ("width", "height", "bytes", "crc")
WORDS = ("mode", "format")


def finish(
    part: Path, source: Source, plan: "Plan", order: np.ndarray, kept: tuple[int, int, int], made: str
) -> None:
    """Write all but the pixels; BringError where not one image could be read.

    ``order`` (n,) int64 says where each entry that was looked at is in the source's listing.
    """
    entries = source.listing.entries
    places, numbers, words, wrong = _facts(part, sum(kept))
    if not len(places):
        first = f" The first: {entries[order[wrong[0][0]]].name} ({wrong[0][1]})" if wrong else ""
        raise BringError(f"None of the {len(entries):,} images can be read.{first}")
    rows = order[places]
    labels, label = _numbered((entries[row].label for row in rows), missing=own.UNLABELLED)
    groups, group = _numbered((entries[row].group for row in rows), missing=None)
    listing = source.listing
    result = part / RESULT
    _write_unreadable(result / UNREADABLE, [(entries[order[at]].name, why) for at, why in wrong] + listing.refused)
    attributes = np.array([entries[row].attributes for row in rows], np.uint8) if listing.attributes else None
    facts = {name: numbers[:, column] for column, name in enumerate(NUMBERS)}
    items = Items(label, group if groups else None, attributes, facts=facts)
    own.write_items(items, result / own.ITEMS, texts={"file": Picked(entries.names, rows), **words})
    about = About(
        plan.name,
        plan.title,
        plan.shape,
        len(rows),
        kept[0],
        labels,
        kept[1],
        groups,
        listing.attributes,
        str(source.base),
        made,
        FITS[plan.fit],
        plan.terms,
    )
    own.write_about(about, result)


def _facts(part: Path, n: int) -> tuple[np.ndarray, np.ndarray, dict[str, Picked], list[tuple[int, str]]]:
    """What is known of the n kept entries, and places and reasons of the others.

    Returns
    -------
    places : (n,) uint32 in the order of all entries.
    numbers : (n, 4) uint32, `NUMBERS` of the originals.
    words : `WORDS` -> n texts.
    wrong : of those that could not be read.
    """
    places, numbers = np.empty(n, np.uint32), np.empty((n, len(NUMBERS)), np.uint32)
    words = np.empty((n, len(WORDS)), np.uint16)
    known: list[dict[str, int]] = [{} for _ in WORDS]
    wrong: list[tuple[int, str]] = []
    row = 0
    with (part / LINES).open(encoding="ascii") as file:
        for line in file:
            place, *rest = json.loads(line)
            if len(rest) == 1:
                wrong.append((place, rest[0]))
                continue
            width, height, size, mode, format, crc = rest
            places[row], numbers[row] = place, (width, height, size, crc)
            words[row] = [
                came.setdefault(word, len(came)) for came, word in zip(known, (mode, format), strict=True)
            ]
            row += 1
    assert row == n
    texts = {name: Picked(list(known[at]), words[:, at]) for at, name in enumerate(WORDS)}
    return places, numbers, texts, wrong


def _numbered(values: Iterable[str], *, missing: str | None) -> tuple[tuple[str, ...], np.ndarray]:
    """Names in the order that people count in, and each value's number (n,) int64.

    An empty value gets the name ``missing``, after all others, or -1 where that is None.
    """
    came: dict[str, int] = {}
    given = np.fromiter((came.setdefault(value, len(came)) for value in values), np.int64)
    names = sorted(came.keys() - {""}, key=counted)
    number = {name: at for at, name in enumerate(names)}
    if missing is not None and "" in came:
        number[""] = number.setdefault(missing, len(names))
        names = list(dict.fromkeys([*names, missing]))
    return tuple(names), np.array([number.get(value, -1) for value in came], np.int64)[given]


def counted(name: str) -> list[tuple[int, int, str]]:
    """A key by which ``img 9`` comes before ``img 10``, and ``b`` after ``A``."""
    pieces = re.split(r"(\d{1,18})", name.casefold())
    return [(0, int(piece), "") if piece.isdecimal() else (1, 0, piece) for piece in pieces if piece] + [
        (1, 0, name)
    ]


def read_unreadable(folder: Path, *, most: int) -> list[tuple[str, str]]:
    """Names and reasons of up to ``most`` files that are not in a set."""
    try:
        with (folder / UNREADABLE).open(newline="", encoding="utf-8") as file:
            rows = itertools.islice(csv.reader(file), 1, most + 1)
            return [(row[0], row[1]) for row in rows if len(row) == 2]
    except (OSError, UnicodeDecodeError, csv.Error):
        return []


def _write_unreadable(path: Path, rows: Sequence[tuple[str, str]]) -> None:
    with path.open("w", newline="", encoding="utf-8", errors="replace") as file:
        csv.writer(file).writerows([("file", "reason"), *rows])
