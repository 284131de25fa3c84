"""Pictures of items, as they were taken or as a model rebuilds them, and their codes."""

import numpy as np
import streamlit as st

from core import checkpoints
from dashboard import resources
from dashboard.items import Item, upload_image
from dashboard.memo import per_run


def are_originals(dataset: str) -> bool:
    """Whether gallery items can be shown as they are, not only as the decoder rebuilds them."""
    own = resources.first(dataset)
    return resources.images(dataset) is not None and (own is None or not is_sampled(own))


def gallery_images(id: str, rows: np.ndarray) -> np.ndarray:
    """Pictures (n, H, W, C) uint8 of gallery rows: originals where they are here, otherwise reconstructions."""
    return looks(id, resources.gallery(id).index[np.asarray(rows, np.int64)])


def originals(id: str, items: np.ndarray) -> np.ndarray | None:
    """Originals of items of a checkpoint's data set, or None unless all are here."""
    found = resources.images(resources.card(id).dataset)
    if found is None:
        return None
    places = [found.rows.get(int(item), -1) for item in items]
    return None if -1 in places else found.images[np.array(places, np.int64)]


def reconstructions(id: str, rows: np.ndarray) -> np.ndarray:
    """Pictures (n, H, W, C) uint8 decoded from the codes of gallery rows; read-only."""
    return _reconstructions(
        *resources.key(id, checkpoints.MODEL),
        np.ascontiguousarray(rows, np.int64).tobytes(),
        resources.device().name,
    )


@st.cache_resource(max_entries=64, show_spinner=False)
def _reconstructions(root: str, id: str, sha256: str, rows: bytes, device: str) -> np.ndarray:
    decoded = resources.runner(id).decode(resources.gallery(id).z[np.frombuffer(rows, np.int64)])
    decoded.flags.writeable = False
    return decoded


def are_here(id: str, items: np.ndarray) -> np.ndarray:
    """Which items (n,) of a checkpoint's data set have a picture here: (n,) bool."""
    found, own = resources.images(resources.card(id).dataset), resources.gallery(id)
    held = [own.rows] if found is None else [found.rows, own.rows]
    return np.array([any(item in rows for rows in held) for item in items.tolist()], bool)


def looks(id: str, items: np.ndarray) -> np.ndarray:
    """Pictures (n, H, W, C) uint8 of items: originals where all are here, else rebuilt; ValueError for another."""
    found = originals(id, items)
    if found is not None:
        return found
    rows = [resources.gallery(id).row(int(item)) for item in items]
    if None in rows:
        raise ValueError(f"item {items[rows.index(None)]} is not on this machine")
    return reconstructions(id, np.array(rows, np.int64))


def original(item: Item) -> np.ndarray | None:
    """Pixels (H, W, C) uint8 of an item as it was taken or uploaded; None where they are not here."""
    if item.is_upload:
        return upload_image(item)
    found = resources.images(item.dataset)
    return None if found is None else found.image(item.index)


@per_run
def code(id: str, item: Item) -> np.ndarray:
    """Code (d,) float32 of an item: from the gallery or the map of all items, otherwise encoded from its pixels.

    Raises
    ------
    ValueError
        If neither holds the item and its pixels are not here.
    """
    row = resources.gallery(id).row(item.index)
    if row is not None:
        return resources.gallery(id).z[row]
    shipped = resources.item_map(id)
    if shipped is not None and 0 <= item.index < len(shipped):
        return shipped.xy[item.index]
    pixels = original(item)
    if pixels is None:
        raise ValueError(f"{item.address} is not in the gallery of {id}, and its original is not on this machine")
    return resources.runner(id).encode(pixels[None])[0]


def is_sampled(id: str) -> bool:
    """Whether a checkpoint's gallery holds what the model made, not items of the data set."""
    own = resources.gallery(id)
    return bool(len(own)) and int(own.index[0]) >= resources.source(resources.card(id).dataset).size
