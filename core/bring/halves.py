"""What a half-finished data set is on the disk: what grows, how far it is, and whose it is just now."""

import fcntl
import io
import json
import math
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, BinaryIO

from numpy.lib import format as npy

from core.bring.base import BringError
from core.datasets import own

HEADER = 128  # bytes before the pixels, whatever their number
PLAN, PROGRESS, LINES, LOCK = "plan.json", "progress.json", "facts.jsonl", "lock"
RESULT = "set"  # folder of what will be the data set
MARGIN = 100_000_000  # bytes of disk that are left free


@dataclass(frozen=True)
class Progress:
    """How far it is: entries looked at, items kept in each part, and the length of the file of facts (bytes)."""

    looked: int = 0
    kept: tuple[int, int, int] = (0, 0, 0)
    lines: int = 0


def make_room(part: Path, needed: int) -> None:
    """Make the folder; BringError where it cannot be made, or the disk has not as many bytes."""
    try:
        (part / RESULT).mkdir(parents=True, exist_ok=True)
        images = part / RESULT / own.IMAGES
        free = shutil.disk_usage(part).free + (images.stat().st_size if images.exists() else 0)
    except OSError as error:
        raise BringError(f"{part.parents[1]} cannot be written to ({error.strerror}).") from error
    if free < needed + MARGIN:
        raise BringError(
            f"The disk of {part.parents[1]} has {free / 1e9:.1f} GB left, and {(needed + MARGIN) / 1e9:.1f} GB "
            "are needed. Choose a smaller size, or make room."
        )


@contextmanager
def alone(part: Path) -> Iterator[None]:
    """Hold the folder's lock; BringError where another process does."""
    with (part / LOCK).open("ab") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise BringError(
                f"{part.stem!r} is being brought by another process. Wait for it, or stop it."
            ) from None
        yield


def begin(part: Path, described: dict[str, Any], made: str) -> str:
    """Write the plan, or compare it with that of the half-finished set; when that set was begun."""
    if not (part / PLAN).exists():
        put(part / PLAN, described | {"made": made})
        return made
    try:
        before = json.loads((part / PLAN).read_text(encoding="utf-8"))
        begun = str(before.pop("made"))
    except (OSError, ValueError, KeyError, AttributeError) as error:
        raise BringError(f"The half-finished set {part.stem!r} cannot be gone on with. Discard it.") from error
    if other := {name for name, value in described.items() if before.get(name) != value}:
        if {"source", "base"} & other:
            changed = f"it was begun from {before.get('source')}"
        elif other <= {"digest", "entries"}:
            changed = "its images are others now"
        else:
            changed = f"it was begun with other settings ({', '.join(sorted(other - {'digest'}))})"
        raise BringError(
            f"A set {part.stem!r} is half finished, and {changed}. Discard it (--anew on the command line), or "
            "bring it as it was begun."
        )
    return begun


def header(n: int, shape: tuple[int, int, int]) -> bytes:
    """What stands before the pixels of ``n`` images, `HEADER` bytes whatever ``n`` is."""
    buffer = io.BytesIO()
    npy.write_array_header_1_0(buffer, {"descr": "|u1", "fortran_order": False, "shape": (n, *shape)})
    assert buffer.tell() == HEADER
    return buffer.getvalue()


def commit(part: Path, images: BinaryIO, lines: BinaryIO, progress: Progress) -> None:
    """Force what was written to the disk, and only then say so."""
    for file in (images, lines):
        file.flush()
        os.fsync(file.fileno())
    put(part / PROGRESS, asdict(progress))


@contextmanager
def growing(part: Path, before: Progress, shape: tuple[int, int, int]) -> Iterator[tuple[BinaryIO, BinaryIO]]:
    """The files of pixels and of facts, cut to where the last batch ended, to be written at their ends."""
    with (part / RESULT / own.IMAGES).open("ab") as images, (part / LINES).open("ab") as lines:
        if before.looked:
            images.truncate(HEADER + sum(before.kept) * math.prod(shape))
        else:
            images.truncate(0)
            images.write(header(0, shape))
        lines.truncate(before.lines)
        lines.seek(0, os.SEEK_END)  # what was opened to append still counts from the former end
        yield images, lines


def read_progress(part: Path, item: int) -> Progress:
    """How far a half-finished set, ``item`` bytes an image, is; the beginning where files are too short."""
    try:
        raw = json.loads((part / PROGRESS).read_text(encoding="utf-8"))
        train, validation, test = (int(value) for value in raw["kept"])
        found = Progress(int(raw["looked"]), (train, validation, test), int(raw["lines"]))
        whole = HEADER + (train + validation + test) * item
        shorter = (part / RESULT / own.IMAGES).stat().st_size < whole or (
            part / LINES
        ).stat().st_size < found.lines
        return Progress() if shorter else found
    except (OSError, ValueError, KeyError, TypeError):
        return Progress()


def put(path: Path, content: dict[str, Any]) -> None:
    """Write JSON, whole or not at all."""
    beside = path.with_suffix(".new")
    with beside.open("w", encoding="ascii") as file:
        json.dump(content, file)
        file.flush()
        os.fsync(file.fileno())
    beside.replace(path)
