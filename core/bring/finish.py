"""The end of bringing: labels get numbers, what is known of each item is gathered, ``set.json`` is written."""

import csv
import itertools
import json
import re
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from core.bring.base import BringError, Entry, Source
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
    part: Path, source: Source, plan: "Plan", entries: Sequence[Entry], kept: tuple[int, int, int], made: str
) -> None:
    """Write all but the pixels; BringError where not one image could be read."""
    places, known, words, wrong = _facts(part, sum(kept))
    if not len(places):
        first = f" The first: {entries[wrong[0][0]].name} ({wrong[0][1]})" if wrong else ""
        raise BringError(f"None of the {len(entries):,} images can be read.{first}")
    items = [entries[place] for place in places]
    labels, label = _numbered([entry.label for entry in items], missing=own.UNLABELLED)
    groups, group = _numbered([entry.group for entry in items], missing=None)
    listing = source.listing
    result = part / RESULT
    _write_unreadable(result / UNREADABLE, [(entries[at].name, reason) for at, reason in wrong] + listing.refused)
    attributes = np.array([entry.attributes for entry in items], np.uint8) if listing.attributes else None
    fields = {"file": np.array([entry.name for entry in items]), **words}
    numbers = {name: known[:, column] for column, name in enumerate(NUMBERS)}
    own.write_items(Items(label, group if groups else None, attributes, fields, numbers), result / own.ITEMS)
    about = About(
        plan.name,
        plan.title,
        plan.shape,
        len(items),
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


def _facts(part: Path, n: int) -> tuple[np.ndarray, np.ndarray, dict[str, np.ndarray], list[tuple[int, str]]]:
    """What is known of the n kept entries, and places and reasons of the others.

    Returns
    -------
    places : (n,) int64 in the order of all entries.
    numbers : (n, 4) int64, `NUMBERS` of the originals.
    words : `WORDS` -> (n,) str.
    wrong : of those that could not be read.
    """
    places, numbers = np.empty(n, np.int64), np.empty((n, len(NUMBERS)), np.int64)
    words: list[list[str]] = [[], []]
    wrong: list[tuple[int, str]] = []
    with (part / LINES).open(encoding="ascii") as file:
        for line in file:
            place, *rest = json.loads(line)
            if len(rest) == 1:
                wrong.append((place, rest[0]))
                continue
            row = len(words[0])
            width, height, size, mode, format, crc = rest
            places[row], numbers[row] = place, (width, height, size, crc)
            for known, word in zip(words, (mode, format), strict=True):
                known.append(sys.intern(word))
    assert len(words[0]) == n
    return places, numbers, {name: np.array(known) for name, known in zip(WORDS, words, strict=True)}, wrong


def _numbered(values: Sequence[str], *, missing: str | None) -> tuple[tuple[str, ...], np.ndarray]:
    """Names in the order that people count in, and each value's number (n,) int64.

    An empty value gets the name ``missing``, after all others, or -1 where that is None.
    """
    names = sorted(set(values) - {""}, key=counted)
    number = {name: at for at, name in enumerate(names)}
    if missing is not None and "" in set(values):
        number[""] = number.setdefault(missing, len(names))
        names = list(dict.fromkeys([*names, missing]))
    return tuple(names), np.array([number.get(value, -1) for value in values], np.int64)


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
