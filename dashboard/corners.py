"""The pictures that Interpolate walks between: A, B, C and D, in the session and in the URL."""

import numpy as np
import streamlit as st

from core.gallery import Gallery
from dashboard import address, item_data, items, resources, state
from dashboard.items import Item

CORNERS = ("a", "b", "c", "d")
# What a first visit walks between: these items, or where a gallery lacks them the first ones of their labels.
EXAMPLES = {
    "digits": ((64, "4"), (167, "9"), (56, "0"), (103, "7")),
    "fashion": ((60328, "Sneaker"), (60123, "Ankle boot"), (60064, "Trouser"), (60429, "Bag")),
}


def key(corner: str) -> str:
    """Name of a corner in the URL."""
    return f"interp_{corner}"


def example(corner: str, dataset: str, gallery: Gallery) -> Item:
    """The item that ``corner`` starts on."""
    place = CORNERS.index(corner)
    if dataset not in EXAMPLES:
        return Item(dataset, int(gallery.index[place * (len(gallery) - 1) // 3]))
    index, label = EXAMPLES[dataset][place]
    if gallery.row(index) is not None:
        return Item(dataset, index)
    rows = np.flatnonzero(gallery.label == resources.source(dataset).labels.index(label))
    return Item(dataset, int(gallery.index[rows[0] if len(rows) else place % len(gallery)]))


def sync(names: str, id: str) -> None:
    """Adopt what the URL says of the corners ``names``, and let it say what is in them."""
    for corner in names:
        if asked := address.asked(key(corner)):
            _adopt(corner, asked, id)
        address.complete(key(corner), get(corner, id).address)


def get(corner: str, id: str) -> Item:
    """The item in ``corner``; always one that checkpoint ``id`` can encode."""
    card = resources.card(id)
    item = _held().get(corner)
    if item is None or _problem(item, id):
        return example(corner, card.dataset, resources.gallery(id))
    return item


def holds(item: Item) -> bool:
    """Whether ``item`` is in a corner of its data set."""
    return item in st.session_state.get("_interp_corners", {}).get(item.dataset, {}).values()


def put(items: dict[str, Item]) -> None:
    """Put an item into each of the corners; for callbacks."""
    _held().update(items)
    address.choose({key(corner): item.address for corner, item in items.items()})


def put_current(corner: str) -> None:
    """Put the item that all pages show into ``corner``; for callbacks."""
    put({corner: state.current_item()})


def put_random(id: str, corner: str) -> None:
    """Draw another gallery item for ``corner``; for callbacks."""
    place = items.drawn(resources.gallery(id).index, get(corner, id).index)
    assert place is not None  # no gallery is empty
    put({corner: Item(resources.card(id).dataset, place)})


def put_index(corner: str, id: str, widget: str) -> None:
    """Put the item whose index stands in a number field into ``corner``; for callbacks."""
    item = Item(resources.card(id).dataset, int(st.session_state[widget]))
    if problem := _problem(item, id):
        state.notice(f"{item.address} {problem}. {corner.upper()} is as before.")
    else:
        put({corner: item})


def swap(one: str, other: str, id: str) -> None:
    """Exchange two corners; for callbacks."""
    put({one: get(other, id), other: get(one, id)})


def _held() -> dict[str, Item]:
    kept: dict[str, dict[str, Item]] = st.session_state.setdefault("_interp_corners", {})
    return kept.setdefault(state.dataset(), {})


def _adopt(corner: str, asked: str, id: str) -> None:
    shown = state.plain(asked)
    try:
        item = items.parse(asked, state.dataset(), resources.explored())
        problem = _problem(item, id)
    except ValueError:
        problem = "is not an address like digits/64"
    if problem:
        fallback = get(corner, id).address
        return state.notice(f"{corner.upper()} in the link: {shown} {problem}. Showing {fallback} instead.")
    _held()[corner] = item


def _problem(item: Item, id: str) -> str:
    """Why checkpoint ``id`` has no code for an item; empty where it has."""
    card = resources.card(id)
    if item.dataset != card.dataset:
        return f"is not of the data set {card.dataset}"
    if item.is_upload:
        return "" if items.upload_image(item) is not None else "was an upload of another session"
    known = resources.gallery(id).row(item.index) is not None or item_data.original(item) is not None
    return "" if known else "is not on this machine"
