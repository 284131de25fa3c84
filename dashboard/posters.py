"""Pictures of a whole checkpoint, made once: a strip of its labels, and posters."""

import numpy as np
import streamlit as st

from core import checkpoints
from dashboard import item_data, resources, samples


def strip(id: str) -> bytes:
    """PNG of one item of each label: originals above where they are here, rebuilt below."""
    return _strip(*resources.key(id, checkpoints.MODEL), item_data.are_originals(resources.card(id).dataset))


@st.cache_data(max_entries=64, show_spinner=False)
def _strip(root: str, id: str, sha256: str, with_originals: bool) -> bytes:
    own, reference = resources.gallery(id), resources.gallery(resources.first(resources.card(id).dataset) or id)
    # The same items for every model of a data set, so that their cards can be compared.
    rows = samples.one_of_each(reference if np.array_equal(reference.index, own.index) else own)
    rebuilt, originals = (
        item_data.reconstructions(id, rows),
        item_data.originals(id, own.index[rows]) if with_originals else None,
    )
    return samples.strip(rebuilt if originals is None else np.concatenate([originals, rebuilt]), len(rows))


def poster(id: str, kind: str) -> bytes:
    """PNG of a square of pictures; ``kind`` is one of ``samples.POSTERS``."""
    return _poster(
        *resources.key(id, checkpoints.MODEL), kind, item_data.are_originals(resources.card(id).dataset)
    )


@st.cache_data(max_entries=32, show_spinner=False)
def _poster(root: str, id: str, sha256: str, kind: str, with_originals: bool) -> bytes:
    return samples.poster(
        kind, resources.runner(id), resources.gallery(id), lambda rows: item_data.gallery_images(id, rows)
    )
