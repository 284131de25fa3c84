"""Measuring the models of products: what `core.product_measures` counts, on the items of one split."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np

from core import checkpoints, compositions, product_measures
from core.cards import Card, Metric
from core.datasets import ImageSet
from core.products import Composer, Matcher, Reader
from core.wares import PRODUCTS, WARES, Wares

QUERY_SEED = 0


def load_matcher(root: Path, *, device: str = "cpu", wares: Wares = PRODUCTS) -> Matcher:
    """The model of phrases and pictures."""
    card = checkpoints.read_card(root, wares.text)
    return Matcher(checkpoints.load_model(root, card), checkpoints.load_lexicon(root, card), device)


def load_reader(root: Path, *, device: str = "cpu", wares: Wares = PRODUCTS) -> Reader:
    """The reader of pictures."""
    card = checkpoints.read_card(root, wares.reader)
    return Reader(checkpoints.load_model(root, card), checkpoints.load_lexicon(root, card), device)


def load_composer(root: Path, *, device: str = "cpu", wares: Wares = PRODUCTS) -> Composer:
    """The model of "this picture, but ..."."""
    return Composer(checkpoints.load_model(root, checkpoints.read_card(root, wares.composer)), device)


def measured_on(data: ImageSet, wares: Wares, split: str) -> ImageSet:
    """The items of ``split`` that are measured with: all, or ``wares.most`` drawn with seed 0."""
    held = wares.described(data).split(split) if data.captions is None else data.split(split)
    if wares.most is None or len(held) <= wares.most:
        return held
    rows = np.sort(np.random.default_rng(0).permutation(len(held))[: wares.most])
    assert held.captions is not None
    return replace(
        held,
        images=held.images[rows],
        labels=held.labels[rows],
        index=held.index[rows],
        captions=held.captions[rows],
        fields={name: column[rows] for name, column in held.fields.items()},
    )


def measure(
    root: Path, card: Card, data: ImageSet, *, device: str = "cpu", split: str = "test"
) -> dict[str, Metric]:
    """Every metric of a model of products on ``split``; settings are chosen on ``validation``.

    Raises
    ------
    CheckpointError
        If ``card`` is of a family that is not measured here, or a checkpoint that it needs is missing.
    """
    wares = WARES[card.dataset]
    held = measured_on(data, wares, split)
    if card.family == "text":
        found = matching(load_matcher(root, device=device, wares=wares), held, split)
    elif card.family == "reader":
        found = reading(load_reader(root, device=device, wares=wares), held, split)
    elif card.family == "compose":
        matcher = load_matcher(root, device=device, wares=wares)
        found = composing(matcher, load_composer(root, device=device, wares=wares), held, split)
    else:
        raise checkpoints.CheckpointError(f"{card.id}: a {card.family!r} of {card.dataset} cannot be measured")
    return {metric.key: metric for metric in found}


def matching(matcher: Matcher, held: ImageSet, split: str) -> Iterator[Metric]:
    """Captions and pictures found by each other, and short phrases made of fields."""
    assert held.captions is not None
    images, captions = matcher.embed_images(held.images), held.captions.tolist()
    if WARES[held.name].ruled:  # a caption then says all that is known, and is true of whatever has it
        true, texts = product_measures.truth(held.fields), matcher.embed_text(captions)
        yield from product_measures.matched(texts, images, captions, split, true=true)
        first = np.unique(product_measures.groups(captions), return_index=True)[1]
        queries = [captions[row] for row in first]
        words = {"what": "different captions", "had": "of which they are true"}
        yield from product_measures.named(texts[first], images, queries, true[first], split, **words)
        return
    yield from product_measures.matched(matcher.embed_text(captions), images, captions, split)
    queries, right = product_measures.phrases_named(dict(held.fields))
    yield from product_measures.named(matcher.embed_text(queries), images, queries, right, split)


def reading(reader: Reader, held: ImageSet, split: str) -> Iterator[Metric]:
    """What is read, against the fields and captions of the items."""
    assert held.captions is not None
    found, known = reader.read(held.images), reader.lexicon
    true = {name: held.fields[name] for name in known.fields}
    if WARES[held.name].ruled:
        counts = {name: None if (true[name] != "").all() else len(values) for name, values in known.fields.items()}
        words = tuple(counts.items())
        yield from product_measures.read_right(
            found.values, true, dict(known.fields), split, read=words, source="its label and pixels have it"
        )
    else:
        yield from product_measures.read_right(found.values, true, dict(known.fields), split)
    ids = known.numbers(held.captions.tolist())
    present = (ids[:, :, None] == np.arange(1, found.words.shape[1] + 1)).any(1)
    yield product_measures.words_read(found.words, present, split)


def composing(matcher: Matcher, composer: Composer, held: ImageSet, split: str) -> Iterator[Metric]:
    """Queries of `core.compositions`, by the composer and without it."""
    assert held.captions is not None
    wares = WARES[held.name]
    found = compositions.numbered(compositions.traits(held.fields, held.captions.tolist(), wares.wished))
    queries = compositions.draw(found.keys, seed=QUERY_SEED, wares=wares)
    images = matcher.embed_images(held.images)
    words = matcher.embed_text(found.wishes)[found.offsets[queries.field] + queries.value]
    codes = composer.codes(held.images, images)
    pictures = images[queries.source]
    ways = {"image": pictures, "text": words, "sum": pictures + words}
    likeness = {"": composer.targets(codes[queries.source], words) @ codes.T}
    likeness |= {name: vectors @ images.T for name, vectors in ways.items()}
    yield from product_measures.composed(likeness, queries, split, wares)
