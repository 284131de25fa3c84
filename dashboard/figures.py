"""Plotly figures of latent maps. Pure functions of arrays; nothing here knows of models or of Streamlit.

Coordinates are float32, identities int32, colour codes int8: Plotly then sends them as bytes. A figure is built
in one go, as every later change of a Plotly figure is slow.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import plotly.graph_objects as go
from numpy.typing import NDArray

F32 = NDArray[np.float32]
I64 = NDArray[np.int64]

# Stand-ins that Streamlit's chart theme replaces in the browser (elements/lib/streamlit_plotly_theme.py there), so
# that one figure suits the light and the dark page without being built again.
PALETTE = tuple(f"#0000{i:02d}" for i in range(1, 11))
RAMP = tuple(f"#0000{i:02d}" for i in range(13, 21))  # from its third step: the first two vanish on the page
TEXT, PAGE = "#000037", "#000038"
GREY = "#8b9494"  # of what steps back; seen on either page

FADED = 0.3  # opacity of the points beside a picked one
WRITTEN = 30  # names on a map, as more would cover it; groups of a legend
EMPTY = -1  # what a clickable place without an item reports as its item


@dataclass(frozen=True, eq=False)
class Points:
    """What is on a map: coordinates (n, 2), item indices (n,) that a click reports, and the items' data set."""

    xy: F32
    item: I64
    dataset: str
    size: float = 5.0


@dataclass(frozen=True)
class Axes:
    """Titles; whether numbers and scale mean anything; half-width shown (None: all points); pixels in height."""

    x: str = ""
    y: str = ""
    ticks: bool = False
    equal: bool = True
    limit: float | None = None
    height: int = 560


def by_group(
    points: Points,
    group: I64,
    names: Sequence[str],
    *,
    axes: Axes,
    written: bool = True,
    tints: Sequence[int] = (),
) -> go.Figure:
    """Points coloured by up to ten groups: one trace each, so that the legend hides and isolates them.

    Parameters
    ----------
    group : (n,) number of each point's group.
    names : of the groups; those without points are left out.
    written : also write the names on the map.
    tints : place of each group's colour on the palette, one beyond it for grey; as they come by default.
    """
    traces, shades = [], (*PALETTE, GREY)
    for number, name in enumerate(names):
        here = np.flatnonzero(group == number)
        if here.size:
            marker = {"color": shades[tints[number]] if tints else PALETTE[number % len(PALETTE)]}
            traces.append(_points(points, here, f"<b>{name}</b>", marker, name=name))
    legend = {"orientation": "h", "x": 0, "y": 0, "yref": "container", "yanchor": "bottom"}
    legend |= {"itemsizing": "constant", "entrywidth": 0}
    return _map(traces, axes, annotations=_names(points.xy, group, names) if written else [], legend=legend)


def by_many_groups(
    points: Points, group: I64, names: Sequence[str], *, axes: Axes, written: bool = True, kind: str = "category"
) -> go.Figure:
    """Points coloured by more groups than there are colours; equal ones lie far apart. Arguments: `by_group`.

    ``kind`` is what a group is called. There is no legend.
    """
    k = len(names)
    colours = [PALETTE[c] for c in spread_colours(points.xy, group, k, len(PALETTE))]
    scale = [(edge, colour) for i, colour in enumerate(colours) for edge in (i / k, (i + 1) / k)]
    marker = {"color": group.astype(np.int16 if k > 127 else np.int8), "colorscale": scale}
    marker |= {"cmin": -0.5, "cmax": k - 0.5, "showscale": False}
    trace = _points(points, np.arange(len(group)), f"<b>{kind} %{{text}}</b>", marker)
    trace.text = np.array(names)[group]
    return _map([trace], axes, annotations=_names(points.xy, group, names) if written else [])


def by_value(points: Points, value: F32, *, title: str, axes: Axes) -> go.Figure:
    """Points coloured by a number, on a ramp that is even in lightness and ends at the strong side.

    Parameters
    ----------
    value : (n,) numbers; the ramp spans their 1st to 99th percentile, so that an outlier does not flatten it.
        Points without one (NaN) are grey, below the others.
    title : of the colour bar: what it is, its unit, and which way is better.
    """
    known = np.isfinite(value)
    low, high = (float(v) for v in np.percentile(value[known], (1, 99))) if known.any() else (0.0, 1.0)
    order = np.argsort(value, kind="stable")[: int(known.sum())]  # high ones come last, on top
    marker = {"color": value[order].astype(np.float32), "coloraxis": "coloraxis"}
    trace = _points(points, order, f"<b>%{{marker.color:.3~g}}</b> {title.partition(' (')[0]}", marker)
    bar = {"title": {"text": title, "side": "top"}, "orientation": "h", "thickness": 10, "len": 0.8, "nticks": 5}
    bar |= {"x": 0, "xanchor": "left", "y": 0, "yref": "container", "yanchor": "bottom", "outlinewidth": 0}
    ramp = [(i / (len(RAMP) - 1), colour) for i, colour in enumerate(RAMP)]
    scale = {"colorscale": ramp, "cmin": low, "cmax": max(high, low + 1e-9), "colorbar": bar}
    none = [] if known.all() else [_points(points, np.flatnonzero(~known), "<b>none</b>", {"color": GREY})]
    return _map([*none, trace], axes, coloraxis=scale)


def ring(figure: go.Figure, xy: F32, *, star: bool = False) -> None:
    """Mark the current item at xy (2,); ``star`` for one that was placed on the map afterwards.

    The mark vanishes in the browser once another point is picked, so a click need not change the figure.
    """
    marker: dict[str, Any] = {"color": TEXT, "size": 20, "symbol": "star", "line": {"width": 2, "color": PAGE}}
    if not star:
        # The same place twice: a ring in the page's colour below, to stand out from crowded points.
        xy = np.stack([xy, xy])
        marker = {"color": [PAGE, TEXT], "size": 20, "symbol": "circle-open", "line": {"width": [8, 3]}}
    figure.add_trace(_unseen(xy.reshape(-1, 2), {"opacity": 1, **marker}, hoverinfo="skip"))


def clickable(figure: go.Figure, xy: F32) -> None:
    """Make places (m, 2) without points clickable: Plotly reports only points, so these are invisible ones."""
    says = "nothing here<br>click to decode (%{x:.2f}, %{y:.2f})<extra></extra>"
    marker = {"color": TEXT, "size": 6, "opacity": 0}
    shown = {"marker": {"opacity": 1, "size": 10}}
    item = np.full(len(xy), EMPTY, np.int32)
    figure.add_trace(_unseen(xy, marker, customdata=item, hovertemplate=says, selected=shown))


def empty_places(xy: F32, limit: float, *, steps: int = 48) -> F32:
    """Centres (m, 2) of the cells of a square grid over -limit..limit that are empty, as are those around."""
    edges = np.linspace(-limit, limit, steps + 1)
    full = np.pad(np.histogram2d(xy[:, 0], xy[:, 1], bins=(edges, edges))[0] > 0, 1)
    near = np.any([full[i : i + steps, j : j + steps] for i in range(3) for j in range(3)], axis=0)
    middle = (edges[1:] + edges[:-1]) / 2
    return middle[np.argwhere(~near)].astype(np.float32)


def picked(points: Sequence[Mapping[str, Any]]) -> tuple[list[int], tuple[float, float] | None]:
    """Read a selection event, which nobody should trust: the items, each once, and a single point's place."""
    named = [point.get("customdata") for point in points]
    items = [item for item in named if type(item) is int and item > EMPTY]
    place = None
    if len(points) == 1:
        x, y = points[0].get("x"), points[0].get("y")
        if isinstance(x, int | float) and isinstance(y, int | float) and max(abs(x), abs(y)) < 1e6:
            place = float(x), float(y)
    return list(dict.fromkeys(items)), place


def spread_colours(xy: F32, group: I64, groups: int, colours: int) -> I64:
    """Give each group a colour, (groups,) in 0..colours-1, such that equal colours lie far apart.

    Largest group first, each takes the colour whose nearest bearer is farthest away.
    """
    sizes = np.bincount(group, minlength=groups)
    centre = np.zeros((groups, 2))
    for number in np.flatnonzero(sizes):
        centre[number] = np.median(xy[group == number], axis=0)
    chosen = np.full(groups, -1)
    for number in np.argsort(-sizes, kind="stable"):
        away = np.linalg.norm(centre - centre[number], axis=1)
        chosen[number] = np.argmax([away[chosen == colour].min(initial=np.inf) for colour in range(colours)])
    return chosen


def crowded_spot(xy: F32, *, bins: int = 24) -> NDArray[np.float64]:
    """Mean (2,) of the points in the fullest cell of a grid: inside a group, where a median can miss it."""
    low, span = xy.min(axis=0), np.maximum(np.ptp(xy, axis=0), 1e-6)
    cell = np.minimum(((xy - low) / span * bins).astype(int), bins - 1) @ (bins, 1)
    return np.asarray(xy[cell == np.bincount(cell).argmax()].mean(axis=0, dtype=np.float64))


def _map(traces: list[go.Scattergl], axes: Axes, **layout: Any) -> go.Figure:
    """A map; a drag moves it and the wheel zooms."""
    axis: dict[str, Any] = {"showgrid": False, "zeroline": False, "showticklabels": axes.ticks, "ticks": ""}
    if axes.limit is not None:
        axis |= {"range": [-axes.limit, axes.limit], "constrain": "domain"}
    common = {
        "height": axes.height,
        "margin": {"l": 0, "r": 0, "t": 28, "b": 72},
        "dragmode": "pan",
        "hovermode": "closest",
        "clickmode": "event+select",
        "hoverdistance": 12,
        "xaxis": axis | {"title": {"text": axes.x, "standoff": 4}},
        "yaxis": axis | {"title": {"text": axes.y, "standoff": 4}, "scaleanchor": "x" if axes.equal else None},
    }
    return go.Figure(traces, common | layout)


def _points(points: Points, rows: I64, says: str, marker: dict[str, Any], *, name: str = "") -> go.Scattergl:
    return go.Scattergl(
        x=points.xy[rows, 0].astype(np.float32),
        y=points.xy[rows, 1].astype(np.float32),
        customdata=points.item[rows].astype(np.int32),
        mode="markers",
        name=name,
        showlegend=bool(name),
        marker={"size": points.size, "opacity": 0.8, **marker},
        hovertemplate=f"{says}<br>{points.dataset}/%{{customdata}}<extra></extra>",
        selected={"marker": {"opacity": 1, "size": points.size + 4}},
        unselected={"marker": {"opacity": FADED}},
    )


def _unseen(xy: F32, marker: dict[str, Any], **more: Any) -> go.Scattergl:
    """Points that are no items; they vanish when another is picked."""
    x, y = np.asarray(xy, np.float32).T.copy()
    gone = {"marker": {"opacity": 0}}
    return go.Scattergl(x=x, y=y, mode="markers", marker=marker, showlegend=False, unselected=gone, **more)


def _names(xy: F32, group: I64, names: Sequence[str]) -> list[dict[str, Any]]:
    """Names of groups, the largest of many, each where it is densest, so that colours need not be looked up."""
    style = {"showarrow": False, "font": {"size": 13, "color": TEXT}, "borderpad": 2}
    style["bgcolor"] = PAGE + "b8"  # some of the points show through
    written = []
    sizes = np.bincount(group, minlength=len(names))
    for number in np.sort(np.argsort(-sizes, kind="stable")[:WRITTEN]):
        if sizes[number]:
            x, y = crowded_spot(xy[group == number])
            written.append({"x": x, "y": y, "text": f"<b>{names[number]}</b>", **style})
    return written
