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
ENOUGH = {1: 0.85, -1: 0.93}  # share of training faces on which the default strength is to work, up and down
FACES = 100  # training faces that this is measured on


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
    vectors, responses, strengths, removals = [], [], [], []
    for name in OFFERED:
        column = names_of([name], labels)[0]
        present = table[:, column] == 1
        usable = (clear | ~present) if name == GLASSES else np.ones(len(z), bool)
        if name == DARK_GLASSES:
            usable = present | (table[:, names_of([GLASSES], labels)[0]] == 0)
        vector = attributes.balanced_difference(
            z[usable], present[usable], strata(table, labels, without=name)[usable]
        )
        own, others = (rows[usable[rows] & (present[rows] == value)][:FACES] for value in (True, False))
        up, down = grid(word, z[others], vector, column), grid(word, z[own], vector, column)
        vectors.append(vector)
        responses.append((up.mean(1) + down.mean(1)) / 2)
        strengths.append(shortest(STEPS, (up > 0.5).mean(1), sign=1))
        removals.append(shortest(STEPS, (down < 0.5).mean(1), sign=-1))
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


def grid(word: Callable[[np.ndarray], np.ndarray], z: np.ndarray, vector: np.ndarray, column: int) -> np.ndarray:
    """The probe's probability of one attribute at every step for every code: (s, n)."""
    return np.stack([word(z + step * vector)[:, column] for step in STEPS])


def shortest(steps: np.ndarray, works: np.ndarray, *, sign: int) -> float:
    """The shortest step up (``sign`` 1) or down (-1) that works on enough faces, else the one that works best.

    Between two steps (s,) the share ``works`` (s,) is taken as straight; rounded up to 0.05.
    """
    order = [i for i in np.argsort(np.abs(steps), kind="stable") if steps[i] * sign >= 0]
    length, share = np.abs(steps[order]), works[order]
    enough = ENOUGH[sign]
    if not (share >= enough).any():
        return float(sign * length[share.argmax()])
    after = int((share >= enough).argmax())
    if after == 0:
        return float(sign * length[1])
    part = (enough - share[after - 1]) / (share[after] - share[after - 1])
    found = length[after - 1] + part * (length[after] - length[after - 1])
    return float(sign * np.ceil(found * 20 - 1e-6) / 20)
