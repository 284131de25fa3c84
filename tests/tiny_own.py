"""Small data sets of one's own, drawn from a seed: discs and squares in a few shades."""

from dataclasses import asdict
from pathlib import Path

import numpy as np
import torch
from safetensors.torch import load_file, save_file

from core import checkpoints, datasets
from core.cards import Card
from core.datasets import own
from core.datasets.own import About, Items
from core.inference import Runner
from core.jobs import Reporter
from core.models import ARCHITECTURES, build
from core.own_models import encode, places
from core.settings import Settings


def pictures(n: int, side: int, colours: int, *, seed: int = 0) -> tuple[np.ndarray, np.ndarray]:
    """Images (n, side, side, colours) uint8 and labels (n,): 0 a disc, 1 a square."""
    draw = np.random.default_rng(seed)
    label = draw.integers(0, 2, n)
    y, x = np.mgrid[:side, :side] / (side - 1) * 2 - 1
    images = np.zeros((n, side, side, colours), np.uint8)
    for image, kind in zip(images, label, strict=True):
        (cx, cy), radius = draw.uniform(-0.3, 0.3, 2), draw.uniform(0.3, 0.6)
        far = np.hypot(x - cx, y - cy) if kind == 0 else np.maximum(abs(x - cx), abs(y - cy))
        image[far < radius] = draw.integers(100, 256, colours)
    return images, label


def bring(
    home: Path,
    name: str = "shapes",
    *,
    n: int = 96,
    side: int = 28,
    colours: int = 1,
    labels: tuple[str, ...] = ("disc", "square"),
    test: int = 24,
) -> Path:
    """Write an own set below ``home``; its folder. Other ``labels`` than two say nothing of the pictures."""
    folder = home / "datasets" / name
    folder.mkdir(parents=True)
    images, label = pictures(n, side, colours)
    np.save(folder / own.IMAGES, images)
    if len(labels) != 2:
        label = np.arange(n) * 7 % len(labels)
    own.write_items(Items(label), folder / own.ITEMS)
    about = About(name, "My *shapes*", (side, side, colours), n, n - test, labels, made="2026-01-01T00:00:00")
    own.write_about(about, folder)
    return folder


SIZES = {
    "aae": {"categories": 10, "style": 4, "channels": 8, "hidden": 16},
    "vae-conv": {"channels": 4, "hidden": 16, "blocks": 1},
    "ae-conv": {"channels": 4, "hidden": 16, "dim": 16},
}


def model(settings: Settings, dataset: str, kind: str, architecture: str) -> str:
    """Publish an untrained small model of an own set as its checkpoint ``<dataset>-<kind>``; its name."""
    data, source = encode.set_of(settings, dataset), datasets.sources(settings)[dataset]
    torch.manual_seed(0)
    size = {"side": source.shape[0], "colours": source.shape[2]}
    made = build(architecture, SIZES[architecture] | size).eval().requires_grad_(False)
    work = places.run_folder(settings, f"{dataset}-{kind}")
    work.mkdir(parents=True)
    save_file(checkpoints.half(made.state_dict()), work / checkpoints.MODEL)
    made.load_state_dict(load_file(work / checkpoints.MODEL))
    card = Card(
        f"{dataset}-{kind}",
        f"Tiny {kind}",
        dataset,
        ARCHITECTURES[architecture].family,
        architecture,
        asdict(made.config),
        int(made.dim),
        source.shape,
        checkpoints.count_parameters(made),
        source.terms,
    )
    files = {checkpoints.MODEL: work / checkpoints.MODEL}
    return encode.publish(settings, Runner(made, card), data, files, work, Reporter(), seen=True)
