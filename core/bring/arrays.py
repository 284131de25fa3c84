"""Images that are arrays already: .npz and .npy, MNIST's IDX, LEAF's JSON."""

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
    BringError,
    Entry,
    Listing,
    Source,
    Wish,
    chosen,
    fits_labels,
    text,
    too_many,
)
from core.bring.members import Header
from core.bring.zips import count_members
from core.datasets.alphabets import read_leaf
from core.datasets.idx import read_idx
from core.images import LARGEST_SIDE

LOOKED = 256  # images by which the range of an array's numbers is told
WORDS = ("label", "labels", "y", "class", "classes", "target", "targets", "category")
IDX = re.compile(r"(?P<before>.*)images(?P<middle>[-._]idx)3(?P<after>[-._]ubyte(\.gz)?)", re.IGNORECASE)
LARGEST = 4_000_000_000  # bytes of one IDX file, unpacked
LARGEST_JSON = 500_000_000  # bytes; it takes some eight times that of memory
Scale = Callable[[np.ndarray], np.ndarray]


@dataclass(frozen=True)
class Block:
    """Images of one array, (n, H, W), (n, H, W, C) or (n, C, H, W), and columns (n,) of what is known of them."""

    name: str
    images: np.ndarray
    columns: Mapping[str, np.ndarray]
    part: str = ""


class Arrays(Source):
    """Images of one or several arrays with the same columns."""

    kind = "arrays"

    def __init__(self, path: Path, blocks: Sequence[Block], wish: Wish) -> None:
        self.path, self.blocks, self.listing = path.resolve(), tuple(blocks), Listing()
        self.ends = np.cumsum([len(block.images) for block in blocks])
        if not len(blocks) or self.ends[-1] > MOST:
            raise too_many(path.name) if len(blocks) else BringError(f"{path.name} holds no images.")
        told = [_scale(block.images) for block in blocks]
        self.scales = [scale for scale, _ in told]
        self.listing.notes += sorted({note for _, note in told if note})
        self._list(wish)

    def _list(self, wish: Wish) -> None:
        found = self.listing
        found.columns = tuple(
            name for name in self.blocks[0].columns if all(name in b.columns for b in self.blocks)
        )
        fitting = [name for name in found.columns if self._fits(name)]
        guess = next((name for name in fitting if name.casefold() in WORDS), fitting[0] if fitting else None)
        found.label = chosen(wish.label, found.columns, guess, "label")
        found.group = chosen(wish.group, found.columns, None, "group")
        for block in self.blocks:
            labels, groups = (
                block.columns[column].tolist() if column else [""] * len(block.images)
                for column in (found.label, found.group)
            )
            for row, (label, group) in enumerate(zip(labels, groups, strict=True)):
                place = len(found.entries)
                found.entries.append(Entry(f"{block.name}/{row}", place, text(label), text(group), block.part))

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
    low, high = values.min(initial=0), values.max(initial=0)
    if images.dtype.kind == "f" and high <= 1.001:
        first = -1.0 if low < -0.001 else 0.0
        note = f"Numbers from {first:.0f} to 1 were taken for black to white."
    else:
        first, note = (
            0.0,
            "" if high <= 255 else f"Numbers from 0 to {_top(high):,.0f} were taken for black to white.",
        )
    top = 1.0 if images.dtype.kind == "f" and high <= 1.001 else _top(high)
    if images.dtype.kind == "b":
        top, note = 1.0, "True was taken for white."

    def scale(image: np.ndarray) -> np.ndarray:
        part = (image.astype(np.float64) - first) / (top - first)
        return np.rint(255 * part).clip(0, 255).astype(np.uint8)

    return scale, note


def _top(high: float) -> float:
    """What white is, where the brightest number is ``high``."""
    return 255.0 if high <= 255 else 4095.0 if high <= 4095 else 65535.0


def is_images(header: Header) -> bool:
    """Whether an array may be images."""
    shape = header.shape
    if header.dtype.kind not in "uifb" or len(shape) not in (3, 4) or not all(shape):
        return False
    if len(shape) == 4 and 1 not in (shape[1], shape[3]) and not {3, 4} & {shape[1], shape[3]}:
        return False
    sides = shape[1:3] if len(shape) == 3 or not _channels_first(shape[1:]) else shape[2:]
    return max(sides) <= LARGEST_SIDE and min(sides) >= 2


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
    return Arrays(path, blocks, wish)


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
    """A column whose whole numbers are written as such, and whose bytes are text."""
    if values.dtype.kind == "S":
        return np.char.decode(values, "utf-8", "replace")
    if values.dtype.kind == "f" and np.isfinite(values).all() and (values == np.rint(values)).all():
        return values.astype(np.int64)
    return values


def _pieces(name: str) -> list[str]:
    return re.split(r"[-_. ]", name.casefold())


def _part(name: str) -> str:
    """The part of a data set that an array is called after; empty where it is called after none."""
    return next((PART_OF[piece] for piece in _pieces(name) if piece in PART_OF), "")


def _bare(name: str) -> str:
    """An array's name without the part."""
    left = [piece for piece in _pieces(name) if piece not in PART_OF]
    return "_".join(left) or name


def idx_files(path: Path) -> list[Path]:
    """IDX files of images: the one at ``path``, or all in that folder."""
    files = [path] if path.is_file() else sorted(path.iterdir()) if path.is_dir() else []
    return [file for file in files[:LISTED] if IDX.fullmatch(file.name)]


def read_idx_files(path: Path, wish: Wish) -> Arrays:
    """Images of IDX files, with the labels of the files beside them that are called so."""
    blocks = []
    for file in idx_files(path):
        images = read_idx(file, most=LARGEST)
        named = IDX.fullmatch(file.name)
        if images.ndim != 3 or named is None:
            raise BringError(f"{file.name} has {images.ndim} axes; images have 3.")
        beside = file.with_name(f"{named['before']}labels{named['middle']}1{named['after']}")
        labels = read_idx(beside, most=LARGEST) if beside.is_file() else None
        if labels is not None and labels.shape != images.shape[:1]:
            raise BringError(f"{beside.name} has {len(labels):,} labels for {len(images):,} images.")
        part = next((PART_OF[piece] for piece in _pieces(named["before"]) if piece in PART_OF), "")
        blocks.append(Block(file.name, images, {} if labels is None else {"label": labels}, part))
    return Arrays(path, blocks, wish)


def read_leaf_file(path: Path, wish: Wish) -> Arrays:
    """Characters of LEAF's JSON, with who wrote them."""
    if path.stat().st_size > LARGEST_JSON:
        raise BringError(f"{path.name} has over {LARGEST_JSON / 1e6:.0f} MB. Bring LEAF's files one by one.")
    found = read_leaf([path])
    held = found.train_size + found.validation_size
    bounds = {"train": (0, found.train_size), "validation": (found.train_size, held), "test": (held, len(found))}
    blocks = []
    for part, (first, end) in bounds.items():
        if end > first and found.people is not None:
            labels = np.array(found.label_names)[found.labels[first:end]]
            columns = {"label": labels, "writer": found.people[first:end]}
            blocks.append(Block(f"{path.stem}-{part}", found.images[first:end], columns, part))
    return Arrays(path, blocks, wish if wish.group else _with_writers(wish))


def _with_writers(wish: Wish) -> Wish:
    return Wish(wish.label, "writer", wish.root, wish.spool)
