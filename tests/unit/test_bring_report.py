"""What is told before images are brought: counts, copies, and the shape and fit that suit them."""

from pathlib import Path

import numpy as np
import pytest

from core.bring import base
from core.bring.finish import counted
from tests.bringing import folder, pixels, png, seen


def test_labels_are_counted_as_people_count() -> None:
    assert sorted(["img 10", "img 9", "b", "A", "2", "10"], key=counted) == [
        "2",
        "10",
        "A",
        "b",
        "img 9",
        "img 10",
    ]


def test_large_originals_are_opened_here_and_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    source = folder(tmp_path / "in", 40)
    assert seen(source).opened == 40
    monkeypatch.setattr("core.bring.report.ENOUGH", 1_000)
    monkeypatch.setattr("core.bring.report.SHOWN", 5)
    report = seen(source)
    assert (report.images, report.opened) == (40, 4)  # of 270 bytes each
    assert [entry.place for entry, _ in report.examples] == [0, 9, 19, 29]


def test_copies_are_counted(tmp_path: Path) -> None:
    source = folder(tmp_path / "in", 6)
    (source / "cats" / "again.png").write_bytes((source / "dogs" / "00001.png").read_bytes())
    assert seen(source).twice == 1


@pytest.mark.parametrize(
    ("side", "channels", "shape"),
    [
        (28, 1, (28, 28, 1)),
        (28, 3, (32, 32, 3)),
        (33, 1, (32, 32, 1)),
        (64, 3, (64, 64, 3)),
        (500, 1, (64, 64, 1)),
    ],
)
def test_suggested_shape(tmp_path: Path, side: int, channels: int, shape: tuple[int, int, int]) -> None:
    for number in range(3):
        image = pixels(number, (side, side, channels))
        (tmp_path / f"{number}.png").write_bytes(png(image[..., 0] if channels == 1 else image))
    assert seen(tmp_path).shape == shape


def ink(height: int, width: int) -> np.ndarray:
    image = np.full((height, width), 250, np.uint8)
    image[height // 3 : 2 * height // 3, width // 3 : width // 2] = 10
    return image


@pytest.mark.parametrize(
    ("make", "fit"),
    [
        (lambda n: ink(20 + n, 30), "digit"),
        (lambda n: pixels(n, (100, 105, 3)), "crop"),
        (lambda n: pixels(n, (100, 150 + n, 3)), "pad"),
        (lambda n: pixels(n, (64, 64, 3)), "pad"),
    ],
)
def test_suggested_fit(tmp_path: Path, make, fit: str) -> None:
    for number in range(4):
        (tmp_path / f"{number}.png").write_bytes(png(make(number)))
    assert seen(tmp_path).fit == fit


def test_column_limit_of_labels() -> None:
    assert not base.fits_labels(dict.fromkeys(map(str, range(1001)), 1), 10_000)
    assert not base.fits_labels({"a": 10}, 10)
    assert base.fits_labels({"a": 5, "b": 5}, 10)
