"""A zip of images: members are read in memory, one at a time, and never unpacked to the disk."""

import re
import struct
import threading
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path, PurePosixPath
from typing import BinaryIO

from core.bring.base import LISTED, MOST, SUFFIXES, BringError, Entry, Listing, Source, Wish, too_many
from core.bring.levels import arrange
from core.images import LARGEST_BYTES, ImageError

RATIO = 200  # an image that unpacks to more times its packed size, and to over SUSPECT bytes, is taken for a bomb
SUSPECT = 1_000_000
TAIL = 22 + 65_535 + 20  # bytes that the end record of a zip and its comment may take, and a pointer before it
DRIVE = re.compile(r"[A-Za-z]:")
WRONG = (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, struct.error, ValueError)


class Zip(Source):
    """Images in a zip, its folders as labels."""

    kind = "zip"

    def __init__(self, path: Path, wish: Wish) -> None:
        self.path = path.resolve()
        self.listing = Listing()
        self.lock = threading.Lock()
        if count_members(self.path) > LISTED:
            raise BringError(f"{path.name} has over {LISTED:,} entries. Bring a smaller archive, or unpack it.")
        try:
            self.file = zipfile.ZipFile(self.path)
        except (OSError, *WRONG) as error:
            raise BringError(f"{path.name} cannot be read as a zip ({error}).") from error
        arrange(self._members(), wish, self.listing)

    def _members(self) -> Iterator[tuple[str, int | None]]:
        seen: set[str] = set()
        for info in self.file.infolist():
            if info.is_dir() or _is_hidden(info.filename):
                continue
            reason = _refusal(info) or (
                "there twice under one name; the last counts" if info.filename in seen else ""
            )
            if reason:
                self.listing.refuse(info.filename, reason)
                continue
            seen.add(info.filename)
            if len(seen) > MOST:
                raise too_many(self.path.name)
            yield info.filename, info.file_size << 32 | info.CRC

    def read(self, entry: Entry) -> bytes:
        """The member's bytes; its size by the header was looked at, and no more than that is unpacked."""
        try:
            with self.lock, self.file.open(entry.name) as member:
                data = member.read(LARGEST_BYTES + 1)
                if member.read(1):
                    raise ImageError(f"It unpacks to over {LARGEST_BYTES / 1e6:.0f} MB.")
                return data
        except ImageError:
            raise
        except (OSError, KeyError, *WRONG) as error:
            raise BringError(f"It cannot be unpacked ({error}).") from error

    def close(self) -> None:
        """Close the archive."""
        self.file.close()


def _is_hidden(name: str) -> bool:
    """Whether a system put the member there, and no person."""
    parts = name.replace("\\", "/").split("/")
    return parts[0] == "__MACOSX" or any(part.startswith(".") and part not in (".", "..") for part in parts)


def _refusal(info: zipfile.ZipInfo) -> str:
    """Why a member is left out; empty where it is not."""
    name = PurePosixPath(info.filename.replace("\\", "/"))
    if name.is_absolute() or ".." in name.parts or DRIVE.match(info.filename):
        return "a name that leads out of the archive"
    if (info.external_attr >> 16) & 0o170000 == 0o120000:
        return "a link, which is not followed"
    if name.suffix.casefold() not in SUFFIXES:
        return "no image by its name"
    if info.flag_bits & 1:
        return "encrypted"
    if info.file_size > LARGEST_BYTES:
        return f"unpacks to over {LARGEST_BYTES / 1e6:.0f} MB"
    if info.file_size > SUSPECT and info.file_size > RATIO * max(1, info.compress_size):
        return f"unpacks to over {RATIO} times its size, as no image does: perhaps a zip bomb"
    return ""


def count_members(path: Path) -> int:
    """Members of a zip, counted in its directory without keeping any; it stops soon after `LISTED`.

    Python's own reader keeps half a kilobyte for each, so that a million would take half a gigabyte.
    """
    try:
        with path.open("rb") as file:
            file.seek(_directory(file))
            count = 0
            while count <= LISTED and (head := file.read(46))[:4] == b"PK\x01\x02" and len(head) == 46:
                file.seek(sum(struct.unpack_from("<3H", head, 28)), 1)
                count += 1
            return count
    except (OSError, ValueError, struct.error) as error:
        raise BringError(f"{path.name} cannot be read as a zip ({error}).") from error


def _directory(file: BinaryIO) -> int:
    """Where the directory of a zip begins; ValueError where its end record is missing."""
    size = file.seek(0, 2)
    file.seek(max(0, size - TAIL))
    tail = file.read()
    at = tail.rfind(b"PK\x05\x06")
    if at < 0 or len(tail) < at + 22:
        raise ValueError("it has no directory, so it is cut off or no zip")
    end = max(0, size - TAIL) + at
    (length,) = struct.unpack_from("<L", tail, at + 12)
    if tail[max(0, at - 20) : max(0, at - 16)] == b"PK\x06\x07":  # over 65,535 members, or over 4 GB
        (end,) = struct.unpack_from("<Q", tail, at - 12)
        file.seek(end)
        (length,) = struct.unpack_from("<Q", file.read(56), 40)
    if length > end:
        raise ValueError("its directory is damaged")
    return end - length
