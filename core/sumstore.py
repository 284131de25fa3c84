"""Sums of images that someone named: they survive a restart, and two tabs do not lose each other's."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

from core.saved import StoreError

FILE = "sums.sqlite"
WAIT = 5.0  # s, for another writer
LONGEST = 60  # characters of a name
TABLE = (
    "CREATE TABLE IF NOT EXISTS sums (dataset TEXT NOT NULL, name TEXT NOT NULL, text TEXT NOT NULL,"
    " PRIMARY KEY (dataset, name))"
)


@dataclass(frozen=True)
class SumStore:
    """The named sums in one file; nothing is written before something is saved."""

    path: Path

    @classmethod
    def under(cls, cache: Path) -> "SumStore":
        """The store in the folder of derived files."""
        return cls(cache / FILE)

    def all(self, dataset: str) -> dict[str, str]:
        """Sums of a data set as links write them, by name."""
        if not self.path.is_file():
            return {}
        with self._open() as db:
            found = db.execute("SELECT name, text FROM sums WHERE dataset = ? ORDER BY name", (dataset,))
            return dict(found.fetchall())

    def save(self, dataset: str, name: str, text: str) -> str:
        """Keep a sum under a name, in place of another one of that name; the name as it was written.

        Raises
        ------
        StoreError : no name, or one that is too long; or the file cannot be written.
        """
        short = " ".join(name.split())
        if not 0 < len(short) <= LONGEST:
            raise StoreError(f"A name has 1 to {LONGEST} characters, not {len(short)}.")
        with self._open() as db:
            db.execute("INSERT OR REPLACE INTO sums VALUES (?, ?, ?)", (dataset, short, text))
        return short

    def delete(self, dataset: str, name: str) -> None:
        """Forget a sum."""
        with self._open() as db:
            db.execute("DELETE FROM sums WHERE dataset = ? AND name = ?", (dataset, name))

    @contextmanager
    def _open(self) -> Iterator[sqlite3.Connection]:
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            with closing(sqlite3.connect(self.path, timeout=WAIT)) as db, db:
                db.execute(TABLE)
                yield db
        except (sqlite3.Error, OSError) as error:
            raise StoreError(f"{self.path} cannot be used ({error}). Delete it, or mend the folder.") from error
