"""A Plotly chart on a page, which can be pinned as it is seen."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import plotly.graph_objects as go
import streamlit as st

from core.board import Look
from dashboard import chart_picture, mapshot, seen
from dashboard.chart_paint import Paint

PLAIN = {"displayModeBar": False}


def chart(figure: go.Figure, *, key: str, alt: str, **more: Any) -> None:
    """Draw a figure of what `chart_picture` knows; ``alt`` says what it shows."""
    tell(figure, key=key, alt=alt)
    st.plotly_chart(figure, key=key, config=PLAIN, alt=alt, **more)


def tell(figure: go.Figure, *, key: str, alt: str) -> None:
    """Let a chart that is drawn elsewhere be pinned."""

    def draw(query: Mapping[str, str], look: Look) -> np.ndarray:
        titles = (figure.layout.xaxis.title.text, figure.layout.yaxis.title.text)
        paint = Paint(look, mapshot.groups(look), mapshot.ramp(look))
        return chart_picture.drawn(figure, paint, title="" if any(titles) else alt)

    seen.tell(key, seen.Seen(caption=f"{alt}.", draw=draw))
