"""The entanglement meter: what an edit changed besides what it was meant to, by the word of a probe."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from core.attributes import DARK, DARK_GLASSES, F32, GLASSES, Decode, Probe, arithmetic, eye_darkness

STAY = (
    "Male",
    "Young",
    "Smiling",
    "Blond_Hair",
    "No_Beard",
)  # what edits of others should leave alone


@dataclass(frozen=True)
class Change:
    """How an edit moved a probe's probabilities of k attributes.

    Attributes
    ----------
    mean, absolute : (k,) float32, mean signed and mean absolute change over the edited faces, in probability.
    low, high : (k,) float32, interval of the signed change: over faces, or over the choice of exemplars.
    n : faces, or draws of exemplars.
    """

    mean: F32
    absolute: F32
    low: F32
    high: F32
    n: int


@dataclass(frozen=True, eq=False)
class Look:
    """What a probe sees on n faces: ``word`` (n, k), probabilities of attributes, and ``features`` (n, F)."""

    word: F32
    features: F32


def look(
    images: np.ndarray,
    labels: Sequence[str],
    *,
    encode: Callable[[np.ndarray], np.ndarray],
    read: Callable[[np.ndarray], np.ndarray],
) -> Look:
    """What a probe sees on faces (n, 64, 64, 3) uint8.

    Parameters
    ----------
    labels : names of the k attributes: the probe's, and after them dark glasses, which it was not taught: glasses
        by its word, over eyes that are dark.
    encode, read : the probe's images -> features, and features -> probabilities.
    """
    features = encode(images)
    word = read(features)
    if len(labels) > word.shape[1] and labels[word.shape[1]] == DARK_GLASSES:
        dark = word[:, list(labels).index(GLASSES)] * (eye_darkness(images) < DARK)
        word = np.concatenate([word, dark[:, None]], axis=1)
    return Look(word.astype(np.float32), features)


def change(before: ArrayLike, after: ArrayLike, *, level: float = 0.9, draws: int = 400, seed: int = 0) -> Change:
    """Probe change of n edited faces, probabilities (n, k) before and after; bootstrap interval over faces."""
    delta = np.asarray(after, np.float64) - np.asarray(before, np.float64)
    if delta.ndim != 2 or not len(delta):
        raise ValueError(f"probabilities before and after give {delta.shape}; expected (n, k) with n >= 1")
    n = len(delta)
    drawn = np.random.default_rng(seed).multinomial(n, np.full(n, 1 / n), size=draws) / n  # (draws, n) weights
    low, high = np.quantile(drawn @ delta, [(1 - level) / 2, (1 + level) / 2], axis=0)
    mean, absolute = delta.mean(0).astype(np.float32), np.abs(delta).mean(0).astype(np.float32)
    return Change(mean, absolute, low.astype(np.float32), high.astype(np.float32), n)


def sum_change(
    a: ArrayLike,
    b: ArrayLike,
    c: ArrayLike,
    *,
    decode: Decode,
    probe: Probe,
    strength: float = 1.0,
    free: ArrayLike | None = None,
    level: float = 0.9,
    draws: int = 64,
    seed: int = 0,
) -> Change:
    """Probe change from mean(c) to A - B + C, with a bootstrap interval over the choice of exemplars.

    Parameters
    ----------
    a, b, c : (n, d) codes of the exemplars in the three trays.
    free : (d, d) matrix that the step A - B is multiplied by, to orthogonalise it, or None.
    draws : as many times the exemplars of every tray are drawn anew with replacement; all are decoded in one call.
    """
    trays = [np.atleast_2d(np.asarray(tray, np.float32)) for tray in (a, b, c)]
    random = np.random.default_rng(seed)
    chosen = [trays] + [[tray[random.integers(len(tray), size=len(tray))] for tray in trays] for _ in range(draws)]
    sources = np.stack([tray[2].mean(0) for tray in chosen])
    steps = np.stack([arithmetic(*tray, strength=strength) for tray in chosen]) - sources
    if free is not None:
        steps = steps @ np.asarray(free, np.float32).T
    delta = probe(decode(sources + steps)) - probe(decode(sources))
    low, high = np.quantile(delta, [(1 - level) / 2, (1 + level) / 2], axis=0)
    return Change(delta[0], np.abs(delta[0]), low.astype(np.float32), high.astype(np.float32), draws)


def collateral(found: Change, others: list[int]) -> float:
    """Mean absolute change of the attributes that were to stay, in probability; lower is better."""
    return float(found.absolute[others].mean())


def kept(source: ArrayLike, edited: ArrayLike) -> np.ndarray:
    """Whether each edit is nearer to its own source than to any other's: (n,) bool.

    Parameters
    ----------
    source, edited : (n, F) features of the faces before and after, in the same order.
    """
    a, b = np.asarray(source, np.float64), np.asarray(edited, np.float64)
    distance = np.square(a).sum(1)[None] - 2 * b @ a.T  # without the edit's own norm, the same for all sources
    return distance.argmin(1) == np.arange(len(b))
