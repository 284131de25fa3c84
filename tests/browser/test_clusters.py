"""Clusters and Autoencoders in a browser: clicks on pictures, links that reopen them, the file that is saved."""

import csv
import re
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from tests import tiny
from tests.browser.servers import Server
from tests.browser.waits import DRAW_WITHIN, done, named, narrow

pytestmark = pytest.mark.browser
NAMES = ("digits-aae-30", "digits-ae-dense", "digits-ae-conv-up")


@pytest.fixture(scope="module")
def app(tiny_app: Server) -> str:
    """Address of a dashboard with a few checkpoints."""
    return tiny_app(*NAMES)


def visit(page: Page, address: str) -> None:
    """Open a page and wait until its script is done."""
    page.set_viewport_size({"width": 1440, "height": 1600})
    page.goto(address)
    done(page)


def tile(page: Page, grid: str, name: str | re.Pattern[str]) -> Locator:
    """A picture of a grid, by what it is called."""
    return page.get_by_role("listbox", name=grid).get_by_role("option", name=name)


def test_click_opens_a_category_and_the_link_reopens_it(page: Page, app: str) -> None:
    visit(page, f"{app}/clusters")
    tile(page, "Categories", re.compile(r"^Category 7,")).click()
    expect(page.get_by_role("heading", name="Category 7")).to_be_visible(timeout=DRAW_WITHIN)
    expect(page).to_have_url(re.compile(r"cl_category=7\b"))
    page.reload()
    expect(page.get_by_role("heading", name="Category 7")).to_be_visible(timeout=DRAW_WITHIN)
    expect(tile(page, "Categories", re.compile(r"^Category 7,"))).to_have_attribute("aria-selected", "true")


def test_click_on_a_member_takes_it_along(page: Page, app: str) -> None:
    visit(page, f"{app}/clusters?cl_category=3")
    member = page.get_by_role("listbox", name="Least certain members of category 3").get_by_role("option").nth(1)
    address = (member.get_attribute("aria-label") or "").split(",")[0]
    member.click()
    expect(page).to_have_url(named(address), timeout=DRAW_WITHIN)
    expect(page.locator(".st-key-item_card").get_by_text(address, exact=True)).to_be_visible(timeout=DRAW_WITHIN)
    expect(page.get_by_role("heading", name="Category 3")).to_be_visible()


def test_a_name_is_written_into_the_saved_file(page: Page, app: str, tmp_path: Path) -> None:
    visit(page, f"{app}/clusters?cl_category=4")
    field = page.get_by_role("textbox", name="Name it")
    field.fill("slanted one")
    field.press("Enter")
    expect(tile(page, "Categories", re.compile("slanted one"))).to_be_visible(timeout=DRAW_WITHIN)
    done(page)  # the button, too, is that of the run with the name
    with page.expect_download() as waiting:
        page.get_by_role("button", name="Assignments (CSV)").click()
    waiting.value.save_as(tmp_path / "saved.csv")
    rows = list(csv.DictReader((tmp_path / "saved.csv").open(encoding="utf-8")))
    assert waiting.value.suggested_filename == "digits-aae-30-categories.csv"
    assert len(rows) == tiny.ITEMS
    assert {row["name"] for row in rows if row["category"] == "4"} == {"slanted one"}


def test_the_style_grid_is_moved_over(page: Page, app: str) -> None:
    visit(page, f"{app}/clusters?cl_view=Every+style+number&cl_category=3")
    styles = page.get_by_role("application", name="Styles")
    expect(styles).to_be_visible(timeout=DRAW_WITHIN)
    styles.press("ArrowDown")
    styles.press("End")
    large = page.locator(".st-key-cl_styles .shown canvas")
    expect(large).to_have_accessible_name(re.compile(r"^Made by the model\s+style \d+\s+\+2\.5"))


@pytest.mark.parametrize("view", ["Labels", "Vary the category", "Vary the style", "Every style number"])
def test_nothing_is_wider_than_a_phone(page: Page, app: str, view: str) -> None:
    visit(page, f"{app}/clusters?cl_view={view.replace(' ', '+')}")
    page.set_viewport_size({"width": 390, "height": 844})
    narrow(page)
    if view == "Labels":
        expect(page.locator(".st-key-cl_heat .heatmaplayer image")).to_be_attached(timeout=DRAW_WITHIN)


def test_autoencoders_keep_the_columns_when_another_is_picked(page: Page, app: str) -> None:
    visit(page, f"{app}/autoencoders")
    originals = page.get_by_role("listbox", name="Original").get_by_role("option")
    expect(originals).to_have_count(8, timeout=DRAW_WITHIN)
    before = [one.get_attribute("aria-label") for one in originals.all()]
    originals.nth(3).click()
    expect(page).to_have_url(named((before[3] or "").split(", ")[1]), timeout=DRAW_WITHIN)
    expect(originals.nth(3)).to_have_attribute("aria-selected", "true", timeout=DRAW_WITHIN)
    done(page)
    assert [one.get_attribute("aria-label") for one in originals.all()] == before
    page.locator(".st-key-ae_view").get_by_text("Signed difference").click()
    expect(page.get_by_text("brighter in the original")).to_be_visible(timeout=DRAW_WITHIN)
    expect(page).to_have_url(re.compile("ae_view=Signed"))
