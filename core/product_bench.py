"""Measuring the models of products: what `core.product_measures` counts, on the items of one split."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np

from core import checkpoints, compositions, product_measures
from core.cards import Card, Metric
from core.datasets import ImageSet
from core.products import Composer, Matcher, Reader

QUERY_SEED = 0


def load_matcher(root: Path, *, device: str = "cpu") -> Matcher:
    """The model of phrases and pictures."""
    card = checkpoints.read_card(root, checkpoints.TEXT)
    return Matcher(checkpoints.load_model(root, card), checkpoints.load_lexicon(root, card), device)


def load_reader(root: Path, *, device: str = "cpu") -> Reader:
    """The reader of pictures."""
    card = checkpoints.read_card(root, checkpoints.READER)
    return Reader(checkpoints.load_model(root, card), checkpoints.load_lexicon(root, card), device)


def load_composer(root: Path, *, device: str = "cpu") -> Composer:
    """The model of "this picture, but ..."."""
    return Composer(checkpoints.load_model(root, checkpoints.read_card(root, checkpoints.COMPOSER)), device)


def measure(
    root: Path, card: Card, data: ImageSet, *, device: str = "cpu", split: str = "test"
) -> dict[str, Metric]:
    """Every metric of a model of products on ``split``; settings are chosen on ``validation``.

    Raises
    ------
    CheckpointError
        If ``card`` is of a family that is not measured here, or a checkpoint that it needs is missing.
    """
    held = data.split(split)
    if card.family == "text":
        found = matching(load_matcher(root, device=device), held, split)
    elif card.family == "reader":
        found = reading(load_reader(root, device=device), held, split)
    elif card.family == "compose":
        found = composing(load_matcher(root, device=device), load_composer(root, device=device), held, split)
    else:
        raise checkpoints.CheckpointError(f"{card.id}: a {card.family!r} of products cannot be measured")
    return {metric.key: metric for metric in found}


def matching(matcher: Matcher, held: ImageSet, split: str) -> Iterator[Metric]:
    """Captions and pictures found by each other, and short phrases made of fields."""
    assert held.captions is not None
    images, captions = matcher.embed_images(held.images), held.captions.tolist()
    yield from product_measures.matched(matcher.embed_text(captions), images, captions, split)
    queries, right = product_measures.phrases_named(dict(held.fields))
    yield from product_measures.named(matcher.embed_text(queries), images, queries, right, split)


def reading(reader: Reader, held: ImageSet, split: str) -> Iterator[Metric]:
    """What is read, against the shop's fields and captions."""
    assert held.captions is not None
    found, known = reader.read(held.images), reader.lexicon
    true = {name: held.fields[name] for name in known.fields}
    yield from product_measures.read_right(found.values, true, dict(known.fields), split)
    ids = known.numbers(held.captions.tolist())
    present = (ids[:, :, None] == np.arange(1, found.words.shape[1] + 1)).any(1)
    yield product_measures.words_read(found.words, present, split)


def composing(matcher: Matcher, composer: Composer, held: ImageSet, split: str) -> Iterator[Metric]:
    """Queries of `core.compositions`, by the composer and without it."""
    assert held.captions is not None
    found = compositions.numbered(compositions.traits(held.fields, held.captions.tolist()))
    queries = compositions.draw(found.keys, seed=QUERY_SEED)
    images = matcher.embed_images(held.images)
    words = matcher.embed_text(found.wishes)[found.offsets[queries.field] + queries.value]
    pictures = images[queries.source]
    ways = {"": composer.compose(pictures, words), "image": pictures, "text": words, "sum": pictures + words}
    yield from product_measures.composed(ways, images, queries, split)
