"""Hostile uploads get a sentence, friendly ones pixels; items look like the data set's."""

import io
import struct
import zlib

import numpy as np
import pytest
from PIL import Image

from core import images
from core.datasets import digits
from core.images import ImageError


def encoded(image: Image.Image, kind: str = "PNG", **options: object) -> bytes:
    buffer = io.BytesIO()
    image.save(buffer, kind, **options)
    return buffer.getvalue()


def bomb(side: int) -> bytes:
    """A valid PNG of ``side`` x ``side`` black pixels in a few kilobytes."""

    def chunk(kind: bytes, content: bytes) -> bytes:
        return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))

    packer = zlib.compressobj(9)
    row = bytes(1 + (side + 7) // 8)
    rows = b"".join(packer.compress(row) for _ in range(side)) + packer.flush()
    header = struct.pack(">IIBBBBB", side, side, 1, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")


@pytest.mark.parametrize(
    ("side", "message"), [(30_000, "too many pixels"), (10_000, "10,000 x 10,000 pixels; 4,096")]
)
def test_bomb_is_refused_before_it_unpacks(side: int, message: str) -> None:
    data = bomb(side)
    assert len(data) < 1_000_000
    with pytest.raises(ImageError, match=message):
        images.read_upload(data)


def test_text_named_png_is_refused() -> None:
    with pytest.raises(ImageError, match="not a PNG, JPEG or WebP"):
        images.read_upload(b"hello, I am a picture")


def test_empty_file_is_refused() -> None:
    with pytest.raises(ImageError, match="not a PNG"):
        images.read_upload(b"")


def test_other_formats_are_refused() -> None:
    with pytest.raises(ImageError, match="not a PNG"):
        images.read_upload(encoded(Image.new("L", (9, 9)), "TIFF"))


def test_twenty_one_megabytes_are_refused() -> None:
    with pytest.raises(ImageError, match=r"21.0 MB; 20 MB is the most"):
        images.read_upload(bytes(21_000_000))


def test_truncated_image_is_refused() -> None:
    noise = Image.fromarray(np.random.default_rng(0).integers(0, 256, (64, 64, 3), np.uint8))
    with pytest.raises(ImageError, match="damaged"):
        images.read_upload(encoded(noise)[:2000])


def test_one_pixel_is_read() -> None:
    assert images.read_upload(encoded(Image.new("L", (1, 1), 7))).tolist() == [[[7, 7, 7]]]


def test_cmyk_becomes_rgb() -> None:
    pixels = images.read_upload(encoded(Image.new("CMYK", (8, 8), (0, 255, 255, 0)), "JPEG"))
    assert pixels.shape == (8, 8, 3)
    assert pixels[..., 0].mean() > 200 > 60 > pixels[..., 1].mean()


@pytest.mark.parametrize("kind", ["PNG", "WEBP"])
def test_animation_gives_its_first_frame(kind: str) -> None:
    frames = [Image.new("RGB", (12, 12), colour) for colour in ("red", "blue")]
    data = encoded(frames[0], kind, save_all=True, append_images=frames[1:], duration=50, lossless=True)
    pixels = images.read_upload(data)
    assert pixels.shape == (12, 12, 3)
    assert pixels[0, 0].tolist() == [255, 0, 0]


def test_transparency_becomes_white_paper() -> None:
    pixels = images.read_upload(encoded(Image.new("RGBA", (4, 4), (0, 0, 0, 0))))
    assert pixels.min() == 255


def test_sixteen_bit_grey_keeps_its_range() -> None:
    ramp = Image.fromarray(np.linspace(0, 65535, 64).astype(np.uint16).reshape(8, 8))
    pixels = images.read_upload(encoded(ramp))
    assert pixels.min() == 0
    assert pixels.max() == 255


def test_exif_rotation_is_applied() -> None:
    picture = Image.new("RGB", (20, 10))
    exif = picture.getexif()
    exif[0x0112] = 6
    assert images.read_upload(encoded(picture, "JPEG", exif=exif)).shape == (20, 10, 3)


def test_photo_of_a_pen_stroke_becomes_bright_on_black_and_centred() -> None:
    paper = np.full((200, 300, 3), 235, np.uint8)
    paper[20:120, 40:60] = 20
    item = images.to_item(paper, (28, 28, 1))
    assert item.shape == (28, 28, 1)
    rows, columns = np.nonzero(item[..., 0] > 100)
    assert rows.min() == 4
    assert rows.max() == 23  # 20 of 28 high
    assert abs((columns.min() + columns.max()) / 2 - 13.5) <= 0.5
    assert item[0].max() == 0


def test_items_are_centred_by_their_mass_as_mnist_is() -> None:
    originals = digits.embedded().images[::50]
    again = np.stack([images.to_item(image, (28, 28, 1), invert=False) for image in originals])
    shifted = np.roll(again, 1, axis=2)
    error, worse = (np.abs(made.astype(int) - originals).mean() for made in (again, shifted))
    assert error < 0.5 * worse
    canvas = np.zeros((100, 100), np.uint8)
    canvas[10:90, 10:30] = 255  # an L: heavy at the left and the bottom
    canvas[70:90, 30:70] = 255
    ink = images.to_item(canvas, (28, 28, 1), invert=False)[..., 0].astype(float)
    for axis in (0, 1):
        assert abs((ink.sum(axis=1 - axis) * np.arange(28)).sum() / ink.sum() - 14) <= 0.6


def test_ink_on_black_is_not_inverted() -> None:
    canvas = np.zeros((280, 280), np.uint8)
    canvas[100:200, 130:150] = 255
    assert images.to_item(canvas, (28, 28, 1), invert=False)[14, 13:15, 0].min() > 200


def test_blank_image_becomes_black() -> None:
    assert images.to_item(np.full((50, 50, 3), 255, np.uint8), (28, 28, 1)).max() == 0


def test_colour_items_keep_their_colours() -> None:
    assert images.to_item(np.full((5, 9, 1), 9, np.uint8), (64, 64, 3)).shape == (64, 64, 3)


def test_png_enlarges_with_hard_pixels() -> None:
    small = np.array([[[0], [255]]], np.uint8)
    back = np.asarray(Image.open(io.BytesIO(images.png(small, scale=3))))
    assert back.shape == (3, 6)
    assert set(np.unique(back)) == {0, 255}
    assert (back[:, :3] == 0).all()


def test_sheet_lays_images_out_row_by_row() -> None:
    tiles = np.arange(5, dtype=np.uint8)[:, None, None, None] * np.ones((1, 2, 3, 1), np.uint8)
    grid = images.sheet(tiles, columns=2)
    assert grid.shape == (6, 6, 1)
    assert grid[::2, ::3, 0].tolist() == [[0, 1], [2, 3], [4, 0]]


def test_gif_holds_every_frame() -> None:
    frames = np.arange(0, 250, 50, dtype=np.uint8)[:, None, None, None] * np.ones((1, 28, 28, 1), np.uint8)
    with Image.open(io.BytesIO(images.gif(frames, scale=2))) as file:
        assert file.n_frames == 5
        assert file.size == (56, 56)
