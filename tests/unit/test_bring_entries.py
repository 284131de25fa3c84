"""The list of a source's images says what a plain list of them would, and takes little memory."""

import tracemalloc
from pathlib import Path

import numpy as np

from core.bring.base import Wish
from core.bring.entries import Entries, Entry, Names, Picked
from core.bring.folders import Folder
from tests.bringing import pixels, png

SOME = [
    Entry("a/ü.png", 0, "cat", "me", "train", (0, 1), 5 << 32 | 0xFFFFFFFF),
    Entry("a/\udcff.png", 3, "cat", "you", "test", (1, 1)),
    Entry("", 400_000, "dog", stamp=0),
]


def test_entries_come_out_as_they_went_in() -> None:
    entries = Entries()
    for entry in SOME:
        entries.append(entry)
    assert list(entries) == SOME
    assert entries[1:] == SOME[1:]
    assert entries[-1] == SOME[-1]
    assert Picked(entries.names, np.array([2, 0]))[:] == ["", "a/ü.png"]


def test_an_entry_takes_few_bytes_besides_its_name() -> None:
    count, name = 20_000, "pictures/{:011}.png"  # 24 bytes
    tracemalloc.start()
    try:
        entries = Entries()
        for number in range(count):
            entries.append(Entry(name.format(number), number, str(number % 10)))
        taken = tracemalloc.get_traced_memory()[0] / count
    finally:
        tracemalloc.stop()
    assert 24 < taken < 24 + 40  # 24 for the rest, and what buffers keep free to grow


def test_a_folder_is_listed_in_the_order_of_the_names(tmp_path: Path) -> None:
    names = ["b.png", "a/z.png", "a-b/c.png", "a.png", "a/b/c.png", "a0.png", "Z.png", "a/b.png", "ä/1.png"]
    for name in names:
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_bytes(png(pixels(0)))
    found = Folder(tmp_path, Wish()).listing.entries
    assert [entry.name for entry in found] == sorted(names)
    assert [entry.place for entry in found] == list(range(len(names)))


def test_names_can_be_looked_through() -> None:
    names = Names()
    for name in ("b", "", "ab"):
        names.append(name)
    assert (list(names), "ab" in names, names[0:2]) == (["b", "", "ab"], True, ["b", ""])
