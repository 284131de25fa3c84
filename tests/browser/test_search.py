"""Search and Chat in a browser: the way back restores picture and words, and a bad file breaks nothing."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from core.settings import ROOT
from tests import tiny_products
from tests.browser.servers import Server
from tests.browser.waits import DRAW_WITHIN, done, until

pytestmark = pytest.mark.browser
WORDS = "What it should be, or how it should differ from the picture"


@pytest.fixture(scope="module")
def home(server: Server, tiny_products_root: Path) -> str:
    """Address of a dashboard with made-up products."""
    env = {
        "MORPHOSPACE_CHECKPOINTS": str(tiny_products_root),
        "MORPHOSPACE_DATA": str(tiny_products.data_beside(tiny_products_root)),
    }
    return server(ROOT / "dashboard" / "app.py", env=env)


@pytest.fixture
def search(page: Page, home: str) -> Iterator[Page]:
    """The page on its example; fails afterwards if its JavaScript raised."""
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.goto(f"{home}/search")
    expect(page.get_by_text("Best first, of")).to_be_visible(timeout=DRAW_WITHIN)
    done(page)
    yield page
    assert not errors


def says(page: Page, *wishes: str) -> None:
    """Wait until these are the wishes so far, each on a button of its own."""
    for place, wish in enumerate(wishes):
        expect(page.locator(f".st-key-srch_drop_{place}")).to_contain_text(wish, timeout=DRAW_WITHIN)
    expect(page.locator(f".st-key-srch_drop_{len(wishes)}")).to_have_count(0, timeout=DRAW_WITHIN)


def titles(page: Page) -> list[str]:
    """What is found, and how well it fits."""
    return page.locator(".st-key-srch_found button").evaluate_all("all => all.map(one => one.title)")


def test_the_way_back_undoes_turn_after_turn(search: Page) -> None:
    expect(search).to_have_url(re.compile(r"srch_words=the\+same\+but\+red"))
    first = search.url
    before = titles(search)
    search.get_by_label(WORDS).fill("for women")
    search.get_by_label(WORDS).press("Enter")
    says(search, "the same but red", "for women")
    expect(search.get_by_label(WORDS)).to_have_value("")
    expect(search).to_have_url(re.compile(r"srch_words=the\+same\+but\+red%7Cfor\+women"))
    done(search)
    until(search, lambda: titles(search), lambda now: now != before)  # a click on an older result would not count
    second = search.url
    search.locator(".st-key-srch_found button").nth(2).click()
    says(search)
    expect(search).not_to_have_url(second)
    done(search)
    search.go_back()
    says(search, "the same but red", "for women")
    expect(search).to_have_url(second)
    search.go_back()
    says(search, "the same but red")
    expect(search).to_have_url(first)
    search.reload()
    expect(search.get_by_text("Best first, of")).to_be_visible(timeout=DRAW_WITHIN)
    says(search, "the same but red")


def test_a_bad_file_is_told_and_the_search_goes_on(search: Page) -> None:
    search.get_by_text("A picture of your own").click()
    search.locator('input[type="file"]').set_input_files(
        {"name": "picture.png", "mimeType": "image/png", "buffer": b"no picture"}
    )
    expect(search.get_by_text("not a PNG, JPEG or WebP image")).to_be_visible(timeout=DRAW_WITHIN)
    expect(search.get_by_text("Best first, of")).to_be_visible()


def test_the_chat_answers_and_leads_to_the_search(page: Page, home: str) -> None:
    page.goto(f"{home}/chat")
    field = page.get_by_placeholder("What are you looking for?")
    expect(field).to_be_visible(timeout=DRAW_WITHIN)
    done(page)
    field.fill("a blue shirt and red ties")
    field.press("Enter")
    expect(page.get_by_text("red ties", exact=True)).to_be_visible(timeout=DRAW_WITHIN)
    done(page)
    page.locator(".st-key-chat_1_1 button").first.click()
    expect(page).to_have_url(re.compile(r"/search\?.*srch_from=products"), timeout=DRAW_WITHIN)


def test_another_data_set_is_a_step_and_the_way_back_restores_its_search(page: Page, server: Server) -> None:
    home = server(ROOT / "dashboard" / "app.py")
    page.goto(f"{home}/search?item=fashion/66723")
    expect(page.get_by_text("5,000 articles; under each")).to_be_visible(timeout=DRAW_WITHIN)
    done(page)
    expect(page).to_have_url(re.compile(r"srch_from=fashion%2F\d+&srch_words=the\+same\+but\+darker"))
    first = page.url
    page.get_by_role("combobox", name="Data set").click()
    page.get_by_role("option", name="Products").click()
    expect(page.get_by_text("5,000 products; under each")).to_be_visible(timeout=DRAW_WITHIN)
    done(page)
    says(page, "the same but red")
    page.go_back()
    expect(page.get_by_text("5,000 articles; under each")).to_be_visible(timeout=DRAW_WITHIN)
    says(page, "the same but darker")
    expect(page).to_have_url(first)
