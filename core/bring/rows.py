"""Rows of a CSV or Parquet as text, whatever its encoding and delimiter."""

import csv
import re
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

from core.bring.base import BringError

Row = Mapping[str, str]
SEPARATOR = re.compile(r'"?sep=([,;\t|])"?\s*$')  # what Excel may write before the names of columns


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
        wide = start[:2] in (b"\xff\xfe", b"\xfe\xff")  # as Excel's "Unicode text" is
        encoding = "utf-16" if wide else "utf-8-sig"
        start.decode(encoding)
    except UnicodeDecodeError as error:  # the last character may be cut in two
        encoding = encoding if error.start > len(start) - 4 and len(start) == 1 << 16 else "cp1252"
    head = start.decode(encoding, errors="replace").lstrip("\ufeff").split("\n", 1)[0]
    said = SEPARATOR.match(head)
    return encoding, said[1] if said else max(",;\t|", key=head.count)


def _csv(path: Path, encoding: str, delimiter: str) -> Iterator[Row]:
    try:
        with path.open(newline="", encoding=encoding, errors="replace") as file:
            if not SEPARATOR.match(file.readline()):
                file.seek(0)
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
            if not names or (nested and len(names) < 2):
                raise BringError(
                    f"{path.name} has no column of paths. Images inside of a table ({', '.join(sorted(nested))}) "
                    "are not read: save them as files."
                )
            for batch in file.iter_batches(batch_size=4096, columns=names):
                for row in batch.to_pylist():
                    yield {key: "" if value is None else str(value) for key, value in row.items()}
    except (OSError, arrow.ArrowException) as error:
        raise BringError(f"{path.name} cannot be read as Parquet ({error}).") from error
