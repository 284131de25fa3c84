"""Every committed checkpoint as a recipe: data set, architecture, hyperparameters, length, seed."""

from typing import Any

from core.augment import Affine
from core.training import face_recipes, gan_recipes, picture_recipes, product_recipes
from core.training.objectives import AAEWeights, Adversarial, Evidence, Plan, Reconstruction
from core.training.recipe import Recipe

NAMES = {"digits": "Digits", "fashion": "Fashion"}
DIGIT_CHANGES = Affine(contrast=0.2, blur=0.5)
FASHION_CHANGES = Affine(rotation=8, scale=0.15, shear=0.1, shift=0.12, flip=True, contrast=0.2, blur=0.5)
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
        *face_recipes.RECIPES,
        *gan_recipes.RECIPES,
        *picture_recipes.RECIPES,
        *product_recipes.RECIPES,
    ]
}
