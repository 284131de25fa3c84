"""MNIST's IDX files, one or a folder of them."""

import itertools
import os
import re
import struct
import zlib
from pathlib import Path

from core.bring.arrays import Arrays, Block, pieces
from core.bring.base import LISTED, MOST, PART_OF, BringError, Wish, too_many
from core.datasets.idx import opened, read_idx

LARGEST = 4_000_000_000  # bytes of one file, unpacked
IDX = re.compile(r"(?P<before>.*)images(?P<middle>[-._]idx)3(?P<after>[-._]ubyte(\.gz)?)", re.IGNORECASE)


def idx_files(path: Path) -> list[Path]:
    """IDX files of images: the one at ``path``, or all in that folder, or in its ``raw``, as torchvision has it.

    One that is there packed and unpacked counts once.
    """
    if path.is_file():
        return [path] if IDX.fullmatch(path.name) else []
    for folder in (path, path / "raw"):
        try:
            with os.scandir(folder) as listing:
                names = {one.name for one in itertools.islice(listing, LISTED) if IDX.fullmatch(one.name)}
        except OSError:
            continue
        if names:
            return [folder / name for name in sorted(names) if name.removesuffix(".gz") not in names - {name}]
    return []


def read_idx_files(path: Path, wish: Wish) -> Arrays:
    """Images of IDX files, with the labels of the files beside them that are called so."""
    blocks = []
    if sum(map(_promised, idx_files(path))) > MOST:
        raise too_many(path.name)
    for file in idx_files(path):
        images = read_idx(file, most=LARGEST)
        named = IDX.fullmatch(file.name)
        if images.ndim != 3 or named is None:
            raise BringError(f"{file.name} has {images.ndim} axes; images have 3.")
        plain = f"{named['before']}labels{named['middle']}1{named['after']}".removesuffix(".gz")
        beside = next((one for end in ("", ".gz") if (one := file.with_name(plain + end)).is_file()), None)
        labels = None if beside is None else read_idx(beside, most=LARGEST)
        if labels is not None and beside is not None and labels is not None and labels.shape != images.shape[:1]:
            raise BringError(f"{beside.name} has {len(labels):,} labels for {len(images):,} images.")
        part = next((PART_OF[piece] for piece in pieces(named["before"]) if piece in PART_OF), "")
        blocks.append(Block(file.name, images, {} if labels is None else {"label": labels}, part))
    return Arrays(path, blocks, wish)


def _promised(file: Path) -> int:
    """How many images an IDX file says that it has; 0 where that cannot be read, as `read_idx` will say."""
    try:
        with opened(file) as content:
            return int(struct.unpack(">4sI", content.read(8))[1])
    except (OSError, EOFError, zlib.error, struct.error):
        return 0
