"""Decisions of a review: kept at once, taken back step by step, never lost to another tab or a kill."""

import json
import math
import os
import random
import signal
import sqlite3
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from core import sqlite as database
from core.audit.decisions import DROP, FINE, KEEP, OPEN, RELABEL, Decision, Decisions
from core.saved import StoreError
from core.settings import ROOT

SET = "cats"


@pytest.fixture
def store(tmp_path: Path) -> Decisions:
    return Decisions.under(tmp_path / "own")


def said(store: Decisions) -> dict[tuple[str, int, int], str]:
    return {one.key: one.verdict for one in Decisions(store.path).all(SET)}


def test_what_is_decided_comes_back(store: Decisions) -> None:
    assert store.all(SET) == ()
    assert store.version(SET) == 0
    one = Decision("label", 3, RELABEL, label=" old  tabby ", reason=" =x\n", severity=0.75, file="a/b ü.png")
    store.decide(SET, [one, Decision("near", 4, DROP, partner=9)], "Two")
    near, label = sorted(Decisions(store.path).all(SET), key=lambda found: found.item, reverse=True)
    assert (label.label, label.reason, label.severity, label.file) == ("old tabby", "=x", 0.75, "a/b ü.png")
    assert (near.partner, near.verdict) == (9, DROP)
    assert math.isnan(near.severity)
    assert near.made.startswith("20")
    assert store.all("dogs") == ()


def test_a_second_verdict_replaces_the_first(store: Decisions) -> None:
    store.decide(SET, [Decision("dark", 1, KEEP)], "a")
    store.decide(SET, [Decision("dark", 1, DROP)], "b")
    store.decide(SET, [Decision("blank", 1, FINE)], "c")
    assert said(store) == {("dark", 1, -1): DROP, ("blank", 1, -1): FINE}
    assert store.decide(SET, [Decision("dark", 1, DROP)], "again").count == 0
    assert store.around(SET)[0] == "c"


def test_undo_and_redo_go_step_by_step_in_a_new_process_too(store: Decisions) -> None:
    steps = [
        [Decision("dark", 1, KEEP)],
        [Decision("dark", 1, DROP)],
        [Decision("near", item, FINE, partner=item + 1) for item in range(50)],
        [Decision("dark", 1, OPEN)],
    ]
    seen = [said(store)]
    for number, step in enumerate(steps):
        store.decide(SET, step, f"step {number}")
        seen.append(said(store))
    for before in reversed(seen[:-1]):
        assert Decisions(store.path).undo(SET) is not None
        assert said(store) == before
    assert store.undo(SET) is None
    for after in seen[1:]:
        assert Decisions(store.path).redo(SET) is not None
        assert said(store) == after
    assert store.redo(SET) is None


def test_a_new_step_ends_what_could_be_redone(store: Decisions) -> None:
    for number in range(3):
        store.decide(SET, [Decision("dark", number, DROP)], f"step {number}")
    store.undo(SET)
    store.undo(SET)
    assert store.around(SET) == ("step 0", "step 1")
    store.decide(SET, [Decision("dark", 7, FINE)], "another")
    assert store.around(SET) == ("another", "")
    assert {item for _, item, _ in said(store)} == {0, 7}


def test_sets_are_apart(store: Decisions) -> None:
    store.decide(SET, [Decision("dark", 1, DROP)], "cats")
    version = store.version(SET)
    store.decide("dogs", [Decision("dark", 1, KEEP)], "dogs")
    assert store.version(SET) == version
    store.undo(SET)
    assert store.version(SET) > version
    assert [one.verdict for one in store.all("dogs")] == [KEEP]


@pytest.mark.parametrize(
    ("bad", "told"),
    [
        (Decision("dark", 1, "burn"), "burn"),
        (Decision("dark", -1, DROP), "-1"),
        (Decision("dark", 1, DROP, partner=1), "no issue"),
        (Decision("Dark; DROP TABLE", 1, DROP), "no issue"),
        (Decision("dark", 1, RELABEL), "Choose the label"),
        (Decision("dark", 1, DROP, reason="x" * 501), "501"),
    ],
)
def test_a_bad_decision_changes_nothing_of_its_step(store: Decisions, bad: Decision, told: str) -> None:
    with pytest.raises(StoreError, match=told):
        store.decide(SET, [Decision("dark", 5, DROP), bad], "bad")
    assert said(store) == {}


def test_tabs_that_write_at_once_lose_nothing(store: Decisions, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(database, "WAIT", 120)  # a disk may be slow

    def tab(number: int) -> None:
        for item in range(15):
            store.decide(SET, [Decision("dark", 100 * number + item, DROP)], f"{number}/{item}")

    with ThreadPoolExecutor(4) as tabs:
        list(tabs.map(tab, range(4)))
    assert len(said(store)) == 60
    undone = 0
    while store.undo(SET):
        undone += 1
    assert (undone, said(store)) == (60, {})


def test_a_damaged_file_is_told_of_and_left_alone(store: Decisions) -> None:
    store.path.parent.mkdir()
    store.path.write_bytes(b"no database" * 500)
    for use in (lambda: store.all(SET), lambda: store.decide(SET, [Decision("dark", 1, DROP)], "x")):
        with pytest.raises(StoreError, match="is damaged"):
            use()
    assert store.path.read_bytes() == b"no database" * 500


LOOP = """
import sys
from pathlib import Path
from core.audit.decisions import Decision, Decisions
store, first = Decisions(Path(sys.argv[1])), int(sys.argv[2])
for item in range(first, first + 100_000):
    print(item, flush=True)  # the verdict was given
    two = [Decision("dark", item, "drop"), Decision("dark", item, "drop", partner=item + 1)]
    store.decide("cats", two, str(item))
    print(-item, flush=True)  # and is kept
"""


def test_a_kill_loses_nothing_but_the_last_decision(store: Decisions) -> None:
    """20 kills at seeded moments: all that was told to be kept is there, whole, and can be taken back."""
    moments, first = random.Random(7), 1
    kept: set[int] = set()
    for _ in range(20):
        process = subprocess.Popen(
            [sys.executable, "-c", LOOP, str(store.path), str(first)], cwd=ROOT, stdout=subprocess.PIPE, text=True
        )
        assert process.stdout is not None
        lines = [process.stdout.readline() for _ in range(moments.randrange(1, 8))]  # it has begun, or kept some
        time.sleep(moments.uniform(0, 0.03))
        os.kill(process.pid, signal.SIGKILL)
        lines += process.stdout.read().split()
        process.wait()
        numbers = [int(line) for line in lines]
        kept |= {-number for number in numbers if number < 0}
        given = {number for number in numbers if number > 0}
        there = {item for _, item, _ in said(store)}
        assert kept <= there
        assert len(there - kept) <= 1  # written, and killed before it could be told
        assert there - kept <= given
        assert len(said(store)) == 2 * len(there)  # no step is there by half
        kept |= there
        first = max(kept | given) + 1
    assert len(kept) > 20
    for _ in kept:
        assert store.undo(SET) is not None
    assert said(store) == {}
    with sqlite3.connect(store.path) as db:
        assert db.execute("PRAGMA integrity_check").fetchone() == ("ok",)


def test_a_row_of_another_program_is_named(store: Decisions) -> None:
    store.decide(SET, [Decision("dark", 8, DROP)], "x")
    with sqlite3.connect(store.path) as db:
        db.execute("UPDATE decisions SET told = ?", (json.dumps(["drop"]),))
    with pytest.raises(StoreError, match="item 8 is damaged"):
        store.all(SET)
