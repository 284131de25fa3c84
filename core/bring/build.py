"""From a source to a data set, a batch at a time: a kill loses the batch that was under way, and nothing else.

Below ``.bringing/NAME.part`` grow ``images.npy`` and a line of facts for each item; after each batch both are
forced to the disk, and then ``progress.json`` says how long they are. Who goes on cuts both to these lengths, so
that what comes out is the same, byte for byte, as if nobody had interrupted. The folder gets its name when all is
there.
"""

import fcntl
import io
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
from typing import Any, BinaryIO

import numpy as np
from numpy.lib import format as npy

from core.bring import finish
from core.bring.base import BringError, Entry, Source
from core.bring.fitting import FITS, fitted, original
from core.datasets import SOURCES, own
from core.jobs import Reporter

CHUNK = 64  # images that are decoded at once
COMMIT = 0.5  # s of work between two times that everything is forced to the disk
HEADER = 128  # bytes before the pixels, whatever their number
PLAN, PROGRESS, LINES, LOCK = "plan.json", "progress.json", "facts.jsonl", "lock"
UNDER_WAY = ".bringing"  # folder of what is not complete
MARGIN = 100_000_000  # bytes of disk that are left free
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


@dataclass(frozen=True)
class Progress:
    """How far it is: entries looked at, items kept in each part, and the length of the file of facts (bytes)."""

    looked: int = 0
    kept: tuple[int, int, int] = (0, 0, 0)
    lines: int = 0


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
    check_name(plan.name, folder)
    if plan.fit not in FITS:
        raise BringError(f"Fit {plan.fit!r} is not one of {', '.join(FITS)}.")
    part = part_folder(folder, plan.name)
    entries, sizes = ordered(source.listing.entries)
    _make_room(part, len(entries) * int(np.prod(plan.shape)))
    with _alone(part):
        described = _described(source, plan, entries)
        made = _begin(part, described, made or datetime.now(UTC).isoformat(timespec="seconds"))
        kept = _write(source, plan, part, (entries, sizes), reporter, workers or min(4, os.cpu_count() or 1))
        try:
            finish.finish(part, source, plan, entries, kept, made)
        except BringError:
            shutil.rmtree(part)
            raise
        with (part / own.IMAGES).open("r+b") as images:
            images.write(header(sum(kept), plan.shape))
        for name in (PLAN, PROGRESS, LINES, LOCK):
            (part / name).unlink()
        part.replace(folder / plan.name)
    return folder / plan.name


def ordered(entries: Sequence[Entry]) -> tuple[list[Entry], list[int]]:
    """Entries for training, then to choose on, then the test, otherwise as they stand; how many each part has.

    Who has no part is put into one by its name alone, so that images that come later move none: 80, 10 and 10 of
    a hundred.
    """
    known = any(entry.part for entry in entries)
    parts: dict[str, list[Entry]] = {part: [] for part in ORDER}
    for entry in entries:
        parts[entry.part or ("train" if known else by_name(entry.name))].append(entry)
    return [entry for part in ORDER for entry in parts[part]], [len(parts[part]) for part in ORDER]


def by_name(name: str) -> str:
    """The part that a name falls into."""
    number = zlib.crc32(name.encode("utf-8", "surrogatepass")) % 100
    return "train" if number < 80 else "validation" if number < 90 else "test"


def _make_room(part: Path, needed: int) -> None:
    """Make the folder; BringError where it cannot be made, or the disk has not as many bytes."""
    try:
        part.mkdir(parents=True, exist_ok=True)
        free = shutil.disk_usage(part).free + sum(file.stat().st_size for file in part.iterdir())
    except OSError as error:
        raise BringError(f"{part.parents[1]} cannot be written to ({error.strerror}).") from error
    if free < needed + MARGIN:
        raise BringError(
            f"The disk of {part.parents[1]} has {free / 1e9:.1f} GB left, and {(needed + MARGIN) / 1e9:.1f} GB "
            "are needed. Choose a smaller size, or make room."
        )


@contextmanager
def _alone(part: Path) -> Iterator[None]:
    """Hold the folder's lock; BringError where another process does."""
    with (part / LOCK).open("ab") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise BringError(
                f"{part.stem!r} is being brought by another process. Wait for it, or stop it."
            ) from None
        yield


def _described(source: Source, plan: Plan, entries: Sequence[Entry]) -> dict[str, Any]:
    """All that the result depends on."""
    digest = 0
    for entry in entries:
        told = (entry.name, entry.label, entry.group, entry.part, entry.attributes)
        digest = zlib.crc32(repr(told).encode("utf-8", "surrogatepass"), digest)
    listing = source.listing
    chosen = {"label": listing.label, "group": listing.group, "attributes": list(listing.attributes)}
    where = {"source": str(source.path), "base": str(source.base), "entries": len(entries), "digest": digest}
    return json.loads(json.dumps(asdict(plan) | chosen | where))


def _begin(part: Path, described: dict[str, Any], made: str) -> str:
    """Write the plan, or compare it with that of the half-finished set; when that set was begun."""
    if not (part / PLAN).exists():
        _put(part / PLAN, described | {"made": made})
        return made
    try:
        before = json.loads((part / PLAN).read_text(encoding="utf-8"))
        begun = str(before.pop("made"))
    except (OSError, ValueError, KeyError, AttributeError) as error:
        raise BringError(f"The half-finished set {part.stem!r} cannot be gone on with. Discard it.") from error
    if other := [name for name, value in described.items() if before.get(name) != value]:
        changed = "its images are others now" if set(other) <= {"digest", "entries"} else ", ".join(other)
        raise BringError(
            f"A set {part.stem!r} is half finished, and was begun with other settings ({changed}). Discard it, or "
            "bring it as it was begun."
        )
    return begun


def _write(
    source: Source,
    plan: Plan,
    part: Path,
    listed: tuple[list[Entry], list[int]],
    reporter: Reporter,
    workers: int,
) -> tuple[int, int, int]:
    """Decode what is not decoded yet, and write it; how many items each part has."""
    entries, sizes = listed
    before = _progress(part)
    kept, item = list(before.kept), int(np.prod(plan.shape))
    ends = np.cumsum(sizes)
    with (
        (part / own.IMAGES).open("ab") as images,
        (part / LINES).open("ab") as lines,
        ThreadPoolExecutor(workers) as pool,
    ):
        images.truncate(0 if not before.looked else HEADER + sum(kept) * item)
        if not before.looked:
            images.write(header(0, plan.shape))
        lines.truncate(before.lines)
        last = time.monotonic()
        for first in range(before.looked, len(entries), CHUNK):
            chunk = entries[first : first + CHUNK]
            for at, (pixels, facts) in enumerate(
                pool.map(lambda one: _item(source, plan, one), chunk), start=first
            ):
                lines.write(json.dumps([at, *facts]).encode() + b"\n")
                if pixels is not None:
                    images.write(pixels.tobytes())
                    kept[int(np.searchsorted(ends, at, side="right"))] += 1
            done = first + len(chunk)
            if time.monotonic() - last > COMMIT or done == len(entries):
                _commit(part, images, lines, Progress(done, (kept[0], kept[1], kept[2]), lines.tell()))
                last = time.monotonic()
                reporter.told(done, len(entries), f"{sum(kept):,} images brought{_unread(done - sum(kept))}")
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


def header(n: int, shape: tuple[int, int, int]) -> bytes:
    """What stands before the pixels of ``n`` images, `HEADER` bytes whatever ``n`` is."""
    buffer = io.BytesIO()
    npy.write_array_header_1_0(buffer, {"descr": "|u1", "fortran_order": False, "shape": (n, *shape)})
    assert buffer.tell() == HEADER
    return buffer.getvalue()


def _commit(part: Path, images: BinaryIO, lines: BinaryIO, progress: Progress) -> None:
    """Force what was written to the disk, and only then say so."""
    for file in (images, lines):
        file.flush()
        os.fsync(file.fileno())
    _put(part / PROGRESS, asdict(progress))


def _progress(part: Path) -> Progress:
    """How far a half-finished set is; the beginning where nothing of it is known."""
    try:
        raw = json.loads((part / PROGRESS).read_text(encoding="utf-8"))
        train, validation, test = (int(value) for value in raw["kept"])
        return Progress(int(raw["looked"]), (train, validation, test), int(raw["lines"]))
    except (OSError, ValueError, KeyError, TypeError):
        return Progress()


def _put(path: Path, content: dict[str, Any]) -> None:
    """Write JSON, whole or not at all."""
    beside = path.with_suffix(".new")
    with beside.open("w", encoding="ascii") as file:
        json.dump(content, file)
        file.flush()
        os.fsync(file.fileno())
    beside.replace(path)
