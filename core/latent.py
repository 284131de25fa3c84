"""Straight and curved ways through latent space: paths, grids, sweeps and planes of codes."""

from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import ArrayLike, NDArray

F32 = NDArray[np.float32]
F64 = NDArray[np.float64]

STEPS = (2, 64)
# Below this sine the plane of the arc is rounding noise of float32, so the straight line is used.
PARALLEL = 1e-6


def lerp(a: ArrayLike, b: ArrayLike, t: ArrayLike) -> F32:
    """Interpolate on the straight line from ``a`` to ``b``.

    Parameters
    ----------
    a, b : (d,) codes.
    t : scalar or (n,); 0 gives ``a`` and 1 gives ``b`` exactly, values outside 0..1 extrapolate.

    Returns
    -------
    (d,) float32 for a scalar ``t``, else (n, d).

    Raises
    ------
    ValueError : codes that are not vectors of one length, or a ``t`` of two or more dimensions.
    """
    start, end = _pair(a, b)
    return _line(start, end, _time(t)).astype(np.float32)


def slerp(a: ArrayLike, b: ArrayLike, t: ArrayLike) -> F32:
    """Interpolate on the great circle from ``a`` to ``b`` (Shoemake 1985; for codes, White 2016).

    A Gaussian prior in many dimensions has its mass on a shell, and a straight line cuts through its empty
    inside. The direction turns at constant speed and the norm is interpolated linearly, so codes of
    different length keep exact endpoints. Zero, parallel and antiparallel codes define no single circle:
    they fall back to `lerp`.

    Parameters
    ----------
    a, b : (d,) codes.
    t : scalar or (n,); outside 0..1 the direction keeps turning and the norm stops at 0.

    Returns
    -------
    (d,) float32 for a scalar ``t``, else (n, d).

    Raises
    ------
    ValueError : as `lerp`.
    """
    start, end = _pair(a, b)
    time = _time(t)
    norm_a, norm_b = float(np.linalg.norm(start)), float(np.linalg.norm(end))
    if norm_a == 0 or norm_b == 0:
        return _line(start, end, time).astype(np.float32)
    unit_a, unit_b = start / norm_a, end / norm_b
    # Unlike arccos of the dot product, this keeps its precision at small and at almost flat angles.
    angle = 2 * np.arctan2(np.linalg.norm(unit_a - unit_b), np.linalg.norm(unit_a + unit_b))
    sine = np.sin(angle)
    if sine < PARALLEL:
        return _line(start, end, time).astype(np.float32)
    weight = time[..., None]
    direction = (np.sin((1 - weight) * angle) * unit_a + np.sin(weight * angle) * unit_b) / sine
    length = np.maximum((1 - weight) * norm_a + weight * norm_b, 0)
    return np.asarray(length * direction, np.float32)


MODES: dict[str, Callable[[ArrayLike, ArrayLike, ArrayLike], F32]] = {"linear": lerp, "spherical": slerp}


def path(a: ArrayLike, b: ArrayLike, *, steps: int = 8, mode: str = "linear") -> F32:
    """Walk from ``a`` to ``b`` in equal steps; the first and last row are ``a`` and ``b`` exactly.

    Parameters
    ----------
    a, b : (d,) codes.
    steps : number of codes, 2..64, both ends included.
    mode : ``linear`` or ``spherical``.

    Returns
    -------
    (steps, d) float32.

    Raises
    ------
    ValueError : an unknown mode, ``steps`` outside 2..64, or codes of different length.
    """
    return _interpolation(mode)(a, b, np.linspace(0, 1, _steps(steps)))


def settle(codes: ArrayLike, categories: int) -> F32:
    """Codes (n, d) whose first ``categories`` numbers are shares again: none below 0, together 1.

    Sums of an AAE's codes add and subtract whole categories; the decoder has only met shares.
    """
    settled = np.array(np.atleast_2d(np.asarray(codes, np.float64)))
    if categories:
        shares = settled[:, :categories].clip(0, None)
        total = shares.sum(axis=1, keepdims=True)
        settled[:, :categories] = np.where(total > 1e-6, shares / np.maximum(total, 1e-6), 1 / categories)
    return settled.astype(np.float32)


def corner_grid(
    nw: ArrayLike, ne: ArrayLike, sw: ArrayLike, se: ArrayLike, *, steps: int = 8, mode: str = "linear"
) -> F32:
    """Fill the square between four codes: down both sides first, then across each row.

    Parameters
    ----------
    nw, ne, sw, se : (d,) codes of the corners.
    steps : codes along a side, 2..64.
    mode : ``linear`` (bilinear) or ``spherical``.

    Returns
    -------
    (steps, steps, d) float32; rows from north to south, columns from west to east, corners exact.

    Raises
    ------
    ValueError : as `path`.
    """
    west = path(nw, sw, steps=steps, mode=mode)
    east = path(ne, se, steps=steps, mode=mode)
    return np.stack([path(w, e, steps=steps, mode=mode) for w, e in zip(west, east, strict=True)])


def sweep(z: ArrayLike, *, dim: int, values: ArrayLike) -> F32:
    """Copy a code once a value, changing a single dimension.

    Parameters
    ----------
    z : (d,) code.
    dim : the dimension to replace, 0..d-1.
    values : (n,) what to put there.

    Returns
    -------
    (n, d) float32.

    Raises
    ------
    ValueError : ``dim`` outside 0..d-1, or arrays of another shape.
    """
    code, column = np.asarray(z, np.float32), np.asarray(values, np.float32)
    if code.ndim != 1 or column.ndim != 1:
        raise ValueError(f"expected a code (d,) and values (n,), got shapes {code.shape} and {column.shape}")
    if not 0 <= dim < code.size:
        raise ValueError(f"dim {dim} is outside 0..{code.size - 1}")
    codes = np.repeat(code[None], column.size, axis=0)
    codes[:, dim] = column
    return codes


def plane(x_range: Sequence[float], y_range: Sequence[float], *, steps: int) -> F32:
    """Lay a grid over a 2-D latent space, in the order in which its images are tiled.

    Parameters
    ----------
    x_range, y_range : (low, high), ascending.
    steps : codes along a side, 2..64.

    Returns
    -------
    (steps * steps, 2) float32; row by row from the top (highest y), each row from left (lowest x) to right.

    Raises
    ------
    ValueError : a range that does not ascend, or ``steps`` outside 2..64.
    """
    for name, limits in (("x_range", x_range), ("y_range", y_range)):
        if len(limits) != 2 or not limits[0] < limits[1]:
            raise ValueError(f"{name} {tuple(limits)} is not a pair (low, high) with low < high")
    x = np.linspace(x_range[0], x_range[1], _steps(steps))
    y = np.linspace(y_range[1], y_range[0], steps)
    return np.stack(np.meshgrid(x, y), axis=-1).reshape(-1, 2).astype(np.float32)


def _line(a: F64, b: F64, time: F64) -> F64:
    weight = time[..., None]
    return np.asarray((1 - weight) * a + weight * b)


def _pair(a: ArrayLike, b: ArrayLike) -> tuple[F64, F64]:
    start, end = np.asarray(a, np.float64), np.asarray(b, np.float64)
    if start.ndim != 1 or start.shape != end.shape:
        raise ValueError(f"expected two codes (d,) of one length, got shapes {start.shape} and {end.shape}")
    return start, end


def _time(t: ArrayLike) -> F64:
    time = np.asarray(t, np.float64)
    if time.ndim > 1:
        raise ValueError(f"expected t to be a scalar or (n,), got shape {time.shape}")
    return time


def _interpolation(mode: str) -> Callable[[ArrayLike, ArrayLike, ArrayLike], F32]:
    if mode not in MODES:
        raise ValueError(f"unknown mode {mode!r}; allowed: {', '.join(MODES)}")
    return MODES[mode]


def _steps(steps: int) -> int:
    low, high = STEPS
    if not low <= steps <= high:
        raise ValueError(f"steps {steps} is outside {low}..{high}")
    return steps
