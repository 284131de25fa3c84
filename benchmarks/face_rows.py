"""Attributes: how long a slider's move takes to the picture, and a new face until its sliders can be moved."""

import time

from playwright.sync_api import Page

from benchmarks.bench import Bench
from benchmarks.browser import fresh_page, open_page, serving, settle
from benchmarks.latent_map import CHART
from benchmarks.rows import Row, row

NAMES = ("Smiling", "Eyeglasses, clear", "“Male”")  # sliders that are moved
STEPS = 60  # moves of the pointer for each
WITHIN = "[...document.querySelectorAll('.st-key-attr_sliders *')].find(e => e.shadowRoot)?.shadowRoot"
READY = f"() => Boolean({WITHIN}?.querySelector('.sliders[data-ready=true]'))"
# For each move of the pointer, when the picture was drawn anew, and when the screen's next frame began.
WATCH = f"""() => {{
  window.late = [];
  {WITHIN}.addEventListener('input', (event) => {{
    requestAnimationFrame(() => late.push(performance.now() - event.timeStamp));
  }});
}}"""
PICTURE = f"{WITHIN}.querySelector('.edited canvas').toDataURL()"
# The server answers a new face with new frames at once; the sliders are not ready before they are in.
CHANGED = f"before => {WITHIN}?.querySelector('.sliders[data-ready=true] .edited canvas') && {PICTURE} !== before"


def measure(bench: Bench) -> list[Row]:
    """A warm page."""
    with serving(CHART.script, bench.folder("faces")) as url, fresh_page(bench.browser, height=1200) as page:
        open_page(page, f"{url}/attributes?data=faces", until=READY)
        settle(page)
        page.evaluate(WATCH)
        for name in NAMES:
            sweep(page, name)
        late = page.evaluate("late")
        faces = [new_face(page) for _ in range(bench.rounds // 2)]
    return [
        row("slider of an attribute moved to its picture", late, "ms"),
        row("new face asked for until it is drawn and its sliders move", faces, "ms"),
    ]


def sweep(page: Page, name: str) -> None:
    """Drag a slider from its middle to both ends."""
    box = page.get_by_role("slider", name=name, exact=True).bounding_box()
    if box is None:
        raise RuntimeError(f"the slider {name!r} is not on the page")
    y, left, right = box["y"] + box["height"] / 2, box["x"] + 10, box["x"] + box["width"] - 10
    page.mouse.move((left + right) / 2, y)
    page.mouse.down()
    page.mouse.move(right, y, steps=STEPS // 3)
    page.mouse.move(left, y, steps=STEPS - STEPS // 3)
    page.mouse.up()
    settle(page)


def new_face(page: Page) -> float:
    """Ms from the press of the button to the new face, with frames to move through."""
    before = page.evaluate(PICTURE)
    started = time.perf_counter()
    page.get_by_role("button", name="Random face").click()
    page.wait_for_function(CHANGED, arg=before, polling=10)
    found = 1000 * (time.perf_counter() - started)
    settle(page)
    return found
