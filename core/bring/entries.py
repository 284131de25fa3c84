"""The images of a source as a list that takes 24 bytes an image besides its name, as there may be 200,000."""

from abc import abstractmethod
from array import array
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeVar, overload

import numpy as np

CODEC = "utf-8", "surrogatepass"  # a name may be no text
T = TypeVar("T")
UNTOLD = -1  # for a stamp that is None


@dataclass(frozen=True, slots=True)
class Entry:
    """One image of a source.

    Attributes
    ----------
    name : below the source, with ``/`` between folders: shown and kept, never written to.
    place : its row or number in the source.
    label, group : what the chosen columns say; empty where they say nothing.
    part : ``train``, ``validation``, ``test``, or empty where the source does not say.
    attributes : 0/1, one for each of the source's.
    stamp : bytes and CRC-32 in one number where the listing told: equal ones are probably equal files.
    """

    name: str
    place: int
    label: str = ""
    group: str = ""
    part: str = ""
    attributes: tuple[int, ...] = ()
    stamp: int | None = None


class Packed(Sequence[T]):
    """A list that makes what is asked of it."""

    @abstractmethod
    def one(self, at: int) -> T:
        """What is at ``at``, 0 or more."""

    @overload
    def __getitem__(self, at: int) -> T: ...
    @overload
    def __getitem__(self, at: slice) -> list[T]: ...
    def __getitem__(self, at: int | slice) -> T | list[T]:
        rows = range(len(self))[at]
        return [self.one(row) for row in rows] if isinstance(rows, range) else self.one(rows)


class Names(Packed[str]):
    """Names one behind the other in a buffer."""

    def __init__(self) -> None:
        self.buffer = bytearray()
        self.ends = array("Q", [0])

    def __len__(self) -> int:
        return len(self.ends) - 1

    def one(self, at: int) -> str:
        """A name."""
        return self.buffer[self.ends[at] : self.ends[at + 1]].decode(*CODEC)

    def append(self, name: str) -> None:
        """Add a name."""
        self.buffer += name.encode(*CODEC)
        self.ends.append(len(self.buffer))


class Picked(Packed[str]):
    """Some of a list of texts, by their ``rows`` (n,)."""

    def __init__(self, texts: Sequence[str], rows: Sequence[int] | np.ndarray) -> None:
        self.texts, self.rows = texts, rows

    def __len__(self) -> int:
        return len(self.rows)

    def one(self, at: int) -> str:
        """A text."""
        return self.texts[self.rows[at]]


class Entries(Packed[Entry]):
    """Entries in the order in which they came; what many say in the same words is kept once."""

    def __init__(self) -> None:
        self.names = Names()
        self.places, self.stamps, self.words = array("I"), array("q"), array("I")
        self.said: list[tuple[str, str, str, tuple[int, ...]]] = []
        self.known: dict[tuple[str, str, str, tuple[int, ...]], int] = {}

    def __len__(self) -> int:
        return len(self.names)

    def one(self, at: int) -> Entry:
        """An entry."""
        stamp = self.stamps[at]
        return Entry(
            self.names[at], self.places[at], *self.said[self.words[at]], None if stamp == UNTOLD else stamp
        )

    def append(self, entry: Entry) -> None:
        """Add an entry."""
        said = entry.label, entry.group, entry.part, entry.attributes
        if said not in self.known:
            self.known[said] = len(self.said)
            self.said.append(said)
        self.names.append(entry.name)
        self.places.append(entry.place)
        self.stamps.append(UNTOLD if entry.stamp is None else entry.stamp)
        self.words.append(self.known[said])
