"""Names for what is brought: those that are suggested for a path, and those that it was given before."""

import difflib
import os
import re
from contextlib import suppress
from itertools import islice
from pathlib import Path

from core import datasets
from core.bring import removal
from core.bring.base import BringError
from core.bring.build import check_name
from core.datasets import DatasetError, own
from core.settings import Settings
from dashboard import resources

NEAR, LISTED = 2, 5_000  # names that are proposed, and that are looked at


def brought(where: Path) -> list[str]:
    """Names of the data sets that were made of what is at a path."""
    folder, found = datasets.own_folder(resources.settings()), []
    for name in own.names(folder):
        with suppress(DatasetError, OSError, RuntimeError):
            if Path(own.read_about(folder / name).source).resolve() == where.expanduser().resolve():
                found.append(name)
    return found


def near(where: Path) -> list[Path]:
    """Paths that a mistyped one may mean: what is there is called nearly so, but for one part."""
    with suppress(OSError, ValueError, RuntimeError):
        where = where.expanduser().absolute()
        there = next(parent for parent in where.parents if parent.is_dir())
        if where.exists() or there == Path(there.anchor):
            return []
        first, *rest = where.relative_to(there).parts
        listed = islice(sorted(os.listdir(there)), LISTED)
        names = {name.casefold(): name for name in listed if not name.startswith(".")}
        close = difflib.get_close_matches(first.casefold(), names, n=NEAR, cutoff=0.75)
        found = [there / names[name] / Path(*rest) for name in close]
        return [path for path in found if path.exists()]
    return []


def title(where: Path, name: str = "") -> str:
    """A file's or folder's name as a person would write it, with the number that made ``name`` free."""
    words = re.sub(r"[-_ ]+", " ", _stem(where)).strip()
    number = name.removeprefix(_plain(where)) if name.startswith(f"{_plain(where)}-") else ""
    return (words[:1].upper() + words[1:76] or "My images") + number.replace("-", " ")


def _stem(where: Path) -> str:
    """A name without what an upload's begins with."""
    given = where.parent.name == removal.UPLOADS
    return re.sub(r"^[0-9a-f]{10}-", "", where.stem) if given else where.stem


def _plain(where: Path) -> str:
    """A name of small letters, digits and single dashes."""
    return re.sub(r"[^a-z0-9]+", "-", _stem(where).casefold()).strip("-")[:36].strip("-") or "mine"


def name(where: Path, settings: Settings) -> str:
    """A name for the set at a path that is free."""
    base = _plain(where)
    folder = datasets.own_folder(settings)
    for name in (base, *(f"{base}-{number}" for number in range(2, 100))):
        try:
            check_name(name, folder)
        except BringError:
            continue
        if name not in removal.half_finished(settings):
            return name
    return base
