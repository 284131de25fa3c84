"""Phrases that a GAN of pictures is asked for, to show how it learns and to measure it. No torch."""

from collections.abc import Mapping, Sequence

import numpy as np

SHEET = (  # a row each of the sheet that shows how a GAN learned
    "black t-shirt",
    "blue shirt",
    "white casual shoes",
    "brown handbag",
    "red kurta",
    "silver watch",
)
FORMS = ("{colour} {type}", "{gender} {colour} {type}", "{colour} {type} for {gender}")  # in turn
EACH = 50  # prompts for each value


def commonest(values: np.ndarray, count: int) -> tuple[str, ...]:
    """The ``count`` commonest of (n,) words, "" left out; equally common ones by the alphabet."""
    names, counts = np.unique(values[values != ""], return_counts=True)
    return tuple(str(name) for name in names[np.argsort(-counts, kind="stable")[:count]])


def asking(
    fields: Mapping[str, np.ndarray], field: str, values: Sequence[str], *, seed: int, each: int = EACH
) -> tuple[list[str], np.ndarray]:
    """``each`` prompts for every one of ``values`` of ``field``, worded after items that have it, in turn.

    Parameters
    ----------
    fields : name -> (n,) words of items: "type", "colour" and "gender", "" where unknown.

    Returns
    -------
    Prompts, and which value each asks for (prompts,). A value that no item with all three words has is left out.
    """
    whole = np.all([fields[name] != "" for name in ("type", "colour", "gender")], axis=0)
    random, prompts, wanted = np.random.default_rng(seed), [], []
    for value in values:
        rows = random.permutation(np.flatnonzero((fields[field] == value) & whole))
        for turn in range(each if len(rows) else 0):
            row = rows[turn % len(rows)]
            known = {name: str(column[row]) for name, column in fields.items()}
            prompts.append(FORMS[turn % len(FORMS)].format(**known))
            wanted.append(value)
    return prompts, np.array(wanted)
