"""Which samples of the open cell are drawn, and the digit that the paper's rule tells from: session and URL."""

import streamlit as st

from dashboard import address, state, writing
from dashboard.writing import Cell

SEED, OBSERVED = "wr_seed", "wr_observed"  # in the URL
KEPT = "_wr_observed"  # in the session: (row, label, digit) of the last choice
LONGEST = 6  # digits of a seed


def sync(row: int, label: int) -> None:
    """Adopt the seed and the observed digit of the URL where that changed outside, and complete it."""
    if asked := address.asked(SEED):
        if asked.isascii() and asked.isdigit() and len(asked) <= LONGEST:
            st.session_state[SEED] = int(asked)
        else:
            state.notice(
                f"The link names no draw of samples: '{state.plain(asked)}'. It is a number of up to {LONGEST} "
                f"digits. Showing draw {seed()} instead."
            )
    address.complete(SEED, str(seed()))
    found = writing.cell(row, label)
    if asked := address.asked(OBSERVED):
        if asked in map(str, found.seen):
            st.session_state[KEPT] = (row, label, int(asked))
            st.session_state[widget(found)] = int(asked)
        else:
            state.notice(
                f"The link tells the {label} from what this writer wrote no other digit of: "
                f"'{state.plain(asked)}'." + (f" Telling it from {observed(found)} instead." if found.seen else "")
            )
    if found.seen:
        address.complete(OBSERVED, str(observed(found)))
    else:
        address.drop(OBSERVED)


def seed() -> int:
    """Which samples are shown."""
    return int(st.session_state.get(SEED, 0))


def again() -> None:
    """Draw others; for callbacks."""
    st.session_state[SEED] = (seed() + 1) % 10**LONGEST
    address.choose({SEED: str(seed())})


def widget(found: Cell) -> str:
    """Key of the choice of the observed digit; one of its own for each cell, as its options differ."""
    return f"wr_observed_{found.row}_{found.label}"


def observed(found: Cell) -> int:
    """The digit that the paper's rule tells from: the one chosen for this cell, else the one written most."""
    row, label, digit = st.session_state.get(KEPT, (-1, -1, -1))
    return digit if (row, label) == (found.row, found.label) and digit in found.seen else found.seen[0]


def choose_observed(found: Cell) -> int:
    """Let the reader choose it; ``found.seen`` is not empty."""
    key = widget(found)
    if key not in st.session_state:
        st.session_state[key] = observed(found)
    chosen = st.segmented_control(
        "The paper's rule: told from one digit",
        found.seen,
        required=True,
        key=key,
        on_change=_chose,
        args=(found,),
    )
    return observed(found) if chosen is None else int(chosen)


def _chose(found: Cell) -> None:
    """Write the choice into the URL."""
    if (digit := st.session_state[widget(found)]) is not None:
        st.session_state[KEPT] = (found.row, found.label, int(digit))
        address.choose({OBSERVED: str(digit)})
