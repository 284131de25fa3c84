"""A name that is given to other pictures: decisions follow those that they were made on, and hit no others."""

from pathlib import Path

import numpy as np
import pytest

from core.audit import brought, originals
from core.audit.brought import Carried
from core.audit.decisions import DROP, FINE, KEEP, NOBODY, Decision, Decisions
from core.audit.originals import Originals
from core.bring import removal
from core.bring.build import Plan, build
from core.bring.sources import open_source
from core.jobs import Reporter
from core.settings import Settings
from tests.bringing import pixels, png

FIRST, SECOND, THIRD = (f"2026-0{month}-01T00:00:00+00:00" for month in (1, 2, 3))


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings((), tmp_path / "checkpoints", tmp_path / "cache", home=tmp_path / "home")


def bring(settings: Settings, source: Path, pictures: dict[str, int], made: str) -> Originals:
    """Bring files, each with the picture of a seed, as ``mine``; what is known of the originals."""
    source.mkdir()
    for name, seed in pictures.items():
        (source / name).write_bytes(png(pixels(seed)))
    with open_source(source) as opened:
        build(opened, Plan("mine", "Mine", (8, 8, 3)), settings.own / "datasets", Reporter(), made=made)
    found = originals.of("mine", settings)
    assert found is not None
    return found


def decided(files: Originals, kind: str, file: str, verdict: str, partner: str = "") -> Decision:
    """A verdict on a file, as the page makes it."""
    item = files.files.tolist().index(file)
    other = files.files.tolist().index(partner) if partner else NOBODY
    return Decision(kind, item, verdict, other, file=file, picture=files.picture(item))


def said(store: Decisions, files: Originals) -> dict[tuple[str, str, str], str]:
    """What counts now, by the names of files."""
    every = store.all(brought.scope("mine", files.made))
    return {
        (one.kind, files.name(one.item), files.name(one.partner) if one.partner >= 0 else ""): one.verdict
        for one in every
    }


def judged(settings: Settings, source: Path) -> tuple[Decisions, Originals]:
    """A set of five pictures, and decisions on three of them."""
    files = bring(settings, source, {f"{name}.png": seed for seed, name in enumerate("bcdef")}, FIRST)
    store = Decisions.under(settings.own)
    here = brought.scope("mine", FIRST)
    store.decide(here, [decided(files, "dark", "b.png", DROP)], "one")
    pair = [decided(files, "near", "d.png", KEEP, "e.png"), decided(files, "near", "e.png", DROP, "d.png")]
    store.decide(here, pair, "two")
    return store, files


def test_decisions_follow_their_pictures_when_the_set_is_brought_again(settings: Settings, tmp_path: Path) -> None:
    store, before = judged(settings, tmp_path / "one")
    all_of_it = said(store, before)
    removal.remove("mine", settings)
    more = {"a.png": 70, "b.png": 0, "d.png": 2, "e again.png": 3, "z.png": 71}  # one came, one has a new name
    files = bring(settings, tmp_path / "two", more, SECOND)
    assert brought.carry(store, "mine", files) == Carried(kept=3)
    assert said(store, files) == {
        ("dark", "b.png", ""): DROP,
        ("near", "d.png", "e again.png"): KEEP,
        ("near", "e again.png", "d.png"): DROP,
    }
    assert len(all_of_it) == 3
    assert brought.carry(store, "mine", files) == Carried()  # once
    here = brought.scope("mine", SECOND)
    assert store.around(here)[0] == brought.TITLE
    assert store.undo(here) is not None
    assert said(store, files) == {}
    assert store.undo(here) is None  # steps of the earlier bringing are not taken back here


def test_other_pictures_under_the_old_names_inherit_nothing(settings: Settings, tmp_path: Path) -> None:
    store, before = judged(settings, tmp_path / "one")
    removal.remove("mine", settings)
    files = bring(settings, tmp_path / "two", {f"{name}.png": 50 + n for n, name in enumerate("bcdef")}, SECOND)
    assert files.files.tolist() == before.files.tolist()
    assert brought.carry(store, "mine", files) == Carried(lost=3)
    assert said(store, files) == {}
    here = brought.scope("mine", SECOND)
    assert (store.version(here), store.around(here), store.undo(here)) == (0, ("", ""), None)
    store.decide(here, [decided(files, "dark", "b.png", FINE)], "mine")
    removal.remove("mine", settings)
    back = bring(settings, tmp_path / "three", {f"{name}.png": n for n, name in enumerate("bcdef")}, THIRD)
    assert brought.carry(store, "mine", back) == Carried(kept=3, lost=1)  # the first pictures are back
    assert said(store, back)["dark", "b.png", ""] == DROP


def test_a_pair_whose_other_picture_is_gone_counts_no_more(settings: Settings, tmp_path: Path) -> None:
    store, _ = judged(settings, tmp_path / "one")
    removal.remove("mine", settings)
    files = bring(settings, tmp_path / "two", {"b.png": 0, "d.png": 2}, SECOND)
    assert brought.carry(store, "mine", files) == Carried(kept=1, lost=2)
    assert said(store, files) == {("dark", "b.png", ""): DROP}


def test_a_verdict_given_meanwhile_goes_first(settings: Settings, tmp_path: Path) -> None:
    store, files = judged(settings, tmp_path / "one")
    here = brought.scope("mine", SECOND)
    store.decide(here, [decided(files, "dark", "b.png", FINE)], "another tab")
    step = store.move(here, [(brought.scope("mine", FIRST), one.key, one) for one in store.all(here)], "x")
    assert step.count == 0
    assert [one.verdict for one in store.all(here)] == [FINE]


def test_equal_pictures_are_told_apart_by_their_files() -> None:
    def known(*files: str, picture: int = 7) -> Originals:
        values = np.full(len(files), picture, np.uint64)
        return Originals(None, np.array(files), np.ones(len(files), np.int64), values, SECOND)

    made = [Decision("exact", at, DROP, file=file, picture="7") for at, file in enumerate(["a", "b", "c"])]
    assert brought.places(made, known("new", "c", "a")) == {0: 2, 2: 1, 1: 0}
    assert brought.places(made, known("c", "d")) == {2: 0, 0: 1}
    assert brought.places(made, known("a", "b", picture=8)) == {}


def test_a_decision_that_names_no_picture_counts_on_the_set_that_it_was_made_on() -> None:
    files = Originals(None, np.array(["a", "b"]), np.ones(2, np.int64), np.arange(2, dtype=np.uint64), SECOND)
    old = Decision("dark", 0, DROP, made=FIRST)
    new = Decision("dark", 1, DROP, made=THIRD)
    assert list(brought.found_again([old, new], files)) == [new.key]
