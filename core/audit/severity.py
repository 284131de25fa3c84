"""From raw numbers to severities 0..1, calibrated on the data set itself: no truth is needed."""

import numpy as np

FAR = 3.5  # robust standard deviations that are far out (Iglewicz and Hoaglin 1993)
HALF = 0.5  # the severity of what is `FAR`


def robust_z(values: np.ndarray) -> np.ndarray:
    """How many robust standard deviations (1.4826 times the median absolute deviation) each is above the median.

    NaN stays NaN. Where half of all values or more are equal, the deviation is that of the others.
    """
    known = values[np.isfinite(values)]
    if not known.size:
        return np.full(len(values), np.nan)
    middle = np.median(known)
    away = np.abs(known - middle)
    scale = 1.4826 * np.median(away)
    if scale <= 1e-9 * max(abs(middle), 1e-9):
        scale = float(np.sqrt(np.mean(np.square(away)))) or 1.0
    return (values - middle) / scale


def from_z(z: np.ndarray) -> np.ndarray:
    """Severity (n,) float32: 0 up to the median, `HALF` at `FAR`, towards 1 without ever tying there."""
    high = np.where(np.isnan(z), np.nan, np.maximum(z, 0))
    return (high / (high + FAR)).astype(np.float32)
