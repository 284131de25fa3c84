"""A cleaned copy of a data set in a new folder: what was dropped is left out, new labels are taken over.

Sources are only read. The folder must be new, and may lie neither in the source nor in what Morphospace keeps. A
hard link shares its bytes with the original: who edits one in place edits both, so copies are the default.
"""

import hashlib
import json
import os
import re
import shutil
import unicodedata
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

import numpy as np

from core import images
from core.audit.originals import Originals
from core.audit.review import Book
from core.datasets.base import ImageSet
from core.settings import Settings

MANIFEST, MARK = "manifest.json", ".not-whole.json"
FORMAT = "morphospace-cleaned"
TABLES = (".csv", ".tsv", ".json", ".jsonl", ".parquet")
LINK, COPY, PIXELS = "linked", "copied", "drawn"
RESERVED = re.compile(r"(con|prn|aux|nul|com\d|lpt\d)(\..*)?", re.IGNORECASE)  # names that Windows keeps


class CleanedError(ValueError):
    """No cleaned copy can be made; the message says why."""


@dataclass(frozen=True)
class Made:
    """What a cleaned copy holds.

    Attributes
    ----------
    folder : where it is.
    kept, dropped, relabelled : items.
    linked, copied, drawn : files that were hard-linked, copied, and made of the set's own pixels.
    """

    folder: Path
    kept: int
    dropped: int
    relabelled: int
    linked: int = 0
    copied: int = 0
    drawn: int = 0


def target(named: str, *, keep_out: Sequence[Path]) -> Path:
    """The folder that a person names, if a copy may be written there.

    Parameters
    ----------
    named : an absolute path, ``~`` allowed.
    keep_out : folders that it may not lie in, nor hold, such as the source.

    Raises
    ------
    CleanedError : it exists, its parent does not, it goes through ``..`` or a link, or lies where it may not.
    """
    text = named.strip()
    if not text or "\0" in text:
        raise CleanedError("Name a new folder for the copy.")
    try:
        path = Path(text).expanduser()
    except RuntimeError as error:
        raise CleanedError(f"“{text}” cannot be read as a folder: {error}.") from error
    if not path.is_absolute():
        raise CleanedError(f"“{text}” is not a whole path. Begin with / or ~.")
    if ".." in path.parts:
        raise CleanedError(f"“{text}” goes through “..”. Name the folder directly.")
    try:
        if path.is_symlink() or path.exists():
            raise CleanedError(f"“{text}” is there already. Name a folder that is not there yet.")
        if not path.parent.is_dir():
            raise CleanedError(f"There is no folder “{path.parent}” to make it in.")
        if path.parent.resolve(strict=True) != Path(os.path.abspath(path.parent)):
            raise CleanedError(f"“{path.parent}” goes through a link. Name the folder directly.")
    except OSError as error:
        raise CleanedError(f"“{text}” cannot be used: {error.strerror or error}.") from error
    for folder in keep_out:
        other = folder.resolve()
        if path.is_relative_to(other) or other.is_relative_to(path):
            raise CleanedError(f"“{text}” lies in “{other}”, which is left as it is. Name a folder elsewhere.")
    return path


def kept_out(files: Originals | None, settings: Settings) -> list[Path]:
    """Folders that a copy may not lie in: the source, the folders of data, and what Morphospace keeps."""
    source = None if files is None or files.source is None else files.source
    table = source is not None and source.suffix.lower() in TABLES  # its originals lie beside it
    own = [] if source is None else [source.parent if table else source]
    return [*own, *settings.data, settings.own, settings.checkpoints, settings.cache]


def sentence(made: Made) -> str:
    """What a copy holds, in words."""
    ways = {"hard-linked": made.linked, "copied": made.copied, "drawn from the set's own pixels": made.drawn}
    how = ", ".join(f"{count:,} {way}" for way, count in ways.items() if count)
    return (
        f"{made.kept:,} images in {made.folder} ({how or 'none'}); {made.dropped:,} left out, "
        f"{made.relabelled:,} with a new label."
    )


def write(
    folder: Path,
    data: ImageSet,
    known: Book,
    files: Originals | None = None,
    *,
    link: bool = False,
    told: Callable[[int, int], None] | None = None,
) -> Made:
    """Write a cleaned copy into a folder that `target` gave, or go on with one that was cut off.

    An item's file is its original where that is on disk, else a PNG of the set's pixels. Sub-folders are called
    after labels. The manifest is written last: without one, a copy is not whole.

    Parameters
    ----------
    files : the originals; None: of the set's own pixels.
    link : hard-link originals where that is possible, instead of copying them.
    told : called with the items done and all of them; what it raises ends the work, which can be gone on with.

    Raises
    ------
    CleanedError : the folder is not new, or a file cannot be written; what was written stays.
    """
    items = list(_items(data, known))
    _begin(folder, data.name, hashlib.sha256(repr(items).encode()).hexdigest())
    names = folders(sorted({label for _, _, label in items}))
    rows: list[dict[str, object]] = []
    for done, (row, own, label) in enumerate(items):
        if told is not None:
            told(done, len(items))
        try:
            file, how = _place(folder / names[label], data, row, files, link=link)
        except OSError as error:
            raise CleanedError(
                f"After {done:,} files: {error.strerror or error}. “{folder}” is not whole."
            ) from error
        index = int(data.index[row])
        source = "" if files is None else files.name(index)
        told_of = {"file": file.relative_to(folder).as_posix(), "index": index, "source": source}
        rows.append(told_of | {"label": label, "label_before": own, "how": how})
    relabelled = sum(row["label"] != row["label_before"] for row in rows)
    by = {how: sum(row["how"] == how for row in rows) for how in (LINK, COPY, PIXELS)}
    made = Made(folder, len(items), len(data) - len(items), relabelled, *by.values())
    _manifest(folder, data.name, made, rows)
    if told is not None:
        told(len(items), len(items))
    return made


def _begin(folder: Path, dataset: str, stamp: str) -> None:
    """Make the folder, with a mark that it is not whole; one with the same mark was cut off, and goes on."""
    mark, text = folder / MARK, json.dumps({"format": FORMAT, "dataset": dataset, "stamp": stamp})
    try:
        if not mark.is_file() or mark.is_symlink():
            folder.mkdir()
            mark.write_text(text, encoding="utf-8")
        elif mark.read_text(encoding="utf-8") != text:
            raise CleanedError(f"Decisions changed since “{folder}” was begun. Remove it, or name another one.")
    except FileExistsError as error:
        raise CleanedError(f"“{folder}” is there already. Name a folder that is not there yet.") from error
    except OSError as error:
        raise CleanedError(f"“{folder}” cannot be made: {error.strerror or error}.") from error


def _items(data: ImageSet, known: Book) -> Iterator[tuple[int, str, str]]:
    """Row, label and new label of every item that stays."""
    for row, index in enumerate(data.index.tolist()):
        if index not in known.dropped:
            own = data.label_names[int(data.labels[row])]
            yield row, own, known.labels.get(index, own)


def folders(labels: Sequence[str]) -> dict[str, str]:
    """A folder name for each label, that every system takes, and of no two the same."""
    found: dict[str, str] = {}
    taken: set[str] = set()
    for label in labels:
        plain = unicodedata.normalize("NFC", label)
        plain = re.sub(r'[\x00-\x1f\x7f<>:"/\\|?*]+', "_", plain).strip(" .")[:80].rstrip(" .")
        if not plain or RESERVED.fullmatch(plain):
            plain = f"_{plain}"
        name, number = plain, 2
        while name.casefold() in taken:
            name, number = f"{plain}-{number}", number + 1
        taken.add(name.casefold())
        found[label] = name
    return found


def _place(folder: Path, data: ImageSet, row: int, files: Originals | None, *, link: bool) -> tuple[Path, str]:
    """Put an item's file into a folder; where it is, and how it came there."""
    folder.mkdir(exist_ok=True)
    index = int(data.index[row])
    source = None if files is None else files.path(index)
    known = "" if files is None else files.name(index)
    stem = re.sub(r"[^\w.-]+", "_", PurePosixPath(known).stem)[:60].strip("._")
    name = f"{index:07d}{f'-{stem}' if stem else ''}"  # the number keeps names apart that were in several folders
    if source is not None:
        aim = folder / f"{name}{source.suffix.lower()}"
        return aim, _link_or_copy(source, aim, link=link)
    content = None if files is None else files.read(index)
    ending, how = (PurePosixPath(known).suffix.lower(), COPY) if content is not None else (".png", PIXELS)
    aim = folder / f"{name}{ending}"
    if not aim.exists():
        part = folder / f"{name}.part"
        part.write_bytes(images.png(np.asarray(data.images[row])) if content is None else content)
        part.rename(aim)
    return aim, how


def _link_or_copy(source: Path, aim: Path, *, link: bool) -> str:
    """Put an original where it should be, unless it is there from a try that was cut off; how it came there."""
    if aim.exists():
        return LINK if aim.samefile(source) else COPY
    if link:
        try:  # not to another disk, and not on every one
            os.link(source, aim)
            return LINK
        except OSError:
            pass
    part = aim.with_name(f"{aim.name}.part")
    shutil.copyfile(source, part)
    part.rename(aim)
    return COPY


def _manifest(folder: Path, dataset: str, made: Made, rows: list[dict[str, object]]) -> None:
    facts = {"format": FORMAT, "version": 1, "dataset": dataset}
    counts = {name: getattr(made, name) for name in ("kept", "dropped", "relabelled", LINK, COPY, PIXELS)}
    whole = json.dumps(facts | counts | {"files": rows}, ensure_ascii=False, indent=1)
    try:
        with (folder / MANIFEST).open("x", encoding="utf-8") as file:
            file.write(whole + "\n")
        (folder / MARK).unlink()
    except OSError as error:
        raise CleanedError(f"The manifest cannot be written: {error.strerror or error}.") from error
