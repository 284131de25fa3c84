"""What follows someone from page to page: the data set, the item, the selection, and the URL that reopens them."""

import hashlib
import re

import numpy as np
import streamlit as st

from dashboard import address, items, resources, words
from dashboard.items import Item, upload_image

DATA = "data"  # key of the data set widget, and its name in the URL
ITEM = "item"
BROUGHT = "brought"  # in a slide's link: when the set was brought that it is of
UPLOADS = 20  # kept for one session
EXAMPLES = {"digits": 92, "fashion": 66_723}  # what a first visit opens on, where it is here
SMILES = {"Smiling": 1, "Young": 1, "Male": 0, "Eyeglasses": 0}  # what the probe says of the face that it opens on
SURE = 100  # faces of which it says so most surely


def dataset() -> str:
    """The current data set."""
    name = st.session_state.get(DATA)
    return name if name in resources.explored() else resources.explored()[0]


def sync() -> None:
    """Adopt what the URL names when it changed outside, and let it say what is current. Runs before any widget.

    ``item`` names its data set too; ``data`` is a shorter way in, and leaves the URL once it was read.
    """
    if asked := address.asked(DATA):
        if asked in resources.explored():
            st.session_state[DATA] = asked
        else:
            notice(f"There is no data set '{plain(asked)}'; there are: {', '.join(resources.explored())}.")
    address.drop(DATA)
    if asked := address.asked(ITEM):
        _adopt(asked)
    if asked := address.asked(BROUGHT):
        now = resources.brought(dataset())
        if asked != now:
            title = resources.source(dataset()).title
            notice(
                f"This link is of “{words.literal(title)}” as it was brought on {plain(asked)[:10]}. The set was "
                "brought anew since: places in it may have other pictures now."
            )
    address.drop(BROUGHT)
    address.complete(ITEM, current_item().address)


def _adopt(asked: str) -> None:
    known = resources.explored()
    try:
        item = items.parse(asked, dataset(), known)
        if item.is_upload and not exists(item):  # Back may lead to one of another data set
            found = (items.parse(asked, name, known) for name in known)
            item = next((other for other in found if exists(other)), item)
    except ValueError:
        return notice(f"The link names no item: '{plain(asked)}'. Showing {current_item().address} instead.")
    if not exists(item):
        reason = "is an upload of another session" if item.is_upload else "is not on this machine"
        return notice(f"{item.address} {reason}. Showing {current_item().address} instead.")
    if item.dataset != dataset():
        st.session_state[DATA] = item.dataset
    st.session_state.setdefault("_items", {})[item.dataset] = item


def exists(item: Item) -> bool:
    """Whether an item can be shown here: an upload of this session, or one that a source or a gallery holds."""
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
    if item is None or not exists(item):
        item = example(name)
        st.session_state["_items"][name] = item
    return item


def example(name: str) -> Item:
    """What a first visit of data set ``name`` opens on."""
    if (face := _face(name)) is not None:
        return Item(name, face)
    preferred, here = Item(name, EXAMPLES.get(name, 0)), indices(name)
    return preferred if exists(preferred) or not len(here) else Item(name, int(here[len(here) // 2]))


def _face(name: str) -> int | None:
    """Place of a sampled face, the most ordinary of those that the probe surely calls a smiling woman.

    None for a data set without directions.
    """
    first = resources.first(name)
    known = None if first is None else resources.directions(first)
    if first is None or known is None:
        return None
    gallery = resources.gallery(first)
    if gallery.attributes is None:
        return None
    wanted = {known.labels.index(label): value for label, value in SMILES.items() if label in known.labels}
    off = np.abs(gallery.attributes[:, list(wanted)] - np.array(list(wanted.values()), np.float32))
    sure = np.argsort(off.sum(axis=1), kind="stable")[:SURE]
    away = np.linalg.norm(gallery.z[sure] - gallery.z[sure].mean(axis=0), axis=1)
    return int(gallery.index[sure[away.argmin()]])


def select(item: Item, *, step: bool = True) -> None:
    """Make ``item`` the current one, in the session and the URL, there as a ``step`` of the browser's history."""
    if item.dataset != dataset() or not exists(item):
        raise ValueError(f"{item.address} is not an item of {dataset()!r} on this machine")
    st.session_state.setdefault("_items", {})[item.dataset] = item
    if step:
        address.choose({ITEM: item.address})
    else:
        address.complete(ITEM, item.address)


def go(item: Item) -> None:
    """Show ``item`` as the current one in a run of its own."""
    if item != current_item():
        select(item)
        st.rerun()


def surprise() -> None:
    """Make another item of the current data set the current one, at random; for callbacks."""
    place = items.drawn(indices(dataset()), current_item().index)
    if place is not None:
        select(Item(dataset(), place))


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


def last(name: str) -> int:
    """The highest place of an item of data set ``name``, here or not: sampled items come after all others."""
    first = resources.first(name)
    shipped = np.zeros(0, np.int64) if first is None else resources.gallery(first).index
    return max(resources.source(name).size - 1, int(shipped[-1]) if len(shipped) else 0)


def is_sampled(item: Item) -> bool:
    """Whether a model made this item, so that there is no original anywhere."""
    return item.index >= resources.source(item.dataset).size


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
    st.session_state.setdefault("_outlines", {}).pop(dataset(), None)  # what was drawn made another selection


def clear_selection() -> None:
    """Forget the selection of the current data set."""
    set_selection([])


def switch_dataset(name: str) -> None:
    """Make ``name`` the current data set; for callbacks, before the widget of a run exists."""
    st.session_state[DATA] = name
    dataset_chosen()


def dataset_chosen() -> None:
    """Write the item of the data set that was chosen into the URL; for callbacks."""
    address.choose({ITEM: current_item().address})


def plain(asked: str) -> str:
    """What a link says, without what Markdown would make a picture or a link of."""
    return re.sub(r"[^\w/ .-]", "", asked)[:40]


def notice(text: str) -> None:
    """Say something once, at the top of the next page that is drawn."""
    st.session_state.setdefault("_notices", []).append(text)


def flush_notices() -> None:
    """Show what ``notice`` collected."""
    for text in st.session_state.pop("_notices", []):
        st.info(text, icon=":material/info:")
