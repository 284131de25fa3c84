"""Retrieve: every source, distance and number of results, hostile uploads, and what is said without originals."""

import base64
import io
import struct
import zlib
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from streamlit.testing.v1 import AppTest

from core import images as pictures
from core.evaluate import write_baselines
from dashboard import navigation, queries, resources
from dashboard.items import Item
from tests import tiny

APP = Path(__file__).resolve().parents[2] / "dashboard" / "app.py"


@pytest.fixture
def opened(tiny_checkpoints: Path) -> Callable[..., AppTest]:
    """The page with a query in the URL."""
    return open_page


def open_page(**query: str) -> AppTest:
    app = AppTest.from_file(APP, default_timeout=120)
    for key, value in query.items():
        app.query_params[key] = value
    app.switch_page(str(navigation.path("retrieve")))
    return fine(app.run())


def fine(app: AppTest) -> AppTest:
    """The page, which shows no error."""
    assert not app.exception
    assert not app.error
    return app


def texts(app: AppTest) -> str:
    """Everything written on the page."""
    return "\n".join(str(element.value) for kind in (app.markdown, app.caption) for element in kind)


def rows(app: AppTest) -> int:
    """How many spaces show results."""
    return sum("numbers]" in element.value for element in app.markdown)


def address(app: AppTest) -> str:
    """Of the current item, as the URL has it."""
    value = app.query_params["item"]
    return value[0] if isinstance(value, list) else value


def choose(app: AppTest, key: str, value: str) -> AppTest:
    """Pick a segment."""
    return fine(app.button_group(key=key).set_value(value).run())


def digit() -> np.ndarray:
    """A dark seven on white (80, 80)."""
    ink = np.full((80, 80), 255, np.uint8)
    ink[15:22, 20:60], ink[22:70, 48:56] = 0, 0
    return ink


def encoded(image: Image.Image, kind: str, **options: object) -> bytes:
    buffer = io.BytesIO()
    image.save(buffer, kind, **options)
    return buffer.getvalue()


def bomb() -> bytes:
    """A PNG of 30,000 x 30,000 pixels in little more than 100 kB."""

    def chunk(kind: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    header = struct.pack(">IIBBBBB", 30_000, 30_000, 1, 0, 0, 0, 0)
    lines = zlib.compress(bytes(3751) * 30_000, 9)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", lines) + chunk(b"IEND", b"")


@pytest.mark.parametrize("kind", tiny.KINDS)
@pytest.mark.parametrize("dataset", ["digits", "fashion"])
def test_opens_on_every_checkpoint_alone(own_checkpoints: Callable[..., Path], dataset: str, kind: str) -> None:
    own_checkpoints(f"{dataset}-{kind}")
    app = open_page(data=dataset)
    assert rows(app) == (3 if resources.are_originals(dataset) else 1)
    assert "not on the search above" in texts(app)
    assert len(app.table) == 1


def test_shows_the_best_of_each_family_and_all_on_demand(opened: Callable[..., AppTest]) -> None:
    app = opened()
    assert rows(app) == 2 + 3
    fine(app.toggle(key="retr_all").set_value(True).run())
    assert rows(app) == 2 + len(tiny.KINDS)
    fine(app.toggle(key="retr_all").set_value(False).run())
    fine(app.selectbox(key="retr_model").set_value("digits-vae-2d-gru").run())
    assert rows(app) == 2 + 3 + 1


@pytest.mark.parametrize("metric", ["l2", "cosine"])
def test_number_and_distance(opened: Callable[..., AppTest], metric: str) -> None:
    app = choose(opened(), "retr_metric", metric)
    for k in (1, 20):
        fine(app.slider(key="retr_k").set_value(k).run())
        assert f"of {k} right" in texts(app)


@pytest.mark.parametrize(("asked", "shown"), [("3", 3), ("0", 8), ("999", 8), ("x", 8)])
def test_number_in_the_url(opened: Callable[..., AppTest], asked: str, shown: int) -> None:
    assert f"of {shown} right" in texts(opened(retr_k=asked))


def test_query_is_left_out_and_results_are_ranked(tiny_checkpoints: Path) -> None:
    gallery = resources.gallery("digits-aae-30")
    query = queries.make_query(Item("digits", int(gallery.index[5])))
    for space in queries.spaces("digits"):
        for metric in ("l2", "cosine"):
            found = queries.rank(space, query, "digits", k=20, metric=metric)
            assert found is not None
            assert 5 not in found.rows
            assert (np.diff(found.distance) >= 0).all()
            assert 0 <= found.rarity <= 1


@pytest.mark.parametrize("dataset", ["digits", "fashion"])
def test_upload_becomes_the_query_and_the_item(opened: Callable[..., AppTest], dataset: str) -> None:
    app = opened(data=dataset)
    before = address(choose(app, "retr_from", "Upload"))
    assert not before.startswith("upload/")
    file = encoded(Image.fromarray(digit()), "PNG")
    fine(app.file_uploader(key="retr_file").set_value(("seven.png", file, "image/png")).run())
    assert address(app).startswith("upload/")
    assert "reads as" in texts(app)
    assert "right**" not in texts(app)
    choose(app, "retr_from", "Item")
    assert address(app) == before
    choose(app, "retr_from", "Upload")
    assert address(app).startswith("upload/")


HOSTILE = {
    "bomb.png": (bomb, "4,096 a side"),
    "text.png": (lambda: b"no picture at all", "not a PNG"),
    "cut.png": (lambda: encoded(Image.fromarray(digit()), "PNG")[:90], "damaged"),
    "empty.png": (lambda: b"", ""),
    "large.jpg": (lambda: bytes(20_000_001), "20 MB"),
}
ODD = {
    "dot.png": lambda: encoded(Image.new("L", (1, 1), 255), "PNG"),
    "cmyk.jpg": lambda: encoded(Image.fromarray(digit()).convert("CMYK"), "JPEG"),
    "moving.webp": lambda: encoded(
        Image.fromarray(digit()), "WEBP", save_all=True, append_images=[Image.new("L", (80, 80), 9)]
    ),
    "clear.png": lambda: encoded(Image.new("RGBA", (40, 40), (0, 0, 0, 0)), "PNG"),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_upload_gives_a_message_and_keeps_the_query(opened: Callable[..., AppTest], name: str) -> None:
    make, says = HOSTILE[name]
    app = choose(opened(), "retr_from", "Upload")
    before, shown = address(app), rows(app)
    app.file_uploader(key="retr_file").set_value((name, make(), "image/png")).run()
    assert not app.exception
    assert len(app.error) == 1
    assert says in app.error[0].value
    assert (address(app), rows(app)) == (before, shown)
    app.slider(key="retr_k").set_value(3).run()
    assert len(app.error) == 1, "the message goes while the bad file is still there"


@pytest.mark.parametrize("name", ODD)
def test_odd_upload_works(opened: Callable[..., AppTest], name: str) -> None:
    app = choose(opened(), "retr_from", "Upload")
    shown = rows(app)
    fine(app.file_uploader(key="retr_file").set_value((name, ODD[name](), "image/png")).run())
    assert address(app).startswith("upload/")
    assert rows(app) == shown


@pytest.mark.parametrize("dataset", ["digits", "fashion"])
def test_drawing_becomes_the_query(opened: Callable[..., AppTest], dataset: str) -> None:
    app = opened(data=dataset)
    before = address(choose(app, "retr_from", "Draw"))
    for turn in (0, 1):  # two strokes: the second takes the place of the first
        ink = np.kron(np.rot90(255 - digit()[12:68, 12:68], turn), np.ones((4, 4), np.uint8))
        drawing = "data:image/png;base64," + base64.b64encode(pictures.png(ink[..., None])).decode()
        app.session_state[f"retr_pad_{dataset}"] = {"drawing": drawing}
        fine(app.run())
        assert address(app).startswith("upload/")
        assert "reads as" in texts(app)
    assert len(app.session_state["_uploads"]) == 1
    choose(app, "retr_from", "Item")
    assert address(app) == before


def test_another_item_ends_the_drawing(opened: Callable[..., AppTest]) -> None:
    app = choose(opened(), "retr_from", "Draw")
    fine(app.button(key="card_surprise").click().run())
    assert app.button_group(key="retr_from").value == "Item"
    assert "right**" in texts(app)


def test_without_originals_says_what_is_missing(
    opened: Callable[..., AppTest], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr("core.datasets.fashion.SYSTEM_FOLDER", tmp_path)
    app = opened(data="fashion")
    assert "pixels and histogram cannot be searched" in texts(app)
    assert rows(app) == 3


def test_table_is_sorted_and_marks_the_best(own_checkpoints: Callable[..., Path]) -> None:
    root = own_checkpoints("digits-aae-30", "digits-vae-2d")
    metric = resources.card("digits-aae-30").metrics["precision_at_1"]
    write_baselines(root, "digits", {"pixels": {"precision_at_1": type(metric)(**vars(metric) | {"value": 0.97})}})
    lines = queries.table("digits")
    assert [line["Space"] for line in lines[:1] + lines[-1:]] == ["Pixels", "Grey histogram"]
    assert lines[0]["Nearest right ↑"] == "**97.00 %**"
    assert lines[1]["Nearest right ↑"] == "95.40 %"
    assert lines[0]["mAP ↑"] == lines[-1]["Nearest right ↑"] == "not measured"


def test_damaged_baselines_cost_only_the_table(own_checkpoints: Callable[..., Path]) -> None:
    root = own_checkpoints("digits-aae-30")
    (root / "_baselines").mkdir()
    (root / "_baselines" / "digits.json").write_text("{")
    app = AppTest.from_file(APP, default_timeout=120)
    app.switch_page(str(navigation.path("retrieve"))).run()
    assert not app.exception
    assert len(app.error) == 1
    assert rows(app) == 3
