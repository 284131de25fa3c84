"""Every kind of source gives the same images, labels, groups, attributes and parts as it was made of."""

import gzip
import json
import struct
import unicodedata
import zipfile
from pathlib import Path

import numpy as np
import pytest

from core.bring import base, members, telling
from core.bring.base import NONE, BringError, Entry, Wish
from core.bring.build import by_name, ordered
from core.bring.finish import counted
from core.bring.sources import open_source
from core.datasets import ImageSet, own
from tests.bringing import brought, folder, pixels, png, seen

SHAPE = (8, 8, 3)


def shown(data: ImageSet) -> dict[str, tuple[str, bytes]]:
    """Label and pixels by the name of the original."""
    return {
        str(file): (data.label_names[label], image.tobytes())
        for file, label, image in zip(data.fields["file"], data.labels, data.images, strict=True)
    }


def part_of(data: ImageSet) -> dict[str, str]:
    """Which part each original is in."""
    parts = ("train", "validation", "test")
    return {str(file): part for part in parts for file in data.split(part).fields["file"]}


def test_a_folder_and_a_zip_of_it_give_the_same(tmp_path: Path) -> None:
    source = folder(tmp_path / "in", 40)
    with zipfile.ZipFile(tmp_path / "in.zip", "w") as archive:
        for path in source.rglob("*.png"):
            archive.write(path, f"pets/{path.relative_to(source)}")
        archive.writestr("__MACOSX/pets/._x.png", b"")
    one = brought(source, tmp_path / "one")
    two = brought(tmp_path / "in.zip", tmp_path / "two")
    assert one.label_names == ("cats", "dogs")
    assert shown(one) == {name.removeprefix("pets/"): what for name, what in shown(two).items()}
    assert all(shown(one)[f"cats/{n:05}.png"] == ("cats", pixels(n).tobytes()) for n in range(0, 40, 2))


def test_without_parts_most_are_for_training_and_none_moves_when_more_come() -> None:
    entries = [Entry(f"{number}.png", number) for number in range(400)]
    few, more = (ordered(entries[:count]) for count in (300, 400))
    assert 0.7 < few[1][0] / 300 < 0.9
    assert min(few[1]) > 10
    assert names_by_part(*few).items() <= names_by_part(*more).items()


def names_by_part(entries: list[Entry], sizes: list[int]) -> dict[str, int]:
    """Which part each name is in."""
    return {entry.name: part for entry, part in zip(entries, np.repeat(np.arange(3), sizes).tolist(), strict=True)}


def test_few_images_are_all_for_training_where_none_would_be() -> None:
    alone = next(Entry(f"{n}.png", 0) for n in range(100) if by_name(f"{n}.png") == "test")
    assert ordered([alone])[1] == [1, 0, 0]


def test_one_part_alone_is_none(tmp_path: Path) -> None:
    np.savez(tmp_path / "in.npz", x_test=pixels(0, (60, 8, 8)))
    assert seen(tmp_path / "in.npz").parts == {}
    assert brought(tmp_path / "in.npz", tmp_path / "home", shape=(8, 8, 1)).train_size > 30


def test_folders_that_are_parts(tmp_path: Path) -> None:
    for number, part in enumerate(("Train", "val", "TEST")):
        folder(tmp_path / "in" / "wrapped" / part, 6 + 2 * number)
    data = brought(tmp_path / "in", tmp_path / "home")
    assert data.label_names == ("cats", "dogs")
    assert [len(data.split(part)) for part in ("train", "validation", "test")] == [6, 8, 10]
    assert all(name.split("/")[1].casefold().startswith(part[:3]) for name, part in part_of(data).items())
    (tmp_path / "in" / "wrapped" / "sheet.png").write_bytes(png(pixels(0)))
    assert seen(tmp_path / "in").parts == {"train": 6, "validation": 8, "test": 10}
    folder(tmp_path / "in" / "wrapped" / "more", 2)
    report = seen(tmp_path / "in")
    assert report.parts == {}
    assert "'more' is beside them: the folders are taken as labels" in " ".join(report.notes)


def test_too_many_labels_are_said_and_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for module in ("base", "levels", "sources"):
        monkeypatch.setattr(f"core.bring.{module}.LABELS", 3)
    source = folder(tmp_path / "in", 8, labels=tuple("abcd"))
    report = seen(source)
    assert report.label is None
    assert "The folders have 4 names, and 3 labels are the most" in " ".join(report.notes)
    with pytest.raises(BringError, match="4 different values; 3 labels are the most. Take it as the group"):
        open_source(source, Wish(label="folder"))
    assert seen(source, Wish(group="folder")).group == "folder"


def test_levels_of_folders_are_columns(tmp_path: Path) -> None:
    for maker in ("ann", "bob"):
        for label in ("cats", "dogs"):
            folder(tmp_path / "in" / label / maker, 2, labels=("x",))
    assert seen(tmp_path / "in").columns == ("folder", "sub-folder", "sub-sub-folder")
    data = brought(tmp_path / "in", tmp_path / "home", wish=Wish(group="sub-folder"))
    groups = own.read_about(tmp_path / "home" / "mine").groups
    assert data.people is not None
    assert [groups[person] for person in data.people] == [str(name).split("/")[1] for name in data.fields["file"]]


def test_a_folder_without_labels(tmp_path: Path) -> None:
    source = folder(tmp_path / "in", 6, labels=("only",))
    assert seen(source).label is None
    assert brought(source, tmp_path / "home").label_names == (own.UNLABELLED,)


def table(root: Path, *, columns: dict[str, list[object]]) -> list[str]:
    rows = [",".join(columns), *(",".join(map(str, row)) for row in zip(*columns.values(), strict=True))]
    return rows


KINDS = ("csv", "semicolons", "parquet", "latin-1", "utf-16", "Excel", "Windows", "no endings", "beside")


@pytest.mark.parametrize("kind", KINDS)
def test_tables(tmp_path: Path, kind: str) -> None:
    source = folder(tmp_path / "in", 12)
    files = sorted(path.relative_to(source).as_posix() for path in source.rglob("*.png"))
    columns = {
        "id": list(range(12)),
        "picture": files,
        "species": [name.split("/")[0].replace("dogs", "dögs") for name in files],
        "farm": [f"farm {n % 3}" for n in range(12)],
        "black": [("no", "Yes")[n % 2] for n in range(12)],
        "young": [1 if n % 3 else -1 for n in range(12)],
        "split": ["train"] * 8 + ["valid"] * 2 + ["test"] * 2,
    }
    path = (tmp_path if kind == "beside" else source) / f"t.{'parquet' if kind == 'parquet' else 'csv'}"
    if kind == "parquet":
        import pandas

        pandas.DataFrame(columns).to_parquet(path)
    else:
        text = "\n".join(table(source, columns=columns))
        text = text.replace(",", ";") if kind in ("semicolons", "Excel") else text
        text = f"sep=;\r\n{text}" if kind == "Excel" else text
        text = text.replace("/", "\\") if kind == "Windows" else text
        text = text.replace(".png", "") if kind == "no endings" else text
        path.write_bytes(text.encode(kind if kind in ("latin-1", "utf-16") else "utf-8-sig"))
    report = seen(path)
    assert (report.label, report.columns) == ("species", ("id", "species", "farm", "black", "young"))
    data = brought(path, tmp_path / "home", wish=Wish(group="farm"))
    assert part_of(data) == dict(zip(files, ["train"] * 8 + ["validation"] * 2 + ["test"] * 2, strict=True))
    assert {name: label for name, (label, _) in shown(data).items()} == dict(
        zip(files, columns["species"], strict=True)
    )
    assert data.attribute_names == ("black", "young")
    assert data.attributes is not None
    rows = {str(name): row.tolist() for name, row in zip(data.fields["file"], data.attributes, strict=True)}
    assert rows == {name: [n % 2, int(n % 3 > 0)] for n, name in enumerate(files)}
    about = own.read_about(tmp_path / "home" / "mine")
    assert about.groups == ("farm 0", "farm 1", "farm 2")
    assert about.source == str(source)


def test_a_table_whose_images_are_elsewhere(tmp_path: Path) -> None:
    source = folder(tmp_path / "in", 4)
    path = tmp_path / "other" / "elsewhere.csv"
    path.parent.mkdir()
    path.write_text("file,label\n" + "".join(f"cats/0000{n}.png,{n}\n" for n in (0, 2)))
    with pytest.raises(BringError, match=r"No column of elsewhere.csv names files .*cats/00000.png"):
        open_source(path)
    assert len(brought(path, tmp_path / "home", wish=Wish(root=source))) == 2


def test_cells_that_are_empty_or_written_otherwise(tmp_path: Path) -> None:
    composed, apart = (unicodedata.normalize(form, "ä") for form in ("NFC", "NFD"))
    source = folder(tmp_path / "in", 6, labels=(f"{apart}s",))
    labels = ("3.0", "", "NaN", "1.0", "3.0", "1.0")
    makers = (composed, apart, composed, apart, "b", "b")
    rows = [f"{composed}s/{n:05}.png,{labels[n]},{makers[n]},{n % 3}" for n in range(6)]
    (source / "t.csv").write_text("\n".join(["file,label,maker,partition", *rows]), encoding="utf-8")
    data = brought(source / "t.csv", tmp_path / "home", wish=Wish(group="maker"))
    assert data.label_names == ("1", "3", own.UNLABELLED)
    assert own.read_about(tmp_path / "home" / "mine").groups == ("b", composed)
    assert (data.train_size, data.validation_size, len(data)) == (2, 2, 6)  # as CelebA numbers its parts


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("cats/00000.png,cats\ncats/00002.png,dogs\n", "'cats/00000.png' is a file: that image is left out"),
        ("file,split\ncats/00000.png,train\ncats/00002.png,test\ncats/00004.png,\n", "1 of which it says nothing"),
    ],
)
def test_what_a_table_leaves_open_is_said(tmp_path: Path, text: str, told: str) -> None:
    source = folder(tmp_path / "in", 6)
    (source / "t.csv").write_text(text)
    assert told in " ".join(telling.plain(seen(source / "t.csv")))


def test_images_inside_of_a_table(tmp_path: Path) -> None:
    import pandas

    pandas.DataFrame({"image": [b"x"] * 3, "label": [0, 1, 0]}).to_parquet(tmp_path / "t.parquet")
    with pytest.raises(BringError, match=r"Images inside of a table \(image\) are not read: save them as files"):
        open_source(tmp_path / "t.parquet")


def test_a_missing_column_is_named(tmp_path: Path) -> None:
    source = folder(tmp_path / "in", 4)
    with pytest.raises(BringError, match="no column 'colour' to take as label. Columns: 'folder'"):
        open_source(source, Wish(label="colour"))
    assert seen(source, Wish(label=NONE)).label is None


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


def test_labels_are_counted_as_people_count() -> None:
    assert sorted(["img 10", "img 9", "b", "A", "2", "10"], key=counted) == [
        "2",
        "10",
        "A",
        "b",
        "img 9",
        "img 10",
    ]


def test_large_originals_are_opened_here_and_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    source = folder(tmp_path / "in", 40)
    assert seen(source).opened == 40
    monkeypatch.setattr("core.bring.report.ENOUGH", 1_000)
    monkeypatch.setattr("core.bring.report.SHOWN", 5)
    report = seen(source)
    assert (report.images, report.opened) == (40, 4)  # of 270 bytes each
    assert [entry.place for entry, _ in report.examples] == [0, 9, 19, 29]


def test_copies_are_counted(tmp_path: Path) -> None:
    source = folder(tmp_path / "in", 6)
    (source / "cats" / "again.png").write_bytes((source / "dogs" / "00001.png").read_bytes())
    assert seen(source).twice == 1


@pytest.mark.parametrize(
    ("side", "channels", "shape"),
    [
        (28, 1, (28, 28, 1)),
        (28, 3, (32, 32, 3)),
        (33, 1, (32, 32, 1)),
        (64, 3, (64, 64, 3)),
        (500, 1, (64, 64, 1)),
    ],
)
def test_suggested_shape(tmp_path: Path, side: int, channels: int, shape: tuple[int, int, int]) -> None:
    for number in range(3):
        image = pixels(number, (side, side, channels))
        (tmp_path / f"{number}.png").write_bytes(png(image[..., 0] if channels == 1 else image))
    assert seen(tmp_path).shape == shape


def ink(height: int, width: int) -> np.ndarray:
    image = np.full((height, width), 250, np.uint8)
    image[height // 3 : 2 * height // 3, width // 3 : width // 2] = 10
    return image


@pytest.mark.parametrize(
    ("make", "fit"),
    [
        (lambda n: ink(20 + n, 30), "digit"),
        (lambda n: pixels(n, (100, 105, 3)), "crop"),
        (lambda n: pixels(n, (100, 150 + n, 3)), "pad"),
        (lambda n: pixels(n, (64, 64, 3)), "pad"),
    ],
)
def test_suggested_fit(tmp_path: Path, make, fit: str) -> None:
    for number in range(4):
        (tmp_path / f"{number}.png").write_bytes(png(make(number)))
    assert seen(tmp_path).fit == fit


def test_column_limit_of_labels() -> None:
    assert not base.fits_labels(dict.fromkeys(map(str, range(1001)), 1), 10_000)
    assert not base.fits_labels({"a": 10}, 10)
    assert base.fits_labels({"a": 5, "b": 5}, 10)
