"""Words for Fashion-MNIST, which comes with ten classes alone: what a picture shows, by plain rules on its pixels.

Words are of what is seen: the pictures are negatives of shop photos, so what is dark here was light in the shop.
Bounds were read off contact sheets of training images, so that nearly all of what a word selects deserves it; what
lies between two bounds has no word. Nothing here is learned, so the rules can judge what a network draws.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np

from core.datasets.base import ImageSet

INK = 13  # grey from which on a pixel is not background; dark clothes have about 30
FIELDS = ("type", "tone", "shape", "detail", "pattern")
TYPES = ("T-shirt", "Trousers", "Pullover", "Dress", "Coat", "Sandal", "Shirt", "Sneaker", "Bag", "Ankle boot")
(TSHIRT, TROUSERS, PULLOVER, DRESS, COAT, SANDAL, SHIRT, SNEAKER, BAG, BOOT) = range(10)
TOPS = (TSHIRT, PULLOVER, DRESS, COAT, SHIRT)
EVERY = tuple(range(10))
HELD = 12  # one in so many training images, the last 5,000 of 60,000, is not trained on but chosen by
DETAILS = {  # how a detail is put, in turn
    "short sleeves": ("{} with short sleeves", "short-sleeved {}"),
    "long sleeves": ("{} with long sleeves", "long-sleeved {}"),
    "sleeveless": ("sleeveless {}", "{} without sleeves"),
    "high heel": ("{} with a high heel", "high-heeled {}"),
    "flat": ("flat {}", "{} without a heel"),
    "with handle": ("{} with a handle", "{} with handle"),
    "without handle": ("{} without a handle", "{} without handle"),
}
SAME = {  # what else people say, both in the form of `core.phrases.normal`
    "top": "tshirt",
    "trainer": "sneaker",
    "shoe": "sneaker",
    "sweatshirt": "sweater",
    "handbag": "bag",
    "jean": "trouser",
    "gown": "dress",
    "jacket": "coat",
    "blouse": "shirt",
    "darker": "dark",
    "black": "dark",
    "gray": "grey",
    "lighter": "light",
    "bright": "light",
    "brighter": "light",
    "white": "light",
    "longer": "long",
    "shorter": "short",
    "wider": "wide",
    "broad": "wide",
    "narrower": "narrow",
    "slim": "narrow",
    "tall": "high",
    "taller": "high",
    "higher": "high",
    "lower": "low",
    "heeled": "heel",
    "printed": "patterned",
    "pattern": "patterned",
    "checked": "patterned",
    "striped": "patterned",
    "solid": "plain",
    "no": "without",
}


@dataclass(frozen=True)
class Rule:
    """A word for items of some types whose measure lies in a range, ends included, if others do too.

    Attributes
    ----------
    field, word : of which of `FIELDS`, and what is said.
    types : the types that it is said of.
    ranges : measure -> least and most.
    """

    field: str
    word: str
    types: tuple[int, ...]
    ranges: Mapping[str, tuple[float, float]]


ANY = np.inf
RULES = (
    Rule("tone", "dark", EVERY, {"tone": (0, 115)}),
    Rule("tone", "grey", EVERY, {"tone": (125, 180), "rough": (0, 45)}),
    Rule("tone", "light", EVERY, {"tone": (190, ANY)}),
    Rule("shape", "short", (DRESS,), {"slim": (0, 2.1)}),
    Rule("shape", "long", (DRESS,), {"slim": (3.0, ANY)}),
    Rule("shape", "wide", (TROUSERS,), {"slim": (0, 2.7)}),
    Rule("shape", "narrow", (TROUSERS,), {"slim": (3.4, ANY)}),
    Rule("shape", "low", (SNEAKER,), {"height": (0, 11)}),
    Rule("shape", "high", (SNEAKER,), {"height": (16, ANY)}),
    Rule("shape", "wide", (BAG,), {"aspect": (0, 0.66)}),
    Rule("shape", "high", (BAG,), {"aspect": (1.2, ANY)}),
    Rule("detail", "short sleeves", (TSHIRT, DRESS, SHIRT), {"sleeve": (1.3, ANY)}),
    Rule("detail", "long sleeves", (PULLOVER, COAT, SHIRT), {"sleeve": (0, 1.05), "gap": (0.05, ANY)}),
    Rule("detail", "sleeveless", (TSHIRT, SHIRT), {"sleeve": (0, 1.05), "gap": (0, 0), "aspect": (1.6, ANY)}),
    Rule("detail", "sleeveless", (DRESS,), {"sleeve": (0, 1.05), "gap": (0, 0), "aspect": (2.15, ANY)}),
    Rule("detail", "high heel", (SANDAL, BOOT), {"arch": (0.2, ANY), "height": (18, ANY)}),
    Rule("detail", "flat", (SANDAL,), {"height": (0, 12)}),
    Rule("detail", "flat", (BOOT,), {"arch": (0, 0.03)}),
    Rule("detail", "with handle", (BAG,), {"handle": (0.35, ANY)}),
    Rule("detail", "without handle", (BAG,), {"handle": (0, 0.03)}),
    Rule("pattern", "patterned", (*TOPS, BAG), {"rough": (38, ANY)}),
    Rule("pattern", "plain", (*TOPS, BAG), {"rough": (0, 19)}),
)


def measures(images: np.ndarray) -> dict[str, np.ndarray]:
    """What rules look at, of images (n, 28, 28, 1) uint8: name -> (n,) float32; 0 where nothing is to be seen.

    ``tone`` is the mean grey of what is not background; ``height`` is in pixels; ``aspect`` is height over width;
    ``slim`` height over the mean width of a row; ``sleeve`` the width between the outermost pixels at the
    shoulders over that at the waist; ``gap`` and ``arch`` the background within the outline of the lower half and
    of the sole, as shares; ``handle`` that of the upper two fifths; ``rough`` the mean step between neighbours.
    """
    x = images[..., 0].astype(np.float32)
    ink = x >= INK
    count = ink.sum((1, 2)).clip(1)
    rows, columns = np.asarray(ink.any(2)), np.asarray(ink.any(1))
    height, width = extent(rows), extent(columns)
    filled = ink.sum(2)
    outer = np.where(rows, last(ink) - ink.argmax(2) + 1, 0)
    place = (np.arange(x.shape[1]) - rows.argmax(1)[:, None] + 0.5) / height.clip(1)[:, None]

    def over(part: np.ndarray, first: float, end: float) -> np.ndarray:
        """Mean of rows (n, H) of a part of the height."""
        inside = (place >= first) & (place < end)
        return (part * inside).sum(1) / inside.sum(1).clip(1)

    def empty(first: float, end: float) -> np.ndarray:
        """Share of the background within the outline of a part of the height."""
        return over(outer - filled, first, end) / over(outer, first, end).clip(1)

    found = {
        "tone": (x * ink).sum((1, 2)) / count,
        "height": height,
        "aspect": height / width.clip(1),
        "slim": height**2 / count,
        "sleeve": over(outer, 0.12, 0.35) / over(outer, 0.5, 0.7).clip(1),
        "gap": empty(0.5, 0.95),
        "arch": over(outer - filled, 0.8, 1) / width.clip(1),
        "handle": empty(0, 0.4),
        "rough": (step(x[:, :-1], x[:, 1:]) + step(x[:, :, :-1], x[:, :, 1:])) / 2,
    }
    return {name: value.astype(np.float32) for name, value in found.items()}


def step(one: np.ndarray, other: np.ndarray) -> np.ndarray:
    """Mean difference (n,) of pixels (n, H, W) and their neighbours, where neither is background."""
    both = (one >= INK) & (other >= INK)
    return (np.abs(one - other) * both).sum((1, 2)) / both.sum((1, 2)).clip(1)


def extent(found: np.ndarray) -> np.ndarray:
    """How far it is from the first to the last True of each row of (n, k), both included: (n,) int64."""
    return np.where(found.any(1), last(found) - found.argmax(1) + 1, 0)


def last(found: np.ndarray) -> np.ndarray:
    """Place of the last True along the last axis (what is before, where there is none, means nothing)."""
    return found.shape[-1] - 1 - found[..., ::-1].argmax(-1)


def words(images: np.ndarray, types: np.ndarray) -> dict[str, np.ndarray]:
    """What rules say of images (n, 28, 28, 1) uint8 of types (n,): field -> (n,) str, "" for nothing.

    A picture of nothing has no word but its type.
    """
    measured = measures(images)
    some = measured["height"] > 0
    found = {field: np.full(len(images), "", "<U14") for field in FIELDS[1:]}
    for rule in RULES:
        fits = np.isin(types, rule.types) & some
        for name, (least, most) in rule.ranges.items():
            fits &= (measured[name] >= least) & (measured[name] <= most)
        found[rule.field][fits] = rule.word
    return {"type": np.array(TYPES)[np.asarray(types, int)], **found}


def possible(kind: str, field: str, word: str) -> bool:
    """Whether a rule says ``word`` of a type: no shoe has sleeves."""
    place = TYPES.index(kind)
    return any((rule.field, rule.word) == (field, word) and place in rule.types for rule in RULES)


def caption(said: Mapping[str, str], turn: int) -> str:
    """A phrase that says all of ``said``, field -> word or "", a detail in one of its forms by ``turn``."""
    parts = (said["tone"], said["pattern"], said["shape"], "{}")
    form = DETAILS.get(said["detail"], ("{}",))
    phrase = " ".join(part for part in parts if part).format(form[turn % len(form)])
    return phrase.format(said["type"].lower())


def described(data: ImageSet) -> ImageSet:
    """``data`` with words for each image as fields and a caption; the last training images are for validation."""
    fields = words(data.images, data.labels)
    columns = zip(*(fields[name].tolist() for name in FIELDS), strict=True)
    captions = [
        caption(dict(zip(FIELDS, values, strict=True)), turn)
        for turn, values in zip(data.index.tolist(), columns, strict=True)
    ]
    held = data.train_size // HELD
    return replace(
        data,
        train_size=data.train_size - held,
        validation_size=held,
        captions=np.array(captions, str),
        fields=fields,
    )
