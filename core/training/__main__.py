"""``python -m core.training RECIPE``: train a recipe, going on from its last epoch where it was cut off."""

import argparse
import functools
import os
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import torch
from safetensors.torch import save_file
from torch import nn

from core import datasets, wares
from core.datasets import ImageSet
from core.settings import ROOT, Settings
from core.training import alphabet
from core.training.loop import train
from core.training.recipe import Recipe
from core.training.recipes import RECIPES


def main() -> None:
    """Parse the command line, train, write ``model.safetensors`` into the run's folder."""
    parser = argparse.ArgumentParser(prog="python -m core.training", description=__doc__)
    parser.add_argument("recipe", choices=sorted(RECIPES), metavar="RECIPE", help=", ".join(RECIPES))
    parser.add_argument("--seed", type=int, help="default: the recipe's first")
    parser.add_argument(
        "--holdout", type=int, default=0, help="leave out the last N training images, to choose on"
    )
    parser.add_argument("--runs", type=Path, help="default: runs/, or runs/NAME for other characters")
    parser.add_argument(
        "--characters",
        type=Path,
        nargs="+",
        metavar="FILE",
        help="train a recipe of writers on LEAF's FEMNIST (.json files) or a folder (.csv: file,label,writer)",
    )
    parser.add_argument("--epochs", type=int, help="stop earlier than the recipe says")
    parser.add_argument("--threads", type=int, default=os.cpu_count() or 1)
    parser.add_argument("--device", default="cuda" if torch.cuda.is_available() else "cpu")
    args = parser.parse_args()
    torch.set_num_threads(args.threads)
    recipe = RECIPES[args.recipe]
    seed = recipe.seeds[0] if args.seed is None else args.seed
    recipe, data = given(recipe, args.characters or [])
    runs = args.runs or (ROOT / "runs" / data.name if args.characters else ROOT / "runs")
    train_set = data.split("train")
    if args.holdout:
        train_set = replace(train_set, train_size=train_set.train_size - args.holdout).split("train")
    folder = runs / f"{recipe.id}-{seed}{'-holdout' if args.holdout else ''}"
    told: Callable[[nn.Module], np.ndarray] | None = None
    if recipe.facts is not None:
        told = functools.partial(recipe.facts, train_set, runs)
    model = train(
        recipe,
        train_set.images,
        folder=folder,
        seed=seed,
        device=args.device,
        epochs=args.epochs,
        attributes=train_set.attributes,
        facts=told,
    )
    weights = {name: value.contiguous() for name, value in model.state_dict().items()}
    save_file(weights, folder / "model.safetensors")
    print(f"{recipe.id}, seed {seed}: {folder / 'model.safetensors'}")


def given(recipe: Recipe, characters: list[Path]) -> tuple[Recipe, ImageSet]:
    """What to train on, and the recipe for it; SystemExit, with what to do, where that cannot be."""
    if characters:
        try:
            data = alphabet.read(characters)
            return alphabet.fitted(recipe, data), data
        except (datasets.DatasetError, ValueError) as error:
            raise SystemExit(str(error)) from error
    found = datasets.load(recipe.dataset, Settings.from_environment())
    if found is None or len(found) < datasets.SOURCES[recipe.dataset].size:
        raise SystemExit(f"Training needs all of {recipe.dataset!r}: python -m core.datasets get {recipe.dataset}")
    return recipe, wares.prepared(found, recipe.architecture)


if __name__ == "__main__":
    main()
