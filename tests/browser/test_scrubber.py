"""The scrubber in a Chromium: keys, drags, playing, and what it reports."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.demo import pixels, run_again

pytestmark = pytest.mark.browser


def test_the_slider_moves_by_keys_and_reports_at_rest(demo: Page) -> None:
    slider = demo.get_by_role("slider", name="To a 9")
    large = demo.get_by_role("img", name=re.compile("^Frame"))
    expect(demo.get_by_text("frame=2", exact=True)).to_be_visible()
    slider.focus()
    before = pixels(large)
    demo.keyboard.press("ArrowRight")
    assert pixels(large) != before
    expect(slider).to_have_attribute("aria-valuetext", "Frame 4 of 21, 85 % of the digit")
    expect(demo.get_by_text("frame=3", exact=True)).to_be_visible()
    demo.keyboard.press("End")
    expect(demo.get_by_text("frame=20", exact=True)).to_be_visible()
    demo.keyboard.press("Home")
    expect(demo.get_by_text("frame=0", exact=True)).to_be_visible()


def test_a_drag_outlives_a_run_and_reports_on_release(demo: Page) -> None:
    slider = demo.get_by_role("slider", name="To a 9")
    slider.scroll_into_view_if_needed()
    box = slider.bounding_box()
    middle = box["y"] + box["height"] / 2

    def to(share: float) -> None:
        demo.mouse.move(box["x"] + 10 + share * (box["width"] - 20), middle, steps=4)

    to(0.1)
    demo.mouse.down()
    to(0.5)
    expect(slider).to_have_value("10")
    run_again(demo)  # with other pictures
    expect(slider).to_have_value("10")
    expect(demo.get_by_text("frame=2", exact=True)).to_be_visible()
    to(0.75)
    expect(slider).to_have_value("15")
    demo.mouse.up()
    expect(demo.get_by_text("frame=15", exact=True)).to_be_visible()
    expect(slider).to_have_value("15")


def test_play_runs_to_the_end_and_only_when_asked(demo: Page) -> None:
    slider = demo.get_by_role("slider", name="To a 9")
    demo.wait_for_timeout(500)
    expect(slider).to_have_value("2")
    demo.get_by_role("button", name="Play").click()
    demo.get_by_role("button", name="Pause").click()
    paused = int(slider.input_value())
    expect(demo.get_by_text(f"frame={paused}", exact=True)).to_be_visible()
    assert paused < 20
    demo.get_by_role("button", name="Play").click()
    expect(demo.get_by_text("frame=20", exact=True)).to_be_visible()
    expect(demo.get_by_role("button", name="Play")).to_be_visible()


def test_another_number_of_frames_keeps_the_share_of_the_way(demo: Page) -> None:
    demo.locator("[data-testid=stBidiComponentIsolated] .strip canvas").nth(15).click()
    expect(demo.get_by_text("frame=15", exact=True)).to_be_visible()
    demo.get_by_role("slider", name="Steps").press("ArrowRight")
    expect(demo.get_by_text("frame=30", exact=True)).to_be_visible()
    expect(demo.get_by_role("slider", name="To a 9")).to_have_value("30")


def test_a_scrubber_that_is_taken_down_stops_playing(demo: Page) -> None:
    demo.get_by_role("button", name="Play").click()
    demo.evaluate("() => { const end = cancelAnimationFrame; cancelAnimationFrame = i => { ended = i; end(i) } }")
    demo.get_by_text("Scrubber", exact=True).click()
    expect(demo.get_by_role("slider", name="To a 9")).to_have_count(0)
    demo.wait_for_function("window.ended !== undefined")
