"""Latent map in a browser: what follows the pointer, what a click, a key and an outline do, and the link to it."""

import re

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.maps import CODES, ITEMS, PLANE, drag_box, lonely, opened, point, shown
from tests.browser.servers import Server
from tests.browser.waits import DRAW_WITHIN, done, named, settled, until

pytestmark = pytest.mark.browser
NO_CANVAS = """(() => {
    const own = HTMLCanvasElement.prototype.getContext;
    HTMLCanvasElement.prototype.getContext = function (...what) {
        return this.className === "points" ? null : own.apply(this, what);
    };
})()"""


@pytest.fixture(scope="module")
def url(tiny_app: Server) -> str:
    """Address of the page on a dashboard with a 2-D VAE and an AAE."""
    return f"{tiny_app(PLANE, CODES)}/latent_map"


@pytest.fixture
def page(sound_page: Page) -> Page:
    """A page on which no JavaScript may raise."""
    return sound_page


def test_pointer_shows_the_picture_of_a_point(page: Page, url: str) -> None:
    found = opened(page, url)
    expect(found).to_have_attribute("data-points", str(ITEMS))
    item = lonely(found)[0]
    point(page, found, item)
    card = found.locator(".card")
    expect(card.locator(".name")).to_have_text(f"digits/{item}")
    expect(card.locator(".facts")).to_contain_text("label")
    page.wait_for_function(
        "image => image.complete && image.naturalWidth === 28", arg=card.locator("img").element_handle()
    )
    page.mouse.move(5, 5)
    expect(card).to_be_hidden()


def test_click_picks_and_the_link_reopens(page: Page, url: str) -> None:
    found = opened(page, url)
    item = lonely(found)[0]
    point(page, found, item)
    page.mouse.down()
    page.mouse.up()
    expect(found.locator(".pinned .name")).to_have_text(f"digits/{item}")
    expect(page).to_have_url(re.compile(rf"item=digits(%2F|/){item}\b"))
    expect(page.locator(".st-key-item_card").get_by_text(f"digits/{item}", exact=True)).to_be_visible()
    again = shown(page, page.url)
    expect(again.locator(".pinned .name")).to_have_text(f"digits/{item}")


def test_zoom_survives_colour_and_click_and_stands_in_the_link(page: Page, url: str) -> None:
    found = opened(page, url)
    requests: list[str] = []
    page.on("request", lambda request: requests.append(request.url))
    item = lonely(found)[0]
    point(page, found, item)
    before = found.get_attribute("data-span")
    page.mouse.wheel(0, -300)
    expect(found).not_to_have_attribute("data-span", before or "")
    span = found.get_attribute("data-span")
    found.locator("[data-colour=error]").click()
    expect(found).to_have_attribute("data-colour", "error")
    expect(found.locator(".ramp")).to_be_visible()
    point(page, found, item)
    page.mouse.down()
    page.mouse.up()
    expect(page).to_have_url(re.compile(rf"item=digits(%2F|/){item}\b"))
    done(page)
    assert found.get_attribute("data-span") == span
    assert found.get_attribute("data-colour") == "error"
    assert not [request for request in requests if "/points/" in request]
    expect(page).to_have_url(re.compile("map_colour=error.*map_at=|map_at=.*map_colour=error"))
    again = shown(page, page.url)
    wanted = pytest.approx(float(span or 0), rel=0.01)
    until(page, lambda: float(again.get_attribute("data-span") or 0), lambda found: found == wanted)
    expect(again).to_have_attribute("data-colour", "error")


def test_keyboard_goes_from_point_to_point_and_picks(page: Page, url: str) -> None:
    found = opened(page, url)
    found.locator(".stage").focus()
    page.keyboard.press("ArrowRight")
    expect(found.locator(".card")).to_be_visible()
    name = found.locator(".card .name").inner_text()
    expect(page).to_have_url(re.compile("item="))
    expect(page).not_to_have_url(named(name))
    page.keyboard.press("Enter")
    expect(page).to_have_url(named(name))


def test_dots_become_pictures_when_few_are_in_view(page: Page, url: str) -> None:
    found = opened(page, url)
    expect(found).to_have_attribute("data-pictures", "")
    found.locator("[data-tool=pictures]").click()
    expect(found).not_to_have_attribute("data-pictures", "")


def test_plane_is_decoded_under_the_pointer_and_where_one_clicks(page: Page, url: str) -> None:
    opened(page, url, PLANE)
    ground = page.locator(".st-key-map_second .map[data-atlas=here]")
    expect(ground).to_be_visible(timeout=DRAW_WITHIN)
    ground.locator(".stage").scroll_into_view_if_needed()
    box = ground.locator(".stage").bounding_box()
    assert box is not None
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    page.mouse.move(x, y)
    expect(ground.locator(".decoded")).to_be_visible()
    expect(ground.locator(".decoded")).to_have_attribute("data-place", re.compile(r"^-?0\.0\d*,-?0\.0"))
    expect(ground.locator(".cue")).to_contain_text("near")
    page.mouse.move(x + 40, y + 30)
    expect(ground.locator(".decoded")).not_to_have_attribute("data-place", re.compile(r"^-?0\.0\d*,-?0\.0"))
    page.mouse.down()
    page.mouse.up()
    expect(page).to_have_url(re.compile(r"map_x=0\.\d+"))
    expect(page.get_by_alt_text("decoded at 0.00, 0.00")).to_have_count(0)


def test_slider_changes_the_decoded_image(page: Page, url: str) -> None:
    opened(page, url, PLANE)
    first = page.get_by_alt_text("decoded at 0.00, 0.00")
    expect(first).to_be_visible()
    source = first.get_attribute("src")
    page.locator(".st-key-map_x").get_by_role("slider").press("ArrowRight")
    moved = page.get_by_alt_text("decoded at 0.05, 0.00")
    expect(moved).to_be_visible()
    assert moved.get_attribute("src") != source
    expect(page).to_have_url(re.compile(r"map_x=0\.05"))


def test_two_maps_share_pointer_and_selection(page: Page, url: str) -> None:
    found = opened(page, url, CODES, map_beside=PLANE)
    second = page.locator(".st-key-map_second .map[data-state=drawn]")
    expect(second).to_be_visible(timeout=DRAW_WITHIN)
    settled(page)
    item = lonely(found)[0]
    point(page, found, item)
    expect(second.locator(".card .name")).to_have_text(f"digits/{item}")
    found.locator("[data-tool=rectangle]").click()
    drag_box(page, found, share=(0.02, 0.02, 0.6, 0.98))
    expect(page.get_by_text(re.compile(r"^\d+ selected\."))).to_be_visible()
    expect(second).to_have_attribute("data-selected", found.get_attribute("data-selected") or "")


def test_two_tabs_keep_their_own_item(page: Page, url: str, browser: Browser) -> None:
    found = opened(page, url)
    one, two = lonely(found)[:2]
    other = browser.new_page(viewport={"width": 1440, "height": 1200})
    twin = opened(other, url)
    for tab, where, item in ((page, found, one), (other, twin, two)):
        point(tab, where, item)
        tab.mouse.down()
        tab.mouse.up()
        expect(tab).to_have_url(re.compile(rf"item=digits(%2F|/){item}\b"))
    expect(found.locator(".pinned .name")).to_have_text(f"digits/{one}")
    other.close()


def test_plain_chart_where_no_map_can_be_drawn(page: Page, url: str) -> None:
    page.add_init_script(NO_CANVAS)
    page.goto(f"{url}?map_model={CODES}")
    expect(page.locator(".st-key-map_chart .js-plotly-plot")).to_be_visible(timeout=DRAW_WITHIN)
    expect(page.locator(".st-key-map_view")).to_have_count(0)
