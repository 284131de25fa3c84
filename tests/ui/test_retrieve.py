"""Retrieve: every source, distance and number of results, hostile uploads, and what is said without originals."""

import base64
import io
import struct
import zlib
from collections.abc import Callable
from functools import partial
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from streamlit.testing.v1 import AppTest

from core import images as pictures
from core.evaluate import write_baselines
from dashboard import item_data, queries, resources
from dashboard.items import Item
from tests import tiny
from tests.ui.app import address, choose, opened, run, sound, text

pytestmark = pytest.mark.usefixtures("tiny_checkpoints")
retrieve = partial(opened, "retrieve")


def rows(app: AppTest) -> int:
    """How many spaces show results."""
    return sum("numbers]" in element.value for element in app.markdown)


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
    app = retrieve(data=dataset)
    assert rows(app) == (3 if item_data.are_originals(dataset) else 1)
    assert "not on the search above" in text(app)
    assert len(app.table) == 1


def test_shows_the_best_of_each_family_and_all_on_demand() -> None:
    app = retrieve()
    assert rows(app) == 2 + 3
    sound(app.toggle(key="retr_all").set_value(True).run())
    assert rows(app) == 2 + len(tiny.KINDS)
    sound(app.toggle(key="retr_all").set_value(False).run())
    sound(app.selectbox(key="retr_model").set_value("digits-vae-2d-gru").run())
    assert rows(app) == 2 + 3 + 1


@pytest.mark.parametrize("metric", ["l2", "cosine"])
def test_number_and_distance(metric: str) -> None:
    app = choose(retrieve(), "retr_metric", metric)
    for k in (1, 20):
        sound(app.slider(key="retr_k").set_value(k).run())
        assert f"of {k} right" in text(app)


@pytest.mark.parametrize(("asked", "shown"), [("3", 3), ("0", 8), ("999", 8), ("x", 8)])
def test_number_in_the_url(asked: str, shown: int) -> None:
    assert f"of {shown} right" in text(retrieve(retr_k=asked))


def test_query_is_left_out_and_results_are_ranked() -> None:
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
def test_upload_becomes_the_query_and_the_item(dataset: str) -> None:
    app = retrieve(data=dataset)
    before = address(choose(app, "retr_from", "Upload"), "item")
    assert not before.startswith("upload/")
    file = encoded(Image.fromarray(digit()), "PNG")
    sound(app.file_uploader(key="retr_file").set_value(("seven.png", file, "image/png")).run())
    assert address(app, "item").startswith("upload/")
    assert "reads as" in text(app)
    assert "right**" not in text(app)
    choose(app, "retr_from", "Item")
    assert address(app, "item") == before
    choose(app, "retr_from", "Upload")
    assert address(app, "item").startswith("upload/")


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
def test_hostile_upload_gives_a_message_and_keeps_the_query(name: str) -> None:
    make, says = HOSTILE[name]
    app = choose(retrieve(), "retr_from", "Upload")
    before, shown = address(app, "item"), rows(app)
    app.file_uploader(key="retr_file").set_value((name, make(), "image/png")).run()
    assert not app.exception
    assert len(app.error) == 1
    assert says in app.error[0].value
    assert (address(app, "item"), rows(app)) == (before, shown)
    app.slider(key="retr_k").set_value(3).run()
    assert len(app.error) == 1, "the message goes while the bad file is still there"


@pytest.mark.parametrize("name", ODD)
def test_odd_upload_works(name: str) -> None:
    app = choose(retrieve(), "retr_from", "Upload")
    shown = rows(app)
    sound(app.file_uploader(key="retr_file").set_value((name, ODD[name](), "image/png")).run())
    assert address(app, "item").startswith("upload/")
    assert rows(app) == shown


@pytest.mark.parametrize("dataset", ["digits", "fashion"])
def test_drawing_becomes_the_query(dataset: str) -> None:
    app = retrieve(data=dataset)
    before = address(choose(app, "retr_from", "Draw"), "item")
    steps = []
    for turn in (0, 1):  # two strokes: the second takes the place of the first
        ink = np.kron(np.rot90(255 - digit()[12:68, 12:68], turn), np.ones((4, 4), np.uint8))
        drawing = "data:image/png;base64," + base64.b64encode(pictures.png(ink[..., None])).decode()
        app.session_state[f"retr_pad_{dataset}"] = {"drawing": drawing}
        sound(app.run())
        assert address(app, "item").startswith("upload/")
        assert "reads as" in text(app)
        steps.append(app.query_params["item"])
    assert steps[0] == steps[1] != address(app, "item")  # the drawing is one step, not each stroke
    assert len(app.session_state["_uploads"]) == 1
    choose(app, "retr_from", "Item")
    assert address(app, "item") == before


def test_another_item_ends_the_drawing() -> None:
    app = choose(retrieve(), "retr_from", "Draw")
    sound(app.button(key="card_surprise").click().run())
    assert app.button_group(key="retr_from").value == "Item"
    assert "right**" in text(app)


def test_without_originals_says_what_is_missing(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr("core.datasets.fashion.SYSTEM_FOLDER", tmp_path)
    app = retrieve(data="fashion")
    assert "pixels and histogram cannot be searched" in text(app)
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
    app = run("retrieve")
    assert not app.exception
    assert len(app.error) == 1
    assert rows(app) == 3
