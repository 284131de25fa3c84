"""The numbers on the cards of GANs of a whole data set, and of the classifier that they are measured with."""

from collections.abc import Iterator

import numpy as np

from core import fidelity
from core.cards import Metric
from core.datasets import ImageSet
from core.inference import DigitProber
from core.sampling import Sampler

SAMPLES = 10_000


def accuracy(probe: DigitProber, held: ImageSet, split: str = "test") -> Iterator[Metric]:
    """How often the probe and the labels agree."""
    value = float((probe.read(probe.encode(held.images)) == held.labels).mean())
    how = "Share of images that the probe takes for what they are labelled."
    yield Metric("probe_accuracy", value, "higher", "fraction", split, len(held), how)


def measure(
    sampler: Sampler, probe: DigitProber, train: ImageSet, test: ImageSet, *, seed: int
) -> Iterator[Metric]:
    """Are the samples distributed like real images, and are they of the class that was asked for?"""
    labels = np.arange(SAMPLES) % len(test.label_names)
    features = probe.encode(sampler.sample(labels, seed=seed))
    real = probe.encode(test.images)
    how = "Fréchet distance, in the features of an independent classifier, between {} {} and the test images."
    value = fidelity.frechet(features, real)
    yield Metric("frechet_cnn", value, "lower", "distance", "test", len(test), how.format(SAMPLES, "samples"))
    rows = np.sort(np.random.default_rng(seed).permutation(len(train))[:SAMPLES])
    value = fidelity.frechet(probe.encode(train.images[rows]), real)
    how = how.format(len(rows), "training images")
    yield Metric("frechet_cnn_train_test", value, "lower", "distance", "test", len(test), how)
    if sampler.classes:
        value = float((probe.read(features) == labels).mean())
        how = "Share of samples that an independent classifier takes for what was asked for."
        yield Metric("class_accuracy", value, "higher", "fraction", "samples", SAMPLES, how)
