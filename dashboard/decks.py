"""The deck on screen: its slides, and what their buttons do."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from urllib.parse import urlsplit

import streamlit as st

from core.saved import StoreError
from core.slide import CAPTION, TITLE, Slide, StaleError, is_long
from dashboard import pins, presenting, words

GONE, FAILED, DONE, OPEN = "_deck_gone", "_deck_failed", "_deck_done", "_deck_open"
KEPT = 20  # deletions that can be taken back
LISTED = 10  # slides on a page
TALL = 190  # px for the words of a slide, where they are many


@contextmanager
def attempt() -> Iterator[None]:
    """Have an error told in the run that follows."""
    try:
        yield
    except StoreError as error:
        st.session_state[FAILED] = str(error)


def say(text: str) -> None:
    """Tell in the run that follows that something was done."""
    st.session_state[DONE] = text


def told() -> None:
    """What the last run had to tell."""
    if done := st.session_state.pop(DONE, ""):
        st.toast(done, icon=":material/check:")
    if failed := st.session_state.pop(FAILED, ""):
        st.error(f"{words.literal(failed)} The other slides are as before.", icon=":material/error:")


def move(id: str, by: int) -> None:
    """Move a slide; a callback, as are those below."""
    with attempt():
        pins.deck().move(id, by)


def edit(slide: Slide) -> None:
    """Open a slide's words, as they are now."""
    st.session_state[OPEN] = slide
    st.session_state["deck_title"], st.session_state["deck_caption"] = slide.title, slide.caption


def close() -> None:
    """Leave editing."""
    st.session_state.pop(OPEN, None)


def write() -> None:
    """Keep what was typed. Where another tab wrote the same, stay open on top of that: a second try wins."""
    if (base := st.session_state.get(OPEN)) is None:
        return
    title, caption = (st.session_state.get(f"deck_{name}") or "" for name in ("title", "caption"))
    with attempt():
        try:
            kept = pins.deck().edit(base, title=title, caption=caption)
        except StaleError as error:
            if error.theirs is None:
                close()
                raise
            st.session_state[OPEN] = error.theirs
            raise StoreError(
                f"{error} Your words are still in the fields; save again to put them there."
            ) from error
        close()
        say(f"Saved “{words.literal(kept.title)}”.")


def delete(slide: Slide) -> None:
    """Take a slide out, for as long as nobody wants it back."""
    with attempt():
        _remember((pins.deck().delete(slide),))


def clear() -> None:
    """Take all slides out."""
    with attempt():
        if gone := pins.deck().clear():
            _remember(gone)


def _remember(gone: tuple[tuple[int, Slide], ...]) -> None:
    st.session_state[GONE] = [*st.session_state.get(GONE, []), gone][-KEPT:]
    if (base := st.session_state.get(OPEN)) and base.id in {slide.id for _, slide in gone}:
        close()


def undo() -> None:
    """Bring back what was deleted last."""
    for gone in st.session_state.get(GONE, [])[-1:]:
        with attempt():
            count = pins.deck().restore(gone)
            st.session_state[GONE] = st.session_state[GONE][:-1]
            one = words.literal(gone[0][1].title)
            say(f"“{one}” is back." if count == 1 else f"{count} slides are back.")


def undoing() -> None:
    """The button that brings back what was deleted last."""
    if gone := st.session_state.get(GONE):
        last = gone[-1]
        what = f"“{words.literal(last[0][1].title[:40])}”" if len(last) == 1 else f"{len(last)} slides"
        st.button(f"Bring back {what}", key="deck_undo", icon=":material/undo:", on_click=undo)


def listed(slides: tuple[Slide, ...]) -> None:
    """The slides in order, a page at a time."""
    pages = max(1, -(-len(slides) // LISTED))
    if st.session_state.get("deck_page", 1) > pages:
        st.session_state["deck_page"] = pages
    page = st.pagination(pages, key="deck_page") if pages > 1 else 1
    for place in range((page - 1) * LISTED, min(page * LISTED, len(slides))):
        one(slides[place], place, len(slides))


def one(slide: Slide, place: int, count: int) -> None:
    """One slide and what can be done with it."""
    with st.container(border=True, key=f"deck_slide_{place}"):
        left, right = st.columns([3, 2], gap="medium")
        left.image(slide.picture, width="stretch", output_format="PNG", alt=slide.title)
        with right:
            base = st.session_state.get(OPEN)
            if base is not None and base.id == slide.id:
                fields()
                return
            caption = words.literal(slide.caption) if slide.caption else ":gray[No caption yet.]"
            # A long one is scrolled: the list is there to see and order many slides.
            with st.container(height=TALL if is_long(slide.caption) else "content", border=False):
                st.markdown(f":gray[{place + 1}] **{words.literal(slide.title)}**  \n{caption}")
            presenting.opening(slide)
            buttons(slide, place, count)
            with st.expander("Where it comes from"):
                st.caption(words.literal(slide.note) or "Not known.")


def buttons(slide: Slide, place: int, count: int) -> None:
    """Edit, move, delete."""
    with st.container(horizontal=True, gap="xsmall"):
        st.button("Edit", key=f"deck_edit_{slide.id}", icon=":material/edit:", on_click=edit, args=(slide,))
        for name, by, off in (("up", -1, place == 0), ("down", 1, place == count - 1)):
            st.button(
                name.capitalize(),
                key=f"deck_{name}_{slide.id}",
                icon=f":material/arrow_{name}ward:",
                on_click=move,
                args=(slide.id, by),
                disabled=off,
            )
        key, icon = f"deck_delete_{slide.id}", ":material/delete:"
        st.button("Delete", key=key, icon=icon, on_click=delete, args=(slide,))


def fields() -> None:
    """The words of a slide that is open."""
    st.text_input("Title", key="deck_title", max_chars=TITLE)
    st.text_area("Caption", key="deck_caption", max_chars=CAPTION, height=140)
    with st.container(horizontal=True):
        st.button("Save", key="deck_write", type="primary", icon=":material/check:", on_click=write)
        st.button("Cancel", key="deck_close", on_click=close)


def whole() -> tuple[Slide, ...]:
    """All slides with the frames of films, for a file."""
    deck = pins.deck()
    return tuple(replace(slide, frames=deck.frames(slide.id)) for slide in deck.all())


def root() -> str:
    """Where the dashboard is served, for links in a file; empty where that is not known."""
    url = urlsplit(st.context.url or "")
    return f"{url.scheme}://{url.netloc}{url.path.rpartition('/')[0]}" if url.netloc else ""
