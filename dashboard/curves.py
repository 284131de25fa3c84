"""Numbers over epochs as lines: pure functions of arrays."""

from collections.abc import Mapping

import numpy as np
import plotly.graph_objects as go

from dashboard.figures import PALETTE, TEXT

HEIGHT = 235


def over_epochs(
    lines: Mapping[str, np.ndarray],
    *,
    title: str,
    at: int,
    level: float | None = None,
    top: float | None = None,
) -> go.Figure:
    """Lines over epochs, and an upright one at the epoch that is looked at.

    Parameters
    ----------
    lines : name -> (epochs,) numbers; where one is NaN its line has a gap.
    title : what the numbers are, with their unit.
    at : the epoch looked at, counted from 0.
    level : a number to compare with, drawn as a dotted line; None for none.
    top : where the upright axis ends; None where the numbers do.
    """
    figure = go.Figure()
    for number, (name, values) in enumerate(lines.items()):
        figure.add_scatter(
            x=np.arange(1, len(values) + 1, dtype=np.int32),
            y=np.asarray(values, np.float32),
            name=name,
            mode="lines+markers",
            line={"color": PALETTE[number], "width": 2},
            marker={"size": [9 if epoch == at else 3 for epoch in range(len(values))]},
            hovertemplate="%{y:.3f}",
        )
    shapes = [{"type": "line", "x0": at + 1, "x1": at + 1, "y0": 0, "y1": 1, "yref": "paper"}]
    if level is not None:
        shapes.append({"type": "line", "x0": 0, "x1": 1, "xref": "paper", "y0": level, "y1": level})
    for shape in shapes:
        shape |= {"line": {"color": TEXT, "width": 1, "dash": "dot"}, "opacity": 0.6, "layer": "below"}
    last = max((len(values) for values in lines.values()), default=1)
    axis = {"fixedrange": True, "zeroline": False}
    margin = 0.04 * max(last - 1, 1)
    figure.update_xaxes(
        title={"text": "epoch", "standoff": 4},
        range=[1 - margin, last + margin],
        dtick=1 if last <= 12 else 5,
        **axis,
    )
    span = {"rangemode": "tozero"} if top is None else {"range": [0, top]}
    figure.update_yaxes(nticks=5, automargin=True, **span, **axis)
    figure.update_layout(
        title={"text": title, "x": 0, "xref": "paper", "xanchor": "left", "font": {"size": 14}, "y": 0.98},
        height=HEIGHT,
        margin={"l": 8, "r": 8, "t": 52, "b": 8},
        shapes=shapes,
        hovermode="x unified",
        dragmode=False,
        showlegend=True,
        legend={"orientation": "h", "x": 0, "y": 1, "yanchor": "bottom", "itemclick": False},
    )
    return figure


def course(values: np.ndarray, *, title: str) -> go.Figure:
    """A loss (epochs,) so far, on a logarithmic axis where it is positive: late progress is small, and shows."""
    figure = go.Figure()
    figure.add_scatter(
        x=np.arange(1, len(values) + 1, dtype=np.int32),
        y=np.asarray(values, np.float32),
        mode="lines+markers" if len(values) < 3 else "lines",
        line={"color": PALETTE[0], "width": 2},
        hovertemplate="epoch %{x}: %{y:.4g}<extra></extra>",
    )
    figure.update_xaxes(title={"text": "epoch", "standoff": 4}, fixedrange=True, zeroline=False, tickformat="d")
    kind = "log" if len(values) and values.min() > 0 else "linear"
    figure.update_yaxes(type=kind, nticks=5, automargin=True, fixedrange=True, zeroline=False)
    figure.update_layout(
        title={"text": title, "x": 0, "xref": "paper", "xanchor": "left", "font": {"size": 14}, "y": 0.98},
        height=HEIGHT,
        margin={"l": 8, "r": 8, "t": 34, "b": 8},
        dragmode=False,
        showlegend=False,
    )
    return figure
