"""A folder of images, its sub-folders as labels."""

import os
from collections.abc import Iterator
from pathlib import Path, PurePath

from core.bring.base import LISTED, MOST, SUFFIXES, BringError, Entry, Listing, Source, Wish, shown, too_many
from core.bring.levels import arrange
from core.images import LARGEST_BYTES, ImageError

TABLES = (".csv", ".tsv", ".parquet")


class Folder(Source):
    """Images below a folder. Links are not followed; what is no image by its name is counted."""

    kind = "folder"

    def __init__(self, path: Path, wish: Wish) -> None:
        self.path = path.resolve()
        self.listing = Listing()
        self.tables: list[str] = []
        arrange(self._walk(), wish, self.listing)
        if self.tables:
            self.listing.notes.append(
                f"There is a table beside the images: {', '.join(self.tables[:3])}. Give the table's own path to "
                "take labels and groups from its columns."
            )

    def _walk(self) -> Iterator[tuple[str, int | None]]:
        seen = images = 0
        waiting = [self.path]
        while waiting:
            folder = waiting.pop()
            try:
                found = sorted(os.scandir(folder), key=lambda one: one.name)
            except OSError as error:
                if folder == self.path:
                    raise BringError(f"{folder} cannot be opened ({error.strerror}).") from error
                self.listing.refuse(self._name(folder), f"a folder that cannot be opened ({error.strerror})")
                continue
            for one in found:
                seen += 1
                if seen > LISTED:
                    raise BringError(f"{self.path} holds over {LISTED:,} files. Bring a sub-folder of it.")
                if one.is_symlink():
                    self.listing.refuse(self._name(one), "a link, which is not followed")
                elif one.is_dir():
                    if not one.name.startswith("."):
                        waiting.append(Path(one.path))
                elif self._is_image(one):
                    images += 1
                    if images > MOST:
                        raise too_many(str(self.path))
                    yield self._name(one), None

    def _is_image(self, one: "os.DirEntry[str]") -> bool:
        suffix = PurePath(one.name).suffix.casefold()
        if one.name.startswith(".") or not one.is_file():
            return False
        if suffix in TABLES:
            self.tables.append(self._name(one))
        elif suffix not in SUFFIXES:
            self.listing.refuse(self._name(one), "no image by its name")
        elif (name := self._name(one)) != shown(name):
            self.listing.refuse(name, "a name that is no text")
            return False
        return suffix in SUFFIXES

    def _name(self, path: "os.PathLike[str]") -> str:
        return os.fspath(path)[len(str(self.path)) :].lstrip(os.sep).replace(os.sep, "/")

    def read(self, entry: Entry) -> bytes:
        """The file's bytes."""
        return read_below(self.path, entry.name)


def read_below(root: Path, name: str) -> bytes:
    """Bytes of a file below ``root``, at most as many as an image may have and one more."""
    path = (root / name).resolve()
    if not path.is_relative_to(root):
        raise BringError(f"It is outside of {root}.")
    if not path.is_file():  # a pipe or a device would never end
        raise BringError("There is no such file.")
    size = path.stat().st_size
    if size > LARGEST_BYTES:
        raise ImageError(f"The file has {size / 1e6:.1f} MB; {LARGEST_BYTES / 1e6:.0f} MB is the most.")
    return path.read_bytes()
