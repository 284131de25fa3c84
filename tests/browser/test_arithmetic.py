"""Arithmetic in a browser: trays are filled by click, key and hand, and the sum follows."""

import re

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.servers import Server
from tests.browser.waits import DRAW_WITHIN, changed, done, pixels, settled, until

pytestmark = pytest.mark.browser


@pytest.fixture
def sums(page: Page, tiny_app: Server) -> Page:
    """The page, drawn."""
    page.set_viewport_size({"width": 1440, "height": 1400})
    page.goto(f"{tiny_app('digits-aae-30')}/arithmetic")
    expect(page.locator(".tray").first).to_be_visible(timeout=DRAW_WITHIN)
    expect(page.get_by_role("img", name="The sum at strength 1.00")).to_be_visible(timeout=DRAW_WITHIN)
    settled(page)
    return page


def held(page: Page, name: str) -> Locator:
    """The pictures in a tray."""
    return page.locator(f".tray[data-at='{'ABC'.index(name)}'] .tile")


def large(page: Page) -> Locator:
    """The canvas of the sum."""
    return page.locator(".shown canvas").first


def asked(page: Page, sum: str) -> None:
    """Wait until Python was told of a sum, and is done with it."""
    expect(page).to_have_url(re.compile(f"sum={sum}(&|$)"))
    done(page)


def test_a_click_adds_and_takes_out(sums: Page) -> None:
    before = pixels(large(sums))
    offered = sums.locator(".offered .tile")
    offered.nth(2).click()
    expect(held(sums, "C")).to_have_count(2)
    asked(sums, r"m2_m6_m5\.\d+")
    changed(large(sums), before)
    held(sums, "C").nth(1).click()
    expect(held(sums, "C")).to_have_count(1)
    asked(sums, "m2_m6_m5")
    until(sums, lambda: pixels(large(sums)), lambda now: now == before)


def test_quick_clicks_are_all_kept_and_survive_a_reload(sums: Page) -> None:
    offered = sums.locator(".offered .tile")
    for at in (2, 3, 4):
        offered.nth(at).click()
    expect(held(sums, "C")).to_have_count(4)
    asked(sums, r"m2_m6_m5(\.\d+){3}")
    expect(held(sums, "C")).to_have_count(4)
    sums.reload()
    expect(held(sums, "C")).to_have_count(4, timeout=DRAW_WITHIN)


def test_keys_and_hands_choose_the_tray(sums: Page) -> None:
    offered = sums.locator(".offered .tile")
    offered.nth(2).focus()
    sums.keyboard.press("a")
    expect(held(sums, "A")).to_have_count(2)
    asked(sums, r"m2\.\d+_m6_m5")  # a hand aims at what stands still
    offered.nth(3).drag_to(sums.locator(".tray[data-at='1']"))
    expect(held(sums, "B")).to_have_count(2)
    asked(sums, r"m2\.\d+_m6\.\d+_m5")
    held(sums, "B").nth(1).drag_to(sums.locator(".tray[data-at='0']"))
    expect(held(sums, "B")).to_have_count(1)
    expect(held(sums, "A")).to_have_count(3)
    asked(sums, r"m2(\.\d+){2}_m6_m5")
