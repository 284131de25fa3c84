"""Images that are arrays already, IDX and LEAF: labels, groups and parts are those that lie beside them."""

import gzip
import json
import struct
from pathlib import Path

import numpy as np
import pytest

from core.bring import members
from core.bring.base import BringError, Wish
from core.bring.sources import open_source
from core.datasets import own
from tests.bringing import SHAPE, brought, pixels, seen, shown

ARRAYS = {
    "uint8": lambda images: images,
    "channels first": lambda images: images.transpose(0, 3, 1, 2),
    "0 to 1": lambda images: (images / 255).astype(np.float32),
    "-1 to 1": lambda images: (images / 127.5 - 1).astype(np.float64),
    "0 to 255": lambda images: images.astype(np.float32),
    "16-bit": lambda images: images.astype(np.uint16) * 257,
    "signed": lambda images: (images.astype(np.int16) - 128).astype(np.int8),
    "by column": lambda images: np.asfortranarray(images),
}


@pytest.mark.parametrize("packed", [False, True])
@pytest.mark.parametrize("kind", ARRAYS)
def test_arrays(tmp_path: Path, kind: str, packed: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    images = pixels(0, (20, *SHAPE))
    save = np.savez_compressed if packed else np.savez
    monkeypatch.setattr(members, "HELD", 100)  # so that the packed one goes through an unnamed file
    save(tmp_path / "in.npz", stuff=ARRAYS[kind](images), y=np.arange(20) % 3, odd=np.zeros(7))
    data = brought(tmp_path / "in.npz", tmp_path / "home", wish=Wish(spool=tmp_path / "spool"))
    assert data.label_names == ("0", "1", "2")
    for n in range(20):
        assert shown(data)[f"stuff/{n}"] == (str(n % 3), images[n].tobytes())
    assert not list((tmp_path / "spool").iterdir()) if packed else not (tmp_path / "spool").exists()


def test_arrays_that_are_called_after_parts(tmp_path: Path) -> None:
    arrays = {}
    for number, part in enumerate(("train", "val", "test")):
        arrays[f"{part}_images"] = pixels(number, (6 + number, 8, 8))
        arrays[f"{part}_labels"] = (np.arange(6 + number) % 2)[:, None]
    np.savez(tmp_path / "in.npz", **arrays)
    data = brought(tmp_path / "in.npz", tmp_path / "home", shape=(8, 8, 1))
    assert [len(data.split(part)) for part in ("train", "validation", "test")] == [6, 7, 8]
    assert np.array_equal(data.split("test").images[..., 0], arrays["test_images"])
    assert data.split("validation").labels.tolist() == [0, 1, 0, 1, 0, 1, 0]


def test_columns_of_arrays_that_are_parts_or_no_columns(tmp_path: Path) -> None:
    y, split = np.array([0, 1, np.nan] * 4), np.array(["train", "test"] * 6)
    names = np.array(["cat", "dog"] * 6, object)
    np.savez(tmp_path / "in.npz", images=pixels(0, (12, 8, 8)), y=y, split=split, names=names, allow_pickle=True)
    assert "Not used: names (12,) object" in (note := " ".join(seen(tmp_path / "in.npz").notes))
    assert "Python objects are not read" in note
    data = brought(tmp_path / "in.npz", tmp_path / "home", shape=(8, 8, 1))
    assert data.label_names == ("0", "1", own.UNLABELLED)
    assert (data.train_size, data.validation_size, len(data)) == (6, 0, 12)


def test_values_that_are_no_numbers_are_left_out(tmp_path: Path) -> None:
    images = np.ones((4, 8, 8), np.float32)
    images[2, 0, 0] = np.nan
    np.save(tmp_path / "in.npy", images)
    data = brought(tmp_path / "in.npy", tmp_path / "home", shape=(8, 8, 1))
    assert sorted(data.fields["file"]) == ["in/0", "in/1", "in/3"]
    assert data.images.min() == 255


@pytest.mark.parametrize("packed", [False, True])
def test_idx(tmp_path: Path, packed: bool) -> None:
    images, end = pixels(0, (12, 8, 8)), ".gz" if packed else ""
    (tmp_path / "raw").mkdir()  # as torchvision has them
    for part, rows in (("train", slice(0, 8)), ("t10k", slice(8, 12))):
        own_images, labels = images[rows], np.arange(12, dtype=np.uint8)[rows] % 2
        head = b"\0\0\x08\3" + struct.pack(">3I", len(labels), 8, 8)
        for name, raw in (("images-idx3", head + own_images.tobytes()), ("labels-idx1", None)):
            raw = raw or b"\0\0\x08\1" + struct.pack(">I", len(labels)) + labels.tobytes()
            (tmp_path / "raw" / f"{part}-{name}-ubyte{end}").write_bytes(gzip.compress(raw) if packed else raw)
    if not packed:
        (tmp_path / "raw" / "train-images-idx3-ubyte.gz").write_bytes(b"the same packed, which does not count")
    data = brought(tmp_path, tmp_path / "home", shape=(8, 8, 1))
    assert data.train_size == 8
    assert np.array_equal(data.split("train").images[..., 0], images[:8])
    assert data.split("test").labels.tolist() == [0, 1, 0, 1]


def test_an_idx_file_that_unpacks_to_too_much(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "train-images-idx3-ubyte.gz"
    path.write_bytes(gzip.compress(b"\0\0\x08\3" + struct.pack(">3I", 1000, 28, 28) + bytes(784_000)))
    monkeypatch.setattr("core.bring.idx.LARGEST", 100_000)
    with pytest.raises(BringError, match="unpacks to over 0 MB"):
        open_source(path)
    path.write_bytes(gzip.compress(b"\0\0\x08\3" + struct.pack(">3I", 300_000, 28, 28)))  # refused by its header
    with pytest.raises(BringError, match="more than 200,000 images"):
        open_source(path)


def test_leaf(tmp_path: Path) -> None:
    users = {f"f{n:04}_01": {"x": [[n / 20] * 784] * 2, "y": [n, 10 + n]} for n in range(20)}
    (tmp_path / "all.json").write_text(json.dumps({"users": list(users), "user_data": users}))
    data = brought(tmp_path / "all.json", tmp_path / "home", shape=(28, 28, 1))
    assert len(data) == 40
    assert {data.label_names[label] for label in data.labels} == set("0123456789ABCDEFGHIJKLMNOPQRST")
    assert data.people is not None
    groups = own.read_about(tmp_path / "home" / "mine").groups
    ink = {groups[person]: int(image[0, 0, 0]) for person, image in zip(data.people, data.images, strict=True)}
    assert ink == {str(n): int(np.rint(255 * (1 - np.float32(n / 20)))) for n in range(20)}


def leaf(path: Path, users: list[str], numbers: int, each: int = 2) -> None:
    data = {user: {"x": [[n / 20] * numbers] * each, "y": [n % 3] * each} for n, user in enumerate(users)}
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps({"users": users, "user_data": data}))


def test_leaf_in_many_files_with_a_folder_for_each_part(tmp_path: Path) -> None:
    users = [f"f_{n:05}" for n in range(6)]
    for number in (0, 1):
        leaf(tmp_path / "in" / "train" / f"all_data_{number}_train_9.json", users[3 * number :][:3], 12)
    leaf(tmp_path / "in" / "test" / "all_data_0_test_9.json", users, 12, each=1)
    data = brought(tmp_path / "in", tmp_path / "home", shape=(2, 2, 3))
    assert (data.train_size, data.validation_size, len(data)) == (12, 0, 18)
    assert own.read_about(tmp_path / "home" / "mine").groups == tuple(users)
    assert data.label_names == ("0", "1", "2")


@pytest.mark.parametrize(
    ("content", "told"),
    [
        ('{"users": [], "user_data": {"a": {"x": ["It was"], "y": [1]}}}', "could not convert string"),
        ('{"users": [], "user_data": {"a": {"x": [[1, 2, 3, 4]], "y": [1, 2]}}}', "1 images have 2 labels"),
        ('{"users": [], "user_data": {"a": {"x": [[1, 2, 3, 4, 5]], "y": [1]}}}', "are no square images"),
        ('{"images": []}', "it has no 'user_data'"),
        ('{"x":' * 20_000, "nested too deeply"),
    ],
)
def test_json_that_is_not_leafs(tmp_path: Path, content: str, told: str) -> None:
    (tmp_path / "a.json").write_text(content)
    with pytest.raises(BringError, match=told):
        open_source(tmp_path / "a.json")
