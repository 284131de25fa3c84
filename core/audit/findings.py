"""What an audit found: a severity of every item for every kind of issue, and pairs of items."""

import json
import zipfile
import zlib
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np

VERSION = 1


class FindingsError(ValueError):
    """Findings cannot be read; the message says which file and why."""


@dataclass(frozen=True, eq=False)
class Issue:
    """One kind of issue.

    Attributes
    ----------
    kind : short name, e.g. ``label``, ``outlier``, ``near``.
    severity : (n,) float32 in 0..1, higher is worse; NaN where the kind cannot be told of an item. Of pairs it is
        that of an item's worst pair.
    threshold : items from this severity on are reported, unless the person moves it.
    how : one sentence on how it was found, with the library or paper.
    pairs : (m, 2) int64 rows of items; (0, 2) for kinds that are about one item. The worst come first.
    pair_severity : (m,) float32.
    suggested : (n,) int64 label that an item may rather have, -1 for none; None for kinds without.
    """

    kind: str
    severity: np.ndarray
    threshold: float
    how: str
    pairs: np.ndarray = field(default_factory=lambda: np.zeros((0, 2), np.int64))
    pair_severity: np.ndarray = field(default_factory=lambda: np.zeros(0, np.float32))
    suggested: np.ndarray | None = None

    def found(self, threshold: float | None = None) -> np.ndarray:
        """Rows (k,) of the items from ``threshold`` on, worst first."""
        least = self.threshold if threshold is None else threshold
        rows = np.flatnonzero(np.nan_to_num(self.severity, nan=-1.0) >= least)
        return rows[np.argsort(-self.severity[rows], kind="stable")]

    def found_pairs(self, threshold: float | None = None) -> np.ndarray:
        """Pairs (k, 2) from ``threshold`` on, worst first."""
        return self.pairs[self.pair_severity >= (self.threshold if threshold is None else threshold)]


@dataclass(frozen=True, eq=False)
class Findings:
    """All issues of a data set as one checkpoint sees it.

    Attributes
    ----------
    dataset, checkpoint : names; ``checkpoint`` is empty where none was used.
    size : items of the data set, n.
    issues : by kind, in the order of the tabs.
    groups : what concerns no single item: rows of facts such as {"kind": "imbalance", "name": "cat", "count": 12,
        "share": 0.01, "text": "..."}, worst first.
    seconds : how long each kind took.
    brought : when the set was brought that this is about; empty where that is not known.
    """

    dataset: str
    checkpoint: str
    size: int
    issues: dict[str, Issue]
    groups: list[dict[str, Any]] = field(default_factory=list)
    seconds: dict[str, float] = field(default_factory=dict)
    brought: str = ""


def save(findings: Findings, path: Path) -> None:
    """Write findings as one ``.npz``, at once."""
    arrays: dict[str, np.ndarray] = {}
    told = []
    for kind, issue in findings.issues.items():
        arrays[f"{kind}.severity"] = issue.severity.astype(np.float32)
        arrays[f"{kind}.pairs"] = issue.pairs.astype(np.int64)
        arrays[f"{kind}.pair_severity"] = issue.pair_severity.astype(np.float32)
        if issue.suggested is not None:
            arrays[f"{kind}.suggested"] = issue.suggested.astype(np.int64)
        told.append({"kind": kind, "threshold": issue.threshold, "how": issue.how})
    facts = {key: value for key, value in asdict(_bare(findings)).items() if key != "issues"}
    header = json.dumps({"version": VERSION, **facts, "issues": told}, ensure_ascii=False)
    part = path.with_suffix(".part")
    with part.open("wb") as file:
        np.savez_compressed(file, allow_pickle=False, header=np.array(header), **arrays)
    part.replace(path)


def _bare(findings: Findings) -> Findings:
    """Without the arrays, which would be copied."""
    return replace(findings, issues={})


def load(path: Path) -> Findings:
    """Read what `save` wrote; FindingsError where that cannot be."""
    try:
        with np.load(path, allow_pickle=False) as file:
            raw = {name: file[name] for name in file.files}
        header = json.loads(str(raw.pop("header")))
        if header.pop("version") != VERSION:
            raise ValueError("another version of Morphospace wrote it")
        issues = {
            told["kind"]: Issue(
                told["kind"],
                raw[f"{told['kind']}.severity"],
                float(told["threshold"]),
                str(told["how"]),
                raw[f"{told['kind']}.pairs"],
                raw[f"{told['kind']}.pair_severity"],
                raw.get(f"{told['kind']}.suggested"),
            )
            for told in header.pop("issues")
        }
        return Findings(issues=issues, **header)
    except (OSError, EOFError, ValueError, KeyError, TypeError, zipfile.BadZipFile, zlib.error) as error:
        raise FindingsError(f"{path.name} cannot be read ({error}). Run the audit again.") from error
