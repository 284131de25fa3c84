"""Nearness by colour alone: histograms of colours and how much two of them share. No torch.

Swain and Ballard 1991, "Color indexing", IJCV 7(1), sec. 3: joint histograms, compared by their intersection.
"""

import numpy as np

BINS = 8  # of each channel


def counts(images: np.ndarray, *, bins: int = BINS) -> np.ndarray:
    """How many pixels have each colour: (n, bins ** C) uint16.

    Parameters
    ----------
    images : (n, H, W, C) uint8, H * W below 65,536; ValueError for others.
    bins : equal bins of 0..255 for each channel, which share nothing with their neighbours.
    """
    if images.ndim != 4 or images.dtype != np.uint8 or images.shape[1] * images.shape[2] >= 1 << 16:
        raise ValueError(f"images are (n, H, W, C) uint8 of fewer than 65,536 pixels, not {images.shape}")
    channels = images.shape[3]
    weights = bins ** np.arange(channels)[::-1]
    found = np.empty((len(images), bins**channels), np.uint16)
    for row, image in enumerate(images):
        colour = (image.astype(np.int64) * bins // 256) @ weights
        found[row] = np.bincount(colour.ravel(), minlength=found.shape[1])
    return found


def shared(one: np.ndarray, many: np.ndarray) -> np.ndarray:
    """Share of pixels whose colour one histogram (b,) has in common with each of many (n, b): (n,) in 0..1.

    Counts of pictures of different sizes are compared as shares of their pixels.
    """
    sums = many.sum(1, dtype=np.int64)
    own = int(one.sum())
    if own and (sums == own).all():  # whole numbers do: pictures of one size
        return (np.minimum(many, one).sum(1, dtype=np.int64) / own).astype(np.float32)
    first = one.astype(np.float32) / max(own, 1)
    rest = many.astype(np.float32) / np.maximum(sums, 1)[:, None]
    return np.minimum(rest, first).sum(1)
