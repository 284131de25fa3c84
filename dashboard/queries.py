"""One query in many spaces: what is nearest to it there, and how usual such a distance is."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from core import evaluate, neighbors
from core.cards import Metric
from dashboard import checkpoint_choice, indexes, issue_filter, item_data, labels, resources, words
from dashboard.items import Item

BASELINES = {"pixels": "Pixels", "histogram": "Grey histogram"}
COLUMNS = {
    "precision_at_1": "Nearest right ↑",
    "precision_at_5": "5 nearest ↑",
    "precision_at_10": "10 nearest ↑",
    "precision_at_1_cosine": "Nearest, cosine ↑",
    "map": "mAP ↑",
}
UNUSUAL = 0.99  # rarity from which a query is called unlike the gallery


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
    item : its address.
    label : None where nobody knows.
    """

    image: np.ndarray | None
    item: Item
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

    def marks(self, label: int | None) -> list[str]:
        """``right`` or ``wrong`` beside the query's label; empty where one of the two is unknown."""
        if label is None:
            return [""] * len(self.labels)
        return ["" if own < 0 else "right" if own == label else "wrong" for own in self.labels]

    def verdict(self, dataset: str, label: int | None) -> str:
        """How many are right, or what the label of most says about a query without one."""
        if label is not None:
            return f"{int((self.labels == label).sum())} of {len(self.labels)} right"
        # The nearest one of equals comes first.
        most, count = Counter(int(own) for own in self.labels).most_common(1)[0]
        return f"reads as {labels.named(dataset, most)} ({count} of {len(self.labels)})"


def spaces(dataset: str) -> list[Space]:
    """Every space in which images of ``dataset`` can be compared here: baselines first, then models by family."""
    found = []
    for kind, title in BASELINES.items():
        index = indexes.feature_index(dataset, kind)
        if index is not None:
            found.append(Space(kind, title, "", index.vectors.shape[1]))
    cards = [card for card in resources.cards().values() if card.dataset == dataset]
    named = checkpoint_choice.titles(cards)
    return found + [Space(card.id, named[card.id], card.family, card.dim) for card in cards]


def few(found: list[Space], *, also: str | None) -> list[str]:
    """Keys of a telling handful: the baselines, the best of each family by precision@1, and ``also``."""
    chosen = [space.key for space in found if not space.family]
    for family in words.FAMILIES:
        own = [space.key for space in found if space.family == family]
        # `max` keeps the first of equals; cards come best first, so an unmeasured family gives its best too.
        chosen += [max(own, key=_nearest_right)] if own else []
    wanted = {*chosen, also}
    return [space.key for space in found if space.key in wanted]


def _nearest_right(id: str) -> float:
    metric = _number(resources.card(id).metrics, "precision_at_1")
    return 0.0 if metric is None else metric.value


def make_query(item: Item) -> Query:
    """A query by item, with its label where one is known."""
    return Query(item_data.original(item), item, labels.number(item))


def rank(
    space: Space, query: Query, dataset: str, *, k: int, metric: str, only: str = issue_filter.ALL
) -> Ranking | None:
    """The ``k`` gallery items nearest to the query, itself left out; None where it has no place in that space.

    ``only``, one of `issue_filter.FILTERS`, is what is searched; how usual a distance is, the whole gallery says.
    """
    reference = space.key if space.family else resources.first(dataset)
    index = indexes.index(space.key, metric) if space.family else indexes.feature_index(dataset, space.key, metric)
    vector = _vector(space, query)
    if reference is None or index is None or vector is None:
        return None
    gallery = resources.gallery(reference)
    own = gallery.row(query.item.index)
    exclude = None if own is None else np.array([own])
    among = None if only == issue_filter.ALL else issue_filter.left(only, dataset, gallery.index)
    found = index.search(vector[None], k, exclude=exclude, among=among)
    if not found.index.size:
        return None
    rows, distance = found.index[0], found.distance[0]
    nearest = distance if among is None else index.search(vector[None], 1, exclude=exclude).distance[0]
    sample = indexes.nearest_distances(reference, metric, "" if space.family else space.key)
    return Ranking(rows, distance, gallery.label[rows], float(np.searchsorted(sample, nearest[0]) / len(sample)))


def _vector(space: Space, query: Query) -> np.ndarray | None:
    if space.family:
        return item_data.code(space.key, query.item)
    return None if query.image is None else neighbors.FEATURES[space.key](query.image[None])[0]


def measured(dataset: str) -> dict[str, dict[str, Metric]]:
    """What ``core.evaluate`` measured in each space: title of the space -> key of the metric -> Metric."""
    baselines = evaluate.read_baselines(resources.settings().checkpoints, dataset)
    found = {title: baselines.get(kind, {}) for kind, title in BASELINES.items()}
    cards = [card for card in resources.cards().values() if card.dataset == dataset]
    named = checkpoint_choice.titles(cards)
    found |= {named[card.id]: card.metrics for card in cards}
    numbers = {title: {key: _number(metrics, key) for key in COLUMNS} for title, metrics in found.items()}
    return {title: {key: m for key, m in row.items() if m is not None} for title, row in numbers.items()}


def _number(metrics: Mapping[str, Metric], key: str) -> Metric | None:
    """A metric; on a plane of two numbers, precision at 1 goes by a name of its own."""
    return metrics.get(key) or (metrics.get("knn1_accuracy_2d") if key == "precision_at_1" else None)


def table(dataset: str) -> list[dict[str, str]]:
    """What was measured in each space as lines of text, best first, the best of each column in bold."""
    rows = measured(dataset)
    best = {key: max((row[key].value for row in rows.values() if key in row), default=None) for key in COLUMNS}
    ranked = sorted(rows.items(), key=lambda entry: -_first(entry[1]))
    return [_table_row(title, row, best) for title, row in ranked]


def _first(row: dict[str, Metric]) -> float:
    """What the table is sorted by; a space that was not measured comes last."""
    return row["precision_at_1"].value if "precision_at_1" in row else -1.0


def _table_row(title: str, row: dict[str, Metric], best: dict[str, float | None]) -> dict[str, str]:
    """One line of the table, the best of each column in bold."""
    cells = {"Space": title}
    for key, column in COLUMNS.items():
        if key not in row:
            cells[column] = "not measured"
            continue
        text = f"{row[key].value:.3f}" if key == "map" else f"{100 * row[key].value:.2f} %"
        cells[column] = f"**{text}**" if row[key].value == best[key] else text
    return cells | {"Queries": f"{row['precision_at_1'].n:,}" if "precision_at_1" in row else ""}
