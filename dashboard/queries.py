"""One query in many spaces: what is nearest to it there, and how usual such a distance is."""

from collections import Counter
from dataclasses import dataclass
from weakref import WeakKeyDictionary

import numpy as np

from core import evaluate
from core.cards import Metric
from core.neighbors import Index
from dashboard import resources
from dashboard.items import Item

BASELINES = {"pixels": "Pixels", "histogram": "Grey histogram"}
COLUMNS = ("precision_at_1", "precision_at_5", "precision_at_10", "map", "precision_at_1_cosine")
SAMPLE = 300
# An index lives as long as its checkpoint is cached, and so does what was measured on it.
_TYPICAL: WeakKeyDictionary[Index, np.ndarray] = WeakKeyDictionary()


@dataclass(frozen=True)
class Space:
    """Where images are compared.

    Attributes
    ----------
    key : ``pixels``, ``histogram`` or a checkpoint's id.
    title, family : on screen; family is empty for the two that are no model.
    dim : numbers that describe an image there.
    """

    key: str
    title: str
    family: str
    dim: int


@dataclass(frozen=True, eq=False)
class Query:
    """What is looked for.

    Attributes
    ----------
    image : (H, W, C) uint8, or None where only its code is on this machine.
    item : its address, None for a drawing.
    label : None where nobody knows.
    """

    image: np.ndarray | None
    item: Item | None
    label: int | None


@dataclass(frozen=True, eq=False)
class Ranking:
    """The nearest gallery items in one space.

    Attributes
    ----------
    rows, distance, labels : (k,) nearest first.
    rarity : 0..1, share of sampled gallery items that are nearer to their nearest item than the query is to its.
    """

    rows: np.ndarray
    distance: np.ndarray
    labels: np.ndarray
    rarity: float

    def right(self, label: int) -> int:
        """How many have the label."""
        return int((self.labels == label).sum())

    def majority(self) -> tuple[int, int]:
        """The most frequent label, the nearest one of equals, and how many have it."""
        return Counter(int(label) for label in self.labels).most_common(1)[0]


def spaces(dataset: str) -> list[Space]:
    """Every space in which images of ``dataset`` can be compared here: baselines first, then models by family."""
    found = []
    for kind, title in BASELINES.items():
        index = resources.feature_index(dataset, kind)
        if index is not None:
            found.append(Space(kind, title, "", index.vectors.shape[1]))
    cards = [card for card in resources.cards().values() if card.dataset == dataset]
    return found + [Space(card.id, card.title, card.family, card.dim) for card in cards]


def few(found: list[Space], *, also: str | None) -> list[str]:
    """Keys of a telling handful: the baselines, the best of each family by precision@1, and ``also``."""
    chosen = [space.key for space in found if not space.family]
    for family in resources.FAMILIES:
        own = [space.key for space in found if space.family == family]
        # `max` keeps the first of equals; cards come best first, so an unmeasured family gives its best too.
        chosen += [max(own, key=lambda key: resources.card(key).value("precision_at_1") or 0)] if own else []
    wanted = {*chosen, also}
    return [space.key for space in found if space.key in wanted]


def make_query(item: Item) -> Query:
    """A query by item, with its label where one is known."""
    image = resources.original(item)
    return Query(image, item, None if item.is_upload else _label(item))


def _label(item: Item) -> int | None:
    images = resources.images(item.dataset)
    if images is not None and (label := images.label(item.index)) is not None:
        return label
    for card in resources.cards().values():
        if card.dataset == item.dataset and (row := resources.gallery(card.id).row(item.index)) is not None:
            return int(resources.gallery(card.id).label[row])
    return None


def rank(space: Space, query: Query, dataset: str, *, k: int, metric: str) -> Ranking | None:
    """The ``k`` gallery items nearest to the query, itself left out; None where it has no place in that space."""
    reference = space.key if space.family else _any_checkpoint(dataset)
    index = (
        resources.index(space.key, metric) if space.family else resources.feature_index(dataset, space.key, metric)
    )
    vector = _vector(space, query)
    if index is None or vector is None:
        return None
    gallery = resources.gallery(reference)
    own = None if query.item is None or query.item.is_upload else gallery.row(query.item.index)
    found = index.search(vector[None], k, exclude=None if own is None else np.array([own]))
    if not found.index.size:
        return None
    rows, distance = found.index[0], found.distance[0]
    sample = typical(index)
    return Ranking(rows, distance, gallery.label[rows], float(np.searchsorted(sample, distance[0]) / len(sample)))


def _vector(space: Space, query: Query) -> np.ndarray | None:
    if space.family:
        if query.item is not None:
            return resources.code(space.key, query.item)
        return None if query.image is None else resources.runner(space.key).encode(query.image[None])[0]
    return None if query.image is None else resources.FEATURES[space.key](query.image[None])[0]


def _any_checkpoint(dataset: str) -> str:
    """All galleries of a data set hold the same items in the same order."""
    return next(card.id for card in resources.cards().values() if card.dataset == dataset)


def typical(index: Index) -> np.ndarray:
    """Ascending distances from a seeded sample of indexed vectors to their nearest other one."""
    if index not in _TYPICAL:
        rows = np.random.default_rng(0).permutation(len(index))[:SAMPLE]
        nearest = index.search(index.vectors[rows], 1, exclude=rows).distance
        _TYPICAL[index] = np.sort(nearest[:, 0]) if nearest.size else np.zeros(1, np.float32)
    return _TYPICAL[index]


def measured(found: list[Space], dataset: str) -> dict[str, dict[str, Metric]]:
    """What ``core.evaluate`` measured in each space: key of the space -> key of the metric -> Metric."""
    baselines = evaluate.read_baselines(resources.settings().checkpoints, dataset)
    numbers = {s.key: resources.card(s.key).metrics if s.family else baselines.get(s.key, {}) for s in found}
    return {key: {name: m[name] for name in COLUMNS if name in m} for key, m in numbers.items()}
