"""What every data set looks like once it is in memory."""

import functools
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

import numpy as np


@dataclass(frozen=True)
class ImageSet:
    """Images with labels, addressed by their index in the full set (train first).

    Attributes
    ----------
    name : ``digits``, ``fashion``, ...
    images : (n, H, W, C) uint8.
    labels : (n,) uint8.
    index : (n,) int64, place of each row in the full set; rows are sorted by it.
    train_size : indices below it belong to the standard training split.
    label_names : what each label value is called.
    origin : one phrase on where these rows came from, shown on screen.
    validation_size : so many indices after the training split belong to neither split: they are to choose on.
    attributes, attribute_names : (n, k) uint8 0/1 and what they are called, where a set has any.
    people : (n,) int64, who wrote or is shown, where a set tells.
    captions : (n,) str, a sentence on each image, where a set has them.
    fields : name -> (n,) str, what is known of each image in words ("" where it is not), where a set tells.
    """

    name: str
    images: np.ndarray
    labels: np.ndarray
    index: np.ndarray
    train_size: int
    label_names: tuple[str, ...]
    origin: str
    validation_size: int = 0
    attributes: np.ndarray | None = None
    attribute_names: tuple[str, ...] = ()
    people: np.ndarray | None = None
    captions: np.ndarray | None = None
    fields: Mapping[str, np.ndarray] = field(default_factory=dict)

    @functools.cached_property
    def rows(self) -> dict[int, int]:
        """Row of each item, by its index; made when it is first asked for."""
        return {int(i): row for row, i in enumerate(self.index)}

    def __len__(self) -> int:
        return len(self.index)

    def image(self, index: int) -> np.ndarray | None:
        """Image (H, W, C) uint8 of item ``index``, or None where this source does not hold it."""
        row = self.rows.get(int(index))
        return None if row is None else self.images[row]

    def label(self, index: int) -> int | None:
        """Label of item ``index``, or None where this source does not hold it."""
        row = self.rows.get(int(index))
        return None if row is None else int(self.labels[row])

    def split(self, name: str) -> "ImageSet":
        """The rows of the standard ``train`` or ``test`` split, or of ``validation`` (empty in most sets)."""
        held = self.train_size + self.validation_size
        bounds = {"train": (0, self.train_size), "validation": (self.train_size, held), "test": (held, None)}
        if name not in bounds:
            raise ValueError(f"split {name!r} is not one of 'train', 'validation', 'test'")
        first, end = bounds[name]
        keep = (self.index >= first) & (self.index < (end if end is not None else self.index.max(initial=0) + 1))
        return replace(
            self,
            images=self.images[keep],
            labels=self.labels[keep],
            index=self.index[keep],
            attributes=None if self.attributes is None else self.attributes[keep],
            people=None if self.people is None else self.people[keep],
            captions=None if self.captions is None else self.captions[keep],
            fields={name: column[keep] for name, column in self.fields.items()},
        )


def item_address(name: str, index: int) -> str:
    """``digits/1234``."""
    return f"{name}/{index}"


def parse_address(address: str) -> tuple[str, int]:
    """``digits/1234`` -> (``digits``, 1234); ValueError for anything else."""
    name, _, number = address.partition("/")
    if not name or not number.isascii() or not number.isdigit() or len(number) > 9:
        raise ValueError(f"{address!r} is not an item address like 'digits/1234'")
    return name, int(number)
