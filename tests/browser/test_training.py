"""Training in a browser: epochs are scrubbed without the server, the curves follow, and a link keeps the GAN."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from core.settings import ROOT
from tests.browser.servers import Server
from tests.browser.waits import DRAW_WITHIN, done, narrow

pytestmark = pytest.mark.browser
PIXELS = "canvas => canvas.toDataURL()"


@pytest.fixture(scope="module")
def app(server: Server, tiny_gans_root: Path) -> str:
    """Address of a dashboard with the tiny GANs."""
    return server(ROOT / "dashboard" / "app.py", env={"MORPHOSPACE_CHECKPOINTS": str(tiny_gans_root)})


def visit(page: Page, address: str) -> None:
    """Open a page and wait until its script is done."""
    page.set_viewport_size({"width": 1440, "height": 1200})
    page.goto(address)
    done(page)


def test_the_first_epoch_is_another_picture_and_the_curves_follow(page: Page, app: str) -> None:
    visit(page, f"{app}/training?train_gan=fashion-gan")
    picture = page.locator(".st-key-train_fashion-gan .shown canvas")
    expect(picture).to_have_accessible_name(re.compile("Samples after epoch 3 of 3"))
    last = picture.evaluate(PIXELS)
    page.get_by_role("slider", name="Epoch").press("Home")
    expect(picture).to_have_accessible_name(re.compile("Samples after epoch 1 of 3"))
    assert picture.evaluate(PIXELS) != last
    expect(page.get_by_text("In epoch 1 the critic gave")).to_be_visible(timeout=DRAW_WITHIN)
    expect(page.locator(".js-plotly-plot .main-svg").first).to_be_visible()
    page.get_by_role("slider", name="Epoch").press("End")
    expect(picture).to_have_accessible_name(re.compile("Samples after epoch 3 of 3"))
    assert picture.evaluate(PIXELS) == last


def test_the_chosen_gan_is_in_the_link(page: Page, app: str) -> None:
    visit(page, f"{app}/training")
    page.locator(".st-key-train_gan").get_by_role("combobox").click()
    page.get_by_role("option", name="Writers PLAIN").click()
    expect(page).to_have_url(re.compile(r"train_gan=writers-plain\b"), timeout=DRAW_WITHIN)
    page.reload()
    done(page)
    expect(page.locator(".st-key-train_writers-plain .shown canvas")).to_be_visible(timeout=DRAW_WITHIN)
    expect(page.locator(".st-key-train_gan").get_by_role("combobox")).to_have_value("Writers PLAIN")


def test_nothing_is_wider_than_a_phone(page: Page, app: str) -> None:
    visit(page, f"{app}/training")
    page.set_viewport_size({"width": 390, "height": 844})
    expect(page.locator(".shown canvas").first).to_be_visible()
    narrow(page)
