"""The search for items: what is asked for, in the session and in the URL, and the way that led there."""

import re
from collections.abc import Iterable

import numpy as np
import streamlit as st

from core.datasets import parse_address
from dashboard import address, items, resources, shop, state
from dashboard.items import Item
from dashboard.shop import Query

WORDS, FROM = "srch_words", "srch_from"  # in the session and in the URL
SAY = "srch_say"  # the field in which the next wish is typed
BETWEEN = "|"  # wishes in the URL
MOST = 6  # wishes of a thread
NOTHING = "none"  # in the URL: no picture to start from
LONGEST = 300  # letters of a wish
PAST = 8  # earlier turns that are shown
UPLOAD = re.compile(r"upload/([0-9a-f]{12})")
Start = Item | None


def first() -> Start:
    """The item that a first visit starts from: one as the phrase book has it, else any."""
    known, wanted = shop.items(), shop.book().start
    fits = np.all([known.fields[name] == value for name, value in wanted.items() if name in known.fields], axis=0)
    rows = np.flatnonzero(fits) if np.any(fits) else np.arange(len(known))
    return Item(shop.dataset(), int(known.index[rows[0]])) if len(rows) else None


def sync() -> Start:
    """What is started from: from the URL where that changed outside, else as it was. Sets the thread of wishes."""
    asked, words = address.asked(FROM), address.asked(WORDS)
    if asked is None and words is None:
        if FROM not in st.session_state:
            st.session_state[FROM], st.session_state[WORDS] = first(), shop.book().wish
    else:
        st.session_state[WORDS] = joined(wishes(words or ""))
        try:
            st.session_state[FROM] = None if asked is None else parse(asked)
        except ValueError as error:
            st.session_state[FROM] = first()
            state.notice(f"The link's picture is not here: {state.plain(str(error))}. Showing another.")
    now: Start = st.session_state[FROM]
    shop.settle(WORDS, shop.book().wish)
    if now is not None and now.dataset != shop.dataset():  # another data set was chosen
        now = st.session_state[FROM] = first()
    if now is not None and now.is_upload and items.upload_image(now) is None:
        state.notice("The uploaded picture is gone: uploads last as long as their session. Showing another.")
        now = st.session_state[FROM] = first()
    for name, value in written(now, st.session_state.get(WORDS, "")).items():
        address.complete(name, value)
    return now


def written(start: Start, words: str) -> dict[str, str]:
    """As in the URL. Always both, so that the way back restores both."""
    return {FROM: NOTHING if start is None else start.address, WORDS: words}


def wishes(words: str) -> tuple[str, ...]:
    """The wishes of a thread, as in the session and in the URL; at most `MOST`, each of `LONGEST` letters."""
    parts = (part.strip()[:LONGEST] for part in words.split(BETWEEN))
    return tuple(part for part in parts if part)[:MOST]


def joined(thread: Iterable[str]) -> str:
    """A thread as in the session and in the URL."""
    return BETWEEN.join(thread)


def thread() -> tuple[str, ...]:
    """The wishes so far, earliest first."""
    return wishes(st.session_state.get(WORDS, ""))


def said() -> None:
    """Add the wish that was just typed; a callback."""
    typed, st.session_state[SAY] = st.session_state[SAY], ""
    add(typed)


def add(wish: str) -> None:
    """One more wish, a step of the browser's history; for callbacks."""
    so_far, wish = thread(), wish.replace(BETWEEN, " ").strip()
    if not wish:
        return
    if len(so_far) == MOST:
        return state.notice(f"{MOST} wishes at a time: take one away before you add '{state.plain(wish)}'.")
    begin(st.session_state.get(FROM), joined((*so_far, wish)))


def drop(place: int) -> None:
    """Take a wish away; for callbacks."""
    begin(st.session_state.get(FROM), joined(wish for i, wish in enumerate(thread()) if i != place))


def parse(text: str) -> Start:
    """What the URL names; ValueError for a thing that is not here."""
    if text == NOTHING:
        return None
    if match := UPLOAD.fullmatch(text):
        return Item(shop.dataset(), upload=match[1])
    name, index = parse_address(text)
    if name != shop.dataset() or shop.row(index) is None:
        raise ValueError(f"'{text}' is none of the {len(shop.items()):,} {shop.book().things}")
    return Item(name, index)


def begin(start: Start, words: str, *, turn: bool = True) -> None:
    """Start from another picture with other words: a step of the browser's history. Not once widgets are drawn."""
    if turn:
        past = trail()
        past.append((st.session_state.get(FROM), st.session_state.get(WORDS, "")))
        del past[:-PAST]
    st.session_state[FROM], st.session_state[WORDS] = start, words
    address.choose(written(start, words))


def go(start: Start, words: str) -> None:
    """Take another turn, in a run of its own: the widgets of this one can no longer be changed."""
    if start == st.session_state.get(FROM) and words == st.session_state.get(WORDS):
        return
    st.session_state["_srch_go"] = start, words
    st.rerun()


def arrive() -> None:
    """Take the turn that `go` left; before any widget is drawn."""
    if (turn := st.session_state.pop("_srch_go", None)) is not None:
        begin(*turn)


def trail() -> list[tuple[Start, str]]:
    """The turns before this one, earliest first."""
    return st.session_state.setdefault(f"_srch_trail_{shop.dataset()}", [])


def query(start: Start) -> Query:
    """What is started from, as a vector; no words yet."""
    if start is None:
        return Query("")
    if start.is_upload:
        image = items.upload_image(start)
        assert image is not None
        return shop.of_picture(image, "")
    row = shop.row(start.index)
    assert row is not None
    return shop.of_item(row, "")


def look(start: Item) -> np.ndarray | None:
    """The picture (H, W, C) uint8 that is started from; None where it is not here."""
    if start.is_upload:
        return items.upload_image(start)
    found = resources.images(shop.dataset())
    if found is not None and (image := found.image(start.index)) is not None:
        return image
    row = shop.row(start.index)
    pictures = None if row is None else shop.pictures(np.array([row]))
    return None if pictures is None else pictures[0]


def called(start: Start) -> str:
    """What is started from, in words."""
    if start is None:
        return "no picture"
    if start.is_upload:
        return "a picture that a model made" if items.is_made(start) else "your picture"
    row = shop.row(start.index)
    return start.address if row is None else shop.named(row)
