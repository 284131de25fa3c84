"""What every source is: a list of entries, and a way to each one's bytes or pixels."""

import os
import re
import sys
import unicodedata
from abc import ABC, abstractmethod
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from core.bring.entries import Entries, Entry
from core.datasets.idx import DatasetError
from core.images import FORMATS

MOST = 200_000  # images of a data set
LISTED = 500_000  # entries that are looked at for them
LABELS = 1_000  # different labels of a data set
LARGEST = 100_000_000  # bytes of an image's file
FORMATS_BROUGHT = (*FORMATS, "GIF", "BMP", "TIFF", "PPM", "AVIF")
SUFFIXES = frozenset(
    {
        ".png",
        ".jpg",
        ".jpeg",
        ".jpe",
        ".jfif",
        ".webp",
        ".gif",
        ".bmp",
        ".tif",
        ".tiff",
        ".ppm",
        ".pgm",
        ".pnm",
        ".avif",
    }
)
UNREAD = frozenset(
    {
        ".heic",
        ".heif",
        ".jxl",
        ".jp2",
        ".svg",
        ".psd",
        ".pdf",
        ".raw",
        ".dng",
        ".cr2",
        ".cr3",
        ".nef",
        ".arw",
    }
)
PACKED = frozenset({".zip", ".tar", ".gz", ".tgz", ".7z", ".rar", ".bz2", ".xz", ".zst"})
CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]+")  # and what turns text around
NAME = 1_000  # characters of a file's name: all names of a set take as much room as the longest
LONGEST = 500  # characters of a label
PARTS = {  # what people call the three parts of a data set
    "train": ("train", "training", "tr"),
    "validation": ("val", "valid", "validation", "dev"),
    "test": ("test", "testing", "t10k"),
}
PART_OF = {word: part for part, words in PARTS.items() for word in words}
SPLITS = ("split", "subset", "partition", "part", "set", "fold")  # what a column of parts is called
NONE = "none"  # a column's name by which somebody says that there are no labels, or no groups


class BringError(DatasetError):
    """Images cannot be brought; the message is a sentence that says what is wrong and what is allowed."""


@dataclass(frozen=True)
class Wish:
    """What somebody asks of a source.

    Attributes
    ----------
    label, group : the column that holds it; None to guess, `NONE` for none.
    root : folder that paths in a table are below; None: the table's own.
    spool : folder for an unnamed file that a packed array is expanded into.
    """

    label: str | None = None
    group: str | None = None
    root: Path | None = None
    spool: Path | None = None


@dataclass
class Listing:
    """What a source found when it was listed.

    Attributes
    ----------
    entries : in a stable order.
    columns : names of what could be the label or the group.
    label, group : of these, the chosen ones; None for none.
    attributes : names of the 0/1 columns.
    refused : names of what was left out, and why: the first few of each reason.
    left_out : how many were, for each reason.
    notes : what else a person should know, in sentences.
    """

    entries: Entries = field(default_factory=Entries)
    columns: tuple[str, ...] = ()
    label: str | None = None
    group: str | None = None
    attributes: tuple[str, ...] = ()
    refused: list[tuple[str, str]] = field(default_factory=list)
    left_out: dict[str, int] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)

    def refuse(self, name: str, reason: str) -> None:
        """Leave something out."""
        self.left_out[reason] = self.left_out.get(reason, 0) + 1
        if self.left_out[reason] <= 20:
            self.refused.append((shown(name), reason))


class Source(ABC):
    """Where images come from. `read` may be called by several threads at once."""

    kind: str  # a word for the screen
    path: Path
    listing: Listing

    @property
    def base(self) -> Path:
        """What the entries' names are below."""
        return self.path

    @abstractmethod
    def read(self, entry: Entry) -> bytes | np.ndarray:
        """A file's bytes, or pixels (H, W, C) uint8; BringError or OSError where that fails."""

    def close(self) -> None:
        """Let go of open files."""
        return

    def __enter__(self) -> "Source":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def too_many(what: str, most: int = MOST) -> BringError:
    """The error for a source that is too large."""
    return BringError(
        f"{what} has more than {most:,} images, which is the most of one data set. Bring a part of it: a "
        "sub-folder, or a table that names some."
    )


def chosen(wish: str | None, columns: Sequence[str], guess: str | None, what: str) -> str | None:
    """The column that ``wish`` names, the guess where it names none; BringError for one that is not there."""
    if wish is None or wish == NONE:
        return guess if wish is None else None
    if wish not in columns:
        there = ", ".join(map(repr, columns)) or "none"
        raise BringError(f"There is no column {wish!r} to take as {what}. Columns: {there}; {NONE!r} for none.")
    return wish


def fits_labels(counts: Mapping[str, int], total: int, *, named: bool = False) -> bool:
    """Whether values may be labels: several, not too many, and not a different one on nearly every image.

    The last does not count for a column that is ``named`` as one.
    """
    return 1 < len(counts) <= (LABELS if named else min(LABELS, max(2, total // 2)))


def in_parts(entries: Iterable[Entry]) -> bool:
    """Whether a source says what its images are for, by several parts: one alone leaves nothing to test on."""
    return len({entry.part for entry in entries} - {""}) > 1


def shown(name: str) -> str:
    """A name that can be shown and written, whatever bytes it has."""
    return name.encode("utf-8", "replace").decode("utf-8")


def text(value: object) -> str:
    """A label as text, one object for all that are equal: composed, on one line, cut at `LONGEST` characters."""
    plain = unicodedata.normalize("NFC", shown(str(value)))
    return sys.intern(CONTROL.sub(" ", plain).strip()[:LONGEST])


def no_image(name: str) -> str:
    """Why a file is left out by its name alone; empty where its name is an image's."""
    suffix = os.path.splitext(name)[1].casefold()
    if suffix in SUFFIXES:
        return f"a name of over {NAME:,} characters" if len(name) > NAME else ""
    if suffix in UNREAD:
        return "a format that is not read here; save it as JPEG or PNG"
    return "an archive inside, which is not opened" if suffix in PACKED else "no image by its name"
