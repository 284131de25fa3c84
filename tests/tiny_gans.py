"""Untrained GANs, small and valid, with made-up writers and made-up trainings: the same bytes every time."""

from dataclasses import asdict, replace
from pathlib import Path

import numpy as np
import torch
from safetensors.torch import save_file

from core import cards, checkpoints, history, writerbook
from core.cards import Metric
from core.checkpoints import DRAWER
from core.datasets import digits
from core.datasets.base import ImageSet
from core.history import History
from core.models import build
from core.training import writer_book
from core.writers import Hands
from tests import tiny

EPOCHS, COLUMNS = 3, 14
WRITERS = np.arange(2101, 2131)  # of all three parts
CHARACTERS = 600
NETWORK = {"channels": 2, "critic": 2, "noise": 4, "condition": 4}
# name -> architecture, its hyperparameters, Fréchet distance on the card
GANS: dict[str, tuple[str, dict[str, object], float]] = {
    "writers-dcgan": ("writer-gan", NETWORK | {"clusters": 7, "style": 8, "writers": 30}, 21.5),
    "writers-plain": ("writer-gan", NETWORK | {"clusters": 0, "style": 0}, 31.0),
    "writers-each": (
        "cluster-gans",
        {"digits": (0, 1), "clusters": 5, "channels": 2, "critic": 0, "noise": 4},
        41.0,
    ),
    "fashion-gan": ("dense-gan", {"noise": 4, "generator": (8, 8), "critic": (8,)}, 43.2),
    "fashion-dcgan": ("writer-gan", NETWORK | {"clusters": 0, "style": 0}, 12.3),
}


def build_gans(root: Path) -> Path:
    """Write all `GANS`, the digit probe and the autoencoder that draws characters into ``root``."""
    images = digits.embedded()
    if not (root / DRAWER).is_dir():
        keep = np.sort(np.random.default_rng(0).choice(len(images), tiny.ITEMS, replace=False))
        tiny.build_checkpoint(root, *DRAWER.split("-", 1), images=images, keep=keep)
    for name, (architecture, config, distance) in GANS.items():
        build_gan(root, name, architecture, config, distance, images=images)
    torch.manual_seed(5)
    probe = build("digit-probe", {"channels": 2, "dim": 8}).eval()
    card = tiny.make_card(checkpoints.DIGIT_PROBE, "writers", "digit-probe", asdict(probe.config), probe)
    tiny.write(root, replace(card, maps={}, seeds={}), probe)
    return root


def build_gan(
    root: Path, name: str, architecture: str, config: dict[str, object], distance: float, *, images: ImageSet
) -> None:
    """Write one GAN, with its history and, where it knows styles, its book of writers."""
    torch.manual_seed(sum(map(ord, name)))
    model = build(architecture, config).eval()
    folder = root / name
    folder.mkdir(parents=True)
    if config.get("style"):
        give_hands(model, images)
        writerbook.save(
            writer_book.make(model, characters(images), root=root, umap=False), folder / checkpoints.WRITERS
        )
    save_file(checkpoints.half(model.state_dict()), folder / checkpoints.MODEL)
    several = architecture == "cluster-gans"
    history.save(make_history(images, several=several), folder / checkpoints.HISTORY)
    how = "Made up for tests."
    metric = Metric("frechet_cnn", distance, "lower", "distance", "test", 10_000, how)
    card = tiny.make_card(name, name.partition("-")[0], architecture, asdict(model.config), model)
    digests = {path.name: checkpoints.sha256(path) for path in sorted(folder.iterdir())}
    training = card.training | {"epochs": EPOCHS, "seconds": 90.0}
    card = replace(card, maps={}, seeds={}, metrics={metric.key: metric}, training=training, sha256=digests)
    cards.write(card, folder / checkpoints.CARD)


def give_hands(model: torch.nn.Module, images: ImageSet) -> None:
    """Clusters around some digits of each class, by features at random."""
    c, random = model.config, np.random.default_rng(2)
    projection = (random.normal(size=(c.classes, c.features, 784)) / 28).astype(np.float32)
    hands = Hands(projection, np.zeros((c.classes, c.features), np.float32), np.zeros(()))
    some = np.stack([np.flatnonzero(images.labels == label)[: c.clusters] for label in range(c.classes)]).ravel()
    centres = hands.features(images.images[some], images.labels[some].astype(np.int64))
    with torch.no_grad():
        model.projection.copy_(torch.from_numpy(projection))
        model.centres.copy_(torch.from_numpy(centres.reshape(c.classes, c.clusters, c.features)))
        model.middle.copy_(torch.from_numpy(random.normal(size=(c.classes, c.style)) / 10))


def characters(images: ImageSet) -> ImageSet:
    """Digits given to writers at random, some of whom wrote none of a class; every third is moved by a pixel."""
    random = np.random.default_rng(3)
    people = np.sort(random.choice(WRITERS, CHARACTERS))
    wanted = random.integers(10, size=CHARACTERS)
    rows = np.array([random.choice(np.flatnonzero(images.labels == label)) for label in wanted])
    drawn = images.images[rows].copy()
    drawn[::3] = np.roll(drawn[::3], 1, axis=2)  # is no training image of MNIST any more
    return ImageSet(
        "writers",
        drawn,
        wanted.astype(np.uint8),
        np.arange(CHARACTERS),
        CHARACTERS,
        digits.LABELS,
        "made up",
        attributes=(people % 2).astype(np.uint8)[:, None],
        attribute_names=("student",),
        people=people,
    )


def make_history(images: ImageSet, *, several: bool = False) -> History:
    """Digits that come out of the dark, a row a class, and losses that move; with ``several``, a GAN a row."""
    rows = np.stack([np.flatnonzero(images.labels == label)[:COLUMNS] for label in range(10)])
    sheet = images.images[rows, ..., 0].transpose(0, 2, 1, 3).reshape(280, COLUMNS * 28)
    sheets = np.stack([(sheet * (epoch + 1.0) / EPOCHS).astype(np.uint8) for epoch in range(EPOCHS)])
    steps = np.linspace(0, 1, EPOCHS, dtype=np.float32)
    losses = {
        "generator": 1 + steps / 2,
        "critic": 1.3 - steps / 10,
        "real": 0.6 + steps / 10,
        "fake": 0.4 - steps / 10,
        "seconds": np.full(EPOCHS, 30, np.float32),
    }
    if several:
        own = {f"{name}@{row}": losses[name] - row / 100 for name in ("real", "fake") for row in range(10)}
        losses |= own | {f"generator@{row}": losses["generator"] + row for row in range(10)}
    return History(losses, sheets, 28)
