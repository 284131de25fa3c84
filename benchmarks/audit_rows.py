"""What an audit finds of faults planted in the test images of Fashion-MNIST, and how long it takes."""

import time
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from benchmarks.bench import Bench
from benchmarks.rows import Row, row
from core import checkpoints, datasets
from core.audit import scores
from core.audit.findings import Findings
from core.audit.planted import Planted, plant
from core.audit.run import audit
from core.datasets.base import ImageSet
from core.inference import Runner
from core.settings import Settings

SEEDS = (0, 1, 2)
OWN, OTHER = "fashion-ae-conv-deconv", "digits-ae-conv-deconv"  # taught what is audited, and something else


@dataclass(frozen=True)
class Measure:
    """One number of an audit, and what it has to be at least."""

    name: str
    bar: float
    of: Callable[[Planted, Findings], float]


def _label_precision(planted: Planted, found: Findings) -> float:
    return scores.average_precision(planted.flipped, found.issues["label"].severity)


def _label_recall(planted: Planted, found: Findings) -> float:
    return scores.recall_at(planted.flipped, found.issues["label"].severity, precision=0.8)


def _near(planted: Planted, found: Findings) -> float:
    issue = found.issues["near"]
    return scores.pair_recall_at(issue.pairs, issue.pair_severity, planted.pairs, precision=0.95)


def _blank(planted: Planted, found: Findings) -> float:
    return scores.recall_at(planted.blank, found.issues["blank"].severity, precision=0.9)


def _stranger(planted: Planted, found: Findings) -> float:
    return scores.recall_at(planted.stranger, found.issues["outlier"].severity, precision=0.9)


STRANGERS = Measure("strangers, recall at 90 % precision", 0.85, _stranger)
MEASURES = (
    Measure("3 % wrong labels, average precision", 0.75, _label_precision),
    Measure("3 % wrong labels, recall at 80 % precision", 0.7, _label_recall),
    Measure("near duplicates, recall at 95 % precision", 0.9, _near),
    Measure("blank images, recall at 90 % precision", 0.99, _blank),
    STRANGERS,
)


def planted_set(settings: Settings, seed: int, *, split: str = "test") -> tuple[Planted, ImageSet]:
    """Fashion-MNIST's ``split`` with faults, and the data set that an audit sees; strangers are test digits."""
    fashion, digits = datasets.load("fashion", settings), datasets.load("digits", settings)
    if fashion is None or digits is None:
        raise FileNotFoundError("Fashion-MNIST or MNIST is not on this machine: python -m core.datasets")
    part, strangers = fashion.split(split), digits.split("test")
    images = (strangers if len(strangers) else digits).images
    planted = plant(part.images, part.labels, seed=seed, strangers=images)
    origin = f"faults planted with seed {seed}"
    index, names = np.arange(len(part)), part.label_names
    return planted, ImageSet("planted", planted.images, planted.labels, index, len(part), names, origin)


def measure(bench: Bench) -> list[Row]:
    """Every number for every seed with a checkpoint of the same data; strangers also with another one."""
    settings = Settings.from_environment()
    rows, seconds = [], []
    for seed in SEEDS:
        planted, data = planted_set(settings, seed)
        began = time.perf_counter()
        found = audit(data, runner=_runner(settings, OWN))
        seconds.append(time.perf_counter() - began)
        for one in MEASURES:
            rows.append(_row(one, f"seed {seed}", one.of(planted, found)))
    planted, data = planted_set(settings, SEEDS[0])
    found = audit(data, runner=_runner(settings, OTHER))
    rows.append(_row(STRANGERS, f"codes of digits, seed {SEEDS[0]}", _stranger(planted, found)))
    return [*rows, row("audit of 10,000 images of 28 x 28 px", seconds, "s")]


def _row(one: Measure, where: str, value: float) -> Row:
    return row(f"audit, {one.name} (bar {one.bar:g}), {where}", [value], "of 1")


def _runner(settings: Settings, name: str) -> Runner:
    root = checkpoints.root_of(settings, name)
    card = checkpoints.read_card(root, name)
    return Runner(checkpoints.load_model(root, card), card)
