"""Findings come back as they were written; the worst come first."""

from pathlib import Path

import numpy as np
import pytest

from core.audit import findings
from core.audit.findings import Findings, FindingsError, Issue


def made() -> Findings:
    nan = np.nan
    label = Issue(
        "label", np.array([0.2, nan, 0.9, 0.5], np.float32), 0.5, "cleanlab", suggested=np.array([-1, -1, 3, 1])
    )
    pairs = np.array([[0, 2], [1, 3]])
    near = Issue(
        "near", np.array([0.9, 0.4, 0.9, 0.4], np.float32), 0.6, "hash", pairs, np.array([0.9, 0.4], np.float32)
    )
    groups = [{"kind": "imbalance", "name": "Katze ü", "count": 2}]
    return Findings("cats", "cats-vae-2d", 4, {"label": label, "near": near}, groups, {"label": 0.5})


def test_the_worst_come_first_and_the_unknown_never() -> None:
    label, near = made().issues.values()
    assert label.found().tolist() == [2, 3]
    assert label.found(0).tolist() == [2, 3, 0]
    assert near.found_pairs().tolist() == [[0, 2]]
    assert near.found_pairs(0.3).tolist() == [[0, 2], [1, 3]]


def test_findings_come_back(tmp_path: Path) -> None:
    findings.save(made(), tmp_path / "findings.npz")
    back = findings.load(tmp_path / "findings.npz")
    assert (back.dataset, back.checkpoint, back.size, back.groups, back.seconds) == (
        "cats",
        "cats-vae-2d",
        4,
        made().groups,
        {"label": 0.5},
    )
    for kind, issue in made().issues.items():
        for name, value in vars(issue).items():
            np.testing.assert_array_equal(getattr(back.issues[kind], name), value)


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04", b"text"])
def test_damaged_findings_are_named(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "findings.npz").write_bytes(content)
    with pytest.raises(FindingsError, match=r"findings\.npz"):
        findings.load(tmp_path / "findings.npz")
