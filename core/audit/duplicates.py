"""The same image twice: exact copies, near copies, and copies on both sides of a split."""

import hashlib

import numpy as np

from core.audit import features
from core.audit.features import F32, Told, rows, within
from core.audit.findings import Issue

CANDIDATES = 10  # nearest by spectrum that are looked at, of each image
REACH = 3  # px that one of two images may be shifted by, along each axis
PAIRS = 500_000  # compared at most, those of the nearest spectra
SAME = 0.5  # severity from which a pair is reported
SCALE = 0.04  # difference, weighed as `severity_of` does, at which a pair is reported
NOISE, FLOOR = 0.6, 0.2  # shares: of the noise that is taken off a squared difference, and of that which stays


def exact(images: np.ndarray, told: Told = lambda share: None) -> Issue:
    """Images with the very same pixels; each is paired with the first of its kind."""
    first: dict[bytes, int] = {}
    pairs = []
    severity = np.zeros(len(images), np.float32)
    for block in rows(len(images)):
        for row, image in enumerate(np.ascontiguousarray(images[block]), block.start):
            other = first.setdefault(hashlib.blake2b(image.tobytes(), digest_size=16).digest(), row)
            if other != row:
                pairs.append((other, row))
                severity[[other, row]] = 1
        told(block.stop / len(images))
    how = "The same pixels, by their digest."
    rows_of = np.array(pairs, np.int64).reshape(-1, 2)
    return Issue("exact", severity, 0.5, how, rows_of, np.ones(len(rows_of), np.float32))


def near(images: np.ndarray, skip: np.ndarray, told: Told = lambda share: None) -> Issue:
    """Images that are the same but for a shift of some pixels, noise or compression.

    Parameters
    ----------
    images : (n, H, W, C) uint8.
    skip : (n,) bool, items that are told of elsewhere: blank ones, and exact copies of earlier ones.
    """
    kept = np.flatnonzero(~skip)
    severity = np.where(skip, np.nan, 0).astype(np.float32)
    how = (
        "Nearest by the strength of each frequency, which a shift leaves alone; compared at the best shift of up "
        f"to {REACH} px, and against how near the look-alikes of both are."
    )
    if len(kept) < 2:
        return Issue("near", severity, SAME, how)
    vectors = features.along_axes(images, features.spectrum(11), 96, told=within(told, 0, 0.2))[kept]
    distance, index = features.neighbours(vectors, CANDIDATES, within(told, 0.2, 0.6))
    pairs, relative = _candidates(distance, index)
    pairs = kept[pairs]
    apart = without_noise(aligned(images, pairs, within(told, 0.6, 1)), noise(images)[pairs].sum(axis=1))
    contrast = contrasts(images)
    severe = severity_of(apart, relative, contrast[pairs].min(axis=1))
    order = np.argsort(-severe, kind="stable")
    pairs, severe = pairs[order], severe[order]
    for column in (0, 1):
        np.fmax.at(severity, pairs[:, column], severe)
    worth = severe >= SAME / 5  # what nobody would ever look at is not kept
    return Issue("near", severity, SAME, how, pairs[worth], severe[worth])


def leak(part: np.ndarray, exactly: Issue, nearly: Issue) -> Issue:
    """Pairs whose items are on two sides of a split: what is learned of one is not tested by the other.

    Parameters
    ----------
    part : (n,) number of the part (training, validation, test) that each item is in.
    exactly, nearly : what `exact` and `near` found.
    """
    how = "Exact and near duplicates of which one is in another part of the set: training, validation, test."
    severity = (
        np.zeros(len(part), np.float32) if len(np.unique(part)) > 1 else np.full(len(part), np.nan, np.float32)
    )
    pairs = np.concatenate([exactly.pairs, nearly.pairs])
    severe = np.concatenate([exactly.pair_severity, nearly.pair_severity])
    across = part[pairs[:, 0]] != part[pairs[:, 1]]
    pairs, severe = pairs[across], severe[across]
    for column in (0, 1):
        np.fmax.at(severity, pairs[:, column], severe)
    order = np.argsort(-severe, kind="stable")
    return Issue("leak", severity, SAME, how, pairs[order], severe[order])


def severity_of(apart: F32, relative: F32, contrast: F32) -> F32:
    """Severity of pairs, 1 is the same.

    Parameters
    ----------
    apart : (m,) what `aligned` gives.
    relative : (m,) distance of the spectra over what is usual among look-alikes.
    contrast : (m,) standard deviation of the pixels of the duller one, 0..1: of dull images all are near.
    """
    weighed = apart * np.sqrt(relative) / np.maximum(contrast, 1e-3) ** 0.25
    return (1 / (1 + weighed / SCALE)).astype(np.float32)


def without_noise(apart: F32, noisy: F32) -> F32:
    """How far pairs (m,) are apart but for noise, of whose variances ``noisy`` (m,) is the sum of both images.

    Not all of it is taken off: what is fine in an image counts as noise of it too.
    """
    squared = np.square(apart)
    found: F32 = np.sqrt(np.maximum(squared - NOISE * noisy, FLOOR * squared))
    return found


def noise(images: np.ndarray) -> F32:
    """Variance (n,) of the noise in images, 0..1 (Immerkær 1996): what no plane through 3 x 3 pixels explains."""
    return np.concatenate([_noise(features.small(np.asarray(images[block]))) for block in rows(len(images))])


def _noise(images: F32) -> F32:
    """The same of images (b, H, W, C) in 0..1; none where they are too small to tell."""
    if min(images.shape[1:3]) < 3:
        return np.zeros(len(images), np.float32)
    found: F32 = np.square(np.diff(np.diff(images, 2, axis=1), 2, axis=2)).mean(axis=(1, 2, 3)) / 36
    return found


def contrasts(images: np.ndarray) -> F32:
    """Standard deviation (n,) of the pixels of each image, 0..1."""
    found = [features.small(np.asarray(images[block])).std(axis=(1, 2, 3)) for block in rows(len(images))]
    return np.concatenate(found)


def _candidates(distance: F32, index: np.ndarray) -> tuple[np.ndarray, F32]:
    """Pairs (m, 2) of neighbours, and their distance over what is usual among the neighbours of both."""
    usual = np.maximum(np.median(distance, axis=1), 1e-6)
    rows_of = np.repeat(np.arange(len(index)), index.shape[1])
    both = np.sort(np.stack([rows_of, index.ravel()], axis=1), axis=1)
    pairs, first = np.unique(both, axis=0, return_index=True)
    relative = distance.ravel()[first] / np.sqrt(usual[pairs[:, 0]] * usual[pairs[:, 1]])
    if len(pairs) > PAIRS:
        chosen = np.sort(np.argpartition(relative, PAIRS)[:PAIRS])
        pairs, relative = pairs[chosen], relative[chosen]
    return pairs, relative.astype(np.float32)


def aligned(images: np.ndarray, pairs: np.ndarray, told: Told = lambda share: None) -> F32:
    """Root mean squared difference (m,) in 0..1 of each pair where they overlap, at the best shift up to `REACH`.

    All shifts at once: the squared difference of an overlap is what both squares sum to there, less twice the
    product, which a Fourier transform gives for every shift.
    """
    apart = np.empty(len(pairs), np.float32)
    for block in rows(len(pairs), 1_000):
        one, two = (features.small(images[pairs[block, column]]) for column in (0, 1))
        apart[block] = np.sqrt(np.maximum(_differences(one, two).min(axis=(1, 2)), 0))
        told(block.stop / len(pairs))
    return apart


def _differences(one: F32, two: F32) -> np.ndarray:
    """Mean squared differences (b, 2 R + 1, 2 R + 1) of pairs of images at every shift."""
    from scipy import fft

    _, height, width, channels = one.shape
    size = fft.next_fast_len(height + REACH, real=True), fft.next_fast_len(width + REACH, real=True)
    first, second = (fft.rfft2(image, size, axes=(1, 2)) for image in (one, two))
    product = fft.irfft2((first * second.conj()).sum(axis=3), size, axes=(1, 2))
    squares = [_sums(np.square(image).sum(axis=3, dtype=np.float64)) for image in (one, two)]
    reach = min(REACH, height - 1, width - 1)
    shifts = range(-reach, reach + 1)
    found = np.empty((len(one), len(shifts), len(shifts)))
    for i, down in enumerate(shifts):
        for j, right in enumerate(shifts):
            top, left = max(down, 0), max(right, 0)
            tall, wide = height - abs(down), width - abs(right)
            total = _field(squares[0], top, left, tall, wide)
            total = total + _field(squares[1], top - down, left - right, tall, wide)
            found[:, i, j] = (total - 2 * product[:, down, right]) / (tall * wide * channels)
    return found


def _sums(values: np.ndarray) -> np.ndarray:
    """Sums over all fields that begin at the first pixel, with a row and column of 0 before."""
    return np.pad(values.cumsum(axis=1).cumsum(axis=2), ((0, 0), (1, 0), (1, 0)))


def _field(sums: np.ndarray, top: int, left: int, tall: int, wide: int) -> np.ndarray:
    bottom, right = top + tall, left + wide
    return sums[:, bottom, right] - sums[:, top, right] - sums[:, bottom, left] + sums[:, top, left]
