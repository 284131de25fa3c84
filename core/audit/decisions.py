"""What a person decided of the issues that an audit found: one SQLite file, with a log to go back and forth in.

A decision is about one item under one kind of issue; of a pair, each of its two items has one, which names the
other as its partner. Decisions are written in steps, each in one transaction: a step is there whole or not at all.
"""

import json
import math
import re
import sqlite3
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

from core.saved import StoreError
from core.sqlite import Database

FILE = "decisions.sqlite"
SCHEMA = 1
KEEP, DROP, RELABEL, FINE, OPEN = "keep", "drop", "relabel", "fine", "open"
VERDICTS = (KEEP, DROP, RELABEL, FINE)  # "fine": not a problem; "open": no decision, which takes one back
NOBODY = -1  # partner of an item that stands alone
LONGEST = 500  # characters of a reason or a label
KIND = re.compile(r"[a-z_]{1,30}")
TABLES = (
    "CREATE TABLE decisions (dataset TEXT NOT NULL, kind TEXT NOT NULL, item INTEGER NOT NULL,"
    " partner INTEGER NOT NULL, told TEXT NOT NULL, PRIMARY KEY (dataset, kind, item, partner)) WITHOUT ROWID",
    "CREATE TABLE steps (id INTEGER PRIMARY KEY AUTOINCREMENT, dataset TEXT NOT NULL, title TEXT NOT NULL,"
    " made TEXT NOT NULL, undone INTEGER NOT NULL DEFAULT 0)",
    "CREATE INDEX steps_of ON steps (dataset, undone, id)",
    "CREATE TABLE changes (step INTEGER NOT NULL, kind TEXT NOT NULL, item INTEGER NOT NULL,"
    " partner INTEGER NOT NULL, before TEXT, after TEXT)",
    "CREATE INDEX changes_of ON changes (step)",
    "CREATE TABLE versions (dataset TEXT PRIMARY KEY, version INTEGER NOT NULL) WITHOUT ROWID",
)
ONE = "dataset = ? AND kind = ? AND item = ? AND partner = ?"
Key = tuple[str, int, int]
Change = tuple[Key, str | None, str | None]  # what was said before and is said after; None for nothing


@dataclass(frozen=True)
class Decision:
    """What was decided of an item.

    Attributes
    ----------
    kind : of the issue.
    item : place in the full data set.
    verdict : one of ``VERDICTS``, or ``open`` to take a decision back.
    partner : the other item of a pair, -1 for none.
    label : the label that it should have; empty unless the verdict is ``relabel``.
    reason : in the person's words.
    severity : that the audit gave it, 0..1; NaN where it was not told.
    file : name of the item's original, by which it is known that a data set is still the same; may be empty.
    picture : the original's bytes and digest (`core.audit.originals`), by which it is found again; may be empty.
    made : UTC, ISO 8601; written by the store.
    """

    kind: str
    item: int
    verdict: str
    partner: int = NOBODY
    label: str = ""
    reason: str = ""
    severity: float = math.nan
    file: str = ""
    picture: str = ""
    made: str = ""

    @property
    def key(self) -> Key:
        """Kind, item and partner: there is one decision for each."""
        return self.kind, self.item, self.partner


@dataclass(frozen=True)
class Step:
    """Decisions that were made, and are taken back, together.

    Attributes
    ----------
    id : ascends; 0 where nothing was to be done.
    title : what was done, for the screen.
    count : decisions that it changed.
    first : one of them, to go back to; None where there is none.
    """

    id: int
    title: str
    count: int
    first: Key | None = None


@dataclass(frozen=True)
class Decisions:
    """The decisions in one file; nothing is written before something is decided."""

    path: Path

    @classmethod
    def under(cls, own: Path) -> "Decisions":
        """The store in the folder of what a person brought."""
        return cls(own / FILE)

    def all(self, dataset: str) -> tuple[Decision, ...]:
        """All decisions on a data set, by kind and item."""
        with self._file.reading() as db:
            if db is None:
                return ()
            rows = db.execute("SELECT kind, item, partner, told FROM decisions WHERE dataset = ?", (dataset,))
            return tuple(_decision((kind, item, partner), told) for kind, item, partner, told in rows)

    def version(self, dataset: str) -> int:
        """A number that is another one after every change of a data set's decisions; 0 before the first."""
        with self._file.reading() as db:
            found = db and db.execute("SELECT version FROM versions WHERE dataset = ?", (dataset,)).fetchone()
        return found[0] if found else 0

    def decide(self, dataset: str, decisions: Iterable[Decision], title: str) -> Step:
        """Write decisions as one step; what was undone before can then no longer be redone.

        Raises
        ------
        StoreError : a decision is not allowed, or the file cannot be written; then nothing was.
        """
        now = datetime.now(UTC).isoformat(timespec="milliseconds")
        wanted = {one.key: replace(_checked(one), made=now) for one in decisions}
        with self._file.writing() as db:
            changes: list[Change] = []
            for key, one in wanted.items():
                before = _find(db, dataset, key)
                after = None if one.verdict == OPEN else _told(one)
                if _differ(before, after):
                    changes.append((key, before, after))
            if not changes:
                return Step(0, title, 0)
            step = _log(db, dataset, title, now, changes)
        return Step(step, title, len(changes), changes[0][0])

    def earlier(self, scope: str) -> dict[str, tuple[Decision, ...]]:
        """What was decided on earlier bringings of a data set (`brought.scope`): scope -> decisions, in order."""
        name = scope.partition(" ")[0]
        with self._file.reading() as db:
            if db is None:
                return {}
            # Names are small letters, digits and dashes: what begins with the name and a space is of this set.
            known = "SELECT DISTINCT dataset FROM decisions WHERE dataset = ? OR dataset >= ? AND dataset < ?"
            scopes = [row[0] for row in db.execute(known, (name, f"{name} ", f"{name}!"))]
        return {other: self.all(other) for other in sorted(scopes) if other < scope}

    def move(self, scope: str, moved: Iterable[tuple[str, Key, Decision]], title: str) -> Step:
        """Let decisions that were made in other scopes, there under a key, count in ``scope``, as one step.

        One that has gone meanwhile, or on whose case a verdict was given in ``scope``, stays where it is.
        """
        with self._file.writing() as db:
            wanted = [
                (other, key, one)
                for other, key, one in moved
                if _find(db, other, key) is not None and _find(db, scope, one.key) is None
            ]
            if not wanted:
                return Step(0, title, 0)
            db.executemany(f"DELETE FROM decisions WHERE {ONE}", [(other, *key) for other, key, _ in wanted])
            changes: list[Change] = [(one.key, None, _told(one)) for _, _, one in wanted]
            step = _log(db, scope, title, datetime.now(UTC).isoformat(timespec="milliseconds"), changes)
        return Step(step, title, len(changes), changes[0][0])

    def undo(self, dataset: str) -> Step | None:
        """Take the last step back; it, or None where there is none."""
        return self._move(dataset, back=True)

    def redo(self, dataset: str) -> Step | None:
        """Do the step again that was taken back last; it, or None where there is none."""
        return self._move(dataset, back=False)

    def around(self, dataset: str) -> tuple[str, str]:
        """Titles of the steps that `undo` and `redo` would move; empty where there is none."""
        with self._file.reading() as db:
            if db is None:
                return "", ""
            done, undone = _next(db, dataset, back=True), _next(db, dataset, back=False)
        return done[1] if done else "", undone[1] if undone else ""

    def _move(self, dataset: str, *, back: bool) -> Step | None:
        if not self.path.exists():
            return None
        with self._file.writing() as db:
            if (found := _next(db, dataset, back=back)) is None:
                return None
            step, title = found
            column = "before" if back else "after"
            rows = db.execute(f"SELECT kind, item, partner, {column} FROM changes WHERE step = ?", (step,))
            changes: list[tuple[Key, str | None]] = [((kind, a, b), told) for kind, a, b, told in rows]
            _put(db, dataset, changes)
            db.execute("UPDATE steps SET undone = ? WHERE id = ?", (int(back), step))
        return Step(step, title, len(changes), changes[0][0] if changes else None)

    @property
    def _file(self) -> Database:
        return Database(self.path, TABLES, SCHEMA)


def _log(db: sqlite3.Connection, dataset: str, title: str, now: str, changes: Sequence[Change]) -> int:
    """Write changes as a step, which ends what could be redone; its number."""
    _forget_undone(db, dataset)
    row = db.execute("INSERT INTO steps (dataset, title, made) VALUES (?, ?, ?)", (dataset, title, now))
    step = int(row.lastrowid or 0)
    rows = [(step, *key, before, after) for key, before, after in changes]
    db.executemany("INSERT INTO changes VALUES (?, ?, ?, ?, ?, ?)", rows)
    _put(db, dataset, [(key, after) for key, _, after in changes])
    return step


def _next(db: sqlite3.Connection, dataset: str, *, back: bool) -> tuple[int, str] | None:
    """The step that a move would touch: the last one done, or the first one of those undone."""
    order = "DESC" if back else "ASC"
    known = f"SELECT id, title FROM steps WHERE dataset = ? AND undone = ? ORDER BY id {order} LIMIT 1"
    return db.execute(known, (dataset, int(not back))).fetchone()


def _forget_undone(db: sqlite3.Connection, dataset: str) -> None:
    steps = "SELECT id FROM steps WHERE dataset = ? AND undone = 1"
    db.execute(f"DELETE FROM changes WHERE step IN ({steps})", (dataset,))
    db.execute("DELETE FROM steps WHERE dataset = ? AND undone = 1", (dataset,))


def _put(db: sqlite3.Connection, dataset: str, changes: Sequence[tuple[Key, str | None]]) -> None:
    """Write what each key now says, and a new version."""
    gone = [(dataset, *key) for key, told in changes if told is None]
    there = [(dataset, *key, told) for key, told in changes if told is not None]
    db.executemany(f"DELETE FROM decisions WHERE {ONE}", gone)
    db.executemany("INSERT OR REPLACE INTO decisions VALUES (?, ?, ?, ?, ?)", there)
    known = "INSERT INTO versions VALUES (?, 1) ON CONFLICT (dataset) DO UPDATE SET version = version + 1"
    db.execute(known, (dataset,))


def _find(db: sqlite3.Connection, dataset: str, key: Key) -> str | None:
    row = db.execute(f"SELECT told FROM decisions WHERE {ONE}", (dataset, *key)).fetchone()
    return None if row is None else row[0]


def _checked(one: Decision) -> Decision:
    """A decision as it may be written; StoreError otherwise."""
    if one.verdict not in (*VERDICTS, OPEN):
        raise StoreError(f"“{one.verdict}” is no verdict; allowed: {', '.join(VERDICTS)}.")
    if not KIND.fullmatch(one.kind) or one.item < 0 or one.partner < NOBODY or one.partner == one.item:
        raise StoreError(f"There is no issue “{one.kind[:30]}” of items {one.item} and {one.partner}.")
    label, reason = " ".join(one.label.split()), one.reason.strip()
    if one.verdict == RELABEL and not label:
        raise StoreError("Choose the label that it should have; nothing was changed.")
    if max(len(label), len(reason)) > LONGEST:
        raise StoreError(f"A reason has at most {LONGEST} characters, not {max(len(label), len(reason)):,}.")
    return replace(one, label=label if one.verdict == RELABEL else "", reason=reason)


def _told(one: Decision) -> str:
    severity = round(float(one.severity), 6) if math.isfinite(one.severity) else None
    told = [one.verdict, one.label, one.reason, severity, one.file, one.picture, one.made]
    return json.dumps(told, ensure_ascii=False)


def _differ(before: str | None, after: str | None) -> bool:
    """Whether something else is said, and not only later."""
    if before is None or after is None:
        return before is not after
    return json.loads(before)[:-1] != json.loads(after)[:-1]


def _decision(key: Key, told: str) -> Decision:
    try:
        verdict, label, reason, severity, file, *picture, made = json.loads(told)
    except (ValueError, TypeError) as error:
        raise StoreError(f"The decision on item {key[1]} is damaged: {error}") from error
    kind, item, partner = key
    weight = math.nan if severity is None else float(severity)
    return Decision(kind, item, str(verdict), partner, label, reason, weight, file, "".join(picture), made)
