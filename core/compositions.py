"""Queries of a picture and words ("the same but red"), and what the right answers are. No torch.

A query is a source item and one wish: another value of one of `WISHED`. Right is every other item that has the
value wished for and shares all of `SHARED` with the source, but for the field that the wish is about. So "the same
but red" of a blue men's shirt wants red men's shirts, "the same but striped" blue men's shirts that are striped.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from core import phrases

SHARED = ("type", "gender", "colour")
WISHED = ("colour", "gender", "type", "usage", "pattern")
PATTERNS = ("solid", "striped", "checked", "printed")
UNKNOWN = -1


def pattern(caption: str) -> str:
    """The first word of `PATTERNS` in a caption, "" where it has none."""
    return next((word for word in phrases.words(caption) if word in PATTERNS), "")


def traits(fields: Mapping[str, np.ndarray], captions: Sequence[str]) -> dict[str, np.ndarray]:
    """The values (n,) of each of `WISHED`, "" where unknown: the fields, and the pattern by the caption."""
    found = {name: np.asarray(fields[name]) for name in WISHED if name != "pattern"}
    return found | {"pattern": np.array([pattern(str(caption)) for caption in captions], dtype=str)}


def wish(value: str) -> str:
    """How a value is wished for."""
    return f"the same but {value}"


@dataclass(frozen=True)
class Numbered:
    """Traits as numbers.

    Attributes
    ----------
    values : field -> its different values, "" left out.
    keys : (n, fields) int64, which of them each item has, `UNKNOWN` where none; fields as in `WISHED`.
    """

    values: dict[str, tuple[str, ...]]
    keys: np.ndarray

    @property
    def offsets(self) -> np.ndarray:
        """(fields,) where the values of each field begin in a list of all."""
        return np.cumsum([0] + [len(self.values[name]) for name in WISHED[:-1]])

    @property
    def wishes(self) -> list[str]:
        """Every value of every field as a wish, field by field."""
        return [wish(value) for name in WISHED for value in self.values[name]]


def numbered(found: Mapping[str, np.ndarray]) -> Numbered:
    """Number the values of each field in the order of the alphabet."""
    values, columns = {}, []
    for name in WISHED:
        known = tuple(sorted({str(value) for value in found[name]} - {""}))
        place = {value: i for i, value in enumerate(known)}
        values[name] = known
        columns.append([place.get(str(value), UNKNOWN) for value in found[name]])
    return Numbered(values, np.array(columns, np.int64).T.reshape(-1, len(WISHED)))


@dataclass(frozen=True)
class Queries:
    """Sources (q,), which of `WISHED` is to change (q,) and to which value (q,); right answers (q, n) bool."""

    source: np.ndarray
    field: np.ndarray
    value: np.ndarray
    right: np.ndarray

    def __len__(self) -> int:
        return len(self.source)


def shares(keys: np.ndarray, row: int, field: int) -> np.ndarray:
    """Which items (n,) share what a wish about ``field`` leaves alone with item ``row``; itself is not one."""
    kept = [i for i, name in enumerate(WISHED) if name in SHARED and i != field]
    same = (keys[:, kept] == keys[row, kept]).all(1) & (keys[row, kept] != UNKNOWN).all()
    same[row] = False
    return same


def draw(keys: np.ndarray, *, seed: int) -> Queries:
    """A query for each item (n, fields) and field for which there is a right answer, its value drawn evenly.

    Values are drawn among those other than the item's own that some right item has.
    """
    random = np.random.default_rng(seed)
    rows, fields, values, right = [], [], [], []
    for row in range(len(keys)):
        for field in range(len(WISHED)):
            if keys[row, field] == UNKNOWN:
                continue
            same = shares(keys, row, field)
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
