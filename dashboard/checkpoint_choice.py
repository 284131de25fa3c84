"""Which checkpoint a page is about: chosen in the sidebar, kept in the URL; what is said where there is none."""

from collections import Counter
from collections.abc import Iterable

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from core import checkpoints
from core.cards import Card
from dashboard import address, navigation, resources, seen, state, words


def choose(
    page: str, families: tuple[str, ...], *, label: str = "Checkpoint", ships: str = checkpoints.MODEL
) -> str:
    """Let the reader pick a checkpoint of the current data set, in the sidebar; without any the page ends here.

    Parameters
    ----------
    ships : a file that it must have.
    """
    found = {card.id: card for card in _able(families, ships) if card.dataset == state.dataset()}
    if not found:
        none_here(families, ships=ships)
        st.stop()
    key, options, named = f"{page}_model", list(found), titles(found.values())
    _adopt(key, options)
    with st.session_state.get("_slot", st.sidebar):
        chosen = st.selectbox(
            label,
            options,
            format_func=lambda id: named.get(id, str(id)),
            key=key,
            persist_state="session",
            on_change=_chosen,
            args=(key,),
        )
    chosen = chosen if chosen in found else options[0]
    address.complete(key, chosen)
    seen.made_by(chosen)
    return chosen


def titles(cards: Iterable[Card]) -> dict[str, str]:
    """Titles of models by id; with the id where another has the same title, as one from a zip file may."""
    own = {card.id: card.title for card in cards}
    count = Counter(own.values())
    return {id: f"{title} ({id})" if count[title] > 1 else title for id, title in own.items()}


def _chosen(key: str) -> None:
    address.choose({key: st.session_state[key]})


def _adopt(key: str, options: list[str]) -> None:
    """Let the URL choose when it changed outside; after a switch of data set, offer the same kind of model.

    Not left to ``bind``: it would write titles instead of names, and leave out the default, which changes as
    models are added.
    """
    asked = address.asked(key)
    if asked in options:
        st.session_state[key] = asked
    elif asked:
        title = resources.source(state.dataset()).title
        state.notice(f"The link names a model that is not here for {title}: '{state.plain(asked)}'.")
        state.flush_notices()
    kept = st.session_state.get(key)
    if kept is not None and kept not in options:
        twin = f"{state.dataset()}-{str(kept).partition('-')[2]}"
        st.session_state[key] = twin if twin in options else options[0]


def slot(place: DeltaGenerator) -> None:
    """Tell this run where in the sidebar the page's choice of a checkpoint goes."""
    st.session_state["_slot"] = place


def _able(families: tuple[str, ...], ships: str) -> list[Card]:
    """Cards of some families that ship a file."""
    return [card for card in resources.cards().values() if card.family in families and ships in card.sha256]


def none_here(families: tuple[str, ...], *, ships: str = checkpoints.MODEL) -> None:
    """The state of a page that has no model of ``families`` for the current data set: what to do instead."""
    title = resources.source(state.dataset()).title
    others = [card.dataset for card in _able(families, ships)]
    with st.container(border=True):
        names = " or ".join(words.FAMILIES[family].title for family in families)
        what = words.SHIPPED.get(ships) or ("model" if len(families) > 2 else names)
        st.subheader(f"No {what} for {words.literal(title)} here", anchor=False)
        if resources.source(state.dataset()).own and ships == checkpoints.MODEL:
            bring, query = navigation.path("bring"), {state.DATA: state.dataset()}
            icon = ":material/model_training:"
            st.page_link(bring, label="Train one on these images", icon=icon, query_params=query, width="content")
        if others:
            other = words.literal(resources.source(others[0]).title)
            st.markdown(f"There is one for {other}. Your item and selection are kept.")
            st.button(
                f"Switch to {other}",
                on_click=state.switch_dataset,
                args=(others[0],),
                type="primary",
                key="switch_dataset",
            )
        else:
            st.markdown(
                "The folder of checkpoints holds none that can be used. Restore `checkpoints/` from the "
                "repository, or let `MORPHOSPACE_CHECKPOINTS` name another folder, then reload this page."
            )
