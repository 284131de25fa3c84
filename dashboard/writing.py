"""Writers and their missing characters: what a page of them needs, looked up once."""

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import streamlit as st

from core import checkpoints, writers
from core.checkpoints import CheckpointError
from core.datasets.writers import GROUPS
from core.writerbook import Book
from core.writers import Record, Vote
from dashboard import resources
from dashboard.memo import per_run

if TYPE_CHECKING:  # torch takes seconds to import
    from core.handwriting import Penman

SIDE = 28
PARTS = ("trained on", "kept to choose settings", "never seen in training")
TRAIN = 0
SAMPLES = 14
EXAMPLE = 2113, 7  # a writer that no model was trained on, who writes a seven like few others


@per_run
def book() -> Book:
    """Who wrote what; CheckpointError where the checkpoint is not here or bad."""
    root = str(resources.settings().checkpoints)
    own = resources.card(checkpoints.GAN)
    if checkpoints.WRITERS not in own.sha256:
        raise CheckpointError(f"{own.id}: no {checkpoints.WRITERS}. Restore its folder from the repository.")
    return _book(root, own.sha256[checkpoints.WRITERS])


@st.cache_resource(max_entries=2, show_spinner=False)
def _book(root: str, sha256: str) -> Book:
    found = checkpoints.load_book(Path(root), resources.card(checkpoints.GAN))
    assert found is not None
    for array in (*vars(found).values(), *vars(found.record).values()):
        if isinstance(array, np.ndarray):
            array.flags.writeable = False  # all sessions share it
    return found


@per_run
def penman() -> "Penman":
    """The GAN of characters; CheckpointError where it cannot be used."""
    own = resources.card(checkpoints.GAN)
    return _penman(str(resources.settings().checkpoints), own.sha256[checkpoints.MODEL], resources.device().name)


@st.cache_resource(max_entries=2, show_spinner=False)
def _penman(root: str, sha256: str, device: str) -> "Penman":
    from core.handwriting import Penman

    return Penman(checkpoints.load_model(Path(root), resources.card(checkpoints.GAN)), device)


@per_run
def originals() -> np.ndarray | None:
    """Characters (n, 28, 28, 1) uint8 in the book's order, where they are on this machine."""
    found, known = resources.images("writers"), book()
    if found is None or len(found) != len(known.label) or not np.array_equal(found.labels, known.label):
        return None
    return found.images


def characters(rows: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Pictures (n, 28, 28, 1) uint8 of characters of the book, and which of them are originals (n,) bool.

    Where the data set is not here, those that come with the installation are; the others are drawn from codes.
    """
    rows = np.asarray(rows, np.int64)
    everything = originals()
    if everything is not None:
        return everything[rows], np.ones(len(rows), bool)
    known, digits = book(), resources.images("digits")
    held = {} if digits is None else digits.rows
    places = np.array([held.get(int(i), -1) if i >= 0 else -1 for i in known.original[rows]], np.int64)
    here = places >= 0
    found = np.empty((len(rows), SIDE, SIDE, 1), np.uint8)
    if here.any():
        assert digits is not None
        found[here] = digits.images[places[here]]
    if not here.all():
        found[~here] = resources.runner(known.drawn_by).decode(known.codes[rows[~here]])
    return found, here


def hole() -> np.ndarray:
    """The picture (28, 28, 1) uint8 of a character that nobody wrote: hatching."""
    y, x = np.mgrid[:SIDE, :SIDE]
    return np.where((x + y) % 7 < 1, 96, 32).astype(np.uint8)[..., None]


@per_run
def styles() -> np.ndarray:
    """The style (w, S) of every writer of the book, unit length, by all that they wrote."""
    record = book().record
    return writers.style(record.styles, record.written, np.ones(record.counts.shape[1], bool))


@dataclass(frozen=True)
class Cell:
    """A writer and a class, as if the writer had never written it.

    Attributes
    ----------
    row, label : of the book; the wanted class.
    voters : rows of the book of the writers who may vote: those that the models were trained on, without this one.
    style : (S,) float32, unit length: the writer's, by all other classes; 0 where they wrote nothing else.
    seen : other classes that they wrote, those written most often first.
    """

    row: int
    label: int
    voters: np.ndarray
    style: np.ndarray
    seen: tuple[int, ...]

    @property
    def real(self) -> np.ndarray:
        """Rows of the characters that are hidden here, if any."""
        return book().cell(self.row, self.label)


def cell(row: int, label: int) -> Cell:
    """The cell of a row of the book and a class."""
    known = book()
    record, written = known.record, known.record.written[row]
    others = np.arange(len(written)) != label
    own = writers.style(record.styles[[row]], written[None], others)[0]
    seen = sorted(np.flatnonzero((written > 0) & others).tolist(), key=lambda c: (-written[c], c))
    return Cell(row, label, voters(row), own, tuple(seen))


def voters(row: int) -> np.ndarray:
    """Rows of the book of those who may vote on a writer: whom the models were trained on, but not the writer."""
    found = np.flatnonzero(book().part == TRAIN)
    return found[found != row]


@per_run
def pool(row: int) -> Record:
    """What those who may vote on a writer wrote."""
    return book().record.only(voters(row))


def by_class(found: Cell, observed: int) -> Vote:
    """The paper's vote, told from one class that the writer wrote."""
    return writers.vote_by_class(
        pool(found.row), int(book().record.majority[found.row, observed]), observed, found.label
    )


def by_style(found: Cell) -> Vote:
    """The vote of those nearest in style."""
    return writers.vote_by_style(pool(found.row), found.style, found.label)


def largest(found: Cell) -> int:
    """The largest cluster of the wanted class."""
    return writers.largest(pool(found.row), found.label)


def title(row: int) -> str:
    """``Writer 2113``."""
    return f"Writer {book().record.writers[row]}"


def about(row: int) -> str:
    """Who it was, as far as that is known, in a phrase."""
    known = book()
    return f"{GROUPS[known.group[row]]}, {PARTS[known.part[row]]}"


def write(
    labels: np.ndarray, clusters: np.ndarray | None, style: np.ndarray | None, *, strength: float, seed: int
) -> np.ndarray:
    """Samples (n, 28, 28, 1) uint8 of the GAN; ``style`` (S,) for all of them."""
    pen = penman()
    noise = np.random.default_rng(seed).normal(size=(len(labels), pen.config.noise))
    styles = None if style is None else np.repeat(strength * style[None], len(labels), axis=0)
    return pen.write(noise, labels, clusters, styles)


def write_row(row: int, labels: np.ndarray, *, seed: int) -> np.ndarray:
    """A sample (n, 28, 28, 1) uint8 of each class (n,) in the hand of a writer, by all their other classes."""
    known, pen = book(), penman()
    given = writers.foretell(pool(row), known.record.styles[row], known.record.written[row], labels)
    return pen.write(np.random.default_rng(seed).normal(size=(len(labels), pen.config.noise)), labels, *given)


def firsts(rows: np.ndarray) -> np.ndarray:
    """The first character (n, 28, 28, 1) of every class of some writers, row after row; where none is, a hole."""
    known = book()
    cells = [known.cell(int(row), label)[:1] for row in rows for label in range(known.record.counts.shape[1])]
    pictures = iter(characters(np.concatenate(cells))[0])
    return np.stack([next(pictures) if len(own) else hole() for own in cells])


def nearest(images: np.ndarray, labels: np.ndarray) -> tuple[np.ndarray, np.ndarray] | None:
    """Distance to, and row of the book of, the nearest character that the GAN was trained on.

    None where the originals are not on this machine: nothing can be said of copies then.
    """
    everything, data = originals(), resources.images("writers")
    if everything is None or data is None:
        return None
    from core.writer_samples import nearest as find

    return find(images, labels, data.split("train"))  # the training part comes first, so rows are the book's


def opening() -> tuple[int, int]:
    """Row and class of the cell that the page opens on: `EXAMPLE`, else a hole of whoever wrote most else."""
    record = book().record
    if (row := record.row(EXAMPLE[0])) is not None:
        return row, EXAMPLE[1]
    holes = np.where(record.written == 0, record.written.sum(1, keepdims=True), -1)
    return divmod(int(holes.argmax()), holes.shape[1])
