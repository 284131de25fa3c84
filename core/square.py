"""The central square of the plane of a model whose code has two numbers, in cells."""

import numpy as np

from core import kernel_density

CELLS = 64  # along a side
SAMPLE = 5000  # items that the density is taken from, at most


def half_width(xy: np.ndarray) -> float:
    """Half-width of the square around 0 in which nearly all items (n, 2) lie, and few places far from any."""
    return float(np.clip(np.ceil(np.quantile(np.abs(xy), 0.99) * 2) / 2, 1, 6))


def places(limit: float, cells: int = CELLS) -> np.ndarray:
    """Middles (cells * cells, 2) float32 of the cells of -limit..limit, from the top left, row by row."""
    middles = (np.arange(cells) + 0.5) / cells * 2 * limit - limit
    x, y = np.meshgrid(middles, middles[::-1])
    return np.stack([x.ravel(), y.ravel()], axis=1).astype(np.float32)


def density(xy: np.ndarray, limit: float) -> np.ndarray:
    """How much data lies in each cell, (CELLS, CELLS) float32 in 0..1 of the densest item's surroundings.

    Of more than 5,000 items (n, 2) every n-th is taken.
    """
    sample = xy[:: max(1, len(xy) // SAMPLE)]
    return kernel_density.density(places(limit), sample).reshape(CELLS, CELLS)
