"""Characters by writer from elsewhere: LEAF's FEMNIST, or a folder of images with a table. Any alphabet.

What they give can be put into `core.writers` as the digits can; `core.training.alphabet` fits recipes to it.
"""

import csv
import json
import re
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from PIL import Image

from core.datasets.base import ImageSet
from core.datasets.idx import DatasetError
from core.datasets.writers import part
from core.images import ImageError, read_upload

SIDE = 28
FEMNIST = tuple("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz")
USER = re.compile(r"f(?P<writer>\d{4})_\d{2}")  # NIST's number of the writer, then that of the form's template
COLUMNS = ("file", "label", "writer")
MOST = 10**9  # a greater number of a writer is taken for a name


def read_leaf(paths: Sequence[Path]) -> ImageSet:
    """Characters of LEAF's JSON files (``all_data_*.json``; Caldas et al. 2018, "LEAF"), 62 classes.

    LEAF has paper at 1.0; here ink is 255. Writers are NIST's numbers, as in `core.datasets.writers`.

    Raises
    ------
    DatasetError
        If a file is no such JSON, or an image has not 784 numbers.
    """
    images, labels, people = [], [], []
    for path in paths:
        try:
            raw = json.loads(path.read_text(encoding="utf-8"))
            users = raw["user_data"]
            for user, content in users.items():
                named = USER.fullmatch(user)
                if named is None:
                    raise ValueError(f"user {user!r} is not like 'f0123_45'")
                pixels = np.asarray(content["x"], np.float32).reshape(-1, SIDE, SIDE, 1)
                images.append(np.rint(255 * (1 - pixels)).clip(0, 255).astype(np.uint8))
                labels.append(np.asarray(content["y"]))
                people.append(np.full(len(pixels), int(named["writer"])))
                if labels[-1].shape != (len(pixels),) or (len(pixels) and labels[-1].dtype.kind != "i"):
                    raise ValueError(f"user {user!r} has {len(pixels)} images, but not as many whole labels")
        except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
            raise DatasetError(f"{path.name} is not LEAF's FEMNIST ({error}).") from error
    if not sum(map(len, images)):
        raise DatasetError("there is no character in these files.")
    whole = np.concatenate([part for part in labels if len(part)])
    return _by_part("femnist", np.concatenate(images), whole, np.concatenate(people), FEMNIST)


def read_folder(table: Path) -> ImageSet:
    """Images named in a CSV with the columns file, label and writer, beside it; fitted into 28 x 28, ink bright.

    Raises
    ------
    DatasetError
        If a column is missing, a file cannot be read, or a name leads out of the folder.
    """
    root = table.parent.resolve()
    try:
        with table.open(newline="", encoding="utf-8") as file:
            rows = list(csv.DictReader(file))
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise DatasetError(f"{table.name} cannot be read ({error}).") from error
    if not rows:
        raise DatasetError(f"{table.name} has no row.")
    for number, row in enumerate(rows, start=2):
        if missing := [name for name in COLUMNS if not row.get(name)]:
            lacking = ", ".join(missing)
            raise DatasetError(f"line {number} of {table.name} lacks {lacking}; needed: {', '.join(COLUMNS)}.")
    images = np.empty((len(rows), SIDE, SIDE, 1), np.uint8)
    for place, row in enumerate(rows):
        path = (root / row["file"]).resolve()
        if not path.is_relative_to(root):
            raise DatasetError(f"{row['file']!r} is not in the folder of {table.name}.")
        images[place] = _ink(path)
    names = tuple(sorted({row["label"] for row in rows}))
    writers = sorted({row["writer"] for row in rows})
    numbered = all(writer.isascii() and writer.isdigit() and int(writer) < MOST for writer in writers)
    people = np.array([int(r["writer"]) if numbered else writers.index(r["writer"]) for r in rows], np.int64)
    return _by_part(table.stem, images, np.array([names.index(row["label"]) for row in rows]), people, names)


def _ink(path: Path) -> np.ndarray:
    """An image (28, 28, 1) uint8 fitted into the square, bright on dark whichever way it is."""
    try:
        read = read_upload(path.read_bytes())
    except (OSError, ImageError) as error:
        raise DatasetError(f"{path.name} cannot be read as an image ({error}).") from error
    grey = Image.fromarray(read).convert("L")
    grey.thumbnail((SIDE, SIDE), Image.Resampling.LANCZOS)
    pixels = np.asarray(grey)
    edge = np.concatenate([pixels[0], pixels[-1], pixels[:, 0], pixels[:, -1]])
    pixels = 255 - pixels if np.median(edge) > 127 else pixels
    found = np.zeros((SIDE, SIDE, 1), np.uint8)
    top, left = (SIDE - pixels.shape[0]) // 2, (SIDE - pixels.shape[1]) // 2
    found[top : top + pixels.shape[0], left : left + pixels.shape[1], 0] = pixels
    return found


def _by_part(
    name: str, images: np.ndarray, labels: np.ndarray, people: np.ndarray, names: tuple[str, ...]
) -> ImageSet:
    if len(names) > 256:
        raise DatasetError(f"{name} has {len(names)} classes; allowed: up to 256.")
    if labels.min() < 0 or labels.max() >= len(names):
        raise DatasetError(f"{name}: labels are 0 to {len(names) - 1}, not {labels.min()} to {labels.max()}.")
    parts = part(people)
    order = np.lexsort((np.arange(len(people)), people, parts))
    return ImageSet(
        name,
        images[order],
        labels[order].astype(np.uint8),
        np.arange(len(people)),
        int((parts == 0).sum()),
        names,
        f"{len(people):,} characters of {len(np.unique(people)):,} writers",
        validation_size=int((parts == 1).sum()),
        people=people[order],
    )
