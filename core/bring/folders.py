"""A folder of images, its sub-folders as labels."""

import os
import stat
from collections.abc import Iterator
from pathlib import Path

from core.bring.base import (
    LARGEST,
    LISTED,
    MOST,
    BringError,
    Listing,
    Source,
    Wish,
    no_image,
    shown,
    too_many,
)
from core.bring.entries import Entry
from core.bring.levels import arrange

OPENED = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC  # a pipe that is opened so is not waited for
TABLES = (".csv", ".tsv", ".parquet")
LINK = "a link, which is not followed"


class Folder(Source):
    """Images below a folder. Links are not followed; what is no image by its name is counted."""

    kind = "folder"

    def __init__(self, path: Path, wish: Wish) -> None:
        self.path = path.resolve()
        self.listing = Listing()
        self.tables: list[str] = []
        self.odd: dict[str, str] = {}  # what is no plain file, and why it is left out
        self.seen = 0
        arrange(self._walk(), wish, self.listing)
        if self.tables:
            self.listing.notes.append(
                f"There is a table beside the images: {', '.join(self.tables[:3])}. Give the table's own path to "
                "take labels and groups from its columns."
            )

    def _walk(self) -> Iterator[tuple[str, int | None]]:
        """Images by their names below the folder, in the order of these, so that none need be sorted again."""
        images = 0
        waiting = [self._listed("")]  # what is left to look at, the next one last, in each folder on the way down
        while waiting:
            if not waiting[-1]:
                waiting.pop()
            elif (name := waiting[-1].pop()).endswith("/"):
                waiting.append(self._listed(name))
            elif self._is_image(name):
                images += 1
                if images > MOST:
                    raise too_many(str(self.path))
                yield name, None

    def _listed(self, above: str) -> list[str]:
        """Names of what is in a folder, backwards; folders have a ``/`` at their ends."""
        found = []
        try:
            with os.scandir(self.path / above) as listing:
                for one in listing:
                    self.seen += 1
                    if self.seen > LISTED:
                        raise BringError(f"{self.path} holds over {LISTED:,} files. Bring a sub-folder of it.")
                    if one.name.startswith("."):
                        continue
                    name = above + one.name
                    if one.is_dir(follow_symlinks=False):
                        name += "/"
                    elif not one.is_file(follow_symlinks=False):
                        self.odd[name] = LINK if one.is_symlink() else "no file: a pipe, a device or a socket"
                    found.append(name)
        except OSError as error:
            if not above:
                raise BringError(f"{self.path} cannot be opened ({error.strerror}).") from error
            self.listing.refuse(above[:-1], f"a folder that cannot be opened ({error.strerror})")
        return sorted(found, reverse=True)

    def _is_image(self, name: str) -> bool:
        if name.casefold().endswith(TABLES) and name not in self.odd:
            self.tables.append(shown(name))
        elif (
            reason := self.odd.get(name)
            or no_image(name)
            or ("" if name == shown(name) else "a name that is no text")
        ):
            self.listing.refuse(name, reason)
        else:
            return True
        return False

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
