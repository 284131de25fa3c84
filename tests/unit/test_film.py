"""Films, decoded back: as many frames, as large, as fast and as they were."""

import io

import numpy as np
import pytest
from PIL import Image

from core import film
from tests.slides import frames


def smooth(count: int, side: int) -> np.ndarray:
    """Coloured waves (n, side, side, 3) uint8."""
    y, x = np.mgrid[:side, :side] / side
    made = [
        [127 + 120 * np.sin(6 * (x * a + y * b) + t / 3) for a, b in ((1, 0), (0, 1), (1, 1))]
        for t in range(count)
    ]
    return np.rint(np.moveaxis(np.array(made), 1, -1)).astype(np.uint8)


@pytest.mark.parametrize(
    ("shown", "size", "worst"),
    [
        (frames(9), (448, 448), 12),
        (smooth(5, 64), (448, 448), 12),
        (smooth(3, 31)[:, :27], (448 // 31 * 27, 448 // 31 * 31), 12),
    ],
)
@pytest.mark.parametrize("fps", [12.5, 25])
def test_mp4_read_back(shown: np.ndarray, size: tuple[int, int], worst: int, fps: float) -> None:
    for _ in range(2):  # x264 may decide otherwise from run to run: each is to be like the frames
        found, speed = film.read_mp4(film.mp4(shown, fps=fps))
        assert found.shape == (len(shown), *size, 3)
        assert speed == pytest.approx(fps)
        off = np.abs(found.astype(int) - film.enlarged(shown))
        assert off.mean() < 3  # of 255, what H.264 leaves out of colours that change a lot
        assert np.percentile(off, 99) < worst


def test_both_sides_are_even_and_pixels_whole() -> None:
    large = film.enlarged(np.arange(21, dtype=np.uint8).reshape(1, 7, 3, 1), side=35)
    assert large.shape == (1, 36, 16, 3)
    assert (large[0, :35, :15].reshape(7, 5, 3, 5, 3)[:, 0, :, 0, 0].ravel() == np.arange(21)).all()
    assert (large[0, 35] == large[0, 34]).all()


def test_gif_read_back() -> None:
    shown = frames(5)
    with Image.open(io.BytesIO(film.gif(shown, fps=10, side=56))) as found:
        assert (found.n_frames, found.size, found.info["duration"]) == (5, (56, 56), 100)
        for i in range(5):
            found.seek(i)
            pixels = np.asarray(found.convert("L"))[::2, ::2]
            assert np.abs(pixels.astype(int) - shown[i, ..., 0]).max() < 8


def test_there_and_back_begins_where_it_ends() -> None:
    way = np.arange(4, dtype=np.uint8).reshape(4, 1, 1, 1)
    assert film.there_and_back(way, rest=2).ravel().tolist() == [0, 0, 0, 1, 2, 3, 3, 3, 2, 1]


def test_frames_as_png_come_back() -> None:
    assert (film.from_pngs(film.pngs(frames()))[..., :1] == frames()).all()


@pytest.mark.parametrize(
    "bad", [np.zeros((0, 8, 8, 1), np.uint8), np.zeros((2, 8, 8, 2), np.uint8), np.zeros((2, 8, 8, 3))]
)
@pytest.mark.parametrize("encode", [film.mp4, film.gif])
def test_what_is_no_film_is_refused(encode, bad: np.ndarray) -> None:
    with pytest.raises(ValueError, match="cannot film frames of shape"):
        encode(bad)


def test_a_speed_that_is_none_and_a_file_that_is_none() -> None:
    with pytest.raises(ValueError, match="0 frames a second"):
        film.mp4(frames(), fps=0)
    with pytest.raises(ValueError, match="no film"):
        film.read_mp4(b"not a film at all")
