"""A CSV or Parquet whose rows name images: any column may be label or group, 0/1 columns are attributes."""

import os
import re
import unicodedata
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from core.bring.base import (
    LABELS,
    MOST,
    PART_OF,
    SPLITS,
    BringError,
    Listing,
    Source,
    Wish,
    chosen,
    fits_labels,
    no_image,
    text,
    too_many,
)
from core.bring.entries import Entry
from core.bring.folders import read_below
from core.bring.rows import Row, rows_of

PATHS = ("path", "file", "filename", "file_name", "filepath", "file_path", "image", "image_path", "img", "name")
WORDS = ("label", "labels", "class", "class_name", "category", "target", "y", "species", "type", "digit")
TRUE = frozenset({"1", "1.0", "true", "yes", "y", "t"})  # in small letters, as the next ones
FALSE = frozenset({"0", "-1", "0.0", "-1.0", "false", "no", "n", "f"})
MISSING = frozenset({"", "nan", "none", "null", "<na>"})
NUMBERED = {"0": "train", "1": "validation", "2": "test"}  # parts as CelebA has them
PLAIN = re.compile(r"[^/\\.\0][^/\\\0]*(/[^/\\.\0][^/\\\0]*)*")  # names below a folder, no dot before any
WHOLE = re.compile(r"[+-]?\d+\.0+")
ENDINGS = ("", ".jpg", ".png", ".jpeg")
BESIDE = 12  # folders beside a table that its paths may be below
TRIED = 200  # rows whose paths are looked for
ATTRIBUTES = 64  # at most
OUTSIDE = "a path that leads out of the folder"


class Table(Source):
    """Images that a table names, below one folder."""

    kind = "table"

    def __init__(self, path: Path, wish: Wish) -> None:
        self.path = path.resolve()
        self.root = (wish.root or path.parent).resolve()
        self.listing = Listing()
        if not self.root.is_dir():
            raise BringError(f"{self.root} is no folder, so no image can be below it.")
        self.rows = rows_of(self.path)
        self.known = _survey(self.rows(), path.name)
        self.ending = ""  # what the paths lack
        self.file = self._path_column(wish)
        self.split = next((name for name in self.known if name.casefold() in SPLITS and self._parts(name)), None)
        self._choose(wish)
        self.whole = {name for name in (self.listing.label, self.listing.group) if name and self._is_whole(name)}
        self._list()
        if self._there(self.file):
            self.listing.notes.append(
                f"The first row was taken for names of columns, and {self.file!r} is a file: that image is left "
                "out unless a row with names is put before it."
            )

    @property
    def base(self) -> Path:
        """The folder that the paths are below."""
        return self.root

    def _parts(self, name: str) -> bool:
        values = {value.casefold() for value in self.known[name].counts} - {""}
        return len(values) > 1 and (values <= PART_OF.keys() or values == NUMBERED.keys())

    def _path_column(self, wish: Wish) -> str:
        """The column whose values are files below the root, by what is there; of equals, by its name.

        Where there is none, paths may be below a folder in the root, if nobody said which, and lack their ending.
        """
        asked = self.root
        best = max((self._share(name), name) for name in self.known)
        for self.root, self.ending in () if best[0][0] else _places(asked, deep=wish.root is None):
            best = max((self._share(name), name) for name in self.known)
            if best[0][0] > 0.5:
                ending = f", with {self.ending} at their end" if self.ending else ""
                self.listing.notes.append(f"Paths are taken to be below {self.root}{ending}.")
                break
        if best[0][0]:
            return best[1]
        self.root, self.ending = asked, ""
        shown = {name: values.first[0] for name, values in list(self.known.items())[:8] if values.first}
        told = "; ".join(f"{name}: {value[:60]!r}" for name, value in shown.items())
        raise BringError(
            f"No column of {self.path.name} names files below {self.root}. Its first row says {told}. Name the "
            "folder that the paths are below: --root on the command line."
        )

    def _share(self, name: str) -> tuple[float, bool]:
        """How many of a column's first values are files, 0 to 1, and whether it is called as paths are."""
        first = self.known[name].first
        return sum(map(self._there, first)) / max(1, len(first)), name.casefold() in PATHS

    def _there(self, value: str) -> bool:
        name = self._inside(value)
        return name is not None and located(self.root, name) is not None

    def _inside(self, value: str) -> str | None:
        """A path of the table as a name below the root; None where it leads out of it."""
        if "\0" in value:
            return None
        value = f"{value.strip()}{self.ending}"
        if PLAIN.fullmatch(value):
            return value
        if "\\" in value and "/" not in value:  # as Windows writes paths; a file whose name has one is left out
            value = value.replace("\\", "/")
        whole = os.path.normpath(os.path.join(self.root, value))
        name = os.path.relpath(whole, self.root)
        return None if name == "." or name.split(os.sep)[0] == ".." else name.replace(os.sep, "/")

    def _choose(self, wish: Wish) -> None:
        found = self.listing
        found.columns = tuple(name for name in self.known if name not in (self.file, self.split))
        guess = next((name for name in found.columns if self._likely(name, WORDS)), None)
        guess = guess or next((name for name in found.columns if self._likely(name, ())), None)
        found.label = chosen(wish.label, found.columns, guess, "label")
        found.group = chosen(wish.group, found.columns, None, "group")
        rest = [name for name in found.columns if name not in (found.label, found.group)]
        found.attributes = tuple(name for name in rest if self._is_binary(name))[:ATTRIBUTES]

    def _likely(self, name: str, words: Sequence[str]) -> bool:
        column = self.known[name]
        fits = not column.many and fits_labels(column.counts, column.rows, named=bool(words))
        return fits and (name.casefold() in words if words else not self._is_binary(name))

    def _is_binary(self, name: str) -> bool:
        values = {value.strip().casefold() for value in self.known[name].counts}
        return bool(values & TRUE) and bool(values & FALSE) and values <= TRUE | FALSE | MISSING

    def _is_whole(self, name: str) -> bool:
        """Whether a column's numbers are whole and were written with ``.0``, as beside empty cells they are."""
        values = {value for value in self.known[name].counts if value.casefold() not in MISSING}
        return not self.known[name].many and all(WHOLE.fullmatch(value) for value in values)

    def _list(self) -> None:
        found, seen = self.listing, set()
        for place, row in enumerate(self.rows()):
            value = row.get(self.file) or ""
            name = self._inside(value) if value.strip() else None
            if name is None:
                found.refuse(
                    value[:200] or f"row {place + 2}", OUTSIDE if value.strip() else "a row without a path"
                )
            elif reason := no_image(name):
                found.refuse(name[:200], reason)
            elif name in seen:
                found.refuse(name, "named by two rows; the first counts")
            else:
                seen.add(name)
                found.entries.append(self._entry(name, place, row))
            if len(found.entries) > MOST:
                raise too_many(self.path.name)

    def _entry(self, name: str, place: int, row: Row) -> Entry:
        found = self.listing
        label, group = (self._word(row, column) if column else "" for column in (found.label, found.group))
        said = (row.get(self.split) or "").casefold() if self.split else ""
        part = PART_OF.get(said) or NUMBERED.get(said, "")
        attributes = tuple(int((row.get(column) or "").strip().casefold() in TRUE) for column in found.attributes)
        return Entry(name, place, label, group, part, attributes)

    def _word(self, row: Row, column: str) -> str:
        """A row's label or group; empty where the cell is, or says that it would be."""
        value = (row.get(column) or "").strip()
        if value.casefold() in MISSING:
            return ""
        return text(value.partition(".")[0] if column in self.whole else value)

    def read(self, entry: Entry) -> bytes:
        """The file's bytes; BringError where a link leads out of the root."""
        try:
            return read_below(self.root, entry.name)
        except BringError:
            if (there := located(self.root, entry.name)) in (None, entry.name):
                raise
            return read_below(self.root, there)


def _places(root: Path, *, deep: bool) -> Iterator[tuple[Path, str]]:
    """Folders that paths may be below, and endings that they may lack; where ``deep``, the first few in it too."""
    with os.scandir(root) as listing:
        beside = sorted(one.name for one in listing if one.is_dir(follow_symlinks=False) and one.name[0] != ".")
    for ending in ENDINGS:
        for folder in (root, *(root / name for name in beside[: BESIDE * deep])):
            yield folder, ending


def located(root: Path, name: str) -> str | None:
    """The name below ``root`` of a file that a table calls ``name``, however its accents are written there."""
    for form in (None, "NFC", "NFD"):
        there = unicodedata.normalize(form, name) if form else name
        try:
            if (root / there).is_file():
                return there
        except OSError:  # a name that no file can have
            return None
    return None


@dataclass
class Column:
    """What is known of a column: its first values, how often each occurs, whether these were too many to count."""

    first: list[str] = field(default_factory=list)
    counts: Counter[str] = field(default_factory=Counter)
    many: bool = False
    rows: int = 0


def _survey(rows: Iterator[Row], name: str) -> dict[str, Column]:
    """What each column holds, in one pass that keeps little."""
    known: dict[str, Column] = {}
    for row in rows:
        for key, value in row.items():
            column = known.setdefault(key, Column())
            column.rows += 1
            if len(column.first) < TRIED and value:
                column.first.append(value)
            if not column.many:
                column.counts[value] += 1
                column.many = len(column.counts) > LABELS
    if not known:
        raise BringError(f"{name} has no row.")
    return known
