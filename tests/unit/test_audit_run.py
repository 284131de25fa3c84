"""A whole audit: planted faults are found, and it goes on after a cut, on sets of every odd kind."""

import json
import shutil
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from core.audit import __main__ as command
from core.audit import scores
from core.audit.findings import load, save
from core.audit.planted import plant
from core.audit.run import KINDS, Originals, audit
from core.datasets import own
from tests.audited import as_set, shapes, unlabelled


def test_planted_faults_are_found_and_results_are_written(tmp_path: Path) -> None:
    images, kind = shapes(900)
    turns = np.random.default_rng(1).uniform(0.8, 1.6, (2, 40, 1, 1))
    waves = np.sin(turns[0] * np.arange(28)[:, None] + turns[1] * np.arange(28))
    strangers = (128 + 100 * waves[..., None]).astype(np.uint8)
    planted = plant(images, kind, seed=0, strangers=strangers)
    heard = []
    found = audit(
        as_set(planted.images, planted.labels), told=lambda done, total, text: heard.append((done, text))
    )
    issues = found.issues
    assert scores.average_precision(planted.flipped, issues["label"].severity) > 0.75
    assert scores.recall_at(planted.stranger, issues["outlier"].severity, precision=0.8) > 0.8
    assert scores.recall_at(planted.blank, issues["blank"].severity, precision=0.9) == 1
    near = issues["near"]
    assert scores.pair_recall_at(near.pairs, near.pair_severity, planted.pairs, precision=0.8) > 0.8
    assert [done for done, _ in heard] == sorted(done for done, _ in heard)
    assert heard[-1] == (1000, "Done")
    for kind_of, issue in issues.items():
        known = issue.severity[np.isfinite(issue.severity)]
        assert issue.severity.shape == (900,), kind_of
        assert ((known >= 0) & (known <= 1)).all(), kind_of
    assert list(issues) == [kind_of for kind_of in KINDS if kind_of in issues]
    save(found, tmp_path / "made-up.npz")
    assert load(tmp_path / "made-up.npz").issues["near"].pairs.tolist() == near.pairs.tolist()


BROUGHT_ANEW = Originals(made="2026-02-02T00:00:00+00:00")


class CutOffError(Exception):
    """Stands for a kill."""


def test_an_audit_that_was_cut_off_goes_on_where_it_was(tmp_path: Path) -> None:
    images, _ = shapes(60)
    data, path, heard, again = unlabelled(images), tmp_path / "made-up.unfinished", [], []

    def stop(done: int, total: int, text: str) -> None:
        if text == "Outliers":
            raise CutOffError

    with pytest.raises(CutOffError):
        audit(data, told=stop, unfinished=path)
    assert "near" in load(path).issues
    shutil.copy(path, other := tmp_path / "other.unfinished")
    audit(data, told=lambda done, total, text: again.append(text), unfinished=other, originals=BROUGHT_ANEW)
    assert "Near duplicates" in again
    found = audit(data, told=lambda done, total, text: heard.append(text), unfinished=path)
    assert "Near duplicates" not in heard
    assert "Outliers" in heard
    assert not path.exists()
    whole = audit(data)
    for name, issue in whole.issues.items():
        assert found.issues[name].severity == pytest.approx(issue.severity, nan_ok=True), name


@pytest.mark.parametrize("count", [1, 2, 3])
def test_very_small_sets_are_audited(count) -> None:
    images, kind = shapes(count, side=8)
    found = audit(as_set(images, kind))
    assert found.size == count
    assert np.isnan(found.issues["label"].severity).all()


def test_sets_of_one_image_many_times_are_audited() -> None:
    images, _ = shapes(1, channels=3)
    found = audit(as_set(np.repeat(images, 40, axis=0), np.arange(40) % 2))
    assert len(found.issues["exact"].pairs) == 39
    assert found.issues["outlier"].found().size == 0


def test_blank_sets_are_audited() -> None:
    found = audit(as_set(np.zeros((30, 16, 16, 1), np.uint8), np.arange(30) % 2))
    assert found.issues["blank"].found().size == 30
    assert np.isnan(found.issues["outlier"].severity).all()


def test_sets_without_labels_or_with_one_are_audited() -> None:
    images, kind = shapes(60, side=64, channels=3)
    for names in ((own.UNLABELLED,), ("all the same",)):
        data = replace(as_set(images, kind), labels=np.zeros(60, np.int64), label_names=names)
        found = audit(data)
        assert np.isnan(found.issues["label"].severity).all()
        assert found.issues["label"].found().size == 0
        assert np.isfinite(found.issues["outlier"].severity).all()
        assert found.groups == []


def test_an_empty_set_is_refused() -> None:
    with pytest.raises(ValueError, match="'made-up' holds no items"):
        audit(as_set(np.zeros((0, 8, 8, 1), np.uint8), np.zeros(0, np.int64)))


def test_sizes_of_originals_are_looked_at_where_they_are_known() -> None:
    images, _ = shapes(30)
    width = np.full(30, 640)
    width[4] = 6000
    found = audit(unlabelled(images), originals=Originals(None, {"width": width, "height": np.full(30, 480)}))
    assert found.issues["aspect"].found().tolist() == [4]
    assert found.issues["size"].found()[0] == 4


def test_the_command_audits_an_own_set(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    images, _ = shapes(40)
    images[9] = images[2]
    folder = tmp_path / "datasets" / "mine"
    folder.mkdir(parents=True)
    np.save(folder / own.IMAGES, images)
    facts = {"width": np.where(np.arange(40) == 5, 4000, 200), "height": np.full(40, 200)}
    own.write_items(own.Items(np.zeros(40, np.int64), facts=facts), folder / own.ITEMS)
    own.write_about(own.About("mine", "Mine", (28, 28, 1), 40, 40, (own.UNLABELLED,)), folder)
    monkeypatch.setenv("MORPHOSPACE_HOME", str(tmp_path))
    command.main(["mine", "--job", str(tmp_path / "jobs" / "one")])
    found = load(tmp_path / "audits" / "mine.npz")
    assert found.issues["exact"].pairs.tolist() == [[2, 9]]
    assert found.issues["aspect"].found().tolist() == [5]
    assert not list((tmp_path / "audits").glob("*.unfinished"))
    told = json.loads((tmp_path / "jobs" / "one" / "progress.json").read_text())
    assert told["state"] == "done"
    assert "exact 2" in told["text"]
    with pytest.raises(SystemExit, match="'nothing' is not one of"):
        command.main(["nothing"])
