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
from core.wares import CAPTION, PRODUCTS, UNBRANDED, WARES, Wares


def changed(x: Tensor, strength: Affine, generator: torch.Generator) -> Tensor:
    """Changed copies of images (n, C, H, W) in [0, 1]; white comes in at the border, in grey images black."""
    white = x.shape[1] == 3
    moved = affine(1 - x if white else x, strength, generator, gradual=True)
    return (1 - moved if white else moved).contiguous(memory_format=torch.channels_last)


def lexicon(data: ImageSet) -> Lexicon:
    """The words and values of the training split, whatever else ``data`` holds."""
    train, wares = data.split("train"), WARES[data.name]
    assert train.captions is not None
    fields = {name: train.fields[name] for name in wares.fields}
    return phrases.build(train.captions.tolist(), fields, same=wares.same)


def phrases_of(data: ImageSet, kind: str) -> list[str]:
    """A phrase of one of its wares' ``kinds`` on each item."""
    assert data.captions is not None
    if kind == CAPTION:
        return data.captions.tolist()
    if kind == UNBRANDED:
        return [phrases.unbranded(caption) for caption in data.captions.tolist()]
    names = WARES[data.name].fields
    columns = zip(*(data.fields[name].tolist() for name in names), strict=True)
    return [kind.format(**dict(zip(names, values, strict=True))) for values in columns]


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
    """Facts (n, keys + kinds * words): the wares' ``keys`` as numbers, then the words of each of their ``kinds``.

    Raises
    ------
    ValueError
        If the vocabulary of ``data`` is too large for ``model``.
    """
    known, wares = lexicon(data), WARES[data.name]
    sizes = [len(known.words), *(len(known.fields[name]) for name in wares.fields)]
    if any(size > most for size, most in zip(sizes, (model.config.words, *model.config.kinds), strict=True)):
        raise ValueError(f"words, {', '.join(wares.fields)}: {sizes} do not fit the sizes of {model.config}")
    keys = [
        known.places(key, data.fields[key]) if key in wares.fields else alike(phrases_of(data, key))
        for key in wares.keys
    ]
    ids = [known.numbers(phrases_of(data, kind)) for kind in wares.kinds]
    return np.concatenate([np.stack(keys, 1), *ids], axis=1).astype(np.float32)


def fits(kinds: Tensor, keys: Tensor, wares: Wares = PRODUCTS) -> Tensor:
    """Which image fits which phrase: (n, n) bool, phrases in rows, of the kind (n,) and keys (n, keys) of each.

    What is not known of a phrase's own item (-1) is not in the phrase, so any image fits it there.
    """
    used = torch.tensor([[key in shared for key in wares.keys] for _, shared in wares.kinds.values()])
    same = (keys[:, None] == keys[None]) | (keys < 0)[:, None]
    return (same | ~used.to(keys.device)[kinds][:, None]).all(2)


def kinds_drawn(count: int, generator: torch.Generator, wares: Wares = PRODUCTS) -> Tensor:
    """A kind of phrase for each of ``count`` items, as often as ``wares.kinds`` says: (count,) int64."""
    often = torch.tensor([share for share, _ in wares.kinds.values()])
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
    fields : cross-entropy of the fields, read off the image vector.
    forget : share of words left out of each phrase.
    """

    regions: float = 0.3
    sample: int = 64
    fields: float = 0.2
    forget: float = 0.1


class Matching(Labelled):
    """Phrases and pictures that fit lie near each other; ``facts`` are those of `caption_facts`."""

    def __init__(
        self,
        model: nn.Module,
        plan: Plan,
        steps: int,
        *,
        weights: MatchWeights,
        strength: Affine,
        dataset: str = PRODUCTS.dataset,
    ) -> None:
        super().__init__(model, plan, steps)
        self.weights, self.strength, self.wares = weights, strength, WARES[dataset]

    def drawn(self, facts: Tensor, generator: torch.Generator) -> tuple[Tensor, Tensor]:
        """A kind (n,) and the word numbers (n, L) of a phrase of it for each item, some words left out."""
        wares = self.wares
        kinds = kinds_drawn(len(facts), generator, wares).to(facts.device)
        ids = facts[:, len(wares.keys) :].long().view(len(facts), len(wares.kinds), MAX_WORDS)
        ids = ids[torch.arange(len(facts), device=facts.device), kinds]
        gone = torch.rand(ids.shape, generator=generator).to(ids.device) < self.weights.forget
        left = ids.masked_fill(gone, 0)
        ids = torch.where((left > 0).any(1, keepdim=True), left, ids)  # not the last word of a phrase
        order = (ids == 0).to(torch.int8).argsort(dim=1, stable=True)
        return kinds, ids.gather(1, order)[:, : max(1, int((ids > 0).sum(1).max()))]

    def step(self, x: Tensor, generator: torch.Generator, facts: Tensor) -> dict[str, float]:
        """One update on images (n, C, H, W) in [0, 1]; the losses of the batch."""
        w, model, wares = self.weights, self.model, self.wares
        keys = facts[:, : len(wares.keys)].long()
        kinds, ids = self.drawn(facts, generator)
        fit = fits(kinds, keys, wares)
        with autocast(x):
            text, words = model.text(ids)  # type: ignore[operator]
            vector, regions = model.pictures(changed(x, self.strength, generator))  # type: ignore[operator]
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
            places = keys[:, [wares.keys.index(name) for name in wares.fields]]
            each = [
                F.cross_entropy(logits.float(), places[:, i], ignore_index=-1) for i, logits in enumerate(told)
            ]
            loss = loss + w.fields * sum(each)
            losses |= {name: value.item() for name, value in zip(wares.fields, each, strict=True)}
        advance(self.optimisers[0], loss, clip=model)
        self.schedules[0].step()
        return losses | {"sharpness": sharp.item()}


def reader_facts(data: ImageSet, runs: Path, model: Any) -> np.ndarray:
    """Facts (n, fields + words): the wares' ``fields``, -1 where unknown, and which words the caption has."""
    known, count = lexicon(data), model.config.words
    assert data.captions is not None
    kinds = np.stack([known.places(name, data.fields[name]) for name in WARES[data.name].fields], axis=1)
    return np.concatenate([kinds, present(known, data.captions.tolist(), count)], axis=1).astype(np.float32)


def present(known: Lexicon, captions: list[str], count: int) -> np.ndarray:
    """Which of the ``count`` commonest words each caption has: (n, count) bool."""
    ids = known.numbers(captions)
    found = np.zeros((len(ids), len(known.words) + 1), bool)
    np.put_along_axis(found, ids, True, axis=1)
    return np.pad(found, ((0, 0), (0, count)))[:, 1 : count + 1]


class Reading(Labelled):
    """Fields and words of pictures; ``facts`` are those of `reader_facts`."""

    smoothing = 0.05

    def __init__(
        self,
        model: nn.Module,
        plan: Plan,
        steps: int,
        *,
        strength: Affine,
        words: float,
        dataset: str = PRODUCTS.dataset,
    ) -> None:
        super().__init__(model, plan, steps)
        self.strength, self.words, self.fields = strength, words, WARES[dataset].fields

    def step(self, x: Tensor, generator: torch.Generator, facts: Tensor) -> dict[str, float]:
        """One update on images (n, C, H, W) in [0, 1]; the losses of the batch."""
        fields = self.fields
        kinds = facts[:, : len(fields)].long()
        with autocast(x):
            *told, words = self.model.read(self.model.encode(changed(x, self.strength, generator)))  # type: ignore[operator]
        losses = {
            name: F.cross_entropy(logits.float(), kinds[:, i], ignore_index=-1, label_smoothing=self.smoothing)
            for i, (name, logits) in enumerate(zip(fields, told, strict=True))
        }
        losses["words"] = F.binary_cross_entropy_with_logits(words.float(), facts[:, len(fields) :])
        advance(self.optimisers[0], sum(losses.values()) + (self.words - 1) * losses["words"])
        self.schedules[0].step()
        return {name: value.item() for name, value in losses.items()}
