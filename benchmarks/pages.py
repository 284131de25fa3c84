"""Every page: its first picture, a slider's answer, and the memory of a server that has shown everything."""

import time

from playwright.sync_api import Page

from benchmarks.bench import Bench
from benchmarks.browser import fresh_page, memory, open_page, serving, settle
from benchmarks.latent_map import CHART
from benchmarks.rows import Row, row
from core.checkpoints import names, read_card
from core.settings import ROOT

PAGES = ("overview", "clusters", "latent_map", "retrieve", "interpolate", "arithmetic", "autoencoders")
KEYS = {
    "clusters": "cl_model",
    "latent_map": "map_model",
    "retrieve": "retr_model",
    "interpolate": "interp_model",
    "arithmetic": "sum_model",
}
SLIDER, DECODED = ".st-key-map_x", 'img[alt^="decoded at"]'
CHANGED = f"""before => {{
  const image = document.querySelector('{DECODED}');
  return image && image.getAttribute('src') !== before && image.complete;
}}"""


def measure(bench: Bench) -> list[Row]:
    """A server that was just started, then warm pages, the slider, and what it all takes."""
    started = time.perf_counter()
    with serving(CHART.script, bench.folder("pages")) as url, fresh_page(bench.browser) as page:
        open_page(page, url)
        rows = [row("start of the server to the first picture, cold", [time.perf_counter() - started], "s")]
        for stem in PAGES:
            open_page(page, f"{url}/{stem}")
            times = [open_page(page, f"{url}/{stem}") for _ in range(bench.few)]
            title = stem.replace("_", " ").capitalize()
            rows.append(row(f"{title}, opened on a warm server, to its first picture", times, "s"))
        rows.append(row("slider released to the new image", slider(page, url), "ms"))
        visit_everything(page, url)
        rows.append(row("server memory with every checkpoint loaded", [memory(url) / 1000], "GB"))
    return rows


def slider(page: Page, url: str, *, moves: int = 15) -> list[float]:
    """Ms from the release of a slider of the plane to what the model draws there, one for each move."""
    open_page(page, url + CHART.path)
    settle(page)
    page.locator(SLIDER).scroll_into_view_if_needed()
    thumb = page.locator(SLIDER).get_by_role("slider").bounding_box()
    box = page.locator(f'{SLIDER} [data-testid="stSlider"]').bounding_box()
    if box is None or thumb is None:
        raise RuntimeError("the slider is not on the page")
    y, found = thumb["y"] + thumb["height"] / 2, []
    for move in range(moves):
        page.wait_for_timeout(400)
        before = page.locator(DECODED).first.get_attribute("src")
        x = box["x"] + box["width"] * (0.1 + 0.8 * ((move * 7) % moves) / moves)
        page.mouse.move(x, y)
        page.mouse.down()
        page.mouse.move(x + 6, y, steps=3)
        started = time.perf_counter()
        page.mouse.up()
        page.wait_for_function(CHANGED, arg=before, polling=5)
        found.append(1000 * (time.perf_counter() - started))
    return found


def visit_everything(page: Page, url: str) -> None:
    """Open every checkpoint on every page that has a choice of it."""
    for name in names(ROOT / "checkpoints"):
        if read_card(ROOT / "checkpoints", name).family == "probe":
            continue
        for stem, key in KEYS.items():
            if stem == "clusters" and "-aae-" not in name:
                continue
            open_page(page, f"{url}/{stem}?data={name.partition('-')[0]}&{key}={name}")
            settle(page, quiet=0)
    for dataset in ("digits", "fashion"):
        open_page(page, f"{url}/autoencoders?data={dataset}")
        settle(page, quiet=0)
