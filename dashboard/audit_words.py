"""What the kinds of issues are called, and what is good."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Kind:
    """How a kind of issue is told of.

    Attributes
    ----------
    title : short, for a tab.
    what : a sentence on what is shown, and what is good.
    """

    title: str
    what: str


KINDS: dict[str, Kind] = {
    "label": Kind("Labels", "The label may be wrong: the picture looks like those of another one."),
    "outlier": Kind(
        "Outliers", "Unlike all others: of another world than the set, or rare. Rare ones are worth keeping."
    ),
    "exact": Kind("Exact copies", "Pairs with the very same pixels. One of each is enough."),
    "near": Kind("Near copies", "Pairs that are nearly the same: resized, saved again, taken a moment later."),
    "leak": Kind(
        "Train and test", "Pairs with one picture in training and one in the test part: the test is then too easy."
    ),
    "blank": Kind("Blank", "Hardly anything in the picture."),
    "dark": Kind("Dark", "Nearly black, so that it hides what it shows."),
    "bright": Kind("Bright", "Nearly white, so that it hides what it shows."),
    "blurred": Kind("Blurred", "No sharp edge anywhere."),
    "size": Kind("Size", "The original is far larger or smaller than is usual in this set."),
    "aspect": Kind("Proportions", "The original is far wider or higher than is usual in this set."),
    "group": Kind("Groups", "Labels and groups with few pictures, and those that a model does worse on."),
    "reconstruction": Kind(
        "Rebuilt badly", "The model rebuilds it far worse than others: it has seen little like it."
    ),
    "category": Kind("Other category", "The model's own category disagrees with the label."),
    "realism": Kind("Realism", "The model's critic takes it for made up, or is sure where it should not be."),
}
VERDICTS = {"keep": "Kept", "drop": "Dropped", "relabel": "Relabelled", "fine": "Not a problem"}
RULES = {
    "first": "the first in the set",
    "largest": "the largest original",
    "train": "the one in training",
    "severity": "the one with the milder other issues",
}


def kind(name: str) -> Kind:
    """How a kind is told of; a plain form of its name for one that is not known here."""
    return KINDS.get(name) or Kind(name.replace("_", " ").capitalize(), "")
