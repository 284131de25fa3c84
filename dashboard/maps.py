"""What a map shows: the points of every kind of map that a checkpoint has."""

from dataclasses import dataclass

import numpy as np
import streamlit as st

from core import checkpoints, geometry, images, projection, square
from core.selection import Outline, inside
from dashboard import auditing, figures, issue_columns, item_data, resources
from dashboard.items import Item
from dashboard.memo import per_run

KINDS = {"plane": "Plane", "umap": "UMAP", "pca": "PCA"}


@dataclass(frozen=True, eq=False)
class MapPoints:
    """Items on a map, all arrays read-only and in one order.

    Attributes
    ----------
    index : (n,) int64, places in the full data set, ascending.
    xy : (n, 2) float32.
    label : (n,) int64.
    error : (n,) float32, mean squared error per pixel.
    category, realism : (n,) int64 and float32, where the checkpoint knows them.
    """

    index: np.ndarray
    xy: np.ndarray
    label: np.ndarray
    error: np.ndarray
    category: np.ndarray | None = None
    realism: np.ndarray | None = None

    def __len__(self) -> int:
        return len(self.index)


@per_run
def kinds(id: str) -> list[str]:
    """Names of a checkpoint's maps, best first. A code of two numbers is its own map; else PCA is always there."""
    gallery = resources.gallery(id)
    if gallery.z.shape[1] == 2:
        return ["plane"]
    return [name for name in KINDS if name in gallery.maps or name == "pca"]


@per_run
def points(id: str, kind: str) -> MapPoints:
    """The points of a map.

    All items of the data set where the map ships them and every original is on this machine; else the gallery's.

    Raises
    ------
    ValueError : the checkpoint has no such map.
    """
    if kind not in kinds(id):
        raise ValueError(f"{id} has no map {kind!r}; it has: {', '.join(kinds(id))}")
    return _points(*version(id), kind)


@per_run
def version(id: str) -> tuple[str, str, str, bool]:
    """All that the points of a checkpoint's maps depend on."""
    card = resources.card(id)
    images = resources.images(card.dataset)
    whole = images is not None and len(images) == resources.source(card.dataset).size
    file = checkpoints.MAP if whole and checkpoints.MAP in card.sha256 else checkpoints.GALLERY
    return str(resources.root(id)), id, card.sha256[file], file == checkpoints.MAP


@st.cache_resource(max_entries=24, show_spinner=False)
def _points(root: str, id: str, sha256: str, whole: bool, kind: str) -> MapPoints:
    found = resources.item_map(id) if whole and kind == "plane" else None
    if found is not None:
        made = MapPoints(np.arange(len(found)), found.xy, found.label.astype(np.int64), found.error)
    else:
        gallery = resources.gallery(id)
        own = gallery.index, map_of(id, kind), gallery.label, gallery.error
        made = MapPoints(*own, gallery.category, gallery.realism)
    for array in vars(made).values():
        if array is not None:
            array.flags.writeable = False
    return made


def map_of(id: str, kind: str) -> np.ndarray:
    """Coordinates (n, 2) float32 of the gallery's items."""
    gallery = resources.gallery(id)
    if kind == "plane":
        return gallery.z
    return gallery.maps[kind] if kind in gallery.maps else projection.fit_pca(gallery.z).place(gallery.z)


def holds(found: MapPoints, item: Item) -> bool:
    """Whether an item is among a map's points."""
    at = int(np.searchsorted(found.index, item.index))
    return at < len(found.index) and int(found.index[at]) == item.index


def place_of(id: str, kind: str, item: Item) -> np.ndarray:
    """Where (2,) an item lies that is not among a map's points; it is encoded and placed there."""
    code = item_data.code(id, item)[None]
    if kind == "plane":
        return code[0]
    gallery = resources.gallery(id)
    if kind == "umap":
        return projection.place_umap(code, gallery.z, map_of(id, kind))[0]
    return projection.fit_pca(gallery.z).place(code)[0]


def limit(id: str) -> float:
    """Half-width of the central square of a checkpoint's plane."""
    return _limit(*version(id))


@st.cache_resource(max_entries=24, show_spinner=False)
def _limit(root: str, id: str, sha256: str, whole: bool) -> float:
    return square.half_width(points(id, "plane").xy)


def block(id: str, kind: str) -> bytes:
    """The points of a map for the browser."""
    return _block(*version(id), kind, auditing.stamp(resources.card(id).dataset))


@st.cache_resource(max_entries=12, show_spinner=False)
def _block(root: str, id: str, sha256: str, whole: bool, kind: str, issues: str) -> bytes:
    found = points(id, kind)
    columns: dict[str, np.ndarray] = {
        "x": found.xy[:, 0].astype(np.float32),
        "y": found.xy[:, 1].astype(np.float32),
        "id": found.index.astype(np.uint32),
        "label": _numbers(found.label),
        "error": found.error.astype(np.float32),
    }
    if found.category is not None:
        columns["category"] = _numbers(found.category)
    if found.realism is not None:
        columns["realism"] = found.realism.astype(np.float32)
    columns |= issue_columns.columns(resources.card(id).dataset, found.index)
    facts: dict[str, float] = {}
    if kind == "plane":
        facts = {"limit": limit(id), "cells": square.CELLS}
        shipped = resources.item_map(id) if whole else None
        density = square.density(found.xy, limit(id)) if shipped is None else shipped.density
        columns["density"] = np.rint(255 * np.sqrt(density.ravel())).astype(np.uint8)
    return geometry.pack(columns, **facts)


def _numbers(group: np.ndarray) -> np.ndarray:
    """Numbers of groups in a type that a block can hold, bytes where they fit."""
    return group.astype(np.uint8 if group.max(initial=0) < 256 else np.uint32)


def tints(id: str, kind: str, column: str, groups: int) -> tuple[int, ...]:
    """Places on the palette of the groups of a column: where there are more, far groups share one."""
    if groups <= len(figures.PALETTE):
        return tuple(range(groups))
    return _tints(*version(id), kind, column, groups)


@st.cache_resource(max_entries=24, show_spinner=False)
def _tints(root: str, id: str, sha256: str, whole: bool, kind: str, column: str, groups: int) -> tuple[int, ...]:
    found = points(id, kind)
    return tuple(figures.spread_colours(found.xy, getattr(found, column), groups, len(figures.PALETTE)).tolist())


def atlas(id: str) -> bytes:
    """PNG of what a model of two numbers draws at the middles of the cells of its plane's square."""
    return _atlas(*version(id), resources.card(id).sha256[checkpoints.MODEL])


@st.cache_resource(max_entries=6, show_spinner=False)
def _atlas(root: str, id: str, sha256: str, whole: bool, model: str) -> bytes:
    drawn = resources.runner(id).decode(square.places(limit(id)))
    return images.png(images.sheet(drawn, columns=square.CELLS))


def within(outline: Outline) -> np.ndarray:
    """Indices (n,) int64 of the items that an outline holds, ascending.

    Raises
    ------
    ValueError : no such map here.
    """
    if outline.map not in resources.cards():
        raise ValueError(f"there is no model {outline.map!r} here")
    found = points(outline.map, outline.kind)
    keep = inside(outline.corners, found.xy)
    column: np.ndarray | None = None
    if outline.column == issue_columns.STATE:
        column = issue_columns.state_of(resources.card(outline.map).dataset, found.index)
    elif outline.column in ("label", "category"):
        column = getattr(found, outline.column, None)
    if column is not None and outline.hidden:
        keep &= ~np.isin(column, outline.hidden)
    return found.index[keep]
