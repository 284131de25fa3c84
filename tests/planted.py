"""A person's own data set with originals, a model of it, and findings of every kind; made up for tests."""

import dataclasses
from pathlib import Path

import numpy as np
from PIL import Image

from core import checkpoints, datasets
from core.audit import findings
from core.audit.findings import Findings, Issue
from core.audit.run import KINDS
from core.cards import Card
from core.datasets import digits, own
from core.datasets.own import About, Items
from core.gallery import Gallery
from core.inference import Runner
from tests import tiny

NAME, MODEL = "mine", "mine-ae-conv"
COUNT, TRAIN = 40, 30
LABELS = ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")
PAIRS = {"exact": [(3, 4)], "near": [(5, 6), (6, 7), (8, 9)], "leak": [(10, 35), (11, 36)]}
SINGLE = tuple(kind for kind in KINDS if kind not in {"label", *PAIRS})


def bring(home: Path, source: Path, *, count: int = COUNT) -> Path:
    """Write the set ``mine`` below ``home``, its originals as PNGs below ``source``, larger than in the set."""
    whole = digits.embedded()
    rows = np.arange(count) % len(whole)
    images, label = whole.images[rows].copy(), whole.labels[rows].astype(np.int64)
    images[4] = images[3]
    images[6] = np.roll(images[5], (1, 2), axis=(0, 1))
    folder = home / datasets.OWN / NAME
    folder.mkdir(parents=True)
    files = [f"{LABELS[label[i]]}/picture {i:05d}.png" for i in range(count)]
    for image, file in zip(images, files, strict=True):
        (source / file).parent.mkdir(parents=True, exist_ok=True)
        Image.fromarray(image[..., 0]).resize((56, 56), Image.Resampling.NEAREST).save(source / file)
    np.save(folder / own.IMAGES, images)
    sides = np.full(count, 56)
    sides[9] = 112
    facts = {"width": sides, "height": sides, "bytes": sides * sides}
    own.write_items(Items(label, fields={"file": np.array(files)}, facts=facts), folder / own.ITEMS)
    train = count * TRAIN // COUNT
    own.write_about(About(NAME, "My digits", images.shape[1:], count, train, LABELS, source=str(source)), folder)
    return folder


def model(home: Path, root: Path, base: str = "digits-ae-conv-dense-deconv") -> Card:
    """Write a checkpoint of the set below ``home``: the network ``base`` of ``root``, all items encoded."""
    data = own.read(home / datasets.OWN / NAME)
    before = checkpoints.read_card(root, base)
    net = checkpoints.load_model(root, before)
    card = dataclasses.replace(before, id=MODEL, title="My autoencoder", dataset=NAME, sha256={}, terms="your own")
    runner = Runner(net, card, "cpu")
    z = np.concatenate([runner.encode(np.asarray(data.images[i : i + 500])) for i in range(0, len(data), 500)])
    rebuilt = np.concatenate([runner.decode_float(z[i : i + 500]) for i in range(0, len(z), 500)])
    error = np.mean((rebuilt - data.images / np.float32(255)) ** 2, axis=(1, 2, 3)).astype(np.float32)
    maps = {"pca": np.random.default_rng(0).normal(size=(len(z), 2)).astype(np.float32)}
    gallery = Gallery(data.index, data.labels.astype(np.int64), z, error, maps)
    tiny.write(home / checkpoints.OWN, card, net, gallery)
    return card


def audit(home: Path, *, count: int = COUNT, seed: int = 0) -> Findings:
    """Write findings of every kind below ``home``."""
    made = made_up(count=count, seed=seed)
    (home / "audits").mkdir(parents=True, exist_ok=True)
    findings.save(made, home / "audits" / f"{NAME}.npz")
    return made


def made_up(*, count: int = COUNT, seed: int = 0) -> Findings:
    """Findings: of the kinds of one item a tenth is from 0.5 on; labels also suggest another one."""
    random = np.random.default_rng(seed)
    label = digits.embedded().labels[np.arange(count) % len(digits.embedded())].astype(np.int64)
    issues = {
        "label": Issue("label", _severity(random, count), 0.5, "Made up for tests.", suggested=(label + 1) % 10)
    }
    for kind in SINGLE:
        issues[kind] = Issue(kind, _severity(random, count), 0.5, "Made up for tests.")
    for kind, pairs in PAIRS.items():
        severity = np.linspace(0.95, 0.65, len(pairs), dtype=np.float32)
        worst = np.full(count, np.nan, np.float32)
        for (a, b), one in zip(pairs, severity, strict=True):
            worst[[a, b]] = np.fmax(worst[[a, b]], one)
        issues[kind] = Issue(kind, worst, 0.6, "Made up for tests.", np.array(pairs), severity)
    groups = [
        {"kind": "imbalance", "name": "*nine*", "count": 2, "share": 0.05, "text": "2 of 40 images"},
        {"kind": "worse", "name": "five", "count": 5, "share": 0.12, "text": "error twice the usual"},
    ]
    return Findings(NAME, MODEL, count, issues, groups, dict.fromkeys(issues, 0.1))


def _severity(random: np.random.Generator, count: int) -> np.ndarray:
    found = random.uniform(0, 0.45, count)
    worst = random.choice(count, max(4, count // 10), replace=False)
    found[worst] = random.uniform(0.55, 1, len(worst))
    return found.astype(np.float32)
