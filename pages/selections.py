"""Selections as things: look at what was chosen, say why, combine it, keep it, and take it with you."""

import numpy as np
import streamlit as st

from core import saved as saving
from core.saved import Saved, StoreError
from dashboard import checkpoint_choice, frame, navigation, resources, saved, selections, state, words
from dashboard.selections import Known

WITH = "sel_with"  # key of the select box of saved ones
VERBS = {
    "unite": ("Unite", ":material/join_full:", "Items in either."),
    "intersect": ("Keep common", ":material/join_inner:", "Items in both."),
    "subtract": ("Take away", ":material/join_left:", "Items that are not in the saved one."),
}


def invert() -> None:
    """Select what is not selected of all that is here."""
    saved.change(saving.invert(saved.chosen(), state.indices(state.dataset())), "Inverted")


def combine(operation: str, others: tuple[Saved, ...]) -> None:
    """Combine the current selection with the saved one that the select box names."""
    other = next((one for one in others if one.id == st.session_state[WITH]), None)
    if other is not None:
        items = saving.OPERATIONS[operation](saved.chosen(), other.items)
        saved.change(items, f"{VERBS[operation][0]} with “{words.literal(other.name)}”")


def toggle(index: int) -> None:
    """Put the current item into the selection, or take it out."""
    one, now = np.array([index]), saved.chosen()
    saved.change(saving.subtract(now, one) if index in now else saving.unite(now, one), "Changed")


def current(checkpoint: str, others: tuple[Saved, ...]) -> None:
    """The current selection: numbers, pictures, and what can be done with it."""
    st.subheader("Current selection", anchor=False)
    items = saved.chosen()
    if not len(items):
        nothing()
        actions(items, others)
        saved.told("current")
        return
    found = selections.known(checkpoint, items)
    whole, source = len(state.indices(found.dataset)), resources.source(found.dataset)
    away = np.count_nonzero(~found.here)
    missing = (
        f" {away:,} of them are not on this machine: they have no picture here, and are kept." if away else ""
    )
    st.markdown(f"**{len(items):,} items** of {source.title}; {whole:,} are here.{missing}")
    actions(items, others)
    selections.wall(found)
    selections.statistics(found)
    keep(found)


def nothing() -> None:
    """What to do where nothing is selected."""
    st.info(
        "Nothing is selected. Draw around points on the Latent map, select a category on Clusters, or load a "
        "saved selection below.",
        icon=":material/lasso_select:",
    )
    with st.container(horizontal=True):
        for name in ("latent_map", "clusters"):
            st.page_link(navigation.path(name), width="content")


def actions(items: np.ndarray, others: tuple[Saved, ...]) -> None:
    """Buttons that change the current selection."""
    item = state.current_item()
    with st.container(horizontal=True, vertical_alignment="bottom"):
        word, help = ("Invert", "What is not selected.") if len(items) else ("Select all", "All that is here.")
        st.button(word, key="sel_invert", icon=":material/invert_colors:", on_click=invert, help=help)
        if not item.is_upload:
            inside = item.index in items
            st.button(
                f"{'Take out' if inside else 'Add'} {item.address}",
                key="sel_toggle",
                icon=":material/remove:" if inside else ":material/add:",
                on_click=toggle,
                args=(item.index,),
                help="The item of the card on the right.",
            )
        if len(items):
            none = (np.zeros(0, np.int64), "Cleared")
            st.button("Clear", key="sel_clear", icon=":material/close:", on_click=saved.change, args=none)
        if saved.undoable():
            st.button("Undo", key="sel_undo", icon=":material/undo:", on_click=saved.undo)
    if others and len(items):
        combining(others)


def combining(others: tuple[Saved, ...]) -> None:
    """Buttons that combine the current selection with a saved one."""
    names = {one.id: f"{one.name} ({len(one):,})" for one in others}
    if st.session_state.get(WITH) not in names:
        st.session_state.pop(WITH, None)
    with st.container(horizontal=True, vertical_alignment="bottom"):
        st.selectbox("Combine with", list(names), format_func=lambda id: names.get(id, id), key=WITH, width=280)
        for operation, (word, icon, help) in VERBS.items():
            key = f"sel_{operation}"
            st.button(word, key=key, icon=icon, on_click=combine, args=(operation, others), help=help)


def keep(found: Known) -> None:
    """Save the current selection, or write it into a file."""
    prefix = f"sel_{found.dataset}"
    with st.container(border=True):
        st.markdown("**Keep it**")
        saved.fields(prefix, found.dataset)
        with st.container(horizontal=True):
            icon = ":material/bookmark_add:"
            st.button("Save", key="sel_save", type="primary", icon=icon, on_click=saved.save, args=(prefix,))
            selections.downloads(saved.typed(prefix, Saved("", found.dataset, found.items)), found, key="sel_now")
        saved.told("current")


main, side = frame.page(
    "Selections",
    "What you chose, as a thing with a name: look at it, combine it, keep it.",
    picture=("sel_tiles", "sel_labels", "sel_categories"),
)
checkpoint = checkpoint_choice.choose("sel", ("aae", "vae", "ae"))
saved.said()
with main:
    kept: tuple[Saved, ...] = ()
    trouble = ""
    try:
        kept = saved.store().all(state.dataset())
    except StoreError as error:
        trouble = str(error)
    with frame.guard():
        current(checkpoint, kept)
    with frame.guard():
        st.subheader("Saved selections", anchor=False)
        saved.told("saved")
        if trouble:
            st.error(f"{words.literal(trouble)} The current selection can still be written into a file.")
        else:
            saved.listed(checkpoint, kept)
    saved.told("")
frame.item_card(side, checkpoint)
