"""Faults planted on purpose, so that what an audit finds can be counted against the truth."""

import io
from dataclasses import dataclass

import numpy as np
from PIL import Image


@dataclass(frozen=True)
class Shares:
    """How many of all items get which fault, as shares of 0..1."""

    flipped: float = 0.03
    copied: float = 0.02
    blank: float = 0.01
    stranger: float = 0.01


@dataclass(frozen=True, eq=False)
class Planted:
    """A data set with faults, and where they are. No item has two of them.

    Attributes
    ----------
    images, labels : (n, H, W, C) uint8 and (n,) int64, as many as there were.
    flipped, blank, stranger : (n,) bool.
    pairs : (m, 2) int64: an item and its near duplicate, the smaller row first.
    """

    images: np.ndarray
    labels: np.ndarray
    flipped: np.ndarray
    blank: np.ndarray
    stranger: np.ndarray
    pairs: np.ndarray


def plant(
    images: np.ndarray, labels: np.ndarray, *, seed: int, strangers: np.ndarray, shares: Shares | None = None
) -> Planted:
    """Plant flipped labels, near duplicates, blank images and strangers in a copy of a data set.

    Parameters
    ----------
    images, labels : (n, H, W, C) uint8 and (n,).
    seed : the same seed plants the same faults.
    strangers : (s, H, W, C) uint8 images of another data set, at least as many as are planted.
    shares : of all items, rounded down; a flip goes to any other label that is in use with equal chance. A near
        duplicate, a blank image and a stranger take the place of an item. The duplicate takes the label of the
        item that it was made of, the others keep the label that was there.

    Raises
    ------
    ValueError : the strangers are too few or of another shape, or the faults need more items than there are.
    """
    told, (n, *shape) = shares or Shares(), images.shape
    counts = [int(share * n) for share in (told.flipped, told.copied, told.copied, told.blank, told.stranger)]
    if sum(counts) > n:
        raise ValueError(f"{sum(counts)} faulty items do not fit in {n}")
    if strangers.shape[1:] != tuple(shape) or len(strangers) < counts[-1]:
        raise ValueError(f"strangers have shape {strangers.shape}; expected ({counts[-1]} or more, {shape})")
    rng = np.random.default_rng(seed)
    parts = np.split(rng.permutation(n)[: sum(counts)], np.cumsum(counts)[:-1])
    flipped, copied, copies, blank, foreign = parts
    images, labels = np.array(images), np.array(labels, np.int64)
    labels[flipped] = _others(labels[flipped], np.unique(labels), rng)
    images[copies] = [near_copy(image, rng) for image in images[copied]] or images[copies]
    labels[copies] = labels[copied]
    images[blank] = [_blank(tuple(shape), rng) for _ in blank] or images[blank]
    images[foreign] = strangers[rng.choice(len(strangers), len(foreign), replace=False)]
    pairs = np.sort(np.stack([copied, copies], axis=1), axis=1)
    return Planted(images, labels, _marked(flipped, n), _marked(blank, n), _marked(foreign, n), pairs)


def near_copy(image: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """The image shifted by 1 or 2 px along each axis, with Gaussian noise, through JPEG of quality 50 to 95.

    The noise has a standard deviation of 4 to 12 of 255; what a shift uncovers repeats the edge.
    """
    down, right = rng.choice([-2, -1, 1, 2], size=2)
    height, width = image.shape[:2]
    padded = np.pad(image, ((2, 2), (2, 2), (0, 0)), mode="edge")
    moved = padded[2 - down : 2 - down + height, 2 - right : 2 - right + width]
    noisy = moved + rng.normal(0, rng.uniform(4, 12), moved.shape)
    pixels = np.clip(np.rint(noisy), 0, 255).astype(np.uint8)
    written = io.BytesIO()
    grey = pixels.shape[2] == 1
    Image.fromarray(pixels[..., 0] if grey else pixels).save(written, "jpeg", quality=int(rng.integers(50, 96)))
    return np.asarray(Image.open(written)).reshape(image.shape)


def _others(labels: np.ndarray, used: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Another label in use for each of ``labels``; the same where only one is in use."""
    places = np.searchsorted(used, labels)
    steps = rng.integers(1, max(len(used), 2), len(labels))
    return used[(places + steps) % len(used)]


def _blank(shape: tuple[int, ...], rng: np.random.Generator) -> np.ndarray:
    """One level everywhere, on every second one with noise of at most 2 of 255 around it."""
    level = int(rng.integers(0, 256))
    wobble = rng.integers(-2, 3, shape) * int(rng.integers(0, 2))
    return np.clip(level + wobble, 0, 255).astype(np.uint8)


def _marked(rows: np.ndarray, count: int) -> np.ndarray:
    mark = np.zeros(count, bool)
    mark[rows] = True
    return mark
