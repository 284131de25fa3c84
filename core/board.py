"""Pictures of a page in one large picture for a slide: rows of images with words, drawn by Pillow alone."""

import math
import unicodedata
from dataclasses import dataclass, replace

import numpy as np
from PIL import Image, ImageDraw, ImageFont

HARD = 32  # px; images up to this size are enlarged a whole number of times, with hard pixels
WIDTH = 1600  # px of a board
TALL = 820  # px for all images, where they are not so many that they would be too small
EDGE, GAP = 40, 14  # px around everything, and between images
LARGE, SMALL = 34, 22  # px, sizes of letters
LEAST_LETTER = 13
MANY = 16  # columns; beyond that letters are the least
NAMES = 180  # px for names left of the images
LEAST = 56  # px; height of images, however many there are
MOST = 400  # images of a row
KNOWN = str.maketrans({"−": "-", "‑": "-", "→": ">", "←": "<", "\u2060": ""})  # signs that the font lacks
LINES = 3  # of words under an image, at most


@dataclass(frozen=True)
class Look:
    """Colours of paper, of words and of quieter words, as (red, green, blue)."""

    paper: tuple[int, int, int] = (255, 255, 255)
    ink: tuple[int, int, int] = (23, 32, 31)
    quiet: tuple[int, int, int] = (92, 104, 102)


LIGHT = Look()
DARK = Look((4, 5, 6), (228, 233, 235), (150, 160, 164))


@dataclass(frozen=True, eq=False)
class Row:
    """Images under a heading.

    Attributes
    ----------
    images : (n, H, W, C) uint8, C = 1 or 3.
    title : heading; "" for none.
    captions : a few words under each image; () for none.
    columns : images side by side; 0: as many as look well.
    weight : how much of the height it gets, beside other rows.
    names, heads : what stands left of each line of images and above each column; () for nothing.
    """

    images: np.ndarray
    title: str = ""
    captions: tuple[str, ...] = ()
    columns: int = 0
    weight: float = 1
    names: tuple[str, ...] = ()
    heads: tuple[str, ...] = ()


def enlarged(image: np.ndarray, width: int, height: int) -> Image.Image:
    """An image (H, W, C) uint8 as large as fits: small ones a whole number of times, with hard pixels."""
    picture = Image.fromarray(np.repeat(image, 3, axis=2) if image.shape[2] == 1 else image)
    times = min(width / picture.width, height / picture.height)
    hard = max(picture.size) <= HARD
    if hard:
        times = max(1, math.floor(times))
    size = max(1, round(picture.width * times)), max(1, round(picture.height * times))
    return picture.resize(size, Image.Resampling.NEAREST if hard else Image.Resampling.LANCZOS)


def board(rows: list[Row], *, look: Look = LIGHT, width: int = WIDTH) -> np.ndarray:
    """Rows of images one below the other: (H, width, 3) uint8.

    Raises
    ------
    ValueError : no image at all, or another number of captions than images.
    """
    some = [row for row in rows if len(row.images)]
    if not some:
        raise ValueError("there is no picture to draw; allowed: one or more")
    whole = sum(row.weight for row in some)
    parts = [_row(_cut(row), look, width - 2 * EDGE, round(TALL * row.weight / whole)) for row in some]
    height = sum(part.height for part in parts) + 2 * EDGE + GAP * (len(parts) - 1)
    drawn = Image.new("RGB", (width, height), look.paper)
    top = EDGE
    for part in parts:
        drawn.paste(part, (EDGE, top))
        top += part.height + GAP
    return np.asarray(drawn)


def framed(images: list[np.ndarray], look: Look = LIGHT, *, columns: int = 2) -> np.ndarray:
    """Images (H, W, C) uint8 as they are, so many side by side, with paper around them: (H', W', 3)."""
    pictures = [enlarged(image, image.shape[1], image.shape[0]) for image in images]
    lines = [pictures[i : i + columns] for i in range(0, len(pictures), columns)]
    width = max(sum(picture.width + EDGE for picture in line) for line in lines) + EDGE
    height = sum(max(picture.height for picture in line) + EDGE for line in lines) + EDGE
    whole, top = Image.new("RGB", (width, height), look.paper), EDGE
    for line in lines:
        left = EDGE
        for picture in line:
            whole.paste(picture, (left, top))
            left += picture.width + EDGE
        top += max(picture.height for picture in line) + EDGE
    return np.asarray(whole)


def composed(rows: list[Row], drawn: list[np.ndarray], look: Look = LIGHT) -> np.ndarray:
    """Rows of images, and at their right what was drawn, as charts are: (H, W, 3) uint8; ValueError as `board`."""
    if not drawn:
        return board(rows, look=look)
    if not any(len(row.images) for row in rows):
        return framed(drawn, look)
    right = framed(drawn, look, columns=1)
    left = board(rows, look=look, width=max(WIDTH // 2, WIDTH - right.shape[1]))
    whole = Image.new("RGB", (left.shape[1] + right.shape[1], max(len(left), len(right))), look.paper)
    for part, at in ((left, 0), (right, left.shape[1])):
        whole.paste(Image.fromarray(part), (at, 0))
    return np.asarray(whole)


def _cut(row: Row) -> Row:
    if row.captions and len(row.captions) != len(row.images):
        raise ValueError(f"{len(row.captions)} captions for {len(row.images)} pictures; allowed: one for each")
    return replace(row, images=row.images[:MOST], captions=row.captions[:MOST])


def _row(row: Row, look: Look, width: int, tall: int) -> Image.Image:
    """Heading and images, in the middle, with their words."""
    n, high, wide, _ = row.images.shape
    side = NAMES if any(row.names) else 0
    columns = row.columns or _columns(n, high / wide, width, tall)
    letter = SMALL if columns <= MANY else LEAST_LETTER
    cell = (width - side - GAP * (columns - 1)) // columns
    words = [_lines(caption, cell, letter) for caption in row.captions]
    below = max((len(lines) for lines in words), default=0) * round(1.3 * letter) + (6 if words else 0)
    down = -(-n // columns)
    room = max(high, LEAST, tall // down - below - GAP)
    pictures = [enlarged(image, cell, room) for image in row.images]
    across, up = pictures[0].size
    # Words under small pictures need more room than the pictures do.
    longest = max((letters(letter).getlength(line) for lines in words for line in lines), default=0)
    step = min(cell, max(across, round(longest) + GAP)) + GAP
    left = side + max(0, (width - side - (min(columns, n) * step - GAP)) // 2)
    head = round(1.5 * LARGE) if row.title else 0
    top = head + (round(1.4 * letter) if any(row.heads) else 0)
    part = Image.new("RGB", (width, top + down * (up + below + GAP) - GAP), look.paper)
    draw = ImageDraw.Draw(part)
    draw.text((left - side, 0), fitting(row.title, width - left + side, LARGE), look.ink, letters(LARGE))
    for i, name in enumerate(row.names[:down]):
        place = (left - GAP, top + i * (up + below + GAP) + up / 2)
        draw.text(place, fitting(name, side, letter), look.quiet, letters(letter), anchor="rm")
    for i, name in enumerate(row.heads[:columns]):
        place = (left + i * step + (step - GAP) / 2, top - 4)
        draw.text(place, fitting(name, step, letter), look.quiet, letters(letter), anchor="mb")
    for i, picture in enumerate(pictures):
        x, y = left + (i % columns) * step, top + (i // columns) * (up + below + GAP)
        part.paste(picture, (x + (step - GAP - across) // 2, y))
        for number, line in enumerate(words[i] if words else ()):
            place = (x + (step - GAP) / 2, y + up + 4 + number * round(1.3 * letter))
            draw.text(place, fitting(line, step, letter), look.quiet, letters(letter), anchor="ma")
    return part


def _columns(n: int, ratio: float, width: int, tall: int) -> int:
    """As many side by side as lets each be largest in the room there is."""
    sizes = [min(width / c, max(tall, 200) / (-(-n // c) * ratio)) for c in range(1, n + 1)]
    return 1 + max(range(n), key=lambda i: (round(sizes[i]), i))


def _lines(caption: str, width: float, size: int) -> list[str]:
    """The lines of a caption, broken between words where they would be wider than ``width`` px; the first few."""
    font, lines = letters(size), []
    for line in written(caption).split("\n"):
        now = ""
        for word in line.split():
            longer = f"{now} {word}".strip()
            if now and font.getlength(longer) > width:
                lines.append(now)
                longer = word
            now = longer
        lines += [now] if now else []
    return lines[:LINES]


def written(text: str) -> str:
    """A text in signs that the font has: it knows no other space than the plain one."""
    plain = "".join(" " if unicodedata.category(sign) == "Zs" else sign for sign in text)
    return plain.translate(KNOWN)


def letters(size: int) -> ImageFont.FreeTypeFont | ImageFont.ImageFont:
    """The font that comes with Pillow."""
    return ImageFont.load_default(size)


def fitting(text: str, width: float, size: int) -> str:
    """``text``, cut where it would be wider than ``width`` px."""
    font, text = letters(size), written(text)
    if font.getlength(text) <= width:
        return text
    while text and font.getlength(f"{text}…") > width:
        text = text[:-1]
    return f"{text.rstrip()}…"
