"""Interpolate in a browser: the slider leads the picture quickly, and the URL reopens what is shown."""

import re
import statistics
import time

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Server

pytestmark = pytest.mark.browser
NAMES = ("digits-vae-2d", "digits-aae-10")
SLIDER = ".st-key-interp_t"
MOVES, LIMIT = 10, 1.0  # s from a key to the new picture
PATIENCE = 60_000  # ms; a picture may wait long for a busy machine


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
    return page


def drawn(page: Page, t: str) -> str:
    """Address of the picture at ``t``, once it is loaded; looked for at every frame of the screen."""
    name = f"Frame at t = {t}"
    loaded = "name => { const i = document.querySelector(`img[alt='${name}']`); return i?.complete && i.src }"
    return str(page.wait_for_function(loaded, arg=name, timeout=PATIENCE).json_value())


def test_slider_moves_the_picture_quickly(interpolate: Page) -> None:
    before, taken = drawn(interpolate, "0.50"), []
    expect(interpolate.get_by_text("The real item nearest to each")).to_be_visible()
    for move in range(1, MOVES + 1):
        start = time.monotonic()
        interpolate.locator(SLIDER).get_by_role("slider").press("ArrowRight")
        after = drawn(interpolate, f"{0.5 + move / 100:.2f}")
        taken.append(time.monotonic() - start)
        assert after != before
        before = after
    print(f"slider to picture: median {statistics.median(taken):.3f} s, longest {max(taken):.3f} s")
    assert statistics.median(taken) <= LIMIT


def test_link_and_reload_keep_the_place(interpolate: Page, page_url: str) -> None:
    interpolate.goto(f"{page_url}?interp_t=0.25")
    before = drawn(interpolate, "0.25")
    interpolate.locator(SLIDER).get_by_role("slider").press("ArrowRight")
    drawn(interpolate, "0.26")
    expect(interpolate).to_have_url(re.compile(r"interp_t=0\.26"))
    interpolate.reload()
    assert drawn(interpolate, "0.26") != before


def test_click_on_a_frame_moves_the_slider(interpolate: Page) -> None:
    interpolate.get_by_role("option", name=re.compile(r"^Small frame at t = 1\.00")).click()
    drawn(interpolate, "1.00")
    expect(interpolate).to_have_url(re.compile(r"interp_t=1"))


def test_another_page_and_back_keeps_corners_and_place(interpolate: Page) -> None:
    corner = interpolate.locator(".st-key-interp_corner_a")
    address = corner.get_by_text(re.compile("^digits/"))
    first = address.inner_text()
    corner.get_by_role("button", name="Random").click()
    expect(address).not_to_have_text(first, timeout=PATIENCE)
    chosen = address.inner_text()
    interpolate.locator(SLIDER).get_by_role("slider").press("ArrowLeft")
    drawn(interpolate, "0.49")
    interpolate.get_by_role("link", name="Latent map").first.click()
    expect(interpolate.get_by_text("How far can a map be trusted?")).to_be_visible(timeout=PATIENCE)
    interpolate.get_by_role("link", name="Interpolate").first.click()
    drawn(interpolate, "0.49")
    expect(address).to_have_text(chosen)
    expect(interpolate).to_have_url(re.compile(f"interp_a=digits(%2F|/){chosen.partition('/')[2]}"))


def test_back_undoes_a_choice(interpolate: Page) -> None:
    a = interpolate.locator(".st-key-interp_corner_a").get_by_text(re.compile("^digits/"))
    first = a.inner_text()
    expect(interpolate).to_have_url(re.compile("interp_a=digits"), timeout=PATIENCE)
    interpolate.locator(".st-key-interp_corner_a").get_by_role("button", name="Random").click()
    expect(a).not_to_have_text(first, timeout=PATIENCE)
    interpolate.go_back()
    expect(a).to_have_text(first, timeout=PATIENCE)
