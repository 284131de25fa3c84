"""What follows someone from page to page: the data set, the item, the selection, and the URL that reopens them."""

import hashlib

import numpy as np
import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from core.datasets import SOURCES
from dashboard import items, resources, words
from dashboard.items import Item, upload_image

__all__ = [
    "Item",
    "add_upload",
    "choose_checkpoint",
    "clear_selection",
    "current_item",
    "dataset",
    "flush_notices",
    "notice",
    "select",
    "selection",
    "set_selection",
    "sync",
    "upload_image",
]

DATA = "data"  # key of the data set widget, and its name in the URL
ITEM = "item"
UPLOADS = 20  # kept for one session
EXAMPLES = {"digits": 92, "fashion": 66_723}  # what a first visit opens on, where it is here


def dataset() -> str:
    """The current data set."""
    name = st.session_state.get(DATA)
    return name if name in SOURCES else next(iter(SOURCES))


def sync() -> None:
    """Adopt an item that the URL names, or write the current one there. Runs before any widget of a run."""
    asked, written = st.query_params.get(ITEM), st.session_state.get("_address")
    if asked and asked != written:
        _adopt(asked)
    _write(current_item())


def _adopt(address: str) -> None:
    try:
        item = items.parse(address, dataset())
    except ValueError as error:
        return notice(f"The link does not name an item: {error}. Showing {current_item().address}.")
    if item.dataset != dataset() and DATA not in st.query_params:
        st.session_state[DATA] = item.dataset
    if item.dataset != dataset() or not _exists(item):
        reason = "was an upload of another session" if item.is_upload else "is not on this machine"
        return notice(f"{item.address[:40]} {reason}. Showing {current_item().address} instead.")
    st.session_state.setdefault("_items", {})[item.dataset] = item


def _write(item: Item) -> None:
    st.session_state["_address"] = item.address
    if st.query_params.get(ITEM) != item.address:
        st.query_params[ITEM] = item.address


def _exists(item: Item) -> bool:
    if item.is_upload:
        return upload_image(item) is not None
    images, first = resources.images(item.dataset), resources.first(item.dataset)
    if images is not None and item.index in images.rows:
        return True
    return first is not None and resources.gallery(first).row(item.index) is not None


def current_item() -> Item:
    """The item that all pages show; always one of the current data set."""
    name = dataset()
    item = st.session_state.setdefault("_items", {}).get(name)
    if item is None or not _exists(item):
        item = example(name)
        st.session_state["_items"][name] = item
    return item


def example(name: str) -> Item:
    """What a first visit of data set ``name`` opens on."""
    preferred, here = Item(name, EXAMPLES.get(name, 0)), indices(name)
    return preferred if _exists(preferred) or not len(here) else Item(name, int(here[len(here) // 2]))


def select(item: Item) -> None:
    """Make ``item`` the current one, in the session and the URL; outside a callback, ``st.rerun()`` after it."""
    if item.dataset != dataset() or not _exists(item):
        raise ValueError(f"{item.address} is not an item of {dataset()!r} on this machine")
    st.session_state.setdefault("_items", {})[item.dataset] = item
    _write(item)


def surprise() -> None:
    """Make another item of the current data set the current one, at random; for callbacks."""
    here = indices(dataset())
    if len(here):
        select(Item(dataset(), int(np.random.default_rng().choice(here))))


def jump(key: str) -> None:
    """Go to the place that the widget ``key`` holds, or the nearest one that is here; for callbacks."""
    here, wanted = indices(dataset()), st.session_state.get(key)
    if wanted is None or not len(here):
        return
    found = int(here[np.abs(here - int(wanted)).argmin()])
    if found != wanted:
        notice(f"{dataset()}/{wanted} is not on this machine. Showing the nearest that is: {dataset()}/{found}.")
    select(Item(dataset(), found))


def indices(name: str) -> np.ndarray:
    """Places (n,) of all items of data set ``name`` that can be shown here."""
    images, first = resources.images(name), resources.first(name)
    if images is not None:
        return images.index
    return np.zeros(0, np.int64) if first is None else resources.gallery(first).index


def add_upload(dataset: str, image: np.ndarray) -> Item:
    """Keep a prepared image (H, W, C) uint8 for this session and name it by its content."""
    item = Item(dataset, upload=hashlib.sha256(image.tobytes()).hexdigest()[:12])
    kept = items.uploads()
    kept[dataset, item.upload] = image
    while len(kept) > UPLOADS:
        del kept[next(iter(kept))]
    return item


def selection() -> list[int]:
    """Indices of the selected items of the current data set."""
    return list(st.session_state.setdefault("_selection", {}).get(dataset(), []))


def set_selection(indices: list[int]) -> None:
    """Replace the selection of the current data set."""
    kept = list(dict.fromkeys(int(index) for index in indices))
    st.session_state.setdefault("_selection", {})[dataset()] = kept


def clear_selection() -> None:
    """Forget the selection of the current data set."""
    set_selection([])


def choose_checkpoint(page: str, families: tuple[str, ...], *, label: str = "Checkpoint") -> str | None:
    """Let the reader pick a checkpoint of the current data set, in the sidebar; None after an empty state."""
    found = {
        card.id: card
        for card in resources.cards().values()
        if card.dataset == dataset() and card.family in families
    }
    if not found:
        no_checkpoint(families)
        return None
    key, options = f"{page}_model", list(found)
    kept = st.session_state.get(key)
    if kept is not None and kept not in found:
        # The same kind of model of the other data set, where there is one.
        twin = f"{dataset()}-{str(kept).partition('-')[2]}"
        st.session_state[key] = twin if twin in found else options[0]
    with st.session_state.get("_slot", st.sidebar):
        chosen = st.selectbox(
            label,
            options,
            format_func=lambda id: resources.cards()[id].title if id in resources.cards() else id,
            key=key,
            bind="query-params",
        )
    return chosen if chosen in found else options[0]


def checkpoint_slot(place: DeltaGenerator) -> None:
    """Tell this run where in the sidebar the page's choice of a checkpoint goes."""
    st.session_state["_slot"] = place


def no_checkpoint(families: tuple[str, ...]) -> None:
    """The state of a page that has no model of ``families`` for the current data set: what to do instead."""
    title = SOURCES[dataset()].title
    others = [card.dataset for card in resources.cards().values() if card.family in families]
    with st.container(border=True):
        names = " or ".join(words.FAMILIES[family].title for family in families)
        st.subheader(f"No {'model' if len(families) > 2 else names} for {title} here", anchor=False)
        if others:
            other = SOURCES[others[0]].title
            st.markdown(f"There is one for {other}. Your item and selection are kept.")
            st.button(
                f"Switch to {other}",
                on_click=switch_dataset,
                args=(others[0],),
                type="primary",
                key="switch_dataset",
            )
        else:
            st.markdown(
                "The folder of checkpoints holds none that can be used. Restore `checkpoints/` from the "
                "repository, or let `MORPHOSPACE_CHECKPOINTS` name another folder, then reload this page."
            )


def switch_dataset(name: str) -> None:
    """Make ``name`` the current data set; for callbacks, before the widget of a run exists."""
    st.session_state[DATA] = name


def notice(text: str) -> None:
    """Say something once, at the top of the next page that is drawn."""
    st.session_state.setdefault("_notices", []).append(text)


def flush_notices() -> None:
    """Show what ``notice`` collected."""
    for text in st.session_state.pop("_notices", []):
        st.info(text, icon=":material/info:")
