"""Writers in a browser: press a cell, go back, reload, press a dot, and fit a phone."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from core import checkpoints
from core.settings import ROOT
from tests.browser.servers import Server
from tests.browser.waits import DRAW_WITHIN, done, narrow, pass_time, settled

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def app(server: Server, tiny_gans_root: Path) -> str:
    """Address of a dashboard with the tiny GANs."""
    return server(ROOT / "dashboard" / "app.py", env={"MORPHOSPACE_CHECKPOINTS": str(tiny_gans_root)})


@pytest.fixture
def writers(page: Page, app: str) -> Page:
    """The page, at rest."""
    page.set_viewport_size({"width": 1440, "height": 1200})
    page.goto(f"{app}/writers")
    expect(page).to_have_url(re.compile("(?=.*wr_writer=)(?=.*wr_digit=7)"), timeout=DRAW_WITHIN)
    settled(page)
    return page


def press(cells: Locator, *, down: float) -> None:
    """Press a cell of the third column, at a share of the height."""
    expect(cells).to_be_visible()
    box = cells.bounding_box()
    assert box is not None
    cells.click(position={"x": 0.25 * box["width"], "y": down * box["height"]})


def test_a_pressed_cell_opens_and_back_and_reload_reopen(writers: Page, tiny_gans_root: Path) -> None:
    before = writers.url
    cells = writers.get_by_role("application", name="Writers and digits")
    known = checkpoints.load_book(tiny_gans_root, checkpoints.read_card(tiny_gans_root, checkpoints.GAN))
    assert known is not None
    press(cells, down=2.5 / writers.locator(".st-key-wr_matrix .rows > *").count())
    expect(writers).to_have_url(re.compile("wr_digit=2"), timeout=DRAW_WITHIN)
    done(writers)
    opened = re.search(r"wr_writer=(\d+)", writers.url)
    assert opened is not None
    assert known.record.row(int(opened[1])) is not None
    expect(writers.get_by_text(f"A 2 by writer {opened[1]}, made by the model")).to_be_visible()
    writers.reload()
    expect(writers.get_by_text(f"A 2 by writer {opened[1]}, made by the model")).to_be_visible(timeout=DRAW_WITHIN)
    done(writers)
    writers.go_back()
    old = re.search(r"wr_writer=(\d+)", before)
    assert old is not None
    expect(writers.get_by_text(f"A 7 by writer {old[1]}, made by the model")).to_be_visible(timeout=DRAW_WITHIN)


def test_a_neighbour_in_style_is_opened(writers: Page) -> None:
    near = (
        writers.get_by_role("listbox", name=re.compile("each of the nearest in style"))
        .get_by_role("option")
        .nth(1)
    )
    wanted = re.search(r"writer (\d+)", near.get_attribute("aria-label") or "")
    assert wanted is not None
    near.click()
    expect(writers.get_by_text(f"A 7 by writer {wanted[1]}, made by the model")).to_be_visible(timeout=DRAW_WITHIN)
    expect(writers).to_have_url(re.compile(f"wr_writer={wanted[1]}"))


def test_back_reopens_a_cell_that_was_left_by_a_press(writers: Page) -> None:
    """What the grid reported when the cell was left is not taken for a press when it is open again."""
    first = re.search(r"wr_writer=(\d+)", writers.url)
    assert first is not None
    press(writers.get_by_role("application", name="Writers and digits"), down=0.9)
    expect(writers).to_have_url(re.compile("wr_digit=2"), timeout=DRAW_WITHIN)
    done(writers)
    writers.go_back()
    expect(writers.get_by_text(f"A 7 by writer {first[1]}, made by the model")).to_be_visible(timeout=DRAW_WITHIN)
    done(writers)
    pass_time(writers)  # would it bounce?
    done(writers)
    expect(writers.get_by_text(f"A 7 by writer {first[1]}, made by the model")).to_be_visible()
    expect(writers).to_have_url(re.compile(f"wr_writer={first[1]}.*wr_digit=7|wr_digit=7.*wr_writer={first[1]}"))


def test_a_number_is_typed_and_written(writers: Page) -> None:
    writers.locator(".st-key-wr_view").get_by_text("Number").click()
    field = writers.get_by_role("textbox", name="Number")
    field.fill("31415")
    field.press("Enter")
    expect(writers.get_by_label(re.compile("^31415, made by the model"))).to_be_visible(timeout=DRAW_WITHIN)
    done(writers)  # the button, too, is that of the run with the number
    with writers.expect_download() as waiting:
        writers.locator(".st-key-wr_number_png button").click()
    assert waiting.value.suggested_filename.endswith("31415.png")


@pytest.mark.parametrize("view", ["Missing digit", "Row", "Number", "Hands", "Map"])
def test_a_phone_shows_it_whole(page: Page, app: str, view: str) -> None:
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto(f"{app}/writers?wr_view={view.replace(' ', '+')}")
    done(page)
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    narrow(page)
