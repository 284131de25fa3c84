"""The autoencoders of a data set side by side: which there are, what they make of an image, what that costs."""

import numpy as np

from core.board import HARD
from core.cards import Card
from dashboard import item_data, labels, resources, state
from dashboard.items import Item

COLUMNS, FEWER = 8, 7  # items shown, and of images that would shrink to their own size beside one more
MSE = "train_mse", "test_mse"
BRIEF = {"deconvolution": "deconv", "convolutional": "conv", "convolution": "conv"}


def of(families: tuple[str, ...]) -> list[Card]:
    """Cards of the current data set, family by family, the lowest test error first."""
    own = [
        card for card in resources.cards().values() if card.dataset == state.dataset() and card.family in families
    ]
    return sorted(own, key=lambda card: (families.index(card.family), error_of(card, "test_mse"), card.id))


def error_of(card: Card, key: str) -> float:
    """A measured error; infinite where it was not measured, so that it sorts last."""
    value = card.value(key)
    return np.inf if value is None else value


def short(card: Card) -> str:
    """Title without the data set, in brief: ``Conv, deconv``, ``2-D VAE, dense``."""
    rest = card.title.removeprefix(f"{resources.source(card.dataset).title.split(' ')[0]} ")
    kind, _, name = rest.partition(", ")
    text = name if card.family == "ae" and name else rest
    for long, brief in BRIEF.items():
        text = text.replace(long, brief)
    return text[:1].upper() + text[1:]


def names(cards: list[Card]) -> list[str]:
    """What each of some is called, in brief; with its id where another is called the same."""
    brief = [short(card) for card in cards]
    return [
        f"{name} ({card.id})" if brief.count(name) > 1 else name for name, card in zip(brief, cards, strict=True)
    ]


def columns(card: Card) -> int:
    """Items that are shown side by side."""
    return FEWER if card.shape[0] == HARD else COLUMNS


def facts(card: Card) -> str:
    """Size of the code and test error, for the name of a row."""
    error = card.value("test_mse")
    return f"code {card.dim} · " + ("error not measured" if error is None else f"test\u00a0{error:.4f}")


def choose(item: Item, card: Card, seed: int) -> list[Item]:
    """The current item, then gallery items of the other labels in turn, drawn with ``seed``."""
    gallery, own, count = resources.gallery(card.id), labels.number(item), columns(card)
    random = np.random.default_rng(seed)
    others = [label for label in random.permutation(np.unique(gallery.label)) if label != own]
    drawn = [int(random.choice(gallery.index[gallery.label == label])) for label in others]
    spare = [int(i) for i in random.permutation(gallery.index)[: 2 * count]]
    rest = [i for i in dict.fromkeys(drawn + spare) if i != item.index]
    return [item, *(Item(item.dataset, i) for i in rest[: count - 1])]


def rebuild(
    card: Card, items: list[Item], originals: list[np.ndarray | None]
) -> tuple[np.ndarray, list[float | None]]:
    """Images (n, H, W, C) uint8 of ``card`` for ``items``, and the error of each where it is known."""
    gallery, runner = resources.gallery(card.id), resources.runner(card.id)
    images = runner.decode_float(np.stack([item_data.code(card.id, item) for item in items]))
    errors: list[float | None] = []
    for item, original, image in zip(items, originals, images, strict=True):
        row = gallery.row(item.index)
        if row is not None:
            errors.append(float(gallery.error[row]))
        else:
            errors.append(None if original is None else float(np.mean((image - original / 255) ** 2)))
    return np.rint(images * 255).astype(np.uint8), errors


def line(card: Card, name: str, best: bool) -> dict[str, object]:
    """One row of the table, of what is called ``name`` there."""
    reported = next((metric for metric in map(card.metrics.get, MSE) if metric), None)
    return {
        "Variant": ("★ " if best else "") + name,
        "Code size": card.dim,
        "Weights": card.parameters,
        "Train MSE": card.value("train_mse"),
        "Test MSE": card.value("test_mse"),
        "Reported": reported.reported if reported and reported.reported else "–",
        "Same label": card.value("precision_at_1"),
    }


def reading(cards: list[Card]) -> str:
    """What the numbers are, and how far they can be compared."""
    plain = [card for card in cards if card.family == "ae"]
    sizes = sorted({card.dim for card in plain})
    code = (
        f"All autoencoders here have a code of {sizes[0]} numbers, so they can be compared. "
        if len(sizes) == 1 and len(plain) > 1
        else ""
    )
    counts = {metric.n for card in cards if (metric := card.metrics.get("test_mse"))}
    over = f"{counts.pop():,} test images" if len(counts) == 1 else "the test images"
    error = min((error_of(card, "test_mse") for card in cards), default=np.inf)
    usual = (
        f" {error:.4f} is a usual distance of {error**0.5:.2f} of the range for a pixel." if error < np.inf else ""
    )
    known = any(metric.reported for card in cards for metric in map(card.metrics.get, MSE) if metric)
    hint = " Reported errors are of training images, code size unknown: a hint." if known else ""
    return (
        f"{code}MSE per pixel: mean squared difference of original and rebuilt over {over}, pixels from 0 to 1; "
        f"lower is better, ★ lowest.{usual}{hint}"
    )
