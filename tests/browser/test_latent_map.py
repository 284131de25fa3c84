"""Latent map in a browser: a click on the canvas, the link that reopens it, and the place that decodes."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Server, done

pytestmark = pytest.mark.browser
NAME = "digits-vae-2d"
MAP, PLANE = ".st-key-map_chart", ".st-key-map_manifold"
# Where point `at` of trace `trace` is on the screen.
POINT = """([chart, trace, at]) => {
    const plot = document.querySelector(`${chart} .js-plotly-plot`), {xaxis, yaxis} = plot._fullLayout
    const box = plot.getBoundingClientRect(), {x, y, customdata} = plot._fullData[trace]
    return [box.x + xaxis._offset + xaxis.l2p(x[at]), box.y + yaxis._offset + yaxis.l2p(y[at]), customdata?.[at]]
}"""
RANGE = f"document.querySelector('{MAP} .js-plotly-plot')._fullLayout.xaxis.range"


@pytest.fixture(scope="module")
def page_url(tiny_app: Server) -> str:
    """Address of the page on a dashboard with a single checkpoint, a 2-D VAE."""
    return f"{tiny_app(NAME)}/latent_map"


@pytest.fixture
def latent_map(page: Page, page_url: str) -> Page:
    """The page, drawn."""
    page.set_viewport_size({"width": 1440, "height": 1200})
    page.goto(page_url)
    wait_until_drawn(page)
    return page


def wait_until_drawn(page: Page) -> None:
    """Return when both figures can be clicked."""
    for chart in (MAP, PLANE):
        expect(page.locator(f"{chart} .nsewdrag")).to_be_attached(timeout=120_000)
    expect(page.get_by_text("How far can a map be trusted?")).to_be_visible(timeout=60_000)
    page.wait_for_function(f"document.querySelector('{MAP} .js-plotly-plot')?._fullData?.[0]?.x?.length > 0")
    done(page)  # Plotly forgets a click if it is drawn again between press and release


def click_point(page: Page, chart: str, trace: int, at: int) -> int | None:
    """Click a point of a figure as a person does; gives the item that it stands for."""
    page.locator(f"{chart} .nsewdrag").scroll_into_view_if_needed()
    x, y, item = page.evaluate(POINT, [chart, trace, at])
    page.mouse.move(x - 3, y)
    page.mouse.move(x, y, steps=4)
    expect(page.locator(f"{chart} .hoverlayer .hovertext")).to_be_visible()
    page.mouse.down()
    page.mouse.up()
    return item


def test_click_shows_the_item_and_the_link_reopens_it(latent_map: Page) -> None:
    before = re.search(r"item=digits(?:%2F|/)(\d+)", latent_map.url)
    item = click_point(latent_map, MAP, 0, 0)
    if before and int(before[1]) == item:
        item = click_point(latent_map, MAP, 1, 0)
    expect(latent_map).to_have_url(re.compile(rf"item=digits(%2F|/){item}\b"))
    expect(latent_map.get_by_text(f"digits/{item}", exact=True).first).to_be_visible()
    latent_map.goto(latent_map.url)
    wait_until_drawn(latent_map)
    expect(latent_map).to_have_url(re.compile(rf"item=digits(%2F|/){item}\b"))
    expect(latent_map.get_by_text(f"digits/{item}", exact=True).first).to_be_visible()


def test_click_keeps_the_zoom(latent_map: Page) -> None:
    before = latent_map.evaluate(RANGE)
    x, y, _ = latent_map.evaluate(POINT, [MAP, 0, 0])
    latent_map.mouse.move(x, y)
    latent_map.mouse.wheel(0, -300)
    latent_map.wait_for_function(f"{RANGE}[1] - {RANGE}[0] < {0.95 * (before[1] - before[0])}")
    zoomed = latent_map.evaluate(RANGE)
    item = click_point(latent_map, MAP, 0, 0)
    expect(latent_map.get_by_text(f"digits/{item}", exact=True).first).to_be_visible()
    latent_map.wait_for_timeout(500)
    assert latent_map.evaluate(RANGE) == pytest.approx(zoomed)


def test_slider_changes_the_decoded_image(latent_map: Page) -> None:
    first = latent_map.get_by_alt_text("decoded at 0.00, 0.00")
    expect(first).to_be_visible()
    source = first.get_attribute("src")
    latent_map.locator(".st-key-map_x").get_by_role("slider").press("ArrowRight")
    moved = latent_map.get_by_alt_text("decoded at 0.05, 0.00")
    expect(moved).to_be_visible()
    assert moved.get_attribute("src") != source
    expect(latent_map).to_have_url(re.compile(r"map_x=0\.05"))


def test_click_on_the_decoded_plane_moves_the_place(latent_map: Page) -> None:
    click_point(latent_map, PLANE, 0, 45 * 30 + 12)
    expect(latent_map.get_by_alt_text("decoded at 0.00, 0.00")).to_have_count(0)
    expect(latent_map).to_have_url(re.compile("map_x=-"))
