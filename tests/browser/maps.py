"""What the tests of the map do with it."""

from playwright.sync_api import Locator, Page, expect

from tests.browser.waits import DRAW_WITHIN, settled

CODES, PLANE = "digits-aae-30", "digits-vae-2d"
ITEMS = 60  # of a tiny gallery


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


def drag_round(page: Page, found: Locator, *corners: tuple[float, float]) -> None:
    """Drag a line through places given as shares of the map's sides, and back to the first."""
    box = found.locator(".stage").bounding_box()
    assert box is not None
    for number, (x, y) in enumerate([*corners, corners[0]]):
        page.mouse.move(box["x"] + x * box["width"], box["y"] + y * box["height"], steps=20)
        if number == 0:
            page.mouse.down()
    page.mouse.up()


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
