"""The dashboard with as many synthetic points on its map as BENCH_POINTS says; nothing else is changed."""

import os

import numpy as np
import streamlit as st

from benchmarks.scale_points import synthetic
from core.settings import ROOT
from dashboard import maps, media

N = int(os.environ["BENCH_POINTS"])


def points(id: str, kind: str) -> maps.MapPoints:
    """The same points whatever is asked for."""
    return POINTS


def _points() -> maps.MapPoints:
    xy, label, error = synthetic(N)
    return maps.MapPoints(np.arange(N), xy, label.astype(np.int64), error)


POINTS = _points()
maps.points = points
app = st.App(ROOT / "dashboard" / "shell.py", routes=media.routes())
