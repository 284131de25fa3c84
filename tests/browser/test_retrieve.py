"""Retrieve in a browser: an upload and a drawing become the query, and a result becomes the item."""

import re

import numpy as np
import pytest
from playwright.sync_api import Page, expect

from core import images as pictures
from tests.browser.servers import Server
from tests.browser.waits import DRAW_WITHIN, done, named, settled

pytestmark = pytest.mark.browser
NAME = "digits-aae-10"
ROW = f".st-key-retr_row_{NAME} button.tile"
PAD = ".st-key-retr_pad_digits canvas"
INKED = """pad => pad.getContext("2d").getImageData(0, 0, pad.width, pad.height).data
    .filter((value, at) => at % 4 === 0 && value > 200).length"""
UPLOAD = re.compile(r"item=upload(%2F|/)[0-9a-f]{12}")


@pytest.fixture(scope="module")
def page_url(tiny_app: Server) -> str:
    """Address of the page on a dashboard with a single checkpoint."""
    return f"{tiny_app(NAME)}/retrieve"


@pytest.fixture
def retrieve(page: Page, page_url: str) -> Page:
    """The page, drawn."""
    page.set_viewport_size({"width": 1440, "height": 1400})
    page.goto(page_url)
    expect(page.locator(ROW)).to_have_count(8, timeout=DRAW_WITHIN)
    expect(page).to_have_url(re.compile("item="))
    settled(page)
    return page


def choose(page: Page, source: str) -> None:
    """Pick where the query comes from."""
    page.locator(".st-key-retr_from").get_by_text(source, exact=True).click()
    expect(page).to_have_url(re.compile(f"retr_from={source}"))
    done(page)


def draw(page: Page, *corners: tuple[float, float]) -> None:
    """One stroke through places given as shares of the pad's sides."""
    box = page.locator(PAD).bounding_box()
    assert box
    for number, (x, y) in enumerate(corners):
        page.mouse.move(box["x"] + x * box["width"], box["y"] + y * box["height"], steps=6)
        if number == 0:
            page.mouse.down()
    page.mouse.up()


def test_drawing_ranks_and_a_result_becomes_the_item(retrieve: Page) -> None:
    choose(retrieve, "Draw")
    expect(retrieve.locator(PAD)).to_be_visible()
    tile = retrieve.locator(ROW).first
    before = tile.get_attribute("title") or ""
    draw(retrieve, (0.3, 0.25), (0.7, 0.25), (0.45, 0.8))
    expect(retrieve).to_have_url(UPLOAD)
    expect(retrieve.get_by_text(re.compile("reads as")).first).to_be_visible()
    expect(retrieve.get_by_text("Models see this")).to_be_visible()
    done(retrieve)
    expect(tile).not_to_have_attribute("title", before)  # the drawing's own results
    drawn = retrieve.url
    address = re.search(r"digits/\d+", tile.get_attribute("title") or "")
    assert address
    tile.click()
    expect(retrieve).to_have_url(named(address[0]))
    expect(retrieve.locator(".st-key-item_card").get_by_text(address[0], exact=True)).to_be_visible()
    expect(retrieve.locator(PAD)).to_have_count(0)
    expect(retrieve.get_by_text(re.compile("of 8 right")).first).to_be_visible()
    choose(retrieve, "Draw")
    expect(retrieve).to_have_url(drawn)
    expect(retrieve.get_by_text(re.compile("reads as")).first).to_be_visible()
    pad = retrieve.locator(PAD)
    expect(pad).to_have_attribute("aria-label", re.compile("Drawn on"))
    assert pad.evaluate(INKED) > 500


def test_upload_ranks(retrieve: Page) -> None:
    seven = np.zeros((56, 56, 1), np.uint8)
    seven[10:15, 12:44], seven[15:48, 36:42] = 255, 255
    choose(retrieve, "Upload")
    files = retrieve.locator(".st-key-retr_file input[type=file]")
    files.set_input_files({"name": "seven.png", "mimeType": "image/png", "buffer": pictures.png(seven)})
    expect(retrieve).to_have_url(UPLOAD)
    expect(retrieve.get_by_text(re.compile("reads as")).first).to_be_visible()
    expect(retrieve.locator(ROW)).to_have_count(8)
    done(retrieve)
    before = retrieve.url
    files.set_input_files({"name": "none.png", "mimeType": "image/png", "buffer": b"no picture"})
    expect(retrieve.get_by_text(re.compile("not a PNG, JPEG or WebP"))).to_be_visible()
    expect(retrieve.locator(ROW)).to_have_count(8)
    assert retrieve.url == before


def test_back_reopens_the_query(retrieve: Page) -> None:
    first = re.search(r"item=[^&]+", retrieve.url)
    assert first
    retrieve.locator(ROW).nth(2).click()
    expect(retrieve).not_to_have_url(re.compile(re.escape(first[0]) + r"\b"))
    retrieve.go_back()
    expect(retrieve).to_have_url(re.compile(re.escape(first[0]) + r"\b"))
    address = first[0].removeprefix("item=").replace("%2F", "/")
    expect(retrieve.locator(".st-key-item_card").get_by_text(address, exact=True)).to_be_visible()
