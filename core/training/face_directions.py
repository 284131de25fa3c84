"""Directions of attributes of a model of faces, from training faces alone."""

from collections.abc import Callable
from typing import Any

import numpy as np

from core import attributes
from core.attributes import CLEAR, DARK, DARK_GLASSES, GLASSES, names_of
from core.datasets import ImageSet
from core.directions import Directions
from core.inference import Prober, Runner

OFFERED = (
    GLASSES,
    DARK_GLASSES,
    "Male",
    "Smiling",
    "Young",
    "Blond_Hair",
    "Brown_Hair",
    "Black_Hair",
    "Gray_Hair",
    "No_Beard",
    "Mustache",
    "Goatee",
    "Bangs",
    "Wavy_Hair",
    "Bald",
    "Receding_Hairline",
    "Wearing_Hat",
    "Mouth_Slightly_Open",
    "Narrow_Eyes",
    "Bushy_Eyebrows",
    "Heavy_Makeup",
    "Wearing_Lipstick",
    "Wearing_Earrings",
)
BALANCE = ("Male", "Young")  # every mix of these counts the same in a difference of means
STEPS = np.linspace(-2, 2, 17).astype(np.float32)
ENOUGH = {1: 0.85, -1: 0.95}  # share of training faces on which the default strength is to work, up and down
FACES, MORE = 100, 250  # training faces that responses, and that default strengths, are measured on
FINE = 0.05  # default strengths are multiples of it


def fit(runner: Runner, probe: Prober, train: ImageSet, z: np.ndarray, *, seed: int = 0) -> Directions:
    """Directions, default strengths and the probe's response, from training faces with codes ``z`` (n, d)."""
    assert train.attributes is not None
    labels, table, clear = labelled(train)

    def word(codes: np.ndarray) -> np.ndarray:
        images = runner.decode(codes)
        found = probe.probabilities(images)
        dark = found[:, names_of([GLASSES], labels)[0]] * (attributes.eye_darkness(images) < DARK)
        return np.concatenate([found, dark[:, None]], axis=1)

    rows = np.random.default_rng(seed).permutation(len(z))
    vectors, responses = [], []
    strengths: list[float] = []
    removals: list[float] = []
    for name in OFFERED:
        column = names_of([name], labels)[0]
        present = table[:, column] == 1
        usable = (clear | ~present) if name == GLASSES else np.ones(len(z), bool)
        if name == DARK_GLASSES:
            usable = present | (table[:, names_of([GLASSES], labels)[0]] == 0)
        vector = attributes.balanced_difference(
            z[usable], present[usable], strata(table, labels, without=name)[usable]
        )
        own, others = (z[rows[usable[rows] & (present[rows] == value)]] for value in (True, False))
        up, down = (grid(word, codes[:FACES], vector, column, STEPS) for codes in (others, own))
        vectors.append(vector)
        responses.append((up.mean(1) + down.mean(1)) / 2)
        for found, coarse, codes, sign in ((strengths, up, others, 1), (removals, down, own, -1)):
            length = shortest(STEPS * sign, works(coarse, sign), sign)
            fine = length - FINE * np.arange(round(float(np.diff(STEPS)[0]) / FINE))[::-1]
            share = works(grid(word, codes[:MORE], vector, column, sign * fine), sign)
            found.append(sign * shortest(fine, share, sign))
    return Directions(
        OFFERED,
        np.stack(vectors),
        np.array(strengths, np.float32),
        np.array(removals, np.float32),
        STEPS,
        np.stack(responses).astype(np.float32),
        labels,
        readings(runner, z, table),
        attributes.correlations(table),
        z.mean(0).astype(np.float32),
        z.std(0).astype(np.float32),
    )


def readings(runner: Runner, z: np.ndarray, table: np.ndarray) -> np.ndarray:
    """Normals (k, d): what the model's own linear layer reads, and by least squares what it knows nothing of."""
    layer: Any = runner.model.attributes
    known = layer.weight.detach().cpu().numpy()
    return np.concatenate([known, attributes.normals(z, table[:, len(known) :])]).astype(np.float32)


def labelled(train: ImageSet) -> tuple[tuple[str, ...], np.ndarray, np.ndarray]:
    """Names and table (n, 41) of the annotators' words and of dark glasses; who wears clear glasses (n,)."""
    assert train.attributes is not None
    glasses = train.attributes[:, names_of([GLASSES], train.attribute_names)[0]] == 1
    brightness = np.full(len(train), np.inf, np.float32)
    brightness[glasses] = attributes.eye_darkness(train.images[np.flatnonzero(glasses)])
    dark = (brightness < DARK).astype(np.uint8)
    table = np.concatenate([train.attributes, dark[:, None]], axis=1)
    return (*train.attribute_names, DARK_GLASSES), table, glasses & (brightness > CLEAR)


def strata(table: np.ndarray, labels: tuple[str, ...], *, without: str) -> np.ndarray:
    """Which mix of the balanced attributes each row has, (n,), but for the attribute in question."""
    columns = names_of([name for name in BALANCE if name != without], labels)
    return table[:, columns] @ (1 << np.arange(len(columns)))


def grid(
    word: Callable[[np.ndarray], np.ndarray], z: np.ndarray, vector: np.ndarray, column: int, steps: np.ndarray
) -> np.ndarray:
    """The probe's probability of one attribute at each of ``steps`` (s,) for every code (n, d): (s, n)."""
    return np.stack([word(z + step * vector)[:, column] for step in steps])


def works(probability: np.ndarray, sign: int) -> np.ndarray:
    """On which share of faces each step of a grid (s, n) adds the attribute (``sign`` 1) or takes it away (-1)."""
    return ((probability > 0.5) if sign == 1 else (probability < 0.5)).mean(1)


def shortest(lengths: np.ndarray, share: np.ndarray, sign: int) -> float:
    """The shortest of ``lengths`` (s,) above 0 whose ``share`` (s,) is enough, else the one that works best."""
    order = np.argsort(lengths)
    order = order[lengths[order] > 1e-6]
    enough = share[order] >= ENOUGH[sign]
    return float(lengths[order[enough.argmax() if enough.any() else share[order].argmax()]])
