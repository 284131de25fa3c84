"""Data sets: formats, addresses, the embedded digits, downloads that break off."""

import gzip
import hashlib
import io
import socket
import struct
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from core import datasets
from core.datasets import digits, download, faces, fashion, idx, products
from core.datasets.base import parse_address
from core.datasets.idx import DatasetError
from core.settings import Settings


def write_idx(path: Path, array: np.ndarray) -> str:
    """Write ``array`` as gzip IDX; the md5 of the decompressed bytes."""
    raw = b"\x00\x00\x08" + bytes([array.ndim]) + struct.pack(f">{array.ndim}I", *array.shape) + array.tobytes()
    path.write_bytes(gzip.compress(raw, mtime=0))
    return hashlib.md5(raw, usedforsecurity=False).hexdigest()


@pytest.fixture
def tiny_idx(tmp_path: Path) -> tuple[Path, tuple[str, ...]]:
    """A folder of four IDX files with 6 training and 3 test images, and their digests."""
    draw = np.random.default_rng(0)
    folder = tmp_path / "source"
    folder.mkdir()
    arrays = [
        draw.integers(0, 256, (6, 28, 28), np.uint8),
        draw.integers(0, 10, 6, np.uint8),
        draw.integers(0, 256, (3, 28, 28), np.uint8),
        draw.integers(0, 10, 3, np.uint8),
    ]
    return folder, tuple(write_idx(folder / name, a) for name, a in zip(idx.FILES, arrays, strict=True))


def test_read_folder_puts_train_first(tiny_idx: tuple[Path, tuple[str, ...]]) -> None:
    folder, digests = tiny_idx
    images, labels = idx.read_folder(folder, digests)
    assert images.shape == (9, 28, 28, 1)
    assert images.dtype == np.uint8
    np.testing.assert_array_equal(images[6:, ..., 0], idx.read_idx(folder / idx.FILES[2]))
    np.testing.assert_array_equal(labels[:6], idx.read_idx(folder / idx.FILES[1]))


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"not gzip", "cannot be read"),
        (gzip.compress(b"\x00\x00\x0d\x01\x00\x00\x00\x01zzzz", mtime=0), "not an IDX file"),
        (gzip.compress(b"\x00\x00\x08\x01\x00\x00\x00\x09abc", mtime=0), "truncated"),
        (gzip.compress(b"\x00\x00\x08\x01" + bytes(99), mtime=0)[:-20], "cannot be read"),
    ],
)
def test_damaged_idx_is_refused(tmp_path: Path, content: bytes, message: str) -> None:
    path = tmp_path / "x.gz"
    path.write_bytes(content)
    with pytest.raises(DatasetError, match=message):
        idx.read_idx(path)


def test_another_file_is_refused(tiny_idx: tuple[Path, tuple[str, ...]]) -> None:
    with pytest.raises(DatasetError, match="not the canonical file"):
        idx.read_idx(tiny_idx[0] / idx.FILES[0], md5="0" * 32)


def test_embedded_digits_keep_their_mnist_addresses() -> None:
    items = digits.embedded()
    assert len(items) == 5000
    assert items.images.shape == (5000, 28, 28, 1)
    assert (np.diff(items.index) > 0).all()
    assert items.index.max() < digits.TRAIN_SIZE
    assert items.label(0) == 5  # the first training image of MNIST is a 5, the second a 0
    assert items.label(1) == 0
    assert items.image(digits.TRAIN_SIZE) is None
    assert len(items.split("test")) == 0


def test_digits_fall_back_to_the_embedded_ones(tmp_path: Path) -> None:
    settings = Settings.from_environment({"MORPHOSPACE_DATA": str(tmp_path), "MORPHOSPACE_CACHE": str(tmp_path)})
    found = datasets.load("digits", settings)
    assert found is not None
    assert len(found) == 5000


def test_missing_fashion_is_none(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fashion, "SYSTEM_FOLDER", tmp_path)
    settings = Settings.from_environment({"MORPHOSPACE_CACHE": str(tmp_path)})
    assert datasets.load("fashion", settings) is None


def test_damaged_data_set_is_named(tiny_idx: tuple[Path, tuple[str, ...]], tmp_path: Path) -> None:
    settings = Settings.from_environment(
        {"MORPHOSPACE_DATA": str(tiny_idx[0]), "MORPHOSPACE_CACHE": str(tmp_path)}
    )
    with pytest.raises(DatasetError, match=r"train-images.*canonical"):
        datasets.load("digits", settings)


def test_unknown_names_are_listed() -> None:
    with pytest.raises(ValueError, match="'cats' is not one of 'digits'"):
        datasets.load("cats", Settings.from_environment({}))


@pytest.mark.parametrize(
    "address", ["", "digits", "digits/", "digits/x", "digits/-1", "/1", "digits/1e9", "a/" + "9" * 20]
)
def test_bad_addresses_are_refused(address: str) -> None:
    with pytest.raises(ValueError, match="is not an item address"):
        parse_address(address)


@pytest.fixture
def server(tiny_idx: tuple[Path, tuple[str, ...]]) -> Iterator[tuple[str, dict[str, int]]]:
    """A loopback server of the tiny files that knows ranges and breaks off after ``state['most']`` bytes."""
    state = {"most": 1 << 30, "ranges": 0}

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:  # noqa: N802
            content = (tiny_idx[0] / self.path.rsplit("/", 1)[-1]).read_bytes()
            wanted = self.headers.get("Range")
            start = int(wanted.removeprefix("bytes=").rstrip("-")) if wanted else 0
            state["ranges"] += bool(wanted)
            self.send_response(206 if wanted else 200)
            self.send_header("Content-Length", str(len(content) - start))
            self.end_headers()
            self.wfile.write(content[start : start + state["most"]])

        def log_message(self, *args: object) -> None:
            pass

    httpd = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=httpd.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{httpd.server_port}/", state
    httpd.shutdown()


def test_download_goes_on_where_it_broke_off(
    tiny_idx: tuple[Path, tuple[str, ...]],
    server: tuple[str, dict[str, int]],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    base, state = server
    monkeypatch.setitem(download.ADDRESSES, "digits", (base, "mnist", tiny_idx[1]))
    lines: list[str] = []
    state["most"] = 1000
    with pytest.raises(DatasetError, match="goes on from there"):
        download.get("digits", tmp_path, report=lines.append)
    assert not (tmp_path / "mnist" / idx.FILES[0]).exists()
    state["most"] = 1 << 30
    folder = download.get("digits", tmp_path, report=lines.append)
    assert state["ranges"] == 1
    assert idx.read_folder(folder, tiny_idx[1])[0].shape == (9, 28, 28, 1)
    assert sum("verified" in line for line in lines) == 4


def test_offline_is_said_plainly(tmp_path: Path) -> None:
    with socket.socket() as deaf:
        deaf.bind(("127.0.0.1", 0))  # nobody else can listen there
        base = f"http://127.0.0.1:{deaf.getsockname()[1]}/"
        with pytest.raises(DatasetError, match="cannot be reached.*offline"):
            download.get("digits", tmp_path, report=lambda line: None, base=base)


def test_wrong_download_is_deleted(
    server: tuple[str, dict[str, int]], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(download.ADDRESSES, "digits", (server[0], "mnist", ("0" * 32,) * 4))
    with pytest.raises(DatasetError, match="canonical"):
        download.get("digits", tmp_path, report=lambda line: None)
    assert not (tmp_path / "mnist" / idx.FILES[0]).exists()


def write_faces(path: Path, *, partition: tuple[int, ...] = (0, 0, 0, 1, 2, 2)) -> np.ndarray:
    """A file like ``celeba64.npz`` of made-up images; lossless, so that what is read is what was written."""
    draw, parts = np.random.default_rng(0), []
    images = draw.integers(0, 256, (len(partition), 64, 64, 3), np.uint8)
    for image in images:
        buffer = io.BytesIO()
        Image.fromarray(image).save(buffer, "WEBP", lossless=True)
        parts.append(buffer.getvalue())
    np.savez(
        path,
        webp=np.frombuffer(b"".join(parts), np.uint8),
        offsets=np.cumsum([0, *map(len, parts)]),
        identity=np.arange(len(partition)),
        partition=np.array(partition, np.uint8),
        attr=np.array([[i % 2, i % 3 == 0] for i in range(len(partition))], np.uint8),
        attr_names=np.array(["Male", "Eyeglasses"]),
    )
    return images


def test_faces_are_decoded_where_they_are_asked_for(tmp_path: Path) -> None:
    (tmp_path / faces.FOLDER).mkdir()
    images = write_faces(tmp_path / faces.FOLDER / faces.FILE)
    settings = Settings.from_environment({"MORPHOSPACE_DATA": str(tmp_path), "MORPHOSPACE_CACHE": str(tmp_path)})
    found = datasets.load("faces", settings)
    assert found is not None
    assert found.images.shape == (6, 64, 64, 3)
    np.testing.assert_array_equal(found.images[2], images[2])
    np.testing.assert_array_equal(found.images[[4, 1]], images[[4, 1]])
    np.testing.assert_array_equal(np.asarray(found.images), images)
    np.testing.assert_array_equal(found.labels, [2, 1, 0, 3, 0, 1])  # woman or man, and 2 more with glasses
    train, held, test = (found.split(name) for name in ("train", "validation", "test"))
    assert (len(train), len(held), len(test)) == (3, 1, 2)
    np.testing.assert_array_equal(test.images, images[4:])
    np.testing.assert_array_equal(test.attributes, found.attributes[4:])
    assert test.image(5) is not None
    assert test.image(0) is None


def test_faces_out_of_order_or_damaged_are_refused(tmp_path: Path) -> None:
    path = tmp_path / faces.FILE
    write_faces(path, partition=(0, 1, 0))
    with pytest.raises(DatasetError, match="not sorted by partition"):
        faces.read(path)
    path.write_bytes(b"nothing")
    with pytest.raises(DatasetError, match="cannot be read"):
        faces.read(path)
    np.savez(path, webp=np.zeros(3, np.uint8))
    with pytest.raises(DatasetError, match="offsets"):
        faces.read(path)


def test_a_damaged_face_is_named(tmp_path: Path) -> None:
    write_faces(tmp_path / faces.FILE)
    with np.load(tmp_path / faces.FILE) as file:
        raw = dict(file)
    raw["webp"][: raw["offsets"][1]] = 0
    np.savez(tmp_path / faces.FILE, **raw)
    with pytest.raises(DatasetError, match="image 0 of"):
        faces.read(tmp_path / faces.FILE).image(0)


def test_missing_faces_are_none(tmp_path: Path) -> None:
    assert datasets.load("faces", Settings.from_environment({"MORPHOSPACE_CACHE": str(tmp_path)})) is None


def write_products(path: Path, captions: list[str], **changed: np.ndarray) -> np.ndarray:
    """A file like ``fashion_products.npz`` of plain colours; the colours (n, 3)."""
    colours, parts = np.random.default_rng(0).integers(0, 256, (len(captions), 3), np.uint8), []
    for colour in colours:
        buffer = io.BytesIO()
        Image.new("RGB", products.STORED[:2], tuple(colour.tolist())).save(buffer, "WEBP", lossless=True)
        parts.append(buffer.getvalue())
    columns = {
        column: np.array([f"{column} {i}" for i in range(len(captions))]) for column in products.FIELDS.values()
    }
    columns["subCategory"] = np.array(["Shoes", "Unheard of", "Topwear", "Bags"] * len(captions))[: len(captions)]
    raw = {
        "webp": np.frombuffer(b"".join(parts), np.uint8),
        "offsets": np.cumsum([0, *map(len, parts)]),
        "caption": np.array(captions),
        **columns,
    }
    np.savez(path, **(raw | changed))
    return colours


def test_products_are_split_by_caption_and_scaled(tmp_path: Path) -> None:
    captions = [f"Brand Men Shirt {i // 2}" for i in range(60)]  # each caption twice
    (tmp_path / products.FOLDER).mkdir()
    colours = write_products(tmp_path / products.FOLDER / products.FILE, captions)
    settings = Settings.from_environment({"MORPHOSPACE_DATA": str(tmp_path), "MORPHOSPACE_CACHE": str(tmp_path)})
    found = datasets.load("products", settings)
    assert found is not None
    assert found.images.shape == (60, *products.SHAPE)
    parts = [found.split(name) for name in ("train", "validation", "test")]
    sentences = [set(part.captions) for part in parts]
    assert all(sentences)
    assert [len(part) for part in parts] == [2 * len(some) for some in sentences]  # no sentence on two sides
    order = np.argsort(products.part(np.array(captions)), kind="stable")
    np.testing.assert_array_equal(found.captions, np.array(captions)[order])
    np.testing.assert_array_equal(found.images[7][30, 30], colours[order[7]])
    assert found.fields["colour"][3] == f"baseColour {order[3]}"
    wanted = np.array(["shoe", "other", "top", "bag"] * 15)[order]
    assert [found.label_names[label] for label in found.labels] == wanted.tolist()


def test_products_that_do_not_fit_are_refused(tmp_path: Path) -> None:
    path = tmp_path / products.FILE
    with pytest.raises(DatasetError, match="cannot be read"):
        products.read(path)
    write_products(path, ["a", "b"], gender=np.array(["Men"]))
    with pytest.raises(DatasetError, match="n words of each kind"):
        products.read(path)
    write_products(path, ["a", "b"], offsets=np.array([0, 50, 20]))
    with pytest.raises(DatasetError, match="places of its images are wrong"):
        products.read(path)
    path.write_bytes(b"nothing")
    with pytest.raises(DatasetError, match="cannot be read"):
        products.read(path)


def test_missing_products_are_none(tmp_path: Path) -> None:
    assert datasets.load("products", Settings.from_environment({"MORPHOSPACE_CACHE": str(tmp_path)})) is None
