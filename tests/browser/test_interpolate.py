"""Interpolate in a browser: the scrubber leads the picture quickly, and the URL reopens what is shown."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.servers import Server
from tests.browser.waits import DRAW_WITHIN, done, named, pass_time, settled

pytestmark = pytest.mark.browser
NAMES = ("digits-vae-2d", "digits-aae-10")
SLIDER = ".st-key-interp_t"
MOVES = 10
WITHIN = "[...document.querySelectorAll('.st-key-interp_t *')].find(e => e.shadowRoot)?.shadowRoot"
# For each key: where the slider is and the large picture's name, by the next frame of the screen, however late.
WATCHED = f"""() => {{
  window.shown = [];
  const within = {WITHIN};
  const [range, canvas] = ['input', '.shown canvas'].map((part) => within.querySelector(part));
  range.addEventListener('input', () => requestAnimationFrame(() =>
    shown.push([Number(range.value), canvas.getAttribute('aria-label'), canvas.toDataURL()])));
}}"""


@pytest.fixture(scope="module")
def page_url(tiny_app: Server) -> str:
    """Address of the page on a dashboard with two small checkpoints."""
    return f"{tiny_app(*NAMES)}/interpolate"


@pytest.fixture
def interpolate(page: Page, page_url: str) -> Page:
    """The page, drawn."""
    page.set_viewport_size({"width": 1440, "height": 1200})
    page.goto(page_url)
    drawn(page, "0.50")
    expect(page).to_have_url(re.compile(r"(?=.*interp_a=)(?=.*interp_t=0\.50)"))
    settled(page)
    return page


def drawn(page: Page, t: str) -> str:
    """The picture at ``t``, once it is drawn; looked for at every frame of the screen."""
    name = f"Frame at t = {t}, made by the model"
    find = f"""name => {{
      const canvas = {WITHIN}?.querySelector('.shown canvas');
      return canvas?.getAttribute('aria-label') === name && canvas.toDataURL();
    }}"""
    return str(page.wait_for_function(find, arg=name, timeout=DRAW_WITHIN).json_value())


def test_keys_move_the_picture_at_once_and_then_the_link(interpolate: Page) -> None:
    expect(interpolate.get_by_text("The real item nearest to each")).to_be_visible()
    interpolate.locator(SLIDER).get_by_role("slider").focus()
    interpolate.evaluate(WATCHED)
    for _ in range(MOVES):
        interpolate.keyboard.press("ArrowRight")
    drawn(interpolate, "0.60")
    interpolate.wait_for_function("count => shown.length === count", arg=MOVES)
    shown = interpolate.evaluate("shown")
    assert [name for _, name, _ in shown] == [
        f"Frame at t = {at / 100:.2f}, made by the model" for at, _, _ in shown
    ]  # none was late
    assert len({picture for _, _, picture in shown}) > 1
    expect(interpolate).to_have_url(re.compile(r"interp_t=0\.60"))


def test_a_scrub_is_one_step_back(interpolate: Page) -> None:
    expect(interpolate).to_have_url(re.compile(r"interp_t=0\.50"))
    interpolate.locator(SLIDER).get_by_role("slider").press("End")
    expect(interpolate).to_have_url(re.compile(r"interp_t=1\.00"))
    interpolate.locator(SLIDER).get_by_role("slider").press("Home")
    expect(interpolate).to_have_url(re.compile(r"interp_t=0\.00"))
    interpolate.go_back()
    drawn(interpolate, "1.00")
    interpolate.go_back()
    drawn(interpolate, "0.50")


def test_a_setting_and_a_reload_keep_the_place(interpolate: Page) -> None:
    interpolate.locator(SLIDER).get_by_role("slider").press("End")
    expect(interpolate).to_have_url(re.compile(r"interp_t=1\.00"))
    interpolate.get_by_role("radio", name="Spherical").click()
    expect(interpolate).to_have_url(re.compile(r"interp_mode=Spherical"), timeout=DRAW_WITHIN)
    expect(interpolate).to_have_url(re.compile(r"interp_t=1\.00"))
    interpolate.reload()
    drawn(interpolate, "1.00")


def test_the_square_is_moved_over_and_keeps_its_cell(interpolate: Page) -> None:
    interpolate.locator(".st-key-interp_view").get_by_text("Four corners").click()
    cells = interpolate.get_by_role("application", name="Frames between four corners, made by the model")
    expect(cells).to_be_visible(timeout=DRAW_WITHIN)
    cells.press("End")
    large = interpolate.locator(".st-key-interp_cell .shown canvas")
    expect(large).to_have_accessible_name("Row 5, column 8, made by the model")
    expect(interpolate.locator(".st-key-interp_cell .beside canvas")).to_have_accessible_name(
        re.compile("^digits/")
    )
    pass_time(interpolate)  # until it was reported
    interpolate.locator(".st-key-interp_view").get_by_text("Slide A to B").click()
    drawn(interpolate, "0.50")
    interpolate.locator(".st-key-interp_view").get_by_text("Four corners").click()
    expect(large).to_have_accessible_name("Row 5, column 8, made by the model", timeout=DRAW_WITHIN)


def test_link_and_reload_keep_the_place(interpolate: Page, page_url: str) -> None:
    interpolate.goto(f"{page_url}?interp_t=0.25")
    before = drawn(interpolate, "0.25")
    interpolate.locator(SLIDER).get_by_role("slider").press("ArrowRight")
    drawn(interpolate, "0.26")
    expect(interpolate).to_have_url(re.compile(r"interp_t=0\.26"))
    interpolate.reload()
    assert drawn(interpolate, "0.26") != before


def test_click_on_a_frame_moves_the_scrubber(interpolate: Page) -> None:
    interpolate.get_by_role("option", name=re.compile(r"^Small frame at t = 1\.00")).click()
    drawn(interpolate, "1.00")
    expect(interpolate).to_have_url(re.compile(r"interp_t=1"))


def test_another_page_and_back_keeps_corners_and_place(interpolate: Page) -> None:
    corner = interpolate.locator(".st-key-interp_corner_a")
    address = corner.get_by_text(re.compile("^digits/"))
    first = address.inner_text()
    corner.get_by_role("button", name="Random").click()
    expect(address).not_to_have_text(first, timeout=DRAW_WITHIN)
    chosen = address.inner_text()
    done(interpolate)
    interpolate.locator(SLIDER).get_by_role("slider").press("ArrowLeft")
    drawn(interpolate, "0.49")
    expect(interpolate).to_have_url(re.compile(r"interp_t=0\.49"))  # it came to rest
    interpolate.get_by_role("link", name="Latent map").first.click()
    expect(interpolate.get_by_text("How far can a map be trusted?")).to_be_visible(timeout=DRAW_WITHIN)
    interpolate.get_by_role("link", name="Interpolate").first.click()
    drawn(interpolate, "0.49")
    expect(address).to_have_text(chosen)
    expect(interpolate).to_have_url(named(chosen, "interp_a"))


def test_back_undoes_a_choice(interpolate: Page) -> None:
    a = interpolate.locator(".st-key-interp_corner_a").get_by_text(re.compile("^digits/"))
    first = a.inner_text()
    expect(interpolate).to_have_url(re.compile("interp_a=digits"), timeout=DRAW_WITHIN)
    interpolate.locator(".st-key-interp_corner_a").get_by_role("button", name="Random").click()
    expect(a).not_to_have_text(first, timeout=DRAW_WITHIN)
    interpolate.go_back()
    expect(a).to_have_text(first, timeout=DRAW_WITHIN)
