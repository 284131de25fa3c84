"""A slide: a picture with words and the link that reopens its view; what it may hold."""

import io
from dataclasses import dataclass, field, replace

from PIL import Image

from core.saved import StoreError

TITLE, CAPTION = 120, 1000  # characters, at most
LONGEST = {"title": TITLE, "caption": CAPTION, "page": TITLE, "link": 4000, "note": 2000}
LONG = 240  # characters of a caption; with more, or more than three lines, its letters are smaller
LARGEST = 8_000_000  # bytes of a picture, and of all frames of a film
FRAMES = 240  # most frames of a film
PNG = b"\x89PNG\r\n\x1a\n"


class StaleError(StoreError):
    """Another tab changed the same slide; ``theirs`` is what is kept now, None where it was deleted."""

    def __init__(self, message: str, theirs: "Slide | None") -> None:
        super().__init__(message)
        self.theirs = theirs


@dataclass(frozen=True, eq=False)
class Slide:
    """One slide.

    Attributes
    ----------
    title, caption : words of the presenter, shown as they are.
    picture : a PNG.
    page, link : name of the page it was pinned on, and the query that reopens that view.
    note : where it comes from: data set, checkpoint, and that it was made by a model.
    frames : PNGs of one size, where it is a film; read by `Deck.frames` alone.
    version : counts the writes; 0 for what was never kept.
    created : UTC, ISO 8601; set by the deck, as is ``id``.
    """

    title: str
    caption: str
    picture: bytes = field(repr=False)
    page: str = ""
    link: str = ""
    note: str = ""
    frames: tuple[bytes, ...] = field(default=(), repr=False)
    version: int = 0
    created: str = ""
    id: str = ""


def checked(slide: Slide) -> Slide:
    """The slide with its texts tidied; StoreError with a sentence where something is not allowed."""
    tidy = replace(
        slide,
        title=" ".join(_tidy(slide.title).split()),
        caption=_tidy(slide.caption),
        page=_tidy(slide.page),
        link=_tidy(slide.link),
        note=_tidy(slide.note),
    )
    for name, most in LONGEST.items():
        if (length := len(getattr(tidy, name))) > most:
            raise StoreError(f"The {name} has {length:,} characters; at most {most:,} are allowed.")
    if not tidy.title:
        raise StoreError("A slide needs a title.")
    _check_pictures(slide)
    return tidy


def _check_pictures(slide: Slide) -> None:
    for name, pictures in {"picture": (slide.picture,), "film": slide.frames}.items():
        if any(not picture.startswith(PNG) for picture in pictures):
            raise StoreError(f"The {name} is no PNG.")
        size = sum(map(len, pictures))
        if size > LARGEST:
            raise StoreError(f"The {name} has {size / 1e6:.1f} MB; {LARGEST / 1e6:.0f} MB is the most.")
    if len(slide.frames) > FRAMES:
        raise StoreError(f"The film has {len(slide.frames)} frames; {FRAMES} is the most.")


def is_long(caption: str) -> bool:
    """Whether a caption needs smaller letters, to leave the picture its room."""
    return len(caption) > LONG or caption.count("\n") > 2


def size(picture: bytes) -> tuple[int, int]:
    """Width and height of a PNG in pixels, from its header; StoreError where it is damaged."""
    try:
        with Image.open(io.BytesIO(picture), formats=("PNG",)) as image:
            return image.size
    except (OSError, SyntaxError, ValueError, Image.DecompressionBombError) as error:
        raise StoreError("A picture of the deck is damaged.") from error


def _tidy(text: str) -> str:
    """Without control characters, which neither a slide nor a file of the office takes; lines are kept."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    return "\n".join("".join(c for c in line if c.isprintable()).strip() for line in lines).strip()
