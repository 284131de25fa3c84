"""Words for the reader: what families and numbers are called, and what they mean."""

import re
from dataclasses import dataclass

from core import checkpoints
from core.cards import Metric


@dataclass(frozen=True)
class Family:
    """What a family of models is called, its icon, and what it is good for."""

    short: str
    title: str
    plural: str
    icon: str
    sentence: str


FAMILIES: dict[str, Family] = {
    "aae": Family(
        "AAE",
        "adversarial autoencoder",
        "Adversarial autoencoders",
        ":material/category:",
        "Sort images into categories that nobody named, and keep style apart from content.",
    ),
    "vae": Family(
        "VAE",
        "variational autoencoder",
        "Variational autoencoders",
        ":material/blur_on:",
        "Fill the code without gaps, so that every place in it decodes; two numbers make a plane of images.",
    ),
    "ae": Family(
        "AE",
        "autoencoder",
        "Autoencoders",
        ":material/compress:",
        "Keep as much of an image as a short code can hold, and nothing else.",
    ),
}
SHIPPED = {checkpoints.DIRECTIONS: "model with directions of attributes"}  # what a page may need of a model
SLIDERS = {
    "Eyeglasses": "Eyeglasses, clear",
    "Dark_Glasses": "Eyeglasses, dark",
    "Male": "“Male”",
}
METRICS: dict[str, tuple[str, str]] = {
    "cluster_error": (
        "Clustering error",
        "Share of test images in a category whose usual label is another. Training saw no label.",
    ),
    "accuracy_hungarian": (
        "Clustering accuracy",
        "Share of test images that are right when every label is matched with exactly one category.",
    ),
    "nmi": (
        "Agreement with labels, NMI",
        "How much category and label tell of each other (normalised mutual information): 0 nothing, 1 all.",
    ),
    "ari": (
        "Agreement with labels, ARI",
        "How often category and label agree that two images belong together (adjusted Rand index): 0 is chance.",
    ),
    "category_kept": (
        "Category kept",
        "Share of test images that keep their category when turned, slanted, resized and moved a little.",
    ),
    "categories_used": ("Categories in use", "Categories that hold at least one image in a thousand."),
    "test_mse": (
        "Rebuilding error",
        "Mean squared difference of original and rebuilt pixels on a scale of 0 to 1, on test images.",
    ),
    "type_agreement": (
        "Type as asked for",
        "Share of pictures in which a classifier, trained apart, sees the type that the phrase names.",
    ),
    "colour_agreement": (
        "Colour as asked for",
        "Share of pictures in which a reader, trained apart, sees the colour that the phrase names.",
    ),
    "tone_agreement": (
        "Tone as asked for",
        "Share of pictures that are as dark or light as the phrase says, by rule.",
    ),
    "shape_agreement": ("Shape as asked for", "The same for long, short, wide, narrow, high and low."),
    "detail_agreement": ("Detail as asked for", "The same for sleeves, heels and handles."),
    "pattern_agreement": ("Pattern as asked for", "The same for plain and patterned."),
    "r_precision": (
        "Own phrase first",
        "Share of pictures whose own caption is nearer to them than 99 others are.",
    ),
    "frechet_reader": (
        "Distance from real pictures",
        "Fréchet distance to test images in the features of a reader trained apart.",
    ),
    "prompt_ms": ("A phrase's pictures in", "From a phrase to 8 pictures, warm, on the machine that measured it."),
    "train_mse": ("Rebuilding error in training", "The same on the images that the model was trained on."),
    "test_loss": (
        "Test loss",
        "Squared error of an image plus what its code costs (KL divergence): the negative evidence bound.",
    ),
    "test_error": ("Loss from rebuilding", "Squared error summed over the pixels of an image."),
    "test_kl": ("Loss from the code", "How far codes are from the prior: KL divergence."),
    "knn1_accuracy_2d": (
        "Nearest neighbour right, on the plane",
        "Share of test images whose nearest training image on the plane has the same label.",
    ),
    "precision_at_1": (
        "Nearest neighbour right",
        "Share of test images whose nearest training image, by code, has the same label (precision at 1).",
    ),
    "precision_at_5": (
        "5 neighbours right",
        "Share of the 5 nearest with the query's label (precision at 5).",
    ),
    "precision_at_10": (
        "10 neighbours right",
        "Share of the 10 nearest with the query's label (precision at 10).",
    ),
    "map": ("Whole ranking right", "Mean average precision of the full ranking: 0 to 1."),
    "recall_at_10": ("Found among the first 10", "How often something right is among the 10 nearest."),
    "recall_at_10_image_to_text": (
        "Caption found among the first 10",
        "How often a picture's own caption is among the 10 nearest captions.",
    ),
    "recall_at_10_ratio": (
        "Better than adding up",
        "How much of what is right the model finds, over the best of picture alone, words alone and their sum.",
    ),
    "hit_at_10": ("Something right among the first 10", "How often one of the 10 nearest is right."),
    "phrase_precision": (
        "Short phrases answered",
        "Of the 10 nearest to “red women handbags” and the like, the share that is all three, of what could be.",
    ),
    "type_accuracy": ("Type read right", "Share of pictures whose type is read as it is."),
    "colour_accuracy_10": ("Colour read right", "The same for the colour, pictures of the 10 commonest colours."),
    "tone_accuracy_3": ("Tone read right", "The same for dark, grey and light, as rules on the pixels have it."),
    "shape_accuracy_6": ("Shape read right", "The same for long, short, wide, narrow, high and low."),
    "detail_accuracy_7": ("Detail read right", "The same for sleeves, heels and handles."),
    "gender_accuracy": ("Read right for whom", "The same for men, women, boys, girls or all."),
    "precision_at_1_cosine": (
        "Nearest neighbour right, by angle",
        "Precision at 1 with the cosine distance.",
    ),
}
UNITS = {"0..1": "of 1", "fraction": "%"}


def name(key: str) -> str:
    """What a metric is called on screen."""
    return METRICS.get(key, (key.replace("_", " ").capitalize(), ""))[0]


def meaning(key: str) -> str:
    """One sentence on what a metric measures; empty where none is written."""
    return METRICS.get(key, ("", ""))[1]


def number(value: float, unit: str) -> str:
    """A value with its unit at three or four digits; fractions as per cent."""
    if unit == "fraction":
        return f"{100 * value:.2f} %"
    if float(value).is_integer() and unit != "0..1":
        text = f"{value:,.0f}"
    elif abs(value) >= 100:
        text = f"{value:,.1f}"
    else:
        text = f"{value:.2f}" if abs(value) >= 10 else f"{value:.4f}" if abs(value) < 0.1 else f"{value:.3f}"
    return f"{text} {UNITS.get(unit, unit)}".strip()


def attribute(name: str) -> str:
    """What an attribute is called: the annotators' word, as text."""
    return name.replace("_", " ").capitalize()


def slider(name: str) -> str:
    """What the slider of an attribute is called."""
    return SLIDERS.get(name, attribute(name))


def signed(value: float) -> str:
    """A change at two digits, with its sign."""
    text = f"{abs(value):.2f}"
    return text if float(text) == 0 else f"{'−' if value < 0 else '+'}{text}"


def direction(metric: Metric) -> str:
    """``lower is better`` or ``higher is better``."""
    return f"{metric.better} is better"


def reported(metric: Metric) -> str:
    """What others report, in the unit that the measured value is shown in; empty where nothing is."""
    if metric.unit != "fraction":
        return metric.reported
    return re.sub(
        r"\b0\.(\d+)",
        lambda found: f"{100 * float(found[0]):.{max(0, len(found[1]) - 2)}f} %",
        metric.reported,
    )


def count(value: int) -> str:
    """A number of weights: ``1.6 million``, ``12,300``."""
    return f"{value / 1e6:.1f} million" if value >= 1e6 else f"{value:,}"


def literal(text: str) -> str:
    """``text`` such that Markdown shows it as it is: nobody's words become a link, a picture or a heading."""
    return re.sub(r"([!-/:-@[-`{-~])", r"\\\1", text).replace("\n", "  \n")
