"""Folders, and zips of them, give the same images, labels, groups and parts as they were made of."""

import zipfile
from pathlib import Path

import numpy as np
import pytest

from core.bring.base import BringError, Wish
from core.bring.build import by_name, ordered
from core.bring.entries import Entry
from core.bring.sources import open_source
from core.datasets import own
from tests.bringing import brought, folder, part_of, pixels, png, seen, shown


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
    assert by_place(*few).items() <= by_place(*more).items()


def by_place(places: np.ndarray, sizes: list[int]) -> dict[int, int]:
    """Which part each entry is in."""
    return dict(zip(places.tolist(), np.repeat(np.arange(3), sizes).tolist(), strict=True))


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
