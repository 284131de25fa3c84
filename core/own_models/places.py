"""Where a person's own models lie, and how a folder takes its place at once."""

import fcntl
import json
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from core import cards, checkpoints
from core.cards import Card
from core.checkpoints import CheckpointError
from core.settings import Settings

RUNS, JOBS = "runs", "jobs"  # folders below `Settings.own`: work in progress, and who does it
FAMILIES = ("aae", "vae", "ae")  # that encode images
ENCODER = "encoder"  # what a card's ``training`` calls the checkpoint whose weights were borrowed
BROUGHT = "brought"  # and when the set was brought that its codes are of


def root(settings: Settings) -> Path:
    """Folder of own checkpoints."""
    return settings.own / checkpoints.OWN


def jobs(settings: Settings) -> Path:
    """Folder of jobs."""
    return settings.own / JOBS


def run_folder(settings: Settings, id: str) -> Path:
    """Where work on checkpoint ``id`` is kept until it is done; checkpoints are looked at often, this is not."""
    return settings.own / RUNS / id


def card_of(settings: Settings, id: str) -> tuple[Path, Card]:
    """Where checkpoint ``id`` lies, and its card; CheckpointError where there is none."""
    place = checkpoints.root_of(settings, id)
    return place, checkpoints.read_card(place, id)


def own_card(settings: Settings, id: str) -> Card:
    """The card of an own checkpoint; CheckpointError for one that is shipped, or is none."""
    place, card = card_of(settings, id)
    if place != root(settings):
        raise CheckpointError(f"{id} is one of the models that come with Morphospace: it stays as it is")
    return card


def fitting(settings: Settings, shape: tuple[int, int, int]) -> dict[str, Card]:
    """Checkpoints that take images of ``shape``, by name; not those with borrowed weights.

    Shipped ones come first, and of these autoencoders without a variational part: they rebuild strangers best.
    """
    found: dict[str, Card] = {}
    for folder in (settings.checkpoints, root(settings)):
        for name in checkpoints.names(folder):
            try:
                card = checkpoints.read_card(folder, name)
            except CheckpointError:
                continue  # the overview says why
            if card.family in FAMILIES and card.shape == shape and ENCODER not in card.training:
                found.setdefault(name, card)
    shipped = set(checkpoints.names(settings.checkpoints))
    order = sorted(found, key=lambda name: (name not in shipped, found[name].family != "ae"))
    return {name: found[name] for name in order}


@contextmanager
def alone(settings: Settings, id: str) -> Iterator[None]:
    """Work on checkpoint ``id`` within this; ValueError while another process does."""
    folder = settings.own / RUNS
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / f"{id.replace('/', '-')}.lock").open("ab") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise ValueError(f"Another process works on {id!r}. Wait for it, or stop it.") from error
        yield


def finish(card: Card, part: Path, target: Path) -> None:
    """Write the card of what lies in ``part``, with a digest of each file, and put the folder at ``target``."""
    digests = {
        path.name: checkpoints.sha256(path) for path in sorted(part.iterdir()) if path.name != checkpoints.CARD
    }
    cards.write(replace(card, sha256=digests), part / checkpoints.CARD)
    put(part, target)


def put(part: Path, target: Path) -> None:
    """Let ``part`` take the place of ``target``; what was there goes. A cut off change is mended by `settle`."""
    target.parent.mkdir(parents=True, exist_ok=True)
    settle(target)
    before = _before(target)
    if target.exists():
        target.rename(before)
    part.rename(target)
    shutil.rmtree(before, ignore_errors=True)


def settle(target: Path) -> None:
    """Bring back what a change of ``target`` that was cut off took away, or clear away what it left."""
    before = _before(target)
    if before.exists() and not target.exists():
        before.rename(target)
    shutil.rmtree(before, ignore_errors=True)


def _before(target: Path) -> Path:
    return target.parent / f".{target.name}.before"


def copy(source: Path, target: Path) -> None:
    """The same file at another place, without a second copy where the disk allows it."""
    target.unlink(missing_ok=True)
    try:
        os.link(source, target)
    except OSError:
        shutil.copyfile(source, target)


def write_json(raw: dict[str, object], path: Path) -> None:
    """Write ``raw``, at once."""
    part = path.with_suffix(".part")
    part.write_text(json.dumps(raw), encoding="utf-8")
    part.replace(path)


def read_json(path: Path) -> dict[str, object]:
    """What `write_json` wrote; empty where there is nothing, or nothing that can be read."""
    try:
        raw = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return raw if isinstance(raw, dict) else {}


def remove(settings: Settings, id: str) -> None:
    """Delete an own checkpoint, and what is left of the work on it; CheckpointError for one that is no own."""
    own_card(settings, id)
    shutil.rmtree(root(settings) / id)
    shutil.rmtree(run_folder(settings, id), ignore_errors=True)
