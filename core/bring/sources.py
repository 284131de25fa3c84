"""What is at a path: the reader that a folder or a file needs is told by what it holds."""

import os
import zipfile
from collections.abc import Callable
from pathlib import Path

from core.bring import arrays, idx, leaf
from core.bring.base import LABELS, PACKED, BringError, Source, Wish, shown
from core.bring.folders import Folder
from core.bring.tables import Table
from core.bring.zips import Zip
from core.datasets.idx import DatasetError

TAKEN = "a folder, .zip, .npz, .npy, .csv, .tsv, .parquet, LEAF's .json, or MNIST's idx3-ubyte files"
BY_SUFFIX: dict[str, Callable[[Path, Wish], Source]] = {
    ".zip": Zip,
    ".npz": arrays.read_npz,
    ".npy": arrays.read_npz,
    ".csv": Table,
    ".tsv": Table,
    ".parquet": Table,
    ".json": leaf.read_leaf_files,
}


def open_source(path: Path, wish: Wish | None = None) -> Source:
    """List what is at ``path``.

    Raises
    ------
    BringError
        If nothing is there, it cannot be read, is of no kind that is known, or holds no image.
    """
    wish = wish or Wish()
    path = Path(os.path.abspath(os.path.expanduser(path)))  # one that leaves the ~ of somebody unknown as it is
    if str(path) != shown(str(path)):
        raise BringError(
            f"{shown(str(path))!r} has a name that is no text. Rename it, or bring it by another path."
        )
    try:
        if not path.exists():
            raise BringError(f"There is nothing at {path}.")
        source = _reader(path)(path, wish)
    except BringError:
        raise
    except (OSError, DatasetError, ValueError) as error:
        raise BringError(f"{path} cannot be read ({error}).") from error
    try:
        _check(source, path)
    except BringError:
        source.close()
        raise
    return source


def _check(source: Source, path: Path) -> None:
    """BringError where a source holds no image, or too many labels."""
    found = source.listing
    if not found.entries:
        left = "; ".join(
            f"{count:,} × {reason} ({next(name for name, why in found.refused if why == reason)!r})"
            for reason, count in found.left_out.items()
        )
        raise BringError(f"There is no image in {path}. {f'Left out: {left}.' if left else 'It is empty.'}")
    if found.label and (labels := len({entry.label for entry in found.entries})) > LABELS:
        raise BringError(
            f"{found.label!r} has {labels:,} different values; {LABELS:,} labels are the most. Take it as the "
            "group, and another or none as the label."
        )


def _reader(path: Path) -> Callable[[Path, Wish], Source]:
    if idx.idx_files(path):
        return idx.read_idx_files
    if path.is_dir():
        return leaf.read_leaf_files if leaf.leaf_files(path) else Folder
    if not path.is_file():
        raise BringError(f"{path} is neither a folder nor a file.")
    if found := BY_SUFFIX.get(path.suffix.casefold()):
        return found
    if zipfile.is_zipfile(path):
        return Zip
    unpack = "Unpack it, and bring the folder. " if path.suffix.casefold() in PACKED else ""
    raise BringError(f"{path.name} is of no kind that can be brought. {unpack}Allowed: {TAKEN}.")
