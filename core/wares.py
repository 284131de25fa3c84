"""Data sets that phrases are matched with: their models, what is known of an item in words, how it is asked for.

All that the models of products and those of fashion differ in is here, so that one code serves both. No torch.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from core import checkpoints
from core.cards import Card
from core.datasets import ImageSet, fashion_words

ARCHITECTURES = frozenset({"product-text", "product-reader", "product-compose", "product-gan"})
CAPTION, UNBRANDED = "caption", "unbranded"  # kinds of phrases that are the item's own, and keys of their words


@dataclass(frozen=True)
class Asked:
    """What a GAN is measured by: prompts for the ``count`` commonest values of a field, by ``forms`` in turn.

    ``known`` are the fields that an item needs to be asked for by.
    """

    count: int
    forms: tuple[str, ...]
    known: tuple[str, ...]


@dataclass(frozen=True)
class Wares:
    """One data set whose items have words.

    Attributes
    ----------
    dataset : its name.
    text, reader, composer, pictures, gan : ids of its checkpoints: phrases and pictures, the reader, "the same
        but ...", the autoencoder in whose codes the GAN draws, and the GAN.
    fields : what is known of an item, read off pictures while training.
    keys : what makes two items the same for a phrase.
    kinds : kind of phrase -> how often it is shown, and which keys an image has to share to fit it.
    wished, shared : fields that a wish may change, and those that the right answers to it share.
    asked : field -> how the GAN is asked for it.
    alike : fields whose values make a prompt, in this order; items that share them are alike.
    spoken : fields in the order in which a phrase has them.
    sheet : a row each of the sheet that shows how the GAN learned.
    usual : the phrase that its speed is measured with.
    same : words that stand for another (`core.phrases.Lexicon`).
    most : items that are measured with, where there are more.
    probe : a classifier of the first field, trained apart, that the GAN is measured by; "" for the reader.
    ruled : whether words of pictures follow from rules, which then are the judge of them.
    possible : whether an item of a type (the first argument) can have a value of a field.
    described : gives the data set its fields and captions, where it comes without.
    """

    dataset: str
    text: str
    reader: str
    composer: str
    pictures: str
    gan: str
    fields: tuple[str, ...]
    keys: tuple[str, ...]
    kinds: Mapping[str, tuple[float, tuple[str, ...]]]
    wished: tuple[str, ...]
    shared: tuple[str, ...]
    asked: Mapping[str, Asked]
    alike: tuple[str, ...]
    spoken: tuple[str, ...]
    sheet: tuple[str, ...]
    usual: str
    same: Mapping[str, str] = field(default_factory=dict)
    most: int | None = None
    probe: str = ""
    ruled: bool = False
    possible: Callable[[str, str, str], bool] = field(default=lambda kind, name, value: True, repr=False)
    described: Callable[[ImageSet], ImageSet] = field(default=lambda data: data, repr=False)


PRODUCT_FIELDS = ("type", "colour", "gender")
PRODUCT_FORMS = ("{colour} {type}", "{gender} {colour} {type}", "{colour} {type} for {gender}")
PRODUCTS = Wares(
    dataset="products",
    text=checkpoints.TEXT,
    reader=checkpoints.READER,
    composer=checkpoints.COMPOSER,
    pictures=checkpoints.PICTURES,
    gan=checkpoints.PICTURE_GAN,
    fields=PRODUCT_FIELDS,
    keys=(CAPTION, UNBRANDED, *PRODUCT_FIELDS),
    kinds={
        CAPTION: (0.55, (CAPTION,)),
        UNBRANDED: (0.15, (UNBRANDED,)),
        "{colour} {type}": (0.1, ("colour", "type")),
        "{colour} {gender} {type}": (0.08, PRODUCT_FIELDS),
        "{gender} {colour} {type}": (0.04, PRODUCT_FIELDS),
        "{gender} {type}": (0.04, ("gender", "type")),
        "{type}": (0.04, ("type",)),
    },
    wished=("colour", "gender", "type", "usage", "pattern"),
    shared=("type", "gender", "colour"),
    asked={
        "type": Asked(20, PRODUCT_FORMS, PRODUCT_FIELDS),
        "colour": Asked(10, PRODUCT_FORMS, PRODUCT_FIELDS),
    },
    alike=("gender", "colour", "type"),
    spoken=("gender", "colour", "type"),
    sheet=("black t-shirt", "blue shirt", "white casual shoes", "brown handbag", "red kurta", "silver watch"),
    usual="black t-shirt for men",
)

FASHION_FIELDS = fashion_words.FIELDS
FASHION = Wares(
    dataset="fashion",
    text="fashion-text",
    reader="fashion-reader",
    composer="fashion-compose",
    pictures="fashion-ae-conv-deconv",
    gan="fashion-phrases",
    fields=FASHION_FIELDS,
    keys=FASHION_FIELDS,
    kinds={
        CAPTION: (0.4, FASHION_FIELDS),
        "{type}": (0.08, ("type",)),
        "{tone} {type}": (0.16, ("tone", "type")),
        "{shape} {type}": (0.1, ("shape", "type")),
        "{type} {detail}": (0.1, ("type", "detail")),
        "{shape} {tone} {type}": (0.06, ("shape", "tone", "type")),
        "{tone} {type} {detail}": (0.06, ("tone", "type", "detail")),
        "{pattern} {type}": (0.04, ("pattern", "type")),
    },
    wished=("tone", "shape", "detail", "pattern", "type"),
    shared=("type", "tone"),
    asked={
        "type": Asked(10, ("{type}", "{tone} {type}", "{type} {detail}"), ("type", "tone")),
        "tone": Asked(3, ("{tone} {type}",), ("type", "tone")),
        "shape": Asked(6, ("{shape} {type}", "{shape} {tone} {type}"), ("type", "tone", "shape")),
        "detail": Asked(7, ("{type} {detail}", "{tone} {type} {detail}"), ("type", "tone", "detail")),
        "pattern": Asked(2, ("{pattern} {type}", "{tone} {pattern} {type}"), ("type", "tone", "pattern")),
    },
    alike=("tone", "type"),
    spoken=("tone", "pattern", "shape", "type", "detail"),
    sheet=(
        "dark t-shirt with short sleeves",
        "long light dress",
        "high sneaker",
        "ankle boot with a high heel",
        "bag with a handle",
        "narrow trousers",
    ),
    usual="a long dark dress",
    same=fashion_words.SAME,
    most=2_000,
    probe="fashion-probe",
    ruled=True,
    possible=fashion_words.possible,
    described=fashion_words.described,
)

WARES = {wares.dataset: wares for wares in (PRODUCTS, FASHION)}


def of(card: Card) -> Wares | None:
    """The wares that a model of phrases is of; None for a model that knows no words."""
    return WARES.get(card.dataset) if card.architecture in ARCHITECTURES else None


def prepared(data: ImageSet, architecture: str) -> ImageSet:
    """``data`` as a model of ``architecture`` learns from it: with words, where it is of phrases."""
    known = WARES.get(data.name)
    return known.described(data) if known is not None and architecture in ARCHITECTURES else data
