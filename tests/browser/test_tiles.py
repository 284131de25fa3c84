"""The grid of pictures in a Chromium: clicks, keys, marks, sizes and colours."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.demo import open_demo, run_again
from tests.browser.waits import changed, narrow, pixels

pytestmark = pytest.mark.browser


def test_a_click_is_reported_once(demo: Page) -> None:
    demo.get_by_role("option", name="Digit 3").click()
    expect(demo.get_by_text("chosen=3 picks=1")).to_be_visible()
    expect(demo.get_by_role("option", name="Digit 3")).to_have_attribute("aria-selected", "true")
    run_again(demo)
    expect(demo.get_by_text("chosen=3 picks=1")).to_be_visible()


def test_arrows_move_and_enter_picks(demo: Page) -> None:
    demo.get_by_role("option", name="Digit 0").focus()
    for key in ("ArrowRight", "ArrowRight", "ArrowLeft", "End", "ArrowLeft"):
        demo.keyboard.press(key)
    expect(demo.get_by_role("option", name="Digit 8")).to_be_focused()
    demo.keyboard.press("Enter")
    expect(demo.get_by_text("chosen=8 picks=1")).to_be_visible()
    expect(demo.get_by_role("option", name="Digit 8")).to_be_focused()


def test_up_and_down_move_by_rows(demo: Page) -> None:
    grid = demo.get_by_role("listbox", name="Grid").get_by_role("option")
    grid.nth(34).focus()
    demo.keyboard.press("ArrowDown")
    expect(grid.nth(44)).to_be_focused()
    demo.keyboard.press("ArrowUp")
    demo.keyboard.press("ArrowUp")
    expect(grid.nth(24)).to_be_focused()


def test_marks_are_spoken(demo: Page) -> None:
    for name in ("Digit 0, 0.0000, query", "Digit 1, 0.0123, correct", "Digit 3, 0.0369, wrong"):
        expect(demo.get_by_role("option", name=name, exact=True)).to_be_visible()
    expect(demo.get_by_role("option", name="Picture 100, made by the model", exact=True)).to_be_attached()


def test_pictures_that_are_not_to_be_clicked(demo: Page) -> None:
    colours = demo.get_by_role("list", name="Colours")
    expect(colours.get_by_role("img")).to_have_count(6)
    expect(colours.get_by_role("button")).to_have_count(0)


def test_small_pictures_keep_hard_pixels_at_whole_multiples(demo: Page) -> None:
    digit = demo.get_by_role("option", name="Digit 7").locator("canvas")
    assert digit.evaluate("c => [c.width, c.clientWidth, getComputedStyle(c).imageRendering]") == [
        28,
        84,
        "pixelated",
    ]
    colour = demo.get_by_role("list", name="Colours").locator("canvas").first
    assert colour.evaluate("c => [c.clientWidth, getComputedStyle(c).imageRendering]") == [64, "auto"]


def test_a_run_changes_pictures_in_place(demo: Page) -> None:
    first = demo.get_by_role("listbox", name="Neighbours").get_by_role("option").first
    first.evaluate("tile => { tile.stays = true }")
    first.focus()
    before = pixels(first.locator("canvas"))
    run_again(demo)
    expect(first).to_have_accessible_name(re.compile("Digit 1"))
    changed(first.locator("canvas"), before)
    assert first.evaluate("tile => tile.stays")


def test_a_grid_shrinks_to_a_phone(demo: Page) -> None:
    demo.set_viewport_size({"width": 390, "height": 844})
    grid = demo.get_by_role("listbox", name="Grid")
    expect(grid.locator("canvas").first).to_have_js_property("clientWidth", 28)
    expect(grid).to_have_js_property("scrollWidth", grid.evaluate("g => g.clientWidth"))
    narrow(demo)


def test_colours_follow_the_theme(page: Page, demo_url: str) -> None:
    page.emulate_media(color_scheme="light")
    open_demo(page, demo_url)
    right = page.get_by_role("option", name="Digit 1").locator("canvas")
    light = right.evaluate("c => getComputedStyle(c).outlineColor")
    page.emulate_media(color_scheme="dark")
    expect(right).not_to_have_css("outline-color", light)
