"""Attributes in a browser: sliders move the picture before Python answers."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Locator, Page, expect

from core.settings import ROOT
from tests.browser.servers import Server
from tests.browser.waits import DRAW_WITHIN, changed, done, listen, pass_time, pixels, settled, until

pytestmark = pytest.mark.browser
EDITED = "[...document.querySelectorAll('.st-key-attr_sliders *')].find(e => e.shadowRoot).shadowRoot"
# For each move of a slider: its value, and the edited picture by the next frame of the screen.
WATCHED = f"""() => {{
  window.shown = [];
  const within = {EDITED};
  within.addEventListener('input', ({{ target }}) => requestAnimationFrame(() =>
    shown.push([Number(target.value), within.querySelector('.edited canvas').toDataURL()])));
}}"""


@pytest.fixture(scope="module")
def page_url(server: Server, tiny_faces: Path) -> str:
    """Address of the page on a dashboard with tiny faces."""
    return f"{server(ROOT / 'dashboard' / 'app.py', env={'MORPHOSPACE_CHECKPOINTS': str(tiny_faces)})}/attributes"


@pytest.fixture
def attributes(page: Page, page_url: str, sent: list[int]) -> Iterator[Page]:
    """The page, drawn; fails afterwards if its JavaScript raised."""
    errors: list[str] = []
    listen(page, sent)
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.set_viewport_size({"width": 1440, "height": 1200})
    page.goto(f"{page_url}?data=faces")
    ready(page)
    yield page
    assert not errors


def ready(page: Page) -> None:
    """Wait until the sliders are there, the script is done, and the URL says what they are at."""
    expect(page.locator(".sliders[data-ready=true]")).to_be_visible(timeout=DRAW_WITHIN)
    expect(page.get_by_text(re.compile("^Identity: distance|^Nothing is edited"))).to_be_visible(
        timeout=DRAW_WITHIN
    )
    expect(page).to_have_url(re.compile(r"[?&]item=.*attr_edit="))
    settled(page)


def edited(page: Page) -> Locator:
    """The canvas of the edited picture."""
    return page.locator(".st-key-attr_sliders .edited canvas")


def slider(page: Page, name: str) -> Locator:
    """The slider of an attribute."""
    return page.get_by_role("slider", name=name, exact=True)


def place(page: Page, name: str, share: float) -> tuple[float, float]:
    """Where the screen has a share of a slider's way."""
    box = slider(page, name).bounding_box()
    return box["x"] + 10 + share * (box["width"] - 20), box["y"] + box["height"] / 2


def edit(page: Page) -> dict[str, float]:
    """The values of the sliders as the URL has them."""
    asked = page.evaluate("new URL(location).searchParams.get('attr_edit')")
    return {} if asked == "none" else {name: float(v) for name, v in (p.split(":") for p in asked.split(","))}


def test_a_drag_moves_the_picture_before_python_answers(attributes: Page, sent: list[int]) -> None:
    before, url = pixels(edited(attributes)), attributes.url
    sent.clear()
    attributes.evaluate(WATCHED)
    attributes.mouse.move(*place(attributes, "Smiling", 0.5))
    attributes.mouse.down()
    for share in (0.9, 0.4, 0.925):
        attributes.mouse.move(*place(attributes, "Smiling", share), steps=20)
    held = changed(edited(attributes), before)
    pass_time(attributes)
    assert not sent  # it is still held
    assert attributes.url == url
    shown = attributes.evaluate("shown")
    by_value = {value: {picture for at, picture in shown if at == value} for value, _ in shown}
    assert all(len(pictures) == 1 for pictures in by_value.values())  # none was late, on the way there or back
    assert len(set.union(*by_value.values())) > 0.8 * len(by_value) > 8
    attributes.mouse.up()
    expect(attributes).to_have_url(re.compile("Smiling"))
    done(attributes)
    assert edit(attributes)["Smiling"] == pytest.approx(1.7, abs=0.05)  # between two frames
    expect(attributes.get_by_role("row", name=re.compile("^Smiling.*edited"))).to_be_visible()
    answered = changed(edited(attributes), held)
    assert different(attributes, held, answered) < 12  # what was blended and what was decoded


def different(page: Page, a: str, b: str) -> float:
    """Mean absolute difference of two pictures, 0..255."""
    return page.evaluate(
        """async ([a, b]) => {
          const bytes = async (uri) => {
            const image = await createImageBitmap(await (await fetch(uri)).blob());
            const canvas = new OffscreenCanvas(image.width, image.height).getContext('2d');
            canvas.drawImage(image, 0, 0);
            return canvas.getImageData(0, 0, image.width, image.height).data;
          };
          const [one, two] = [await bytes(a), await bytes(b)];
          return one.reduce((sum, value, place) => sum + Math.abs(value - two[place]), 0) / one.length;
        }""",
        [a, b],
    )


def test_two_sliders_add_up_while_python_is_away(attributes: Page) -> None:
    attributes.route("**/sheet/*.png", lambda route: None)  # no frames of the new combination come
    start = pixels(edited(attributes))
    slider(attributes, "Smiling").press("End")
    one = changed(edited(attributes), start)
    slider(attributes, "“Male”").press("Home")
    both = changed(edited(attributes), one)
    assert both != start
    slider(attributes, "“Male”").press("ArrowRight")
    attributes.get_by_role("button", name="Reset “Male”").click()
    until(attributes, lambda: different(attributes, pixels(edited(attributes)), one), lambda far: far < 1)


def test_keys_and_a_reset(attributes: Page) -> None:
    male = slider(attributes, "“Male”")
    male.focus()
    for _ in range(3):
        attributes.keyboard.press("ArrowRight")
    expect(male).to_have_attribute("aria-valuetext", "+0.15")
    expect(attributes).to_have_url(re.compile("Male%3A0.15"))
    done(attributes)
    expect(male).to_be_focused()  # the answer takes nothing from the hand
    attributes.get_by_role("button", name="Reset “Male”").click()
    expect(male).to_have_attribute("aria-valuetext", "0.00, 0")
    expect(attributes).not_to_have_url(re.compile("Male"), timeout=DRAW_WITHIN)
    expect(attributes.get_by_role("button", name="Reset “Male”")).to_be_hidden()


def test_reload_keeps_the_values_and_back_undoes(attributes: Page) -> None:
    start = pixels(edited(attributes))
    slider(attributes, "Smiling").press("Home")
    moved = changed(edited(attributes), start)
    expect(attributes).to_have_url(re.compile("Smiling%3A-2"))
    done(attributes)
    attributes.reload()
    ready(attributes)
    expect(slider(attributes, "Smiling")).to_have_value("-2")
    again = pixels(edited(attributes))
    assert different(attributes, moved, again) < 1 < different(attributes, start, again)
    attributes.go_back()
    expect(slider(attributes, "Smiling")).to_have_value("0")


def test_another_face_keeps_the_sliders(attributes: Page) -> None:
    face = attributes.locator(".st-key-attr_sliders figure").first.locator("canvas")
    before, item = pixels(face), re.search(r"item=[^&]+", attributes.url)[0]
    attributes.get_by_role("button", name="Random face").click()
    changed(face, before)
    expect(attributes).not_to_have_url(re.compile(rf"{item}\b"))
    expect(attributes).to_have_url(re.compile(r"attr_edit=Eyeglasses%3A1(&|$)"))
    done(attributes)
    place = re.search(r"item=faces(?:%2F|/)(\d+)", attributes.url)[1]
    expect(attributes.locator(".st-key-item_card").get_by_text(f"faces/{place}")).to_be_visible()
    attributes.get_by_role("button", name="Undo").click()
    until(attributes, lambda: pixels(face), lambda now: now == before)


def test_more_sliders_work_once_their_frames_are_here(attributes: Page) -> None:
    attributes.get_by_text("More", exact=True).click()
    young = slider(attributes, "Young")
    expect(young).to_be_enabled(timeout=DRAW_WITHIN)
    before = pixels(edited(attributes))
    young.press("End")
    changed(edited(attributes), before)
    expect(attributes).to_have_url(re.compile("Young%3A2"), timeout=DRAW_WITHIN)
    attributes.get_by_role("button", name="Reset all").click()
    expect(young).to_have_value("0", timeout=DRAW_WITHIN)
    expect(attributes.get_by_text(re.compile("^Nothing is edited"))).to_be_visible(timeout=DRAW_WITHIN)


def test_a_finger_moves_a_slider(phone: BrowserContext, page_url: str) -> None:
    page = phone.new_page()
    page.goto(f"{page_url}?data=faces")
    ready(page)
    slider(page, "Smiling").scroll_into_view_if_needed()
    box, before = slider(page, "Smiling").bounding_box(), pixels(edited(page))
    client = phone.new_cdp_session(page)
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    for kind, points in (
        ("touchStart", [{"x": x, "y": y}]),
        *(("touchMove", [{"x": x + step * box["width"] / 20, "y": y}]) for step in range(1, 9)),
        ("touchEnd", []),
    ):
        client.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})
    changed(edited(page), before)
    expect(page).to_have_url(re.compile("Smiling"))
