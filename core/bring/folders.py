"""A folder of images, its sub-folders as labels."""

import itertools
import os
import stat
from collections.abc import Iterator
from pathlib import Path

from core.bring.base import (
    LARGEST,
    LISTED,
    MOST,
    BringError,
    Entry,
    Listing,
    Source,
    Wish,
    no_image,
    shown,
    too_many,
)
from core.bring.levels import arrange

OPENED = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC  # a pipe that is opened so is not waited for
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
                found = self._listed(folder, LISTED - seen)
            except OSError as error:
                if folder == self.path:
                    raise BringError(f"{folder} cannot be opened ({error.strerror}).") from error
                self.listing.refuse(self._name(folder), f"a folder that cannot be opened ({error.strerror})")
                continue
            seen += len(found)
            for one in found:
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

    def _listed(self, folder: Path, most: int) -> list["os.DirEntry[str]"]:
        """What is in a folder, by name; BringError where it is over ``most``, which is not kept in memory."""
        with os.scandir(folder) as listing:
            found = list(itertools.islice(listing, most + 1))
        if len(found) > most:
            raise BringError(f"{self.path} holds over {LISTED:,} files. Bring a sub-folder of it.")
        return sorted(found, key=lambda one: one.name)

    def _is_image(self, one: "os.DirEntry[str]") -> bool:
        if one.name.startswith("."):
            return False
        name = self._name(one)
        if not one.is_file():
            self.listing.refuse(name, "no file: a pipe, a device or a socket")
        elif one.name.casefold().endswith(TABLES):
            self.tables.append(shown(name))
        elif reason := no_image(name) or ("" if name == shown(name) else "a name that is no text"):
            self.listing.refuse(name, reason)
        else:
            return True
        return False

    def _name(self, path: "os.PathLike[str]") -> str:
        return os.fspath(path)[len(str(self.path)) :].lstrip(os.sep).replace(os.sep, "/")

    def read(self, entry: Entry) -> bytes:
        """The file's bytes."""
        return read_below(self.path, entry.name)


def read_below(root: Path, name: str) -> bytes:
    """Bytes of a file below ``root``, which is resolved; BringError for one elsewhere, too large, or not there."""
    path = os.path.realpath(os.path.join(root, name))
    if not path.startswith(os.path.join(root, "")):
        raise BringError(f"It is outside of {root}.")
    try:
        file = os.open(path, OPENED)
    except (FileNotFoundError, NotADirectoryError):
        raise BringError("There is no such file.") from None
    with open(file, "rb", buffering=0) as content:
        facts = os.fstat(file)
        if not stat.S_ISREG(facts.st_mode):  # a pipe or a device would never end
            raise BringError("It is a pipe or a device, and no file.")
        if facts.st_size > LARGEST:
            raise BringError(f"The file has {facts.st_size / 1e6:.1f} MB; {LARGEST / 1e6:.0f} MB is the most.")
        return content.read()
