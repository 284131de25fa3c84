"""The kinds of model that can be trained on a person's own set, for images of 28, 32 or 64 px, grey or colour."""

from dataclasses import dataclass
from typing import Any

from core.augment import Affine
from core.datasets import Source
from core.training.objectives import AAEWeights, Adversarial, Evidence, Plan, Reconstruction
from core.training.recipe import Recipe

SIDES, COLOURS = (28, 32, 64), (1, 3)
CHANGES = Affine(rotation=5, scale=0.06, shear=0.05, shift=0.06, contrast=0.15)
FEWEST = 16  # images to train on
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
class Kind:
    """A kind of model as the screen offers it.

    Attributes
    ----------
    title, sentence : what it is called, and what it is good for.
    architecture, objective, batch, rate : how it is made and trained; images a step, peak learning rate.
    loss : what the log calls the number to look at, and what that is.
    """

    title: str
    sentence: str
    architecture: str
    objective: type
    batch: int
    rate: float
    loss: tuple[str, str]


KINDS = {
    "ae-conv": Kind(
        "Autoencoder",
        "Codes of many numbers, rebuilt as well as can be: for retrieval, arithmetic and UMAP.",
        "ae-conv",
        Reconstruction,
        64,
        2e-3,
        ("mse", "Error, MSE per pixel (lower is better)"),
    ),
    "vae-2d": Kind(
        "2-D variational autoencoder",
        "Two numbers an image: every place of a plane can be drawn, at the price of detail.",
        "vae-conv",
        Evidence,
        128,
        1e-3,
        ("loss", "Loss, nats (lower is better)"),
    ),
    "aae": Kind(
        "Adversarial autoencoder",
        "Sorts the images into categories without being told a label.",
        "aae",
        Adversarial,
        128,
        2e-3,
        ("error", "Error, squared error per 28 x 28 (lower is better)"),
    ),
}


def refused(shape: tuple[int, int, int], count: int) -> str:
    """Why nothing can be trained on ``count`` images of ``shape``; empty where it can."""
    height, width, colours = shape
    if height != width or height not in SIDES or colours not in COLOURS:
        return (
            f"Training takes square images of {', '.join(map(str, SIDES))} px, grey or colour, not {width} x "
            f"{height} with {colours} channels. Bring the set again in one of these sizes."
        )
    if count < FEWEST:
        return f"Training takes {FEWEST} or more training images; there are {count}."
    return ""


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
    if kind not in KINDS:
        raise ValueError(f"kind {kind!r} is not one of {', '.join(KINDS)}")
    chosen = KINDS[kind]
    options: dict[str, Any] = {}
    if kind == "vae-2d":
        options = {"gather": 30.0, "hold": 0.5, "strength": CHANGES}
    if kind == "aae":
        options = {"weights": AAEWeights(), "strength": CHANGES}
    return Recipe(
        f"{dataset}-{kind}",
        chosen.title,
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
    return max(4, min(KINDS[kind].batch, count // 4))
