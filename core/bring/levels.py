"""Folders as labels: what the names of files say of parts, labels and groups."""

from collections import Counter
from collections.abc import Iterable, Sequence

from core.bring.base import LABELS, PART_OF, Listing, Wish, chosen, fits_labels, text
from core.bring.entries import Entry, Names

LEVELS = ("folder", "sub-folder", "sub-sub-folder")


def arrange(files: Iterable[tuple[str, int | None]], wish: Wish, listing: Listing) -> None:
    """Put files (name below the source, stamp), sorted by name, into ``listing``, labels taken from their folders.

    A folder that all are in says nothing and is passed over; one that is called ``train``, ``val`` or ``test``
    beside others of these is a part of the data set.
    """
    found, stamps = Names(), []
    for name, stamp in files:
        found.append(name)
        stamps.append(stamp)
    known: dict[str, list[str]] = {}  # one list for all files of a folder
    above = (name.rpartition("/")[0] for name in found)
    folders = [known.setdefault(path, path.split("/") if path else []) for path in above]
    first = _shared(folders)
    parts = _are_parts(folders, first)
    listing.notes += [] if parts else _nearly_parts(folders, first)
    first += parts
    depth = max((len(levels) - first for levels in folders), default=0)
    listing.columns = LEVELS[: max(0, depth)]
    counts = Counter(levels[first] if len(levels) > first else "" for levels in folders)
    guess = LEVELS[0] if depth > 0 and fits_labels(counts, len(found)) else None
    if len(counts) > LABELS:
        listing.notes.append(
            f"The folders have {len(counts):,} names, and {LABELS:,} labels are the most: they can be the group."
        )
    listing.label = chosen(wish.label, listing.columns, guess, "label")
    listing.group = chosen(wish.group, listing.columns, None, "group")
    said: dict[int, tuple[str, str, str]] = {}  # by folder, so that a word is there once and not for every file
    for levels in known.values():
        rest = levels[first:]
        part = PART_OF[levels[first - 1].casefold()] if parts and len(levels) >= first else ""
        said[id(levels)] = _level(rest, listing.label), _level(rest, listing.group), part
    for place, (name, stamp, levels) in enumerate(zip(found, stamps, folders, strict=True)):
        listing.entries.append(Entry(name, place, *said[id(levels)], (), stamp))


def _level(folders: Sequence[str], column: str | None) -> str:
    if column is None:
        return ""
    at = LEVELS.index(column)
    return text(folders[at]) if at < len(folders) else ""


def _shared(folders: Sequence[list[str]]) -> int:
    """How many folders from the top all files share."""
    if not folders:
        return 0
    least, most = min(folders), max(folders)
    same = 0
    while same < min(len(least), len(most)) and least[same] == most[same]:
        same += 1
    return same


def _are_parts(folders: Sequence[Sequence[str]], level: int) -> bool:
    """Whether all folders of a level are parts of a data set; images beside them do not count."""
    names = _names(folders, level)
    return len(names) > 1 and names <= PART_OF.keys()


def _nearly_parts(folders: Sequence[Sequence[str]], level: int) -> list[str]:
    """A sentence on folders that would be parts, were others not beside them."""
    names = _names(folders, level)
    parts, others = sorted(names & PART_OF.keys()), sorted(names - PART_OF.keys())
    if len({PART_OF[name] for name in parts}) < 2:
        return []
    return [
        f"{' and '.join(parts)} would be the parts of the data set, but {others[0]!r} is beside them: the folders "
        "are taken as labels. Bring the images without it to have parts."
    ]


def _names(folders: Sequence[Sequence[str]], level: int) -> set[str]:
    return {levels[level].casefold() for levels in folders if len(levels) > level}
