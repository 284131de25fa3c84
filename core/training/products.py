"""What the models of products minimise: phrases matched with pictures, and the reader."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor, nn

from core import colours, phrases
from core.augment import Affine, affine
from core.datasets import ImageSet
from core.models.product_text import word_match
from core.phrases import MAX_WORDS, Lexicon
from core.product_items import Items
from core.products import Matcher
from core.training.objectives import Plan, advance, autocast
from core.training.writers import Labelled

FIELDS = ("type", "colour", "gender")
KEYS = ("caption", "unbranded", *FIELDS)  # what makes two items the same for a phrase
# How often each kind of phrase is shown, and which keys an image has to share to fit it.
KINDS: dict[str, tuple[float, tuple[str, ...]]] = {
    "caption": (0.55, ("caption",)),
    "unbranded": (0.15, ("unbranded",)),
    "{colour} {type}": (0.1, ("colour", "type")),
    "{colour} {gender} {type}": (0.08, FIELDS),
    "{gender} {colour} {type}": (0.04, FIELDS),
    "{gender} {type}": (0.04, ("gender", "type")),
    "{type}": (0.04, ("type",)),
}


def on_white(x: Tensor, strength: Affine, generator: torch.Generator) -> Tensor:
    """Changed copies of images (n, 3, H, W) in [0, 1]; what comes in at the border is white."""
    moved = 1 - affine(1 - x, strength, generator, gradual=True)
    return moved.contiguous(memory_format=torch.channels_last)


def lexicon(data: ImageSet) -> Lexicon:
    """The words and values of the training split, whatever else ``data`` holds."""
    train = data.split("train")
    assert train.captions is not None
    return phrases.build(train.captions.tolist(), {name: train.fields[name] for name in FIELDS})


def phrases_of(data: ImageSet, kind: str) -> list[str]:
    """A phrase of one of `KINDS` on each item."""
    assert data.captions is not None
    if kind == "caption":
        return data.captions.tolist()
    if kind == "unbranded":
        return [phrases.unbranded(caption) for caption in data.captions.tolist()]
    columns = zip(*(data.fields[name].tolist() for name in FIELDS), strict=True)
    return [kind.format(**dict(zip(FIELDS, values, strict=True))) for values in columns]


def alike(texts: list[str]) -> np.ndarray:
    """Which of the different texts each one is, (n,), by its words."""
    return np.unique([" ".join(phrases.words(text)) for text in texts], return_inverse=True)[1]


def searchable(matcher: Matcher, data: ImageSet, index: np.ndarray) -> Items:
    """The items of ``data`` at the places ``index``: those of a gallery, so that all have a picture everywhere."""
    assert data.captions is not None
    rows = np.array([data.rows[int(place)] for place in index], np.int64)
    fields = {name: column[rows] for name, column in data.fields.items()}
    images = data.images[rows]
    return Items(
        data.index[rows], matcher.embed_images(images), data.captions[rows], fields, colours.counts(images)
    )


def caption_facts(data: ImageSet, runs: Path, model: Any) -> np.ndarray:
    """Facts (n, keys + kinds * words): `KEYS` as numbers, then the words of each of `KINDS`.

    Raises
    ------
    ValueError
        If the vocabulary of ``data`` is too large for ``model``.
    """
    known = lexicon(data)
    sizes = [len(known.words), *(len(known.fields[name]) for name in FIELDS)]
    if any(size > most for size, most in zip(sizes, (model.config.words, *model.config.kinds), strict=True)):
        raise ValueError(f"words, types, colours, genders: {sizes} do not fit the sizes of {model.config}")
    keys = [alike(phrases_of(data, "caption")), alike(phrases_of(data, "unbranded"))]
    keys += [known.places(name, data.fields[name]) for name in FIELDS]
    ids = [known.numbers(phrases_of(data, kind)) for kind in KINDS]
    return np.concatenate([np.stack(keys, 1), *ids], axis=1).astype(np.float32)


def fits(kinds: Tensor, keys: Tensor) -> Tensor:
    """Which image fits which phrase: (n, n) bool, phrases in rows, of the kind (n,) and keys (n, keys) of each."""
    used = torch.tensor([[key in shared for key in KEYS] for _, shared in KINDS.values()])
    same = keys[:, None] == keys[None]
    return (same | ~used.to(keys.device)[kinds][:, None]).all(2)


def kinds_drawn(count: int, generator: torch.Generator) -> Tensor:
    """A kind of phrase for each of ``count`` items, as often as `KINDS` says: (count,) int64."""
    often = torch.tensor([share for share, _ in KINDS.values()])
    return torch.multinomial(often, count, replacement=True, generator=generator)


def matching(logits: Tensor, fit: Tensor) -> Tensor:
    """Cross-entropy of what fits, both ways; several images fit a phrase, and several phrases an image.

    The target is shared out evenly among all that fit (Khosla et al. 2020, eq. 2).
    """
    wanted = fit.float()
    rows = (logits.log_softmax(1) * wanted).sum(1) / wanted.sum(1)
    columns = (logits.log_softmax(0) * wanted).sum(0) / wanted.sum(0)
    return -(rows.mean() + columns.mean()) / 2


@dataclass(frozen=True)
class MatchWeights:
    """How much terms count beside the matching of phrases and pictures.

    Attributes
    ----------
    regions : matching of words and regions; some items of each batch, ``sample``, as it takes all pairs.
    fields : cross-entropy of type, colour and gender, read off the image vector.
    forget : share of words left out of each phrase.
    """

    regions: float = 0.3
    sample: int = 64
    fields: float = 0.2
    forget: float = 0.1


class Matching(Labelled):
    """Phrases and pictures that fit lie near each other; ``facts`` are those of `caption_facts`."""

    def __init__(
        self, model: nn.Module, plan: Plan, steps: int, *, weights: MatchWeights, strength: Affine
    ) -> None:
        super().__init__(model, plan, steps)
        self.weights, self.strength = weights, strength

    def drawn(self, facts: Tensor, generator: torch.Generator) -> tuple[Tensor, Tensor]:
        """A kind (n,) and the word numbers (n, L) of a phrase of it for each item, some words left out."""
        kinds = kinds_drawn(len(facts), generator).to(facts.device)
        ids = facts[:, len(KEYS) :].long().view(len(facts), len(KINDS), MAX_WORDS)
        ids = ids[torch.arange(len(facts), device=facts.device), kinds]
        gone = torch.rand(ids.shape, generator=generator).to(ids.device) < self.weights.forget
        left = ids.masked_fill(gone, 0)
        ids = torch.where((left > 0).any(1, keepdim=True), left, ids)  # not the last word of a phrase
        order = (ids == 0).to(torch.int8).argsort(dim=1, stable=True)
        return kinds, ids.gather(1, order)[:, : max(1, int((ids > 0).sum(1).max()))]

    def step(self, x: Tensor, generator: torch.Generator, facts: Tensor) -> dict[str, float]:
        """One update on images (n, 3, H, W) in [0, 1]; the losses of the batch."""
        w, model = self.weights, self.model
        keys = facts[:, : len(KEYS)].long()
        kinds, ids = self.drawn(facts, generator)
        fit = fits(kinds, keys)
        with autocast(x):
            text, words = model.text(ids)  # type: ignore[operator]
            vector, regions = model.pictures(on_white(x, self.strength, generator))  # type: ignore[operator]
            told = model.told(vector)  # type: ignore[operator]
        sharp = model.sharpness()  # type: ignore[operator]
        loss = match = matching(sharp * text @ F.normalize(vector, dim=1).t(), fit)
        losses = {"match": match.item()}
        if w.regions:
            some = slice(w.sample)
            with autocast(x):
                found = word_match(words[some], ids[some] > 0, regions[some])
            near = matching(10 * found.float(), fit[some, some])
            loss = loss + w.regions * near
            losses["regions"] = near.item()
        if w.fields:
            each = [
                F.cross_entropy(logits.float(), keys[:, 2 + i], ignore_index=-1) for i, logits in enumerate(told)
            ]
            loss = loss + w.fields * sum(each)
            losses |= {name: value.item() for name, value in zip(FIELDS, each, strict=True)}
        advance(self.optimisers[0], loss, clip=model)
        self.schedules[0].step()
        return losses | {"sharpness": sharp.item()}


def reader_facts(data: ImageSet, runs: Path, model: Any) -> np.ndarray:
    """Facts (n, 3 + words): type, colour and gender, -1 where unknown, and which words the caption has."""
    known, count = lexicon(data), model.config.words
    assert data.captions is not None
    kinds = np.stack([known.places(name, data.fields[name]) for name in FIELDS], axis=1)
    return np.concatenate([kinds, present(known, data.captions.tolist(), count)], axis=1).astype(np.float32)


def present(known: Lexicon, captions: list[str], count: int) -> np.ndarray:
    """Which of the ``count`` commonest words each caption has: (n, count) bool."""
    ids = known.numbers(captions)
    found = np.zeros((len(ids), len(known.words) + 1), bool)
    np.put_along_axis(found, ids, True, axis=1)
    return np.pad(found, ((0, 0), (0, count)))[:, 1 : count + 1]


class Reading(Labelled):
    """Type, colour, gender and words of pictures; ``facts`` are those of `reader_facts`."""

    smoothing = 0.05

    def __init__(self, model: nn.Module, plan: Plan, steps: int, *, strength: Affine, words: float) -> None:
        super().__init__(model, plan, steps)
        self.strength, self.words = strength, words

    def step(self, x: Tensor, generator: torch.Generator, facts: Tensor) -> dict[str, float]:
        """One update on images (n, 3, H, W) in [0, 1]; the losses of the batch."""
        kinds = facts[:, : len(FIELDS)].long()
        with autocast(x):
            *told, words = self.model.read(self.model.encode(on_white(x, self.strength, generator)))  # type: ignore[operator]
        losses = {
            name: F.cross_entropy(logits.float(), kinds[:, i], ignore_index=-1, label_smoothing=self.smoothing)
            for i, (name, logits) in enumerate(zip(FIELDS, told, strict=True))
        }
        losses["words"] = F.binary_cross_entropy_with_logits(words.float(), facts[:, len(FIELDS) :])
        advance(self.optimisers[0], sum(losses.values()) + (self.words - 1) * losses["words"])
        self.schedules[0].step()
        return {name: value.item() for name, value in losses.items()}
