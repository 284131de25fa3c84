"""A Plotly chart of lines, points, bars or cells as a picture, drawn by Pillow alone: for slides.

Plotly itself draws in a browser only. This draws what the pages' figures have (`dashboard.curves`, `.heatmap`,
`.figures`), not all that Plotly can.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
import plotly.graph_objects as go
from PIL import Image, ImageDraw

from core.board import fitting, letters
from dashboard.chart_axes import Axis, axis, length, positions
from dashboard.chart_paint import Paint
from dashboard.figures import TEXT

FINER = 2  # px drawn for each that is shown, so that lines are smooth; all below is in px that are drawn
WIDTH, LEAST, MOST = 1440, 560, 1640  # of a chart, and of its height
LETTER, HEADING, GAP = 32, 38, 16
SIDE = 0.4  # of the width, at most, for what is written at the left
DASHES = 8
RAMP = 256  # steps of the ramp in a legend
Box = tuple[float, float, float, float]


@dataclass(frozen=True, eq=False)
class Plot:
    """Where a chart is drawn: its axes, and the box that they span, in px from the left and from the top."""

    draw: ImageDraw.ImageDraw
    x: Axis
    y: Axis
    box: Box
    paint: Paint

    def across(self, values: Any) -> np.ndarray:
        """Px from the left."""
        left, _, right, _ = self.box
        return left + self.x.share(values) * (right - left)

    def down(self, values: Any) -> np.ndarray:
        """Px from the top."""
        _, top, _, bottom = self.box
        return bottom - self.y.share(values) * (bottom - top)


def drawn(figure: go.Figure, paint: Paint, *, title: str = "") -> np.ndarray:
    """The chart, (H, 720, 3) uint8, its height in proportion; ``title`` is written above one that has none."""
    layout = figure.layout
    height = int(np.clip(2.6 * (layout.height or 320), LEAST, MOST))
    canvas = Image.new("RGB", (WIDTH, height), paint.look.paper)
    draw = ImageDraw.Draw(canvas)
    x, y = axis(figure, "x"), axis(figure, "y")
    top = heading(draw, figure, paint, figure.layout.title.text or title)
    below = GAP + (LETTER + GAP) * (bool(x.ticks) + bool(x.title))
    bottom = height - GAP
    if layout.xaxis.side == "top":
        top += below
    else:
        bottom -= below
    widest = max((letters(LETTER).getlength(text) for _, text in y.ticks), default=0)
    left = GAP + min(SIDE * WIDTH, widest + GAP)
    right = WIDTH - 3.0 * GAP
    if layout.yaxis.scaleanchor:  # a map: neither of its axes is stretched
        right = min(right, left + (bottom - top) * (x.high - x.low) / (y.high - y.low))
    plot = Plot(draw, x, y, (left, top, right, bottom), paint)
    grid(plot, layout)
    for number, trace in enumerate(figure.data):
        DRAWN[trace.type](plot, trace, number)
    for shape in layout.shapes:
        rule(plot, shape)
    return np.asarray(canvas.resize((WIDTH // FINER, height // FINER), Image.Resampling.BOX))


def heading(draw: ImageDraw.ImageDraw, figure: go.Figure, paint: Paint, title: str) -> float:
    """Title and legend; where the rest may begin, in px from the top."""
    top = float(GAP)
    if title:
        draw.text((GAP, top), fitting(title, WIDTH - 2 * GAP, HEADING), paint.look.ink, letters(HEADING))
        top += 1.4 * HEADING
    if (bar := figure.layout.coloraxis).colorscale is not None:
        return ramp(draw, bar, top, paint)
    named = [(one, number) for number, one in enumerate(figure.data) if one.name and one.showlegend is not False]
    shown = figure.layout.showlegend
    if not (len(named) > 1 if shown is None else shown):
        return top
    left = float(GAP)
    for trace, number in named:
        wide = letters(LETTER).getlength(trace.name) + 3 * LETTER
        if left > GAP and left + wide > WIDTH:
            left, top = float(GAP), top + 1.4 * LETTER
        draw.ellipse((left, top + 8, left + 24, top + 32), paint.shades(trace, number, 1)[0])
        draw.text((left + 36, top), trace.name, paint.look.quiet, letters(LETTER))
        left += wide
    return top + 2 * LETTER


def ramp(draw: ImageDraw.ImageDraw, bar: Any, top: float, paint: Paint) -> float:
    """What the colours of numbers mean; where the rest may begin."""
    font, left = letters(LETTER), 5.0 * LETTER
    draw.text((left - GAP, top), f"{bar.cmin:.2g}", paint.look.quiet, font, anchor="ra")
    for i in range(RAMP):
        draw.rectangle((left + 2 * i, top + 6, left + 2 * i + 1, top + 30), paint.along(i / (RAMP - 1)))
    right = left + 2 * RAMP + GAP
    text = f"{bar.cmax:.2g}   {bar.colorbar.title.text}"
    draw.text((right, top), fitting(text, WIDTH - right, LETTER), paint.look.quiet, font)
    return top + 1.8 * LETTER


def grid(plot: Plot, layout: Any) -> None:
    """Lines at the ticks, and what is written there."""
    left, top, right, bottom = plot.box
    look, font = plot.paint.look, letters(LETTER)
    faint = plot.paint.of(TEXT, 0, 0.15)
    for value, text in plot.y.ticks:
        y = float(plot.down(value))
        if top - 1 <= y <= bottom + 1:
            if layout.yaxis.showgrid is not False:
                plot.draw.line((left, y, right, y), faint, 2)
            written = fitting(text, SIDE * WIDTH, LETTER)
            plot.draw.text((left - GAP, y), written, look.quiet, font, anchor="rm")
    above = layout.xaxis.side == "top"
    edge, anchor = (top - GAP / 2, "mb") if above else (bottom + GAP / 2, "mt")
    room = (right - left) / max(1, len(plot.x.ticks))
    for value, text in plot.x.ticks:
        x = float(plot.across(value))
        if left - 1 <= x <= right + 1:
            plot.draw.text((x, edge), fitting(text, room, LETTER), look.quiet, font, anchor=anchor)
    step = LETTER + GAP if plot.x.ticks else 0
    place = ((left + right) / 2, edge - step if above else edge + step)
    plot.draw.text(place, fitting(plot.x.title, right - left, LETTER), look.quiet, font, anchor=anchor)


def bars(plot: Plot, trace: Any, number: int) -> None:
    """Bars, upright or not, with what is written at their ends."""
    along, lengths = length(trace), trace[length(trace)]
    strength = trace.marker.opacity
    for i, (at, value) in enumerate(zip(positions(trace), lengths, strict=True)):
        if value is None:
            continue
        strong = float(np.broadcast_to(1.0 if strength is None else strength, len(lengths))[i])
        first, last = at - 0.38, at + 0.38
        if along == "x":
            xs, ys = plot.across([0, value]), plot.down([first, last])
        else:
            xs, ys = plot.across([first, last]), plot.down([0, value])
        box = (xs.min(), ys.min(), xs.max(), ys.max())
        plot.draw.rectangle(box, plot.paint.of(None, number, strong))
        if trace.text is not None and along == "y":
            text = fitting(str(trace.text[i]), 1.6 * (box[2] - box[0]), LETTER)
            place = ((box[0] + box[2]) / 2, box[1] - 4)
            plot.draw.text(place, text, plot.paint.look.quiet, letters(LETTER), anchor="mb")


def points(plot: Plot, trace: Any, number: int) -> None:
    """Lines with gaps where a number is missing, and points."""
    mode = trace.mode or "lines"
    xs, ys = (
        of([np.nan if v is None else v for v in given])
        for of, given in ((plot.across, trace.x), (plot.down, trace.y))
    )
    known, colours = np.isfinite(xs) & np.isfinite(ys), plot.paint.shades(trace, number, len(xs))
    if "lines" in mode:
        for i in np.flatnonzero(known[:-1] & known[1:]):
            plot.draw.line((xs[i], ys[i], xs[i + 1], ys[i + 1]), colours[i], 5)
    if "markers" not in mode:
        return
    sizes = 1.3 * np.broadcast_to(np.asarray(trace.marker.size or 6, np.float64), xs.shape)
    symbol = str(trace.marker.symbol)
    for i in np.flatnonzero(known):
        wide = 3.0 if symbol.startswith("line-ns") else sizes[i]  # an upright stroke
        box = (xs[i] - wide, ys[i] - sizes[i], xs[i] + wide, ys[i] + sizes[i])
        if symbol == "circle-open":
            plot.draw.ellipse(box, None, colours[i], 8 if i % 2 == 0 else 4)
        elif wide < sizes[i]:
            plot.draw.rectangle(box, colours[i])
        else:
            plot.draw.ellipse(box, colours[i])


def cells(plot: Plot, trace: Any, number: int) -> None:
    """A heat map with its numbers."""
    shares = np.asarray(trace.z, np.float64)
    for row, column in np.argwhere(np.isfinite(shares)):
        low, high = trace.zmin or 0.0, trace.zmax or 1.0
        colour = plot.paint.along((shares[row, column] - low) / (high - low))
        xs, ys = plot.across([column - 0.5, column + 0.5]), plot.down([row - 0.5, row + 0.5])
        plot.draw.rectangle((xs.min() + 2, ys.min() + 2, xs.max() - 2, ys.max() - 2), colour)
        letter = int(np.clip(0.7 * (ys.max() - ys.min()), 12, LETTER))
        ink = (0, 0, 0) if sum(colour) > 384 else (255, 255, 255)
        text = fitting(str(trace.text[row][column]), xs.max() - xs.min(), letter)
        plot.draw.text((xs.mean(), ys.mean()), text, ink, letters(letter), anchor="mm")


def rule(plot: Plot, shape: Any) -> None:
    """A dotted line across the chart."""
    left, top, right, bottom = plot.box
    ends = []
    for x, y in ((shape.x0, shape.y0), (shape.x1, shape.y1)):
        across = left + x * (right - left) if shape.xref == "paper" else float(plot.across(x))
        down = bottom - y * (bottom - top) if shape.yref == "paper" else float(plot.down(y))
        ends.append((across, down))
    (x0, y0), (x1, y1) = ends
    count = max(1, round(float(np.hypot(x1 - x0, y1 - y0)) / (2 * DASHES)))
    for i in range(count):
        a, b = i / count, (i + 0.5) / count
        place = (x0 + a * (x1 - x0), y0 + a * (y1 - y0), x0 + b * (x1 - x0), y0 + b * (y1 - y0))
        plot.draw.line(place, plot.paint.of(shape.line.color, 0, 0.6), 3)


DRAWN = {"bar": bars, "scatter": points, "scattergl": points, "heatmap": cells}
