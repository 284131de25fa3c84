"""Tables that name images: whoever wrote them, labels, groups, attributes and parts are as they were meant."""

import unicodedata
from pathlib import Path

import pytest

from core.bring import telling
from core.bring.base import NONE, BringError, Wish
from core.bring.sources import open_source
from core.datasets import own
from tests.bringing import brought, folder, part_of, seen, shown


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
