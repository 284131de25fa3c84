"""Latent map in a browser: what follows the pointer, what a click, a key and an outline do, and the link to it."""

import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from core.settings import ROOT, Settings
from tests import tiny_own
from tests.browser.servers import Server
from tests.browser.waits import DRAW_WITHIN, done, named, settled, until

pytestmark = pytest.mark.browser
PLANE, CODES = "digits-vae-2d", "digits-aae-30"
ITEMS = 60  # of a tiny gallery
SORTS = 300  # labels of the set of one's own, more than a byte can number
NO_CANVAS = """(() => {
    const own = HTMLCanvasElement.prototype.getContext;
    HTMLCanvasElement.prototype.getContext = function (...what) {
        return this.className === "points" ? null : own.apply(this, what);
    };
})()"""


@pytest.fixture(scope="module")
def url(server: Server, tiny_root: Path, tmp_path_factory: pytest.TempPathFactory) -> str:
    """Address of the page on a dashboard with a 2-D VAE, an AAE, and a set of one's own with many labels."""
    home = tmp_path_factory.mktemp("map")
    settings = Settings((), home / "checkpoints", home / "cache", home=home)
    for name in (PLANE, CODES):
        shutil.copytree(tiny_root / name, home / "checkpoints" / name)
    tiny_own.bring(home, "many", n=SORTS, labels=tuple(f"sort {number}" for number in range(SORTS)))
    tiny_own.model(settings, "many", "aae", "aae")
    env = {"MORPHOSPACE_HOME": str(home), "MORPHOSPACE_CHECKPOINTS": str(home / "checkpoints")}
    return f"{server(ROOT / 'dashboard' / 'app.py', env=env)}/latent_map"


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """A page that fails afterwards if its JavaScript raised."""
    page = browser.new_page(viewport={"width": 1440, "height": 1200})
    page.set_default_timeout(DRAW_WITHIN)
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    yield page
    page.close()
    assert not errors


def shown(page: Page, address: str, key: str = "map_view") -> Locator:
    """The map, drawn, on a page that has come to rest."""
    page.goto(address)
    found = page.locator(f".st-key-{key} .map[data-state=drawn]")
    expect(found).to_be_visible(timeout=DRAW_WITHIN)
    settled(page)
    return found


def opened(page: Page, url: str, model: str = CODES, **query: str) -> Locator:
    """The map of a model."""
    rest = "".join(f"&{name}={value}" for name, value in query.items())
    return shown(page, f"{url}?map_model={model}{rest}")


def items(found: Locator) -> list[int]:
    """Items that are in view, by trying out the first of the data set."""
    box = found.locator(".stage").bounding_box()
    assert box is not None
    every = """(root, [left, top, right, bottom]) => {
        const here = [];
        for (let id = 0; id < 70000; id++) {
            const at = root.project(id);
            if (at && at[0] > left && at[0] < right && at[1] > top && at[1] < bottom) here.push(id);
        }
        return here;
    }"""
    edge = 30
    corners = [box["x"] + edge, box["y"] + edge, box["x"] + box["width"] - edge, box["y"] + box["height"] - edge]
    return found.evaluate(every, corners)


def point(page: Page, found: Locator, item: int) -> None:
    """Move the pointer onto an item."""
    found.scroll_into_view_if_needed()
    x, y = found.evaluate("(root, id) => root.project(id)", item)
    page.mouse.move(x - 40, y)
    page.mouse.move(x, y)


def lonely(found: Locator) -> list[int]:
    """Items in view with no other one within 12 px, so that pointing at them is sure."""
    places = {item: found.evaluate("(root, id) => root.project(id)", item) for item in items(found)}
    return [
        item
        for item, (x, y) in places.items()
        if all(other == item or (x - a) ** 2 + (y - b) ** 2 > 144 for other, (a, b) in places.items())
    ]


def drag_box(
    page: Page, found: Locator, *, share: tuple[float, float, float, float] = (0.02, 0.02, 0.98, 0.98)
) -> None:
    """Drag a rectangle over a share of the map."""
    box = found.locator(".stage").bounding_box()
    assert box is not None
    left, top, right, bottom = share
    page.mouse.move(box["x"] + left * box["width"], box["y"] + top * box["height"])
    page.mouse.down()
    page.mouse.move(box["x"] + 0.5 * box["width"], box["y"] + 0.5 * box["height"], steps=3)
    page.mouse.move(box["x"] + right * box["width"], box["y"] + bottom * box["height"], steps=3)
    page.mouse.up()


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
    box = found.locator(".stage").bounding_box()
    assert box is not None
    found.locator("[data-tool=rectangle]").click()
    drag_box(page, found)
    expect(found).to_have_attribute("data-selected", str(ITEMS))
    expect(page.locator(".st-key-card_clear")).to_contain_text(f"{ITEMS} selected")
    found.locator("[data-tool=lasso]").click()
    page.keyboard.down("Alt")
    around = [(0.02, 0.02), (0.02, 0.98), (0.5, 0.98), (0.5, 0.02)]
    for number, (x, y) in enumerate([*around, around[0]]):
        page.mouse.move(box["x"] + x * box["width"], box["y"] + y * box["height"], steps=20)
        if number == 0:
            page.mouse.down()
    page.mouse.up()
    page.keyboard.up("Alt")
    expect(found).not_to_have_attribute("data-selected", str(ITEMS))
    left = int(found.get_attribute("data-selected") or 0)
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


def test_of_hundreds_of_labels_each_can_be_left_alone(page: Page, url: str) -> None:
    found = opened(page, url, "many-aae", item="many/0")
    legend = found.locator(".legend button")
    expect(legend).to_have_count(SORTS)
    expect(found.locator(".names span")).to_have_count(30)
    legend.filter(has_text=re.compile("^sort 299$")).dblclick()
    expect(found.locator(".legend button[aria-pressed=true]")).to_have_text(["sort 299"])
