"""What can be seen of work on own models from outside: no torch here, so that a page shows it at once."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

LOG, SHEET = "log.jsonl", "sheet.png"
SIDES, COLOURS = (28, 32, 64), (1, 3)  # images that can be trained on
FEWEST = 16  # of them


@dataclass(frozen=True)
class Kind:
    """A kind of model that can be trained, as the screen offers it.

    Attributes
    ----------
    title, sentence : what it is called, and what it is good for.
    loss : what the log calls the number to look at, and what that is.
    """

    title: str
    sentence: str
    loss: tuple[str, str]


KINDS = {
    "ae-conv": Kind(
        "Autoencoder",
        "Codes of many numbers, rebuilt as well as can be: for retrieval, arithmetic and UMAP.",
        ("mse", "MSE per pixel (lower is better)"),
    ),
    "vae-2d": Kind(
        "2-D variational autoencoder",
        "Two numbers an image: every place of a plane can be drawn, at the price of detail.",
        ("loss", "Loss, nats (lower is better)"),
    ),
    "aae": Kind(
        "Adversarial autoencoder",
        "Sorts the images into categories without being told a label.",
        ("error", "784 x MSE per pixel (lower is better)"),
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


def target(arguments: Sequence[str]) -> str:
    """Name of the checkpoint that a command of ``python -m core.own_models`` is about."""
    command, *rest = arguments
    return "-".join(rest[:2]) if command in ("encode", "train") else rest[0]


def kind_of(arguments: Sequence[str]) -> str | None:
    """The kind that a command trains; None for another command."""
    return arguments[2] if arguments[0] == "train" and len(arguments) > 2 and arguments[2] in KINDS else None


def log(folder: Path) -> list[dict[str, float]]:
    """The losses of each epoch of a run; of one that was logged twice, the last."""
    try:
        lines = (folder / LOG).read_text(encoding="utf-8").splitlines()
    except OSError:
        return []
    found: dict[int, dict[str, float]] = {}
    for line in lines:
        try:
            told = json.loads(line)
            found[int(told["epoch"])] = told
        except (ValueError, TypeError, KeyError):
            continue  # cut off while it was written
    return [found[epoch] for epoch in sorted(found)]
