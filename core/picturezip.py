"""The deck as a zip file of pictures, numbered, with a table of their words."""

import csv
import io
import re
import unicodedata
import zipfile
from collections.abc import Sequence

from core import film
from core.powerpoint import EPOCH
from core.slide import Slide
from core.slideshow import address

LONGEST = 50  # letters of a title in a file name
HEAD = ("file", "title", "caption", "view", "origin", "pinned")
FORMULA = ("=", "+", "-", "@", "\t")  # what a spreadsheet would take for one


def picture_zip(slides: Sequence[Slide]) -> bytes:
    """Zip of a PNG for each slide, a GIF beside it where it is a film, and ``captions.csv``.

    The same slides make the same bytes.
    """
    file, table = io.BytesIO(), io.StringIO()
    writer = csv.writer(table, lineterminator="\r\n")
    writer.writerow(HEAD)
    with zipfile.ZipFile(file, "w") as archive:
        for number, slide in enumerate(slides, 1):
            name = f"{number:03d}-{file_name(slide.title)}"
            _put(archive, f"{name}.png", slide.picture)
            if slide.frames:
                _put(archive, f"{name}.gif", film.gif(film.from_pngs(slide.frames)))
            view = f"/{address(slide)}" if slide.page else ""
            row = (f"{name}.png", slide.title, slide.caption, view, slide.note, slide.created)
            writer.writerow([cell(text) for text in row])
        _put(archive, "captions.csv", table.getvalue().encode("utf-8-sig"))  # a spreadsheet then knows the letters
    return file.getvalue()


def file_name(title: str) -> str:
    """A title as a name that every file system takes: letters a to z, digits and hyphens."""
    plain = unicodedata.normalize("NFKD", title).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:LONGEST].strip("-") or "slide"


def cell(text: str) -> str:
    """A text that no spreadsheet takes for a formula."""
    return f"'{text}" if text.startswith(FORMULA) else text


def _put(archive: zipfile.ZipFile, name: str, content: bytes) -> None:
    entry = zipfile.ZipInfo(name, EPOCH)
    entry.external_attr = 0o644 << 16
    entry.compress_type = zipfile.ZIP_DEFLATED if name.endswith(".csv") else zipfile.ZIP_STORED
    archive.writestr(entry, content)
