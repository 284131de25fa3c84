"""Untrained checkpoints of every architecture, small and valid, for tests that need a dashboard to open."""

from pathlib import Path

import numpy as np
import torch
from safetensors.torch import save_file

from core import cards, checkpoints, directions, gallery
from core.cards import Card, Metric
from core.datasets import SOURCES, digits
from core.datasets.base import ImageSet
from core.directions import Directions
from core.gallery import Gallery
from core.inference import Runner
from core.models import ARCHITECTURES, build
from core.training.face_gallery import FIRST

ITEMS = 60
SIZES = {
    "aae": {"style": 4, "channels": 8, "hidden": 16},
    "vae-dense": {"hidden": 16},
    "vae-conv": {"channels": 4, "hidden": 16, "blocks": 1},
    "vae-gru": {"hidden": 8, "dense": 16},
    "vae-attention": {"hidden": 8, "heads": 2, "dense": 16},
    "ae-dense": {"outer": 32, "inner": 16, "dim": 16},
    "ae-conv": {"channels": 4, "hidden": 16, "dim": 16},
}
# id without the data set -> architecture and what sets it apart
KINDS: dict[str, tuple[str, dict[str, object]]] = {
    "aae-30": ("aae", {"categories": 30}),
    "aae-10": ("aae", {"categories": 10}),
    "vae-2d": ("vae-dense", {}),
    "vae-2d-conv": ("vae-conv", {}),
    "vae-2d-gru": ("vae-gru", {}),
    "vae-2d-attention": ("vae-attention", {}),
    "ae-dense": ("ae-dense", {}),
    "ae-conv-up": ("ae-conv", {"code": "map", "up": "nearest"}),
    "ae-conv-deconv": ("ae-conv", {"code": "map", "up": "transposed"}),
    "ae-conv-dense-up": ("ae-conv", {"code": "dense", "up": "nearest"}),
    "ae-conv-dense-deconv": ("ae-conv", {"code": "dense", "up": "transposed"}),
}
RETRIEVAL = ("precision_at_1", "precision_at_5", "precision_at_10", "map", "precision_at_1_cosine")
METRICS = {
    "aae": ("cluster_error", "nmi", "ari", "test_mse", "categories_used", *RETRIEVAL),
    "vae": ("test_loss", "test_error", "test_kl", "test_mse", "knn1_accuracy_2d", *RETRIEVAL),
    "ae": ("train_mse", "test_mse", *RETRIEVAL),
}
LABELS = ("Bald", "Blond_Hair", "Eyeglasses", "Male", "No_Beard", "Smiling", "Young")  # what the tiny probe knows
OFFERED = ("Eyeglasses", "Dark_Glasses", "Male", "Smiling", "Young", "Bald")  # the last does not rise steadily
LOWER = ("cluster_error", "test_mse", "train_mse", "test_loss", "test_error", "test_kl")


def build_root(root: Path) -> Path:
    """Write every kind of checkpoint for digits and fashion into ``root``; the same bytes every time."""
    images = digits.embedded()
    keep = np.sort(np.random.default_rng(0).choice(len(images), ITEMS, replace=False))
    for dataset in ("digits", "fashion"):
        for kind in KINDS:
            build_checkpoint(root, dataset, kind, images=images, keep=keep)
    return root


def build_checkpoint(root: Path, dataset: str, kind: str, *, images: ImageSet, keep: np.ndarray) -> Card:
    """Write one checkpoint; the digits' gallery is encoded, the other's codes are drawn at random."""
    architecture, own = KINDS[kind]
    config = SIZES[architecture] | own
    torch.manual_seed(sum(map(ord, dataset + kind)))
    model = build(architecture, config).eval()
    card = make_card(f"{dataset}-{kind}", dataset, architecture, config, model)
    write(root, card, model, make_gallery(Runner(model, card), dataset, images, keep))
    return card


def make_card(name: str, dataset: str, architecture: str, config: dict, model: torch.nn.Module) -> Card:
    """A card with every number that such a checkpoint has."""
    family = ARCHITECTURES[architecture].family
    keys = METRICS.get(family, ()) + (("accuracy_hungarian",) if config.get("categories") == 10 else ())
    maps = ("plane",) if family == "vae" else ("umap", "pca")
    quality = {"trustworthiness": 0.97, "continuity": 0.95, "knn1_accuracy": 0.93, "n": 60}
    return Card(
        id=name,
        title=f"{dataset.capitalize()} {name.partition('-')[2].replace('-', ' ').upper()}",
        dataset=dataset,
        family=family,
        architecture=architecture,
        config=config,
        dim=int(model.dim),
        shape=SOURCES[dataset].shape,
        parameters=checkpoints.count_parameters(model),
        terms=SOURCES[dataset].terms,
        note="Not trained: made for tests.",
        training={"epochs": 0, "batch": 1, "rate": 0.001, "seed": 0, "images": 60_000, "seconds": 1.0},
        metrics={key: make_metric(key) for key in keys},
        maps={name: dict(quality) for name in maps},
        seeds={"test_mse": {"mean": 0.01, "spread": 0.001, "n": 3, "values": [0.009, 0.01, 0.011]}},
    )


def make_metric(key: str) -> Metric:
    """A plausible number."""
    value, unit = {
        "test_loss": (145.3, "nats"),
        "test_error": (138.9, "nats"),
        "test_kl": (6.4, "nats"),
        "categories_used": (27.0, "categories"),
        "nmi": (0.93, "0 to 1"),
        "ari": (0.92, "0 to 1"),
        "cluster_error": (0.0213, "fraction"),
        "test_mse": (0.0104, "MSE per pixel"),
        "train_mse": (0.0101, "MSE per pixel"),
    }.get(key, (0.954, "fraction"))
    better = "lower" if key in LOWER else "higher"
    reported, source = ("4.10 %", "Makhzani et al. 2015") if key == "cluster_error" else ("", "")
    return Metric(key, value, better, unit, "test", 10_000, "made up for tests", reported, source)


def make_gallery(runner: Runner, dataset: str, images: ImageSet, keep: np.ndarray) -> Gallery:
    """Sixty items: encoded digits, or codes near the prior for a data set whose originals are not here."""
    random = np.random.default_rng(1)
    if dataset == "digits":
        pixels, index, label = images.images[keep], images.index[keep], images.labels[keep].astype(np.int64)
        z = runner.encode(pixels)
        error = np.mean((runner.decode_float(z) - pixels / 255) ** 2, axis=(1, 2, 3)).astype(np.float32)
    else:
        index = np.sort(random.choice(np.arange(60_000, 70_000), ITEMS, replace=False))
        label, z = np.arange(ITEMS) % 10, random.normal(size=(ITEMS, runner.card.dim)).astype(np.float32)
        error = random.uniform(0.01, 0.05, ITEMS).astype(np.float32)
    drawn = random.normal(size=(2, ITEMS, 2)).astype(np.float32)
    maps = {} if runner.card.dim == 2 else {"umap": drawn[0], "pca": drawn[1]}
    category = confidence = None
    if k := runner.categories:
        category = np.arange(ITEMS) % min(k, 12)  # some categories stay empty
        confidence = random.uniform(0.5, 1, ITEMS).astype(np.float32)
        z[:, :k] = ((1 - confidence) / (k - 1))[:, None]
        z[np.arange(ITEMS), category] = confidence
    return Gallery(index, label, z, error, maps, category, confidence, runner.realism(z))


def build_faces(root: Path) -> Path:
    """Write a model of faces with directions, and the probe, into ``root``; the same bytes every time."""
    torch.manual_seed(1)
    small = {"channels": 2, "width": 2, "critic": 2, "reader": 2, "dim": 6, "attributes": len(LABELS)}
    small |= {"corrected": (0, 1)}
    model = build("face-vae", small).eval()
    with torch.no_grad():
        model.decoder[-1].weight.mul_(20)  # type: ignore[index]  # else all faces are one grey
    face = make_card("faces-64", "faces", "face-vae", small, model)
    random = np.random.default_rng(2)
    z = random.normal(size=(ITEMS, 6)).astype(np.float32)
    maps = {name: random.normal(size=(ITEMS, 2)).astype(np.float32) for name in ("umap", "pca")}
    word = random.uniform(size=(ITEMS, len(LABELS))).astype(np.float32)
    error = random.uniform(0.01, 0.05, ITEMS).astype(np.float32)
    items = Gallery(FIRST + np.arange(ITEMS), np.arange(ITEMS) % 4, z, error, maps, attributes=word)
    config = {"channels": 2, "dim": 5, "attributes": len(LABELS)}
    probe = build("face-probe", config).eval()
    write(root, face, model, items, make_directions(random))
    write(root, make_card(checkpoints.PROBE, "faces", "face-probe", config, probe), probe)
    return root


def make_directions(random: np.random.Generator) -> Directions:
    """Directions at random; all of them work but the last."""
    labels, m = (*LABELS, "Dark_Glasses"), len(OFFERED)
    steps = np.linspace(-2, 2, 17).astype(np.float32)
    responses = np.repeat(np.linspace(0, 1, 17)[None], m, axis=0)
    responses[-1] = responses[-1][::-1]
    return Directions(
        OFFERED,
        random.normal(size=(m, 6)).astype(np.float32),
        np.linspace(1, 2, m).astype(np.float32),
        np.linspace(-1, -2, m).astype(np.float32),
        steps,
        responses.astype(np.float32),
        labels,
        random.normal(size=(len(labels), 6)).astype(np.float32),
        np.eye(len(labels), dtype=np.float32),
        np.zeros(6, np.float32),
        np.ones(6, np.float32),
    )


def write(
    root: Path,
    card: Card,
    model: torch.nn.Module,
    items: Gallery | None = None,
    found: Directions | None = None,
) -> None:
    """Write the files of a checkpoint."""
    folder = root / card.id
    folder.mkdir(parents=True)
    save_file(checkpoints.half(model.state_dict()), folder / checkpoints.MODEL)
    if items is not None:
        gallery.save(items, folder / checkpoints.GALLERY)
    if found is not None:
        directions.save(found, folder / checkpoints.DIRECTIONS)
    for file in (checkpoints.MODEL, checkpoints.GALLERY, checkpoints.DIRECTIONS):
        if (folder / file).exists():
            card.sha256[file] = checkpoints.sha256(folder / file)
    cards.write(card, folder / checkpoints.CARD)
