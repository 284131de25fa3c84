"""``python -m benchmarks``: time the dashboard as someone in front of a browser meets it; writes results.json.

Every number is taken in headless Chromium against a server of its own with an empty cache and no data folder.
"""

import argparse
import json
import os
import platform
import statistics
import tempfile
import time
from datetime import date
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

from core.checkpoints import names
from core.settings import ROOT
from tests.browser.conftest import CHROMIUM_ARGS, done, find_chromium, running

RESULTS = Path(__file__).with_name("results.json")
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


def server_process(port: int) -> int:
    """Process that listens on ``port`` of this machine, by its command line."""
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            if f"--server.port={port}".encode() in (folder / "cmdline").read_bytes():
                return int(folder.name)
        except OSError:
            continue
    raise RuntimeError(f"no process serves port {port}")


def measure(rounds: int) -> dict[str, object]:
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
            cold = time.perf_counter() - started
            paint = {}
            for stem in PAGES:
                open_page(page, f"{url}/{stem}")
                times = [open_page(page, f"{url}/{stem}") for _ in range(rounds)]
                paint[stem] = round(statistics.median(times), 3)
            moves = slider(page, url)
            visit_everything(page, url)
            resident = memory(server_process(int(url.rsplit(":", 1)[1])))
        browser.close()
    return {
        "date": date.today().isoformat(),
        "cores": os.cpu_count(),
        "machine": platform.machine(),
        "rounds": rounds,
        "cold_start_to_first_picture_s": round(cold, 2),
        "warm_page_to_first_picture_s": paint,
        "slider_release_to_image_ms": {
            "median": round(1000 * statistics.median(moves)),
            "worst": round(1000 * max(moves)),
            "moves": len(moves),
        },
        "server_memory_all_checkpoints_gb": round(resident, 2),
        "checkpoints": len(names(ROOT / "checkpoints")),
    }


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("--rounds", type=int, default=5)
    args = parser.parse_args()
    results = measure(args.rounds)
    RESULTS.write_text(json.dumps(results, indent=1) + "\n")
    print(json.dumps(results, indent=1))


if __name__ == "__main__":
    main()
