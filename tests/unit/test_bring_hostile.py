"""What is refused or handled when images are brought, and that nothing is written outside of the data's folder."""

import os
import stat
import struct
import tempfile
import time
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import pytest

from core.bring import base, zips
from core.bring.base import BringError
from core.bring.sources import open_source
from tests.bringing import brought, files, folder, pixels, png, seen, unreadable, zipped


def test_zip_slip(tmp_path: Path) -> None:
    bad = ["../evil.png", "/evil.png", "a/../../evil.png", "..\\evil.png", "C:\\evil.png"]
    path = zipped(tmp_path / "in.zip", {name: png(pixels(0)) for name in [*bad, "good/a.png", "fine/b.png"]})
    before = files(tmp_path)
    report = seen(path)
    assert (report.images, report.left) == (2, {"a name that leads out of the archive": 5})
    assert {name for name, _ in report.left_out} == set(bad)
    assert len(brought(path, tmp_path / "home")) == 2
    assert all(name.startswith("home/mine/") for name in files(tmp_path) - before)
    assert all(name in unreadable(tmp_path / "home") for name in bad)


def test_zip_bombs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(zips, "LARGEST", 6_000_000)
    members = {"huge.png": b"\0" * 6_000_001, "dense.png": b"\0" * 5_000_000, "a.png": png(pixels(0))}
    path = zipped(tmp_path / "in.zip", members)
    report = seen(path)
    assert report.images == 1
    assert sorted(report.left) == [
        "unpacks to over 200 times its size, as no image does: perhaps a zip bomb",
        "unpacks to over 6 MB",
    ]


def test_entries_that_lie_upon_each_other(tmp_path: Path) -> None:
    path = zipped(tmp_path / "in.zip", {f"{n}.png": png(pixels(0)) for n in "ab"}, method=zipfile.ZIP_STORED)
    raw = path.read_bytes()
    first, second = (raw.index(b"PK\x01\x02"), raw.rindex(b"PK\x01\x02"))
    again = raw[first:second].replace(b"a.png", b"c.png")  # a third name for the bytes of the first
    end = bytearray(raw[raw.index(b"PK\x05\x06") :])
    struct.pack_into("<2HL", end, 8, 3, 3, 3 * len(again))
    path.write_bytes(raw[: len(raw) - len(end)] + again + end)
    with pytest.raises(BringError, match="entries lie upon each other. Nothing was unpacked"):
        open_source(path)


def test_a_packed_array_that_is_a_bomb(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    np.savez_compressed(tmp_path / "in.npz", images=np.zeros((100, 64, 64), np.uint8))
    assert seen(tmp_path / "in.npz").images == 100
    monkeypatch.setattr("core.bring.members.SUSPECT", 100_000)
    with pytest.raises(BringError, match="over 200 times its size, as no images do"):
        open_source(tmp_path / "in.npz")


def test_what_is_no_image_is_left_out_with_what_to_do(tmp_path: Path) -> None:
    names = ("a.HEIC", "b.svg", "c.zip", "d.txt", "e.png", "labels.csv", "__MACOSX/._e.png", ".DS_Store")
    path = zipped(tmp_path / "in.zip", {name: png(pixels(0)) for name in names})
    report = seen(path)
    assert report.left == {
        "a format that is not read here; save it as JPEG or PNG": 2,
        "an archive inside, which is not opened": 1,
        "no image by its name": 2,
    }
    assert "There is a table in the archive: labels.csv" in " ".join(report.notes)


def test_encrypted_members(tmp_path: Path) -> None:
    path = zipped(tmp_path / "in.zip", {"a.png": png(pixels(0)), "b.png": png(pixels(1))})
    raw = bytearray(path.read_bytes())
    raw[raw.index(b"PK\x01\x02") + 8] |= 1
    path.write_bytes(raw)
    assert seen(path).left == {"encrypted; unpack it with its password first": 1}


def test_a_zip_whose_header_lies_is_not_unpacked_beyond_it(tmp_path: Path) -> None:
    path = zipped(tmp_path / "in.zip", {"liar.png": b"\0" * 3_000_000, "a.png": png(pixels(0))})
    raw = bytearray(path.read_bytes())
    at = raw.index(b"PK\x01\x02")
    struct.pack_into("<L", raw, at + 24, 400)  # the directory says that it unpacks to 400 bytes
    path.write_bytes(raw)
    assert len(brought(path, tmp_path / "home")) == 1
    assert "liar.png,It cannot be unpacked" in unreadable(tmp_path / "home")


def test_links_are_not_followed(tmp_path: Path) -> None:
    source, secret = folder(tmp_path / "in", 4), folder(tmp_path / "secret", 2)
    (source / "cats" / "out.png").symlink_to(secret / "cats" / "00000.png")
    (source / "outside").symlink_to(secret)
    (source / "loop").symlink_to(source)
    os.mkfifo(source / "cats" / "pipe.png")
    report = seen(source)
    left = {"a link, which is not followed": 3, "no file: a pipe, a device or a socket": 1}
    assert (report.images, report.left) == (4, left)


def test_a_link_in_a_zip(tmp_path: Path) -> None:
    path = zipped(tmp_path / "in.zip", {"a.png": png(pixels(0))})
    with zipfile.ZipFile(path, "a") as archive:
        info = zipfile.ZipInfo("link.png")
        info.external_attr = (stat.S_IFLNK | 0o777) << 16
        archive.writestr(info, "/etc/passwd")
    assert seen(path).left == {"a link, which is not followed": 1}


def test_a_table_cannot_name_what_is_outside_of_its_folder(tmp_path: Path) -> None:
    source, secret = folder(tmp_path / "in", 2), folder(tmp_path / "secret", 2)
    (source / "inside.png").symlink_to(secret / "cats" / "00000.png")
    rows = ["../secret/cats/00000.png", str(secret / "dogs" / "00001.png"), "cats/00000.png", "inside.png"]
    table = source / "t.csv"
    table.write_text("file,label\n" + "\n".join(f"{row},x" for row in rows) + "\n")
    report = seen(table)
    assert (report.images, report.left) == (2, {"a path that leads out of the folder": 2})
    assert [(name, reason.startswith("It is outside of")) for name, reason in report.unreadable] == [
        ("inside.png", True)
    ]
    assert seen(table, base.Wish(root=tmp_path)).left == {"a path that leads out of the folder": 1}


def test_a_million_entries_are_counted_and_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "in.zip"
    one = b"PK\x01\x02" + bytes(24) + struct.pack("<3H", 7, 0, 0) + bytes(12) + b"a/b.png"
    directory = one * 1_000_000
    end = struct.pack(
        "<4s4H2LH", b"PK\x05\x06", 0, 0, 5, 5, len(directory), 0, 0
    )  # and it says that there are five
    path.write_bytes(directory + end)
    del directory
    # Python's reader would keep half a gigabyte of what it finds.
    monkeypatch.setattr(zipfile, "ZipFile", lambda *_: pytest.fail("the directory was read into memory"))
    began = time.process_time()
    with pytest.raises(BringError, match="over 500,000 entries"):
        open_source(path)
    assert time.process_time() - began < 15


def test_too_many_images_stop_the_listing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    source = folder(tmp_path / "in", 6)
    path = zipped(tmp_path / "in.zip", {f"{number}.png": b"" for number in range(6)})
    for module in ("folders", "zips"):
        monkeypatch.setattr(f"core.bring.{module}.MOST", 5)
    for where in (source, path):
        with pytest.raises(BringError, match="which is the most of one data set"):
            open_source(where)
    monkeypatch.setattr("core.bring.folders.LISTED", 4)
    with pytest.raises(BringError, match="over 4 files"):
        open_source(source)


def test_pickled_arrays_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "in.npz"
    np.savez(path, images=np.array([{"a": 1}], object), allow_pickle=True)
    with pytest.raises(BringError, match="no array of images"):
        open_source(path)


def test_an_array_whose_header_promises_more_than_is_there(tmp_path: Path) -> None:
    path = tmp_path / "in.npz"
    np.savez_compressed(path, images=pixels(0, (10, 8, 8)))
    with zipfile.ZipFile(path) as archive:
        raw = archive.read("images.npy")
    path = zipped(path, {"images.npy": raw.replace(b"(10, 8, 8)", b"(99, 8, 8)")})
    with pytest.raises(BringError, match="its header says another number"):
        open_source(path)


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04", b"PK\x05\x06" + bytes(18), b"no zip at all"])
@pytest.mark.parametrize("name", ["in.zip", "in.npz", "in.npy", "in.csv", "in.parquet", "in.json", "in.txt"])
def test_files_that_are_nothing_are_refused(tmp_path: Path, name: str, content: bytes) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    with pytest.raises(BringError):
        open_source(path)


@pytest.mark.parametrize("where", ["none", "empty", "/dev/null", "\0", "x" * 5000, "~nobody-of-that-name/x"])
def test_places_without_images_are_refused(tmp_path: Path, where: str) -> None:
    (tmp_path / "empty").mkdir()
    with pytest.raises(BringError):
        open_source(Path(where) if where[0] in "/~" else tmp_path / where)


@pytest.fixture
def anybody() -> Iterator[Path]:
    """A folder that everybody may enter, to be read as somebody who is not root: root may read everything."""
    with tempfile.TemporaryDirectory() as place:
        os.chmod(place, 0o755)
        yield Path(place)


@contextmanager
def as_nobody() -> Iterator[None]:
    """Have no more rights than a user has, where the tests are run by root."""
    was = os.geteuid()
    if was == 0:
        os.seteuid(65534)
    try:
        yield
    finally:
        os.seteuid(was)


def test_no_permission(anybody: Path) -> None:
    source = folder(anybody / "in", 4)
    assert seen(source).images == 4  # and all that reading takes is imported
    (source / "cats" / "00000.png").chmod(0)
    (source / "dogs").chmod(0)
    try:
        with as_nobody():
            report = seen(source)
        assert (report.images, len(report.unreadable)) == (2, 1)
        assert list(report.left) == ["a folder that cannot be opened (Permission denied)"]
    finally:
        (source / "dogs").chmod(0o755)
