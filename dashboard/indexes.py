"""Neighbours among the items of a checkpoint, how far apart they are, and how dense they lie."""

import numpy as np
import streamlit as st

from core import checkpoints, kernel_density, neighbors
from dashboard import item_data, resources
from dashboard.memo import per_run

DRAWN = 500  # items whose distances say what is usual


def density(id: str) -> kernel_density.Density:
    """How much data lies where on the plane of a checkpoint whose code has two numbers."""
    return _density(*resources.key(id, checkpoints.GALLERY))


@st.cache_resource(max_entries=12, show_spinner=False)
def _density(root: str, id: str, sha256: str) -> kernel_density.Density:
    return kernel_density.Density.fit(resources.gallery(id).z)


@per_run
def index(id: str, metric: str = "l2") -> neighbors.Index:
    """Exact neighbours among the gallery codes of a checkpoint; rows are gallery rows."""
    return _index(*resources.key(id, checkpoints.GALLERY), metric)


@st.cache_resource(max_entries=64, show_spinner=False)
def _index(root: str, id: str, sha256: str, metric: str) -> neighbors.Index:
    return neighbors.Index(resources.gallery(id).z, metric=metric)


@per_run
def feature_index(dataset: str, kind: str, metric: str = "l2") -> neighbors.Index | None:
    """Neighbours by ``pixels`` or ``histogram`` of the originals, in gallery row order; None without originals."""
    if kind not in neighbors.FEATURES:
        raise ValueError(f"feature {kind!r} is not one of {', '.join(neighbors.FEATURES)}")
    found = resources.first(dataset)
    if found is None or resources.images(dataset) is None:
        return None
    return _feature_index(*resources.key(found, checkpoints.GALLERY), kind, metric)


@st.cache_resource(max_entries=8, show_spinner=False)
def _feature_index(root: str, id: str, sha256: str, kind: str, metric: str) -> neighbors.Index | None:
    originals = item_data.originals(id, resources.gallery(id).index)
    return None if originals is None else neighbors.Index(neighbors.FEATURES[kind](originals), metric=metric)


@per_run
def nearest_distances(id: str, metric: str, feature: str = "") -> np.ndarray:
    """Distances (n,), ascending, of up to ``DRAWN`` gallery items to their nearest other, by code or feature."""
    return _nearest_distances(*resources.key(id, checkpoints.GALLERY), metric, feature)


@st.cache_resource(max_entries=64, show_spinner=False)
def _nearest_distances(root: str, id: str, sha256: str, metric: str, feature: str) -> np.ndarray:
    found = feature_index(resources.card(id).dataset, feature, metric) if feature else index(id, metric)
    if found is None or len(found) < 2:
        return np.zeros(0, np.float32)
    rows = np.random.default_rng(0).choice(len(found), min(DRAWN, len(found)), replace=False)
    return np.sort(found.search(found.vectors[rows], 1, exclude=rows).distance[:, 0])
