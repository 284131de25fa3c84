"""What the page on categories shows: an adversarial autoencoder's own sorting of its gallery, put into words."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import streamlit as st

from core import clusters
from core.cards import Card
from core.clusters import Category
from core.gallery import Gallery
from dashboard import item_data, resources
from dashboard.items import Item

# Key of the widget that opens a category, and its value for the item's own.
CATEGORY, OWN = "cl_category", "the item's"
SHOWN = 12  # typical and doubtful members of each category
NAME_LENGTH = 40
MOVE = 2.0  # how far a style number is moved to see what it changes
SHORT, LONG = 4, 18  # letters of a name that fit beside its number, and under a tile
NBSP = "\u00a0"


@dataclass(frozen=True, eq=False)
class Sorting:
    """What a checkpoint made of its gallery.

    Attributes
    ----------
    card, gallery : of the checkpoint.
    chosen, certain : (n,) category of each row, and the probability that the model gives it.
    categories : all of them, by id.
    means : (K, s) float32, mean style of each category's members; 0 where there are none.
    prototypes : (K, H, W, C) uint8, every category decoded with its mean style.
    style : (s,) float32 of the current item.
    own : category of the current item.
    """

    card: Card
    gallery: Gallery
    chosen: np.ndarray
    certain: np.ndarray
    categories: list[Category]
    means: np.ndarray
    prototypes: np.ndarray
    style: np.ndarray
    own: int

    @property
    def labels(self) -> tuple[str, ...]:
        """Names of the labels."""
        return resources.source(self.card.dataset).labels

    def label(self, category: Category) -> str:
        """Name of the commonest label of a category."""
        return self.labels[category.label] if category.label >= 0 else "no label"

    def counts(self) -> np.ndarray:
        """(K, labels) items of each category and label."""
        count, labels = len(self.categories), len(self.labels)
        return clusters.contingency(self.chosen, self.gallery.label, categories=count, labels=labels)

    def decode(self, category: int | np.ndarray, style: np.ndarray) -> np.ndarray:
        """Images (n, H, W, C) uint8 of styles (n, s) in one category or in (n,) of them."""
        return resources.runner(self.card.id).decode(join(category, style, len(self.categories)))

    def landed(self, images: np.ndarray) -> np.ndarray:
        """(n,) categories that the model sorts (n, H, W, C) images into."""
        codes = resources.runner(self.card.id).encode(images)
        return np.asarray(codes[:, : len(self.categories)].argmax(1))

    def distances(self, category: int) -> np.ndarray:
        """(K,) Euclidean distance of every prototype to that of ``category``, pixels 0..1."""
        flat = self.prototypes.reshape(len(self.prototypes), -1) / 255
        return np.linalg.norm(flat - flat[category], axis=1)


def join(category: int | np.ndarray, style: np.ndarray, count: int) -> np.ndarray:
    """Codes (n, count + s) of styles (n, s) in one category or in (n,) of them."""
    head = np.zeros((len(style), count), np.float32)
    head[np.arange(len(style)), category] = 1
    return np.concatenate([head, style], axis=1, dtype=np.float32)


def sort_out(checkpoint: str, item: Item) -> Sorting:
    """Gather all that the page shows of ``checkpoint`` and ``item``."""
    card, gallery, runner = resources.card(checkpoint), resources.gallery(checkpoint), resources.runner(checkpoint)
    count = runner.categories
    chosen = gallery.z[:, :count].argmax(1) if gallery.category is None else gallery.category
    certain = gallery.z[:, :count].max(1) if gallery.confidence is None else gallery.confidence
    labels = len(resources.source(card.dataset).labels)
    found = clusters.summarise(chosen, certain, gallery.label, categories=count, labels=labels, show=SHOWN)
    code = item_data.code(checkpoint, item)
    members = np.eye(count, dtype=np.float32)[chosen]
    means = members.T @ gallery.z[:, count:] / np.maximum(members.sum(0), 1)[:, None]
    prototypes = runner.decode(join(np.arange(count), means, count))
    own, _ = category_of(checkpoint, item)
    return Sorting(card, gallery, chosen, certain, found, means, prototypes, code[count:], own)


def category_of(checkpoint: str, item: Item) -> tuple[int, float]:
    """Category that an item falls into, and its probability: by the gallery, otherwise by the item's code."""
    gallery, count = resources.gallery(checkpoint), resources.runner(checkpoint).categories
    row = gallery.row(item.index)
    if row is not None and gallery.category is not None and gallery.confidence is not None:
        return int(gallery.category[row]), float(gallery.confidence[row])
    head = item_data.code(checkpoint, item)[:count]
    return int(head.argmax()), float(head.max())


def strongest(sorting: Sorting, categories: np.ndarray) -> list[int]:
    """Style numbers, 0..s-1, by how much they change the pictures of ``categories``, most first."""
    size = sorting.style.size
    moves = sorting.means[categories][:, None] + MOVE * np.eye(size, dtype=np.float32)
    still = sorting.prototypes[categories].astype(np.float32)
    moved = sorting.decode(np.repeat(categories, size), moves.reshape(-1, size))
    change = np.abs(moved.reshape(len(categories), size, *still.shape[1:]) - still[:, None])
    return [int(d) for d in np.argsort(-change.mean(axis=(0, 2, 3, 4)), kind="stable")]


def surest(sorting: Sorting, category: Category, left: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Rows of a category's members that a filter (n,) bool leaves: all, the most and the least certain ones."""
    rows = np.flatnonzero((sorting.chosen == category.id) & left)
    certain = sorting.certain[rows]
    most, least = (np.argsort(order, kind="stable")[:SHOWN] for order in (-certain, certain))
    return rows, rows[most], rows[least]


def names(checkpoint: str) -> dict[int, str]:
    """What the reader called the categories of ``checkpoint`` in this session."""
    return st.session_state.setdefault("_category_names", {}).setdefault(checkpoint, {})


def one_line(typed: str) -> str:
    """A name as it is kept: one short line of printable characters."""
    line = "".join(c if c.isprintable() else " " for c in typed)
    return " ".join(line.split())[:NAME_LENGTH].strip()


def keep_name(checkpoint: str, category: int, name: str) -> None:
    """Store a name, or forget it where it is empty."""
    if name:
        names(checkpoint)[category] = name
    else:
        names(checkpoint).pop(category, None)


def title(sorting: Sorting, category: Category) -> str:
    """Its number, and its name or its commonest label."""
    if category.size == 0:
        return f"{category.id} · empty"
    return f"{category.id} · {names(sorting.card.id).get(category.id) or sorting.label(category)}"


def percent(share: float, digits: int = 0) -> str:
    """``99 %``, never broken."""
    return f"{100 * share:.{digits}f}{NBSP}%"


def caption(sorting: Sorting, category: Category) -> str:
    """Title, purity and size for a narrow tile: short words stay together, long ones get a line of their own."""
    if category.size == 0:
        return f"{category.id} empty"
    name = names(sorting.card.id).get(category.id) or sorting.label(category)
    between = f"{NBSP}·{NBSP}" if len(name) <= SHORT else " "
    shown = name if len(name) <= LONG else f"{name[: LONG - 1].rstrip()}…"
    return f"{category.id}{between}{shown} {percent(category.purity)} of{NBSP}{category.size:,}"


def nearest(sorting: Sorting, category: Category) -> str:
    """Which other category draws the most similar picture."""
    others = [c.id for c in sorting.categories if c.id != category.id]
    if not others:
        return "It is the only category."
    distance = sorting.distances(category.id)
    twin = min(others, key=lambda i: (distance[i], i))
    usual = float(np.median(distance[others]))
    return (
        f"Looks most like category {twin}: distance {distance[twin]:.1f}, the median to all others is {usual:.1f}."
    )


def doubtful(sorting: Sorting) -> str:
    """A sentence on dead categories and one on pairs that draw the same."""
    dead = clusters.dead(sorting.categories)
    flat = sorting.prototypes.reshape(len(sorting.prototypes), -1) / 255
    pairs = [f"{i} and {j}" for i, j, _ in clusters.duplicates(flat) if i not in dead and j not in dead]
    listed = ", ".join(pairs[:6]) + (f" and {len(pairs) - 6} more" if len(pairs) > 6 else "")
    first = f"Dead, with fewer than {percent(clusters.DEAD_SHARE, 1)} of the items: {', '.join(map(str, dead))}. "
    second = f"Nearly the same picture: {listed}."
    if not dead and not pairs:
        return "No category is dead, and no two draw nearly the same picture."
    return (first if dead else "No category is dead. ") + (
        second if pairs else "No two draw nearly the same picture."
    )


def table(sorting: Sorting, given: Mapping[int, str]) -> str:
    """The assignments as CSV, with the names that categories were given."""
    gallery = sorting.gallery
    return clusters.assignments_csv(
        gallery.index, sorting.chosen, sorting.certain, gallery.label, given, sorting.card.dataset
    )
