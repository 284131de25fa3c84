"""Counts as a heat map, numbers as bars, differences of images as colours: pure functions of arrays."""

from collections.abc import Sequence
from html import escape

import numpy as np
import plotly.graph_objects as go

PLAIN = {"zeroline": False, "showline": False, "ticks": ""}
ROW_HEIGHT = 26
BAR_HEIGHT = 30
LETTER, LONGEST = 6, 20  # px of a letter on an axis; letters of a name there
ACROSS = 30  # letters that fit below the narrowest chart
# Orange and blue stay apart for every kind of colour vision; both show on the black ground of the images.
MISSING, ADDED = np.array([255, 150, 30]), np.array([70, 150, 255])
FULL_SCALE = 0.3  # of the range: a difference as great is as bright as can be; most are far below it


def contingency(counts: np.ndarray, *, rows: Sequence[str], columns: Sequence[str]) -> go.Figure:
    """Heat map of how the items of each row spread over the columns.

    Parameters
    ----------
    counts : (r, c) numbers of items, 0 or more.
    rows, columns : their names, first row on top; text, never markup.

    Returns
    -------
    A figure whose colours are shares of the row, 0..1, and whose texts and hovers are counts.

    Raises
    ------
    ValueError : names that do not fit ``counts``.
    """
    counts = np.asarray(counts)
    if counts.shape != (len(rows), len(columns)):
        raise ValueError(f"counts {counts.shape} do not fit {len(rows)} rows and {len(columns)} columns")
    total = counts.sum(axis=1, keepdims=True)
    share = np.divide(counts, total, out=np.zeros(counts.shape), where=total > 0)
    # An empty cell has no colour, so that the few that are filled stand out on either theme.
    shown = np.where(counts > 0, share, np.nan).astype(np.float32)
    text = np.where(counts > 0, counts.astype(str), "")
    heat = go.Heatmap(
        z=shown,
        text=text,
        customdata=np.stack([counts, np.broadcast_to(total, counts.shape)], axis=-1).astype(np.int32),
        texttemplate="%{text}",
        textfont={"size": 11},
        hovertemplate="%{y}<br>label %{x}: %{customdata[0]} of %{customdata[1]} items (%{z:.1%})<extra></extra>",
        zmin=0,
        zmax=1,
        xgap=2,
        ygap=2,
        showscale=False,  # the numbers say it already, and a phone needs the room
    )
    figure = go.Figure(heat)
    figure.update_xaxes(
        **_names(columns), side="top", title_text="label", showgrid=False, fixedrange=True, **PLAIN
    )
    figure.update_yaxes(**_names(rows), autorange="reversed", showgrid=False, fixedrange=True, **PLAIN)
    figure.update_layout(height=ROW_HEIGHT * len(rows) + 90, margin={"l": 10, "r": 10, "t": 60, "b": 10})
    return figure


def bars(
    names: Sequence[str],
    values: Sequence[float | None],
    *,
    title: str,
    form: str,
    marks: Sequence[float | None] | None = None,
    mark_name: str = "",
    best: int | None = None,
) -> go.Figure:
    """Horizontal bars, one a name, first on top.

    Parameters
    ----------
    names, values : what each bar is called and how long it is; None draws no bar.
    title : what the numbers are, with their unit.
    form : format of a number, for Python and d3 alike, as ``.4f`` or ``.0%``.
    marks, mark_name : a second number for each bar, drawn as a tick, and what it is.
    best : the bar that is drawn at full strength; None draws all so.

    Returns
    -------
    A figure whose height fits the number of bars.
    """
    strength = [1.0 if best in (None, i) else 0.45 for i in range(len(names))]
    bar = go.Bar(
        x=list(values),
        y=list(range(len(names))),
        orientation="h",
        marker={"opacity": strength},
        hovertemplate=f"%{{x:{form}}}<extra></extra>",
        name=title,
    )
    figure = go.Figure(bar)
    if marks is not None:
        tick = {"symbol": "line-ns-open", "size": 16, "line": {"width": 3}}
        hover = f"{mark_name}: %{{x:{form}}}<extra></extra>"
        figure.add_scatter(
            x=list(marks),
            y=list(range(len(names))),
            mode="markers",
            marker=tick,
            name=mark_name,
            hovertemplate=hover,
        )
    figure.update_xaxes(title_text=title, rangemode="tozero", fixedrange=True)
    # A value inside a short bar cannot be read, and behind it stands the mark: it goes beside the name.
    told = [
        name if value is None else f"{name}  {value:{form}}" for name, value in zip(names, values, strict=True)
    ]
    figure.update_yaxes(**_names(told), autorange="reversed", fixedrange=True, showgrid=False)
    figure.update_layout(
        height=BAR_HEIGHT * len(names) + 80 + 30 * (marks is not None),
        margin={"l": 10, "r": 10, "t": 10, "b": 10},
        bargap=0.25,
        showlegend=marks is not None,
        legend={"orientation": "h", "yanchor": "bottom", "y": 1, "x": 0},
    )
    return figure


def histogram(names: Sequence[str], counts: np.ndarray) -> go.Figure:
    """Small upright bars: how many items have each of (n,) names."""
    text = [f"{count:,}" if count else "" for count in counts]
    hover = "%{customdata}: %{y:,} items<extra></extra>"
    bar = go.Bar(
        y=np.asarray(counts, np.int32), text=text, customdata=list(map(escape, names)), hovertemplate=hover
    )
    figure = go.Figure(bar.update(textposition="outside", cliponaxis=False))
    slots = max(3, len(names))  # a single bar would be as wide as the figure
    figure.update_xaxes(
        **_names([short(name) for name in names]),
        range=[-0.5, slots - 0.5],
        ticklabeloverflow="allow",  # else a wide first name is left out
        fixedrange=True,
    )
    figure.update_yaxes(visible=False, fixedrange=True, rangemode="tozero")
    longest = max((len(short(name)) for name in names), default=0)
    upright = slots * longest > ACROSS  # Plotly turns names that have no room, and cuts those that are too high
    figure.update_layout(
        height=140 + upright * LETTER * longest,
        margin={"l": 0, "r": 0, "t": 20, "b": 0},
        bargap=0.2,
        showlegend=False,
    )
    return figure


def short(name: str) -> str:
    """A name as an axis has room for it."""
    return name if len(name) <= LONGEST else f"{name[: LONGEST - 1]}…"


def folded(names: Sequence[str], counts: np.ndarray, most: int) -> tuple[list[str], np.ndarray]:
    """At most ``most`` of (k,) names and their counts (..., k): the commonest as they stand, all others as one.

    A chart of hundreds of labels cannot be read.
    """
    if len(names) <= most:
        return list(names), counts
    total = counts.reshape(-1, len(names)).sum(axis=0)
    kept = np.sort(np.argsort(-total, kind="stable")[: most - 1])
    others = counts.sum(axis=-1, keepdims=True) - counts[..., kept].sum(axis=-1, keepdims=True)
    shown = [*(names[i] for i in kept), f"{len(names) - len(kept)} others"]
    return shown, np.append(counts[..., kept], others, axis=-1)


def _names(names: Sequence[str]) -> dict[str, object]:
    """Axis settings that write ``names`` at 0, 1, 2, ...; Plotly would run a name as markup, and 7 as a number."""
    return {
        "tickmode": "array",
        "tickvals": list(range(len(names))),
        "ticktext": [escape(name) for name in names],
        "automargin": True,
    }


def difference(original: np.ndarray, rebuilt: np.ndarray, *, signed: bool) -> np.ndarray:
    """Picture of how two images differ.

    Parameters
    ----------
    original, rebuilt : (..., H, W, C) uint8 of one shape.
    signed : orange where the original is brighter, blue where the rebuilt one is; otherwise grey, by size alone.

    Returns
    -------
    (..., H, W, 3) uint8; black where they agree, full brightness from a difference of 0.3 of the range.

    Raises
    ------
    ValueError : images of different shapes.
    """
    if original.shape != rebuilt.shape:
        raise ValueError(f"images of shapes {original.shape} and {rebuilt.shape} cannot be compared")
    change = (original.astype(np.float32) - rebuilt).mean(axis=-1, keepdims=True) / 255
    return _colours(change, signed)


def scale(*, signed: bool, width: int = 224, height: int = 14) -> np.ndarray:
    """The colours of `difference` from the least to the greatest difference: (height, width, 3) uint8."""
    ramp = np.linspace(FULL_SCALE if signed else 0, -FULL_SCALE if signed else FULL_SCALE, width)
    return _colours(np.broadcast_to(ramp[None, :, None], (height, width, 1)), signed)


def _colours(change: np.ndarray, signed: bool) -> np.ndarray:
    strength = np.clip(np.abs(change) / FULL_SCALE, 0, 1)
    hue = np.where(change > 0, MISSING, ADDED) if signed else np.full(3, 255)
    return np.rint(strength * hue).astype(np.uint8)
