"""The deck: slides in order, each a picture with words and the link that reopens its view, in one SQLite file."""

import sqlite3
import uuid
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

from core.saved import StoreError
from core.slide import PNG, Slide, StaleError, checked
from core.sqlite import Database

FILE = "deck.sqlite"
MOST = 200  # slides
TABLES = (
    "CREATE TABLE slides (id TEXT PRIMARY KEY, place INTEGER NOT NULL, title TEXT NOT NULL, caption TEXT NOT NULL,"
    " page TEXT NOT NULL, link TEXT NOT NULL, note TEXT NOT NULL, picture BLOB NOT NULL, version INTEGER NOT NULL,"
    " created TEXT NOT NULL)",
    "CREATE TABLE frames (slide TEXT NOT NULL, number INTEGER NOT NULL, png BLOB NOT NULL,"
    " PRIMARY KEY (slide, number))",
)
COLUMNS = "id, title, caption, page, link, note, picture, version, created"
WORDS = ("title", "caption")  # what can be edited


@dataclass(frozen=True)
class Deck:
    """The slides in one file; nothing is written before something is pinned."""

    path: Path

    @classmethod
    def under(cls, cache: Path) -> "Deck":
        """The deck in the folder of derived files."""
        return cls(cache / FILE)

    @property
    def _file(self) -> Database:
        return Database(self.path, TABLES)

    def all(self) -> tuple[Slide, ...]:
        """All slides in order, without the frames of films; StoreError where the file or a slide is damaged."""
        with self._file.reading() as db:
            return () if db is None else tuple(_slides(db))

    def count(self) -> int:
        """How many slides there are."""
        with self._file.reading() as db:
            return 0 if db is None else int(db.execute("SELECT COUNT(*) FROM slides").fetchone()[0])

    def frames(self, id: str) -> tuple[bytes, ...]:
        """Frames of a slide that is a film, PNGs in order; none for another."""
        with self._file.reading() as db:
            return () if db is None else _frames(db, id)

    def add(self, slide: Slide) -> Slide:
        """Put a new slide at the end; what was written.

        Raises
        ------
        StoreError : a text, a picture or the deck is too long, or the file cannot be written.
        """
        new = checked(slide)
        made = datetime.now(UTC).isoformat(timespec="seconds")
        new = replace(new, id=uuid.uuid4().hex, version=1, created=new.created or made)
        with self._file.writing() as db:
            _insert(db, new, len(_order(db)))
        return new

    def edit(self, base: Slide, *, title: str, caption: str) -> Slide:
        """Write other words on a slide that was read as ``base``; what was written.

        What another tab changed meanwhile stays where it is another text than this one changes.

        Raises
        ------
        StaleError : another tab changed the same text, or deleted the slide.
        """
        mine = checked(replace(base, title=title, caption=caption))
        with self._file.writing() as db:
            theirs = _find(db, base.id)
            if theirs is None:
                raise StaleError(f"“{base.title}” was deleted in another tab.", None)
            title, caption = (_merged(name, base, mine, theirs) for name in WORDS)
            new = replace(theirs, title=title, caption=caption, version=theirs.version + 1)
            db.execute(
                "UPDATE slides SET (title, caption, version) = (?,?,?) WHERE id = ?",
                (new.title, new.caption, new.version, new.id),
            )
        return new

    def move(self, id: str, by: int) -> int:
        """Move a slide by so many places, at most to an end; its place now, counted from 0."""
        with self._file.writing() as db:
            order = _order(db)
            if id not in order:
                raise StaleError("The slide was deleted in another tab, so it was not moved.", None)
            now = order.index(id)
            place = min(max(now + by, 0), len(order) - 1)
            order.insert(place, order.pop(now))
            _number(db, order)
        return place

    def delete(self, base: Slide) -> tuple[int, Slide]:
        """Take a slide out; its place and all that it was, for `restore`.

        Raises
        ------
        StaleError : another tab changed it since it was read, or deleted it already.
        """
        with self._file.writing() as db:
            order = _order(db)
            theirs = _find(db, base.id)
            if theirs is None:
                raise StaleError(f"“{base.title}” was deleted in another tab already.", None)
            if theirs.version != base.version:
                raise StaleError(f"“{theirs.title}” was changed in another tab. Look again, then delete.", theirs)
            gone = replace(theirs, frames=_frames(db, base.id))
            _forget(db, [base.id])
            _number(db, [id for id in order if id != base.id])
        return order.index(base.id), gone

    def clear(self) -> tuple[tuple[int, Slide], ...]:
        """Take all slides out; what `restore` needs to bring them back, which is not the damaged ones."""
        with self._file.writing() as db:
            gone = []
            for place, id in enumerate(order := _order(db)):
                with suppress(StoreError):
                    if (slide := _find(db, id)) is not None:
                        gone.append((place, replace(slide, frames=_frames(db, id))))
            _forget(db, order)
        return tuple(gone)

    def restore(self, gone: tuple[tuple[int, Slide], ...]) -> int:
        """Bring slides back to their places; how many were not there already."""
        with self._file.writing() as db:
            order = _order(db)
            back = [
                (place, slide) for place, slide in sorted(gone, key=lambda one: one[0]) if slide.id not in order
            ]
            for place, slide in back:
                _insert(db, checked(slide), len(order))
                order.insert(min(place, len(order)), slide.id)
            _number(db, order)
        return len(back)


def _merged(name: str, base: Slide, mine: Slide, theirs: Slide) -> str:
    before, wanted, now = (str(getattr(slide, name)) for slide in (base, mine, theirs))
    if wanted == before:
        return now
    if now not in (before, wanted):
        told = f"Another tab changed this slide meanwhile: its {name} is now “{now or 'empty'}”."
        raise StaleError(told, theirs)
    return wanted


def _order(db: sqlite3.Connection) -> list[str]:
    return [row[0] for row in db.execute("SELECT id FROM slides ORDER BY place, created, id")]


def _number(db: sqlite3.Connection, order: list[str]) -> None:
    db.executemany("UPDATE slides SET place = ? WHERE id = ?", list(enumerate(order)))


def _slides(db: sqlite3.Connection) -> list[Slide]:
    return [_slide(row) for row in db.execute(f"SELECT {COLUMNS} FROM slides ORDER BY place, created, id")]


def _find(db: sqlite3.Connection, id: str) -> Slide | None:
    row = db.execute(f"SELECT {COLUMNS} FROM slides WHERE id = ?", (id,)).fetchone()
    return None if row is None else _slide(row)


def _slide(row: tuple) -> Slide:
    id, title, caption, page, link, note, picture, version, created = row
    if not isinstance(picture, bytes) or not picture.startswith(PNG):
        raise StoreError(f"The picture of slide “{title}” is damaged. Clear the deck, or move its file away.")
    return Slide(title, caption, picture, page, link, note, (), version, created, id)


def _frames(db: sqlite3.Connection, id: str) -> tuple[bytes, ...]:
    return tuple(row[0] for row in db.execute("SELECT png FROM frames WHERE slide = ? ORDER BY number", (id,)))


def _insert(db: sqlite3.Connection, new: Slide, place: int) -> None:
    count = db.execute("SELECT COUNT(*) FROM slides").fetchone()[0]
    if count >= MOST:
        raise StoreError(f"The deck has {count} slides, which is the most. Delete some, or export and clear it.")
    texts = (new.title, new.caption, new.page, new.link, new.note)
    values = (new.id, *texts, new.picture, new.version, new.created, place)
    db.execute(f"INSERT INTO slides ({COLUMNS}, place) VALUES (?,?,?,?,?,?,?,?,?,?)", values)
    db.executemany("INSERT INTO frames VALUES (?,?,?)", [(new.id, i, png) for i, png in enumerate(new.frames)])


def _forget(db: sqlite3.Connection, ids: list[str]) -> None:
    for table, column in {"slides": "id", "frames": "slide"}.items():
        db.executemany(f"DELETE FROM {table} WHERE {column} = ?", [(id,) for id in ids])
