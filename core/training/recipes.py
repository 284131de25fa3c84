"""Every committed checkpoint as a recipe: data set, architecture, hyperparameters, length, seed."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from torch import nn

from core.training.augment import Affine
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

    def objective(self, model: nn.Module, plan: Plan, steps: int) -> Any:
        """The objective of this recipe for ``model`` over ``steps`` steps."""
        make: Callable[..., Any] = self.kind
        return make(model, plan, steps, **self.options)


NAMES = {"digits": "Digits", "fashion": "Fashion"}
DIGIT_CHANGES = Affine()
FASHION_CHANGES = Affine(rotation=8, scale=0.15, shear=0.1, shift=0.12, flip=True, contrast=0.2)
MILD = Affine(rotation=8, scale=0.08, shear=0.1, shift=0.08)
MILD_FLIP = Affine(rotation=3, scale=0.05, shear=0.03, shift=0.05, flip=True)
AAE_NOTE = (
    "Added to the paper: the mutual information between the categories of an image and of a copy under a small "
    "random change of shape (Ji et al. 2019), which keeps the categories from collapsing. No label is used."
)

GROUPS_NOTE = (
    " The same is asked of the categories in ten groups; that there are ten groups is given, not learned."
)

GATHER_NOTE = (
    "Added to the evidence bound while training: images and their copies under a small affine change attract "
    "each other in the plane (Böhm et al. 2023), strongly at first and weakly at the end. The loss shown is the "
    "bound alone."
)


def aae(
    dataset: str,
    categories: int,
    *,
    plan: Plan,
    seeds: tuple[int, ...] = (0,),
    groups: int = 0,
    entropy: float = 2.0,
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
        {"weights": AAEWeights(entropy=entropy), "strength": changes},
        seeds,
        AAE_NOTE + (GROUPS_NOTE if groups else ""),
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
) -> Recipe:
    """Variational autoencoder with a 2-D code; ``kind`` is ``dense``, ``conv``, ``gru`` or ``attention``."""
    name = f"{dataset}-vae-2d" + ("" if kind == "dense" else f"-{kind}")
    title = f"{NAMES[dataset]} 2-D VAE, {title}"
    changes = DIGIT_CHANGES if dataset == "digits" else FASHION_CHANGES
    options = {"mixed": mixed, "gather": gather, "strength": changes}
    note = GATHER_NOTE if gather else ""
    return Recipe(name, title, dataset, f"vae-{kind}", config, plan, Evidence, options, note=note)


def ae(dataset: str, kind: str, title: str, config: dict[str, Any], plan: Plan) -> Recipe:
    """Autoencoder with a code of 64 numbers."""
    architecture = "ae-dense" if kind == "dense" else "ae-conv"
    title = f"{NAMES[dataset]} AE, {title}"
    options = {"strength": MILD if dataset == "digits" else MILD_FLIP} if kind == "dense" else {}
    return Recipe(f"{dataset}-ae-{kind}", title, dataset, architecture, config, plan, Reconstruction, options)


def both(dataset: str) -> list[Recipe]:
    """The recipes that digits and fashion share."""
    dense, conv = Plan(80, 256, 1e-3), Plan(8, 128, 2e-3)
    return [
        vae(dataset, "dense", "dense", {}, Plan(60, 256, 1e-3)),
        vae(dataset, "conv", "convolutional", {}, Plan(20, 256, 1e-3), mixed=True, gather=30.0),
        ae(dataset, "dense", "dense", {}, dense),
        ae(dataset, "conv-up", "convolution, upsampling", {"code": "map", "up": "nearest"}, conv),
        ae(dataset, "conv-deconv", "convolution, deconvolution", {"code": "map", "up": "transposed"}, conv),
        ae(
            dataset,
            "conv-dense-up",
            "convolution, dense, upsampling",
            {"code": "dense", "up": "nearest"},
            conv,
        ),
        ae(
            dataset,
            "conv-dense-deconv",
            "convolution, dense, deconvolution",
            {"code": "dense", "up": "transposed", "dropout": 0.01},
            conv,
        ),
    ]


RECIPES: dict[str, Recipe] = {
    recipe.id: recipe
    for recipe in [
        aae("digits", 30, plan=Plan(10, 500, 2e-3), seeds=(0, 1, 2), groups=10),
        aae("digits", 16, plan=Plan(10, 500, 2e-3), groups=10),
        aae("digits", 10, plan=Plan(10, 500, 2e-3)),
        aae("fashion", 30, plan=Plan(10, 500, 1e-3), entropy=4.0),
        vae("digits", "gru", "recurrent", {}, Plan(8, 256, 2e-3)),
        vae("digits", "attention", "attention", {}, Plan(8, 256, 2e-3)),
        *both("digits"),
        *both("fashion"),
    ]
}
