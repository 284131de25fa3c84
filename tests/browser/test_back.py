"""The back button, a step of history for each choice; and what a page says without its server."""

import re
from urllib.parse import quote

import pytest
from playwright.sync_api import Page, expect

from tests.browser.late import Line
from tests.browser.servers import Server
from tests.browser.waits import DRAW_WITHIN, done, named, pass_time, until

pytestmark = pytest.mark.browser
NAMES = ("digits-aae-10", "digits-vae-2d")
# What the address is made to say from now on, without a step of the history.
REPLACED = """() => {
  window.replaced = [];
  const own = history.replaceState.bind(history);
  history.replaceState = (state, title, url) => { replaced.push(String(url)); own(state, title, url); };
}"""
HEADINGS = {"": "Every point an image", "clusters": "Clusters", "latent_map": "Latent map", "retrieve": "Retrieve"}


@pytest.fixture(scope="module")
def app(tiny_app: Server) -> str:
    """Address of a dashboard with two checkpoints."""
    return tiny_app(*NAMES)


def visit(page: Page, app: str, name: str, query: str = "") -> None:
    """Open a page by its address."""
    page.set_viewport_size({"width": 1440, "height": 1400})
    page.goto(f"{app}/{name}{query}")
    drawn(page, name)


def drawn(page: Page, name: str) -> None:
    """Wait until a page is there and has completed its address."""
    heading = page.get_by_role("heading", level=1, name=HEADINGS[name])
    expect(heading).to_be_visible(timeout=DRAW_WITHIN)
    expect(page).to_have_url(re.compile(rf"//[^/]+/{name}\?(.*&)?item=digits"), timeout=DRAW_WITHIN)
    done(page)


def open_page(page: Page, name: str) -> None:
    """Go to a page by the sidebar."""
    page.get_by_test_id("stSidebar").get_by_role("link", name=HEADINGS[name]).click()
    drawn(page, name)


def item(page: Page) -> str:
    """The item that the address names, once the card shows it."""
    found = re.search(r"item=(digits)(?:%2F|/)(\d+)", page.url)
    assert found
    address = "/".join(found.groups())
    shows(page, address)
    return address


def shows(page: Page, address: str) -> None:
    """Wait until the card shows an item, and the run that brought it, which also completes the URL, is over."""
    expect(page.locator(".st-key-item_card").get_by_text(address, exact=True)).to_be_visible(timeout=DRAW_WITHIN)
    done(page)


def surprise(page: Page) -> str:
    """Choose another item; gives it."""
    before = item(page)
    page.get_by_role("button", name="Surprise me").click()
    expect(page).not_to_have_url(named(before), timeout=DRAW_WITHIN)
    done(page)
    return item(page)


def test_each_page_is_one_step(page: Page, app: str) -> None:
    visit(page, app, "")
    open_page(page, "latent_map")
    open_page(page, "retrieve")
    page.go_back()
    drawn(page, "latent_map")
    page.go_back()
    drawn(page, "")


def test_back_returns_the_item_and_forward_the_other(page: Page, app: str) -> None:
    visit(page, app, "latent_map")
    first = item(page)
    second = surprise(page)
    for address, go in ((first, page.go_back), (second, page.go_forward), (first, page.go_back)):
        go()
        shows(page, address)
        expect(page).to_have_url(named(address))


def test_a_run_that_comes_late_does_not_undo_back(page: Page, app: str) -> None:
    line = Line(page)
    visit(page, app, "latent_map")
    first = item(page)
    # All that comes after the word that another item was chosen is late.
    line.from_here = lambda said: isinstance(said, bytes) and len(said) < 400 and b"item=digits" in said
    page.get_by_role("button", name="Surprise me").click()
    expect(page).not_to_have_url(named(first), timeout=DRAW_WITHIN)
    until(page, lambda: len(line.late), lambda count: count > 10)
    pass_time(page)  # for the rest of that run
    page.evaluate(REPLACED)
    page.go_back()
    expect(page).to_have_url(named(first))
    line.hand_over()
    pass_time(page)
    line.release()
    shows(page, first)
    assert {re.search(r"item=[^&]+", url)[0] for url in page.evaluate("replaced")} <= {f"item={quote(first, '')}"}


def test_back_returns_the_model(page: Page, app: str) -> None:
    visit(page, app, "latent_map")
    expect(page).to_have_url(re.compile("map_model=digits-aae-10"))
    page.locator(".st-key-map_model").get_by_role("combobox").click()
    page.get_by_role("option", name="Digits VAE 2D").click()
    expect(page).to_have_url(re.compile("map_model=digits-vae-2d"), timeout=DRAW_WITHIN)
    expect(page.locator(".st-key-map_second")).to_be_visible(timeout=DRAW_WITHIN)
    done(page)
    page.go_back()
    expect(page.locator(".st-key-map_second")).to_have_count(0, timeout=DRAW_WITHIN)
    expect(page).to_have_url(re.compile("map_model=digits-aae-10"))


def test_reload_and_another_page_keep_the_item(page: Page, app: str) -> None:
    visit(page, app, "latent_map")
    chosen = surprise(page)
    page.reload()
    drawn(page, "latent_map")
    assert item(page) == chosen
    open_page(page, "retrieve")
    assert item(page) == chosen


def test_a_click_in_a_part_of_a_page_keeps_the_whole_address(page: Page, app: str) -> None:
    visit(page, app, "clusters", "?cl_category=3")
    page.get_by_role("listbox", name="Categories").get_by_role("option", name=re.compile("^Category 7,")).click()
    expect(page).to_have_url(re.compile(r"cl_category=7\b"), timeout=DRAW_WITHIN)
    expect(page).to_have_url(re.compile("item=digits"))
    expect(page).to_have_url(re.compile("cl_model=digits-aae-10"))


def test_a_page_says_so_when_its_server_is_gone(page: Page, app: str) -> None:
    visit(page, app, "retrieve")
    root = page.get_by_test_id("stApp")
    expect(root).to_have_attribute("data-test-connection-state", "CONNECTED")
    said = "const s = getComputedStyle(e, '::after'); return s.visibility + ' ' + s.content;"
    assert root.evaluate(f"e => {{ {said} }}") == "visible none"
    lost = "e.setAttribute('data-test-connection-state', 'PINGING_SERVER');"
    assert root.evaluate(f"e => {{ {lost} {said} }}").startswith("hidden")  # not for a moment without it
    until(page, lambda: root.evaluate(f"e => {{ {said} }}"), lambda now: now.startswith("visible"))
    assert "The server does not answer." in root.evaluate(f"e => {{ {said} }}")
