"""Saved selections: they survive, two writers lose nothing, and what cannot be done is said."""

import csv
import io
import json
import sqlite3
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from core import export, saved, sqlite
from core.saved import ConflictError, Saved, StoreError, merge
from core.settings import ROOT
from core.store import Store
from tests.waiting import LONGEST


@pytest.fixture(autouse=True)
def patient(monkeypatch: pytest.MonkeyPatch) -> None:
    """A slow disk does not make what many writers do another."""
    monkeypatch.setattr(sqlite, "WAIT", LONGEST)


@pytest.fixture
def kept(tmp_path: Path) -> Store:
    """An empty store."""
    return Store.under(tmp_path / "cache")


def some(name: str = "tens", *items: int, **more: object) -> Saved:
    """A selection of digits."""
    return Saved(name, "digits", np.array(items or (3, 1, 2, 3)), **more)  # type: ignore[arg-type]


def test_what_is_saved_comes_back(kept: Store) -> None:
    wrote = kept.save(
        some(" slanted\x00 ones ", tags=("odd", " odd ", "slant"), note="too\r\nslanted ", label="1")
    )
    (found,) = Store(kept.path).all("digits")
    assert found.same(wrote)
    assert (found.name, found.tags, found.note, found.label) == (
        "slanted ones",
        ("odd", "slant"),
        "too\nslanted",
        "1",
    )
    assert found.items.tolist() == [1, 2, 3]
    assert found.items.dtype == np.int64
    assert (found.id, found.version, found.created) == (wrote.id, 1, wrote.created)
    assert kept.all("fashion") == ()


def test_it_survives_the_process(kept: Store) -> None:
    code = (
        "import sys, numpy as np; from pathlib import Path;"
        "from core.saved import Saved; from core.store import Store;"
        "Store(Path(sys.argv[1])).save(Saved('far', 'digits', np.arange(70_000)))"
    )
    subprocess.run([sys.executable, "-c", code, str(kept.path)], check=True, cwd=ROOT)
    assert len(kept.all("digits")[0]) == 70_000
    with sqlite3.connect(kept.path) as db:
        assert db.execute("PRAGMA journal_mode").fetchone()[0] == "wal"
    assert kept.path.stat().st_size < 50_000


def test_nothing_is_written_before_something_is_saved(kept: Store) -> None:
    assert kept.all("digits") == ()
    assert not kept.path.parent.exists()


def test_an_empty_selection_comes_back(kept: Store) -> None:
    kept.save(Saved("none", "digits", np.zeros(0, np.int64)))
    assert kept.all("digits")[0].items.tolist() == []


def test_names_are_taken_once_in_a_data_set(kept: Store) -> None:
    kept.save(some())
    other = kept.save(some("other"))
    kept.save(Saved("tens", "fashion", np.arange(2)))
    for write in (lambda: kept.save(some(" tens")), lambda: kept.update(other, replace(other, name="tens"))):
        with pytest.raises(StoreError, match="“tens” already"):
            write()
    assert [s.name for s in kept.all("digits")] == ["other", "tens"]


@pytest.mark.parametrize(
    ("bad", "told"),
    [
        ({"name": " \n"}, "needs a name"),
        ({"name": "x" * 81}, "name has 81 characters; at most 80"),
        ({"note": "x" * 2001}, "reason has 2,001 characters"),
        ({"label": "x" * 81}, "label has 81"),
        ({"tags": ("x" * 41,)}, "tag has 41"),
        ({"tags": tuple(map(str, range(21)))}, "21 tags"),
        ({"items": np.array([-1])}, "0 or greater"),
    ],
)
def test_bad_input_is_refused_and_changes_nothing(kept: Store, bad: dict, told: str) -> None:
    base = kept.save(some())
    with pytest.raises(StoreError, match=told):
        kept.save(replace(some("new"), **bad))
    with pytest.raises(StoreError, match=told):
        kept.update(base, replace(base, **bad))
    assert [s.same(base) and s.version == 1 for s in kept.all("digits")] == [True]


def test_a_stale_edit_of_something_else_is_merged(kept: Store) -> None:
    base = kept.save(some(tags=("a", "b"), note="why"))
    kept.update(base, replace(base, name="renamed", tags=("b", "c"), items=np.array([1, 2, 9])))
    merged = kept.update(base, replace(base, label="7", tags=("a", "b", "d"), items=np.array([2, 3, 5])))
    assert (merged.name, merged.label, merged.note, merged.version) == ("renamed", "7", "why", 3)
    assert merged.tags == ("b", "c", "d")
    assert merged.items.tolist() == [2, 5, 9]  # 1 and 3 were taken out by one each, 5 and 9 added
    assert kept.all("digits")[0].same(merged)


def test_a_stale_edit_of_the_same_text_is_refused(kept: Store) -> None:
    base = kept.save(some(note="why"))
    kept.update(base, replace(base, note="theirs", label="4", tags=("t",)))
    with pytest.raises(ConflictError, match="its reason is now “theirs”") as told:
        kept.update(base, replace(base, note="mine", name="new name"))
    assert kept.all("digits")[0].note == "theirs"
    assert kept.all("digits")[0].name == "tens"
    assert told.value.theirs is not None
    # What the refused edit has for the second try, made from theirs: nothing of theirs is lost but by intent.
    wrote = kept.update(told.value.theirs, told.value.mine)
    assert (wrote.note, wrote.name, wrote.label, wrote.tags) == ("mine", "new name", "4", ("t",))


def test_both_to_the_same_is_no_conflict(kept: Store) -> None:
    base = kept.save(some())
    first = kept.update(base, replace(base, note="same"))
    assert kept.update(base, replace(base, note="same")).version == first.version == 2


def test_an_edit_without_change_writes_nothing(kept: Store) -> None:
    base = kept.save(some())
    assert kept.update(base, base).version == 1


def test_deleted_in_another_tab(kept: Store) -> None:
    base = kept.save(some())
    kept.delete(base)
    kept.delete(base)  # gone is gone
    with pytest.raises(ConflictError, match="was deleted in another tab") as told:
        kept.update(base, replace(base, note="mine"))
    assert told.value.theirs is None
    assert kept.save(told.value.mine).note == "mine"


def test_a_changed_one_is_not_deleted_by_a_stale_tab(kept: Store) -> None:
    base = kept.save(some())
    kept.update(base, replace(base, note="new"))
    with pytest.raises(ConflictError, match="was changed in another tab"):
        kept.delete(base)
    assert len(kept.all("digits")) == 1


def test_undo_of_a_delete_keeps_identity(kept: Store) -> None:
    base = kept.save(some(note="why"))
    kept.delete(base)
    back = kept.save(base)
    assert back.same(base)
    assert (back.id, back.created, back.version) == (base.id, base.created, 2)
    with pytest.raises(ConflictError, match="there already"):
        kept.save(base)


def test_many_writers_with_stale_copies_lose_nothing(kept: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sqlite, "WAIT", 120)  # a disk may be slow
    base = kept.save(some("shared", 0))

    def add(number: int) -> None:
        mine = Store(kept.path)
        mine.update(base, replace(base, items=np.array([0, number])))
        mine.save(some(f"own {number}", number))

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(add, range(1, 61)))
    found = {s.name: s for s in kept.all("digits")}
    assert found["shared"].items.tolist() == list(range(61))
    assert found["shared"].version == 61
    assert len(found) == 61


def test_a_new_file_takes_many_writers_at_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sqlite, "WAIT", 120)
    for turn in range(10):
        fresh = Store(tmp_path / str(turn) / "s.sqlite")
        with ThreadPoolExecutor(8) as pool:
            list(pool.map(lambda n, fresh=fresh: fresh.save(some(str(n))), range(8)))
        assert len(fresh.all("digits")) == 8


@pytest.mark.parametrize("content", [b"no database" * 500, b"SQLite format 3\0" + b"\xff" * 5000])
def test_a_damaged_file_is_told_of_and_left_as_it_is(kept: Store, content: bytes) -> None:
    kept.path.parent.mkdir(parents=True)
    kept.path.write_bytes(content)
    for use in (lambda: kept.all("digits"), lambda: kept.save(some())):
        with pytest.raises(StoreError, match="is damaged. It was left as it is"):
            use()
    assert kept.path.read_bytes() == content


def test_a_damaged_row_is_told_of(kept: Store) -> None:
    kept.save(some())
    with sqlite3.connect(kept.path) as db:
        db.execute("UPDATE selections SET items = x'00'")
    with pytest.raises(StoreError, match="“tens” is damaged"):
        kept.all("digits")


def test_a_newer_file_is_left_alone(kept: Store) -> None:
    kept.save(some())
    with sqlite3.connect(kept.path) as db:
        db.execute("PRAGMA user_version = 2")
    with pytest.raises(StoreError, match="newer Morphospace"):
        kept.save(some("b"))


def test_a_read_only_file_can_be_read(kept: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    base = kept.save(some())
    connect = sqlite._connect
    monkeypatch.setattr(
        sqlite, "_connect", lambda path, query="": connect(path, "mode=ro")
    )  # root may write anything
    for use in (lambda: kept.save(some("b")), lambda: kept.delete(base), lambda: kept.update(base, some("b"))):
        with pytest.raises(StoreError, match="is read-only, so nothing was changed"):
            use()
    assert kept.all("digits")[0].same(base)


def test_a_busy_file_is_told_of(kept: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    kept.save(some())
    monkeypatch.setattr(sqlite, "WAIT", 0.05)
    other = sqlite3.connect(kept.path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(StoreError, match="keeps .* busy"):
        kept.save(some("b"))
    assert len(kept.all("digits")) == 1  # reading goes on
    other.close()


def test_a_cache_that_is_no_folder(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(StoreError, match="Nothing can be kept at"):
        Store.under(tmp_path / "file").save(some())


def test_operations() -> None:
    a, b = np.array([5, 1, 3, 3]), np.array([3, 4])
    found = {name: operate(a, b).tolist() for name, operate in saved.OPERATIONS.items()}
    assert found == {"unite": [1, 3, 4, 5], "intersect": [3], "subtract": [1, 5]}
    assert saved.invert(b, np.arange(6)).tolist() == [0, 1, 2, 5]
    assert saved.invert(np.zeros(0), np.arange(3)).tolist() == [0, 1, 2]


def test_tags_are_split_at_commas() -> None:
    assert saved.tags(" odd, slanted\t ones ,,odd") == ("odd", "slanted ones")


def test_merge_keeps_the_order_of_tags() -> None:
    base = some(tags=("a", "b"))
    merged, clash = merge(base, replace(base, tags=("b", "z")), replace(base, tags=("a", "x", "b")))
    assert (merged.tags, clash) == (("x", "b", "z"), ())


KNOWN = {"label": ["4", "=9", None], "error": [0.0123456, float("nan"), 1.0]}


def test_csv_has_a_row_for_each_item_and_no_formula() -> None:
    made = some("=1+1", label="＋7", tags=("@x", "y"), note='-2\nlines, “quoted” "here"')
    rows = list(csv.DictReader(io.StringIO(export.to_csv(made, KNOWN))))
    assert [row["item"] for row in rows] == ["digits/1", "digits/2", "digits/3"]
    assert [row["label"] for row in rows] == ["4", "'=9", ""]
    assert [row["error"] for row in rows] == ["0.01235", "", "1.0"]
    assert {row["selection"] for row in rows} == {"'=1+1"}
    assert {row["relabel"] for row in rows} == {"'＋7"}
    assert {row["tags"] for row in rows} == {"'@x, y"}
    assert {row["reason"] for row in rows} == {'\'-2\nlines, “quoted” "here"'}


@pytest.mark.parametrize("text", ["=1", "+1", "-1", "@x", " =1", "\t=1", "\r\n-1", "＝1"])
def test_formulas_are_defused(text: str) -> None:
    assert export.defused(text) == f"'{text}"


def test_plain_text_is_left_alone() -> None:
    assert export.defused("a = b - c") == "a = b - c"


def test_json_says_the_same_as_it_is() -> None:
    made = some("=1+1", label="7", tags=("@x",), note="why")
    found = json.loads(export.to_json(made, KNOWN))
    assert (found["name"], found["reason"], found["relabel"], found["tags"]) == ("=1+1", "why", "7", ["@x"])
    assert found["count"] == 3
    assert found["items"][1] == {"item": "digits/2", "index": 2, "label": "=9", "error": None}


def test_columns_of_another_length_are_refused() -> None:
    for write in (export.to_csv, export.to_json):
        with pytest.raises(ValueError, match="'label' has 1 rows, the selection has 3"):
            write(some(), {"label": ["1"]})


def test_file_names_are_plain() -> None:
    assert export.file_name(some("../Ünder & over"), "csv") == "digits-nder-over.csv"
    assert export.file_name(some("…"), "json") == "digits-selection.json"
