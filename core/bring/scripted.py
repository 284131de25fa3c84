"""Bringing images from a script: one call, as the command line does it."""

from collections.abc import Callable
from pathlib import Path

from core import datasets
from core.bring.base import BringError, Wish, text
from core.bring.build import Plan, build, check_name, completed, part_folder
from core.bring.fitting import SIDES
from core.bring.removal import UPLOADS
from core.bring.report import Report, look
from core.bring.sources import open_source
from core.datasets import ImageSet, own
from core.jobs import Reporter, Status
from core.settings import Settings


def bring(
    path: Path | str,
    name: str,
    settings: Settings,
    *,
    title: str = "",
    size: int | None = None,
    channels: int | None = None,
    fit: str | None = None,
    label: str | None = None,
    group: str | None = None,
    root: Path | None = None,
    terms: str = "your own",
    say: Callable[[Status], None] | None = None,
) -> ImageSet:
    """Make a data set of a person's own images, or go on with one that was cut off.

    Parameters
    ----------
    path : a folder or file, as `core.bring.sources.TAKEN` says; it is only read.
    name : 1 to 40 small letters and digits, with single dashes between.
    title, terms : shown on screen; the title is the name where it is left out.
    size, channels, fit : px a side (28, 32 or 64), 1 or 3, and one of `core.bring.fitting.FITS`; None: as the
        images suggest.
    label, group : columns, or levels of folders, that hold them; None: guessed, no group; ``"none"``: none.
    root : folder that the paths of a table are below; None: the table's own.
    say : called with how far it is.

    Returns
    -------
    The set: ``images`` (n, H, W, C) uint8, mapped from the file; ``labels`` (n,) int64, numbers of
    ``label_names``; ``people`` (n,) int64, groups; ``attributes`` (n, k) uint8 0/1; ``fields["file"]`` (n,) str,
    places below ``path``.

    Raises
    ------
    BringError
        If there is no image, the name cannot be or is taken, or the disk is full; the message says what to do.
        What was brought so far is kept, and the same call goes on from there.
    """
    folder = datasets.own_folder(settings)
    if not completed(part_folder(folder, name)):
        check_name(name, folder)
        with open_source(Path(path), Wish(label, group, root, settings.own / UPLOADS)) as source:
            plan = planned(look(source), name, title=title, size=size, channels=channels, fit=fit, terms=terms)
            build(source, plan, folder, Reporter(say=say))
    return own.read(folder / name)


def planned(
    found: Report,
    name: str,
    *,
    title: str | None = "",
    size: int | None = None,
    channels: int | None = None,
    fit: str | None = None,
    terms: str = "your own",
) -> Plan:
    """What is asked for, and what the images suggest where that is open; BringError for no size of a model."""
    if size not in (None, *SIDES) or channels not in (None, 1, 3):
        raise BringError(f"Size {size} and {channels} channels do not go. Allowed: {SIDES} px a side, 1 or 3.")
    side = size or found.shape[0]
    shape = side, side, channels or found.shape[2]
    return Plan(name, text(title or "") or name, shape, fit or found.fit, text(terms))
