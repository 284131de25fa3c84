"""The drawing pad in a Chromium: strokes by mouse and finger, undo and clear."""

import re

import pytest
from playwright.sync_api import Page, expect
from pytest_playwright import CreateContextCallback

from tests.browser.demo import open_demo, run_again
from tests.browser.waits import pixels

pytestmark = pytest.mark.browser


def stroke(page: Page, *points: tuple[float, float]) -> None:
    """Draw with the mouse through points given as shares of the pad's sides."""
    box = page.get_by_role("img", name="Drawing pad").bounding_box()
    places = [(box["x"] + x * box["width"], box["y"] + y * box["height"]) for x, y in points]
    page.mouse.move(*places[0])
    page.mouse.down()
    for place in places[1:]:
        page.mouse.move(*place, steps=8)
    page.mouse.up()


def white(page: Page) -> int:
    """How many white pixels Python counted."""
    text = page.get_by_text(re.compile("^ink="))
    expect(text).to_have_text(re.compile(r"280x280"))
    return int(re.search(r"white=(\d+)", text.inner_text()).group(1))


def test_strokes_undo_and_clear(demo: Page) -> None:
    expect(demo.get_by_text("ink=none")).to_be_visible()
    stroke(demo, (0.5, 0.2), (0.5, 0.8))
    one = white(demo)
    assert one == pytest.approx(168 * 26 + 531, rel=0.05)  # a line of 168 px, 26 px wide, with round ends
    stroke(demo, (0.2, 0.5), (0.8, 0.5))
    expect(demo.get_by_text(f"white={one}")).to_have_count(0)
    assert white(demo) > 1.7 * one
    demo.keyboard.press("Control+z")
    expect(demo.get_by_text(f"white={one}")).to_be_visible()
    demo.get_by_role("button", name="Clear").click()
    expect(demo.get_by_text("ink=none")).to_be_visible()
    expect(demo.get_by_role("button", name="Undo")).to_have_attribute("aria-disabled", "true")


def test_a_stroke_outlives_a_run(demo: Page) -> None:
    box = demo.get_by_role("img", name="Drawing pad").bounding_box()

    def to(x: float) -> None:
        demo.mouse.move(box["x"] + x * box["width"], box["y"] + 0.5 * box["height"], steps=5)

    to(0.2)
    demo.mouse.down()
    to(0.5)
    run_again(demo)
    expect(demo.get_by_text("ink=none")).to_be_visible()
    to(0.8)
    demo.mouse.up()
    assert white(demo) == pytest.approx(168 * 26 + 531, rel=0.05)


def test_a_pad_that_is_put_up_elsewhere_shows_the_drawing(demo: Page) -> None:
    pad = demo.get_by_role("img", name="Drawing pad")
    stroke(demo, (0.3, 0.2), (0.3, 0.8))
    ink = white(demo)
    before = pixels(pad)
    pad.evaluate("c => { c.old = true }")
    demo.get_by_text("Pad on the left").click()
    demo.wait_for_function(
        "!document.querySelector('.st-key-demo_sketch [data-testid=stBidiComponentIsolated]')"
        "?.shadowRoot.querySelector('canvas')?.old"
    )
    expect(pad).to_have_count(1)  # the old one stays on screen until the run is over
    expect(pad).to_have_accessible_name(re.compile("Drawn on"))
    assert pixels(pad) == before
    assert white(demo) == ink
    demo.get_by_role("button", name="Undo").click()
    expect(demo.get_by_text("ink=none")).to_be_visible()


def test_a_finger_draws_and_does_not_scroll(new_context: CreateContextCallback, demo_url: str) -> None:
    context = new_context(viewport={"width": 390, "height": 844}, has_touch=True)
    page = context.new_page()
    open_demo(page, demo_url)
    pad = page.get_by_role("img", name="Drawing pad")
    pad.scroll_into_view_if_needed()
    box = pad.bounding_box()
    x, y = box["x"] + box["width"] / 2, box["y"] + 0.8 * box["height"]
    touch = context.new_cdp_session(page)
    touch.send("Input.dispatchTouchEvent", {"type": "touchStart", "touchPoints": [{"x": x, "y": y}]})
    for step in range(1, 9):
        points = [{"x": x, "y": y - step * 0.07 * box["height"]}]
        touch.send("Input.dispatchTouchEvent", {"type": "touchMove", "touchPoints": points})
    touch.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})
    assert white(page) > 2000
    assert pad.bounding_box() == box
