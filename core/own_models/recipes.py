"""The kinds of model that can be trained on a person's own set, for images of 28, 32 or 64 px, grey or colour."""

from dataclasses import dataclass
from typing import Any

from core.augment import Affine
from core.datasets import Source
from core.own_models.progress import KINDS
from core.training.objectives import AAEWeights, Adversarial, Evidence, Plan, Reconstruction
from core.training.recipe import Recipe

CHANGES = Affine(rotation=5, scale=0.06, shear=0.05, shift=0.06, contrast=0.15)
VAE_NOTE = (
    "Added to the evidence bound while training: images and their randomly changed copies attract each other in "
    "the plane, strongly at first and weakly at the end. The loss shown is the bound alone."
)
AAE_NOTE = (
    "Added to the adversarial autoencoder: the mutual information between the categories of two randomly changed "
    "copies of an image, a term that asks both for the same one, and a style critic that sees the category too. "
    "No label is used."
)


@dataclass(frozen=True)
class Making:
    """How a kind of model is made and trained: objective, images a step, peak learning rate."""

    architecture: str
    objective: type
    batch: int
    rate: float


MAKING = {
    "ae-conv": Making("ae-conv", Reconstruction, 64, 2e-3),
    "vae-2d": Making("vae-conv", Evidence, 128, 1e-3),
    "aae": Making("aae", Adversarial, 128, 2e-3),
}


def config(kind: str, shape: tuple[int, int, int], labels: int) -> dict[str, Any]:
    """Hyperparameters of a kind for images of ``shape``; an adversarial one has about two categories a label."""
    size = {"side": shape[0], "colours": shape[2]}
    if kind == "ae-conv":
        return {"code": "dense", "up": "nearest", "dim": 128 if shape[0] == 64 else 64, **size}
    if kind == "aae":
        return {"categories": max(10, min(30, 2 * labels)), "style": 16 if shape[2] == 3 else 10, **size}
    return size


def recipe(kind: str, dataset: str, source: Source, *, epochs: int, batch: int) -> Recipe:
    """How a model of ``kind`` is made of a data set; ValueError for a kind that is none."""
    if kind not in MAKING:
        raise ValueError(f"kind {kind!r} is not one of {', '.join(MAKING)}")
    chosen = MAKING[kind]
    options: dict[str, Any] = {}
    if kind == "vae-2d":
        options = {"gather": 30.0, "hold": 0.5, "strength": CHANGES}
    if kind == "aae":
        options = {"weights": AAEWeights(), "strength": CHANGES}
    return Recipe(
        f"{dataset}-{kind}",
        KINDS[kind].title,
        dataset,
        chosen.architecture,
        config(kind, source.shape, len(source.labels)),
        Plan(epochs, batch, chosen.rate),
        chosen.objective,
        options,
        note={"vae-2d": VAE_NOTE, "aae": AAE_NOTE}.get(kind, ""),
    )


def batch_of(kind: str, count: int) -> int:
    """Images a step: fewer for small sets, so that they make some steps."""
    return max(4, min(MAKING[kind].batch, count // 4))
