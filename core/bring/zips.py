"""A zip of images: members are read in memory, one at a time, and never unpacked to the disk."""

import re
import struct
import threading
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from core.bring.base import LARGEST, LISTED, MOST, BringError, Listing, Source, Wish, no_image, too_many
from core.bring.entries import Entry
from core.bring.folders import TABLES
from core.bring.levels import arrange

RATIO = 200  # an image that unpacks to more times its packed size, and to over SUSPECT bytes, is taken for a bomb
SUSPECT = 1_000_000
TAIL = 22 + 65_535 + 20  # bytes that the end record of a zip and its comment may take, and a pointer before it
UTF8 = 0x800  # flag of a member whose name says that it is UTF-8
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
        members = self.file.infolist()
        if sum(info.compress_size for info in members) > self.path.stat().st_size:
            self.file.close()
            raise BringError(
                f"{path.name} is damaged, or a zip bomb: its entries lie upon each other. Nothing was unpacked."
            )
        self.renamed: dict[str, zipfile.ZipInfo] = {}  # those that are told by another name than their own
        arrange(sorted(self._members(members)), wish, self.listing)

    def _members(self, members: list[zipfile.ZipInfo]) -> Iterator[tuple[str, int | None]]:
        seen: set[str] = set()
        tables = []
        for info in members:
            name = told(info)
            if name.endswith("/") or _is_hidden(name):
                continue
            if reason := _refusal(info, name) or ("there twice under one name" if name in seen else ""):
                self.listing.refuse(info.filename[:200], reason)
                tables += [name] if name.casefold().endswith(TABLES) else []
                continue
            seen.add(name)
            if name != info.filename:
                self.renamed[name] = info
            if len(seen) > MOST:
                raise too_many(self.path.name)
            yield name, info.file_size << 32 | info.CRC
        if tables:
            self.listing.notes.append(
                f"There is a table in the archive: {', '.join(tables[:3])}. Unpack the archive and give the "
                "table's own path to take labels and groups from its columns."
            )

    def read(self, entry: Entry) -> bytes:
        """The member's bytes; its size by the header was looked at, and no more than that is unpacked."""
        try:
            with self.lock, self.file.open(self.renamed.get(entry.name, entry.name)) as member:
                data = member.read(LARGEST + 1)
                if len(data) > LARGEST:
                    raise BringError(f"It unpacks to over {LARGEST / 1e6:.0f} MB.")
                return data
        except (OSError, KeyError, *WRONG) as error:
            raise BringError(f"It cannot be unpacked ({error}).") from error

    def close(self) -> None:
        """Close the archive."""
        self.file.close()


def told(info: zipfile.ZipInfo) -> str:
    """A member's name with ``/`` between folders, as UTF-8 where it is that and does not say so (macOS, Linux)."""
    name = info.filename.replace("\\", "/")
    if name.isascii() or info.flag_bits & UTF8:
        return name
    try:
        return name.encode("cp437").decode("utf-8")
    except UnicodeError:
        return name


def _is_hidden(name: str) -> bool:
    """Whether a system put the member there, and no person."""
    parts = name.split("/")
    return parts[0] == "__MACOSX" or any(part.startswith(".") and part not in (".", "..") for part in parts)


def _refusal(info: zipfile.ZipInfo, name: str) -> str:
    """Why a member is left out; empty where it is not."""
    if name.startswith("/") or ".." in name.split("/") or DRIVE.match(name):
        return "a name that leads out of the archive"
    if (info.external_attr >> 16) & 0o170000 == 0o120000:
        return "a link, which is not followed"
    if reason := no_image(name):
        return reason
    if info.flag_bits & 1:
        return "encrypted; unpack it with its password first"
    if info.file_size > LARGEST:
        return f"unpacks to over {LARGEST / 1e6:.0f} MB"
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
