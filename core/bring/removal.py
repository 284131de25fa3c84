"""What hangs on a data set of a person's own, how large it is, and how all of it goes."""

import shutil
import uuid
from pathlib import Path

from core import checkpoints, datasets, jobs
from core.bring import halves
from core.bring.base import BringError
from core.bring.build import UNDER_WAY, part_folder
from core.checkpoints import CheckpointError
from core.datasets import DatasetError, own
from core.settings import Settings

JOBS = "jobs"  # folder of work that the pages began, below `Settings.own`
UPLOADS = "uploads"  # folder of what was given through the browser, below `Settings.own`
AUDITS = "audits"  # folder of findings, below `Settings.own`


def models(name: str, settings: Settings) -> list[str]:
    """Ids of a person's own checkpoints of the data set."""
    root = settings.own / checkpoints.OWN
    found = []
    for id in checkpoints.names(root):
        try:
            if checkpoints.read_card(root, id).dataset == name:
                found.append(id)
        except CheckpointError:
            continue  # whose it is cannot be told
    return found


def weight(folder: Path) -> int:
    """Bytes of a file, or of all below a folder."""
    if folder.is_file():
        return folder.stat().st_size
    return sum(file.stat().st_size for file in folder.rglob("*") if file.is_file())


def holds(name: str, settings: Settings) -> list[str]:
    """What `remove` would delete, in words; BringError where there is no such set."""
    folder = _folder(name, settings)
    found = [f"data set {name!r} ({weight(folder) / 1e6:.1f} MB)"]
    if of_it := models(name, settings):
        found.append(f"{len(of_it)} model{'s' * (len(of_it) > 1)} of it ({', '.join(of_it)})")
    if (settings.own / AUDITS / f"{name}.npz").exists():
        found.append("what its audit found")
    if (given := _upload(folder, settings)) is not None:
        found.append(f"the upload that it came from ({weight(given) / 1e6:.1f} MB)")
    return found


def remove(name: str, settings: Settings) -> None:
    """Delete a set with its models, findings and the upload that it came from; no other original is touched.

    BringError while a job works on it, such as a training; what jobs told of it before is forgotten.
    """
    folder, about = _folder(name, settings), jobs.all_of(settings.own / JOBS, about=name)
    if busy := [job.title for job in about if job.status().state == jobs.RUNNING]:
        raise BringError(f"{name!r} is in use: {', '.join(busy)}. Wait for it, or stop it first.")
    for job in about:
        job.remove()
    if (given := _upload(folder, settings)) is not None:
        given.unlink(missing_ok=True)
    for id in models(name, settings):
        shutil.rmtree(settings.own / checkpoints.OWN / id)
    (settings.own / AUDITS / f"{name}.npz").unlink(missing_ok=True)
    away = folder.parent / UNDER_WAY / f"{name}-{uuid.uuid4().hex}"
    away.parent.mkdir(exist_ok=True)
    folder.rename(away)  # at once it is no set any more, however long deleting takes
    shutil.rmtree(away)


def _upload(folder: Path, settings: Settings) -> Path | None:
    """The file that a set was given as through the browser; None where it was brought from elsewhere."""
    try:
        source = Path(own.read_about(folder).source)
    except DatasetError:
        return None
    return source if source.parent == (settings.own / UPLOADS).resolve() and source.is_file() else None


def half_finished(settings: Settings) -> list[str]:
    """Names of the sets that were begun and are not complete."""
    folder = datasets.own_folder(settings) / UNDER_WAY
    if not folder.is_dir():
        return []
    return sorted(path.stem for path in folder.glob("*.part") if own.NAME.fullmatch(path.stem) and path.is_dir())


def discard(name: str, settings: Settings) -> None:
    """Delete a half-finished set; BringError where ``name`` is none, or another process goes on with it."""
    if name not in half_finished(settings):
        raise BringError(f"{name!r} is no half-finished data set.")
    part = part_folder(datasets.own_folder(settings), name)
    with halves.alone(part):
        shutil.rmtree(part, ignore_errors=True)


def _folder(name: str, settings: Settings) -> Path:
    root = datasets.own_folder(settings)
    if not own.NAME.fullmatch(name) or not (root / name).is_dir():
        there = ", ".join(map(repr, own.names(root))) or "none"
        raise BringError(f"{name!r} is no data set of your own. There are: {there}.")
    return root / name
