"""From a pin to an audience, and files that work without a network."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Locator, Page, expect

from core.settings import ROOT
from core.slideshow import slideshow
from tests.browser.servers import Server
from tests.browser.waits import DRAW_WITHIN, done, until
from tests.slides import film_slide, slide

pytestmark = pytest.mark.browser
MODEL = "digits-vae-2d"


@pytest.fixture(scope="module")
def app(server: Server, tiny_root: Path, tmp_path_factory: pytest.TempPathFactory) -> str:
    """Address of a dashboard with a deck of its own."""
    cache = tmp_path_factory.mktemp("cache")
    env = {"MORPHOSPACE_CHECKPOINTS": str(tiny_root), "MORPHOSPACE_CACHE": str(cache)}
    return server(ROOT / "dashboard" / "app.py", env=env)


def visit(page: Page, address: str) -> None:
    """Open a page, and wait until its script is done."""
    page.set_viewport_size({"width": 1440, "height": 900})
    page.goto(address)
    expect(page.get_by_role("heading", level=1)).to_be_visible(timeout=DRAW_WITHIN)
    done(page)


def pin(page: Page) -> None:
    """Press Pin, and wait for the word on it."""
    page.get_by_role("button", name="Pin", exact=True).click()
    expect(page.get_by_text(re.compile("^Pinned “"))).to_be_visible(timeout=DRAW_WITHIN)
    done(page)


def size(heading: Locator) -> float:
    """Of its letters, px."""
    return float(heading.evaluate("node => getComputedStyle(node).fontSize").removesuffix("px"))


def test_pin_present_step_and_leave(page: Page, app: str) -> None:
    visit(page, f"{app}/latent_map?map_model={MODEL}")
    pin(page)
    visit(page, f"{app}/interpolate?interp_model={MODEL}&interp_t=0.25")
    pin(page)
    page.get_by_role("link", name="Deck (2)").click()
    expect(page.get_by_role("heading", name="Deck", level=1)).to_be_visible(timeout=DRAW_WITHIN)
    page.get_by_role("button", name="Present", exact=True).click()
    heading, sidebar = page.get_by_role("heading", level=1), page.get_by_test_id("stSidebar")
    expect(heading).to_have_text("Latent map", timeout=DRAW_WITHIN)
    expect(page).to_have_url(re.compile("present=1.*slide=1"))
    expect(sidebar).to_be_hidden()
    done(page)
    large = size(heading)
    page.keyboard.press("ArrowRight")
    expect(heading).to_have_text("Interpolate", timeout=DRAW_WITHIN)
    expect(page).to_have_url(re.compile("slide=2"))
    done(page)
    page.keyboard.press("ArrowLeft")
    expect(heading).to_have_text("Latent map", timeout=DRAW_WITHIN)
    page.go_back()
    expect(heading).to_have_text("Interpolate", timeout=DRAW_WITHIN)
    done(page)
    page.get_by_role("link", name="Open live").click()
    live = page.locator(".st-key-interp_t")
    expect(live).to_be_visible(timeout=DRAW_WITHIN)
    expect(page).to_have_url(re.compile("/interpolate.*interp_t=0.25.*present=1"))
    expect(sidebar).to_be_hidden()
    done(page)
    until(
        page,
        lambda: (live.bounding_box(), heading.bounding_box()),
        lambda boxes: boxes[0]["y"] < boxes[1]["y"],  # the picture comes first
    )
    page.keyboard.press("Escape")
    expect(sidebar).to_be_visible(timeout=DRAW_WITHIN)
    expect(page).not_to_have_url(re.compile("present=1"))
    until(page, lambda: size(heading), lambda small: large == pytest.approx(2 * small, rel=0.2))


@pytest.fixture
def offline(browser, tmp_path: Path) -> Iterator[BrowserContext]:
    """A browser without a network; fails where a page asks for one, or says that something is wrong."""
    context = browser.new_context(offline=True)
    wrong: list[str] = []

    def watch(page: Page) -> None:
        page.on("pageerror", lambda error: wrong.append(str(error)))
        page.on("console", lambda said: said.type == "error" and wrong.append(said.text))
        page.on("request", lambda one: one.url.startswith(("data:", "blob:", "file:")) or wrong.append(one.url))

    context.on("page", watch)
    yield context
    context.close()
    assert not wrong


def test_the_deck_as_a_file_steps_and_plays(offline: BrowserContext, tmp_path: Path) -> None:
    file = tmp_path / "deck.html"
    file.write_text(slideshow((slide("One"), film_slide("Two"))), encoding="utf-8")
    page = offline.new_page()
    page.goto(file.as_uri())
    expect(page.get_by_role("heading", name="One")).to_be_visible()
    expect(page.get_by_role("heading", name="Two")).to_be_hidden()
    page.keyboard.press("ArrowRight")
    expect(page.get_by_role("heading", name="Two")).to_be_visible()
    expect(page).to_have_url(re.compile("#2$"))
    film = page.get_by_alt_text("Film: Two")
    before = film.get_attribute("src")
    page.get_by_role("slider").press("ArrowRight")
    expect(film).not_to_have_attribute("src", before or "")
    page.keyboard.press("Escape")
    page.emulate_media(media="print")
    expect(page.get_by_role("heading", name="One")).to_be_visible()


def test_the_map_as_a_file_shows_pictures_and_filters(
    page: Page, app: str, offline: BrowserContext, tmp_path: Path
) -> None:
    visit(page, f"{app}/latent_map?map_model={MODEL}")
    with page.expect_download(timeout=DRAW_WITHIN) as told:
        page.get_by_role("button", name="Map as a file (HTML)").click()
    file = tmp_path / told.value.suggested_filename
    told.value.save_as(file)
    alone = offline.new_page()
    alone.goto(file.as_uri())
    expect(alone.locator(".map[data-state=drawn]")).to_be_visible()
    places = alone.evaluate("JSON.parse(document.getElementById('morphospace-map').textContent).places")
    item = int(next(iter(places)))
    x, y = alone.evaluate("id => document.querySelector('.map').project(id)", item)
    alone.mouse.move(x, y)
    card = alone.locator(".card")
    expect(card.locator(".name")).to_have_text(re.compile(r"digits/\d+"))
    expect(card.locator(".thumb")).to_have_attribute("src", re.compile("^data:image/png"))
    span = alone.locator(".map").get_attribute("data-span") or ""
    alone.mouse.wheel(0, -400)
    expect(alone.locator(".map")).not_to_have_attribute("data-span", span)
    group = alone.locator(".legend button").first
    group.click()
    expect(group).to_have_attribute("aria-pressed", "false")
