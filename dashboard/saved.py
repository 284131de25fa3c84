"""Saved selections on screen: the list, the fields of an open one, and what their buttons do."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

import numpy as np
import streamlit as st

from core import saved as saving
from core.saved import ConflictError, Saved, StoreError, TakenError
from core.store import Store
from dashboard import resources, selections, state, words

LISTED = 8  # saved selections on a page
KEPT = 20  # deleted ones that can be brought back
BASE, FOUND = "_sel_base", "sel_tags_shown"


def store() -> Store:
    """Where selections are kept."""
    return Store.under(resources.settings().cache)


def chosen() -> np.ndarray:
    """The current selection (n,) int64, sorted."""
    return np.unique(np.array(state.selection(), np.int64))


def say(text: str) -> None:
    """Tell in the next run that something was done."""
    st.session_state.setdefault("_sel_said", []).append(text)


def said() -> None:
    """Show what was said."""
    for text in st.session_state.pop("_sel_said", []):
        st.toast(text, icon=":material/check:")


@contextmanager
def attempt(place: str) -> Iterator[None]:
    """Have an error told at ``place`` in the next run."""
    try:
        yield
    except StoreError as error:
        st.session_state["_sel_failed"] = (place, str(error))


def told(place: str) -> None:
    """The error of the last run that belongs to ``place``; empty for one that found no place."""
    where, text = st.session_state.get("_sel_failed", ("-", ""))
    if where == place or (where != "-" and not place):
        del st.session_state["_sel_failed"]
        st.error(f"{words.literal(text)} Nothing that you wrote or chose is lost.", icon=":material/error:")


def change(items: np.ndarray, said: str) -> None:
    """Replace the current selection, and remember how to take that back."""
    before = chosen()
    state.set_selection(items.tolist())
    st.session_state["_sel_change"] = (state.dataset(), before, np.unique(items))
    say(f"{said}: {len(before):,} → {len(items):,} items.")


def undoable() -> bool:
    """Whether the last change is still what is selected."""
    dataset, _, after = st.session_state.get("_sel_change", ("", None, None))
    return dataset == state.dataset() and np.array_equal(after, chosen())


def undo() -> None:
    """Take the last change back."""
    if undoable():  # a second click may come before the button is gone
        _, before, _ = st.session_state.pop("_sel_change")
        state.set_selection(before.tolist())
        say(f"Taken back: {len(before):,} items are selected.")


def typed(prefix: str, base: Saved) -> Saved:
    """``base`` with what the fields of ``prefix`` say."""
    name, tags, label, note = (
        st.session_state.get(f"{prefix}_{what}") for what in ("name", "tags", "label", "note")
    )
    return replace(base, name=name or "", tags=saving.tags(tags or ""), label=label or None, note=note or "")


def fill(prefix: str, saved: Saved) -> None:
    """Let the fields of ``prefix`` say what a selection has."""
    texts = {"name": saved.name, "tags": ", ".join(saved.tags), "label": saved.label, "note": saved.note}
    st.session_state.update({f"{prefix}_{what}": text for what, text in texts.items()})


def save(prefix: str) -> None:
    """Keep the current selection under the name in its field."""
    with attempt("current"):
        kept = store().save(typed(prefix, Saved("", state.dataset(), chosen())))
        fill(prefix, Saved("", state.dataset(), np.zeros(0)))
        say(f"Saved “{words.literal(kept.name)}”: {len(kept):,} items.")


def load(saved: Saved) -> None:
    """Make a saved selection the current one."""
    change(saved.items, f"Loaded “{words.literal(saved.name)}”")


def edit(saved: Saved) -> None:
    """Open a saved selection for editing, from what is shown of it now."""
    st.session_state[BASE] = saved
    st.session_state["sel_edit_items"] = False
    fill("sel_edit", saved)


def close() -> None:
    """Leave editing."""
    st.session_state.pop(BASE, None)


def write() -> None:
    """Save the edit. Where another tab wrote the same text, stay open on top of that: a second try wins."""
    if (base := st.session_state.get(BASE)) is None:
        return
    mine = typed("sel_edit", base)
    if st.session_state.get("sel_edit_items"):
        mine = replace(mine, items=chosen())
    with attempt("edit"):
        try:
            kept = store().update(base, mine)
        except ConflictError as error:
            if error.theirs is None:
                kept = store().save(error.mine)
            else:
                # The items are still those that were opened, so that those added elsewhere are not taken out.
                st.session_state[BASE] = replace(error.theirs, items=base.items)
                fill("sel_edit", error.mine)
                again = "Your words are still in the fields; save again to put them in place of these."
                raise StoreError(f"{error} {again}") from error
        close()
        _forget(kept.id)
        merged = " Changes from another tab are kept too." if kept.version > base.version + 1 else ""
        say(f"Saved “{words.literal(kept.name)}”.{merged}")


def delete(saved: Saved) -> None:
    """Forget a saved selection, for as long as nobody wants it back."""
    with attempt("saved"):
        store().delete(saved)
        st.session_state["_sel_deleted"] = [*st.session_state.get("_sel_deleted", []), saved][-KEPT:]
        if (base := st.session_state.get(BASE)) and base.id == saved.id:
            close()


def restore() -> None:
    """Bring back what was deleted last; where its name was taken meanwhile, open it for another one."""
    for saved in st.session_state.get("_sel_deleted", [])[-1:]:
        with attempt("saved"):
            try:
                store().save(saved)
                say(f"“{words.literal(saved.name)}” is back.")
            except TakenError:
                edit(saved)
                raise
            except ConflictError:
                say(f"“{words.literal(saved.name)}” was brought back in another tab.")
            _forget(saved.id)


def _forget(id: str) -> None:
    """Take what is stored again out of what can be brought back."""
    st.session_state["_sel_deleted"] = [one for one in st.session_state.get("_sel_deleted", []) if one.id != id]


BUTTONS = (
    ("Load", ":material/download_done:", load),
    ("Edit", ":material/edit:", edit),
    ("Delete", ":material/delete:", delete),
)


def fields(prefix: str, dataset: str) -> None:
    """Name, tags, label and reason."""
    left, right = st.columns(2)
    left.text_input("Name", key=f"{prefix}_name", persist_state="session")
    left.text_input(
        "Tags",
        key=f"{prefix}_tags",
        placeholder="such as: mislabelled, check again",
        help=f"Words with commas between them, at most {saving.TAGS}.",
        persist_state="session",
    )
    options, now = list(resources.source(dataset).labels), st.session_state.get(f"{prefix}_label")
    right.selectbox(
        "Label that the items should have",
        options if now in (None, *options) else [*options, now],
        index=None,
        key=f"{prefix}_label",
        placeholder="as it is",
        accept_new_options=True,
        help="Kept beside the label that they have, and written into the files. The data set stays as it is.",
        persist_state="session",
    )
    right.text_area("Reason", key=f"{prefix}_note", height=68, persist_state="session")


def listed(checkpoint: str, every: tuple[Saved, ...]) -> None:
    """The saved selections."""
    if gone := st.session_state.get("_sel_deleted"):
        st.button(
            f"Bring back “{words.literal(gone[-1].name)}”",
            key="sel_restore",
            icon=":material/undo:",
            on_click=restore,
        )
    base = st.session_state.get(BASE)
    if base and base.dataset == state.dataset():
        editor(checkpoint, base, next((saved for saved in every if saved.id == base.id), None))
    if not every:
        st.caption(f"None of {resources.source(state.dataset()).title} yet. They are kept in `{store().path}`.")
        return
    shown = tagged(every)
    pages = max(1, -(-len(shown) // LISTED))
    if st.session_state.get("sel_list_page", 1) > pages:
        st.session_state["sel_list_page"] = pages
    page = st.pagination(pages, key="sel_list_page") if pages > 1 else 1
    for saved in shown[(page - 1) * LISTED : page * LISTED]:
        line(saved)


def tagged(every: tuple[Saved, ...]) -> list[Saved]:
    """The saved selections that have all the tags that are picked."""
    known = sorted({tag for saved in every for tag in saved.tags})
    if not known:
        return list(every)
    st.session_state[FOUND] = [tag for tag in st.session_state.get(FOUND) or [] if tag in known]
    wanted = st.pills("With the tags", known, selection_mode="multi", format_func=words.literal, key=FOUND)
    return [saved for saved in every if set(wanted) <= set(saved.tags)]


def line(saved: Saved) -> None:
    """One saved selection and what can be done with it."""
    label = f" · should be **{words.literal(saved.label)}**" if saved.label else ""
    tags = "".join(f" :gray-badge[{words.literal(tag)}]" for tag in saved.tags)
    note = f"  \n:small[{words.literal(' '.join(saved.note.split())[:160])}]" if saved.note else ""
    if saved.created < resources.brought(saved.dataset):  # both are UTC, ISO 8601
        tags += " :orange-badge[:material/history: kept before the set was brought anew]"
    with st.container(border=True):
        left, right = st.columns([5, 4], vertical_alignment="center")
        left.markdown(f"**{words.literal(saved.name)}** · {len(saved):,} items{label}{tags}{note}")
        with right.container(horizontal=True, horizontal_alignment="right", gap="xsmall"):
            for word, icon, act in BUTTONS:
                key = f"sel_{word.lower()}_{saved.id}"
                st.button(word, key=key, icon=icon, on_click=act, args=(saved,), type="tertiary")


def editor(checkpoint: str, base: Saved, now: Saved | None) -> None:
    """Fields for an open selection, as it was when it was opened; ``now`` is what is stored meanwhile."""
    with st.container(border=True, key="sel_editor"):
        st.markdown(f"**Edit “{words.literal(base.name)}”**")
        if now is None:
            st.warning("It is deleted. Save brings it back.", icon=":material/delete:")
        elif now.version != base.version:
            st.info("Another tab changed it meanwhile. Save keeps both where that can be.", icon=":material/sync:")
        fields("sel_edit", base.dataset)
        if len(items := chosen()):
            st.checkbox(
                f"Replace its {len(base):,} items by the {len(items):,} selected ones", key="sel_edit_items"
            )
        with st.container(horizontal=True):
            st.button("Save changes", key="sel_write", type="primary", icon=":material/check:", on_click=write)
            st.button("Cancel", key="sel_close", on_click=close)
            selections.downloads(
                typed("sel_edit", base), selections.known(checkpoint, base.items), key="sel_edited"
            )
        told("edit")
