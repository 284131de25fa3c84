"""The book of a GAN of writers: who wrote what, in which cluster, and what else its page needs."""

from pathlib import Path

import numpy as np
from torch import nn

from core import checkpoints, projection, writer_samples, writers
from core.checkpoints import DRAWER
from core.datasets import ImageSet
from core.datasets.digits import embedded
from core.datasets.writers import part
from core.handwriting import Penman
from core.inference import Runner
from core.writer_bench import recorded
from core.writerbook import Book


def make(model: nn.Module, data: ImageSet, *, root: Path, umap: bool = True) -> Book:
    """All characters of ``data``, with the codes of `DRAWER` to draw them where the originals are not."""
    assert data.people is not None
    assert data.attributes is not None
    penman = Penman(model)
    known, clusters, _ = recorded(penman, data)
    c, labels, test = penman.config, data.labels.astype(np.int64), data.split("test")
    side, everything = data.images.shape[1:3], np.ones(c.classes, bool)
    total, count = np.zeros((c.classes, c.clusters, *side)), np.zeros((c.classes, c.clusters, 1, 1))
    np.add.at(total, (labels, clusters), data.images[..., 0])
    np.add.at(count, (labels, clusters), 1)
    far = writer_samples.nearest(test.images, test.labels, data.split("train"))[0]
    near = [far[test.labels == label] for label in range(c.classes)]
    styles = writers.style(known.styles, known.written, everything)
    card = checkpoints.read_card(root, DRAWER)
    first = np.unique(data.people, return_index=True)[1]
    mnist = embedded()
    places = {image.tobytes(): int(i) for image, i in zip(mnist.images, mnist.index, strict=True)}
    return Book(
        known,
        group=data.attributes[first, 0],
        part=part(known.writers),
        label=labels,
        writer=np.searchsorted(known.writers, data.people),
        cluster=clusters,
        codes=Runner(checkpoints.load_model(root, card), card).encode(data.images),
        drawn_by=DRAWER,
        original=np.array([places.get(image.tobytes(), -1) for image in data.images]),
        realism=penman.realism(data.images, labels, clusters),
        xy=projection.fit_umap(styles, seed=0) if umap else projection.fit_pca(styles).place(styles),
        averages=np.rint(total / np.maximum(count, 1)).astype(np.uint8),
        bounds=np.array([np.percentile(own, 1) if len(own) else 0.0 for own in near]),
    )
