"""From a source to a data set, a batch at a time: a kill loses the batch that was under way, and nothing else.

Below ``.bringing/NAME.part`` grow ``set/images.npy`` and a line of facts for each item; after each batch both are
forced to the disk, and then ``progress.json`` says how long they are. Who goes on cuts both to these lengths, so
that what comes out is the same, byte for byte, as if nobody had interrupted. ``set`` becomes ``NAME`` when all of
it is there.
"""

import functools
import json
import os
import shutil
import time
import zlib
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np

from core.bring import finish, halves
from core.bring.base import BringError, Source, in_parts
from core.bring.entries import Entry
from core.bring.fitting import FITS, fitted, original
from core.datasets import SOURCES, own
from core.jobs import Reporter

CHUNK = 64  # images that are decoded at once
COMMIT = 0.5  # s of work between two times that everything is forced to the disk
UNDER_WAY = ".bringing"  # folder of what is not complete
ORDER = ("train", "validation", "test")


@dataclass(frozen=True)
class Plan:
    """What a data set shall be.

    Attributes
    ----------
    name, title, terms : as in `core.datasets.own.About`.
    shape, fit : of an item, and which of `FITS` makes it.
    """

    name: str
    title: str
    shape: tuple[int, int, int]
    fit: str = "pad"
    terms: str = "your own"


def check_name(name: str, folder: Path) -> None:
    """BringError where a data set below ``folder`` cannot be called ``name``."""
    if not own.NAME.fullmatch(name):
        raise BringError(
            f"{name!r} cannot be a name. Allowed are 1 to 40 small letters and digits, with single dashes between."
        )
    if name in SOURCES:
        raise BringError(f"{name!r} is a data set that comes with Morphospace. Choose another name.")
    if (folder / name).exists():
        raise BringError(f"There is a data set {name!r} already. Choose another name, or remove that one first.")


def part_folder(folder: Path, name: str) -> Path:
    """Where a data set is until it is complete: a level down, as who watches ``folder`` need not see it grow."""
    return folder / UNDER_WAY / f"{name}.part"


def build(
    source: Source,
    plan: Plan,
    folder: Path,
    reporter: Reporter,
    *,
    made: str | None = None,
    workers: int | None = None,
) -> Path:
    """Write a data set below ``folder``, or go on with writing it; its folder.

    Parameters
    ----------
    made : the time that it is said to be made (UTC, ISO 8601); None: now. Who goes on keeps the first.
    workers : threads that read and decode.

    Raises
    ------
    BringError
        If the name or the disk do not allow it, or another process brings a set of this name.
    core.jobs.StoppedError
        If the person asked for a stop; a later call goes on.
    """
    part = part_folder(folder, plan.name)
    if completed(part):
        return folder / plan.name
    check_name(plan.name, folder)
    if plan.fit not in FITS:
        raise BringError(f"Fit {plan.fit!r} is not one of {', '.join(FITS)}.")
    order, sizes = ordered(source.listing.entries)
    halves.make_room(part, len(order) * int(np.prod(plan.shape)))
    with halves.alone(part):
        described = _described(source, plan, order)
        made = halves.begin(part, described, made or datetime.now(UTC).isoformat(timespec="seconds"))
        with _writing(folder):
            kept = _write(source, plan, part, (order, sizes), reporter, workers or min(4, os.cpu_count() or 1))
            _complete(source, plan, part, order, kept, made)
            (part / halves.RESULT).replace(folder / plan.name)
            shutil.rmtree(part)
    return folder / plan.name


@contextmanager
def _writing(folder: Path) -> Iterator[None]:
    """Put into words that the disk is full, or went away."""
    try:
        yield
    except OSError as error:
        raise BringError(
            f"{folder} cannot be written to ({error.strerror or error}). What was brought so far is kept: make "
            "room, and bring the same again to go on from there."
        ) from error


def _complete(
    source: Source, plan: Plan, part: Path, order: np.ndarray, kept: tuple[int, int, int], made: str
) -> None:
    """Write all but the pixels, and how many of these there are."""
    try:
        finish.finish(part, source, plan, order, kept, made)
    except BringError:
        shutil.rmtree(part)
        raise
    with (part / halves.RESULT / own.IMAGES).open("r+b") as images:
        images.write(halves.header(sum(kept), plan.shape))


def completed(part: Path) -> bool:
    """Whether all was done but clearing up, which is done then: a kill may come in between."""
    set_there = (part.parents[1] / part.stem / own.SET).is_file()
    if not set_there or (part / halves.RESULT).exists() or not part.exists():
        return False
    shutil.rmtree(part, ignore_errors=True)
    return True


def ordered(entries: Sequence[Entry]) -> tuple[np.ndarray, list[int]]:
    """Entries for training, then to choose on, then the test, otherwise as they stand; how many each part has.

    The first is (n,) int64: where each of them is among ``entries``.

    Who has no part is put into one by its name alone, so that images that come later move none: 80, 10 and 10 of
    a hundred; where that leaves none for training, as it may of a few, all are.
    """
    known = in_parts(entries)
    told = ((entry.part or "train") if known else by_name(entry.name) for entry in entries)
    part = np.fromiter((ORDER.index(name) for name in told), np.uint8, len(entries))
    part = part if (part == 0).any() else np.zeros_like(part)
    return np.argsort(part, kind="stable"), np.bincount(part, minlength=len(ORDER)).tolist()


def by_name(name: str) -> str:
    """The part that a name falls into."""
    number = zlib.crc32(name.encode("utf-8", "surrogatepass")) % 100
    return "train" if number < 80 else "validation" if number < 90 else "test"


def _described(source: Source, plan: Plan, order: np.ndarray) -> dict[str, Any]:
    """All that the result depends on."""
    digest = 0
    for at in order:
        entry = source.listing.entries[at]
        told = (entry.name, entry.label, entry.group, entry.part, entry.attributes)
        digest = zlib.crc32(repr(told).encode("utf-8", "surrogatepass"), digest)
    listing = source.listing
    chosen = {"label": listing.label, "group": listing.group, "attributes": list(listing.attributes)}
    where = {"source": str(source.path), "base": str(source.base), "entries": len(order), "digest": digest}
    return json.loads(json.dumps(asdict(plan) | chosen | where))


def _write(
    source: Source,
    plan: Plan,
    part: Path,
    listed: tuple[np.ndarray, list[int]],
    reporter: Reporter,
    workers: int,
) -> tuple[int, int, int]:
    """Decode what is not decoded yet, and write it; how many items each part has."""
    order, sizes = listed
    item, ends = int(np.prod(plan.shape)), np.cumsum(sizes)
    before = halves.read_progress(part, item)
    train, validation, test = before.kept
    kept = [train, validation, test]
    with halves.growing(part, before, plan.shape) as (images, lines), ThreadPoolExecutor(workers) as pool:
        make = functools.partial(_item, source, plan)
        entries = source.listing.entries
        last = time.monotonic()
        for first in range(before.looked, len(order), CHUNK):
            made = pool.map(make, [entries[at] for at in order[first : first + CHUNK]])
            for at, (pixels, facts) in enumerate(made, start=first):
                lines.write(json.dumps([at, *facts]).encode() + b"\n")
                if pixels is not None:
                    images.write(pixels.tobytes())
                    kept[int(np.searchsorted(ends, at, side="right"))] += 1
            done = min(first + CHUNK, len(order))
            if sum(kept) < done and not (source.path.exists() and source.base.exists()):
                raise BringError(
                    f"{source.path} is not there any more. What was brought so far is kept: when it is back, "
                    "bring it again to go on from there."
                )
            if time.monotonic() - last > COMMIT or done == len(order):
                now = halves.Progress(done, (kept[0], kept[1], kept[2]), lines.tell())
                halves.commit(part, images, lines, now)
                last = time.monotonic()
                reporter.told(done, len(order), f"{sum(kept):,} images brought{_unread(done - sum(kept))}")
    return kept[0], kept[1], kept[2]


def _unread(count: int) -> str:
    return f", {count:,} cannot be read" if count else ""


def _item(source: Source, plan: Plan, entry: Entry) -> tuple[np.ndarray | None, list[Any]]:
    """Pixels of an item, and what is known of its original; no pixels, and the reason, where it cannot be read."""
    height, width, _ = plan.shape
    try:
        found = original(source, entry, about=(width, height))
    except BringError as error:
        return None, [str(error)]
    facts = [found.width, found.height, found.bytes, found.mode, found.format, found.crc]
    return fitted(found.pixels, plan.shape, plan.fit), facts
