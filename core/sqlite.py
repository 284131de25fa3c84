"""One SQLite file that several tabs and processes read and write: how it is opened, and what its errors mean.

Every call opens a connection of its own and closes it.
"""

import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

from core.saved import StoreError

WAIT = 5.0  # s, for another writer


@dataclass(frozen=True)
class Database:
    """A file with tables of one schema; it is made when something is first written.

    Attributes
    ----------
    path : of the file.
    tables : the statements that make its tables.
    schema : number of their version; a file with a higher one was written by a newer Morphospace.
    """

    path: Path
    tables: tuple[str, ...]
    schema: int = 1

    @contextmanager
    def reading(self) -> Iterator[sqlite3.Connection | None]:
        """A connection for reading; None where nothing was written yet.

        Raises
        ------
        StoreError : the file is damaged, busy or of a newer schema.
        """
        with telling(self.path), closing(_reading(self.path)) as db:
            yield db if self._known(db) else None

    @contextmanager
    def writing(self) -> Iterator[sqlite3.Connection]:
        """A transaction that no other writer can come into; undone by an error."""
        with telling(self.path):
            self.path.parent.mkdir(parents=True, exist_ok=True)
            with closing(_connect(self.path)) as db:
                _use_wal(db)
                db.execute("BEGIN IMMEDIATE")
                if not self._known(db):
                    for table in self.tables:
                        db.execute(table)
                    db.execute(f"PRAGMA user_version = {self.schema}")
                yield db
                db.execute("COMMIT")  # closing the connection undoes what was not committed

    def _known(self, db: sqlite3.Connection) -> bool:
        """Whether the tables are there."""
        found: int = db.execute("PRAGMA user_version").fetchone()[0]
        if found > self.schema:
            raise StoreError(
                f"{self.path} was written by a newer Morphospace. Use that one, or move the file away."
            )
        return found == self.schema


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


@contextmanager
def telling(path: Path) -> Iterator[None]:
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
