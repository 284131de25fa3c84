"""What a source holds, told before anything is written: every entry is listed, some are opened."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from core.bring.base import BringError, Source, in_parts
from core.bring.entries import Entry
from core.bring.fitting import Fitted, fitted, original

OPENED = 240  # images that are opened for the report, spread evenly over the source
ENOUGH = 200_000_000  # bytes after which no more are opened, as large photos take a fifth of a second each
SHOWN = 24  # of these, those that are shown
NAMED = 20  # unreadable files that are named
SIDE = 128  # px, of a picture that is shown
COLOURED = 6  # mean difference of an image's channels, 0 to 255, above which it is a coloured one


@dataclass(frozen=True)
class Spread:
    """Least, middle and greatest of a number."""

    least: float
    middle: float
    most: float

    @classmethod
    def of(cls, values: Sequence[float]) -> "Spread":
        """Of at least one value."""
        return cls(float(np.min(values)), float(np.median(values)), float(np.max(values)))


@dataclass(frozen=True)
class Report:
    """What was found.

    Attributes
    ----------
    kind : of source.
    images, opened : entries in all, and how many of them were opened.
    width, height, bytes : of the originals that could be opened (px, px, bytes); None where none could.
    modes, formats : how many of those opened have which.
    labels, groups, parts : how many entries have which; empty where there are none.
    columns, label, group, attributes : as the source has them.
    unreadable : names and reasons of those opened that cannot be read.
    left_out, left : names and reasons of what listing left out, and how many there were for each reason.
    twice : entries that are probably equal to an earlier one.
    notes : sentences.
    shape, fit : what is suggested for the data set.
    examples : entries and their pictures (H, W, C) uint8, scaled to at most `SIDE`.
    """

    kind: str
    images: int
    opened: int
    width: Spread | None
    height: Spread | None
    bytes: Spread | None
    modes: Mapping[str, int]
    formats: Mapping[str, int]
    labels: Mapping[str, int]
    groups: Mapping[str, int]
    parts: Mapping[str, int]
    columns: tuple[str, ...]
    label: str | None
    group: str | None
    attributes: tuple[str, ...]
    unreadable: tuple[tuple[str, str], ...]
    left_out: tuple[tuple[str, str], ...]
    left: Mapping[str, int]
    twice: int
    notes: tuple[str, ...]
    shape: tuple[int, int, int]
    fit: str
    examples: tuple[tuple[Entry, np.ndarray], ...]


def look(source: Source, *, opened: int = OPENED) -> Report:
    """Look at a source. Nothing is written; at most ``opened`` images are opened, of `ENOUGH` bytes together."""
    entries, listing = source.listing.entries, source.listing
    some = _spread(len(entries), opened)
    first = _spread(len(some), SHOWN)  # so that a few large ones are from everywhere, too
    read, wrong = _open(source, [entries[at] for at in (*some[first], *np.delete(some, first))])
    shown = [read[at] for at in _spread(len(read), SHOWN)]
    found = [image for _, image in read]
    shape = suggested_shape(found)
    return Report(
        source.kind,
        len(entries),
        len(read) + len(wrong),
        Spread.of([one.width for one in found]) if found else None,
        Spread.of([one.height for one in found]) if found else None,
        Spread.of([one.bytes for one in found]) if found else None,
        _counts(one.mode for one in found),
        _counts(one.format for one in found),
        _counts(entry.label for entry in entries) if listing.label else {},
        _counts(entry.group for entry in entries) if listing.group else {},
        _counts(entry.part for entry in entries if entry.part) if in_parts(entries) else {},
        listing.columns,
        listing.label,
        listing.group,
        listing.attributes,
        tuple(wrong),
        tuple(listing.refused),
        dict(listing.left_out),
        _twice(entries, [(entry, image) for entry, image in read]),
        tuple(listing.notes),
        shape,
        suggested_fit(found, shape),
        tuple((entry, image.pixels) for entry, image in shown),
    )


def _spread(count: int, most: int) -> np.ndarray:
    """At most so many places of ``count``, evenly spread."""
    return np.unique(np.linspace(0, count - 1, min(most, count)).astype(int))


def _open(source: Source, some: Sequence[Entry]) -> tuple[list[tuple[Entry, Fitted]], list[tuple[str, str]]]:
    read, wrong = [], []
    total = 0
    for entry in some:
        if total > ENOUGH:
            break
        try:
            found = original(source, entry, about=(SIDE, SIDE))
            small = fitted(found.pixels, _within(found.pixels.shape), "pad")  # what is kept of a large one
            read.append((entry, Fitted(small, *_facts(found))))
            total += found.bytes
        except BringError as error:
            wrong.append((entry, str(error)))
    read.sort(key=lambda one: one[0].place)
    wrong.sort(key=lambda one: one[0].place)
    return read, [(entry.name, reason) for entry, reason in wrong]


def _within(shape: tuple[int, ...]) -> tuple[int, int, int]:
    """The shape of an image scaled to at most `SIDE`."""
    height, width, channels = shape
    scale = min(1.0, SIDE / max(height, width))
    return max(1, round(height * scale)), max(1, round(width * scale)), channels


def _facts(found: Fitted) -> tuple[int, int, int, str, str, int]:
    return found.width, found.height, found.bytes, found.mode, found.format, found.crc


def _counts(values: Iterable[str]) -> dict[str, int]:
    return dict(Counter(values).most_common())


def _twice(entries: Sequence[Entry], read: Sequence[tuple[Entry, Fitted]]) -> int:
    """How many are probably equal to an earlier one: of all where the listing told, else of those opened."""
    stamps = [entry.stamp for entry in entries if entry.stamp is not None]
    stamps = stamps or [image.bytes << 32 | image.crc for _, image in read]
    return len(stamps) - len(set(stamps))


def suggested_shape(found: Sequence[Fitted]) -> tuple[int, int, int]:
    """The shape that fits images best, of those that models are made for, by their size and colour."""
    if not found:
        return 64, 64, 3
    side = float(np.median([max(one.width, one.height) for one in found]))
    grey = np.mean([_is_coloured(one.pixels) for one in found]) < 0.1
    if grey and side <= 30:
        return 28, 28, 1
    size = 32 if side <= 40 else 64
    return size, size, 1 if grey else 3


def _is_coloured(pixels: np.ndarray) -> bool:
    if pixels.shape[2] == 1:
        return False
    values = pixels.astype(np.int16)
    return bool((values.max(axis=2) - values.min(axis=2)).mean() > COLOURED)


def suggested_fit(found: Sequence[Fitted], shape: tuple[int, int, int]) -> str:
    """``pad``, ``crop`` or ``digit``, whichever loses least of most images."""
    if not found or {(one.height, one.width) for one in found} == {shape[:2]}:
        return "pad"
    if shape == (28, 28, 1) and np.mean([_is_ink(one.pixels) for one in found]) > 0.8:
        return "digit"
    aspect = np.array([one.width / one.height for one in found])
    return "crop" if np.mean(np.abs(np.log(aspect)) < np.log(1.15)) > 0.9 else "pad"


def _is_ink(pixels: np.ndarray) -> bool:
    """Whether an image is one thing on an even ground."""
    grey = pixels.mean(axis=2)
    edge = np.concatenate([grey[0], grey[-1], grey[:, 0], grey[:, -1]])
    inside = np.abs(grey - np.median(edge)) > 64
    return bool(edge.std() < 24 and 0.01 < inside.mean() < 0.5)
