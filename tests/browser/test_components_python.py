"""The components' Python side; no browser needed."""

import base64
import io
import json
import re
from collections import OrderedDict
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from streamlit.testing.v1 import AppTest

from dashboard import sheets
from dashboard.components import Beside, grid
from dashboard.components.grid import held_cell, places
from dashboard.components.mount import HERE as COMPONENTS
from dashboard.components.mount import source
from dashboard.components.scrubber import resting_frame
from dashboard.components.sketch import PREFIX, decode
from dashboard.components.sprites import sheet
from dashboard.components.tiles import _row, tiles

DEMO = Path(__file__).parent / "components_page.py"


def uri(image: Image.Image, kind: str = "PNG") -> str:
    file = io.BytesIO()
    image.save(file, kind)
    return PREFIX + base64.b64encode(file.getvalue()).decode()


def drawn(side: int = 280) -> Image.Image:
    pixels = np.zeros((side, side, 3), np.uint8)
    pixels[side // 2] = 255
    return Image.fromarray(pixels)


def test_a_sheet_holds_every_picture() -> None:
    rng = np.random.default_rng(0)
    for shape in ((7, 28, 28, 1), (5, 20, 31, 3), (1, 4, 4, 3)):
        images = rng.integers(0, 256, shape, dtype=np.uint8)
        made = sheet(images)
        with Image.open(io.BytesIO(sheets.kept(Path(made.uri).stem))) as opened:
            pixels = np.asarray(opened).reshape(opened.height, opened.width, shape[3])
        for index, image in enumerate(images):
            top, left = index // made.columns * made.height, index % made.columns * made.width
            np.testing.assert_array_equal(pixels[top : top + made.height, left : left + made.width], image)


def test_pictures_travel_by_url_and_not_in_the_message() -> None:
    made = sheet(np.zeros((100, 28, 28, 1), np.uint8), columns=20).data()
    assert re.fullmatch(r"/sheet/[0-9a-f]{16}\.png", made["uri"])
    assert len(json.dumps(made)) < 200
    assert made["columns"] == 20


def test_the_oldest_sheets_go_when_there_are_too_many(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sheets, "_kept", OrderedDict())
    monkeypatch.setattr(sheets, "KEPT", 10)
    first, second = sheets.keep(b"1" * 4), sheets.keep(b"2" * 4)
    assert sheets.keep(b"1" * 4) == first  # used again, so now the second is the oldest
    third = sheets.keep(b"3" * 4)
    assert sheets.kept(first) == b"1111"
    assert sheets.kept(third) == b"3333"
    with pytest.raises(KeyError):
        sheets.kept(second)
    assert sheets.kept(sheets.keep(b"4" * 99)) == b"4" * 99  # the newest stays, however large


def test_sheets_of_other_pictures_have_other_tokens() -> None:
    black = np.zeros((2, 28, 28, 1), np.uint8)
    assert sheet(black).token == sheet(black.copy()).token != sheet(black + 1).token
    assert sheet(black[:0]).uri == ""


@pytest.mark.parametrize(
    "images",
    [np.zeros((2, 28, 28, 1)), np.zeros((28, 28, 1), np.uint8), np.zeros((2, 28, 28, 4), np.uint8)],
)
def test_a_sheet_refuses_other_arrays(images: np.ndarray) -> None:
    with pytest.raises(ValueError, match="allowed"):
        sheet(images)


def test_a_sheet_refuses_more_than_a_browser_takes() -> None:
    with pytest.raises(ValueError, match="do not fit"):
        sheet(np.zeros((5, 4096, 4096, 1), np.uint8))


def test_tiles_refuses_unknown_marks_and_other_lengths() -> None:
    images = np.zeros((2, 28, 28, 1), np.uint8)
    with pytest.raises(ValueError, match="unknown marks \\['good'\\]"):
        tiles(images, key="k", label="l", marks=["right", "good"])
    with pytest.raises(ValueError, match="1 captions for 2 pictures"):
        tiles(images, key="k", label="l", captions=["one"])


@pytest.mark.parametrize(
    ("picked", "row"),
    [
        (None, None),
        (3, 3),
        ({"row": 3, "token": "now"}, 3),
        ({"row": 3, "token": "before"}, None),
        ({"row": 10, "token": "now"}, None),
        (-1, None),
        (True, None),
        ("3", None),
        ({"row": 2.0, "token": "now"}, None),
        ([3], None),
    ],
)
def test_only_a_row_of_the_pictures_shown_counts(picked: object, row: int | None) -> None:
    assert _row(picked, 10, "now") == row


@pytest.mark.parametrize(
    ("state", "frame"),
    [
        (None, 2),
        ({}, 2),
        ({"frame": 5}, 5),
        ({"frame": 99}, 20),
        ({"frame": -1}, 0),
        ({"frame": {"at": 7, "count": 21, "start": 2}}, 7),
        ({"frame": {"at": 7, "count": 21, "start": 4}}, 2),  # the page has moved the start since
        ({"frame": {"at": 5, "count": 11, "start": 2}}, 10),
        ({"frame": {"at": 0, "count": 1, "start": 2}}, 0),
        ({"frame": {"at": "7"}}, 2),
        ({"frame": {"at": 7, "count": None}}, 2),
        ({"frame": [7]}, 2),
        ("frame", 2),
    ],
)
def test_the_frame_at_rest(state: object, frame: int) -> None:
    assert resting_frame(state, count=21, start=2) == frame


@pytest.mark.parametrize(("order", "frame"), [(1, 7), (2, 2)])
def test_an_order_moves_the_scrubber_to_where_it_was_sent_before(order: int, frame: int) -> None:
    reported = {"at": 7, "count": 21, "start": 2, "order": 1}
    assert resting_frame({"frame": reported}, count=21, start=2, order=order) == frame


@pytest.mark.parametrize(
    ("state", "cell"),
    [
        (None, 4),
        ({"cell": 7}, 7),
        ({"cell": 99}, 11),
        ({"cell": -1}, 0),
        ({"cell": {"at": 7, "rows": 3, "columns": 4, "start": 4, "order": 0}}, 7),
        ({"cell": {"at": 7, "rows": 4, "columns": 3, "start": 4, "order": 0}}, 4),
        ({"cell": {"at": 7, "rows": 3, "columns": 4, "start": 5, "order": 0}}, 4),
        ({"cell": {"at": 7, "rows": 3, "columns": 4, "start": 4, "order": 1}}, 4),
        ({"cell": {"at": True}}, 4),
        ({"cell": "7"}, 4),
        ([], 4),
    ],
)
def test_the_cell_that_is_held(state: object, cell: int) -> None:
    assert held_cell(state, shape=(3, 4), start=4) == cell


def test_cells_are_called_by_their_row_and_column() -> None:
    assert places(["a", ""], ["", "y"]) == ["a, column 1", "a, y", "Row 2, column 1", "Row 2, y"]


def test_a_grid_refuses_rows_that_are_not_full_and_other_lengths() -> None:
    images = np.zeros((6, 28, 28, 1), np.uint8)
    for columns in (0, 4):
        with pytest.raises(ValueError, match=f"6 pictures do not fill rows of {columns}"):
            grid(images, key="k", label="l", columns=columns)
    with pytest.raises(ValueError, match="0 pictures"):
        grid(images[:0], key="k", label="l", columns=1)
    with pytest.raises(ValueError, match="2 column heads for 3"):
        grid(images, key="k", label="l", columns=3, heads=["a", "b"])
    with pytest.raises(ValueError, match="5 pictures beside 6"):
        grid(images, key="k", label="l", columns=3, beside=Beside(images[:5], [""] * 5, [""] * 5))


def test_a_drawing_is_decoded() -> None:
    ink = decode(uri(drawn()))
    assert (ink.shape, ink.dtype) == ((280, 280), np.uint8)
    assert (ink[140] == 255).all()
    assert ink[0].max() == 0


@pytest.mark.parametrize(
    "drawing",
    [
        None,
        7,
        "",
        PREFIX,
        PREFIX + "%%%",
        PREFIX + "é",
        PREFIX + base64.b64encode(b"no picture").decode(),
        uri(drawn())[:-60],
        PREFIX + base64.b64encode(base64.b64decode(uri(drawn()).removeprefix(PREFIX))[:60]).decode(),
        uri(drawn(), "JPEG"),
        uri(drawn().resize((280, 252))),
        uri(drawn(100)),
        uri(Image.new("L", (2800, 2800), 255)),
        uri(Image.new("L", (280, 280))),
        uri(drawn()) + "A" * 1_000_000,
    ],
)
def test_anything_else_is_an_empty_pad(drawing: object) -> None:
    assert decode(drawing) is None


def test_source_is_code_and_not_a_path() -> None:
    for name in ("tiles", "scrubber", "grid", "sketch"):
        assert "export { mount" in source(f"{name}/{name}.js")
        assert "\n" in source(f"{name}/{name}.css")
    for file in COMPONENTS.rglob("*.js"):
        assert len(file.read_text(encoding="utf-8").splitlines()) < 400, file


def test_the_components_stand_in_a_script_run_without_a_browser() -> None:
    app = AppTest.from_file(DEMO, default_timeout=120).run()
    assert not app.exception
    app.session_state["demo_pick"] = {"picked": 4}
    app.session_state["demo_along"] = {"frame": 9}
    app.session_state["demo_styles"] = {"cell": 21}
    app.session_state["demo_sketch"] = {"drawing": uri(drawn())}
    app.run()
    assert not app.exception
    said = " ".join(text.value for text in app.markdown)
    assert "chosen=4 picks=1" in said
    assert "frame=9" in said
    assert "cell=21" in said
    assert "ink=280x280 white=280" in said
