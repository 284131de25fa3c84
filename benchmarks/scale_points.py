"""Points that no data set has, to see what more of them cost."""

import numpy as np

GROUPS = 10


def synthetic(n: int, *, seed: int = 0) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """``n`` points of ten round clouds: places (n, 2) float32, groups (n,) uint8, errors (n,) float32."""
    rng = np.random.default_rng(seed)
    label = rng.integers(0, GROUPS, n).astype(np.uint8)
    angle = 2 * np.pi * np.arange(GROUPS) / GROUPS
    middles = 2 * np.stack([np.cos(angle), np.sin(angle)], axis=1)
    xy = (middles[label] + rng.normal(0, 0.5, (n, 2))).astype(np.float32)
    return xy, label, rng.gamma(2, 0.01, n).astype(np.float32)
