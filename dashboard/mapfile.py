"""A map as one HTML file that needs no server and no network: to hover, pan, zoom and filter by the legend."""

import base64
import html
import io
import json
import math
import re
from collections.abc import Callable

import numpy as np
import streamlit as st
from PIL import Image

from core import images
from core.slideshow import POLICY
from core.strata import stratified
from dashboard import item_data, maps, mapview, resources
from dashboard.components.map import PARTS, Colour
from dashboard.components.mount import source
from dashboard.maps import MapPoints
from dashboard.pins import PHOTOS

MOST, MOST_LARGE = 2_000, 1_000  # pictures of up to 28 x 28, and of more
SMALL = 32  # px
SEED = 0
THEME = {
    "background-color": "backgroundColor",
    "secondary-background-color": "secondaryBackgroundColor",
    "text-color": "textColor",
    "primary-color": "primaryColor",
    "border-color": "borderColor",
}
# What the component is given in the dashboard, and what there is none of in a file.
NOTHING = {
    **dict.fromkeys(("ground", "gallery"), False),
    **dict.fromkeys(("dots", "written"), True),
    **dict.fromkeys(("picture", "pictures", "decode", "chosen", "decodeNote"), ""),
    "count": 0,
    "height": 600,
    "item": {"id": -1, "name": "", "facts": "", "picture": "", "place": None},
}
LISTS = {"chart-categorical-colors": "chartCategoricalColors", "chart-sequential-colors": "chartSequentialColors"}


def making(id: str, kind: str) -> Callable[[], str]:
    """What makes the file, later and without a session."""
    found = maps.points(id, kind)
    colours = mapview.colours(resources.card(id), found, kind)
    return lambda: page(id, kind, found, colours)


def page(id: str, kind: str, found: MapPoints, colours: list[Colour]) -> str:
    """The file; the same text for the same map."""
    card = resources.card(id)
    rows = chosen(id, found)
    pictures, rebuilt = looks(id, found.index[rows])
    title = f"{maps.KINDS[kind]} of {card.title}"
    shown = {
        "name": "map",
        "map": id,
        "kind": kind,
        "dataset": card.dataset,
        "label": f"{title}: {len(found):,} images",
        "rebuilt": rebuilt,
        "lens": kind == "plane",
        "colours": [vars(colour) for colour in colours],
        "points": "inside",
        "atlas": _uri(maps.atlas(id), "png") if kind == "plane" else "",
    }
    columns = max(1, math.ceil(math.sqrt(len(rows))))
    file = {
        "data": NOTHING | shown,
        "points": base64.b64encode(maps.block(id, kind)).decode(),
        "places": {int(index): place for place, index in enumerate(found.index[rows])},
        "columns": columns,
        "size": [card.shape[1], card.shape[0]],
        "sheet": sheet(pictures, columns) if len(rows) else "",
    }
    return document(title, told(id, found, len(rows), rebuilt), file)


def chosen(id: str, found: MapPoints) -> np.ndarray:
    """Rows (m,) of the points that get a picture: as many of each label as can be, drawn with seed 0."""
    card = resources.card(id)
    most = MOST if max(card.shape[:2]) <= SMALL else MOST_LARGE
    able = np.arange(len(found))
    if not leaves(card.dataset):
        able = able[np.isin(found.index, resources.gallery(id).index)]  # what can be rebuilt
    return able[stratified(found.label[able], most, seed=SEED)]


def leaves(dataset: str) -> bool:
    """Whether the originals of a data set may leave this machine: no photo of a person or from a shop does."""
    return dataset not in PHOTOS


def looks(id: str, index: np.ndarray) -> tuple[np.ndarray, bool]:
    """Pictures (n, H, W, C) uint8 of items that may leave this machine, and whether they are rebuilt."""
    found = item_data.originals(id, index) if leaves(resources.card(id).dataset) else None
    if found is not None:
        return found, False
    rows = np.array([resources.gallery(id).row(int(item)) for item in index], np.int64)
    return item_data.reconstructions(id, rows), True


def told(id: str, found: MapPoints, count: int, rebuilt: bool) -> str:
    """What is shown, and how it was drawn."""
    card = resources.card(id)
    name = resources.source(card.dataset).title
    kind = "rebuilt by the model from their codes" if rebuilt else "originals"
    if item_data.is_sampled(id):
        kind = "sampled from the model; nobody is shown"
    some = "All" if count == len(found) else f"{count:,} of them, drawn evenly over the labels with seed {SEED},"
    return (
        f"{len(found):,} images of {name}, each at its code. {some} have a picture ({kind}). Drag to move, turn "
        "the wheel to zoom, point at a dot, press a label below to hide it (twice: to see it alone). "
        f"Model: {card.id}. Data: {resources.source(card.dataset).terms}"
    )


def sheet(pictures: np.ndarray, columns: int) -> str:
    """All pictures in one, as an address: without loss where they are small, else as WebP."""
    whole = images.sheet(pictures, columns=columns)
    if max(pictures.shape[1:3]) <= SMALL:
        return _uri(images.png(whole, level=9), "png")
    file = io.BytesIO()
    Image.fromarray(whole[..., 0] if whole.shape[2] == 1 else whole).save(file, "WEBP", quality=85, method=4)
    return _uri(file.getvalue(), "webp")


def document(title: str, text: str, file: dict) -> str:
    """The page around the map."""
    code = "\n".join(source(f"{name}.js") for name in ("sprites", *(f"map/{part}" for part in PARTS)))
    code = re.sub(r"^export .*$", "", code, flags=re.MULTILINE) + source("map/standalone.js")
    style = f"{theme()}\n{source('sprites.css', 'map/map.css', 'map/standalone.css')}"
    inside = json.dumps(file, separators=(",", ":")).replace("<", "\\u003c")
    return f"""<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="{POLICY}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{html.escape(title)}</title>
<style>
{style}</style>
</head>
<body>
<h1>{html.escape(title)}</h1>
<p>{html.escape(text)}</p>
<div id="stage"><div class="map"></div></div>
<script type="application/json" id="morphospace-map">{inside}</script>
<script>
(() => {{
{code}
}})();
</script>
</body>
</html>
"""


def theme() -> str:
    """The colours of the dashboard, light and dark, as a style sheet knows them."""

    def rules(kind: str) -> str:
        names = {css: st.get_option(f"theme.{kind}.{name}") for css, name in THEME.items()}
        names |= {css: ", ".join(st.get_option(f"theme.{kind}.{name}") or ()) for css, name in LISTS.items()}
        fallback = FALLBACK[kind]
        told = {css: value or fallback.get(css, "") for css, value in names.items()}
        return " ".join(f"--st-{css}: {value};" for css, value in told.items() if value)

    return f":root {{ {rules('light')} }}\n@media (prefers-color-scheme: dark) {{ :root {{ {rules('dark')} }} }}"


FALLBACK = {
    "light": {"background-color": "#ffffff", "text-color": "#17201f", "border-color": "#d3dedc"},
    "dark": {"background-color": "#040506", "text-color": "#e4e9eb", "border-color": "#2c3338"},
}


def _uri(content: bytes, kind: str) -> str:
    return f"data:image/{kind};base64,{base64.b64encode(content).decode()}"
