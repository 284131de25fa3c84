"""Files of the deck, read back: they hold what was pinned, and fetch nothing from elsewhere."""

import base64
import csv
import io
import zipfile
from html.parser import HTMLParser

import numpy as np
import pytest
from PIL import Image
from pptx import Presentation

from core.picturezip import file_name, picture_zip
from core.powerpoint import powerpoint
from core.slide import Slide
from core.slideshow import slideshow
from tests.slides import film_slide, frames, picture, slide

HOSTILE = '<script>alert("1")</script> & [x](http://evil.example) \U0001f600'
SLIDES = (
    slide("One", "First caption\nsecond line", note="Data set: digits.", created="2026-03-01T10:00:00+00:00"),
    slide(HOSTILE, f"=1+1 {HOSTILE}", picture=picture(90, height=300, width=100), note=HOSTILE),
    film_slide(),
)
EMU = 914_400  # an inch


class Reader(HTMLParser):
    """What a page shows and loads."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.loads: list[str] = []
        self.texts: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.loads += [value or "" for name, value in attrs if name in ("src", "href", "srcset", "action", "data")]
        assert not [name for name, _ in attrs if name.startswith("on")]

    def handle_data(self, data: str) -> None:
        self.texts.append(data)


def read(page: str) -> Reader:
    """A page, read."""
    found = Reader()
    found.feed(page)
    return found


def test_the_page_holds_all_and_loads_nothing() -> None:
    found = read(slideshow(SLIDES))
    assert found.tags.count("section") == 3
    assert found.loads
    assert all(address.startswith("data:image/png;base64,") for address in found.loads)
    pictures = [base64.b64decode(address.partition(",")[2]) for address in found.loads]
    assert [one.picture for one in SLIDES] == [p for p in pictures if p in {one.picture for one in SLIDES}]
    shown = "".join(found.texts)
    assert HOSTILE in shown
    assert "second line" in shown
    assert found.tags.count("script") == 2  # the page's own, and the frames of the film


def test_an_empty_deck_is_a_page_too() -> None:
    assert "no slides" in "".join(read(slideshow(())).texts)


def shapes(content: bytes) -> list[dict[str, object]]:
    """What is on each slide of a PowerPoint file."""
    found = []
    for page in Presentation(io.BytesIO(content)).slides:
        pictures = [shape for shape in page.shapes if shape.shape_type == 13]
        texts = [shape.text_frame.text for shape in page.shapes if shape.has_text_frame]
        found.append(
            {"texts": texts, "pictures": pictures, "notes": page.notes_slide.notes_text_frame.text}
            | {"title": page.shapes.title.text_frame.text}
        )
    return found


def test_the_presentation_holds_all() -> None:
    content = powerpoint(SLIDES, root="http://127.0.0.1:8501/")
    opened = Presentation(io.BytesIO(content))
    assert (opened.slide_width, opened.slide_height) == (round(40 / 3 * EMU), round(7.5 * EMU))
    found = shapes(content)
    assert [one["title"] for one in found] == [one.title for one in SLIDES]
    for one, told in zip(SLIDES, found, strict=True):
        assert one.caption in told["texts"]
        assert str(told["notes"]).endswith("http://127.0.0.1:8501/clusters?item=digits/92")
        assert one.note in str(told["notes"])
        assert told["pictures"][-1].image.blob == one.picture
        for shape in told["pictures"]:
            assert shape.left >= 0
            assert shape.left + shape.width <= opened.slide_width
            assert shape.top + shape.height <= opened.slide_height
            wide, high = shape.image.size
            assert shape.width / shape.height == pytest.approx(wide / high, rel=0.01)
    moving = found[2]["pictures"][0].image
    assert moving.content_type == "image/gif"
    assert Image.open(io.BytesIO(moving.blob)).n_frames == len(frames())


@pytest.mark.parametrize("caption", ["word " * 190, "説明🎉" * 240, "\n".join("ab" for _ in range(300))])
def test_a_long_caption_stays_on_its_slide(caption: str) -> None:
    content = powerpoint([slide("A title as long as a title can be, " * 3, caption)])
    (page,) = Presentation(io.BytesIO(content)).slides
    (box,) = (shape for shape in page.shapes if shape.has_text_frame and shape != page.shapes.title)
    (shown,) = (shape for shape in page.shapes if shape.shape_type == 13)
    letters = box.text_frame.paragraphs[0].font.size
    lines = sum(
        -(-sum(letters * (1 if ord(sign) > 0x2E80 else 0.5) for sign in text) // (box.width - 2 * 91_440))
        for text in box.text_frame.text.split("\n")
    )
    assert letters.pt >= 9
    assert 1.2 * lines * letters <= box.height
    assert box.top + box.height <= 7.5 * EMU
    assert page.shapes.title.top + page.shapes.title.height <= shown.top
    assert shown.top + shown.height <= box.top
    assert shown.height > 3 * EMU


def test_the_zip_holds_numbered_pictures_and_their_words() -> None:
    with zipfile.ZipFile(io.BytesIO(picture_zip(SLIDES))) as archive:
        names = archive.namelist()
        assert names[0] == "001-one.png"
        assert names[1].startswith("002-script-alert-1")
        assert names[-3:] == ["003-it-moves.png", "003-it-moves.gif", "captions.csv"]
        for one, name in zip(SLIDES, [n for n in names if n.endswith(".png")], strict=True):
            assert archive.read(name) == one.picture
            assert Image.open(io.BytesIO(archive.read(name))).size[0] > 0
        rows = list(csv.DictReader(io.StringIO(archive.read("captions.csv").decode("utf-8-sig"))))
    assert [row["title"] for row in rows] == [one.title for one in SLIDES]
    assert rows[0]["caption"] == "First caption\nsecond line"
    assert rows[1]["caption"].startswith("'=1+1")  # no formula
    assert rows[2]["view"] == "/clusters?item=digits/92"


@pytest.mark.parametrize(
    ("title", "name"),
    [("../../etc/passwd", "etc-passwd"), ("  ", "slide"), ("Ünïcode ok", "unicode-ok"), ("CON.txt", "con-txt")],
)
def test_file_names_are_safe(title: str, name: str) -> None:
    assert file_name(title) == name


def test_the_same_slides_make_the_same_bytes(monkeypatch: pytest.MonkeyPatch) -> None:
    made = powerpoint(SLIDES), picture_zip(SLIDES), slideshow(SLIDES)
    monkeypatch.setattr("time.time", lambda: 1_900_000_000.0)
    assert (powerpoint(SLIDES), picture_zip(SLIDES), slideshow(SLIDES)) == made


def test_what_xml_does_not_allow_is_left_out() -> None:
    odd = Slide("a\x0bb", "c\x01d\ufffe", picture())
    (found,) = shapes(powerpoint((odd,)))
    assert found["title"] == "ab"
    assert "cd" in found["texts"]


def test_pictures_are_those_that_were_pinned() -> None:
    address = next(a for a in read(slideshow(SLIDES[:1])).loads)
    pixels = np.asarray(Image.open(io.BytesIO(base64.b64decode(address.partition(",")[2]))))
    assert (pixels == 200).all()


@pytest.mark.parametrize(("first", "second", "kind"), [(20, 240, "dark"), (240, 20, "light")])
def test_a_deck_has_the_ground_of_its_first_slide(first: int, second: int, kind: str) -> None:
    slides = (slide("One", picture=picture(first)), slide("Two", picture=picture(second)))
    assert f'<html lang="en" class="{kind}">' in slideshow(slides)
    for page in Presentation(io.BytesIO(powerpoint(slides))).slides:
        paper = page.background.fill.fore_color.rgb
        words = {
            paragraph.font.color.rgb
            for shape in page.shapes
            if shape.has_text_frame
            for paragraph in shape.text_frame.paragraphs
        }
        assert (sum(paper) < 384) == (kind == "dark")
        assert all((sum(word) < 384) != (kind == "dark") for word in words)
        assert words
