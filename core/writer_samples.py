"""How good samples of clusters are: re-entry, legibility, variety, distribution, copies."""

from collections.abc import Iterator

import numpy as np

from core import fidelity
from core.cards import Metric
from core.datasets import ImageSet
from core.gan_measures import accuracy
from core.writer_bench import EACH, Bench, Fakes

PAIRS = 2000


def reentry(bench: Bench, made: Fakes, plain: Fakes) -> Iterator[Metric]:
    """How often a sample of a cluster falls in that cluster."""
    hands, names = bench.penman.hands, bench.held.label_names
    classes = np.unique(made.labels)
    how = "Share of {} samples that fall in the cluster that was asked for{}."
    own = hands.assign(made.images, made.labels) == made.clusters
    rates = [float(own[made.labels == label].mean()) for label in classes]
    for label, rate in zip(classes, rates, strict=True):
        n, name = len(own) // len(classes), names[label]
        yield Metric(
            f"reentry_accuracy_{name}", rate, "higher", "fraction", "samples", n, how.format(n, f", of {name}")
        )
    for key, value, what in (
        ("reentry_accuracy_mean", float(np.mean(rates)), ", mean of the classes"),
        ("reentry_accuracy_worst", min(rates), ", of the class where that is rarest"),
    ):
        yield Metric(key, value, "higher", "fraction", "samples", len(own), how.format(len(own), what))
    free = float((hands.assign(plain.images, plain.labels) == plain.clusters).mean())
    how = f"Share of {len(own)} samples of the GAN without clusters that fall in a cluster given at random."
    yield Metric("reentry_accuracy_plain", free, "higher", "fraction", "samples", len(own), how)


def spelled(bench: Bench, sets: dict[str, Fakes]) -> Iterator[Metric]:
    """Are the samples that class? One number per GAN, by the key's end."""
    yield from accuracy(bench.probe, bench.held, bench.split)
    how = "Share of samples that the independent classifier of digits takes for what was asked for."
    for key, made in sets.items():
        value = float((bench.probe.read(made.features) == made.labels).mean())
        yield Metric(f"digit_accuracy{key}", value, "higher", "fraction", "samples", len(made.labels), how)


def spread(bench: Bench, made: Fakes) -> Iterator[Metric]:
    """Are the samples of a cluster as varied as its real characters?"""
    random = np.random.default_rng(bench.seed)
    pairs = [
        (pairwise(made.features[own], random), pairwise(bench.features[real], random))
        for own, real in _cells(bench, made)
    ]
    ratio = float(np.mean([a for a, _ in pairs]) / np.mean([b for _, b in pairs]))
    how = "Mean distance of two samples of a cluster, in the digit probe's features, over that of two real ones."
    yield Metric("diversity_ratio", ratio, "higher", "ratio", bench.split, len(pairs), how)


def distribution(bench: Bench, sets: dict[str, Fakes], *, classes: str | None = None) -> Iterator[Metric]:
    """Are the samples of a cluster distributed like its real characters? One number per GAN, by the key's end.

    ``classes`` says which those are, where they are not all.
    """
    how = (
        f"Fréchet distance, in the digit probe's features, between {EACH} samples of a cluster and its real "
        f"characters, mean over the clusters{'' if classes is None else ' of ' + classes}."
    )
    for key, made in sets.items():
        found = [fidelity.frechet(made.features[own], bench.features[real]) for own, real in _cells(bench, made)]
        value = float(np.mean(found))
        yield Metric(f"frechet_cnn{key}", value, "lower", "distance", bench.split, len(bench.held), how)


def scores(bench: Bench, sets: dict[str, np.ndarray]) -> Iterator[Metric]:
    """Do samples look like one class each, and like all classes together? Of features (n, F), by the key's end."""
    how = (
        "In place of the Inception Score (Salimans et al. 2016), with the independent classifier of digits: exp "
        "of the mean KL divergence of its classes for one image from its classes for all {}; {} at most."
    )
    told = {"": "samples", "_plain": "samples of the GAN without clusters", "_real": "real characters"}
    for key, features in sets.items():
        likelihood = bench.probe.likelihood(features)
        text = how.format(f"{len(features)} {told[key]}", likelihood.shape[1])
        split = bench.split if key == "_real" else "samples"
        value = fidelity.class_score(likelihood)
        yield Metric(f"cnn_score{key}", value, "higher", "score", split, len(features), text)


def _cells(bench: Bench, made: Fakes) -> Iterator[tuple[np.ndarray, np.ndarray]]:
    """Masks of the samples and of the real characters of every cluster that has some of these."""
    for label, cluster in np.unique(np.stack([made.labels, made.clusters]), axis=1).T:
        real = (bench.labels == label) & (bench.clusters == cluster)
        if real.sum() >= 2:
            yield (made.labels == label) & (made.clusters == cluster), real


def pairwise(features: np.ndarray, random: np.random.Generator) -> float:
    """Mean distance of two different rows of (n, F), over `PAIRS` random pairs."""
    a = random.integers(len(features), size=PAIRS)
    b = (a + random.integers(1, len(features), size=PAIRS)) % len(features)
    return float(np.linalg.norm(features[a] - features[b], axis=1).mean())


def nearest(images: np.ndarray, labels: np.ndarray, train: ImageSet) -> tuple[np.ndarray, np.ndarray]:
    """Distance to, and row in ``train`` of, the nearest training character of the same class, by pixels."""
    distance, place = np.empty(len(images), np.float32), np.empty(len(images), np.int64)
    for label in np.unique(labels):
        rows, pool = np.flatnonzero(labels == label), np.flatnonzero(train.labels == label)
        b = train.images[pool].reshape(len(pool), -1).astype(np.float32) / 255
        for start in range(0, len(rows), 500):
            some = rows[start : start + 500]
            a = images[some].reshape(len(some), -1).astype(np.float32) / 255
            square = np.square(a).sum(1)[:, None] - 2 * a @ b.T + np.square(b).sum(1)[None]
            best = square.argmin(1)
            place[some] = pool[best]
            distance[some] = np.sqrt(np.maximum(square[np.arange(len(some)), best], 0))
    return distance, place


def memorisation(bench: Bench, made: Fakes) -> Iterator[Metric]:
    """Are the samples copies of training images?"""
    real, fake = (
        nearest(a, b, bench.train)[0] for a, b in ((bench.held.images, bench.labels), (made.images, made.labels))
    )
    near = np.zeros(len(fake), bool)
    for label in np.unique(bench.labels):
        bound = np.percentile(real[bench.labels == label], 1)
        near[made.labels == label] = fake[made.labels == label] < bound
    how = (
        "Share of samples nearer, by pixels, to a training character than all but 1 % of the held-out characters "
        "of the same class are."
    )
    yield Metric("memorisation", float(near.mean()), "lower", "fraction", bench.split, len(near), how)
    ratio = float(np.median(fake) / np.median(real))
    how = "Median distance of samples to the nearest training character over that of held-out characters."
    yield Metric("nearest_ratio", ratio, "higher", "ratio", bench.split, len(near), how)
