"""Queries of a picture and words ("the same but red"), and what the right answers are. No torch.

A query is a source item and one wish: another value of a field that can be ``wished``. Right is every other item
that has the value wished for and shares all ``shared`` fields with the source, but for the one that the wish is
about. So "the same but red" of a blue men's shirt wants red men's shirts, "the same but striped" blue men's shirts
that are striped.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from core import phrases
from core.wares import PRODUCTS, Wares

SHARED, WISHED = PRODUCTS.shared, PRODUCTS.wished  # of products; other wares have their own
PATTERNS = ("solid", "striped", "checked", "printed")
UNKNOWN = -1


def pattern(caption: str) -> str:
    """The first word of `PATTERNS` in a caption, "" where it has none."""
    return next((word for word in phrases.words(caption) if word in PATTERNS), "")


def traits(
    fields: Mapping[str, np.ndarray], captions: Sequence[str], wished: Sequence[str] = WISHED
) -> dict[str, np.ndarray]:
    """The values (n,) of each of ``wished``, "" where unknown: the fields, and else the pattern by the caption."""
    by_words = np.array([pattern(str(caption)) for caption in captions], dtype=str)
    return {name: np.asarray(fields[name]) if name in fields else by_words for name in wished}


def wish(value: str) -> str:
    """How a value is wished for."""
    return f"the same but {value}"


@dataclass(frozen=True)
class Numbered:
    """Traits as numbers.

    Attributes
    ----------
    values : field that can be wished -> its different values, "" left out.
    keys : (n, fields) int64, which of them each item has, `UNKNOWN` where none; fields in the same order.
    """

    values: dict[str, tuple[str, ...]]
    keys: np.ndarray

    @property
    def offsets(self) -> np.ndarray:
        """(fields,) where the values of each field begin in a list of all."""
        return np.cumsum([0, *map(len, self.values.values())])[:-1]

    @property
    def wishes(self) -> list[str]:
        """Every value of every field as a wish, field by field."""
        return [wish(value) for values in self.values.values() for value in values]


def numbered(found: Mapping[str, np.ndarray]) -> Numbered:
    """Number the values of each field in the order of the alphabet."""
    values, columns = {}, []
    for name, column in found.items():
        known = tuple(sorted({str(value) for value in column} - {""}))
        place = {value: i for i, value in enumerate(known)}
        values[name] = known
        columns.append([place.get(str(value), UNKNOWN) for value in column])
    return Numbered(values, np.array(columns, np.int64).T.reshape(-1, len(found)))


@dataclass(frozen=True)
class Queries:
    """Sources (q,), which field is to change (q,) and to which value (q,); right answers (q, n) bool."""

    source: np.ndarray
    field: np.ndarray
    value: np.ndarray
    right: np.ndarray

    def __len__(self) -> int:
        return len(self.source)


def shares(keys: np.ndarray, row: int, field: int, wares: Wares = PRODUCTS) -> np.ndarray:
    """Which items (n,) share what a wish about ``field`` leaves alone with item ``row``; itself is not one."""
    kept = [i for i, name in enumerate(wares.wished) if name in wares.shared and i != field]
    same = (keys[:, kept] == keys[row, kept]).all(1) & (keys[row, kept] != UNKNOWN).all()
    same[row] = False
    return same


def draw(keys: np.ndarray, *, seed: int, wares: Wares = PRODUCTS) -> Queries:
    """A query for each item (n, fields) and field for which there is a right answer, its value drawn evenly.

    Values are drawn among those other than the item's own that some right item has.
    """
    random = np.random.default_rng(seed)
    rows, fields, values, right = [], [], [], []
    for row in range(len(keys)):
        for field in range(len(wares.wished)):
            if keys[row, field] == UNKNOWN:
                continue
            same = shares(keys, row, field, wares)
            others = np.setdiff1d(keys[same, field], [UNKNOWN, keys[row, field]])
            if len(others):
                value = int(random.choice(others))
                rows.append(row)
                fields.append(field)
                values.append(value)
                right.append(same & (keys[:, field] == value))
    shape = (len(rows), len(keys))
    source, field_, wanted = (np.array(column, int) for column in (rows, fields, values))
    return Queries(source, field_, wanted, np.array(right, bool).reshape(shape))


def fitting(target: np.ndarray, codes: np.ndarray, *, dim: int) -> np.ndarray:
    """How well items with ``codes`` (n, C) fit a target (C,) of `core.products.Composer`: (n,), at most 1.

    The mean, in logarithms, of the chances of what is looked for and of the likeness of vectors, which are the
    first ``dim`` numbers; the cosine similarity where there are no others.
    """
    if len(target) == dim:
        return np.asarray(codes @ target)
    weight = float(np.linalg.norm(target[:dim]))
    return np.asarray(np.exp((codes @ target - weight) / (weight + float(target[dim:].sum()))))
