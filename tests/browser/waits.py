"""What the tests wait for. One that passes waits no longer than that takes; the limits are for failures."""

import re
import time
from collections.abc import Callable
from typing import TypeVar

from playwright.sync_api import Locator, Page, expect

Found = TypeVar("Found")
ANSWER_WITHIN = 60_000  # ms; a run takes 0.2 s, and seconds while something else keeps the machine busy
DRAW_WITHIN = 120_000  # ms; for a page's first run


def done(page: Page) -> None:
    """Wait until the page's script is done, its widgets' code is there, and components show what they were told.

    The script may also not have begun: after a click, first wait for something that the run brings.
    """
    ended = page.locator("[data-testid=stApp][data-test-script-state=notRunning]")
    missing = page.locator("[data-testid=stSkeleton], [aria-busy=true]")
    expect(ended.filter(has_not=missing)).to_be_attached(timeout=DRAW_WITHIN)


def settled(page: Page) -> None:
    """Wait until the script is done, and fonts that come later would move nothing any more."""
    done(page)
    page.evaluate("document.fonts.ready.then(() => null)")


def narrow(page: Page) -> None:
    """Wait until nothing is wider than the screen."""
    page.wait_for_function(
        """(main => main && main.scrollWidth <= main.clientWidth
          && document.documentElement.scrollWidth <= innerWidth)(document.querySelector('[data-testid=stMain]'))"""
    )


def listen(page: Page, sent: list[int]) -> None:
    """Note what a page sends; before it is opened."""
    page.on("websocket", lambda socket: socket.on("framesent", lambda frame: sent.append(len(frame))))


def pass_time(page: Page, ms: float = 600) -> None:
    """Let the page's own clock go on: what it put off for less was done, however slow the machine is."""
    page.evaluate("ms => new Promise(done => setTimeout(done, ms))", ms)


def until(page: Page, read: Callable[[], Found], good: Callable[[Found], bool]) -> Found:
    """What is read, once it is good."""
    end = time.monotonic() + ANSWER_WITHIN / 1000
    while not good(found := read()):
        assert time.monotonic() < end, f"it stayed {str(found)[:200]}"
        page.wait_for_timeout(50)
    return found


def pixels(canvas: Locator) -> str:
    """What is drawn on a canvas, as a data URI."""
    return canvas.evaluate("c => c.toDataURL()")


def changed(canvas: Locator, before: str) -> str:
    """What is drawn on a canvas, once it is something else than before."""
    return until(canvas.page, lambda: pixels(canvas), lambda now: now != before)


def named(address: str, by: str = "item") -> re.Pattern[str]:
    """The browser's address where it names an item."""
    return re.compile(rf"\b{by}={address.replace('/', '(%2F|/)')}\b")
