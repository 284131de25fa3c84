"""The deck as a PowerPoint file: 16:9, picture, title, caption, and a note on where it comes from."""

import io
import math
import re
import unicodedata
import zipfile
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from core import film, ground
from core.board import LIGHT, Look
from core.slide import Slide, size
from core.slideshow import address

WIDTH, HEIGHT = 12_192_000, 6_858_000  # EMU (914,400 an inch): 13.333 x 7.5 inches
EDGE = 457_200
POINT = 12_700  # EMU
HEAD, FOOT = 780_000, 410_000  # heights of title, and of a caption at least
TALLEST = 1_600_000  # height of the longest caption
INSET = 91_440  # that a text box keeps free on each side; half of it above and below
TITLES, CAPTIONS = (30, 26, 22, 18), (18, 16, 14, 12, 10, 9)  # points, the largest first
LINE = 1.25  # height of a line in letters
FILM = 0.28  # share of the width, where there is one
ONLY_TITLE = 5  # of the layouts that come with python-pptx
EPOCH = (1980, 1, 1, 0, 0, 0)  # of the files inside, so that the same slides make the same bytes
Box = tuple[int, int, int, int]  # left, top, width, height in EMU
NO_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")  # what XML 1.0 does not allow


def powerpoint(slides: Sequence[Slide], *, root: str = "") -> bytes:
    """A .pptx; the same bytes for the same slides.

    Parameters
    ----------
    slides : those that are films need their frames, and are put in as GIF.
    root : where the dashboard is served, before the links in the notes.
    """
    from pptx import Presentation

    shown: Any = Presentation()
    shown.slide_width, shown.slide_height = WIDTH, HEIGHT
    for slide in slides:
        _draw(page := shown.slides.add_slide(shown.slide_layouts[ONLY_TITLE]), slide, root)
        _paint(page, ground.of(slides) or LIGHT)
    properties = shown.core_properties
    properties.title, properties.author, properties.last_modified_by = "Morphospace", "Morphospace", ""
    properties.created = properties.modified = _date(slides)
    file = io.BytesIO()
    shown.save(file)
    return undated(file.getvalue())


def undated(archive: bytes) -> bytes:
    """A zip file without the time at which its files were written."""
    file = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(archive)) as read, zipfile.ZipFile(file, "w") as write:
        for entry in read.infolist():
            made = zipfile.ZipInfo(entry.filename, EPOCH)
            made.compress_type, made.external_attr = zipfile.ZIP_DEFLATED, entry.external_attr
            write.writestr(made, read.read(entry))
    return file.getvalue()


def _draw(page: Any, slide: Slide, root: str) -> None:
    """Title, picture, caption and note of one slide."""
    width = WIDTH - 2 * EDGE
    title = page.shapes.title
    title.left, title.top, title.width, title.height = EDGE, EDGE // 2, width, HEAD
    _write(title.text_frame, slide.title, fitting(slide.title, TITLES, width, HEAD)[0], bold=True)
    caption = slide.caption
    if fitting(caption, CAPTIONS, width, TALLEST)[1] > TALLEST:
        caption = " · ".join(filter(None, caption.split("\n")))  # so many lines that no letters are small enough
    letters, foot = fitting(caption, CAPTIONS, width, TALLEST)
    foot = max(FOOT, foot)
    top, room = EDGE // 2 + HEAD, HEIGHT - EDGE - HEAD - foot
    box = page.shapes.add_textbox(EDGE, top + room + EDGE // 4, width, foot)
    _write(box.text_frame, caption, letters)
    if slide.frames:
        moving = film.gif(film.from_pngs(slide.frames))
        share = round(FILM * width)
        place = (EDGE + width - share, top, share, room)
        _picture(page, moving, size(slide.frames[0]), place, f"Film: {slide.title}")
        width -= share + EDGE // 2
    _picture(page, slide.picture, size(slide.picture), (EDGE, top, width, room), slide.title)
    link = f"{root.rstrip('/')}/{address(slide)}" if slide.page else ""
    page.notes_slide.notes_text_frame.text = _plain("\n".join(filter(None, (slide.caption, slide.note, link))))


def _paint(page: Any, look: Look) -> None:
    """Give a slide the ground of its picture, and words that stand out from it."""
    from pptx.dml.color import RGBColor

    fill = page.background.fill
    fill.solid()
    fill.fore_color.rgb = RGBColor(*look.paper)
    for shape in page.shapes:
        if shape.has_text_frame:
            for paragraph in shape.text_frame.paragraphs:
                paragraph.font.color.rgb = RGBColor(*look.ink)


def _picture(page: Any, content: bytes, shape: tuple[int, int], place: Box, told: str) -> None:
    """A picture of that shape as large as fits into a place, in its middle."""
    left, top, width, height = place
    scale = min(width / shape[0], height / shape[1])
    wide, high = round(shape[0] * scale), round(shape[1] * scale)
    at = left + (width - wide) // 2, top + (height - high) // 2
    picture = page.shapes.add_picture(io.BytesIO(content), *at, wide, high)
    picture._element.nvPicPr.cNvPr.set("descr", _plain(told))  # for screen readers


def fitting(text: str, sizes: Sequence[int], width: int, most: int) -> tuple[int, int]:
    """The largest of some sizes, in points, at which a text stays below a height, else the last; its height (EMU).

    No font is measured, as it is not known which one draws it: a letter is taken for 0.55 of its height wide, an
    emoji or one of East Asia for all of it.
    """
    for points in sizes:
        across = (width - 2 * INSET) / (points * POINT)
        lines = sum(max(1, math.ceil(_ems(line) / across)) for line in text.split("\n"))
        height = INSET + round(lines * LINE * points * POINT)
        if height <= most:
            break
    return points, height


def _ems(line: str) -> float:
    return sum(1 if unicodedata.east_asian_width(letter) in "WF" else 0.55 for letter in line)


def _write(frame: Any, text: str, size: int, *, bold: bool = False) -> None:
    from pptx.enum.text import PP_ALIGN
    from pptx.util import Pt

    frame.word_wrap = True
    frame.text = _plain(text)
    for paragraph in frame.paragraphs:
        paragraph.alignment = PP_ALIGN.LEFT
        paragraph.font.size, paragraph.font.bold = Pt(size), bold


def _plain(text: str) -> str:
    return NO_XML.sub("", text)


def _date(slides: Sequence[Slide]) -> datetime:
    """When the last slide was pinned: the file is as old as what is in it."""
    dates = [datetime.fromisoformat(slide.created) for slide in slides if slide.created]
    return max(dates, default=datetime(2026, 1, 1)).replace(tzinfo=None)
