"""The images of a source as a list that takes 24 bytes an image besides its name, as there may be 200,000."""

from array import array
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import overload

import numpy as np

CODEC = "utf-8", "surrogatepass"  # a name may be no text
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


class Names(Sequence[str]):
    """Names one behind the other in a buffer."""

    def __init__(self) -> None:
        self.buffer = bytearray()
        self.ends = array("Q", [0])

    def __len__(self) -> int:
        return len(self.ends) - 1

    @overload
    def __getitem__(self, at: int) -> str: ...
    @overload
    def __getitem__(self, at: slice) -> list[str]: ...
    def __getitem__(self, at: int | slice) -> str | list[str]:
        if isinstance(at, slice):
            return [self[one] for one in range(*at.indices(len(self)))]
        at = range(len(self))[at]
        return self.buffer[self.ends[at] : self.ends[at + 1]].decode(*CODEC)

    def append(self, name: str) -> None:
        """Add a name."""
        self.buffer += name.encode(*CODEC)
        self.ends.append(len(self.buffer))


class Picked(Sequence[str]):
    """Some of a list of texts, by their ``rows`` (n,), of which none is made before it is asked for."""

    def __init__(self, texts: Sequence[str], rows: Sequence[int] | np.ndarray) -> None:
        self.texts, self.rows = texts, rows

    def __len__(self) -> int:
        return len(self.rows)

    @overload
    def __getitem__(self, at: int) -> str: ...
    @overload
    def __getitem__(self, at: slice) -> list[str]: ...
    def __getitem__(self, at: int | slice) -> str | list[str]:
        return [self.texts[row] for row in self.rows[at]] if isinstance(at, slice) else self.texts[self.rows[at]]


class Entries(Sequence[Entry]):
    """Entries in the order in which they came; what many say in the same words is kept once."""

    def __init__(self) -> None:
        self.names = Names()
        self.places, self.stamps, self.words = array("I"), array("q"), array("I")
        self.said: list[tuple[str, str, str, tuple[int, ...]]] = []
        self.known: dict[tuple[str, str, str, tuple[int, ...]], int] = {}

    def __len__(self) -> int:
        return len(self.names)

    def __iter__(self) -> Iterator[Entry]:
        return (self[at] for at in range(len(self)))

    @overload
    def __getitem__(self, at: int) -> Entry: ...
    @overload
    def __getitem__(self, at: slice) -> list[Entry]: ...
    def __getitem__(self, at: int | slice) -> Entry | list[Entry]:
        if isinstance(at, slice):
            return [self[one] for one in range(*at.indices(len(self)))]
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
