"""What is at a path: the reader that a folder or a file needs is told by what it holds."""

import os
import zipfile
from collections.abc import Callable
from pathlib import Path

from core.bring import arrays
from core.bring.base import BringError, Source, Wish
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
    ".json": arrays.read_leaf_file,
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
    try:
        if not path.exists():
            raise BringError(f"There is nothing at {path}.")
        source = _reader(path)(path, wish)
    except BringError:
        raise
    except (OSError, DatasetError, ValueError) as error:
        raise BringError(f"{path} cannot be read ({error}).") from error
    if not source.listing.entries:
        source.close()
        left = "; ".join(f"{count:,} × {reason}" for reason, count in source.listing.left_out.items())
        raise BringError(f"There is no image in {path}. {f'Left out: {left}.' if left else 'It is empty.'}")
    return source


def _reader(path: Path) -> Callable[[Path, Wish], Source]:
    if arrays.idx_files(path):
        return arrays.read_idx_files
    if path.is_dir():
        return Folder
    if not path.is_file():
        raise BringError(f"{path} is neither a folder nor a file.")
    if found := BY_SUFFIX.get(path.suffix.casefold()):
        return found
    if zipfile.is_zipfile(path):
        return Zip
    raise BringError(f"{path.name} is of no kind that can be brought. Allowed: {TAKEN}.")
