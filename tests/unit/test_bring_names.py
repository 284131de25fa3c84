"""Names as other systems write them, and names that are none: handled, and said clearly."""

import os
from pathlib import Path

import numpy as np
import pytest

from core.audit import originals
from core.bring import base, telling
from core.bring.base import BringError
from core.bring.sources import open_source
from core.datasets import own
from tests.bringing import brought, folder, pixels, png, seen, zipped


@pytest.mark.parametrize(
    "written",
    [b"Katzen\\1.png", "Kätzchen/1.png".encode(), "Kätzchen/1.png".encode("cp437")],
    ids=["Windows", "macOS", "DOS"],
)
def test_names_as_other_systems_write_them(tmp_path: Path, written: bytes) -> None:
    place = f"{'x' * (len(written) - 4)}.png"
    path = zipped(tmp_path / "in.zip", {place: png(pixels(0)), "dogs/1.png": png(pixels(1))})
    path.write_bytes(path.read_bytes().replace(place.encode(), written))
    data = brought(path, tmp_path / "home")
    name = "Katzen" if b"\\" in written else "Kätzchen"
    assert data.label_names == ("dogs", name)
    row = data.fields["file"].tolist().index(f"{name}/1.png")
    assert np.array_equal(data.images[row], pixels(0))
    found = originals.Originals(path, data.fields["file"], np.ones(2, np.int64))
    assert found.read(row) == png(pixels(0))


def test_names_that_a_terminal_would_obey(tmp_path: Path) -> None:
    bad = "\x1b[2J\nno\u202eimage"
    source = folder(tmp_path / "in", 2, labels=("cats", bad))
    (source / f"{bad}.png").write_bytes(b"nothing")
    (source / f"{bad}.csv").write_bytes(b"")
    lines = telling.lines(seen(source))
    assert not any(base.CONTROL.search(line) for line in lines)
    assert any("\\x1b[2J\\nno\\u202eimage.png" in line for line in lines)


def test_a_folder_whose_name_is_no_text(tmp_path: Path) -> None:
    source = folder(Path(os.fsdecode(os.fsencode(tmp_path) + b"/\xff")), 2)
    with pytest.raises(BringError, match="has a name that is no text. Rename it"):
        open_source(source)


def test_names_in_mixed_case_unicode_and_300_characters(tmp_path: Path) -> None:
    names = [
        "A.PNG",
        "a.png",
        "b.JpEg",
        "Größe/日本語 🐈.png",
        "Größe/ein‮gnp.png",
        "-rf/--x.png",
        "sp ace/q'\".png",
    ]
    long = [f"{'x' * 300}/{'y' * 296}.png", f"{'z/' * 500}z.png"]
    path = zipped(tmp_path / "in.zip", {name: png(pixels(0)) for name in [*names, *long]})
    assert seen(path).left == {"a name of over 1,000 characters": 1}  # all names of a set are kept at one length
    data = brought(path, tmp_path / "home", wish=base.Wish(label="folder"))
    assert len(data) == 8
    assert {"A.PNG", "a.png", "Größe/日本語 🐈.png", f"{'x' * 300}/{'y' * 296}.png"} <= set(data.fields["file"])
    assert {"Größe", "-rf", "x" * 300, own.UNLABELLED} <= set(data.label_names)


def test_a_name_that_is_no_text(tmp_path: Path) -> None:
    source = folder(tmp_path / "in", 2)
    with open(os.fsencode(source) + b"/cats/\xff\xfe.png", "wb") as file:
        file.write(png(pixels(0)))
    report = seen(source)
    assert (report.images, report.left) == (2, {"a name that is no text": 1})
    report.left_out[0][0].encode()


@pytest.mark.parametrize("name", ["../x", "", "a/b", "Mine", "digits", ".", "a--b", "x" * 41, "con\n"])
def test_names_that_are_none_are_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(BringError, match="name"):
        brought(folder(tmp_path / "in", 2), tmp_path / "home", name=name)
    assert not (tmp_path / "home").exists()
