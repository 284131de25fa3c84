"""Two pictures beside each other: brought to one place, and where they differ."""

import numpy as np
from PIL import Image

FURTHEST = 0.25  # of a side that one picture may be moved to lie on the other


def difference(one: np.ndarray, other: np.ndarray) -> tuple[np.ndarray, float, tuple[int, int]]:
    """Where two pictures differ, once the second was moved to lie on the first.

    The move is the peak of their phase correlation (Kuglin and Hines 1975), taken only where it lowers the
    difference. What lies outside of one of them after it does not count.

    Parameters
    ----------
    one, other : (H, W, C) and (h, w, c) uint8; the second is resized to the first where it has another size.

    Returns
    -------
    Map (H, W, 1) uint8 of absolute differences, the mean over colours, scaled so that the largest is white; the
    largest difference, 0..1 of the whole range; and how far the second was moved: (down, right) in pixels.
    """
    a, b = _rgb(one), _rgb(_sized(other, one.shape[1], one.shape[0]))
    down, right = _move(a.mean(axis=2), b.mean(axis=2))
    best = min(((0, 0), (down, right)), key=lambda move: _apart(a, b, move).mean())
    found = np.zeros(a.shape[:2], np.float32)
    height, width = a.shape[:2]
    lower, wider = best
    here = found[max(0, lower) : height + min(0, lower), max(0, wider) : width + min(0, wider)]
    here[...] = _apart(a, b, best)
    most = float(found.max(initial=0))
    return np.rint(255 * found / max(most, 1e-9)).astype(np.uint8)[..., None], most, best


def _rgb(image: np.ndarray) -> np.ndarray:
    wide = np.repeat(image, 3, axis=2) if image.shape[2] == 1 else image[..., :3]
    return wide.astype(np.float32) / 255


def _sized(image: np.ndarray, width: int, height: int) -> np.ndarray:
    if image.shape[:2] == (height, width):
        return image
    flat = Image.fromarray(image[..., 0] if image.shape[2] == 1 else image)
    made = np.asarray(flat.resize((width, height), Image.Resampling.BILINEAR))
    return made[..., None] if made.ndim == 2 else made


def _move(a: np.ndarray, b: np.ndarray) -> tuple[int, int]:
    """(down, right) by which ``b`` (H, W) is moved to lie on ``a`` (H, W)."""
    cross = np.fft.rfft2(a) * np.conj(np.fft.rfft2(b))
    peaks = np.fft.irfft2(cross / np.maximum(np.abs(cross), 1e-9), a.shape)
    down, right = (int(place) for place in np.unravel_index(int(peaks.argmax()), a.shape))
    height, width = a.shape
    down, right = down - height * (down > height // 2), right - width * (right > width // 2)
    far = abs(down) > FURTHEST * height or abs(right) > FURTHEST * width
    return (0, 0) if far else (down, right)


def _apart(a: np.ndarray, b: np.ndarray, move: tuple[int, int]) -> np.ndarray:
    """Absolute differences, the mean over colours, where ``a`` and the moved ``b`` overlap."""
    (down, right), (height, width) = move, a.shape[:2]
    here = a[max(0, down) : height + min(0, down), max(0, right) : width + min(0, right)]
    there = b[max(0, -down) : height - max(0, down), max(0, -right) : width - max(0, right)]
    return np.abs(here - there).mean(axis=2)
