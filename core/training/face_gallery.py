"""The gallery of a model of faces: people who do not exist, sampled from the density of its codes."""

import numpy as np

from core import density, projection
from core.attributes import names_of
from core.datasets import ImageSet
from core.density import Density
from core.gallery import Gallery
from core.inference import Prober, Runner
from core.neighbors import Index

SIZE = 5000
FIRST = 1_000_000  # addresses of sampled faces begin here: no item of the data set has them
CLOSEST = 0.005  # share of real people not seen in training who are as near to a training face


def fit_density(train: ImageSet, z: np.ndarray) -> Density:
    """The mixture that faces are sampled from: one Gaussian for each of the data set's labels."""
    return density.fit(z, train.labels)


def make(
    runner: Runner,
    probe: Prober,
    train: ImageSet,
    z: np.ndarray,
    held: np.ndarray,
    *,
    seed: int = 0,
    umap: bool = True,
) -> Gallery:
    """5,000 sampled faces with labels by the probe's word; none nearer to a training face than strangers are.

    Parameters
    ----------
    train, z : the training faces and their codes (n, d).
    held : (m, d) codes of people who are not among them.
    """
    index = Index(z)
    nearest = np.quantile(index.search(held, 1).distance[:, 0], CLOSEST)
    drawn = fit_density(train, z).sample(SIZE + SIZE // 4, seed=seed).astype(np.float16).astype(np.float32)
    codes = drawn[index.search(drawn, 1).distance[:, 0] > nearest][:SIZE]
    if len(codes) < SIZE:
        raise ValueError(f"only {len(codes)} of {len(drawn)} sampled faces are far enough from training faces")
    images = runner.decode(codes)
    word = probe.probabilities(images)
    glasses, man = (word[:, i] > 0.5 for i in names_of(["Eyeglasses", "Male"], train.attribute_names))
    back = runner.decode_float(runner.encode(images))
    maps = {"pca": projection.fit_pca(codes).place(codes)}
    if umap:
        maps["umap"] = projection.fit_umap(codes, seed=seed)
    return Gallery(
        index=FIRST + np.arange(SIZE),
        label=man.astype(np.int64) + 2 * glasses,
        z=codes,
        error=np.square(back - images / np.float32(255)).mean(axis=(1, 2, 3)),
        maps=maps,
        attributes=word,
    )
