"""Outlines drawn on the map in a browser: what they select here and in Python, and the link to it."""

import re

import pytest
from playwright.sync_api import Locator, Page, Route, expect

from tests.browser.late import Line
from tests.browser.maps import CODES, ITEMS, drag_box, drag_round, opened, shown
from tests.browser.servers import Server
from tests.browser.waits import DRAW_WITHIN, done, pass_time, settled, until

pytestmark = pytest.mark.browser
# How many are selected, each time that it changes from now on.
COUNTED = """root => {
  window.counted = [];
  new MutationObserver(() => counted.push(Number(root.dataset.selected)))
    .observe(root, { attributeFilter: ["data-selected"] });
}"""


@pytest.fixture(scope="module")
def url(tiny_app: Server) -> str:
    """Address of the page on a dashboard with an AAE."""
    return f"{tiny_app(CODES)}/latent_map"


@pytest.fixture
def page(sound_page: Page) -> Page:
    """A page on which no JavaScript may raise."""
    return sound_page


def take_away_left_half(page: Page, found: Locator) -> int:
    """Lasso the left half out of a selection of all items; gives how many are left."""
    found.locator("[data-tool=lasso]").click()
    page.keyboard.down("Alt")
    drag_round(page, found, (0.02, 0.02), (0.02, 0.98), (0.5, 0.98), (0.5, 0.02))
    page.keyboard.up("Alt")
    expect(found).not_to_have_attribute("data-selected", str(ITEMS))
    return int(found.get_attribute("data-selected") or 0)


def test_box_selects_what_python_finds_too(page: Page, url: str) -> None:
    found = opened(page, url)
    sent: list[int] = []
    page.on("websocket", lambda socket: socket.on("framesent", lambda frame: sent.append(len(frame))))
    page.reload()
    expect(found).to_be_visible(timeout=DRAW_WITHIN)
    settled(page)
    found.locator("[data-tool=rectangle]").click()
    sent.clear()
    drag_box(page, found, share=(0.02, 0.02, 0.6, 0.98))
    expect(page.get_by_text(re.compile(r"^\d+ selected\."))).to_be_visible()
    count = int(found.get_attribute("data-selected") or 0)
    assert 0 < count < ITEMS
    expect(page.locator(".st-key-card_clear")).to_contain_text(f"{count} selected")
    assert max(sent) < 2048
    expect(page).to_have_url(re.compile("sel=r"))
    expect(found.locator(".selection .line")).to_contain_text(f"{count} selected. Here are 24")
    tiles = found.locator(".selection .tile")
    expect(tiles).to_have_count(24)
    drawn = {tile.locator("canvas").evaluate("canvas => canvas.toDataURL()") for tile in tiles.all()}
    assert len(drawn) > 20  # pictures, and different ones
    tiles.first.focus()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Enter")
    picked = tiles.nth(1).get_attribute("title") or ""
    expect(page).to_have_url(re.compile("item=" + picked.replace("/", "(%2F|/)")))
    again = shown(page, page.url)
    expect(again).to_have_attribute("data-selected", str(count))
    page.locator(".st-key-card_clear").get_by_role("button", name="selected").click()
    expect(again).to_have_attribute("data-selected", "0")
    expect(page).not_to_have_url(re.compile("sel="))


def test_lasso_adds_and_takes_away(page: Page, url: str) -> None:
    found = opened(page, url)
    found.locator("[data-tool=rectangle]").click()
    drag_box(page, found)
    expect(found).to_have_attribute("data-selected", str(ITEMS))
    expect(page.locator(".st-key-card_clear")).to_contain_text(f"{ITEMS} selected")
    left = take_away_left_half(page, found)
    expect(page.locator(".st-key-card_clear")).to_contain_text(f"{left} selected")
    done(page)
    expect(found).to_have_attribute("data-selected", str(left))


def test_legend_filters_and_solos(page: Page, url: str) -> None:
    found = opened(page, url)
    first = found.locator(".legend button").first
    total = found.locator(".legend button").count()
    first.click()
    expect(first).to_have_attribute("aria-pressed", "false")
    first.click()
    expect(first).to_have_attribute("aria-pressed", "true")
    first.dblclick()
    expect(found.locator(".legend button[aria-pressed=false]")).to_have_count(total - 1)
    found.locator("[data-tool=rectangle]").click()
    drag_box(page, found)
    expect(page.get_by_text(re.compile(r"^\d+ selected\."))).to_be_visible()
    count = int(found.get_attribute("data-selected") or 0)
    assert 0 < count < ITEMS
    chip = page.locator(".st-key-card_clear")
    expect(chip).to_contain_text(f"{count} selected")  # Python leaves hidden points out too


def test_a_late_answer_does_not_undo_what_was_drawn_since(page: Page, url: str) -> None:
    found = opened(page, url)
    held: list[Route] = []  # what is asked for and not answered yet
    page.route("**/chosen/*", lambda route: held.append(route))
    found.locator("[data-tool=rectangle]").click()
    drag_box(page, found)
    expect(page.locator(".st-key-card_clear")).to_contain_text(f"{ITEMS} selected")
    until(page, lambda: len(held), lambda count: count == 1)
    done(page)
    found.evaluate(COUNTED)
    left = take_away_left_half(page, found)
    for late in held:
        late.continue_()
    page.unroute("**/chosen/*")
    expect(page.locator(".st-key-card_clear")).to_contain_text(f"{left} selected")
    done(page)
    pass_time(page)  # until Python's word was taken over
    assert set(page.evaluate("counted")) == {left}


def test_a_run_from_before_does_not_undo_what_was_drawn_since(page: Page, url: str) -> None:
    line = Line(page)
    found = opened(page, url)
    line.held = True
    page.get_by_role("button", name="Surprise me").click()
    until(page, lambda: len(line.late), lambda count: count > 10)
    pass_time(page)  # for the rest of that run
    found.evaluate(COUNTED)
    found.locator("[data-tool=rectangle]").click()
    drag_box(page, found)
    expect(found).to_have_attribute("data-selected", str(ITEMS))
    line.hand_over()
    pass_time(page)
    line.release()
    expect(page.locator(".st-key-card_clear")).to_contain_text(f"{ITEMS} selected")
    done(page)
    assert set(page.evaluate("counted")) == {ITEMS}
