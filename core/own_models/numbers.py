"""What is measured of a model on a person's own set: the numbers of the shipped cards, on parts of one size."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np

from core import measures
from core.cards import Metric
from core.datasets import ImageSet
from core.gallery import Gallery
from core.inference import Runner
from core.own_models.stream import Encoded, forget, give_back

LOOKED = 2_000  # images that what takes long is measured on, at most
MAPPED = 1_000  # items that maps are compared on, at most
KNOWN = 10_000  # training items that neighbours are searched among, at most
NEAREST = 10  # neighbours that retrieval looks at
PIXELS = 1_024  # of each image that are floats at once


@dataclass(frozen=True, eq=False)
class Measured:
    """A set, a model, and what the model made of it.

    Attributes
    ----------
    runner, data, found : the model, the whole set, and every image of it as the model has it.
    seen : whether the model was trained on the training part.
    """

    runner: Runner
    data: ImageSet
    found: Encoded
    seen: bool


def held(data: ImageSet) -> tuple[str, slice]:
    """Name and rows of the part to measure on: ``test``, else ``validation``, else ``train``, which is all."""
    first = data.train_size + data.validation_size
    if first < len(data):
        return "test", slice(first, len(data))
    return (
        ("validation", slice(data.train_size, first)) if data.validation_size else ("train", slice(0, len(data)))
    )


def some(rows: slice, most: int, *, seed: int = 0) -> np.ndarray:
    """Rows (m,), ascending, drawn with ``seed`` where there are more than ``most``."""
    every = np.arange(rows.start, rows.stop)
    if len(every) <= most:
        return every
    return np.sort(np.random.default_rng(seed).choice(every, most, replace=False))


def measure(one: Measured) -> dict[str, Metric]:
    """Every metric that the model's family has, by key; of labels only where the set has more than one."""
    split, rows = held(one.data)
    found = [*errors(one, split, rows)]
    sample = some(rows, LOOKED)
    images = np.ascontiguousarray(one.data.images[sample])
    forget(one.data.images)
    family, runner = one.runner.card.family, one.runner
    codes = split_codes(one, sample)
    if runner.card.shape[2] == 3:
        found += [m for m in measures.sharpness(runner, images, codes.test_z) if m.key == "sharpness_ratio"]
    if family == "vae":
        found += measures.evidence(runner, images)
    if family == "aae":
        found += by_category(one, codes, sample)
        found.append(measures.category_kept(runner, images, codes))
    if labelled(one.data) and split != "train" and one.data.train_size >= NEAREST:
        found += by_label(one, codes)
    return {m.key: m if m.split == "train" else replace(m, split=split) for m in found}


def labelled(data: ImageSet) -> bool:
    """Whether labels tell images apart."""
    return len(data.label_names) > 1


def errors(one: Measured, split: str, rows: slice) -> Iterator[Metric]:
    """Mean squared error, on the part to measure on and, for a model trained on it, the training part."""
    how = (
        "Mean over all pixels of the squared difference between original and what its code, as the gallery keeps "
        "it, decodes to, on the 0..1 scale."
    )
    parts = {"train" if split == "train" and one.seen else "test": (split, rows)}
    if one.seen and one.runner.card.family == "ae":
        parts["train"] = ("train", slice(0, one.data.train_size))
    for name, (part, place) in parts.items():
        value = one.found.error[place].astype(np.float64)
        yield Metric(f"{name}_mse", float(value.mean()), "lower", "MSE per pixel", part, len(value), how)


def split_codes(one: Measured, sample: np.ndarray) -> measures.Codes:
    """Codes and labels of some training items, and of the ``sample`` that is measured on."""
    known = some(slice(0, one.data.train_size or len(one.data)), KNOWN)
    z, labels = one.found.z, one.data.labels.astype(np.int64)
    return measures.Codes(z[known].astype(np.float32), labels[known], z[sample].astype(np.float32), labels[sample])


def by_category(one: Measured, codes: measures.Codes, sample: np.ndarray) -> Iterator[Metric]:
    """What the category head is worth; without labels, only how many categories are in use."""
    count = one.runner.categories
    for metric in measures.categories(codes, count):
        if metric.key == "categories_used" or labelled(one.data):
            yield metric


def by_label(one: Measured, codes: measures.Codes) -> Iterator[Metric]:
    """Whether near codes have the same label."""
    among = f" Among {len(codes.train_y):,} training items"
    among += ", drawn with seed 0." if len(codes.train_y) < one.data.train_size else "."
    if not np.isin(codes.test_y, codes.train_y).any():
        return
    found = measures.plane(codes) if one.runner.card.dim == 2 else measures.retrieval(codes)
    for metric in found:
        yield replace(metric, how=metric.how + among)


def maps(items: Gallery, data: ImageSet) -> dict[str, dict[str, float]]:
    """Quality of a gallery's maps on at most 1,000 items, drawn with seed 0; of labels where there are some."""
    rows = some(slice(0, len(items)), MAPPED)
    if len(rows) <= 2 * NEAREST + 1:
        return {}
    part = Gallery(
        items.index[rows],
        items.label[rows],
        items.z[rows].astype(np.float32),
        items.error[rows],
        {name: xy[rows] for name, xy in items.maps.items()},
    )
    images = np.ascontiguousarray(data.images[rows])
    forget(data.images)
    forget(items.z)
    near = shorter(images.reshape(len(images), -1))
    give_back()
    found = measures.maps(part, near)
    if labelled(data):
        return found
    return {name: {k: v for k, v in values.items() if k != "knn1_accuracy"} for name, values in found.items()}


def shorter(flat: np.ndarray) -> np.ndarray:
    """Points (n, n) as far from each other as images (n, d) uint8 are, on the 0..1 scale; (n, d) where d <= n.

    Pixels of a thousand photos span a thousand directions: distances there take a tenth of the time. Floats of
    all pixels would be the most memory that anything here takes, so they are gone through some at a time.
    """
    if flat.shape[1] <= len(flat):
        return flat / np.float32(255)
    products = np.zeros((len(flat), len(flat)))
    for start in range(0, flat.shape[1], PIXELS):
        part = (flat[:, start : start + PIXELS] / np.float32(255)).astype(np.float64)
        part -= part.mean(axis=0)
        products += part @ part.T
    values, axes = np.linalg.eigh(products)
    return axes * np.sqrt(values.clip(0))
