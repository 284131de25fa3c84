"""Selections that outlive a session: one SQLite file, which several tabs and processes write to.

Every call opens a connection of its own and closes it. Edits are made from what was read before, so one may be
stale by the time it arrives: it is then merged with what others wrote, or refused where both changed one text.
"""

import json
import sqlite3
import uuid
import zlib
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

import numpy as np

from core import sqlite
from core.saved import MOST, ConflictError, Saved, StoreError, TakenError, checked, merge

FILE = "selections.sqlite"
SCHEMA = 1
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
        with sqlite.reading(self.path, SCHEMA) as db:
            if db is None:
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

    def _writing(self) -> AbstractContextManager[sqlite3.Connection]:
        return sqlite.writing(self.path, SCHEMA, (TABLE,))


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
