"""Recipes of writers on other characters than the digits: LEAF's FEMNIST, or a folder of images with a table."""

from collections.abc import Sequence
from dataclasses import fields, replace
from pathlib import Path

import numpy as np

from core.datasets.alphabets import read_folder, read_leaf
from core.datasets.base import ImageSet
from core.datasets.idx import DatasetError
from core.models import ARCHITECTURES
from core.training.recipe import Recipe


def read(paths: Sequence[Path]) -> ImageSet:
    """Characters of LEAF's JSON files, or of one CSV with the columns file, label and writer.

    Raises
    ------
    DatasetError
        If the files are neither, or cannot be read.
    """
    kinds = {path.suffix.lower() for path in paths}
    if kinds == {".json"}:
        return read_leaf(paths)
    if kinds == {".csv"} and len(paths) == 1:
        return read_folder(paths[0])
    names = ", ".join(path.name for path in paths)
    raise DatasetError(f"characters come from LEAF's .json files or from one .csv, not from {names or 'nothing'}.")


def fitted(recipe: Recipe, data: ImageSet) -> Recipe:
    """``recipe`` for the classes and the training writers of ``data``.

    Raises
    ------
    ValueError
        If it is no recipe of writers, or takes its clusters from the shipped GAN of digits.
    """
    if recipe.dataset != "writers" or recipe.architecture == "cluster-gans":
        raise ValueError(f"{recipe.id} cannot be trained on other characters than its own")
    train = data.split("train")
    assert train.people is not None
    numbers = {"classes": len(data.label_names), "writers": len(np.unique(train.people))}
    known = {field.name for field in fields(ARCHITECTURES[recipe.architecture].config)}
    own = {name: number for name, number in numbers.items() if name in known}
    return replace(recipe, dataset=data.name, config=recipe.config | own)
