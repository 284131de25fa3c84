"""Histograms of colours: counted right, compared as shares."""

import numpy as np
import pytest

from core import colours


def test_every_pixel_is_counted_under_its_colour() -> None:
    images = np.random.default_rng(0).integers(0, 256, (3, 5, 7, 3), dtype=np.uint8)
    found = colours.counts(images, bins=4)
    slow = np.zeros((3, 4, 4, 4), int)
    for n, image in enumerate(images):
        for pixel in image.reshape(-1, 3):
            slow[n][tuple(int(value) * 4 // 256 for value in pixel)] += 1
    assert np.array_equal(found, slow.reshape(3, 64))


def test_grey_pictures_have_tones() -> None:
    assert colours.counts(np.full((1, 2, 2, 1), 255, np.uint8)).tolist() == [[0] * 7 + [4]]


def test_shared_is_the_smaller_share_of_every_colour() -> None:
    random = np.random.default_rng(1)
    many, one = random.integers(0, 9, (6, 16)).astype(np.uint16), random.integers(0, 9, 16).astype(np.uint16)
    expected = [
        sum(min(a / sum(one), b / sum(row)) for a, b in zip(one, row, strict=True)) for row in many.tolist()
    ]
    assert colours.shared(one, many) == pytest.approx(expected, abs=1e-6)
    same = np.stack([np.roll(one, k) for k in range(4)])  # pictures of one size take the way of whole numbers
    expected = [np.minimum(one.astype(int), row).sum() / one.sum() for row in same]
    assert colours.shared(one, same) == pytest.approx(expected, abs=1e-6)
    assert colours.shared(one, same)[0] == 1


@pytest.mark.parametrize("images", [np.zeros((2, 4, 4), np.uint8), np.zeros((1, 4, 4, 3), np.float32)])
def test_what_is_no_picture_is_refused(images: np.ndarray) -> None:
    with pytest.raises(ValueError, match="images are"):
        colours.counts(images)
