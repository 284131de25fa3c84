"""``python -m benchmarks``: time the dashboard as someone in front of a browser meets it; writes results.json.

Every number is taken in headless Chromium against a server of its own with an empty cache and no data folder.
"""

import argparse
import json
import math
import statistics
import tempfile
import time
from dataclasses import asdict
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

from benchmarks.table import RESULTS, Row, table
from core.checkpoints import names
from core.settings import ROOT
from tests.browser.conftest import CHROMIUM_ARGS, done, find_chromium, running

PAGES = ("overview", "clusters", "latent_map", "retrieve", "interpolate", "autoencoders")
# A title, and at least one picture in the main area that has arrived.
PAINTED = """() => {
  const main = document.querySelector('[data-testid="stMain"]');
  if (!main || !main.querySelector('h1')) return false;
  const deep = root => [...root.querySelectorAll('*')].flatMap(e => e.shadowRoot ? deep(e.shadowRoot) : [e]);
  return deep(main).some(e => (e.tagName === 'IMG' && e.complete && e.naturalWidth > 8)
    || (e.tagName === 'CANVAS' && e.width > 8) || getComputedStyle(e).backgroundImage.startsWith('url'));
}"""
CHANGED = """before => {
  const image = document.querySelector('img[alt^="Frame at t ="]');
  return image && image.getAttribute('src') !== before && image.complete;
}"""
KEYS = {"clusters": "cl_model", "latent_map": "map_model", "retrieve": "retr_model", "interpolate": "interp_model"}


def open_page(page: Page, url: str) -> float:
    """Seconds from asking for ``url`` to the first useful picture."""
    started = time.perf_counter()
    page.goto(url)
    page.wait_for_function(PAINTED, polling=20, timeout=120_000)
    return time.perf_counter() - started


def slider(page: Page, url: str, *, moves: int = 15) -> list[float]:
    """Seconds from the release of the interpolation slider to the new image, one for each move."""
    open_page(page, f"{url}/interpolate")
    handle = page.locator(".st-key-interp_t").get_by_role("slider")
    handle.wait_for()
    box = page.locator('.st-key-interp_t [data-testid="stSlider"]').bounding_box()
    thumb = handle.bounding_box()
    if box is None or thumb is None:
        raise RuntimeError("the slider is not on the page")
    found = []
    for move in range(moves):
        page.wait_for_timeout(400)
        before = page.get_by_alt_text("Frame at t =").first.get_attribute("src")
        x = box["x"] + box["width"] * (0.1 + 0.8 * ((move * 7) % moves) / moves)
        page.mouse.move(x, thumb["y"] + thumb["height"] / 2)
        page.mouse.down()
        page.mouse.move(x + 6, thumb["y"] + thumb["height"] / 2, steps=3)
        started = time.perf_counter()
        page.mouse.up()
        page.wait_for_function(
            CHANGED,
            arg=before,
            polling=5,
        )
        found.append(time.perf_counter() - started)
    return found


def memory(process: int) -> float:
    """Resident memory of a process in GB."""
    for line in Path(f"/proc/{process}/status").read_text().splitlines():
        if line.startswith("VmRSS"):
            return int(line.split()[1]) / 1e6
    raise RuntimeError(f"process {process} has no VmRSS")


def visit_everything(page: Page, url: str) -> None:
    """Open every checkpoint on every page that has a choice of it."""
    for name in names(ROOT / "checkpoints"):
        for stem, key in KEYS.items():
            if stem == "clusters" and "-aae-" not in name:
                continue
            open_page(page, f"{url}/{stem}?data={name.partition('-')[0]}&{key}={name}")
            done(page)
    for dataset in ("digits", "fashion"):
        open_page(page, f"{url}/autoencoders?data={dataset}")
        done(page)


def server_process(port: int) -> int:
    """Process that listens on ``port`` of this machine, by its command line."""
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            if f"--server.port={port}".encode() in (folder / "cmdline").read_bytes():
                return int(folder.name)
        except OSError:
            continue
    raise RuntimeError(f"no process serves port {port}")


def row(name: str, values: list[float], unit: str) -> Row:
    """Median and 95th percentile (the nearest rank) of what was measured."""
    ordered = sorted(values)
    high = ordered[math.ceil(0.95 * len(ordered)) - 1]
    return Row(name, len(values), round(statistics.median(ordered), 3), round(high, 3), unit)


def measure(rounds: int) -> list[Row]:
    """All numbers."""
    env = {"MORPHOSPACE_DATA": "", "PYTHONDONTWRITEBYTECODE": "1"}
    with tempfile.TemporaryDirectory() as scratch, sync_playwright() as playwright:
        env["MORPHOSPACE_CACHE"] = scratch
        executable = find_chromium(playwright.chromium.executable_path)
        browser = playwright.chromium.launch(executable_path=executable, args=CHROMIUM_ARGS)
        page = browser.new_page(viewport={"width": 1440, "height": 900})
        started = time.perf_counter()
        with running(ROOT / "dashboard" / "app.py", env=env, cwd=ROOT, log=Path(scratch) / "log") as url:
            open_page(page, url)
            rows = [row("start of the server to the first picture, cold", [time.perf_counter() - started], "s")]
            for stem in PAGES:
                open_page(page, f"{url}/{stem}")
                times = [open_page(page, f"{url}/{stem}") for _ in range(rounds)]
                title = stem.replace("_", " ").capitalize()
                rows.append(row(f"{title}, opened on a warm server, to its first picture", times, "s"))
            rows.append(row("slider released to the new image", [1000 * s for s in slider(page, url)], "ms"))
            visit_everything(page, url)
            resident = memory(server_process(int(url.rsplit(":", 1)[1])))
            rows.append(row("server memory with every checkpoint loaded", [resident], "GB"))
        browser.close()
    return rows


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("--rounds", type=int, default=5)
    args = parser.parse_args()
    RESULTS.write_text(json.dumps([asdict(found) for found in measure(args.rounds)], indent=1) + "\n")
    print(table())


if __name__ == "__main__":
    main()
