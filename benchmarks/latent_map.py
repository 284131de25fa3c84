"""Our map: where things are on its page, and what only it can do."""

from functools import partial

import numpy as np
from playwright.sync_api import Page

from benchmarks.browser import Traffic, open_page, settle, watch
from benchmarks.charts import PICTURES, Chart, lonely, surface
from core.settings import ROOT

MODEL = "fashion-vae-2d-conv"
QUERY = f"data=fashion&map_model={MODEL}"
MAP, PLANE = ".st-key-map_view", ".st-key-map_second"
MAP_ROOT = f"bench.all('{MAP}', '.map')[0]"
CHART = Chart(
    script=ROOT / "dashboard" / "app.py",
    path=f"/latent_map?{QUERY}",
    within=MAP,
    surface=".stage",
    drawn=f"() => {MAP_ROOT}?.dataset.state === 'drawn' && Number({MAP_ROOT}.dataset.points)",
    places=f"""count => {{
      const root = {MAP_ROOT};
      return Array.from({{ length: count }}, (_, id) => root.project(id) ?? [null, null]).flat();
    }}""",
    selected=f"() => Number({MAP_ROOT}.dataset.selected)",
    picked="() => Number(/item=\\w+(?:%2F|\\/)(\\d+)/.exec(location.search)?.[1])",
    shows={"map": (MAP, ".pinned img.thumb"), "card": (".st-key-card_pair", PICTURES)},
    gallery=(MAP, ".selection .tiles canvas"),
    use=f"tool => bench.all('{MAP}', `.tools [data-tool=${{tool}}]`)[0].click()",
    rerun=(".st-key-card_surprise button", "Enter"),
    frames=f"() => Number({MAP_ROOT}.dataset.frames)",
)
SCRUBBER, FRAME = ".st-key-interp_t", "bench.all('.st-key-interp_t', '.scrubber')[0]?.dataset.at"
ZOOM = -400  # px that the wheel is turned


def hover(page: Page, *, rounds: int) -> list[float]:
    """Ms from the pointer's last move, onto an item, to the item's picture in the card."""
    page.evaluate(CHART.use, "pan")
    found = []
    for item, x, y in lonely(page, CHART, rounds + 1, seed=2):
        shown = f"""(thumb => thumb && thumb.dataset.id === '{item}' && thumb.complete && thumb.naturalWidth
          && !thumb.classList.contains('waiting'))(bench.all('{MAP}', '.card:not([hidden]) img.thumb')[0])"""
        found.append(watch(page, "pointermove", partial(page.mouse.move, x, y), shown=shown)["shown"])
        page.wait_for_timeout(100)
    return found[1:]


def recolour(page: Page, traffic: Traffic, *, rounds: int) -> tuple[list[float], list[float]]:
    """Zoom in, then choose what the map is coloured by: ms to the map drawn anew, and bytes of points sent for it.

    RuntimeError where the zoom is lost.
    """
    left, top, right, bottom = surface(page, CHART)
    span = f"() => {MAP_ROOT}.dataset.span"
    whole = page.evaluate(span)
    page.mouse.move((left + right) / 2, (top + bottom) / 2)
    page.mouse.wheel(0, ZOOM)
    page.wait_for_function(f"({span})() !== '{whole}'")
    settle(page, quiet=1000)
    zoomed, times, sent = page.evaluate(span), [], []
    for at in range(rounds):
        colour = ("error", "label")[at % 2]
        button = page.locator(f"{MAP} .colours button[data-colour={colour}]")
        before = page.evaluate(CHART.frames)
        traffic.reset()
        drawn = f"{MAP_ROOT}.dataset.colour === '{colour}' && ({CHART.frames})() > {before}"
        times.append(watch(page, "pointerup", button.click, drawn=drawn)["drawn"])
        settle(page)
        sent.append(float(traffic.geometry()))
        if (now := page.evaluate(span)) != zoomed:
            raise RuntimeError(f"coloured by {colour} the map shows {now} units across, before {zoomed}")
    return times, sent


def decode(page: Page, *, rounds: int) -> list[float]:
    """Ms from each move of the pointer over the decoded plane to what the model draws there."""
    page.wait_for_function(f"() => bench.all('{PLANE}', '.map')[0]?.dataset.atlas === 'here'", timeout=60_000)
    box = page.locator(f"{PLANE} .stage").bounding_box()
    if box is None:
        raise RuntimeError("the decoded plane is not on the page")
    lens = f"bench.all('{PLANE}', '.lens:not([hidden]) .decoded')[0]?.dataset.place"
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    page.wait_for_function(f"() => {lens}")
    found = []
    for turn in np.linspace(0, 6 * np.pi, rounds + 5):
        x = box["x"] + box["width"] * (0.5 + 0.25 * np.cos(turn))
        y = box["y"] + box["height"] * (0.5 + 0.2 * np.sin(1.3 * turn))
        page.evaluate(f"() => {{ bench.place = {lens} }}")
        moved = watch(
            page, "pointermove", partial(page.mouse.move, x, y), shown=f"{lens} && {lens} !== bench.place"
        )
        found.append(moved["shown"])
    return found[5:]


def scrub(page: Page, url: str, *, rounds: int) -> list[float]:
    """Ms from each move of the pointer along the scrubber on Interpolate to the frame that it moves to."""
    open_page(page, f"{url}/interpolate?data=fashion", f"() => {FRAME} !== undefined")
    settle(page, quiet=1000)
    box = page.locator(f"{SCRUBBER} input[type=range]").bounding_box()
    if box is None:
        raise RuntimeError("the scrubber is not on the page")
    y = box["y"] + box["height"] / 2
    page.mouse.move(box["x"] + 0.05 * box["width"], y)
    page.mouse.down()
    found = []
    for share in np.abs(np.linspace(-1, 1, rounds + 3)):  # from end to end and back
        x = box["x"] + box["width"] * (0.1 + 0.8 * float(share))
        page.evaluate(f"() => {{ bench.at = {FRAME} }}")
        moved = watch(page, "pointermove", partial(page.mouse.move, x, y), shown=f"{FRAME} !== bench.at")
        found.append(moved["shown"])
    page.mouse.up()
    return found[3:]
