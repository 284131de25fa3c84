"""LEAF's JSON: images by the person they come from, in one file, or in many with a folder for each part.

Caldas et al. 2018, "LEAF: A Benchmark for Federated Settings": ``{"users": [...], "user_data": {user: {"x": [...],
"y": [...]}}}``. FEMNIST is known by its users and gets its characters as labels; others keep their numbers.
"""

import json
import math
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np

from core.bring.arrays import Arrays, Block
from core.bring.base import LISTED, MOST, PART_OF, BringError, Wish, text, too_many
from core.bring.build import by_name
from core.datasets.alphabets import FEMNIST, USER
from core.datasets.writers import part as part_of_writer

LARGEST = 500_000_000  # bytes of a file; it takes some eight times that of memory
PARTS = ("train", "validation", "test")
HEAD = 4096  # bytes in which a file of LEAF's says what it is


def leaf_files(path: Path) -> list[tuple[Path, str]]:
    """LEAF's files and the part that each is of ("" where none is said): at ``path``, in it, or a level below."""
    if path.is_file():
        return [(path, "")] if path.suffix.casefold() == ".json" else []
    found = []
    for part, folder in (("", path), *_part_folders(path)):
        found += [(folder / name, part) for name in _names(folder) if name.casefold().endswith(".json")]
    return found if found and all(_is_leaf(file) for file, _ in found[:3]) else []


def _part_folders(path: Path) -> Iterator[tuple[str, Path]]:
    for name in _names(path):
        if name.casefold() in PART_OF and (path / name).is_dir():
            yield PART_OF[name.casefold()], path / name


def _names(folder: Path) -> list[str]:
    try:
        with os.scandir(folder) as listing:
            return sorted(one.name for one, _ in zip(listing, range(LISTED), strict=False) if one.name[0] != ".")
    except OSError:
        return []


def _is_leaf(file: Path) -> bool:
    try:
        with file.open("rb") as content:
            head = content.read(HEAD)
    except OSError:
        return False
    return b'"users"' in head or b'"user_data"' in head


def read_leaf_files(path: Path, wish: Wish) -> Arrays:
    """Images of LEAF's JSON, with who each is from as the group; BringError where they are none."""
    blocks: list[Block] = []
    for file, part in leaf_files(path):
        blocks += _blocks(file, part)
        if sum(len(block.images) for block in blocks) > MOST:
            raise too_many(path.name)
    shapes = {block.images.shape[1:] for block in blocks}
    if len(shapes) > 1:
        raise BringError(f"{path.name} holds images of several sizes: {', '.join(map(str, sorted(shapes)))}.")
    known = wish.group or not blocks or "writer" not in blocks[0].columns
    return Arrays(path, blocks, wish if known else Wish(wish.label, "writer", wish.root, wish.spool))


def _blocks(file: Path, part: str) -> Iterator[Block]:
    """A block for each part of a file: where the file is of none, each person is in one as a whole."""
    if file.stat().st_size > LARGEST:
        raise BringError(
            f"{file.name} has over {LARGEST / 1e6:.0f} MB. Split it: a folder of LEAF's files is taken."
        )
    try:
        with file.open("rb") as content:
            users = dict(json.load(content)["user_data"])
        found: dict[str, list[tuple[str, np.ndarray, np.ndarray]]] = {name: [] for name in PARTS}
        written = all(USER.fullmatch(user) for user in users)
        for user in list(users):
            images, labels = _person(users.pop(user), written=written)
            if len(images):
                where = part or (PARTS[int(part_of_writer(_number(user))[0])] if written else by_name(user))
                found[where].append((str(_number(user)[0]) if written else text(user), images, labels))
    except RecursionError as error:
        raise BringError(f"{file.name} is not LEAF's JSON (nested too deeply).") from error
    except KeyError as error:
        raise BringError(f"{file.name} is not LEAF's JSON of images (it has no {error}).") from error
    except (OSError, ValueError, TypeError, AttributeError) as error:
        raise BringError(f"{file.name} is not LEAF's JSON of images ({error}).") from error
    for where, people in found.items():
        if people:
            pixels = np.concatenate([images for _, images, _ in people])
            columns = {
                "label": np.concatenate([labels for _, _, labels in people]),
                "writer": np.concatenate([np.full(len(images), name) for name, images, _ in people]),
            }
            yield Block(f"{file.stem}-{where}", pixels, columns, where)


def _number(user: str) -> np.ndarray:
    """NIST's number of a writer, as an array of one."""
    named = USER.fullmatch(user)
    assert named is not None
    return np.array([int(named["writer"])])


def _person(content: dict[str, Any], *, written: bool) -> tuple[np.ndarray, np.ndarray]:
    """Images (n, H, W) or (n, H, W, 3) and labels (n,) of a person; ValueError where they are none.

    Characters of FEMNIST are uint8, their ink bright, which LEAF has dark; others stay float32.
    """
    labels = np.asarray(content["y"])
    if not len(labels):
        return np.zeros((0, 1, 1), np.float32), labels
    pixels = np.asarray(content["x"], np.float32)
    if labels.ndim != 1 or len(pixels) != len(labels):
        raise ValueError(f"{len(pixels)} images have {labels.size} labels")
    if pixels.ndim == 2:
        pixels = pixels.reshape(len(pixels), *_shape(pixels.shape[1]))
    if written and pixels.shape[1:] == (28, 28) and labels.dtype.kind in "iu":
        if labels.min() < 0 or labels.max() >= len(FEMNIST):
            raise ValueError(f"labels are 0 to {len(FEMNIST) - 1}, not {labels.min()} to {labels.max()}")
        ink = np.rint(255 * (1 - np.nan_to_num(pixels))).clip(0, 255).astype(np.uint8)
        return ink, np.array(FEMNIST)[labels]
    if pixels.ndim not in (3, 4) or min(pixels.shape[1:3]) < 2:
        raise ValueError(f"its images are of shape {pixels.shape[1:]}")
    return pixels, labels


def _shape(numbers: int) -> tuple[int, ...]:
    """Shape of a square image that is a row of so many numbers, grey or else with three channels last."""
    for channels in (1, 3):
        side = math.isqrt(numbers // channels)
        if side > 1 and side * side * channels == numbers:
            return (side, side) if channels == 1 else (side, side, channels)
    raise ValueError(f"rows of {numbers} numbers are no square images")
