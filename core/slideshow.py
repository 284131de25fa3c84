"""The deck as one HTML file that needs no network: pictures inside, arrow keys, light and dark, and print."""

import base64
import html
import json
from collections.abc import Sequence
from pathlib import Path

from core import ground
from core.board import DARK
from core.slide import Slide, is_long

HERE = Path(__file__).parent
# The browser itself refuses whatever would be fetched from elsewhere.
POLICY = "default-src 'none'; img-src data:; style-src 'unsafe-inline'; script-src 'unsafe-inline'"


def slideshow(slides: Sequence[Slide], *, title: str = "Morphospace") -> str:
    """The page; the same text for the same slides. Slides that are films need their frames."""
    sections = "\n".join(_section(slide, number, len(slides)) for number, slide in enumerate(slides, 1))
    return f"""<!doctype html>
<html lang="en" class="{"dark" if ground.of(slides) == DARK else "light"}">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="{POLICY}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="generator" content="Morphospace">
<title>{html.escape(title)}</title>
<style>
{_file("slideshow.css")}</style>
</head>
<body>
<main aria-live="polite">
{sections or "<p>This deck has no slides.</p>"}
</main>
<nav aria-label="Slides">
<button type="button" id="back" aria-label="Slide before">&#8592;</button>
<output id="where"></output>
<button type="button" id="on" aria-label="Next slide">&#8594;</button>
<span class="keys">Arrow keys step, F fills the screen, O shows all</span>
</nav>
<script>
{_file("slideshow.js")}</script>
</body>
</html>
"""


def _section(slide: Slide, number: int, count: int) -> str:
    title, caption = html.escape(slide.title), html.escape(slide.caption).replace("\n", "<br>")
    origin = [html.escape(slide.note).replace("\n", "<br>")] if slide.note else []
    if slide.page:
        origin.append(f"View: <code>/{html.escape(address(slide))}</code>")
    long = ' class="long"' if is_long(slide.caption) else ""
    told = (
        f"<details><summary>Where this comes from</summary><p>{'<br>'.join(origin)}</p></details>"
        if origin
        else ""
    )
    return (
        f'<section id="slide-{number}" aria-label="Slide {number} of {count}">\n<h1>{title}</h1>\n'
        f'<figure><div class="pictures"><img src="{uri(slide.picture)}" alt="{html.escape(slide.title)}">'
        f"{_film(slide)}</div><figcaption{long}>{caption}</figcaption></figure>\n{told}\n</section>"
    )


def _film(slide: Slide) -> str:
    if not slide.frames:
        return ""
    frames = json.dumps([uri(frame) for frame in slide.frames])
    last = len(slide.frames) - 1
    return (
        f'<span class="film"><img src="{uri(slide.frames[0])}" alt="Film: {html.escape(slide.title)}">'
        f'<button type="button" class="play">Play</button>'
        f'<input type="range" min="0" max="{last}" value="0" aria-label="Frame of {html.escape(slide.title)}">'
        f'<script type="application/json">{frames}</script></span>'
    )


def address(slide: Slide) -> str:
    """Page and query that reopen a slide's view, below the root of the dashboard."""
    return f"{slide.page}?{slide.link}" if slide.link else slide.page


def uri(png: bytes) -> str:
    """A PNG inside an address."""
    return f"data:image/png;base64,{base64.b64encode(png).decode()}"


def _file(name: str) -> str:
    return (HERE / name).read_text(encoding="utf-8")
