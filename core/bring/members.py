"""Arrays in an .npz or .npy, mapped or unpacked piece by piece: no header is believed beyond its file."""

import math
import shutil
import struct
import tempfile
import zipfile
import zlib
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

import numpy as np
from numpy.lib import format as npy

from core.bring.base import BringError

HELD = 64_000_000  # bytes: a packed array up to this is unpacked in memory, a larger one into an unnamed file
UNPACKED = 20_000_000_000  # bytes that a packed array may have
PIECE = 1 << 20
RATIO = 200  # an array over SUSPECT bytes that unpacks to more times its packed size is taken for a bomb
SUSPECT = 1_000_000_000
MARGIN = 100_000_000  # bytes of disk that are left free
WRONG = (
    OSError,
    ValueError,
    EOFError,
    KeyError,
    struct.error,
    zlib.error,
    zipfile.BadZipFile,
    NotImplementedError,
)


@dataclass(frozen=True)
class Header:
    """What stands before an array: its name, shape, type, order, and the header's own length (bytes)."""

    name: str
    shape: tuple[int, ...]
    dtype: np.dtype
    fortran: bool
    length: int

    @property
    def bytes(self) -> int:
        """Of the array."""
        return math.prod(self.shape) * self.dtype.itemsize


def headers(path: Path) -> list[Header]:
    """Headers of all arrays of an .npz, or of the one of an .npy; no array is read."""
    try:
        if path.suffix.casefold() == ".npy":
            with path.open("rb") as file:
                return [_header(path.stem, file)]
        with zipfile.ZipFile(path) as archive:
            found = []
            for info in archive.infolist()[:100]:
                if info.filename.endswith(".npy"):
                    with archive.open(info) as member:
                        found.append(_header(info.filename.removesuffix(".npy"), member))  # type: ignore[arg-type]
            return found
    except WRONG as error:
        raise BringError(f"{path.name} cannot be read as NumPy's arrays ({error}).") from error


def _header(name: str, file: BinaryIO) -> Header:
    version = npy.read_magic(file)
    read = {(1, 0): npy.read_array_header_1_0, (2, 0): npy.read_array_header_2_0}.get(version)
    if read is None:
        raise ValueError(f"array {name!r} is of version {version}")
    shape, fortran, dtype = read(file)
    return Header(name, shape, dtype, fortran, file.tell())


def load(path: Path, header: Header, spool: Path | None) -> np.ndarray:
    """The array of a header, mapped where it lies there unpacked.

    Raises
    ------
    BringError
        If it holds Python objects, is cut off, or has more bytes than its header or `UNPACKED` say.
    """
    if header.dtype.hasobject:
        raise BringError(f"Array {header.name!r} of {path.name} holds Python objects, which are not read: pickle.")
    try:
        if path.suffix.casefold() == ".npy":
            return _mapped(path, header, header.length)
        with zipfile.ZipFile(path) as archive:
            info = archive.getinfo(f"{header.name}.npy")
            if info.file_size != header.length + header.bytes:
                raise ValueError(
                    f"{header.name!r} has {info.file_size:,} bytes, and its header says another number"
                )
            if info.compress_type == zipfile.ZIP_STORED:
                return _mapped(path, header, _begin(path, info) + header.length)
            if header.bytes > UNPACKED:
                raise ValueError(f"{header.name!r} unpacks to over {UNPACKED / 1e9:.0f} GB")
            if header.bytes > SUSPECT and header.bytes > RATIO * info.compress_size:
                raise ValueError(
                    f"{header.name!r} unpacks to over {RATIO} times its size, as no images do: perhaps a zip bomb"
                )
            with archive.open(info) as member:
                member.read(header.length)
                return _unpacked(member, header, spool)  # type: ignore[arg-type]
    except WRONG as error:
        raise BringError(f"Array {header.name!r} of {path.name} cannot be read ({error}).") from error


def _begin(path: Path, info: zipfile.ZipInfo) -> int:
    """Where a member's bytes begin."""
    with path.open("rb") as file:
        file.seek(info.header_offset)
        return info.header_offset + 30 + sum(struct.unpack_from("<2H", file.read(30), 26))


def _mapped(path: Path, header: Header, offset: int) -> np.ndarray:
    if not header.bytes:
        return np.zeros(header.shape, header.dtype)
    return np.memmap(path, header.dtype, "r", offset, header.shape, "F" if header.fortran else "C")


def _unpacked(member: BinaryIO, header: Header, spool: Path | None) -> np.ndarray:
    if header.bytes <= HELD:
        raw = member.read(header.bytes)
        if len(raw) < header.bytes:
            raise EOFError("it is cut off")
        found = np.frombuffer(raw, header.dtype)
    else:
        if spool is not None:
            spool.mkdir(parents=True, exist_ok=True)
        if shutil.disk_usage(spool or tempfile.gettempdir()).free < header.bytes + MARGIN:
            raise ValueError(f"{header.bytes / 1e9:.1f} GB of disk are needed to unpack it, and are not free")
        file = tempfile.TemporaryFile(dir=spool)  # noqa: SIM115  # gone with the last map of it
        left = header.bytes
        while left:
            piece = member.read(min(PIECE, left))
            if not piece:
                raise EOFError("it is cut off")
            left -= file.write(piece)
        file.flush()
        found = np.memmap(file, header.dtype, "r")
    return found.reshape(header.shape, order="F" if header.fortran else "C")
