"""Directions of attributes in latent space and sums of codes. Arrays in, arrays out: no network.

After Radford, Metz, Chintala 2016 (arXiv 1511.06434, sec. 6.3.2: sums of means of exemplars) and Shen et al. 2020
(InterFaceGAN: a direction freed of other attributes by projection).
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

F32 = NDArray[np.float32]
F64 = NDArray[np.float64]
Decode = Callable[[np.ndarray], np.ndarray]  # codes (n, d) -> images (n, H, W, C) uint8
Probe = Callable[[np.ndarray], np.ndarray]  # images -> probabilities (n, k) in 0..1

EXEMPLARS = (1, 9)
JITTER = 0.25  # DCGAN's: uniform noise of this much to either side, here in standard deviations of the codes
FEWEST = 10  # codes on either side of an attribute in a group, for its difference to count
DROP = 0.02  # how far a probe's response may fall back and still be called monotone
GLASSES, DARK_GLASSES = "Eyeglasses", "Dark_Glasses"  # the second is not CelebA's word: glasses over dark eyes
DARK, CLEAR = 0.40, 0.46  # eyes below the one and above the other, in parts of the skin's brightness


@dataclass(frozen=True)
class Direction:
    """A step in latent space that is meant to change one attribute.

    Attributes
    ----------
    name : ``Eyeglasses``, ...
    vector : (d,) float32; once along it is from the mean without the attribute to the mean with it.
    strength, removal : by default so often along it to add the attribute, and to take it away (negative).
    steps, response : (s,) float32; the probe's mean probability of the attribute so often along it.
    """

    name: str
    vector: F32
    strength: float
    removal: float
    steps: F32
    response: F32

    @property
    def monotone(self) -> bool:
        """Whether the probe's response never falls back by more than `DROP` as the steps go up."""
        return monotone(self.response)


def balanced_difference(z: ArrayLike, present: ArrayLike, strata: ArrayLike) -> F32:
    """Mean code with an attribute minus mean code without it, each stratum counting the same.

    Parameters
    ----------
    z : (n, d) codes.
    present : (n,) truth values.
    strata : (n,) integers; what must not differ between both sides (e.g. Male for glasses). Those with fewer than
        10 codes on either side are left out.

    Raises
    ------
    ValueError : no stratum has codes enough on both sides.
    """
    codes, has, group = np.asarray(z, np.float64), np.asarray(present, bool), np.asarray(strata)
    differences = []
    for value in np.unique(group):
        with_it, without = codes[(group == value) & has], codes[(group == value) & ~has]
        if min(len(with_it), len(without)) >= FEWEST:
            differences.append(with_it.mean(0) - without.mean(0))
    if not differences:
        raise ValueError(f"no group has {FEWEST} codes with and {FEWEST} without the attribute")
    return np.mean(differences, axis=0).astype(np.float32)


def normals(z: ArrayLike, labels: ArrayLike, *, ridge: float = 1e-3) -> F32:
    """What a step in each coordinate adds to each label's least-squares reading: (k, d).

    The rows are normals of linear classifiers (ridge regression of the labels 0/1 on the codes). A step at right
    angles to a row leaves that reading as it is.

    Parameters
    ----------
    z : (n, d) codes.
    labels : (n, k) in 0..1.
    ridge : in parts of the codes' mean variance.
    """
    codes, target = np.asarray(z, np.float64), np.asarray(labels, np.float64)
    codes, target = codes - codes.mean(0), target - target.mean(0)
    covariance = codes.T @ codes / len(codes)
    covariance += ridge * np.trace(covariance) / len(covariance) * np.eye(len(covariance))
    return np.linalg.solve(covariance, codes.T @ target / len(codes)).T.astype(np.float32)


def projector(others: ArrayLike, dim: int) -> F64:
    """Matrix (d, d) that takes out of a step what ``others`` (k, d) read off it; dependent ones are no harm."""
    rows = np.asarray(others, np.float64).reshape(-1, dim)
    if not len(rows):
        return np.eye(dim)
    rows = rows / np.linalg.norm(rows, axis=1, keepdims=True).clip(1e-12)
    _, size, basis = np.linalg.svd(rows, full_matrices=False)
    basis = basis[size > 1e-6]
    return np.eye(dim) - basis.T @ basis


def orthogonalise(vector: ArrayLike, others: ArrayLike, *, keep: ArrayLike | None = None) -> F32:
    """``vector`` (d,) without what ``others`` (k, d) read off it.

    Parameters
    ----------
    others : normals of the attributes that are to stay; dependent ones are no harm.
    keep : (d,) the attribute's own normal. The result is made as long as it takes to keep that reading, four times
        as long at most; without ``keep`` it is as short as the projection makes it.
    """
    step = np.asarray(vector, np.float64)
    free = projector(others, len(step)) @ step
    if keep is not None:
        own = np.asarray(keep, np.float64)
        before, after = own @ step, own @ free
        free = free * (np.clip(before / after, 1.0, 4.0) if before * after > 0 else 1.0)
    return free.astype(np.float32)


def arithmetic(a: ArrayLike, b: ArrayLike, c: ArrayLike, *, strength: float = 1.0) -> F32:
    """mean(c) + strength x (mean(a) - mean(b)): A - B + C of exemplars' codes, each (n, d) with n from 1 to 9."""
    means = []
    for name, tray in (("A", a), ("B", b), ("C", c)):
        codes = np.atleast_2d(np.asarray(tray, np.float64))
        if not EXEMPLARS[0] <= len(codes) <= EXEMPLARS[1]:
            raise ValueError(f"{name} holds {len(codes)} exemplars; allowed: {EXEMPLARS[0]} to {EXEMPLARS[1]}")
        means.append(codes.mean(0))
    return (means[2] + strength * (means[0] - means[1])).astype(np.float32)


def jitter(code: ArrayLike, spread: ArrayLike, *, amount: float = JITTER, seed: int = 0) -> F32:
    """Nine codes (9, d): ``code`` in the middle (row 4) and eight moved a little, uniformly.

    ``spread`` (d,) or a number is what ``amount`` is measured in: the standard deviation of the codes.
    """
    centre = np.asarray(code, np.float64)
    moves = np.random.default_rng(seed).uniform(-amount, amount, (9, len(centre))) * np.asarray(spread)
    moves[4] = 0
    return (centre + moves).astype(np.float32)


def monotone(response: ArrayLike, *, drop: float = DROP) -> bool:
    """Whether a probe's response (s,) rises from first to last step and never falls back by over ``drop``."""
    values = np.asarray(response, np.float64)
    return bool(values[-1] > values[0] and (np.maximum.accumulate(values) - values).max() <= drop)


def respond(
    vector: ArrayLike, z: ArrayLike, steps: ArrayLike, *, decode: Decode, probe: Probe, attribute: int
) -> F32:
    """The probe's mean probability of ``attribute`` over codes (n, d), so often along ``vector`` (d,): (s,)."""
    codes, step = np.asarray(z, np.float32), np.asarray(vector, np.float32)
    amounts = np.asarray(steps, np.float32)
    return np.array([probe(decode(codes + s * step))[:, attribute].mean() for s in amounts], np.float32)


def correlations(labels: ArrayLike) -> F32:
    """Correlation of 0/1 labels (n, k) with each other: (k, k) in -1..1; 0 where one is always the same."""
    table = np.asarray(labels, np.float64)
    table = table - table.mean(0)
    size = np.sqrt(np.square(table).sum(0))
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.nan_to_num(table.T @ table / np.outer(size, size)).astype(np.float32)


def names_of(chosen: Sequence[str], known: Sequence[str]) -> list[int]:
    """Places of attributes by name; ValueError that lists the known ones."""
    if unknown := [name for name in chosen if name not in known]:
        raise ValueError(f"attribute {unknown[0]!r} is not one of {', '.join(known)}")
    return [list(known).index(name) for name in chosen]


def eye_darkness(images: np.ndarray) -> F32:
    """Brightness of the eyes in parts of the skin's, (n,), of aligned faces (n, 64, 64, 3) uint8.

    Tells dark lenses (below `DARK`) from clear ones (above `CLEAR`) on faces that wear glasses: mean of two boxes
    over the eyes, divided by the brighter of the medians of cheeks and forehead. Bare eyes have 0.3 to 0.9.
    """
    if images.shape[1:] != (64, 64, 3):
        raise ValueError(f"images have shape {images.shape}; expected (n, 64, 64, 3) aligned faces")
    grey = images.astype(np.float32) @ np.array([0.299, 0.587, 0.114], np.float32)

    def part(rows: slice, *columns: slice) -> np.ndarray:
        return np.concatenate([grey[:, rows, c].reshape(len(grey), -1) for c in columns], axis=1)

    eyes = part(slice(27, 34), slice(18, 28), slice(36, 46)).mean(1)
    cheeks = np.median(part(slice(38, 44), slice(17, 26), slice(38, 47)), axis=1)
    forehead = np.median(part(slice(14, 21), slice(24, 40)), axis=1)
    return (eyes / np.maximum(np.maximum(cheeks, forehead), 20)).astype(np.float32)
