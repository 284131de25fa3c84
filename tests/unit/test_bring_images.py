"""Images of every mode, turned, huge or damaged: seen as they are meant, or named and left out."""

import io
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from core.bring.base import BringError
from core.datasets import own
from tests.bringing import brought, files, folder, pixels, png, seen, unreadable


def saved(format: str, image: Image.Image, **options: object) -> bytes:
    buffer = io.BytesIO()
    image.save(buffer, format, **options)
    return buffer.getvalue()


def test_an_image_that_is_a_bomb(tmp_path: Path) -> None:
    source = folder(tmp_path / "in", 4)
    (source / "cats" / "wide.png").write_bytes(saved("PNG", Image.new("1", (12_000, 9_000))))
    assert len(brought(source, tmp_path / "home")) == 4
    told = "12,000 x 9,000 pixels; 30,000 a side is the most, and 100 million in all"
    assert told in unreadable(tmp_path / "home")


@pytest.mark.parametrize("mode", ["L", "P"])
def test_photos_that_are_larger_than_an_upload_may_be(tmp_path: Path, mode: str) -> None:
    image = Image.new("L", (4_200, 4_100), 10)
    image.paste(240, (0, 0, 2_100, 4_100))
    exif = Image.Exif()
    exif[0x0112] = 6  # held upright: what is left in the file is on top
    source = tmp_path / "in"
    source.mkdir()
    (source / "a.png").write_bytes(saved("PNG", image.convert(mode), exif=exif, compress_level=1))
    data = brought(source, tmp_path / "home", shape=(32, 32, 1), fit="crop")
    assert data.images[0, :14].min() > 235
    assert data.images[0, 18:].max() < 15
    facts = own.read_items(tmp_path / "home" / "mine", own.read_about(tmp_path / "home" / "mine")).facts
    assert (facts["width"][0], facts["height"][0]) == (4_100, 4_200)


@pytest.mark.parametrize(
    "content", [b"", b"\x89PNG\r\n\x1a\n", png(pixels(1, (64, 64, 3)))[:3000], b"<html>" * 20]
)
def test_damaged_images_are_named_and_left_out(tmp_path: Path, content: bytes) -> None:
    source = folder(tmp_path / "in", 4)
    (source / "dogs" / "bad.png").write_bytes(content)
    data = brought(source, tmp_path / "home")
    assert len(data) == 4
    assert "dogs/bad.png," in unreadable(tmp_path / "home")
    assert [name for name, _ in seen(source).unreadable] == ["dogs/bad.png"]


def test_no_image_can_be_read(tmp_path: Path) -> None:
    source = tmp_path / "in"
    source.mkdir()
    (source / "a.png").write_bytes(b"nothing")
    report = seen(source)
    assert (report.width, report.examples, len(report.unreadable)) == (None, (), 1)
    with pytest.raises(BringError, match="None of the 1 images can be read"):
        brought(source, tmp_path / "home")
    assert not files(tmp_path / "home")


def ramp() -> np.ndarray:
    return np.linspace(0, 65535, 64).astype(np.uint16).reshape(8, 8)


ODD = {
    "16-bit": (saved("PNG", Image.fromarray(ramp())), (ramp() // 257).astype(np.uint8), "I;16", 1),
    "16-bit.tif": (saved("TIFF", Image.fromarray(ramp())), (ramp() // 257).astype(np.uint8), "I;16", 1),
    "float.tif": (saved("TIFF", Image.fromarray(np.full((8, 8), 100, np.float32))), np.full((8, 8), 100), "F", 1),
    "cmyk.jpg": (saved("JPEG", Image.new("CMYK", (8, 8), (0, 255, 255, 0))), np.array([254, 0, 0]), "CMYK", 4),
    "alpha": (saved("PNG", Image.new("RGBA", (8, 8), (0, 0, 0, 0))), np.full(3, 255), "RGBA", 1),
    "half alpha": (saved("PNG", Image.new("LA", (8, 8), (0, 128))), np.full(3, 127), "LA", 1),
    "palette.gif": (saved("GIF", Image.new("RGB", (8, 8), (255, 0, 0))), np.array([255, 0, 0]), "P", 1),
    "still.avif": (
        saved("AVIF", Image.new("RGB", (8, 8), (255, 0, 0)), quality=95),
        np.array([255, 0, 0]),
        "RGB",
        8,
    ),
    "bilevel": (saved("PNG", Image.new("1", (8, 8), 1)), np.full(3, 255), "1", 1),
}


@pytest.mark.parametrize("kind", ODD)
def test_odd_modes_become_what_is_seen(tmp_path: Path, kind: str) -> None:
    content, wanted, mode, off = ODD[kind]
    source = tmp_path / "in"
    source.mkdir()
    (source / (kind if "." in kind else f"{kind}.png")).write_bytes(content)
    data = brought(source, tmp_path / "home")
    expected = np.repeat(wanted[..., None], 3, axis=2) if wanted.ndim == 2 else np.broadcast_to(wanted, (8, 8, 3))
    np.testing.assert_allclose(data.images[0].astype(int), expected, atol=off)
    assert data.fields["mode"][0] == mode


@pytest.mark.parametrize(("turned", "place"), [(1, (0, 0)), (6, (0, 1)), (3, (1, 1)), (8, (1, 0))])
def test_images_are_turned_as_their_camera_says(tmp_path: Path, turned: int, place: tuple[int, int]) -> None:
    image = np.zeros((16, 32, 3), np.uint8)
    image[:8, :16] = 255  # a quarter, top left as it is stored
    exif = Image.Exif()
    exif[0x0112] = turned
    source = tmp_path / "in"
    source.mkdir()
    (source / "a.jpg").write_bytes(saved("JPEG", Image.fromarray(image), exif=exif, quality=95))
    data = brought(source, tmp_path / "home", shape=(16, 16, 1), fit="crop")
    means = [
        [data.images[0][8 * row : 8 * row + 8, 8 * col : 8 * col + 8].mean() for col in (0, 1)] for row in (0, 1)
    ]
    assert np.unravel_index(np.argmax(means), (2, 2)) == place
    facts = own.read_items(tmp_path / "home" / "mine", own.read_about(tmp_path / "home" / "mine")).facts
    assert (facts["width"][0], facts["height"][0]) == ((16, 32) if turned in (6, 8) else (32, 16))
