"""What measurements of the models of writers share: the models, the people, and samples of every cluster."""

from collections.abc import Collection
from dataclasses import dataclass, replace

import numpy as np

from core import writers
from core.datasets import ImageSet
from core.handwriting import Penman, Scribes
from core.inference import DigitProber, Runner
from core.writers import Record

EACH = 100  # samples per cluster


@dataclass(frozen=True)
class Bench:
    """What the measurements share.

    Attributes
    ----------
    penman, plain, probe : the GAN, the GAN that knows only the class, the independent classifier of digits.
    drawer : an autoencoder of characters, for the baseline that completes its codes.
    train, held : characters of the training writers and of those measured on.
    known, theirs : what they wrote.
    clusters, features, styles : of ``held``, row by row: cluster, the probe's features, centred style vector.
    split, seed : what ``held`` is called; seed of everything that is drawn.
    """

    penman: Penman
    plain: Penman
    probe: DigitProber
    drawer: Runner
    train: ImageSet
    held: ImageSet
    known: Record
    theirs: Record
    clusters: np.ndarray
    features: np.ndarray
    styles: np.ndarray
    split: str
    seed: int = 0

    def only(self, classes: Collection[int]) -> "Bench":
        """The same, measured on the characters of some classes."""
        rows = np.flatnonzero(np.isin(self.held.labels, list(classes)))
        assert self.held.people is not None
        held = replace(
            self.held,
            images=self.held.images[rows],
            labels=self.held.labels[rows],
            index=self.held.index[rows],
            attributes=None,
            attribute_names=(),
            people=self.held.people[rows],
        )
        return replace(
            self,
            held=held,
            clusters=self.clusters[rows],
            features=self.features[rows],
            styles=self.styles[rows],
        )

    @property
    def labels(self) -> np.ndarray:
        """(n,) int64."""
        return self.held.labels.astype(np.int64)

    @property
    def people(self) -> np.ndarray:
        """(n,) int64, numbers of the writers."""
        assert self.held.people is not None
        return self.held.people


def recorded(penman: Penman, data: ImageSet) -> tuple[Record, np.ndarray, np.ndarray]:
    """What the writers of ``data`` wrote, and cluster (n,) and centred style vector (n, S) of each character."""
    assert data.people is not None
    c, labels = penman.config, data.labels.astype(np.int64)
    clusters = penman.hands.assign(data.images, labels)
    styles = penman.stylist.embed(data.images, labels) - penman.middle[labels]
    return writers.record(data.people, labels, clusters, styles, classes=c.classes, k=c.clusters), clusters, styles


def bench(
    penman: Penman,
    plain: Penman,
    probe: DigitProber,
    drawer: Runner,
    train: ImageSet,
    held: ImageSet,
    split: str,
    *,
    seed: int = 0,
) -> Bench:
    """Look at all characters of both sets once."""
    known = recorded(penman, train)[0]
    theirs, clusters, styles = recorded(penman, held)
    features = probe.encode(held.images)
    return Bench(penman, plain, probe, drawer, train, held, known, theirs, clusters, features, styles, split, seed)


@dataclass(frozen=True)
class Fakes:
    """`EACH` samples of every cluster of every class: images, what was asked for, the probe's features."""

    images: np.ndarray
    labels: np.ndarray
    clusters: np.ndarray
    features: np.ndarray

    def only(self, classes: Collection[int]) -> "Fakes":
        """Those of some classes."""
        rows = np.flatnonzero(np.isin(self.labels, list(classes)))
        return Fakes(self.images[rows], self.labels[rows], self.clusters[rows], self.features[rows])


def fakes(bench: Bench, penman: Penman) -> Fakes:
    """Samples of every cluster in the hands of its training writers, drawn at random; all GANs get the same noise.

    A GAN that knows no clusters is asked for the class.
    """
    c, random = bench.penman.config, np.random.default_rng(bench.seed)
    labels = np.repeat(np.arange(c.classes), c.clusters * EACH)
    clusters = np.tile(np.repeat(np.arange(c.clusters), EACH), c.classes)
    noise = random.normal(size=(len(labels), c.noise)).astype(np.float32)
    given = (clusters, writers.drawn_styles(bench.known, labels, clusters, random))
    images = penman.write(noise, labels, *(given if penman.config.clusters else (None, None)))
    return Fakes(images, labels, clusters, bench.probe.encode(images))


def fakes_of_each(bench: Bench, scribes: Scribes) -> Fakes:
    """Samples of every cluster by the GAN of that cluster."""
    c, random = scribes.config, np.random.default_rng(bench.seed)
    labels = np.repeat(np.array(c.digits, np.int64), c.clusters * EACH)
    clusters = np.tile(np.repeat(np.arange(c.clusters), EACH), len(c.digits))
    images = scribes.write(random.normal(size=(len(labels), c.noise)), labels, clusters)
    return Fakes(images, labels, clusters, bench.probe.encode(images))
