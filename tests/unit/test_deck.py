"""The deck: what is pinned stays in order, two writers lose nothing, and what cannot be done is said."""

import sqlite3
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest

from core import slide as slides
from core.deck import Deck
from core.saved import StoreError
from core.settings import ROOT
from core.slide import StaleError
from tests.slides import film_slide, picture, slide


@pytest.fixture
def deck(tmp_path: Path) -> Deck:
    """An empty deck."""
    return Deck.under(tmp_path / "cache")


def titles(deck: Deck) -> list[str]:
    """Of the slides, in order."""
    return [one.title for one in deck.all()]


def test_what_is_pinned_comes_back_in_order(deck: Deck) -> None:
    assert deck.all() == ()
    assert not deck.path.exists()
    wrote = deck.add(slide("  One \x00 slide ", "two\r\nlines ", note="from digits"))
    deck.add(film_slide())
    first, second = Deck(deck.path).all()
    assert (first.title, first.caption, first.note) == ("One slide", "two\nlines", "from digits")
    assert (first.id, first.version, first.created, first.picture) == (wrote.id, 1, wrote.created, picture())
    assert deck.frames(second.id) == film_slide().frames
    assert deck.frames(first.id) == second.frames == ()
    assert deck.count() == 2


@pytest.mark.parametrize(
    ("bad", "told"),
    [
        ({"title": " \n"}, "needs a title"),
        ({"title": "x" * 121}, "title has 121 characters; at most 120"),
        ({"caption": "x" * 1001}, "caption has 1,001"),
        ({"picture": b"GIF8"}, "picture is no PNG"),
        ({"picture": picture() + b"\0" * slides.LARGEST}, "picture has 8.0 MB; 8 MB is the most"),
        ({"frames": (picture(), b"no")}, "film is no PNG"),
        ({"frames": (picture(),) * 241}, "241 frames; 240"),
    ],
)
def test_bad_input_is_refused_and_changes_nothing(deck: Deck, bad: dict, told: str) -> None:
    with pytest.raises(StoreError, match=told):
        deck.add(replace(slide(), **bad))
    assert deck.all() == ()


def test_the_deck_has_an_end(deck: Deck, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("core.deck.MOST", 2)
    deck.add(slide())
    deck.add(slide())
    with pytest.raises(StoreError, match="has 2 slides, which is the most"):
        deck.add(slide())
    assert deck.count() == 2


def test_slides_move_as_far_as_the_ends(deck: Deck) -> None:
    a, _, c = (deck.add(slide(name)) for name in "abc")
    assert deck.move(c.id, -1) == 1
    assert titles(deck) == ["a", "c", "b"]
    assert deck.move(a.id, -1) == 0
    assert deck.move(a.id, 9) == 2
    assert titles(deck) == ["c", "b", "a"]


def test_a_deleted_slide_comes_back_to_its_place_with_its_film(deck: Deck) -> None:
    for one in (slide("a"), film_slide("b"), slide("c")):
        deck.add(one)
    b = deck.all()[1]
    gone = deck.delete(b)
    assert titles(deck) == ["a", "c"]
    assert deck.frames(b.id) == ()
    assert deck.restore((gone,)) == 1
    assert titles(deck) == ["a", "b", "c"]
    assert deck.frames(b.id) == film_slide().frames
    assert deck.restore((gone,)) == 0  # it is there already
    assert titles(deck) == ["a", "b", "c"]


def test_clear_can_be_taken_back(deck: Deck) -> None:
    for name in "abc":
        deck.add(slide(name))
    gone = deck.clear()
    assert deck.all() == ()
    deck.add(slide("new"))
    assert deck.restore(gone) == 3
    assert titles(deck) == ["a", "b", "c", "new"]


def test_words_are_merged_or_refused(deck: Deck) -> None:
    base = deck.add(slide("title", "caption"))
    deck.edit(base, title="theirs", caption="caption")
    merged = deck.edit(base, title="title", caption="mine")
    assert (merged.title, merged.caption, merged.version) == ("theirs", "mine", 3)
    with pytest.raises(StaleError, match="its title is now “theirs”") as told:
        deck.edit(base, title="other", caption="caption")
    assert told.value.theirs is not None
    assert deck.edit(told.value.theirs, title="other", caption="mine").title == "other"
    with pytest.raises(StaleError, match="was changed in another tab"):
        deck.delete(base)
    deck.delete(deck.all()[0])
    for act in (
        lambda: deck.edit(base, title="x", caption=""),
        lambda: deck.delete(base),
        lambda: deck.move("x", 1),
    ):
        with pytest.raises(StaleError, match="deleted in another tab"):
            act()


def test_two_processes_pin_at_once(deck: Deck) -> None:
    code = (
        "import sys; from pathlib import Path; from core import sqlite; from core.deck import Deck\n"
        "from tests.slides import slide; from tests.waiting import LONGEST; sqlite.WAIT = LONGEST\n"
        "for i in range(10): Deck(Path(sys.argv[1])).add(slide(f'{sys.argv[2]}{i}'))"
    )
    run = [sys.executable, "-c", code, str(deck.path)]
    with ThreadPoolExecutor() as pool:
        list(pool.map(lambda name: subprocess.run([*run, name], check=True, cwd=ROOT), "ab"))
    found = titles(deck)
    assert sorted(found) == sorted(f"{name}{i}" for name in "ab" for i in range(10))
    for name in "ab":  # each in its own order
        assert [title for title in found if title.startswith(name)] == [f"{name}{i}" for i in range(10)]
    with sqlite3.connect(deck.path) as db:
        places = [row[0] for row in db.execute("SELECT place FROM slides ORDER BY place")]
    assert places == list(range(20))


def test_a_damaged_file_is_left_as_it_is(deck: Deck) -> None:
    deck.path.parent.mkdir(parents=True)
    deck.path.write_bytes(b"no database" * 400)
    for use in (deck.all, deck.count, lambda: deck.add(slide()), deck.clear):
        with pytest.raises(StoreError, match="is damaged"):
            use()
    assert deck.path.read_bytes() == b"no database" * 400


def test_a_damaged_slide_is_named_and_can_be_cleared(deck: Deck) -> None:
    deck.add(slide("good"))
    bad = deck.add(slide("bad"))
    with sqlite3.connect(deck.path) as db:
        db.execute("UPDATE slides SET picture = x'00' WHERE id = ?", (bad.id,))
    with pytest.raises(StoreError, match="slide “bad” is damaged"):
        deck.all()
    assert deck.restore(deck.clear()) == 1
    assert titles(deck) == ["good"]


def test_a_newer_file_is_not_touched(deck: Deck) -> None:
    deck.add(slide())
    with sqlite3.connect(deck.path) as db:
        db.execute("PRAGMA user_version = 2")
    with pytest.raises(StoreError, match="newer Morphospace"):
        deck.all()
