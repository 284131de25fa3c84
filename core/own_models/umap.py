"""A UMAP map for a checkpoint that has none yet: minutes of work, in a process of its own."""

import re
import shutil
from collections.abc import Callable
from dataclasses import replace

import numpy as np

from core import checkpoints, gallery, projection
from core.cards import Card
from core.gallery import Gallery
from core.jobs import Reporter
from core.own_models import numbers, places
from core.own_models.encode import set_of
from core.settings import Settings

FITTED = 20_000  # items that a map is fitted to, at most; the others are placed on it
BLOCK = 1_000  # items placed between two notes of how far it came
SHARES = 70, 30  # steps of a hundred for laying out, and for placing the others
LEAST = 5  # items that a map needs


class Teller:
    """A file that a progress bar writes to: it tells how many of how many rounds are done."""

    def __init__(self, told: Callable[[int, int], None]) -> None:
        self.told = told

    def write(self, text: str) -> int:
        """Look for ``12/200`` in what the bar shows."""
        if found := re.search(r"(\d+)/(\d+)", text):
            self.told(int(found[1]), int(found[2]))
        return len(text)

    def flush(self) -> None:
        """Nothing is held back."""


def sample(labels: np.ndarray, most: int, *, seed: int = 0) -> np.ndarray:
    """Rows (m,), ascending: all, or ``most``, every label in proportion and at least once (stratified)."""
    if len(labels) <= most:
        return np.arange(len(labels))
    draw = np.random.default_rng(seed)
    order = draw.permutation(len(labels))
    # Sorted by label and then at random, every (n / most)-th row is a share of each label.
    order = order[np.argsort(labels[order], kind="stable")]
    first = order[np.r_[True, np.diff(labels[order]) != 0]]
    even = order[np.linspace(0, len(order) - 1, most - len(first)).astype(int)]
    return np.unique(np.concatenate([first, even]))


def lay_out(z: np.ndarray, labels: np.ndarray, told: Callable[[int, str], None], *, seed: int = 0) -> np.ndarray:
    """UMAP coordinates (n, 2) of codes (n, d); ``told`` hears how many of a hundred steps are done."""
    rows = sample(labels, FITTED, seed=seed)
    rest = np.setdiff1d(np.arange(len(z)), rows)
    share = SHARES[0] if len(rest) else 100
    told(0, f"Finding the neighbours of {len(rows):,} items (about a minute; nothing is counted)")

    def rounds(done: int, total: int) -> None:
        told(round(share * done / total), f"Laying out {len(rows):,} items, round {done} of {total}")

    near = min(15, len(rows) - 1)
    xy = np.empty((len(z), 2), np.float32)
    fitted = projection.fit_umap(z[rows], neighbors=near, seed=seed, bar=Teller(rounds))
    xy[rows] = fitted
    for start in range(0, len(rest), BLOCK):
        told(share + round(SHARES[1] * start / len(rest)), f"Placing the other {len(rest):,} items")
        part = rest[start : start + BLOCK]
        xy[part] = projection.place_umap(z[part], z[rows], fitted)
    return xy


def add(settings: Settings, id: str, reporter: Reporter, *, seed: int = 0) -> str:
    """Write a map ``umap`` into the gallery of an own checkpoint, and onto its card what it is worth.

    Raises
    ------
    ValueError
        If its codes are a map themselves, or too few.
    CheckpointError
        If there is no such own checkpoint, or it is damaged.
    """
    places.settle(places.root(settings) / id)
    card = places.own_card(settings, id)
    if card.dim <= 2:
        raise ValueError(f"{id} needs no UMAP: its code of {card.dim} numbers is a map")
    items = checkpoints.load_gallery(places.root(settings), card)
    if len(items) < LEAST:
        raise ValueError(f"{id} holds {len(items)} items; a map needs {LEAST} or more")

    def told(done: int, text: str) -> None:
        reporter.told(done, 100, text)

    xy = lay_out(items.z, items.label, told, seed=seed)
    told(99, "Measuring the map")
    write(settings, card, replace(items, maps={"umap": xy, **items.maps}))
    return id


def write(settings: Settings, card: Card, items: Gallery) -> None:
    """Put another gallery into a checkpoint: the folder is made anew and takes the place of the old one."""
    target, part = places.root(settings) / card.id, places.run_folder(settings, f"{card.id}.umap")
    quality = numbers.maps(items, set_of(settings, card.dataset))
    shutil.rmtree(part, ignore_errors=True)
    part.mkdir(parents=True)
    for name in card.sha256:
        if name != checkpoints.GALLERY:
            places.copy(target / name, part / name)
    gallery.save(items, part / checkpoints.GALLERY)
    places.finish(replace(card, maps=quality), part, target)
