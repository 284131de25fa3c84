"""The deck as a PowerPoint file: 16:9, picture, title, caption, and a note on where it comes from."""

import io
import re
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
HEAD, FOOT = 780_000, 820_000  # heights of title and caption
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
    from pptx.util import Pt

    title = page.shapes.title
    title.left, title.top, title.width, title.height = EDGE, EDGE // 2, WIDTH - 2 * EDGE, HEAD
    _write(title.text_frame, slide.title, Pt(30 if len(slide.title) < 60 else 22), bold=True)
    top, room = EDGE // 2 + HEAD, HEIGHT - EDGE - HEAD - FOOT
    width = WIDTH - 2 * EDGE
    if slide.frames:
        moving = film.gif(film.from_pngs(slide.frames))
        share = round(FILM * width)
        place = (EDGE + width - share, top, share, room)
        _picture(page, moving, size(slide.frames[0]), place, f"Film: {slide.title}")
        width -= share + EDGE // 2
    _picture(page, slide.picture, size(slide.picture), (EDGE, top, width, room), slide.title)
    box = page.shapes.add_textbox(EDGE, HEIGHT - FOOT - EDGE // 3, WIDTH - 2 * EDGE, FOOT)
    _write(box.text_frame, slide.caption, Pt(16 if len(slide.caption) < 240 else 11))
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


def _write(frame: Any, text: str, letters: Any, *, bold: bool = False) -> None:
    from pptx.enum.text import PP_ALIGN

    frame.word_wrap = True
    frame.text = _plain(text)
    for paragraph in frame.paragraphs:
        paragraph.alignment = PP_ALIGN.LEFT
        paragraph.font.size, paragraph.font.bold = letters, bold


def _plain(text: str) -> str:
    return NO_XML.sub("", text)


def _date(slides: Sequence[Slide]) -> datetime:
    """When the last slide was pinned: the file is as old as what is in it."""
    dates = [datetime.fromisoformat(slide.created) for slide in slides if slide.created]
    return max(dates, default=datetime(2026, 1, 1)).replace(tzinfo=None)
