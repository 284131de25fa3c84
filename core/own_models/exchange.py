"""Checkpoints as zip files: taken along whole, and taken in only when every part of them was verified."""

import json
import re
import shutil
import stat
import tempfile
import zipfile
import zlib
from dataclasses import replace
from pathlib import Path, PurePosixPath
from typing import BinaryIO

from core import cards, checkpoints, datasets
from core.cards import Card, CardError
from core.checkpoints import CheckpointError
from core.datasets import own
from core.own_models import places
from core.own_models.verify import ALL_BYTES, MB, RefusedError, check, check_types, plain
from core.settings import Settings

CARD_BYTES, RATIO = 1 * MB, 200  # what a card may take, and how many times its own size a file may unpack to
FILES = re.compile(r"card\.json|model(-seed\d{1,3})?\.safetensors|(gallery|map|directions|history)\.npz")


class TakenError(RefusedError):
    """There is a checkpoint of that name here."""


def export(settings: Settings, id: str, file: Path | BinaryIO) -> None:
    """Write a checkpoint into a zip file, in a folder of its name; CheckpointError for a damaged one, or none."""
    folder, card = places.card_of(settings, id)
    for name in card.sha256:
        checkpoints.verified_bytes(folder, card, name)
    with zipfile.ZipFile(file, "w", zipfile.ZIP_STORED) as archive:  # weights and galleries hardly get smaller
        for name in (checkpoints.CARD, *sorted(card.sha256)):
            archive.write(folder / id / name, f"{id}/{name}")


def import_(file: Path | BinaryIO, settings: Settings, *, name: str | None = None) -> str:
    """Take in a checkpoint from a zip file as one's own; its name.

    Nothing is run and nothing unpickled. The card, every size and digest, the weights against the network, and the
    gallery against the data set are looked at first; what does not pass leaves nothing behind.

    Parameters
    ----------
    name : what it is to be called here; as on its card by default.

    Raises
    ------
    RefusedError
        If it does not pass; TakenError if the name is taken.
    """
    runs = settings.own / places.RUNS
    runs.mkdir(parents=True, exist_ok=True)
    work = Path(tempfile.mkdtemp(prefix="import-", dir=runs))
    try:
        unpack(file, work / "zip")
        card = named(work / "zip", name)
        check_name(settings, card.id)
        (work / "zip").rename(work / card.id)
        check(settings, work, card)
        if card.dataset in own.names(datasets.own_folder(settings)):  # its codes are of these very images
            made = own.read_about(datasets.own_folder(settings) / card.dataset).made
            card = replace(card, training={**card.training, places.BROUGHT: made})
            cards.write(card, work / card.id / checkpoints.CARD)
        places.put(work / card.id, places.root(settings) / card.id)
    except (CheckpointError, CardError) as error:
        raise RefusedError(str(error)) from error
    finally:
        shutil.rmtree(work, ignore_errors=True)
    return card.id


def unpack(file: Path | BinaryIO, target: Path) -> None:
    """Write the files of a zip into ``target``, each looked at before it is unpacked."""
    try:
        with zipfile.ZipFile(file) as archive:
            members = [member for member in archive.infolist() if not member.is_dir()]
            for member in members:
                check_member(member)
            if sum(member.file_size for member in members) > ALL_BYTES:
                raise RefusedError(f"It unpacks to more than {ALL_BYTES // MB:,} MB, which no model here needs.")
            names = [PurePosixPath(member.filename).name for member in members]
            if len(set(names)) < len(names) or len({PurePosixPath(m.filename).parent for m in members}) > 1:
                raise RefusedError("It holds several folders. Export one checkpoint at a time.")
            if checkpoints.CARD not in names or checkpoints.MODEL not in names:
                raise RefusedError(f"It holds no {checkpoints.CARD} with a {checkpoints.MODEL} beside it.")
            target.mkdir()
            for member, short in zip(members, names, strict=True):
                with archive.open(member) as source, (target / short).open("wb") as written:
                    shutil.copyfileobj(source, written)
    except (zipfile.BadZipFile, EOFError, NotImplementedError, OSError, zlib.error) as error:
        raise RefusedError(f"It is no zip file, or a damaged one ({error}).") from error


def check_member(member: zipfile.ZipInfo) -> None:
    """RefusedError for a file of a zip that no checkpoint has, leads elsewhere, or unpacks to too much."""
    path = PurePosixPath(member.filename)
    if path.is_absolute() or ".." in path.parts or "\\" in member.filename or len(path.parts) > 2:
        raise RefusedError(f"It names a file outside its folder: {member.filename!r}.")
    if stat.S_ISLNK(member.external_attr >> 16) or member.flag_bits & 1:
        raise RefusedError(f"It holds a link or a locked file: {member.filename!r}.")
    if not FILES.fullmatch(path.name):
        raise RefusedError(
            f"It holds {path.name!r}, which is no part of a checkpoint; allowed: card.json, model.safetensors, "
            "gallery.npz, map.npz, directions.npz, history.npz."
        )
    most = CARD_BYTES if path.name == checkpoints.CARD else ALL_BYTES
    if member.file_size > most or member.file_size > RATIO * max(member.compress_size, 1000):
        raise RefusedError(f"{path.name} would unpack to {member.file_size / MB:,.0f} MB, more than it should.")


def named(folder: Path, name: str | None) -> Card:
    """The card of an unpacked folder, under ``name`` where one is given; its types are looked at."""
    try:
        raw = json.loads((folder / checkpoints.CARD).read_text(encoding="utf-8"))
        own = str(raw["id"])
    except (ValueError, TypeError, KeyError, RecursionError) as error:
        raise RefusedError(f"Its {checkpoints.CARD} cannot be read ({error}).") from error
    raw["id"] = folder.name
    places.write_json(raw, folder / checkpoints.CARD)
    card = replace(cards.read(folder / checkpoints.CARD), id=name or own)
    check_types(card)
    card = plain(card)
    cards.write(card, folder / checkpoints.CARD)
    return card


def check_name(settings: Settings, id: str) -> None:
    """RefusedError for what is no name, TakenError for one that is taken."""
    if not checkpoints.NAME.fullmatch(id) or len(id) > 80:
        raise RefusedError(f"{id!r} is no name of a checkpoint: lower-case words and numbers joined by hyphens.")
    if (settings.checkpoints / id).is_dir() or (places.root(settings) / id).is_dir():
        raise TakenError(f"There is a checkpoint {id!r} here. Give this one another name.")
