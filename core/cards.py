"""The card of a checkpoint: what is known of it, as ``card.json`` beside the weights."""

import json
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any


class CardError(ValueError):
    """A card is unreadable or incomplete; the message names the file and the field."""


@dataclass(frozen=True)
class Metric:
    """One measured number.

    Attributes
    ----------
    key : stable name, e.g. ``cluster_error``.
    value : what ``core.evaluate`` measured from the weights.
    better : ``lower`` or ``higher``.
    unit : ``fraction``, ``MSE per pixel``, ``nats``, ...
    split, n : what it was measured on, and how many items.
    how : one sentence on how it was measured.
    reported, source : what others report for such a model, and where; empty where nothing is.
    """

    key: str
    value: float
    better: str
    unit: str
    split: str
    n: int
    how: str
    reported: str = ""
    source: str = ""


@dataclass(frozen=True)
class Card:
    """What is known of a checkpoint.

    Attributes
    ----------
    id, title, dataset, family, architecture, config : how to rebuild and name it; ``family`` is aae, vae or ae.
    dim, shape, parameters : size of a code, (H, W, C) of an image, number of weights.
    terms : terms of the data it was trained on.
    note : what was done beyond the paper.
    training : epochs, batch, rate, seed, images, seconds.
    metrics : measured numbers, by key.
    maps : quality of each 2-D map of the gallery: name -> {trustworthiness, continuity, knn1_accuracy, ...}.
    seeds : metric key -> {mean, spread, n, values} over several training seeds, where that was measured.
    sha256 : digest of every other file in the folder.
    """

    id: str
    title: str
    dataset: str
    family: str
    architecture: str
    config: dict[str, Any]
    dim: int
    shape: tuple[int, int, int]
    parameters: int
    terms: str
    note: str = ""
    training: dict[str, Any] = field(default_factory=dict)
    metrics: dict[str, Metric] = field(default_factory=dict)
    maps: dict[str, dict[str, float]] = field(default_factory=dict)
    seeds: dict[str, dict[str, Any]] = field(default_factory=dict)
    sha256: dict[str, str] = field(default_factory=dict)

    def value(self, key: str) -> float | None:
        """The measured value of ``key``, or None where it was not measured."""
        return self.metrics[key].value if key in self.metrics else None


def read(path: Path) -> Card:
    """Read ``card.json``.

    Raises
    ------
    CardError
        If the file is missing, is no JSON object, or lacks a field.
    """
    try:
        raw = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        raise CardError(f"{path.parent.name} has no card.json") from error
    except (OSError, UnicodeDecodeError, json.JSONDecodeError) as error:
        raise CardError(f"the card of {path.parent.name} is unreadable: {error}") from error
    if not isinstance(raw, dict):
        raise CardError(f"the card of {path.parent.name} is {type(raw).__name__}, not an object")
    try:
        raw["metrics"] = {key: Metric(key=key, **value) for key, value in raw.get("metrics", {}).items()}
        raw["shape"] = tuple(int(v) for v in raw["shape"])
        card = Card(**raw)
    except (TypeError, KeyError, ValueError, AttributeError) as error:
        raise CardError(f"the card of {path.parent.name} is incomplete: {error}") from error
    if card.id != path.parent.name:
        raise CardError(f"the card in folder {path.parent.name!r} belongs to {card.id!r}")
    return card


def write(card: Card, path: Path) -> None:
    """Write ``card.json``, keys in a fixed order, at once: a reader finds the old one or the new."""
    raw = asdict(card)
    for metric in raw["metrics"].values():
        del metric["key"]
    part = path.with_suffix(".part")
    part.write_text(json.dumps(raw, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    part.replace(path)
