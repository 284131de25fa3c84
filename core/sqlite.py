"""SQLite files that several tabs and processes write to: opened, locked, and their errors put into words.

Every call opens a connection of its own and closes it.
"""

import sqlite3
import time
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path

from core.saved import StoreError

WAIT = 5.0  # s, for another writer


@contextmanager
def writing(path: Path, schema: int, tables: Sequence[str]) -> Iterator[sqlite3.Connection]:
    """A transaction that no other writer can come into; undone by an error.

    Parameters
    ----------
    path : the file; it and its folder are made where they are not there.
    schema : number of the file's layout; a newer file is refused.
    tables : statements that make the tables of a new file.

    Raises
    ------
    StoreError : the file cannot be written; it says why.
    """
    with _telling(path):
        path.parent.mkdir(parents=True, exist_ok=True)
        with closing(_connect(path)) as db:
            _use_wal(db)
            db.execute("BEGIN IMMEDIATE")
            if not _known(db, path, schema):
                for statement in tables:
                    db.execute(statement)
                db.execute(f"PRAGMA user_version = {schema}")
            yield db
            db.execute("COMMIT")  # closing the connection undoes what was not committed


@contextmanager
def reading(path: Path, schema: int) -> Iterator[sqlite3.Connection | None]:
    """A connection for reading; None where nothing was written yet.

    Raises
    ------
    StoreError : the file cannot be read; it says why.
    """
    with _telling(path), closing(_open(path)) as db:
        yield db if _known(db, path, schema) else None


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


def _open(path: Path) -> sqlite3.Connection:
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


def _known(db: sqlite3.Connection, path: Path, schema: int) -> bool:
    """Whether the tables are there."""
    found = db.execute("PRAGMA user_version").fetchone()[0]
    if found > schema:
        raise StoreError(f"{path} was written by a newer Morphospace. Use that one, or move the file away.")
    return found == schema


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
        sqlite3.SQLITE_CANTOPEN: f"{path} cannot be opened or made. Check the folder and who may write to it.",
        sqlite3.SQLITE_FULL: f"The disk of {path} is full, so nothing was changed.",
        sqlite3.SQLITE_CORRUPT: damaged,
        sqlite3.SQLITE_NOTADB: damaged,
    }.get(code, "")
