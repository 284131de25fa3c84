"""What every data set looks like once it is in memory."""

from dataclasses import dataclass, field

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
    """

    name: str
    images: np.ndarray
    labels: np.ndarray
    index: np.ndarray
    train_size: int
    label_names: tuple[str, ...]
    origin: str
    rows: dict[int, int] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "rows", {int(i): row for row, i in enumerate(self.index)})

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
        """The rows of the standard ``train`` or ``test`` split."""
        if name not in ("train", "test"):
            raise ValueError(f"split {name!r} is not one of 'train', 'test'")
        keep = self.index < self.train_size if name == "train" else self.index >= self.train_size
        return ImageSet(
            self.name,
            self.images[keep],
            self.labels[keep],
            self.index[keep],
            self.train_size,
            self.label_names,
            self.origin,
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
