"""A CSV or Parquet whose rows name images: any column may be label or group, 0/1 columns are attributes."""

import csv
import os
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from core.bring.base import (
    LABELS,
    MOST,
    PART_OF,
    SUFFIXES,
    BringError,
    Entry,
    Listing,
    Source,
    Wish,
    chosen,
    fits_labels,
    text,
    too_many,
)
from core.bring.folders import read_below

PATHS = ("path", "file", "filename", "file_name", "filepath", "file_path", "image", "image_path", "img", "name")
WORDS = ("label", "labels", "class", "class_name", "category", "target", "y", "species", "type", "digit")
SPLITS = ("split", "subset", "partition", "part", "set", "fold")
TRUE, FALSE = frozenset({"1", "1.0", "true", "True"}), frozenset({"0", "-1", "0.0", "-1.0", "false", "False"})
TRIED = 200  # rows whose paths are looked for
ATTRIBUTES = 64  # at most
OUTSIDE = "a path that leads out of the folder"
Row = Mapping[str, str]


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
        self.file = self._path_column()
        self.split = next((name for name in self.known if name.casefold() in SPLITS and self._parts(name)), None)
        self._choose(wish)
        self._list()

    @property
    def base(self) -> Path:
        """The folder that the paths are below."""
        return self.root

    def _parts(self, name: str) -> bool:
        values = {value.casefold() for value in self.known[name].counts}
        return len(values) > 1 and values <= PART_OF.keys()

    def _path_column(self) -> str:
        """The column whose values are files below the root, by what is there; of equals, by its name."""

        def found(name: str) -> tuple[float, bool]:
            first = self.known[name].first
            there = sum(self._inside(value) is not None and (self.root / value).is_file() for value in first)
            return there / max(1, len(first)), name.casefold() in PATHS

        best = max(self.known, key=found)
        if found(best)[0] > 0:
            return best
        shown = {name: values.first[0] for name, values in list(self.known.items())[:8] if values.first}
        told = "; ".join(f"{name}: {value[:60]!r}" for name, value in shown.items())
        raise BringError(
            f"No column of {self.path.name} names files below {self.root}. Its first row says {told}. Name the "
            "folder that the paths are below."
        )

    def _inside(self, value: str) -> str | None:
        """A path of the table as a name below the root; None where it leads out of it."""
        if "\0" in value:
            return None
        whole = os.path.normpath(os.path.join(self.root, value.strip()))
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
        values = set(self.known[name].counts)
        return bool(values & TRUE) and bool(values & FALSE) and values <= TRUE | FALSE | {""}

    def _list(self) -> None:
        found, seen = self.listing, set()
        for place, row in enumerate(self.rows()):
            value = row.get(self.file) or ""
            name = self._inside(value) if value.strip() else None
            if name is None:
                found.refuse(
                    value[:200] or f"row {place + 2}", OUTSIDE if value.strip() else "a row without a path"
                )
            elif os.path.splitext(name)[1].casefold() not in SUFFIXES:
                found.refuse(name, "no image by its name")
            elif name in seen:
                found.refuse(name, "named by two rows; the first counts")
            else:
                seen.add(name)
                found.entries.append(self._entry(name, place, row))
            if len(found.entries) > MOST:
                raise too_many(self.path.name)

    def _entry(self, name: str, place: int, row: Row) -> Entry:
        found = self.listing
        label, group = (text(row.get(column) or "") if column else "" for column in (found.label, found.group))
        part = PART_OF.get((row.get(self.split) or "").casefold(), "") if self.split else ""
        attributes = tuple(int((row.get(column) or "") in TRUE) for column in found.attributes)
        return Entry(name, place, label, group, part, attributes)

    def read(self, entry: Entry) -> bytes:
        """The file's bytes; BringError where a link leads out of the root."""
        return read_below(self.root, entry.name)


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


def rows_of(path: Path) -> Callable[[], Iterator[Row]]:
    """A function that begins to read a table's rows anew, as text; BringError where it is no table."""
    if path.suffix.casefold() == ".parquet":
        return lambda: _parquet(path)
    encoding, dialect = _dialect(path)
    return lambda: _csv(path, encoding, dialect)


def _dialect(path: Path) -> tuple[str, str]:
    """Encoding and delimiter of a CSV."""
    try:
        with path.open("rb") as file:
            start = file.read(1 << 16)
    except OSError as error:
        raise BringError(f"{path} cannot be opened ({error.strerror}).") from error
    try:
        start.decode("utf-8-sig")
        encoding = "utf-8-sig"
    except UnicodeDecodeError as error:  # the last character may be cut in two
        encoding = "utf-8-sig" if error.start > len(start) - 4 and len(start) == 1 << 16 else "latin-1"
    head = start.decode(encoding, errors="replace").split("\n", 1)[0]
    return encoding, max(",;\t|", key=head.count)


def _csv(path: Path, encoding: str, delimiter: str) -> Iterator[Row]:
    try:
        with path.open(newline="", encoding=encoding, errors="replace") as file:
            for row in csv.DictReader(file, delimiter=delimiter):
                yield {key: value or "" for key, value in row.items() if key and not isinstance(value, list)}
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise BringError(f"{path.name} cannot be read as a table ({error}).") from error


def _parquet(path: Path) -> Iterator[Row]:
    import pyarrow as arrow
    from pyarrow import parquet

    try:
        with parquet.ParquetFile(path) as file:
            nested = {
                f.name for f in file.schema_arrow if arrow.types.is_nested(f.type) or arrow.types.is_binary(f.type)
            }
            names = [name for name in file.schema_arrow.names if name not in nested]
            for batch in file.iter_batches(batch_size=4096, columns=names):
                for row in batch.to_pylist():
                    yield {key: "" if value is None else str(value) for key, value in row.items()}
    except (OSError, arrow.ArrowException) as error:
        raise BringError(f"{path.name} cannot be read as Parquet ({error}).") from error
