"""A Chromium, servers to open in it, and how long things take there."""

import json
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, Page, WebSocket, sync_playwright

from core.settings import ROOT
from tests.browser.conftest import CHROMIUM_ARGS, find_chromium
from tests.browser.servers import running

PROBE = Path(__file__).with_name("probe.js")
SIZE = {"width": 1440, "height": 900}
LIMIT = 120_000  # ms for a page's first picture on a busy machine
LARGE = 32 * 1024  # bytes; a websocket message above it may hold points; components' code comes in such ones too
GEOMETRY = "/points/"  # in the address of points
# A title, and at least one picture in the main area that has arrived.
PAINTED = """() => {
  const main = document.querySelector('[data-testid="stMain"]');
  if (!main || !main.querySelector('h1')) return false;
  const deep = root => [...root.querySelectorAll('*')].flatMap(e => e.shadowRoot ? deep(e.shadowRoot) : [e]);
  return deep(main).some(e => (e.tagName === 'IMG' && e.complete && e.naturalWidth > 8)
    || (e.tagName === 'CANVAS' && e.width > 8) || getComputedStyle(e).backgroundImage.startsWith('url'));
}"""


@contextmanager
def chromium() -> Iterator[Browser]:
    """A headless Chromium that draws WebGL in software."""
    with sync_playwright() as playwright:
        executable = find_chromium(playwright.chromium.executable_path)
        browser = playwright.chromium.launch(executable_path=executable, args=CHROMIUM_ARGS)
        yield browser
        browser.close()


@contextmanager
def fresh_page(browser: Browser, *, height: int = SIZE["height"]) -> Iterator[Page]:
    """A page with nothing cached, and the probe in it."""
    context = browser.new_context(viewport={"width": SIZE["width"], "height": height})
    context.add_init_script(path=PROBE)
    try:
        yield context.new_page()
    finally:
        context.close()


@contextmanager
def serving(script: Path, scratch: Path, **env: str) -> Iterator[str]:
    """A server with an empty cache and no data folder; gives its address."""
    scratch.mkdir(parents=True, exist_ok=True)
    own = {
        "MORPHOSPACE_DATA": "",
        "MORPHOSPACE_CACHE": str(scratch),
        "MORPHOSPACE_HOME": str(scratch / "home"),
        "PYTHONDONTWRITEBYTECODE": "1",
        "PYTHONPATH": str(ROOT),
    }
    with running(script, env=own | env, cwd=ROOT, log=scratch / f"{script.stem}.log") as url:
        yield url


def server_process(url: str) -> int:
    """The process that listens at an address of this machine, by its command line."""
    flag = f"--server.port={url.rsplit(':', 1)[1]}".encode()
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            if flag in (folder / "cmdline").read_bytes().split(b"\0"):
                return int(folder.name)
        except OSError:
            continue
    raise RuntimeError(f"no process serves {url}")


def memory(url: str) -> float:
    """Resident memory in MB of the server at an address."""
    process = server_process(url)
    for line in Path(f"/proc/{process}/status").read_text().splitlines():
        if line.startswith("VmRSS"):
            return int(line.split()[1]) / 1e3
    raise RuntimeError(f"process {process} has no VmRSS")


def open_page(page: Page, url: str, until: str = PAINTED) -> float:
    """Seconds from asking for ``url`` until the JavaScript function ``until`` holds: the first useful picture."""
    started = time.perf_counter()
    page.goto(url)
    page.wait_for_function(until, polling=20, timeout=LIMIT)
    return time.perf_counter() - started


def watch(page: Page, event: str, act: Callable[[], object], **conditions: str) -> dict[str, float]:
    """Do ``act``; ms from its first input ``event`` to the frame that shows each condition, by name.

    Parameters
    ----------
    event : DOM event whose own time stamp counts: ``pointermove``, ``pointerup``.
    conditions : JavaScript expressions, tried after each frame.
    """
    tests = ", ".join(f"{json.dumps(name)}: () => {test}" for name, test in conditions.items())
    page.evaluate(f"() => {{ bench.watch({json.dumps(event)}, {{ {tests} }}) }}")
    act()
    found: dict[str, float] = page.evaluate("() => bench.times")
    return found


def drag(page: Page, corners: list[tuple[float, float]], *, between: int = 1) -> None:
    """Press at the first place, go to all others, and let go at the last one."""
    page.mouse.move(*corners[0])
    page.mouse.down()
    for corner in corners[1:]:
        page.mouse.move(*corner, steps=between)
    page.mouse.up()


@dataclass
class Traffic:
    """What a page sends and gets from now on; make it before the page is opened.

    Attributes
    ----------
    up, down : bytes over websockets.
    large : bytes of messages down that are large enough to hold points.
    fetched : bytes that came over the network, by address; what the browser had kept is not in it.
    """

    up: int = 0
    down: int = 0
    large: int = 0
    fetched: dict[str, int] = field(default_factory=dict)

    @classmethod
    def of(cls, page: Page) -> "Traffic":
        """Listen to a page."""
        found, addresses = cls(), dict[str, str]()
        page.on("websocket", found._listen)
        cdp = page.context.new_cdp_session(page)
        cdp.send("Network.enable")

        def finished(event: dict[str, Any]) -> None:
            address = addresses.pop(event["requestId"], "")
            found.fetched[address] = found.fetched.get(address, 0) + int(event["encodedDataLength"])

        cdp.on("Network.requestWillBeSent", lambda e: addresses.update({e["requestId"]: e["request"]["url"]}))
        cdp.on("Network.loadingFinished", finished)
        return found

    def _listen(self, socket: WebSocket) -> None:
        socket.on("framesent", self._sent)
        socket.on("framereceived", self._received)

    def _sent(self, payload: str | bytes) -> None:
        self.up += len(payload)

    def _received(self, payload: str | bytes) -> None:
        self.down += len(payload)
        self.large += len(payload) if len(payload) > LARGE else 0

    def reset(self) -> None:
        """Forget what was counted."""
        self.up = self.down = self.large = 0
        self.fetched.clear()

    def geometry(self) -> int:
        """Bytes of points: those fetched as such, or else the messages that are large enough to hold them."""
        return sum(size for address, size in self.fetched.items() if GEOMETRY in address) or self.large


def settle(page: Page, *, quiet: int = 400) -> None:
    """Wait until the page's script is done, and stays so for ``quiet`` ms."""
    state = "document.querySelector('[data-testid=stApp]')?.dataset.testScriptState"
    page.wait_for_function(f"{state} === 'notRunning'", polling=50, timeout=LIMIT)
    page.wait_for_timeout(quiet)
    page.wait_for_function(f"{state} === 'notRunning'", polling=50, timeout=LIMIT)
