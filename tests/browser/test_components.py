"""The components in a Chromium: what only a browser can show."""

import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Locator, Page, expect

pytestmark = pytest.mark.browser

HERE = Path(__file__).parent
ROOT = HERE.parents[1]


@pytest.fixture(scope="session")
def demo_url(server: Callable[..., str]) -> str:
    # From dashboard/ for its theme, and without that folder on the module path.
    env = {"PYTHONPATH": str(ROOT), "PYTHONSAFEPATH": "1"}
    return server(HERE / "components_demo.py", env=env, cwd=ROOT / "dashboard")


@pytest.fixture(scope="session")
def shared(browser: Browser) -> Iterator[BrowserContext]:
    """One context, so that Streamlit's scripts are fetched once; each page in it is a session of its own."""
    context = browser.new_context()
    yield context
    context.close()


@pytest.fixture
def demo(shared: BrowserContext, demo_url: str) -> Iterator[Page]:
    """The demo, ready; fails afterwards if its JavaScript raised."""
    page = shared.new_page()
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    open_demo(page, demo_url)
    yield page
    assert not errors
    expect(page.get_by_test_id("stException")).to_have_count(0)
    page.close()


def open_demo(page: Page, url: str) -> None:
    page.goto(url)
    for shown in (
        page.get_by_role("option", name="Digit 9"),
        page.get_by_role("slider", name="To a 9"),
        page.get_by_role("img", name="Drawing pad"),
    ):
        expect(shown).to_be_visible(timeout=60_000)


def run_again(page: Page) -> None:
    """Cause a run without the mouse, which may be holding something, and wait for its end."""
    before = int(re.search(r"runs=(\d+)", page.locator("body").inner_text()).group(1))
    page.evaluate("[...document.querySelectorAll('button')].find(b => b.innerText.trim() === 'Shift').click()")
    expect(page.get_by_text(f"runs={before + 1}", exact=True)).to_be_visible()


def pixels(canvas: Locator) -> str:
    return canvas.evaluate("c => c.toDataURL()")


# tiles


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
    assert pixels(first.locator("canvas")) != before
    assert first.evaluate("tile => tile.stays")


def test_a_grid_shrinks_to_a_phone(demo: Page) -> None:
    demo.set_viewport_size({"width": 390, "height": 844})
    grid = demo.get_by_role("listbox", name="Grid")
    expect(grid.locator("canvas").first).to_have_js_property("clientWidth", 28)
    assert grid.evaluate("g => g.scrollWidth <= g.clientWidth")
    assert demo.evaluate("document.documentElement.scrollWidth <= innerWidth")


# scrubber


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
    demo.evaluate("() => { const end = clearInterval; window.clearInterval = i => { window.ended = i; end(i) } }")
    demo.get_by_text("Scrubber", exact=True).click()
    expect(demo.get_by_role("slider", name="To a 9")).to_have_count(0)
    demo.wait_for_function("window.ended !== undefined")


# sketch


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
    expect(pad).to_have_accessible_name(re.compile("Drawn on"))
    assert pixels(pad) == before
    assert white(demo) == ink
    demo.get_by_role("button", name="Undo").click()
    expect(demo.get_by_text("ink=none")).to_be_visible()


def test_a_finger_draws_and_does_not_scroll(browser: Browser, demo_url: str) -> None:
    context = browser.new_context(viewport={"width": 390, "height": 844}, has_touch=True)
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
    context.close()


def test_colours_follow_the_theme(browser: Browser, demo_url: str) -> None:
    page = browser.new_page(color_scheme="light")
    open_demo(page, demo_url)
    right = page.get_by_role("option", name="Digit 1").locator("canvas")
    light = right.evaluate("c => getComputedStyle(c).outlineColor")
    page.emulate_media(color_scheme="dark")
    expect(right).not_to_have_css("outline-color", light)
    page.close()
