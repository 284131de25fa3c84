"""A cleaned copy: what was decided, in a new folder, and the source as it was to the byte."""

import csv
import hashlib
import io
import json
import zipfile
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from core import datasets
from core.audit import cleaned, copying, exported, originals, review
from core.audit.cleaned import CleanedError, Made
from core.audit.decisions import DROP, FINE, RELABEL, Decision, Decisions
from core.datasets import own
from core.images import read_upload
from core.jobs import StoppedError
from core.settings import Settings
from tests import planted

KNOWN = review.book(
    [Decision("dark", 0, DROP), Decision("near", 7, DROP, partner=8), Decision("label", 1, RELABEL, label="A/B")]
)


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    made = Settings((), tmp_path / "checkpoints", tmp_path / "cache", home=tmp_path / "home")
    planted.bring(made.own, tmp_path / "source")
    return made


def digests(folder: Path) -> dict[str, tuple[str, int]]:
    """Content and time of change of every file below a folder."""
    files = (path for path in folder.rglob("*") if path.is_file())
    return {
        str(path.relative_to(folder)): (hashlib.sha256(path.read_bytes()).hexdigest(), path.stat().st_mtime_ns)
        for path in files
    }


def write(settings: Settings, folder: Path, **more: object) -> Made:
    data, files = datasets.load(planted.NAME, settings), originals.of(planted.NAME, settings)
    assert data is not None
    return cleaned.write(folder, data, KNOWN, files, **more)  # type: ignore[arg-type]


@pytest.mark.parametrize("link", [False, True])
def test_originals_go_by_label_and_the_source_stays(settings: Settings, tmp_path: Path, link: bool) -> None:
    before = digests(tmp_path / "source")
    made = write(settings, tmp_path / "new", link=link)
    assert digests(tmp_path / "source") == before
    assert (made.kept, made.dropped, made.relabelled) == (38, 2, 1)
    assert (made.linked, made.copied, made.drawn) == ((38, 0, 0) if link else (0, 38, 0))
    manifest = json.loads((tmp_path / "new" / "manifest.json").read_text())
    rows = {row["index"]: row for row in manifest["files"]}
    assert set(rows) == set(range(40)) - {0, 7}
    assert rows[1]["file"].startswith("A_B/")
    for row in rows.values():
        source = tmp_path / "source" / row["source"]
        assert (tmp_path / "new" / row["file"]).read_bytes() == source.read_bytes()
        assert (tmp_path / "new" / row["file"]).samefile(source) == link
    there = {str(path.relative_to(tmp_path / "new")) for path in (tmp_path / "new").rglob("*") if path.is_file()}
    assert there == {row["file"] for row in rows.values()} | {"manifest.json"}


def test_a_zip_is_read_and_not_touched(settings: Settings, tmp_path: Path) -> None:
    source, folder = tmp_path / "all.zip", settings.own / datasets.OWN / planted.NAME
    with zipfile.ZipFile(source, "w") as archive:
        for path in sorted((tmp_path / "source").rglob("*.png")):
            archive.write(path, path.relative_to(tmp_path / "source"))
    own.write_about(replace(own.read_about(folder), source=str(source)), folder)
    before = source.read_bytes()
    made = write(settings, tmp_path / "new")
    assert (made.copied, made.drawn) == (38, 0)
    assert source.read_bytes() == before
    found = originals.of(planted.NAME, settings)
    assert found is not None
    assert (found.image(3) == read_upload((tmp_path / "source" / found.name(3)).read_bytes())).all()


def test_without_originals_the_sets_own_pixels_are_drawn(settings: Settings, tmp_path: Path) -> None:
    data = datasets.load(planted.NAME, settings)
    assert data is not None
    made = cleaned.write(tmp_path / "new", data, KNOWN, None)
    assert (made.drawn, made.copied, made.linked) == (38, 0, 0)
    row = json.loads((tmp_path / "new" / "manifest.json").read_text())["files"][0]
    drawn = read_upload((tmp_path / "new" / row["file"]).read_bytes())
    assert (drawn[..., :1] == data.images[row["index"]]).all()


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("", "Name a new folder"),
        ("relative", "not a whole path"),
        ("{root}/source/inside", "is left as it is"),
        ("{root}/source/../source/inside", r"goes through “\.\.”"),
        ("{root}/source", "there already"),
        ("{root}/nowhere/new", "no folder"),
        ("{root}/link", "there already"),
        ("{root}/dangling", "there already"),
        ("{root}/link/new", "through a link"),
        ("{root}/home/new", "is left as it is"),
        ("{root}/a\0b", "Name a new folder"),
    ],
)
def test_a_target_that_may_not_be_is_refused(settings: Settings, tmp_path: Path, name: str, told: str) -> None:
    (tmp_path / "link").symlink_to(tmp_path / "source")
    (tmp_path / "dangling").symlink_to(tmp_path / "nothing")
    before = digests(tmp_path)
    files = originals.of(planted.NAME, settings)
    with pytest.raises(CleanedError, match=told):
        cleaned.target(name.format(root=tmp_path), keep_out=cleaned.kept_out(files, settings))
    assert digests(tmp_path) == before


@pytest.mark.parametrize(
    "name", ["../secret.png", "/etc/passwd", "link.png", "..\\secret.png", "", "a/../../secret.png"]
)
def test_a_name_that_leads_out_of_the_source_is_not_read(tmp_path: Path, name: str) -> None:
    source = tmp_path / "source"
    source.mkdir()
    (tmp_path / "secret.png").write_bytes(b"secret")
    (source / "link.png").symlink_to(tmp_path / "secret.png")
    found = originals.Originals(source, np.array([name]), np.ones(1, np.int64))
    assert found.read(0) is None


def test_a_copy_that_was_stopped_goes_on(settings: Settings, tmp_path: Path) -> None:
    def stop(done: int, total: int) -> None:
        if done == 5:
            raise StoppedError("enough")

    with pytest.raises(StoppedError):
        write(settings, tmp_path / "new", told=stop)
    assert not (tmp_path / "new" / "manifest.json").exists()
    assert write(settings, tmp_path / "new").copied == 38
    assert not list((tmp_path / "new").rglob(".*"))
    with pytest.raises(CleanedError, match="there already"):
        write(settings, tmp_path / "new")


def test_a_copy_is_not_gone_on_with_after_other_decisions(settings: Settings, tmp_path: Path) -> None:
    data = datasets.load(planted.NAME, settings)
    assert data is not None
    with pytest.raises(KeyError):
        cleaned.write(tmp_path / "new", data, KNOWN, told=lambda done, total: {}[done])
    with pytest.raises(CleanedError, match="Decisions changed"):
        cleaned.write(tmp_path / "new", data, review.book([]))


def test_folders_suit_every_system() -> None:
    names = ["a/b", "a:b", "..", "", "CON", "Katze ü", "A", "a", "x" * 300, "tail. "]
    found = cleaned.folders(names)
    assert len({name.casefold() for name in found.values()}) == len(names)
    assert found["Katze ü"] == "Katze ü"
    assert not [name for name in found.values() if "/" in name or name in ("", ".", "..") or len(name) > 90]


def test_the_command_writes_what_is_decided(
    settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MORPHOSPACE_HOME", str(settings.own))
    Decisions.under(settings.own).decide(planted.NAME, KNOWN.decisions.values(), "all")
    copying.main([planted.NAME, str(tmp_path / "new"), "--job", str(tmp_path / "job")])
    assert json.loads((tmp_path / "new" / "manifest.json").read_text())["dropped"] == 2
    assert json.loads((tmp_path / "job" / "progress.json").read_text())["state"] == "done"


def test_files_for_others_are_safe_to_open() -> None:
    known = review.book(
        [
            Decision("label", 3, RELABEL, label="=cmd()", reason='@x, "y"\nz', severity=0.1234567, file="-a.png"),
            Decision("near", 2, FINE, partner=9),
        ]
    )
    rows = exported.lines("cats", known, {3: "+one"}, {3: "-a.png"})
    read = list(csv.DictReader(io.StringIO(exported.to_csv(rows))))
    assert [row["index"] for row in read] == ["2", "3"]
    assert (read[0]["partner"], read[0]["severity"], read[0]["verdict"]) == ("9", "", "fine")
    cells = read[1]
    assert (cells["label"], cells["new_label"], cells["file"]) == ("'+one", "'=cmd()", "'-a.png")
    assert (cells["reason"], cells["severity"]) == ('\'@x, "y"\nz', "0.1235")
    whole = json.loads(exported.to_json("cats", rows))
    assert whole["count"] == 2
    assert whole["decisions"][1]["new_label"] == "=cmd()"
    assert exported.counts(known) == {"keep": 0, "drop": 0, "relabel": 1, "fine": 1}
