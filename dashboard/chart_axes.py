"""How far the axes of a Plotly figure reach and what stands at them, where no browser works that out."""

from dataclasses import dataclass
from html import unescape
from typing import Any

import numpy as np
import plotly.graph_objects as go

ABOUT = 5  # ticks of an axis that says nothing of them
AIR = 0.04  # of a span, kept free at each of its ends


@dataclass(frozen=True)
class Axis:
    """An axis.

    Attributes
    ----------
    low, high : what it spans; decimal logarithms where ``log``.
    flipped : whether it begins at the top, or at the right.
    ticks : what is written, and where.
    title : of the axis; "" for none.
    """

    low: float
    high: float
    log: bool
    flipped: bool
    ticks: tuple[tuple[float, str], ...]
    title: str

    def share(self, values: Any) -> np.ndarray:
        """How far along the axis values lie: 0 at its left or bottom end, 1 at the other."""
        found = np.asarray(values, np.float64)
        if self.log:
            found = np.log10(np.maximum(found, 1e-300))
        along = (found - self.low) / (self.high - self.low)
        return 1 - along if self.flipped else along


def axis(figure: go.Figure, name: str) -> Axis:
    """The axis "x" or "y" of a figure of bars, lines, points or cells."""
    layout = figure.layout[f"{name}axis"]
    parts = [reach(trace, name) for trace in figure.data]
    values = np.concatenate([part[np.isfinite(part)] for part in parts]) if parts else np.zeros(0)
    log = layout.type == "log"
    if log:
        values = np.log10(values[values > 0])
    low, high = (float(values.min()), float(values.max())) if len(values) else (0.0, 1.0)
    if layout.range is not None:
        low, high = (float(value) for value in layout.range)
    elif not any(trace.type == "heatmap" for trace in figure.data):
        nothing = not log and (layout.rangemode == "tozero" or any(trace.type == "bar" for trace in figure.data))
        air = AIR * max(high - low, 1e-9)
        written = any(
            trace.type == "bar" and trace.text is not None and length(trace) == name for trace in figure.data
        )
        low, high = (min(0.0, low) if nothing and low >= 0 else low - air), high + (3 if written else 1) * air
    if high <= low:
        high = low + 1.0
    shown = layout.visible is not False and layout.showticklabels is not False
    title = layout.title.text or ""
    return Axis(low, high, log, layout.autorange == "reversed", ticks(layout, low, high) if shown else (), title)


def reach(trace: Any, name: str) -> np.ndarray:
    """All values of a trace along an axis, float64."""
    if trace.type == "heatmap":
        return np.array([-0.5, np.asarray(trace.z).shape[name == "x"] - 0.5])
    given = trace[name]
    if trace.type != "bar":
        return np.asarray(given, np.float64)
    if name == length(trace):
        return np.array([0.0, *(value for value in given if value is not None)], np.float64)
    places = positions(trace)
    return np.array([places.min(initial=0) - 0.5, places.max(initial=0) + 0.5])


def length(bar: Any) -> str:
    """The axis along which bars grow."""
    return "x" if bar.orientation == "h" else "y"


def positions(bar: Any) -> np.ndarray:
    """Where bars stand on the other axis: (n,)."""
    given = bar["y" if length(bar) == "x" else "x"]
    return np.arange(len(bar[length(bar)]), dtype=np.float64) if given is None else np.asarray(given, np.float64)


def ticks(layout: Any, low: float, high: float) -> tuple[tuple[float, str], ...]:
    """What is written along an axis that spans ``low`` to ``high``, by value."""
    if layout.tickvals is not None:
        return tuple((float(v), unescape(str(t))) for v, t in zip(layout.tickvals, layout.ticktext, strict=True))
    if layout.type == "log":
        powers = range(int(np.floor(low)), int(np.ceil(high)) + 1)
        steps = (1,) if high - low > 2 else (1, 2, 5)
        every = [step * 10.0**power for power in powers for step in steps]
        return tuple((value, f"{value:g}") for value in every if low <= np.log10(value) <= high)
    step = float(layout.dtick or nice((high - low) / ABOUT))
    every = [step * number for number in range(int(np.ceil(low / step)), int(np.floor(high / step + 1e-9)) + 1)]
    return tuple((value, f"{value:.6g}") for value in every)


def nice(step: float) -> float:
    """1, 2 or 5 times a power of ten, not below ``step``."""
    power = 10.0 ** np.floor(np.log10(max(step, 1e-12)))
    return float(next(times * power for times in (1, 2, 5, 10) if times * power >= step * (1 - 1e-9)))
