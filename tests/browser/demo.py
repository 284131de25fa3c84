"""What the tests of the components do with the page that shows them."""

import re

from playwright.sync_api import Page, expect

from tests.browser.waits import DRAW_WITHIN, done, settled


def open_demo(page: Page, url: str) -> None:
    """Open the page and wait until every component is there."""
    page.goto(url)
    for shown in (
        page.get_by_role("option", name="Digit 9"),
        page.get_by_role("slider", name="To a 9"),
        page.get_by_role("img", name="Drawing pad"),
    ):
        expect(shown).to_be_visible(timeout=DRAW_WITHIN)
    settled(page)


def run_again(page: Page) -> None:
    """Cause a run with other pictures, without the mouse, which may be holding something, and wait for its end."""
    before = int(re.search(r"shift=(\d+)", page.locator("body").inner_text()).group(1))
    page.evaluate("[...document.querySelectorAll('button')].find(b => b.innerText.trim() === 'Shift').click()")
    expect(page.get_by_text(f"shift={before + 1}", exact=True)).to_be_visible()
    done(page)
