"""The plain search beside: products whose pictures have the same colours, whatever they are."""

import numpy as np
import streamlit as st

from core import checkpoints, colours
from dashboard import resources, shop
from dashboard.memo import per_run
from dashboard.shop import Answer, Query


def table() -> np.ndarray | None:
    """Counts of colours (n, b) of all `shop.items`; None where none are shipped and no pictures are here."""
    return _table(shop.wares().text, shop.dataset())


@per_run
def _table(text: str, dataset: str) -> np.ndarray | None:
    shipped = shop.items().colours
    if shipped is not None:
        return shipped
    return _counted(*resources.key(text, checkpoints.ITEMS), resources.images(dataset) is not None)


@st.cache_resource(max_entries=2, show_spinner="Counting colours")
def _counted(root: str, id: str, sha256: str, originals: bool) -> np.ndarray | None:
    pictures = shop.pictures(np.arange(len(shop.items())))
    return None if pictures is None else colours.counts(pictures)


def best(picture: np.ndarray, query: Query, *, k: int) -> Answer | None:
    """The ``k`` of a query's possible answers that share most colours with a picture (H, W, C) uint8."""
    counts = table()
    if counts is None:
        return None
    return shop.ranked(colours.shared(colours.counts(picture[None])[0], counts), query, k=k)


def in_both(one: np.ndarray, other: np.ndarray) -> int:
    """How many of the rows (k,) of one ranking are among those of another."""
    return len(np.intersect1d(one, other))
