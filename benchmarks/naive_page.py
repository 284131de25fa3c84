"""The page that all maps are measured against: plain Streamlit and Plotly on the same items, nothing more.

``streamlit run benchmarks/naive_page.py``. It is written as the documentation shows, and nothing in it is slow on
purpose: arrays of small types, cached figures, one custom column.
"""

import os

import numpy as np
import pandas as pd
import plotly.express as px
import plotly.graph_objects as go
import streamlit as st

from benchmarks.scale_points import synthetic
from core import checkpoints, datasets, itemmap
from core.datasets import SOURCES
from core.settings import ROOT, Settings

MODEL = "fashion-vae-2d-conv"
SAMPLE = 24  # pictures shown of a selection
N = int(os.environ.get("BENCH_POINTS", "0"))  # synthetic points; 0 for the data set


@st.cache_resource
def pictures() -> np.ndarray:
    """All originals (n, 28, 28) uint8."""
    found = datasets.load("fashion", Settings.from_environment())
    if found is None:
        raise RuntimeError("Fashion-MNIST is not on this machine")
    return found.images[..., 0]


@st.cache_data
def points() -> pd.DataFrame:
    """Every item: where it lies, its label, its error, its place in the data set."""
    if N:
        xy, label, error = synthetic(N)
    else:
        found = itemmap.load(ROOT / "checkpoints" / MODEL / checkpoints.MAP)
        xy, label, error = found.xy, found.label, found.error
    names = np.array(SOURCES["fashion"].labels)[label]
    columns = {
        "x": xy[:, 0],
        "y": xy[:, 1],
        "label": names,
        "error": error,
        "item": np.arange(len(xy), dtype="i4"),
    }
    return pd.DataFrame(columns)


@st.cache_resource
def chart(colour: str) -> go.Figure:
    """The scatter plot."""
    figure = px.scatter(
        points(), x="x", y="y", color=colour, custom_data=["item"], render_mode="webgl", height=600
    )
    return figure.update_traces(marker_size=3).update_layout(dragmode="pan")


st.set_page_config(layout="wide")
st.title("70,000 articles")
left, right = st.columns([14, 5])
with left:
    colour = st.selectbox("Colour", ["label", "error"], key="colour")
    event = st.plotly_chart(
        chart(colour),
        key="map",
        on_select="rerun",
        selection_mode=("points", "box", "lasso"),
        config={"scrollZoom": True},
    )
chosen = [int(point["customdata"]["0"]) % len(pictures()) for point in event.selection.points]
with right:
    with st.container(key="picked"):
        if len(chosen) == 1:
            st.image(pictures()[chosen[0]], f"item {chosen[0]}", width=112, output_format="PNG")
    at = st.slider("Item", 0, 999, 0, key="along")
    with st.container(key="frame"):
        st.image(pictures()[at], width=112, output_format="PNG")
with st.container(key="chosen"):
    if len(chosen) > 1:
        st.write(f"{len(chosen):,} selected")
        rows = np.array(chosen)[np.linspace(0, len(chosen) - 1, min(SAMPLE, len(chosen))).astype(int)]
        st.image(list(pictures()[rows]), width=56, output_format="PNG")
