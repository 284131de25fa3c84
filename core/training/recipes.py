"""Every committed checkpoint as a recipe: data set, architecture, hyperparameters, length, seed."""

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from torch import nn

from core.augment import Affine
from core.datasets import ImageSet
from core.training import gans, writers
from core.training.faces import Faces, FaceWeights, Probe
from core.training.objectives import AAEWeights, Adversarial, Evidence, Plan, Reconstruction


@dataclass(frozen=True)
class Recipe:
    """How one checkpoint is made.

    Attributes
    ----------
    id, title : name of the checkpoint's folder; what it is called on screen.
    dataset, architecture, config : registry names and the architecture's hyperparameters.
    plan : epochs, batch, rate.
    options : keyword arguments of the objective.
    seeds : the first one's weights are shipped; the others only measure the spread.
    note : what is done beyond the paper, in a sentence for the card.
    facts : training data, folder of runs and the untrained model -> (n, k), what the objective is told of each
        image; the data's attributes where there is none.
    """

    id: str
    title: str
    dataset: str
    architecture: str
    config: dict[str, Any]
    plan: Plan
    kind: type
    options: dict[str, Any] = field(default_factory=dict)
    seeds: tuple[int, ...] = (0,)
    note: str = ""
    facts: Callable[[ImageSet, Path, nn.Module], np.ndarray] | None = None

    def objective(self, model: nn.Module, plan: Plan, steps: int) -> Any:
        """The objective of this recipe for ``model`` over ``steps`` steps."""
        make: Callable[..., Any] = self.kind
        return make(model, plan, steps, **self.options)


NAMES = {"digits": "Digits", "fashion": "Fashion"}
DIGIT_CHANGES = Affine(contrast=0.2, blur=0.5)
FASHION_CHANGES = Affine(rotation=8, scale=0.15, shear=0.1, shift=0.12, flip=True, contrast=0.2, blur=0.5)
FACE_CHANGES = Affine(rotation=6, scale=0.08, shear=0.04, shift=0.08, flip=True, contrast=0.2)
MILD = Affine(rotation=8, scale=0.08, shear=0.1, shift=0.08)
SLIGHT = Affine(rotation=4, scale=0.04, shear=0.05, shift=0.04)
FASHION_SMALL = Affine(rotation=4, scale=0.06, shear=0.05, shift=0.08, flip=True, contrast=0.2, blur=0.5)
AAE_NOTE = (
    "Added to the paper: the mutual information between the categories of two randomly changed copies of an "
    "image (Ji et al. 2019), its entropies counted twice, which keeps the categories from collapsing; a term that "
    "asks both for the same category (Van Gansbeke et al. 2020); a style critic that also sees the category; "
    "noise on the style before it is decoded. No label is used."
)
GROUPS_NOTE = (
    " The head chooses one of {groups} groups and then a category in it; mutual information is asked of the "
    "groups too. That there are {groups} is given, not learned."
)
NEIGHBOURS_NOTE = (
    " The {copy} copy is of the image itself or, {neighbours} times in {all}, of one of the {neighbours} images "
    "nearest to it by pixels."
)
GATHER_NOTE = (
    "Added to the evidence bound while training: images and their randomly changed copies attract each other in "
    "the plane (Böhm et al. 2023), {course}. The loss shown is the bound alone."
)
FACES_NOTE = (
    "Supervised in part: one linear layer reads CelebA's 40 attributes off the code and the critic reads them off "
    "decoded images, glasses counting four times; a second network reads them off the original, and the code is "
    "moved to agree with it about some; faces with glasses come more often in a batch than in the data. "
    "The critic also sees decoded mixtures of codes: midpoints, sums, samples, edits. Labels are what annotators "
    "saw in 2015, not who somebody is. These are celebrities seen from the front, three in four labelled Young; "
    "skin colour has no label, so what goes wrong there is not measured."
)
PROBE_NOTE = (
    "For measuring what edits change; no other model is trained with it. Labels are what annotators saw in 2015, "
    "not who somebody is."
)
DIGITS_NOTE = "For measuring what the GANs write; they are not trained with it."
STYLE_NOTE = (
    "Told who wrote what, by 555 writers; writers it has never seen are compared by the mean of their characters."
)
GAN_NOTE = (
    "Added to DCGAN: the class, the cluster and the writer's style enter every layer of the generator, and the "
    "critic as a projection; an image is asked to fall in its cluster too, and to have its own style among those "
    "of the batch; three images in ten have no style, so that the cluster alone can be asked for. What is used is "
    "the generator's running mean."
)
PLAIN_NOTE = "The network and run of writers-dcgan, told the digit alone: what clusters are compared with."
FASHION_GAN_NOTE = "Dense layers alone, told no class, at constant rates: what a better GAN is compared with."
FASHION_DCGAN_NOTE = (
    "Convolutions, told the class; the critic learns at twice the generator's rate, and its slope at real images "
    "is penalised. What is used is the generator's running mean."
)
FASHION_PROBE_NOTE = "For measuring what the GANs make; they are not trained with it."
GAN_PLAN = Plan(20, 128, 5e-4)
SPREAD_NOTE = "Half of the images of every batch are turned, slanted, resized and moved a little while training."


def aae(
    dataset: str,
    categories: int,
    *,
    plan: Plan,
    seeds: tuple[int, ...] = (0,),
    groups: int = 0,
    neighbours: int = 0,
) -> Recipe:
    """Adversarial autoencoder with ``categories`` categories."""
    changes = DIGIT_CHANGES if dataset == "digits" else FASHION_CHANGES
    return Recipe(
        f"{dataset}-aae-{categories}",
        f"{NAMES[dataset]} AAE, {categories} categories",
        dataset,
        "aae",
        {"categories": categories, "groups": groups},
        plan,
        Adversarial,
        {"weights": AAEWeights(), "strength": changes, "neighbours": neighbours},
        seeds,
        AAE_NOTE
        + (GROUPS_NOTE.format(groups=groups) if groups else "")
        + (NEIGHBOURS_NOTE.format(copy="second", neighbours=neighbours, all=neighbours + 1) if neighbours else ""),
    )


def vae(
    dataset: str,
    kind: str,
    title: str,
    config: dict[str, Any],
    plan: Plan,
    *,
    mixed: bool = False,
    gather: float = 0.0,
    hold: float = 0.0,
    reach: float = 0.2,
    neighbours: int = 0,
    spread: Affine | None = None,
) -> Recipe:
    """Variational autoencoder with a 2-D code; ``kind`` is ``dense``, ``conv``, ``gru`` or ``attention``."""
    name = f"{dataset}-vae-2d" + ("" if kind == "dense" else f"-{kind}")
    title = f"{NAMES[dataset]} 2-D VAE, {title}"
    options: dict[str, Any] = {"mixed": mixed, "spread": spread}
    if gather:
        changes = DIGIT_CHANGES if dataset == "digits" else FASHION_SMALL
        options |= {"gather": gather, "hold": hold, "reach": reach, "neighbours": neighbours, "strength": changes}
    note = SPREAD_NOTE if spread else ""
    if gather:
        course = "strongly all the time" if hold >= gather else "strongly at first and weakly at the end"
        note = GATHER_NOTE.format(course=course)
    note += NEIGHBOURS_NOTE.format(copy="changed", neighbours=neighbours, all=neighbours + 1) if neighbours else ""
    return Recipe(name, title, dataset, f"vae-{kind}", config, plan, Evidence, options, note=note)


def ae(dataset: str, kind: str, title: str, config: dict[str, Any], plan: Plan) -> Recipe:
    """Autoencoder with a code of 64 numbers. Dense layers learn digits by heart where none is changed."""
    architecture = "ae-dense" if kind == "dense" else "ae-conv"
    title = f"{NAMES[dataset]} AE, {title}"
    spread = dataset == "digits" and "dense" in kind
    options, note = ({"strength": MILD}, SPREAD_NOTE) if spread else ({}, "")
    name = f"{dataset}-ae-{kind}"
    return Recipe(name, title, dataset, architecture, config, plan, Reconstruction, options, note=note)


EPOCHS = {  # of the autoencoders
    "digits": {"dense": 50, "conv-up": 14, "conv-deconv": 10, "conv-dense-up": 24, "conv-dense-deconv": 80},
    "fashion": {"dense": 8, "conv-up": 6, "conv-deconv": 6, "conv-dense-up": 12, "conv-dense-deconv": 19},
}


def autoencoders(dataset: str) -> list[Recipe]:
    """The five kinds of autoencoder."""
    kinds: list[tuple[str, str, dict[str, Any]]] = [
        ("dense", "dense", {}),
        ("conv-up", "convolution, upsampling", {"code": "map", "up": "nearest"}),
        ("conv-deconv", "convolution, deconvolution", {"code": "map", "up": "transposed"}),
        ("conv-dense-up", "convolution, dense, upsampling", {"code": "dense", "up": "nearest"}),
        (
            "conv-dense-deconv",
            "convolution, dense, deconvolution",
            {"code": "dense", "up": "transposed", "dropout": 0.01},
        ),
    ]
    rates = {"dense": 1e-3}
    return [
        ae(dataset, kind, title, config, Plan(EPOCHS[dataset][kind], 64, rates.get(kind, 2e-3)))
        for kind, title, config in kinds
    ]


RECIPES: dict[str, Recipe] = {
    recipe.id: recipe
    for recipe in [
        aae("digits", 30, plan=Plan(10, 500, 2e-3), seeds=(0, 1, 2), groups=10),
        aae("digits", 16, plan=Plan(10, 500, 2e-3), groups=10),
        aae("digits", 10, plan=Plan(10, 500, 2e-3)),
        aae("fashion", 30, plan=Plan(12, 500, 2e-3), groups=10, neighbours=5),
        vae("digits", "gru", "recurrent", {}, Plan(14, 256, 2e-3)),
        vae("digits", "attention", "attention", {}, Plan(14, 256, 2e-3)),
        vae("digits", "dense", "dense", {}, Plan(70, 128, 3e-3), spread=SLIGHT),
        vae("digits", "conv", "convolutional", {}, Plan(30, 256, 1e-3), mixed=True, gather=30.0, hold=0.5),
        vae("fashion", "dense", "dense", {}, Plan(60, 256, 1e-3)),
        vae(
            "fashion",
            "conv",
            "convolutional",
            {},
            Plan(26, 256, 1e-3),
            mixed=True,
            gather=60.0,
            hold=60.0,
            reach=0.1,
            neighbours=5,
        ),
        *autoencoders("digits"),
        *autoencoders("fashion"),
        Recipe(
            "faces-64",
            "Faces VAE/GAN, 64 x 64",
            "faces",
            "face-vae",
            {},
            Plan(12, 64, 1e-3),
            Faces,
            {"weights": FaceWeights(), "strength": FACE_CHANGES},
            note=FACES_NOTE,
        ),
        Recipe(
            "faces-probe",
            "Faces probe, 40 attributes",
            "faces",
            "face-probe",
            {},
            Plan(9, 64, 1.5e-3, 1e-2),
            Probe,
            {"strength": FACE_CHANGES},
            note=PROBE_NOTE,
        ),
        Recipe(
            "writers-probe",
            "Writers probe, ten digits",
            "writers",
            "digit-probe",
            {},
            Plan(12, 128, 2e-3, 1e-3),
            writers.Digits,
            {"strength": MILD},
            note=DIGITS_NOTE,
            facts=writers.labels_alone,
        ),
        Recipe(
            "writers-style",
            "Writers style, 32 numbers",
            "writers",
            "writer-style",
            {},
            Plan(20, 256, 3e-3, 1e-3),
            writers.Style,
            note=STYLE_NOTE,
            facts=writers.labels_and_writers,
        ),
        Recipe(
            "writers-dcgan",
            "Writers DCGAN, by digit, cluster and style",
            "writers",
            "writer-gan",
            {},
            GAN_PLAN,
            writers.Adversaries,
            {"weights": writers.GANWeights()},
            note=GAN_NOTE,
            facts=writers.hands_and_styles,
        ),
        Recipe(
            "writers-plain",
            "Writers DCGAN, by digit alone",
            "writers",
            "writer-gan",
            {"clusters": 0, "style": 0},
            GAN_PLAN,
            writers.Adversaries,
            {"weights": writers.GANWeights()},
            note=PLAIN_NOTE,
            facts=writers.labels_alone,
        ),
        Recipe(
            "fashion-gan",
            "Fashion GAN, dense",
            "fashion",
            "dense-gan",
            {},
            Plan(14, 32, 2e-4),
            gans.Opponents,
            {"critic": 0.5},
            note=FASHION_GAN_NOTE,
        ),
        Recipe(
            "fashion-dcgan",
            "Fashion DCGAN, by class",
            "fashion",
            "writer-gan",
            {"clusters": 0, "style": 0},
            Plan(10, 128, 5e-4),
            writers.Adversaries,
            {"weights": writers.GANWeights()},
            note=FASHION_DCGAN_NOTE,
            facts=writers.labels_alone,
        ),
        Recipe(
            "fashion-probe",
            "Fashion probe, ten classes",
            "fashion",
            "digit-probe",
            {},
            Plan(5, 128, 2e-3, 1e-3),
            writers.Digits,
            {"strength": Affine(rotation=5, scale=0.08, shear=0.05, shift=0.08, flip=True)},
            note=FASHION_PROBE_NOTE,
            facts=writers.labels_alone,
        ),
    ]
}
