"""A map as it stands on the page, drawn without a browser: for slides."""

from collections.abc import Mapping

import numpy as np
import streamlit as st
from PIL import Image, ImageColor, ImageDraw

from core import images, square
from core.board import Look, enlarged, fitting, letters
from dashboard import issue_columns, maps, resources, state
from dashboard.components.map import Colour
from dashboard.maps import MapPoints
from dashboard.seen import Draw

WIDTH, HEIGHT, LEGEND = 1520, 840, 90  # px of a slide's map, and of its legend below
FINER = 2  # px drawn for each that is shown, so that edges are smooth
LETTER = 22
MORE = 150  # px for how many groups the legend leaves out
EACH = 4  # cells of the plane from one picture of the ground to the next
PLAIN = (
    "#116d8a",
    "#d18209",
    "#4d997a",
    "#b782b1",
    "#095634",
    "#5606db",
    "#746d08",
    "#70385a",
    "#e8405f",
    "#6584fe",
)
OTHER = 10  # place of grey on the palette
ASIDE = 0.45  # share of grey in the colour of what steps back, the rest is paper


def drawing(id: str, found: MapPoints, colours: list[Colour], name: str, *, ground: bool) -> Draw:
    """What draws the map; ``name`` is what its names in the address begin with."""

    def draw(query: Mapping[str, str], look: Look) -> np.ndarray:
        if ground:
            return _ground(id)
        asked = query.get(f"{name}_colour")
        colour = next((each for each in colours if each.key == asked), colours[0])
        width = WIDTH if resources.gallery(id).z.shape[1] > 2 else HEIGHT  # a plane is square
        seen = window(found, query.get(f"{name}_at", ""), width)
        return shot(found, column_of(id, found, colour), colour, seen, look, width)

    return draw


def column_of(id: str, found: MapPoints, colour: Colour) -> np.ndarray:
    """What the points (n,) are coloured by: a column of their own, or one of an audit."""
    own = getattr(found, colour.key, None)
    if own is None:
        own = issue_columns.columns(resources.card(id).dataset, found.index)[colour.key]
    return np.asarray(own)


def _ground(id: str) -> np.ndarray:
    """What a model of two numbers draws in the middle of every fourth cell of its plane, as large as the map."""
    side = square.CELLS // EACH
    places = square.places(maps.limit(id)).reshape(square.CELLS, square.CELLS, 2)
    drawn = resources.runner(id).decode(places[EACH // 2 :: EACH, EACH // 2 :: EACH].reshape(-1, 2))
    return np.asarray(enlarged(images.sheet(drawn, columns=side), HEIGHT, HEIGHT))


def window(found: MapPoints, asked: str, wide: int = WIDTH) -> tuple[float, float, float]:
    """Middle of what is in view, and units of the map across: as the address says, else all points."""
    low, high = found.xy.min(axis=0), found.xy.max(axis=0)
    width, height = np.maximum(high - low, 1e-6)
    middle, whole = (low + high) / 2, float(max(width, height * wide / HEIGHT) / 0.94)
    try:
        x, y, across = (float(part) for part in asked.split(","))
    except ValueError:
        return float(middle[0]), float(middle[1]), whole
    if not (np.isfinite([x, y, across]).all() and across > 0):
        return float(middle[0]), float(middle[1]), whole
    # As in the browser nobody is led away from the points.
    x, y = np.clip((x, y), low, high)
    return float(x), float(y), float(np.clip(across, whole / 400, 2 * whole))


def shot(
    found: MapPoints,
    column: np.ndarray,
    colour: Colour,
    seen: tuple[float, float, float],
    look: Look,
    wide: int = WIDTH,
) -> np.ndarray:
    """The points in view in their colours, and the legend: (H, W, 3) uint8. What is not selected steps back."""
    shades = tints(column, colour, look)
    chosen = np.isin(found.index, state.selection())
    if chosen.any():
        shades[~chosen] = aside(look)
    x, y, across = seen
    scale = FINER * wide / across
    places = (found.xy - (x, y)) * (scale, -scale) + (FINER * wide / 2, FINER * HEIGHT / 2)
    size = dot(len(found), across, window(found, "", wide)[2]) * FINER
    canvas = np.empty((FINER * HEIGHT, FINER * wide, 3), np.uint8)
    canvas[:] = look.paper
    order = np.argsort(chosen, kind="stable")  # what is selected comes on top
    stamp(canvas, places[order], shades[order], size)
    small = Image.fromarray(canvas).resize((wide, HEIGHT), Image.Resampling.BOX)
    whole = Image.new("RGB", (wide, HEIGHT + LEGEND), look.paper)
    whole.paste(small, (0, 0))
    legend(ImageDraw.Draw(whole), column, colour, look, wide)
    return np.asarray(whole)


def dot(count: int, across: float, whole: float) -> float:
    """Diameter of a point in px, by the rule of the map in the browser, for a larger picture."""
    return 1.6 * min(11, min(5, max(2.4, 420 / np.sqrt(max(count, 1)))) * max(1.0, whole / across) ** 0.45)


def stamp(canvas: np.ndarray, places: np.ndarray, shades: np.ndarray, size: float) -> None:
    """Draw a disc at each place (n, 2) of a canvas (H, W, 3), the last on top."""
    radius = size / 2
    reach = int(np.ceil(radius))
    steps = np.arange(-reach, reach + 1)
    dy, dx = (grid.ravel() for grid in np.meshgrid(steps, steps, indexing="ij"))
    inner = dx**2 + dy**2 <= radius**2
    whole = np.rint(places).astype(np.int64)
    for right, down in zip(dx[inner], dy[inner], strict=True):
        column, row = whole[:, 0] + right, whole[:, 1] + down
        here = (column >= 0) & (row >= 0) & (column < canvas.shape[1]) & (row < canvas.shape[0])
        canvas[row[here], column[here]] = shades[here]


def aside(look: Look) -> np.ndarray:
    """Colour (3,) uint8 of points that step back."""
    return np.rint(ASIDE * 128 + (1 - ASIDE) * np.array(look.paper)).astype(np.uint8)


def tints(column: np.ndarray, colour: Colour, look: Look) -> np.ndarray:
    """Colour (n, 3) uint8 of every point by its value (n,); one without a number steps back."""
    if colour.names is None:
        low, high = span(column)
        known = np.isfinite(column)
        at = np.clip(np.rint(255 * (np.where(known, column, low) - low) / (high - low)), 0, 255).astype(int)
        return np.where(known[:, None], ramp(look)[at], aside(look))
    places = np.array(colour.tints or (), np.int64)
    return groups(look)[np.minimum(places[np.clip(column, 0, len(places) - 1)], OTHER)]


def span(column: np.ndarray) -> tuple[float, float]:
    """The values below which 1 % and 99 % of a column lie, as the map in the browser has its ramp."""
    known = column[np.isfinite(column)]
    low, high = (float(v) for v in np.percentile(known, (1, 99))) if len(known) else (0.0, 1.0)
    return low, max(high, low + 1e-9)


def _theme(look: Look, name: str) -> list[tuple[int, ...]]:
    kind = "dark" if sum(look.paper) < 384 else "light"
    return [ImageColor.getrgb(text)[:3] for text in st.get_option(f"theme.{kind}.{name}") or PLAIN]


def groups(look: Look) -> np.ndarray:
    """Colours (k, 3) uint8 of groups."""
    return np.array([*_theme(look, "chartCategoricalColors")[:OTHER], (128, 128, 128)], np.uint8)


def ramp(look: Look) -> np.ndarray:
    """256 colours (256, 3) uint8 for numbers; the first two of the theme vanish on the page."""
    steps = np.array(_theme(look, "chartSequentialColors"), np.float64)[2:]
    at = np.linspace(0, len(steps) - 1, 256)
    made = np.stack([np.interp(at, np.arange(len(steps)), steps[:, channel]) for channel in range(3)], axis=1)
    return np.rint(made).astype(np.uint8)


def legend(draw: ImageDraw.ImageDraw, column: np.ndarray, colour: Colour, look: Look, room: int) -> None:
    """What the colours mean, below the map."""
    top, font = HEIGHT + 14, letters(LETTER)
    if colour.names is None:
        low, high = span(column)
        table = ramp(look)
        draw.text((0, top), f"{low:.2g}", look.quiet, font)
        for i in range(256):
            draw.rectangle((90 + 2 * i, top + 4, 91 + 2 * i, top + 22), tuple(int(v) for v in table[i]))
        draw.text((620, top), fitting(f"{high:.2g}   {colour.title}", room - 620, LETTER), look.quiet, font)
        return
    held = np.unique(column)
    table, left, line = groups(look), 0.0, round(1.4 * LETTER)
    for count, group in enumerate(held):
        name = fitting(colour.names[group] if group < len(colour.names) else str(group), room / 4, LETTER)
        wide = 34 + font.getlength(name) + 24
        last = top + 2 * line > HEIGHT + LEGEND
        if last and left + wide + MORE > room and count + 1 < len(held):
            draw.text((left, top), f"and {len(held) - count:,} more", look.quiet, font)
            return
        if left + wide > room:
            left, top = 0.0, top + line
        tint = table[min((colour.tints or (0,) * (group + 1))[group], OTHER)]
        draw.ellipse((left, top + 4, left + 20, top + 24), tuple(int(v) for v in tint))
        draw.text((left + 30, top), name, look.ink, font)
        left += wide
