"""Arrays of a data set's ``.npz``."""

import zipfile
import zlib
from collections.abc import Iterable
from pathlib import Path

import numpy as np

from core.datasets.idx import DatasetError


def arrays(path: Path, names: Iterable[str]) -> dict[str, np.ndarray]:
    """The arrays called ``names``, each read once; nothing is unpickled.

    Raises
    ------
    DatasetError
        If the file cannot be read or lacks one of them.
    """
    try:
        with np.load(path, allow_pickle=False) as file:
            return {name: file[name] for name in names}
    except (OSError, EOFError, KeyError, ValueError, zipfile.BadZipFile, zlib.error) as error:
        raise DatasetError(f"{path.name} cannot be read ({error}). Get the file again.") from error
