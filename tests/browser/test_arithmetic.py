"""Arithmetic in a browser: trays are filled by click, key and hand, and the sum follows."""

import re

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import Server, done

pytestmark = pytest.mark.browser


@pytest.fixture
def sums(page: Page, tiny_app: Server) -> Page:
    """The page, drawn."""
    page.set_viewport_size({"width": 1440, "height": 1400})
    page.goto(f"{tiny_app('digits-aae-30')}/arithmetic")
    expect(page.locator(".tray").first).to_be_visible(timeout=60_000)
    expect(page.get_by_role("img", name="The sum at strength 1.00")).to_be_visible(timeout=60_000)
    done(page)
    return page


def held(page: Page, name: str) -> Locator:
    """The pictures in a tray."""
    return page.locator(f".tray[data-at='{'ABC'.index(name)}'] .tile")


def large(page: Page) -> str:
    """The pixels of the sum."""
    return page.locator(".shown canvas").first.evaluate("canvas => canvas.toDataURL()")


def redrawn(page: Page, before: str) -> None:
    """Wait until the sum has other pixels: the script may be done before its pictures have come."""
    for _ in range(100):
        if large(page) != before:
            return
        page.wait_for_timeout(100)
    raise AssertionError("the sum is drawn as before")


def test_a_click_adds_and_takes_out(sums: Page) -> None:
    before = large(sums)
    offered = sums.locator(".offered .tile")
    offered.nth(2).click()
    expect(held(sums, "C")).to_have_count(2)
    expect(sums).to_have_url(re.compile(r"sum=m2_m6_m5\.\d+"))
    done(sums)
    redrawn(sums, before)
    held(sums, "C").nth(1).click()
    expect(held(sums, "C")).to_have_count(1)
    expect(sums).to_have_url(re.compile(r"sum=m2_m6_m5(&|$)"))


def test_quick_clicks_are_all_kept_and_survive_a_reload(sums: Page) -> None:
    offered = sums.locator(".offered .tile")
    for at in (2, 3, 4):
        offered.nth(at).click()
    expect(held(sums, "C")).to_have_count(4)
    done(sums)
    expect(held(sums, "C")).to_have_count(4)
    expect(sums).to_have_url(re.compile(r"sum=m2_m6_m5(\.\d+){3}"))
    sums.reload()
    expect(held(sums, "C")).to_have_count(4, timeout=60_000)


def test_keys_and_hands_choose_the_tray(sums: Page) -> None:
    offered = sums.locator(".offered .tile")
    offered.nth(2).focus()
    sums.keyboard.press("a")
    expect(held(sums, "A")).to_have_count(2)
    offered.nth(3).drag_to(sums.locator(".tray[data-at='1']"))
    expect(held(sums, "B")).to_have_count(2)
    held(sums, "B").nth(1).drag_to(sums.locator(".tray[data-at='0']"))
    expect(held(sums, "B")).to_have_count(1)
    expect(held(sums, "A")).to_have_count(3)
