"""Sums with a name: kept, opened again, forgotten."""

import streamlit as st

from core.saved import StoreError
from core.sumstore import LONGEST, SumStore
from dashboard import equations, resources, state

NAME = "sum_name"
FAILED = "_sum_failed"


def store() -> SumStore:
    """Where they are kept."""
    return SumStore.under(resources.settings().cache)


def keep(text: str) -> None:
    """Keep the sum that is shown under the name in the field; for callbacks."""
    try:
        name = store().save(state.dataset(), st.session_state.get(NAME) or "", text)
    except StoreError as error:
        st.session_state[FAILED] = str(error)
        return
    st.session_state[NAME] = ""
    st.toast(f"Saved “{state.plain(name)}”.", icon=":material/check:")


def reopen(id: str, name: str, text: str) -> None:
    """Show a sum again; for callbacks."""
    try:
        equations.put(equations.parse(text, id))
    except ValueError as error:
        state.notice(f"“{state.plain(name)}” cannot be shown: {error}. The sum is as before.")


def forget(name: str) -> None:
    """Delete a sum; for callbacks."""
    try:
        store().delete(state.dataset(), name)
    except StoreError as error:
        st.session_state[FAILED] = str(error)


def panel(id: str, text: str) -> None:
    """The field for a name, and the sums that have one."""
    with st.popover("Named sums", icon=":material/bookmark:", key="sum_named"):
        with st.container(horizontal=True, vertical_alignment="bottom"):
            st.text_input("Name of this sum", key=NAME, max_chars=LONGEST, placeholder="glasses on a woman")
            st.button("Save", key="sum_save", on_click=keep, args=(text,), disabled=not text.strip("_"))
        try:
            found = store().all(state.dataset())
        except StoreError as error:
            found = {}
            st.session_state.setdefault(FAILED, str(error))
        if failed := st.session_state.pop(FAILED, None):
            st.error(failed, icon=":material/error:")
        if not found:
            st.caption("None yet for this data set.")
        for number, (name, kept) in enumerate(found.items()):
            with st.container(horizontal=True, gap="xsmall"):
                shown = state.plain(name) or "unnamed"
                st.button(shown, key=f"sum_open_{number}", on_click=reopen, args=(id, name, kept), width="stretch")
                st.button(
                    "",
                    icon=":material/delete:",
                    key=f"sum_forget_{number}",
                    on_click=forget,
                    args=(name,),
                    help=f"Forget “{shown}”.",
                )
