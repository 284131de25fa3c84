"""How a GAN was trained: ``history.npz``, losses and what the same noise gave after every epoch."""

import json
import zipfile
import zlib
from dataclasses import dataclass
from pathlib import Path

import numpy as np


@dataclass(frozen=True)
class History:
    """One run.

    Attributes
    ----------
    losses : what was logged, by name, (epochs,) float32; NaN where an epoch did not log it. ``name@row`` is of the
        GAN of a row, where each row has one of its own; ``name`` is then the mean.
    sheets : (epochs, rows * side, columns * side) uint8, a row a class or a GAN, a column a noise; with a last
        axis of 3 where they are in colour.
    side : pixels of an image.
    """

    losses: dict[str, np.ndarray]
    sheets: np.ndarray
    side: int

    @property
    def pictures(self) -> np.ndarray:
        """The sheets with their channels, (epochs, H, W, 1 or 3) uint8."""
        return self.sheets if self.sheets.ndim == 4 else self.sheets[..., None]

    @property
    def epochs(self) -> int:
        """How many."""
        return len(self.sheets)

    @property
    def rows(self) -> int:
        """How many rows have a GAN of their own; 0 where one GAN made them all."""
        return 1 + max((_row(name) for name in self.losses), default=-1)

    def row(self, row: int) -> "History":
        """The history of the GAN of a row; its samples in two lines where they fill two.

        Raises
        ------
        ValueError
            If the row has no GAN of its own.
        """
        if not 0 <= row < self.rows:
            raise ValueError(f"row {row} has no GAN of its own; there are {self.rows}")
        s = self.side
        line = self.sheets[:, row * s : (row + 1) * s]
        lines = 2 - (line.shape[2] // s) % 2
        folded = line.reshape(self.epochs, s, lines, -1).transpose(0, 2, 1, 3).reshape(self.epochs, lines * s, -1)
        own = {name.partition("@")[0]: values for name, values in self.losses.items() if _row(name) == row}
        return History(own, np.ascontiguousarray(folded), s)

    def cell(self, epoch: int, row: int, column: int) -> np.ndarray:
        """One image (side, side) uint8, or (side, side, 3), after ``epoch``, counted from 0."""
        s = self.side
        return self.sheets[epoch, row * s : (row + 1) * s, column * s : (column + 1) * s]


def _row(name: str) -> int:
    """Of which row a loss is; -1 where it is of all."""
    number = name.partition("@")[2]
    return int(number) if number.isascii() and number.isdigit() else -1


def collect(run: Path, *, side: int) -> History:
    """From the log and the sheets of a finished run.

    Raises
    ------
    ValueError
        If an epoch has no sheet or was not logged. One that was cut off and done again counts as it was done last.
    """
    from PIL import Image

    logged = [json.loads(line) for line in (run / "log.jsonl").read_text(encoding="utf-8").splitlines()]
    last = {line["epoch"]: line for line in logged}
    lines = [last[epoch] for epoch in sorted(last)]
    paths = [run / f"epoch-{epoch:03}.png" for epoch in sorted(last)]
    if sorted(last) != list(range(1, len(last) + 1)) or not all(path.is_file() for path in paths):
        raise ValueError(f"{run.name} has not a logged line and a sheet for each of its epochs")
    names = sorted({name for line in lines for name in line} - {"epoch"})
    losses = {name: np.array([line.get(name, np.nan) for line in lines], np.float32) for name in names}
    sheets = [np.asarray(Image.open(path)) for path in paths]
    return History(losses, np.stack(sheets), side)


def save(history: History, path: Path) -> None:
    """Write ``history.npz``."""
    arrays = {f"loss_{name}": values for name, values in history.losses.items()}
    np.savez_compressed(path, allow_pickle=False, sheets=history.sheets, side=np.array(history.side), **arrays)


def load(path: Path) -> History:
    """Read ``history.npz``; ValueError if it is damaged, OSError if it is missing."""
    try:
        with np.load(path, allow_pickle=False) as file:
            raw = {name: file[name] for name in file.files}
        losses = {name[5:]: values for name, values in raw.items() if name.startswith("loss_")}
        found = History(losses, raw["sheets"], int(raw["side"]))
    except (zipfile.BadZipFile, zlib.error, EOFError, KeyError, TypeError) as error:
        raise ValueError(f"{path.name} is damaged: {error}") from error
    _check(found, path.name)
    return found


def _check(history: History, name: str) -> None:
    """ValueError unless there is an epoch, a sheet of whole images and a number of each kind for every one."""
    sheets, side = history.sheets, history.side
    if (
        sheets.ndim not in (3, 4)
        or sheets.shape[3:] not in ((), (3,))
        or sheets.dtype != np.uint8
        or not len(sheets)
    ):
        wanted = "(epochs, H, W) or (epochs, H, W, 3) uint8"
        raise ValueError(f"{name} is damaged: sheets are {wanted}, not {sheets.shape} {sheets.dtype}")
    if side < 1 or sheets.shape[1] % side or sheets.shape[2] % side:
        raise ValueError(f"{name} is damaged: sheets of {sheets.shape[1:3]} pixels do not hold images of {side}")
    if history.rows > sheets.shape[1] // side:
        raise ValueError(f"{name} is damaged: losses of {history.rows} rows, sheets of {sheets.shape[1:]} pixels")
    for key, values in history.losses.items():
        if values.shape != (len(sheets),):
            raise ValueError(f"{name} is damaged: {key!r} has shape {values.shape} for {len(sheets)} epochs")
