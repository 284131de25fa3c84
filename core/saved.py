"""A named selection: what it holds, which texts it takes, how two make one, and how two edits of it do."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace

import numpy as np

NAME, TAG, TAGS, LABEL, NOTE = 80, 40, 20, 80, 2000  # longest texts, and most tags
MOST = 10_000_000  # items of a selection
TEXTS = ("name", "label", "note")


class StoreError(Exception):
    """The store cannot do what was asked; the message is for the reader, and nothing was changed."""


class TakenError(StoreError):
    """Another selection of the data set has the name."""


class ConflictError(StoreError):
    """Another tab changed the same.

    Attributes
    ----------
    theirs : what is stored now; None where it was deleted.
    mine : the refused edit with all that does not clash taken from ``theirs``.
    """

    def __init__(self, message: str, theirs: "Saved | None", mine: "Saved") -> None:
        super().__init__(message)
        self.theirs, self.mine = theirs, mine


@dataclass(frozen=True, eq=False)
class Saved:
    """A selection as it is kept.

    Attributes
    ----------
    name : unique in its data set.
    dataset : the data set that the items belong to.
    items : (n,) int64, places in the full data set; sorted, each once, read-only.
    tags, note : words to find it by, and why these items were chosen.
    label : the label that the items should have; None leaves theirs.
    version : counts the writes; 0 for what was never saved.
    created : UTC, ISO 8601; set by the store.
    id : set by the store, and kept when the name changes.
    """

    name: str
    dataset: str
    items: np.ndarray
    tags: tuple[str, ...] = ()
    note: str = ""
    label: str | None = None
    version: int = 0
    created: str = ""
    id: str = field(default="", repr=False)

    def __post_init__(self) -> None:
        items = np.unique(np.asarray(self.items, np.int64))
        items.flags.writeable = False
        object.__setattr__(self, "items", items)

    def __len__(self) -> int:
        return len(self.items)

    def same(self, other: "Saved") -> bool:
        """Whether the content is the same, whatever the version."""
        mine, theirs = ((s.name, s.dataset, s.tags, s.note, s.label) for s in (self, other))
        return mine == theirs and np.array_equal(self.items, other.items)


def unite(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    """Items in ``a`` or in ``b``: (n,) int64, sorted, each once; as of the other operations."""
    return np.union1d(_items(a), _items(b))


def intersect(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    """Items in both."""
    return np.intersect1d(_items(a), _items(b))


def subtract(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    """Items in ``a`` that are not in ``b``."""
    return np.setdiff1d(_items(a), _items(b))


def invert(a: np.ndarray, whole: np.ndarray) -> np.ndarray:
    """Items of ``whole`` that are not in ``a``."""
    return subtract(whole, a)


OPERATIONS: dict[str, Callable[[np.ndarray, np.ndarray], np.ndarray]] = {
    "unite": unite,
    "intersect": intersect,
    "subtract": subtract,
}


def _items(values: np.ndarray) -> np.ndarray:
    return np.asarray(values, np.int64)


def line(text: str) -> str:
    """``text`` as one line of printable characters."""
    return " ".join("".join(c if c.isprintable() else " " for c in text).split())


def tags(text: str) -> tuple[str, ...]:
    """The tags of a text with commas between them, each once, in their order."""
    return tuple(dict.fromkeys(tag for part in text.split(",") if (tag := line(part))))


def checked(saved: Saved) -> Saved:
    """``saved`` with clean texts.

    Raises
    ------
    StoreError : a name that is missing, texts that are too long, too many tags, items that are no places.
    """
    note = "\n".join(line(part) for part in saved.note.splitlines()).strip()
    kept = tuple(dict.fromkeys(tag for raw in saved.tags if (tag := line(raw))))
    made = replace(saved, name=line(saved.name), tags=kept, note=note, label=line(saved.label or "") or None)
    if not made.name:
        raise StoreError("A selection needs a name.")
    texts = [("name", made.name, NAME), ("reason", note, NOTE), ("label", made.label or "", LABEL)]
    for what, text, most in texts + [("tag", tag, TAG) for tag in kept]:
        if len(text) > most:
            raise StoreError(f"The {what} has {len(text):,} characters; at most {most:,} can be kept.")
    if len(kept) > TAGS:
        raise StoreError(f"There are {len(kept)} tags; at most {TAGS} can be kept.")
    if len(made.items) > MOST or (len(made.items) and made.items[0] < 0):
        raise StoreError(f"The items must be 0 or greater, and at most {MOST:,}.")
    return made


def merge(base: Saved, mine: Saved, theirs: Saved) -> tuple[Saved, tuple[str, ...]]:
    """Put an edit ``base`` -> ``mine`` on top of ``theirs``, which another made of ``base``.

    Returns
    -------
    The merged selection, with the version of ``theirs``, and the names of the texts that both changed to
    something else; there ``mine`` stands. Items and tags never clash: what either added is there, what either
    took out is not.
    """
    texts, clash = {}, []
    for name in TEXTS:
        was, my, their = (getattr(saved, name) for saved in (base, mine, theirs))
        texts[name] = their if my == was else my
        if len({was, my, their}) == 3:
            clash.append(name)
    kept = [tag for tag in theirs.tags if tag in mine.tags or tag not in base.tags]
    added = [tag for tag in mine.tags if tag not in base.tags and tag not in kept]
    items = unite(subtract(theirs.items, subtract(base.items, mine.items)), subtract(mine.items, base.items))
    return replace(theirs, **texts, tags=(*kept, *added), items=items), tuple(clash)
