"""The whole audit of a data set, detector after detector; what is finished is kept when it is cut off."""

import hashlib
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from core.audit import duplicates, generative, groups, labels, outliers, pixels
from core.audit.features import F32, Told
from core.audit.findings import Findings, FindingsError, Issue, load, save
from core.audit.generative import View
from core.audit.labels import Dense
from core.datasets import own
from core.datasets.base import ImageSet
from core.gallery import Gallery

if TYPE_CHECKING:  # torch takes seconds to import
    from core.inference import Runner

KINDS = (
    "label",
    "outlier",
    "exact",
    "near",
    "leak",
    "blank",
    "dark",
    "bright",
    "blurred",
    "size",
    "aspect",
    "reconstruction",
    "category",
    "realism",
)
Progress = Callable[[int, int, str], None]
STEPS = 1_000  # of progress in all


@dataclass(frozen=True)
class Originals:
    """What is known of the files that a set was brought from.

    Attributes
    ----------
    folder : below which ``ImageSet.fields["file"]`` lie; None where they are not on this machine.
    facts : ``width`` and ``height`` (px) of the originals, (n,) each.
    group_names : what ``ImageSet.people`` are called.
    made : when the set was brought; empty where that is not known.
    """

    folder: Path | None = None
    facts: Mapping[str, np.ndarray] = field(default_factory=dict)
    group_names: tuple[str, ...] = ()
    made: str = ""


@dataclass(frozen=True)
class Step:
    """One part of the audit: what it is called on screen, its share of the time, and the kinds it makes."""

    title: str
    weight: int
    make: Callable[["_Audit", Told], dict[str, Issue]]


def audit(
    data: ImageSet,
    *,
    runner: "Runner | None" = None,
    gallery: Gallery | None = None,
    originals: Originals | None = None,
    seed: int = 0,
    told: Progress = lambda done, total, text: None,
    unfinished: Path | None = None,
) -> Findings:
    """Look for everything that may be wrong with a data set.

    Parameters
    ----------
    data : items of the set; what is found is told by row of it.
    runner : a checkpoint that takes such images; all items are encoded with it.
    gallery : items that a checkpoint has encoded, of these very images; what it lacks is not told of. Taken
        instead of ``runner`` where it holds all.
    originals : what is known of the files.
    seed : of folds and networks.
    told : hears of progress: steps done, steps in all, and what is done now. What it raises ends the audit.
    unfinished : file in which finished kinds are kept; a later call goes on from there. Removed at the end.

    Raises
    ------
    ValueError : the set is empty, or its images are of another shape than the runner's.
    """
    if not len(data):
        raise ValueError(f"data set {data.name!r} holds no items to audit")
    work = _Audit(data, runner, gallery, originals or Originals(), seed)
    if unfinished is not None:
        work.resume(unfinished)
    total = sum(step.weight for step in STEPS_OF.values())
    before = 0
    for name, step in STEPS_OF.items():
        if name not in work.seconds:
            began = time.perf_counter()

            def hear(share: float, before: int = before, step: Step = step) -> None:
                told(int(STEPS * (before + min(share, 1) * step.weight) / total), STEPS, step.title)

            hear(0)
            work.issues.update(step.make(work, hear))
            work.seconds[name] = round(time.perf_counter() - began, 3)
            if unfinished is not None:
                save(work.findings(), unfinished)
        before += step.weight
    if unfinished is not None:
        unfinished.unlink(missing_ok=True)
    told(STEPS, STEPS, "Done")
    return work.findings()


def digest(data: ImageSet, checkpoint: str) -> str:
    """Short name of what is audited: another set or checkpoint of the same name is not gone on with."""
    told = hashlib.blake2b(f"{checkpoint} {data.images.shape}".encode(), digest_size=6)
    told.update(np.ascontiguousarray(data.labels).tobytes())
    told.update(np.ascontiguousarray(data.images[:: max(1, len(data) // 500)]).tobytes())
    return told.hexdigest()


class _Audit:
    """What detectors share: the data, what was found so far, and what is computed once."""

    def __init__(
        self,
        data: ImageSet,
        runner: "Runner | None",
        gallery: Gallery | None,
        originals: Originals,
        seed: int,
    ) -> None:
        self.data, self.runner, self.gallery, self.originals, self.seed = data, runner, gallery, originals, seed
        self.issues: dict[str, Issue] = {}
        self.groups: list[dict[str, Any]] = []
        self.seconds: dict[str, float] = {}
        self.checkpoint = runner.card.id if runner else ""
        self._view: View | None = None
        self._word: np.ndarray | None = None

    def findings(self) -> Findings:
        """What is known now, in the order of the tabs."""
        issues = {kind: self.issues[kind] for kind in KINDS if kind in self.issues}
        return Findings(
            self.data.name,
            self.checkpoint,
            len(self.data),
            issues,
            self.groups,
            dict(self.seconds),
            self.originals.made,
        )

    def resume(self, path: Path) -> None:
        """Take over what an audit that was cut off had found."""
        try:
            before = load(path)
        except FindingsError:
            return  # there is none, or it is damaged: everything is done again
        same = before.size == len(self.data) and before.brought == self.originals.made
        if same and before.checkpoint == self.checkpoint:
            self.issues, self.groups, self.seconds = dict(before.issues), before.groups, dict(before.seconds)

    @property
    def empty(self) -> np.ndarray:
        """(n,) bool, blank images."""
        issue = self.issues["blank"]
        return np.asarray(issue.severity >= issue.threshold)

    def view(self, told: Told) -> View | None:
        """How the checkpoint sees every item."""
        if self._view is None:
            seen = generative.of_gallery(self.data, self.gallery) if self.gallery is not None else None
            if self.runner is not None and (seen is None or not seen.whole):
                seen = generative.encoded(self.data, self.runner, told)
            self._view = seen
        return self._view

    def dense(self) -> Dense:
        """The labels."""
        unlabelled = self.data.label_names == (own.UNLABELLED,)
        return Dense.of(self.data.labels, self.empty | unlabelled)

    def word(self, told: Told) -> np.ndarray | None:
        """Likelihood (n, K) of each label by networks; None where there is nothing to learn."""
        dense = self.dense()
        if self._word is None and dense.enough:
            from core.audit.classifier import listen

            self._word = listen(self.data.images, dense.codes, dense.told, seed=self.seed, told=told)
        return self._word


def _blank(work: _Audit, told: Told) -> dict[str, Issue]:
    return {"blank": pixels.blank(work.data.images, told)}


def _exact(work: _Audit, told: Told) -> dict[str, Issue]:
    return {"exact": duplicates.exact(work.data.images, told)}


def _near(work: _Audit, told: Told) -> dict[str, Issue]:
    skip = work.empty
    skip[work.issues["exact"].pairs[:, 1]] = True
    return {"near": duplicates.near(work.data.images, skip, told)}


def _leak(work: _Audit, told: Told) -> dict[str, Issue]:
    data = work.data
    ends = [data.train_size, data.train_size + data.validation_size]
    part = np.searchsorted(ends, data.index, side="right")
    return {"leak": duplicates.leak(part, work.issues["exact"], work.issues["near"])}


def _light(work: _Audit, told: Told) -> dict[str, Issue]:
    folder, names = work.originals.folder, work.data.fields.get("file")
    files = None if folder is None or names is None else [folder / str(name) for name in names]
    return pixels.light(work.data.images, work.empty, files, told)


def _shape(work: _Audit, told: Told) -> dict[str, Issue]:
    return pixels.shape(work.originals.facts)


def _outlier(work: _Audit, told: Told) -> dict[str, Issue]:
    word = work.word(lambda share: told(0.4 * share))
    view = work.view(lambda share: told(0.4 + 0.1 * share))
    codes: F32 | None = view.codes if view is not None and view.whole else None
    return {
        "outlier": outliers.outlier(
            work.data.images,
            work.empty,
            codes=codes,
            likelihood=word,
            told=lambda share: told(0.5 + 0.5 * share),
        )
    }


def _label(work: _Audit, told: Told) -> dict[str, Issue]:
    dense, word = work.dense(), work.word(told)
    names = work.originals.group_names
    work.groups = groups.imbalance(work.data, names)
    if word is None:
        return {"label": labels.untold(len(work.data))}
    right = np.where(dense.told, word.argmax(axis=1) == dense.codes, np.nan)
    work.groups = work.groups + groups.weak(work.data, right, names)
    return {"label": labels.label(dense, word, work.issues["outlier"].severity)}


def _generative(work: _Audit, told: Told) -> dict[str, Issue]:
    view = work.view(told)
    name = work.checkpoint or "the checkpoint"
    if view is None:
        return {}
    found = {"reconstruction": generative.reconstruction(view, name)}
    if view.category is not None and view.confidence is not None and work.dense().enough:
        found["category"] = generative.category(view, work.data.labels, name)
    if view.realism is not None:
        found["realism"] = generative.realism(view, name)
    return found


STEPS_OF: dict[str, Step] = {
    "blank": Step("Blank images", 1, _blank),
    "exact": Step("Exact copies", 1, _exact),
    "near": Step("Near duplicates", 25, _near),
    "leak": Step("Copies across training and test", 1, _leak),
    "light": Step("Dark, bright and blurred images", 8, _light),
    "shape": Step("Odd sizes", 1, _shape),
    "outlier": Step("Outliers", 50, _outlier),
    "label": Step("Labels", 5, _label),
    "generative": Step("What the checkpoint says", 8, _generative),
}
