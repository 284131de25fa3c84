"""The plane of a model whose code has two numbers: what it draws at every place, and a closer look at one."""

from dataclasses import replace

import numpy as np
import streamlit as st

from core import images as pictures
from core import kernel_density
from dashboard import frame, indexes, item_data, media, resources, state
from dashboard.figures import Axes
from dashboard.items import Item

PLACE, STEP = ("map_x", "map_y"), 0.05  # keys and step of the sliders
SLIDERS = ("Across (first number)", "Up (second number)")
AXES = Axes("first number of the code", "second number", ticks=True, height=430)


def map_axes(limit: float) -> Axes:
    """Axes of the items' map that show as much as the picture of the plane does."""
    return replace(AXES, limit=limit)


def go_to(place: tuple[float, float]) -> None:
    """Move the sliders; for callbacks, before the widgets of a run exist."""
    for key, value in zip(PLACE, place, strict=True):
        st.session_state[key] = round(round(value / STEP) * STEP, 2)


@st.fragment
@frame.guard()
def explore(id: str, limit: float) -> None:
    """Two sliders, and what is at their place; rerun alone when they move."""
    left, right = st.columns(2)
    made, real = left.columns(2, wrap=False)
    with right:
        x, y = sliders(limit)
    place = np.array([[x, y]], np.float32)
    with made:
        decoded_image(id, place)
    with real:
        nearest_item(id, place)
    with right:
        near = float(indexes.density(id).at(place)[0])
        says = kernel_density.density_words(near).capitalize()
        st.progress(near, f"**{says}** ({100 * near:.0f} % of the greatest density)")


def sliders(limit: float) -> tuple[float, float]:
    """The place that is looked at."""
    for key in PLACE:
        if key in st.session_state:
            st.session_state[key] = float(np.clip(st.session_state[key], -limit, limit))
    x, y = (
        st.slider(name, -limit, limit, 0.0, STEP, key=key, bind="query-params")
        for name, key in zip(SLIDERS, PLACE, strict=True)
    )
    return x, y


def decoded_image(id: str, place: np.ndarray) -> None:
    """What the model draws at a place (1, 2)."""
    x, y = (float(value) for value in place[0])
    image = _decoded(id, media.stamp(id), x, y)
    says = f":material/auto_awesome: Made by the model at ({x:.2f}, {y:.2f})"
    st.image(image, width=140, output_format="PNG", caption=says, alt=f"decoded at {x:.2f}, {y:.2f}")


@st.cache_data(max_entries=64, show_spinner=False)
def _decoded(id: str, stamp: str, x: float, y: float) -> bytes:
    """PNG of a place; ``stamp`` is of the checkpoint. Most runs of the page have another reason than this."""
    return pictures.png(resources.runner(id).decode(np.array([[x, y]], np.float32))[0], scale=5)


def nearest_item(id: str, place: np.ndarray) -> None:
    """The gallery item nearest to a place (1, 2), to compare the decoded image with."""
    found, gallery = indexes.index(id).search(place, 1), resources.gallery(id)
    row = found.index[0]
    item = Item(state.dataset(), int(gallery.index[row[0]]))
    real = "original" if item_data.are_originals(item.dataset) else "rebuilt"
    label = resources.source(item.dataset).labels[int(gallery.label[row[0]])]
    says = f"Nearest real item ({real}): label {label}, {found.distance[0, 0]:.2f} away"
    image = pictures.png(item_data.gallery_images(id, row)[0], scale=5)
    st.image(image, width=140, output_format="PNG", caption=says, alt=f"{item.address}, {real}")
    if st.button("Show this item", key="map_nearest", help=item.address):
        state.go(item)
