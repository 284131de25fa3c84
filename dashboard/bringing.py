"""Bringing images of one's own, on screen: where they are, what they are, and the work under way."""

import hashlib
import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import streamlit as st

from core import images
from core.bring import removal, telling
from core.bring.base import NONE, BringError, Wish
from core.bring.build import Plan
from core.bring.fitting import FITS, SHAPES, fitted
from core.bring.report import Report, look
from core.bring.sources import open_source
from dashboard import bring_jobs, bring_names, resources, words

PATH, ROOT, UPLOAD = "bring_path", "bring_root", "bring_upload"  # keys of the widgets
TABLES = (".csv", ".tsv", ".parquet")
GIVEN = ("zip", "npz", "npy", "csv", "tsv", "parquet", "json", "gz")
LARGEST = 500  # MB of an upload
TILE = 128  # px: whole multiples of all sizes but 28, and larger than no example
GAP = 6  # px between the two
SHOWN = 15  # examples, of those that a report has
FIT_NAMES = {"pad": "Whole, edges filled", "crop": "Cut to the middle", "digit": "Centred like MNIST"}
FIT_HELP = "  \n".join(f"**{FIT_NAMES[fit]}**: {text}." for fit, text in FITS.items())
HELP = {
    "label": "The column, or level of folders, that says what each image shows.",
    "group": "The column that tells who or what made an image: groups are compared when the set is audited.",
}


@dataclass(frozen=True)
class Looked:
    """What looking at a path gave: a report, or the sentence that says why there is none."""

    report: Report | None
    trouble: str = ""


def path() -> Path | None:
    """The path that was typed; None where nothing was."""
    typed = (st.session_state.get(PATH) or "").strip().strip("\"'").removeprefix("file://")
    return Path(typed) if typed else None


def looked(where: Path, wish: Wish) -> Looked:
    """What is at a path, remembered for as long as it does not seem to change."""
    return _looked(where, wish, _stamp(where))


@st.cache_resource(max_entries=4, show_spinner=False)
def _looked(where: Path, wish: Wish, stamp: tuple[int, int]) -> Looked:
    try:
        with open_source(where, wish) as source:
            return Looked(look(source))
    except BringError as error:
        return Looked(None, str(error))


def look_again() -> None:
    """Forget what was found."""
    _looked.clear()


def take(where: Path) -> None:
    """Go on with another path; for callbacks."""
    st.session_state[PATH] = str(where)


def once_more(where: Path) -> None:
    """Show the preview of a path again that was brought, with a name that is free; for callbacks."""
    look_again()
    st.session_state.pop(bring_jobs.STARTED, None)
    for what in ("name", "title"):
        st.session_state.pop(f"{keys(where)}_{what}", None)


def _stamp(where: Path) -> tuple[int, int]:
    try:
        found = where.expanduser().stat()
    except (OSError, ValueError, RuntimeError):  # RuntimeError: a home folder of somebody unknown
        return 0, 0
    return found.st_mtime_ns, found.st_size


def take_upload() -> None:
    """Keep an upload as a file of its own, and go on with its path; for callbacks."""
    file = st.session_state.get(UPLOAD)
    if file is None:
        return
    content = file.getbuffer()
    folder = resources.settings().own / removal.UPLOADS
    name = re.sub(r"[^A-Za-z0-9._-]+", "-", file.name).lstrip(".-")[-80:] or "upload"
    target = folder / f"{hashlib.sha256(content).hexdigest()[:10]}-{name}"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        part = target.with_name(f"{target.name}.part")
        part.write_bytes(content)
        part.replace(target)
    except OSError as error:
        st.session_state[bring_jobs.FAILED] = f"The upload cannot be kept in {folder} ({error.strerror})."
        return
    st.session_state[PATH] = str(target)


def keys(where: Path) -> str:
    """What the keys of the fields begin with, so that each source has its own."""
    return f"bring_{hashlib.sha256(str(where).encode('utf-8', 'replace')).hexdigest()[:8]}"


def wish(where: Path) -> Wish:
    """What the fields ask of the source at a path, as `core.bring.sources.open_source` takes it."""
    prefix, settings = keys(where), resources.settings()
    label, group = (st.session_state.get(f"{prefix}_{what}") for what in ("label", "group"))
    root = (st.session_state.get(ROOT) or "").strip() if where.suffix.casefold() in TABLES else ""
    return Wish(label, group, Path(root).expanduser() if root else None, settings.own / removal.UPLOADS)


def looked_at(where: Path) -> Looked:
    """What is at a path, by what the fields ask; what was guessed need not be looked for again."""
    asked, told = wish(where), f"_{keys(where)}_guessed"
    guess = st.session_state.get(told)
    if guess is not None and guess[0] == (asked.label, asked.group, asked.root):
        return looked(where, replace(asked, label=guess[1], group=guess[2]))
    found = looked(where, asked)
    if found.report is not None:
        chosen = found.report.label or NONE, found.report.group or NONE, asked.root
        st.session_state[told] = chosen, asked.label, asked.group
    return found


def plan(where: Path) -> Plan:
    """What the fields say that the set shall be."""
    name, title, shape, fit, terms = (
        st.session_state.get(f"{keys(where)}_{what}") for what in ("name", "title", "shape", "fit", "terms")
    )
    name = (name or "").strip()
    return Plan(name, (title or "").strip() or name, tuple(shape or SHAPES[-1]), fit or "pad", terms or "your own")


def tile(pixels: np.ndarray, shape: tuple[int, int, int], fit: str) -> bytes:
    """PNG of an original on the left, and on the right of the item that it becomes; around them nothing."""
    gap = np.zeros((TILE, GAP, 4), np.uint8)
    return images.png(np.concatenate([_framed(pixels), gap, _framed(fitted(pixels, shape, fit))], axis=1), level=1)


def _framed(pixels: np.ndarray) -> np.ndarray:
    """Pixels (H, W, C) uint8, enlarged, in the middle of a tile (TILE, TILE, 4) that is transparent elsewhere."""
    scale = TILE // max(pixels.shape[:2])
    pixels = np.repeat(np.repeat(pixels, scale, axis=0), scale, axis=1)
    whole = np.zeros((TILE, TILE, 4), np.uint8)
    height, width = pixels.shape[:2]
    top, left = (TILE - height) // 2, (TILE - width) // 2
    whole[top : top + height, left : left + width, :3] = pixels
    whole[top : top + height, left : left + width, 3] = 255
    return whole


def show_report(report: Report, shape: tuple[int, int, int], fit: str) -> None:
    """Pictures and sentences."""
    if report.examples:
        few = np.linspace(0, len(report.examples) - 1, min(SHOWN, len(report.examples))).astype(int)
        with st.grid("auto", min_column_width=96):
            for entry, pixels in (report.examples[at] for at in few):
                name, label = words.literal(entry.name), words.literal(entry.label)
                st.image(tile(pixels, shape, fit), label or None, width="stretch", alt=f"{name} and its item")
        st.caption("Left, an original; right, the item that it becomes; below, its label.")
    st.markdown("\n".join(f"- {words.literal(line)}" for line in telling.plain(report)))
    if names := telling.unread(report):
        count = len(report.unreadable) + sum(report.left.values())
        told = f"Cannot be read or left out: {count:,} file{'s' * (count != 1)}"
        with st.expander(told, icon=":material/broken_image:"):
            st.code("\n".join(names), language=None, height=240)


def fields(where: Path, report: Report) -> None:
    """What can be changed."""
    prefix = keys(where)
    name = bring_names.name(where, resources.settings())
    fill(f"{prefix}_name", name)
    fill(f"{prefix}_title", bring_names.title(where, name))
    fill(f"{prefix}_shape", report.shape)
    fill(f"{prefix}_fit", report.fit)
    fill(f"{prefix}_terms", "your own")
    left, right = st.columns(2)
    with left:
        text("Title", f"{prefix}_title", 80, "What it is called on screen.")
    with right:
        text("Name", f"{prefix}_name", 60, "Small letters, digits and single dashes: how files and links call it.")
    left, right = st.columns(2)  # a row each, so that they stand in this order on a phone
    with left:
        pick("Size", SHAPES, f"{prefix}_shape", telling.shape, "Of an item. Models are made for one size.")
    with right:
        pick("Fit", tuple(FITS), f"{prefix}_fit", lambda fit: FIT_NAMES[fit], FIT_HELP)
    left, right = st.columns(2)
    for place, what, now in ((left, "label", report.label), (right, "group", report.group)):
        key, options = f"{prefix}_{what}", (NONE, *report.columns)
        if st.session_state.get(key) not in options:
            st.session_state[key] = now or NONE
        with place:
            pick(what.capitalize(), options, key, words.literal, HELP[what])
    text("Terms", f"{prefix}_terms", 200, "Whose images they are, and what may be done with them.")


def text(label: str, key: str, most: int, help: str) -> None:
    """A line to write on."""
    st.text_input(label, key=key, max_chars=most, help=help, persist_state="session")


def pick(label: str, options: tuple, key: str, called: Callable[[Any], str], help: str) -> None:
    """One of some."""
    st.selectbox(label, options, key=key, format_func=called, help=help, persist_state="session")


def fill(key: str, value: object) -> None:
    """Give a field a value where it has none yet."""
    if key not in st.session_state:
        st.session_state[key] = value
