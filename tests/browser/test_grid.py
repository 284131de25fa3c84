"""The grid to move over in a Chromium: pointer, drag, keys, and what it reports."""

import re

import pytest
from playwright.sync_api import BrowserContext, Locator, Page, expect

from tests.browser.demo import open_demo, run_again
from tests.browser.waits import changed, narrow, pass_time, pixels, until

pytestmark = pytest.mark.browser
COLUMNS = 9  # of the demo, which has six rows: from the digits 4 to 9 to a 9


def cells(page: Page) -> Locator:
    """The pictures in rows and columns."""
    return page.get_by_role("application", name="To 9s")


def large(page: Page) -> Locator:
    """The large picture."""
    return page.locator(".st-key-demo_styles .shown canvas")


def move(page: Page, row: int, column: int) -> None:
    """Put the pointer on a cell."""
    cells(page).scroll_into_view_if_needed()
    box = cells(page).bounding_box()
    page.mouse.move(box["x"] + (column + 0.5) * box["width"] / COLUMNS, box["y"] + (row + 0.5) * box["height"] / 6)


def test_the_large_picture_follows_the_pointer_and_returns_to_the_held_one(demo: Page, sent: list[int]) -> None:
    expect(large(demo)).to_have_accessible_name("digit 4, 0.50, made by the model")
    held = pixels(large(demo))
    sent.clear()
    move(demo, 2, 0)
    expect(large(demo)).to_have_accessible_name("digit 6, 0.00, made by the model")
    assert pixels(large(demo)) != held
    demo.mouse.move(0, 0)
    expect(large(demo)).to_have_accessible_name("digit 4, 0.50, made by the model")
    assert pixels(large(demo)) == held
    pass_time(demo)
    assert not sent  # looking is not choosing


def test_every_cell_shows_its_own_picture(demo: Page) -> None:
    seen = set()
    for row in range(5):  # the last row goes from a 9 to a 9
        move(demo, row, 0)
        expect(large(demo)).to_have_accessible_name(re.compile(f"^digit {4 + row}, 0.00"))
        seen.add(pixels(large(demo)))
    assert len(seen) == 5
    move(demo, 0, COLUMNS - 1)
    expect(large(demo)).to_have_accessible_name(re.compile("^digit 4, 1.00"))
    end = pixels(large(demo))
    move(demo, 5, 3)
    expect(large(demo)).to_have_accessible_name(re.compile("^digit 9, 0.38"))
    assert pixels(large(demo)) == end
    assert pixels(demo.locator(".st-key-demo_styles .beside canvas")) == end
    expect(demo.get_by_role("img", name="A 9", exact=True)).to_be_visible()


def test_a_drag_is_reported_on_release(demo: Page, sent: list[int]) -> None:
    move(demo, 0, 0)
    sent.clear()
    demo.mouse.down()
    move(demo, 1, 3)
    move(demo, 3, 5)
    expect(large(demo)).to_have_accessible_name(re.compile("^digit 7, 0.62"))
    pass_time(demo)
    assert not sent
    demo.mouse.move(0, 0)  # far outside: the nearest cell
    expect(large(demo)).to_have_accessible_name(re.compile("^digit 4, 0.00"))
    move(demo, 3, 5)
    demo.mouse.up()
    expect(demo.get_by_text(f"cell={3 * COLUMNS + 5}", exact=True)).to_be_visible()


def test_keys_move_the_held_cell(demo: Page) -> None:
    cells(demo).focus()
    for key, row, column in (
        ("ArrowDown", 1, 4),
        ("ArrowRight", 1, 5),
        ("End", 1, 8),
        ("ArrowRight", 1, 8),
        ("PageDown", 5, 8),
        ("ArrowDown", 5, 8),
        ("Home", 5, 0),
        ("ArrowUp", 4, 0),
    ):
        demo.keyboard.press(key)
        expect(large(demo)).to_have_accessible_name(re.compile(f"^digit {4 + row}, {column / 8:.2f}"))
    expect(demo.get_by_text(f"cell={4 * COLUMNS}", exact=True)).to_be_visible()
    expect(demo.locator(".st-key-demo_styles .rows .now")).to_have_text("digit 8")
    expect(demo.locator(".st-key-demo_styles .heads .now")).to_have_text("0.00")


def test_a_run_with_other_pictures_keeps_the_cell(demo: Page) -> None:
    cells(demo).focus()
    demo.keyboard.press("ArrowDown")
    expect(demo.get_by_text("cell=13", exact=True)).to_be_visible()
    before = pixels(large(demo))
    run_again(demo)
    expect(large(demo)).to_have_accessible_name(re.compile("^digit 6, 0.50"))
    changed(large(demo), before)
    expect(demo.get_by_text("cell=13", exact=True)).to_be_visible()


def test_a_phone_shows_it_whole_and_a_tap_holds_a_cell(phone: BrowserContext, demo_url: str) -> None:
    page = phone.new_page()
    open_demo(page, demo_url)
    expect(cells(page)).to_be_visible()
    narrow(page)
    box, _ = until(
        page,
        lambda: (cells(page).bounding_box(), large(page).bounding_box()),
        lambda boxes: boxes[1]["y"] + boxes[1]["height"] <= boxes[0]["y"],  # above, where no finger is
    )
    assert box["x"] + box["width"] <= 390
    cells(page).tap(position={"x": 1.5 * box["width"] / COLUMNS, "y": 2.5 * box["height"] / 6})
    expect(page.get_by_text(f"cell={2 * COLUMNS + 1}", exact=True)).to_be_visible()
