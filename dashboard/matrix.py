"""The matrix of writers and digits: who is on it, in which order, and which cell is open."""

import numpy as np
import streamlit as st

from core.datasets.writers import GROUPS, LABELS
from dashboard import address, items, state, writing
from dashboard.components import grid

WRITER, DIGIT = "wr_writer", "wr_digit"  # in the session and in the URL
ROWS = 7  # writers on a page, below the open one
ORDERS = ("Most holes", "Most written", "Likest in style", "Number")
WHO = ("Everybody", *(f"{group.capitalize()}s" for group in GROUPS), "Never seen in training")
PAGE, OPEN, TURN = "wr_page", "_wr_open", "_wr_turn"


def sync() -> tuple[int, int]:
    """The open cell as row of the book and class: from the URL where that changed outside, else as it was."""
    known = writing.book()
    row, label = st.session_state.get(WRITER), st.session_state.get(DIGIT)
    if row is None or label is None or not 0 <= row < len(known.record.writers):
        row, label = writing.opening()
    if asked := address.asked(WRITER):
        found = known.record.row(int(asked)) if asked.isascii() and asked.isdigit() and len(asked) < 9 else None
        if found is None:
            state.notice(
                f"The link names no writer: '{state.plain(asked)}'. Showing {writing.title(row)} instead."
            )
        else:
            row = found
    if asked := address.asked(DIGIT):
        if asked in LABELS:
            label = int(asked)
        else:
            state.notice(f"The link names no digit: '{state.plain(asked)}'. Showing {label} instead.")
    if (row, label) != st.session_state.get(OPEN):  # what the grid last reported was of another cell
        st.session_state[OPEN], st.session_state[TURN] = (row, label), st.session_state.get(TURN, 0) + 1
    st.session_state[WRITER], st.session_state[DIGIT] = row, label
    address.complete(WRITER, str(known.record.writers[row]))
    address.complete(DIGIT, str(label))
    return row, label


def open_cell(row: int, label: int) -> None:
    """Open another cell, as a step of the browser's history; for callbacks, or before a rerun."""
    st.session_state[WRITER], st.session_state[DIGIT] = row, label
    address.choose({WRITER: str(writing.book().record.writers[row]), DIGIT: str(label)})


def surprise() -> None:
    """Open another hole, at random; for callbacks."""
    written = writing.book().record.written
    holes = (written == 0) & (written.sum(1, keepdims=True) >= 20)
    row, label = st.session_state[OPEN]
    place = items.drawn(np.flatnonzero(holes), row * written.shape[1] + label)
    if place is not None:
        open_cell(*divmod(place, written.shape[1]))


def jump() -> None:
    """Open the writer that the field names; for callbacks."""
    wanted = st.session_state.get("wr_jump")
    if wanted is None:
        return
    writers = writing.book().record.writers
    row = int(np.abs(writers - int(wanted)).argmin())
    if writers[row] != wanted:
        state.notice(f"There is no writer {wanted}. Showing the nearest number: {writers[row]}.")
    open_cell(row, st.session_state[DIGIT])


def first_page() -> None:
    """Begin at the top again; for callbacks."""
    st.session_state[PAGE] = 0


def turn(by: int) -> None:
    """Turn the page; for callbacks."""
    st.session_state[PAGE] = st.session_state.get(PAGE, 0) + by


def ranked(row: int, order: str, who: str) -> np.ndarray:
    """Rows of the book, ordered and filtered, without the open one."""
    known = writing.book()
    written = known.record.written
    keep = np.ones(len(written), bool)
    if who in WHO[1:3]:
        keep = known.group == WHO.index(who) - 1
    elif who == WHO[3]:
        keep = known.part == 2
    if order == ORDERS[0]:
        key = np.stack([-(written == 0).sum(1), -written.sum(1)])
    elif order == ORDERS[1]:
        key = np.stack([-written.sum(1), known.record.writers])
    elif order == ORDERS[2]:
        styles = writing.styles()
        away = np.linalg.norm(styles - styles[row], axis=1)
        key = np.stack([away, known.record.writers])
    else:
        key = np.stack([known.record.writers, known.record.writers])
    found = np.lexsort(key[::-1])
    return found[keep[found] & (found != row)]


def draw(row: int, label: int) -> None:
    """The matrix: the open writer on top, then a page of the others. A held cell is opened."""
    known = writing.book()
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
        order = st.selectbox(
            "Order by", ORDERS, key="wr_order", bind="query-params", width=145, on_change=first_page
        )
        who = st.selectbox("Writers", WHO, key="wr_who", bind="query-params", width=165, on_change=first_page)
        st.number_input(
            "Go to writer",
            min_value=0,
            max_value=9999,
            value=None,
            step=1,
            key="wr_jump",
            on_change=jump,
            width=120,
        )
        st.button("Surprise me", icon=":material/casino:", on_click=surprise, help="Opens a hole at random.")
    found = ranked(row, order or ORDERS[0], who or WHO[0])
    pages = max(1, -(-len(found) // ROWS))
    page = min(max(st.session_state.get(PAGE, 0), 0), pages - 1)
    st.session_state[PAGE] = page
    shown = np.concatenate([[row], found[page * ROWS : (page + 1) * ROWS]]).astype(np.int64)
    written = known.record.written[shown]
    captions = [
        f"{writing.title(int(r))}, digit {c}\n" + (f"{n} written" if n else "never written")
        for r, counts in zip(shown, written, strict=True)
        for c, n in enumerate(counts)
    ]
    held = grid(
        writing.firsts(shown),
        key="wr_matrix",
        label="Writers and digits",
        columns=len(LABELS),
        rows=[str(known.record.writers[r]) for r in shown],
        heads=list(LABELS),
        captions=captions,
        start=label,
        order=st.session_state[TURN],
        size=40,
        large=84,
        generated=False,
    )
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.button(
            "", icon=":material/chevron_left:", on_click=turn, args=(-1,), disabled=page == 0, key="wr_back",
            help="Earlier writers",
        )  # fmt: skip
        st.caption(f"Page {page + 1} of {pages}; {len(found):,} writers", width="content")
        st.button(
            "", icon=":material/chevron_right:", on_click=turn, args=(1,), disabled=page == pages - 1,
            key="wr_on", help="Later writers",
        )  # fmt: skip
    st.caption(
        f"One character of each cell; hatched: never written. {told()} The open writer is on top; press a cell to "
        "open it. What was written in it is then left out of the style and the vote, so that it can be compared."
    )
    if held != label:
        open_cell(int(shown[held // len(LABELS)]), held % len(LABELS))
        st.rerun()


def told() -> str:
    """Where the pictures come from."""
    if writing.originals() is not None:
        return "All pictures are originals."
    here = int((writing.book().original >= 0).sum())
    return f"{here:,} characters are originals that come with the installation; the rest is rebuilt from codes."
