"""The scrubber in a Chromium: keys, drags, playing, and what it reports."""

import re
import time

import pytest
from playwright.sync_api import BrowserContext, Page, Route, expect

from tests.browser.demo import open_demo, run_again
from tests.browser.waits import changed, done, pass_time, pixels

pytestmark = pytest.mark.browser
SCRUBBER = "[...document.querySelectorAll('.st-key-demo_along *')].find(e => e.shadowRoot).shadowRoot"
AT = f"Number({SCRUBBER}.querySelector('.scrubber').dataset.at)"
LARGE = f"{SCRUBBER}.querySelector('canvas')"
# For each move of the pointer: where it was, and the frame that is shown by the next frame of the screen.
PAINTED = f"""() => {{
  window.painted = [];
  {LARGE}.addEventListener('pointermove', ({{ clientX }}) =>
    requestAnimationFrame(() => painted.push([clientX, {AT}])));
}}"""
# Every frame that is shown from now on.
SEEN = f"""() => {{
  window.seen = [];
  const root = {SCRUBBER}.querySelector('.scrubber');
  new MutationObserver(() => seen.push(Number(root.dataset.at))).observe(root, {{ attributeFilter: ['data-at'] }});
}}"""
ROUNDS = "seen.filter((at, place) => at < seen[place - 1]).length"  # how often it began again


@pytest.fixture
def still(page: Page, demo_url: str) -> Page:
    """The page, with a clock that goes on only when the test says so."""
    open_demo(page, demo_url)
    page.clock.install()
    page.clock.pause_at(time.time() + 3600)
    return page


def test_the_slider_moves_by_keys_and_reports_at_rest(demo: Page) -> None:
    slider = demo.get_by_role("slider", name="To a 9")
    large = demo.get_by_role("img", name=re.compile("^Frame"))
    expect(demo.get_by_text("frame=2", exact=True)).to_be_visible()
    slider.focus()
    before = pixels(large)
    demo.keyboard.press("ArrowRight")
    changed(large, before)
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
    before = pixels(demo.get_by_role("img", name=re.compile("^Frame")))
    run_again(demo)  # with other pictures
    changed(demo.get_by_role("img", name=re.compile("^Frame")), before)
    expect(slider).to_have_value("10")
    expect(demo.get_by_text("frame=2", exact=True)).to_be_visible()
    to(0.75)
    expect(slider).to_have_value("15")
    demo.mouse.up()
    expect(demo.get_by_text("frame=15", exact=True)).to_be_visible()
    expect(slider).to_have_value("15")


def test_a_drag_on_the_large_picture_scrubs_within_a_frame_of_the_screen(demo: Page, sent: list[int]) -> None:
    large = demo.get_by_role("img", name=re.compile("^Frame"))
    large.scroll_into_view_if_needed()
    box = large.bounding_box()
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    demo.mouse.move(x, y)
    demo.mouse.down()
    expect(large).to_have_accessible_name(re.compile("^Frame 3 of 21"))  # a press alone moves nothing
    demo.evaluate(PAINTED)
    sent.clear()
    demo.mouse.move(x + box["width"] / 2, y, steps=5)  # half the picture is half the way
    expect(large).to_have_accessible_name(re.compile("^Frame 13 of 21"))
    painted = demo.evaluate("painted")
    assert len({at for _, at in painted}) > 3
    for clientX, at in painted:  # none was late
        assert abs(at - 2 - 20 * (clientX - x) / box["width"]) <= 0.51
    demo.mouse.move(x + 5 * box["width"], y, steps=3)
    expect(large).to_have_accessible_name(re.compile("^Frame 21 of 21"))
    pass_time(demo)
    assert not sent  # it is still held
    demo.mouse.up()
    expect(demo.get_by_text("frame=20", exact=True)).to_be_visible()
    demo.mouse.move(x, y)
    expect(large).to_have_accessible_name(re.compile("^Frame 21 of 21"))


def test_a_finger_scrubs_the_large_picture(phone: BrowserContext, demo_url: str) -> None:
    page = phone.new_page()
    open_demo(page, demo_url)
    large = page.get_by_role("img", name=re.compile("^Frame"))
    large.scroll_into_view_if_needed()
    box = large.bounding_box()
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    client = phone.new_cdp_session(page)

    def touch(kind: str, *at: tuple[float, float]) -> None:
        points = [{"x": px, "y": py} for px, py in at]
        client.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})

    touch("touchStart", (x, y))
    for step in range(1, 9):
        touch("touchMove", (x + step * box["width"] / 16, y))
    touch("touchEnd")
    expect(page.get_by_text(re.compile(r"^frame=1[12]$"))).to_be_visible()


def test_the_large_picture_takes_keys(demo: Page) -> None:
    large = demo.get_by_role("img", name=re.compile("^Frame"))
    large.click()
    expect(large).to_be_focused()
    for key, frame in (("ArrowRight", 3), ("End", 20), ("ArrowDown", 19), ("PageDown", 9), ("Home", 0)):
        demo.keyboard.press(key)
        expect(large).to_have_accessible_name(re.compile(f"^Frame {frame + 1} of 21"))
    expect(demo.get_by_text("frame=0", exact=True)).to_be_visible()
    demo.get_by_role("button", name="Loop").click()  # so that it plays until it is paused
    large.focus()
    demo.keyboard.press(" ")
    expect(demo.get_by_role("button", name="Pause")).to_be_visible()
    demo.keyboard.press(" ")
    expect(demo.get_by_role("button", name="Play")).to_be_visible()


def test_loop_goes_round_until_it_is_paused(demo: Page) -> None:
    slider, loop = demo.get_by_role("slider", name="To a 9"), demo.get_by_role("button", name="Loop")
    expect(loop).to_have_attribute("aria-pressed", "false")
    loop.click()
    expect(loop).to_have_attribute("aria-pressed", "true")
    demo.get_by_label("Speed").select_option("2")
    slider.press("End")
    slider.press("ArrowLeft")
    demo.evaluate(SEEN)
    demo.get_by_role("button", name="Play").click()
    demo.wait_for_function(f"{ROUNDS} >= 2")
    demo.get_by_role("button", name="Pause").click()
    expect(demo.get_by_role("button", name="Play")).to_be_visible()
    expect(demo.get_by_text(f"frame={slider.input_value()}", exact=True)).to_be_visible()


def test_speed(still: Page) -> None:
    slider = still.get_by_role("slider", name="To a 9")
    for speed, reached in (("2", 16), ("0.5", 4)):
        still.get_by_label("Speed").select_option(speed)
        slider.press("Home")
        still.get_by_role("button", name="Play").click()
        still.clock.run_for(900)  # ms, of 55 and of 220 a frame
        expect(slider).to_have_value(str(reached))
        still.get_by_role("button", name="Pause").click()


def test_pictures_that_the_server_lost_are_kept_anew(demo: Page) -> None:
    gone = []

    def lose(route: Route) -> None:
        if len(gone) < 2:
            gone.append(route.request.url)
            route.fulfill(status=404, body="gone")
        else:
            route.continue_()

    large = demo.get_by_role("img", name=re.compile("^Frame"))
    before = pixels(large)
    demo.route("**/sheet/*.png", lose)
    run_again(demo)  # with other pictures
    changed(large, before)
    assert len(gone) == 2
    assert re.search(r"//[^/]+/sheet/[0-9a-f]{16}\.png$", gone[0])


def test_pictures_that_stay_away_are_said_to(demo: Page) -> None:
    demo.route("**/sheet/*.png", lambda route: route.fulfill(status=404, body="gone"))
    run_again(demo)
    expect(demo.locator(".scrubber.missing")).to_be_visible()
    expect(demo.get_by_role("slider", name="To a 9")).to_have_value("2")


def test_play_runs_to_the_end_and_only_when_asked(still: Page) -> None:
    slider = still.get_by_role("slider", name="To a 9")
    still.clock.run_for(5000)
    expect(slider).to_have_value("2")
    still.get_by_role("button", name="Play").click()
    still.clock.run_for(600)
    still.get_by_role("button", name="Pause").click()
    still.clock.run_for(5000)
    expect(slider).to_have_value("7")  # 110 ms a frame
    expect(still.get_by_text("frame=7", exact=True)).to_be_visible()
    still.get_by_role("button", name="Play").click()
    still.clock.run_for(5000)
    expect(still.get_by_text("frame=20", exact=True)).to_be_visible()
    expect(still.get_by_role("button", name="Play")).to_be_visible()


def test_another_number_of_frames_keeps_the_share_of_the_way(demo: Page) -> None:
    demo.locator("[data-testid=stBidiComponentIsolated] .strip canvas").nth(15).click()
    expect(demo.get_by_text("frame=15", exact=True)).to_be_visible()
    demo.get_by_role("slider", name="Steps").press("ArrowRight")
    expect(demo.get_by_text("frame=30", exact=True)).to_be_visible()
    expect(demo.get_by_role("slider", name="To a 9")).to_have_value("30")


def test_a_scrubber_that_is_taken_down_stops_playing(demo: Page) -> None:
    demo.evaluate(SEEN)
    demo.get_by_role("button", name="Loop").click()
    demo.get_by_role("button", name="Play").click()
    demo.wait_for_function("seen.length > 1")
    demo.get_by_text("Scrubber", exact=True).click()
    expect(demo.get_by_role("slider", name="To a 9")).to_have_count(0)
    done(demo)
    before = demo.evaluate("seen.length")
    pass_time(demo)
    assert demo.evaluate("seen.length") == before
