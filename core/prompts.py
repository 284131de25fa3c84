"""Phrases that a GAN of pictures is asked for, to show how it learns and to measure it. No torch."""

from collections.abc import Mapping, Sequence

import numpy as np

from core.wares import PRODUCTS, Asked

PRODUCT = PRODUCTS.asked["type"]
EACH = 50  # prompts for each value


def commonest(values: np.ndarray, count: int) -> tuple[str, ...]:
    """The ``count`` commonest of (n,) words, "" left out; equally common ones by the alphabet."""
    names, counts = np.unique(values[values != ""], return_counts=True)
    return tuple(str(name) for name in names[np.argsort(-counts, kind="stable")[:count]])


def asking(
    fields: Mapping[str, np.ndarray],
    field: str,
    values: Sequence[str],
    *,
    seed: int,
    each: int = EACH,
    asked: Asked = PRODUCT,
) -> tuple[list[str], np.ndarray]:
    """``each`` prompts for every one of ``values`` of ``field``, worded after items that have it, in turn.

    Parameters
    ----------
    fields : name -> (n,) words of items: "type", "colour" and "gender", "" where unknown.
    asked : how prompts are worded, and which words an item needs for that.

    Returns
    -------
    Prompts, and which value each asks for (prompts,). A value that no item with all these words has is left out.
    """
    prompts, rows = worded(fields, field, values, seed=seed, each=each, asked=asked)
    return prompts, np.asarray(fields[field])[rows]


def worded(
    fields: Mapping[str, np.ndarray],
    field: str,
    values: Sequence[str],
    *,
    seed: int,
    each: int = EACH,
    asked: Asked = PRODUCT,
) -> tuple[list[str], np.ndarray]:
    """The prompts of `asking`, and the item (prompts,) that each was worded after."""
    whole = np.all([fields[name] != "" for name in asked.known], axis=0)
    random, prompts, items = np.random.default_rng(seed), [], []
    for value in values:
        rows = random.permutation(np.flatnonzero((fields[field] == value) & whole))
        for turn in range(each if len(rows) else 0):
            row = rows[turn % len(rows)]
            known = {name: str(column[row]) for name, column in fields.items()}
            prompts.append(asked.forms[turn % len(asked.forms)].format(**known))
            items.append(row)
    return prompts, np.array(items, np.int64)
