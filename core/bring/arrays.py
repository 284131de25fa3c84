"""Images that are arrays already: .npz and .npy, and what the readers of IDX and of LEAF make of theirs."""

import itertools
import re
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from core.bring import members
from core.bring.base import (
    LISTED,
    MOST,
    PART_OF,
    SPLITS,
    BringError,
    Listing,
    Source,
    Wish,
    chosen,
    fits_labels,
    text,
    too_many,
)
from core.bring.entries import Entry
from core.bring.members import Header
from core.bring.zips import count_members
from core.images import LARGEST_SIDE

LOOKED = 256  # images by which the range of an array's numbers is told
WORDS = ("label", "labels", "y", "class", "classes", "target", "targets", "category")
Scale = Callable[[np.ndarray], np.ndarray]


@dataclass(frozen=True)
class Block:
    """Images of one array, (n, H, W), (n, H, W, C) or (n, C, H, W), and columns (n,) of what is known of them.

    ``part`` is that of all of them, where one is said.
    """

    name: str
    images: np.ndarray
    columns: Mapping[str, np.ndarray]
    part: str = ""


class Arrays(Source):
    """Images of one or several arrays with the same columns."""

    kind = "arrays"

    def __init__(self, path: Path, blocks: Sequence[Block], wish: Wish, notes: Sequence[str] = ()) -> None:
        self.path, self.blocks, self.listing = path.resolve(), tuple(blocks), Listing(notes=list(notes))
        self.ends = np.cumsum([len(block.images) for block in blocks])
        if not len(blocks) or self.ends[-1] > MOST:
            raise too_many(path.name) if len(blocks) else BringError(f"{path.name} holds no images.")
        told = [_scale(block.images) for block in blocks]
        self.scales = [scale for scale, _ in told]
        self.listing.notes += sorted({note for _, note in told if note})
        self._list(wish)

    def _list(self, wish: Wish) -> None:
        found = self.listing
        shared = [name for name in self.blocks[0].columns if all(name in b.columns for b in self.blocks)]
        split = next((name for name in shared if self._parts(name)), None)
        found.columns = tuple(name for name in shared if name != split)
        fitting = [name for name in found.columns if self._fits(name)]
        guess = next((name for name in fitting if name.casefold() in WORDS), fitting[0] if fitting else None)
        found.label = chosen(wish.label, found.columns, guess, "label")
        found.group = chosen(wish.group, found.columns, None, "group")
        for block in self.blocks:
            labels, groups, parts = (
                map(text, block.columns[column].tolist()) if column else itertools.repeat("", len(block.images))
                for column in (found.label, found.group, split)
            )
            for row, (label, group, part) in enumerate(zip(labels, groups, parts, strict=True)):
                place, where = len(found.entries), PART_OF.get(part.casefold(), block.part)
                found.entries.append(Entry(f"{block.name}/{row}", place, label, group, where))

    def _parts(self, name: str) -> bool:
        """Whether a column says which part each image is of."""
        values = set().union(*(np.unique(block.columns[name]).tolist() for block in self.blocks))
        return (
            name.casefold() in SPLITS and len(values) > 1 and {str(v).casefold() for v in values} <= PART_OF.keys()
        )

    def _fits(self, name: str) -> bool:
        values = np.concatenate([block.columns[name] for block in self.blocks])
        return fits_labels(Counter(values.tolist()), len(values), named=name.casefold() in WORDS)

    def read(self, entry: Entry) -> np.ndarray:
        """Pixels (H, W, C) uint8; BringError where they are not numbers."""
        at = int(np.searchsorted(self.ends, entry.place, side="right"))
        row = entry.place - (int(self.ends[at - 1]) if at else 0)
        image = np.asarray(self.blocks[at].images[row])
        if not np.isfinite(image).all():
            raise BringError("It has values that are no numbers.")
        return self.scales[at](_upright(image))


def _upright(image: np.ndarray) -> np.ndarray:
    """(H, W, C) of an image (H, W), (H, W, C) or (C, H, W)."""
    if image.ndim == 2:
        return image[..., None]
    return image.transpose(1, 2, 0) if _channels_first(image.shape) else image


def _channels_first(shape: tuple[int, ...]) -> bool:
    return shape[0] in (1, 3, 4) and shape[2] not in (1, 3, 4)


def _scale(images: np.ndarray) -> tuple[Scale, str]:
    """What makes an array's numbers 0 to 255, told by some of its images; a sentence where it is a guess."""
    some = np.asarray(images[np.linspace(0, len(images) - 1, min(LOOKED, len(images))).astype(int)])
    if images.dtype == np.uint8:
        return lambda image: np.ascontiguousarray(image), ""
    with np.errstate(invalid="ignore"):
        values = some[np.isfinite(some)].astype(np.float64)
    low, high = float(values.min(initial=0)), float(values.max(initial=0))
    first, top = _range(low, high, whole=images.dtype.kind != "f")
    note = f"Numbers from {first:,.6g} to {top:,.6g} were taken for black to white." if top != 255 else ""
    if images.dtype.kind == "b":
        first, top, note = 0.0, 1.0, "True was taken for white."

    def scale(image: np.ndarray) -> np.ndarray:
        part = (image.astype(np.float64) - first) / (top - first)
        return np.rint(255 * part.clip(0, 1)).astype(np.uint8)

    return scale, note


def _range(low: float, high: float, *, whole: bool) -> tuple[float, float]:
    """What black and white are, where numbers (``whole`` ones, or fractions) are from ``low`` to ``high``."""
    if not whole and high <= 1.001 and low >= -1.001:
        return (-1.0 if low < -0.001 else 0.0), 1.0
    if low < -0.001:  # standardised, signed, or of a scanner: there is no telling but by what is there
        return low, max(high, low + 1e-6)
    return 0.0, next((top for top in (255.0, 4095.0, 65535.0) if high <= top), high)


def is_images(header: Header) -> bool:
    """Whether an array may be images."""
    shape = header.shape
    if header.dtype.kind not in "uifb" or len(shape) not in (3, 4) or not all(shape):
        return False
    if len(shape) == 4 and 1 not in (shape[1], shape[3]) and not {3, 4} & {shape[1], shape[3]}:
        return False
    sides = shape[1:3] if len(shape) == 3 or not _channels_first(shape[1:]) else shape[2:]
    return max(sides) <= LARGEST_SIDE and max(sides) > 1


def read_npz(path: Path, wish: Wish) -> Arrays:
    """Images of an .npz or .npy: every array of pictures of one kind, with the columns of as many rows.

    Arrays called after parts (``x_train`` and ``y_train``, ``test_images`` and ``test_labels``) belong together.
    """
    if path.suffix.casefold() != ".npy" and count_members(path) > LISTED:
        raise BringError(f"{path.name} has over {LISTED:,} entries.")
    found = members.headers(path)
    pictures = [header for header in found if is_images(header)]
    if not pictures:
        shapes = ", ".join(f"{one.name} {one.shape} {one.dtype}" for one in found[:8]) or "nothing"
        raise BringError(
            f"{path.name} has no array of images: (n, H, W), (n, H, W, C) or (n, C, H, W) with C 1, 3 or 4. "
            f"It has: {shapes}."
        )
    largest = max(pictures, key=lambda one: one.bytes)
    parts = {_part(one.name) for one in pictures} - {""}
    alike = [
        one for one in pictures if _bare(one.name) == _bare(largest.name) and (_part(one.name) or one == largest)
    ]
    if not parts or not _part(largest.name):
        alike = [largest]
    if sum(one.shape[0] for one in alike) > MOST:
        raise too_many(path.name)
    blocks = [_block(path, one, found, wish) for one in alike]
    return Arrays(path, blocks, wish, _unused(found, alike, blocks))


def _unused(every: Sequence[Header], images: Sequence[Header], blocks: Sequence[Block]) -> list[str]:
    """A sentence on the arrays that are neither images nor columns."""
    used = {name for block in blocks for name in block.columns}
    left = [one for one in every if one not in images and _bare(one.name) not in used]
    if not left:
        return []
    told = ", ".join(f"{one.name} {one.shape} {one.dtype}" for one in left[:6])
    pickled = (
        " Python objects are not read: save text as such, with .astype(str)."
        if any(one.dtype.hasobject for one in left)
        else ""
    )
    return [
        f"Not used: {told}. A column has one number or text for each of the {len(blocks[0].images):,} images."
        f"{pickled}"
    ]


def _block(path: Path, images: Header, every: Sequence[Header], wish: Wish) -> Block:
    n, part = images.shape[0], _part(images.name)
    columns = {}
    for one in every:
        flat = len(one.shape) == 1 or (len(one.shape) == 2 and one.shape[1] == 1)
        known = one.dtype.kind in "uifbUS" and one.dtype.itemsize <= 4096
        if flat and known and one.shape[0] == n and _part(one.name) in (part, ""):
            columns[_bare(one.name)] = _words(members.load(path, one, wish.spool).reshape(n))
    return Block(images.name, members.load(path, images, wish.spool), columns, part)


def _words(values: np.ndarray) -> np.ndarray:
    """A column whose whole numbers are written as such, whose bytes are text, and whose NaN is empty."""
    if values.dtype.kind == "S":
        return np.char.decode(values, "utf-8", "replace")
    if values.dtype.kind != "f":
        return values
    there = np.isfinite(values)
    whole = (values[there] == np.rint(values[there])).all() and (np.abs(values[there]) < 2**53).all()
    if there.all():
        return values.astype(np.int64) if whole else values
    return np.array(
        [(str(int(one)) if whole else str(one)) if ok else "" for one, ok in zip(values, there, strict=True)]
    )


def pieces(name: str) -> list[str]:
    return re.split(r"[-_. ]", name.casefold())


def _part(name: str) -> str:
    """The part of a data set that an array is called after; empty where it is called after none."""
    return next((PART_OF[piece] for piece in pieces(name) if piece in PART_OF), "")


def _bare(name: str) -> str:
    """An array's name without the part."""
    left = [piece for piece in pieces(name) if piece not in PART_OF]
    return "_".join(left) or name
