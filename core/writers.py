"""Which hand a writer would have used for a character that we do not have: clusters of shapes, and votes.

Cluster-GAN-cluster on FEMNIST: the characters of every class are put into k clusters by k-means; a writer's
cluster of a class is the one of most of their characters; writers who share a cluster of one class vote with
their cluster of another. Beside that rule, a vote of the writers nearest in style, which uses all characters
that somebody wrote.
"""

from dataclasses import dataclass

import numpy as np

CLUSTERS, DIMS, BLUR = 7, 8, 2.0
NEAREST, LIKENESS = 40, 10.0  # writers who vote, and how much more a nearer one's vote counts: exp(10 cosine)


@dataclass(frozen=True)
class Hands:
    """k clusters per class of characters, by their shape.

    The features of a character are the first principal components, within its class, of its pixels after a
    Gaussian blur of ``BLUR`` pixels: one linear map per class, so that a generator can be told where its images
    fall.

    Attributes
    ----------
    projection, offset : (C, D, H * W) and (C, D) float32; features are projection @ pixels - offset, pixels in
        0..1.
    centres : (C, k, D) float32.
    """

    projection: np.ndarray
    offset: np.ndarray
    centres: np.ndarray

    @property
    def k(self) -> int:
        """Clusters per class."""
        return self.centres.shape[1]

    def features(self, images: np.ndarray, labels: np.ndarray) -> np.ndarray:
        """(n, D) float32 of images (n, H, W, 1) uint8 of the classes ``labels`` (n,)."""
        found = np.empty((len(images), self.offset.shape[1]), np.float32)
        for label in np.unique(labels):
            rows = np.flatnonzero(labels == label)
            pixels = images[rows].reshape(len(rows), -1).astype(np.float32) / 255
            found[rows] = pixels @ self.projection[label].T - self.offset[label]
        return found

    def assign(self, images: np.ndarray, labels: np.ndarray) -> np.ndarray:
        """The nearest cluster (n,) int64 of each character within its class."""
        features = self.features(images, labels)
        return np.square(features[:, None] - self.centres[labels]).sum(2).argmin(1)


def fit(images: np.ndarray, labels: np.ndarray, *, classes: int, k: int = CLUSTERS, seed: int = 0) -> Hands:
    """k-means of each class's characters, images (n, H, W, 1) uint8.

    Raises
    ------
    ValueError
        If a class has fewer characters than it is to have clusters.
    """
    from scipy.ndimage import gaussian_filter
    from sklearn.cluster import KMeans
    from sklearn.decomposition import PCA

    side = images.shape[1:3]
    blur = gaussian_filter(np.eye(side[0] * side[1], dtype=np.float32).reshape(-1, *side), (0, BLUR, BLUR))
    blur = blur[:, ::2, ::2].reshape(side[0] * side[1], -1)
    parts = []
    for label in range(classes):
        own = images[labels == label].reshape(-1, len(blur)).astype(np.float32) / 255
        if len(own) < max(k, DIMS):
            raise ValueError(f"class {label} has {len(own)} characters, too few for {k} clusters")
        reduced = PCA(DIMS, svd_solver="covariance_eigh").fit(own @ blur)
        features = reduced.transform(own @ blur)
        centres = KMeans(k, n_init=4, random_state=seed).fit(features).cluster_centers_
        parts.append((reduced.components_ @ blur.T, reduced.components_ @ reduced.mean_, centres))
    projection, offset, centres = (np.stack(part).astype(np.float32) for part in zip(*parts, strict=True))
    return Hands(projection, offset, centres)


@dataclass(frozen=True)
class Record:
    """What each of w writers wrote: how often in which cluster, and in what style.

    Attributes
    ----------
    writers : (w,) int64, numbers of the writers, ascending.
    counts : (w, C, k) int64, characters of a class in a cluster of it.
    styles : (w, C, D) float32, sums of the characters' style vectors, less the mean of their class.
    """

    writers: np.ndarray
    counts: np.ndarray
    styles: np.ndarray

    @property
    def written(self) -> np.ndarray:
        """(w, C) int64, how many characters of each class."""
        return self.counts.sum(2)

    @property
    def majority(self) -> np.ndarray:
        """(w, C) int64, each writer's cluster of a class; -1 where they wrote none."""
        return np.where(self.written > 0, self.counts.argmax(2), -1)

    def row(self, writer: int) -> int | None:
        """The row of a writer, or None."""
        place = int(np.searchsorted(self.writers, writer))
        return place if place < len(self.writers) and self.writers[place] == writer else None

    def only(self, rows: np.ndarray) -> "Record":
        """The chosen rows."""
        return Record(self.writers[rows], self.counts[rows], self.styles[rows])


def record(
    people: np.ndarray, labels: np.ndarray, clusters: np.ndarray, styles: np.ndarray, *, classes: int, k: int
) -> Record:
    """Count characters: writers, classes, clusters (n,) and centred style vectors (n, D)."""
    writers, row = np.unique(people, return_inverse=True)
    counts = np.zeros((len(writers), classes, k), np.int64)
    np.add.at(counts, (row, labels, clusters), 1)
    sums = np.zeros((len(writers), classes, styles.shape[1]), np.float32)
    np.add.at(sums, (row, labels), styles)
    return Record(writers, counts, sums)


def style(styles: np.ndarray, written: np.ndarray, known: np.ndarray) -> np.ndarray:
    """The style (w, D) of writers by the classes that are ``known`` (C,) or (w, C) bool: unit length, or 0.

    Parameters
    ----------
    styles, written : (w, C, D) sums and (w, C) counts, as in ``Record``.
    """
    known = np.broadcast_to(known, written.shape) & (written > 0)
    total = np.where(known[..., None], styles, 0).sum(1)
    length = np.linalg.norm(total, axis=1, keepdims=True)
    return (total / np.maximum(length, 1e-9)).astype(np.float32)


@dataclass(frozen=True)
class Vote:
    """Who voted for what.

    Attributes
    ----------
    voters : (m,) rows of the record that were asked.
    votes : (k,) float64, what each cluster of the wanted class got.
    chosen : the cluster with most; the first of equals.
    """

    voters: np.ndarray
    votes: np.ndarray

    @property
    def chosen(self) -> int:
        return int(self.votes.argmax())


def vote_by_class(others: Record, cluster: int, observed: int, wanted: int) -> Vote:
    """The paper's rule: writers whose cluster of ``observed`` is ``cluster`` vote with theirs of ``wanted``."""
    majority = others.majority
    voters = np.flatnonzero((majority[:, observed] == cluster) & (majority[:, wanted] >= 0))
    votes = np.bincount(majority[voters, wanted], minlength=others.counts.shape[2]).astype(np.float64)
    return Vote(voters, votes)


def vote_by_style(others: Record, own: np.ndarray, wanted: int, *, nearest: int = NEAREST) -> Vote:
    """The ``nearest`` writers in style, by all other classes, vote, the nearer ones more (`LIKENESS`).

    Each one's vote is shared by their clusters of ``wanted``. ``own`` (D,) is the writer's style, unit length.
    """
    known = np.arange(others.counts.shape[1]) != wanted
    cosine = style(others.styles, others.written, known) @ own
    distance = np.where(others.written[:, wanted] > 0, -cosine, np.inf)
    voters = np.argsort(distance, kind="stable")[: min(nearest, int(np.isfinite(distance).sum()))]
    wrote = others.counts[voters, wanted]
    weight = np.exp(LIKENESS * (cosine[voters] - cosine[voters].max(initial=-1.0)))
    return Vote(voters, weight @ (wrote / np.maximum(wrote.sum(1, keepdims=True), 1)))


def largest(others: Record, wanted: int) -> int:
    """The cluster of a class with most characters: all that can be said of who wrote nothing else."""
    return int(others.counts[:, wanted].sum(0).argmax())


def foretell(
    others: Record, styles: np.ndarray, written: np.ndarray, labels: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Cluster (n,) and style (n, D) in which somebody would write each of the classes (n,), as if they never had.

    Parameters
    ----------
    styles, written : (C, D) sums and (C,) counts of what they wrote, as in ``Record``.
    """
    clusters, hands = np.zeros(len(labels), np.int64), np.zeros((len(labels), styles.shape[1]), np.float32)
    for label in np.unique(labels):
        seen = (np.arange(len(written)) != label) & (written > 0)
        own = style(styles[None], written[None], seen)[0]
        rows = labels == label
        hands[rows] = own
        clusters[rows] = vote_by_style(others, own, label).chosen if seen.any() else largest(others, label)
    return clusters, hands


def drawn_styles(
    others: Record, labels: np.ndarray, clusters: np.ndarray, random: np.random.Generator
) -> np.ndarray:
    """A hand (n, D) for each class and cluster (n,): the style of one of the cluster's writers, drawn at random.

    A cluster without writers gets no style.
    """
    found = np.zeros((len(labels), others.styles.shape[2]), np.float32)
    majority = others.majority
    for label in np.unique(labels):
        theirs = style(others.styles, others.written, np.arange(majority.shape[1]) != label)
        for cluster in np.unique(clusters[labels == label]):
            rows, co_writers = (
                (labels == label) & (clusters == cluster),
                np.flatnonzero(majority[:, label] == cluster),
            )
            if len(co_writers):
                found[rows] = theirs[random.choice(co_writers, int(rows.sum()))]
    return found
