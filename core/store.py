"""Selections that outlive a session: one SQLite file, which several tabs and processes write to.

Every call opens a connection of its own and closes it. Edits are made from what was read before, so one may be
stale by the time it arrives: it is then merged with what others wrote, or refused where both changed one text.
"""

import json
import sqlite3
import time
import uuid
import zlib
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

import numpy as np

from core.saved import MOST, ConflictError, Saved, StoreError, TakenError, checked, merge

FILE = "selections.sqlite"
SCHEMA = 1
WAIT = 5.0  # s, for another writer
TABLE = (
    "CREATE TABLE selections (id TEXT PRIMARY KEY, dataset TEXT NOT NULL, name TEXT NOT NULL, items BLOB NOT NULL,"
    " tags TEXT NOT NULL, note TEXT NOT NULL, label TEXT, version INTEGER NOT NULL, created TEXT NOT NULL,"
    " UNIQUE (dataset, name))"
)
COLUMNS = "id, dataset, name, items, tags, note, label, version, created"


@dataclass(frozen=True)
class Store:
    """The selections in one file; nothing is written before something is saved."""

    path: Path

    @classmethod
    def under(cls, cache: Path) -> "Store":
        """The store in the folder of derived files."""
        return cls(cache / FILE)

    def all(self, dataset: str) -> tuple[Saved, ...]:
        """All selections of a data set, by name."""
        with _telling(self.path), closing(_reading(self.path)) as db:
            if not _known(db, self.path):
                return ()
            rows = db.execute(f"SELECT {COLUMNS} FROM selections WHERE dataset = ?", (dataset,)).fetchall()
        return tuple(sorted(map(_saved, rows), key=lambda saved: saved.name.casefold()))

    def save(self, saved: Saved) -> Saved:
        """Keep a new selection, or one that was deleted; what was written."""
        new = checked(saved)
        created = new.created or datetime.now(UTC).isoformat(timespec="seconds")
        new = replace(new, id=new.id or uuid.uuid4().hex, version=new.version + 1, created=created)
        with self._writing() as db:
            if (theirs := _find(db, new.id)) is not None:
                raise ConflictError(f"“{theirs.name}” is there already.", theirs, saved)
            _free(db, new)
            db.execute(f"INSERT INTO selections ({COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)", _row(new))
        return new

    def update(self, base: Saved, mine: Saved) -> Saved:
        """Write an edit of ``base``, merged with what others made of it meanwhile; what was written.

        Raises
        ------
        ConflictError : another changed the same text, or deleted the selection.
        StoreError : the edit is not allowed, or the file cannot be written.
        """
        edit = checked(replace(mine, id=base.id, dataset=base.dataset))
        with self._writing() as db:
            if (theirs := _find(db, base.id)) is None:
                raise ConflictError(f"“{base.name}” was deleted in another tab.", None, edit)
            merged, clash = merge(base, edit, theirs)
            if clash:
                raise ConflictError(_clash(clash, theirs), theirs, merged)
            if merged.same(theirs):
                return theirs
            merged = checked(replace(merged, version=theirs.version + 1))
            _free(db, merged)
            db.execute(
                "UPDATE selections SET (name, items, tags, note, label, version) = (?,?,?,?,?,?) WHERE id = ?",
                (*_row(merged)[2:8], merged.id),
            )
        return merged

    def delete(self, saved: Saved) -> None:
        """Forget a selection; ConflictError where another tab changed it since ``saved`` was read."""
        with self._writing() as db:
            theirs = _find(db, saved.id)
            if theirs is not None and theirs.version != saved.version:
                message = f"“{theirs.name}” was changed in another tab. Look at it again, then delete it."
                raise ConflictError(message, theirs, saved)
            db.execute("DELETE FROM selections WHERE id = ?", (saved.id,))

    @contextmanager
    def _writing(self) -> Iterator[sqlite3.Connection]:
        """A transaction that no other writer can come into; undone by an error."""
        with _telling(self.path):
            self.path.parent.mkdir(parents=True, exist_ok=True)
            with closing(_connect(self.path)) as db:
                _use_wal(db)
                db.execute("BEGIN IMMEDIATE")
                if not _known(db, self.path):
                    db.execute(TABLE)
                    db.execute(f"PRAGMA user_version = {SCHEMA}")
                yield db
                db.execute("COMMIT")  # closing the connection undoes what was not committed


def _use_wal(db: sqlite3.Connection) -> None:
    """Let readers go on beside a writer. On a new file SQLite does not wait for others that do so: wait here."""
    stop = time.monotonic() + WAIT
    while True:
        try:
            db.execute("PRAGMA journal_mode = WAL")
            return
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode & 0xFF != sqlite3.SQLITE_BUSY or time.monotonic() > stop:
                raise
        time.sleep(0.01)


def _connect(path: Path, query: str = "mode=rwc") -> sqlite3.Connection:
    return sqlite3.connect(f"{path.absolute().as_uri()}?{query}", WAIT, isolation_level=None, uri=True)


def _reading(path: Path) -> sqlite3.Connection:
    """A connection for reading; to an empty store where there is no file yet."""
    if not path.exists():
        return sqlite3.connect(":memory:")
    db = _connect(path, "mode=ro")
    try:
        db.execute("PRAGMA user_version")
    except sqlite3.Error as error:
        db.close()
        if not isinstance(error, sqlite3.OperationalError) or path.with_name(f"{path.name}-wal").exists():
            raise
        # The index of the log cannot be made in a folder that is read-only; without a log none is needed.
        db = _connect(path, "mode=ro&immutable=1")
    return db


def _known(db: sqlite3.Connection, path: Path) -> bool:
    """Whether the table is there."""
    found = db.execute("PRAGMA user_version").fetchone()[0]
    if found > SCHEMA:
        raise StoreError(f"{path} was written by a newer Morphospace. Use that one, or move the file away.")
    return found == SCHEMA


def _find(db: sqlite3.Connection, id: str) -> Saved | None:
    row = db.execute(f"SELECT {COLUMNS} FROM selections WHERE id = ?", (id,)).fetchone()
    return None if row is None else _saved(row)


def _free(db: sqlite3.Connection, saved: Saved) -> None:
    """TakenError where another selection of the data set has the name."""
    known = "SELECT 1 FROM selections WHERE dataset = ? AND name = ? AND id != ?"
    if db.execute(known, (saved.dataset, saved.name, saved.id)).fetchone():
        raise TakenError(f"There is a selection called “{saved.name}” already. Choose another name.")


def _clash(fields: tuple[str, ...], theirs: Saved) -> str:
    said = {"name": "name", "label": "label", "note": "reason"}
    told = "; ".join(f"its {said[name]} is now “{getattr(theirs, name) or 'empty'}”" for name in fields)
    return f"Another tab changed this selection meanwhile: {told}."


def _row(saved: Saved) -> tuple[object, ...]:
    steps = np.diff(saved.items, prepend=0).astype("<i8")  # small numbers, which compress well
    blob, tags = zlib.compress(steps.tobytes()), json.dumps(saved.tags)
    texts = (tags, saved.note, saved.label, saved.version, saved.created)
    return saved.id, saved.dataset, saved.name, blob, *texts


def _saved(row: tuple) -> Saved:
    id, dataset, name, blob, tags, note, label, version, created = row
    try:
        stream = zlib.decompressobj()
        steps = np.frombuffer(stream.decompress(blob, 8 * MOST), "<i8")
        if not stream.eof:
            raise ValueError("its items are cut off")
        return Saved(name, dataset, np.cumsum(steps), tuple(json.loads(tags)), note, label, version, created, id)
    except (zlib.error, ValueError, TypeError) as error:
        raise StoreError(f"The saved selection “{name}” is damaged: {error}") from error


@contextmanager
def _telling(path: Path) -> Iterator[None]:
    """Put what SQLite and the system say into words."""
    try:
        yield
    except OSError as error:
        raise StoreError(f"Nothing can be kept at {path}: {error.strerror or error}.") from error
    except sqlite3.Error as error:
        code = getattr(error, "sqlite_errorcode", 0) & 0xFF
        raise StoreError(_reason(code, path) or f"{path} cannot be used: {error}.") from error


def _reason(code: int, path: Path) -> str:
    """What an error code of SQLite means for the reader; empty for the unusual ones."""
    busy = f"Another program keeps {path} busy. Try again in a moment."
    damaged = f"{path} is damaged. It was left as it is; move it away to start with an empty one."
    return {
        sqlite3.SQLITE_BUSY: busy,
        sqlite3.SQLITE_LOCKED: busy,
        sqlite3.SQLITE_READONLY: f"{path} is read-only, so nothing was changed. What it holds can be loaded.",
        sqlite3.SQLITE_CANTOPEN: f"{path} cannot be opened or made. Check the folder, or set MORPHOSPACE_CACHE.",
        sqlite3.SQLITE_FULL: f"The disk of {path} is full, so nothing was changed.",
        sqlite3.SQLITE_CORRUPT: damaged,
        sqlite3.SQLITE_NOTADB: damaged,
    }.get(code, "")
