"""The frame of every page: its head, and errors that say what to do."""

import logging
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from core.cards import Card
from core.checkpoints import CheckpointError
from core.images import ImageError
from dashboard import words
from dashboard.item_card import item_card as draw_card

OPENED = "_page_opened"
MOMENT = 0.35  # s
LOG = logging.getLogger("morphospace")


def page(title: str, sentence: str, *, widths: tuple[int, int] = (14, 5)) -> tuple[DeltaGenerator, DeltaGenerator]:
    """Title and one sentence on what can be done here; returns the main area and the place of the item card."""
    st.title(title, anchor=False)
    st.markdown(sentence)
    main, side = st.columns(widths, gap="medium")
    return main, side


def first_things_first() -> None:
    """Give the browser a moment to draw what it was sent, where a page is opened, before it is sent the rest.

    All at once would take it as long, and it would show everything at the end. Not on later runs.
    """
    page = st.session_state.get(OPENED)
    here = st.context.url
    st.session_state[OPENED] = (here or "").partition("?")[0]
    if here and page != st.session_state[OPENED]:
        time.sleep(MOMENT)


@contextmanager
def guard() -> Iterator[None]:
    """Turn errors of the block into a message on the page, so that the rest of it stays usable."""
    try:
        yield
    except CheckpointError as error:
        sorry("This model cannot be used.", "Other models still work: pick one in the sidebar.", error)
    except ImageError as error:
        sorry(str(error), "Your item and selection are as before. Try another picture.")
    except ValueError as error:
        sorry("This cannot be shown with these settings.", "Your item is as before. Change a setting.", error)
    except Exception as error:
        LOG.exception("unexpected error on a page")
        sorry("Something went wrong here.", "Your item and selection are as before. Reload the page.", error)


def sorry(happened: str, then: str, error: Exception | None = None) -> None:
    """Say what happened, what was kept and what to do; the error itself folds out."""
    st.error(f"**{happened}** {then}", icon=":material/error:")
    if error is not None:
        with st.expander("Details"):
            st.code(f"{type(error).__name__}: {error}", language=None, wrap_lines=True)


def absent(what: str) -> None:
    """Say that the models of a page are not in the folder of checkpoints, and end the page."""
    with st.container(border=True):
        st.subheader(f"No models of {what} here", anchor=False)
        st.markdown(
            "The folder of checkpoints holds none. Restore `checkpoints/` from the repository, or let "
            "`MORPHOSPACE_CHECKPOINTS` name another folder, then reload this page."
        )
    st.stop()


def numbers(card: Card, names: Mapping[str, str]) -> None:
    """Some of a card's metrics side by side, each called as ``names`` has it, with how it was measured."""
    with st.container(horizontal=True, gap="medium"):
        for key, name in names.items():
            if metric := card.metrics.get(key):
                help = f"{metric.how} {words.direction(metric).capitalize()}."
                st.metric(name, words.number(metric.value, metric.unit), help=help, width="content")


def item_card(side: DeltaGenerator, checkpoint: str) -> None:
    """The current item as every page shows it, with its neighbours and the ways on."""
    with side, st.container(border=True, key="item_card"), guard():
        draw_card(checkpoint)
