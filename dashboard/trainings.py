"""How GANs were trained, in words: what a sheet shows, what scores mean, how near the samples came."""

import math
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import streamlit as st

from core.cards import Card, Metric
from core.checkpoints import GAN, HISTORY, PLAIN, load_history
from core.history import History
from core.wares import WARES
from dashboard import resources
from dashboard.memo import per_run

RIVALS = {GAN: "frechet_cnn_shared", PLAIN: "frechet_cnn_plain"}  # what a bank's card says of others
DISTANCES, REFERENCE = ("frechet_cnn", "frechet_reader"), "frechet_cnn_train_test"
# (how far apart the critic's mean scores are, what that says of it): the first that they are not beyond
VERDICTS = (
    (0.1, "it can hardly tell them apart"),
    (0.4, "it tells them apart a little"),
    (0.8, "it tells most of them apart"),
    (1.0, "it tells nearly all of them apart"),
)


@dataclass(frozen=True)
class Run:
    """A GAN and how it was trained; ``part`` says which of several it is, where they are looked at one by one."""

    card: Card
    history: History
    part: str = ""

    @property
    def title(self) -> str:
        """What it is called."""
        return f"{self.card.title}: {self.part}" if self.part else self.card.title

    def match(self, other: "Run", epoch: int) -> int:
        """The epoch of ``other`` at the same share of its training, so that both begin and end together."""
        return round(epoch / max(self.history.epochs - 1, 1) * (other.history.epochs - 1))


def told() -> dict[str, Card]:
    """Cards of all sound GANs that ship how they were trained, by data set, the best first."""
    known = [card for card in resources.gans().values() if HISTORY in card.sha256]
    return {card.id: card for card in sorted(known, key=_rank)}


def _rank(card: Card) -> tuple[int, float, str]:
    metric = distance(card)
    return list(resources.sources()).index(card.dataset), math.inf if metric is None else metric.value, card.id


def distance(card: Card) -> Metric | None:
    """How far a GAN's samples are from real images, in the features of the classifier of its data set."""
    return next((metric for key in DISTANCES if (metric := card.metrics.get(key))), None)


@per_run
def history(id: str) -> History | None:
    """How a checkpoint was trained; None where it does not say."""
    return _history(*resources.key(id, HISTORY)) if HISTORY in resources.card(id).sha256 else None


@st.cache_resource(max_entries=8, show_spinner=False)
def _history(root: str, id: str, sha256: str) -> History | None:
    return load_history(Path(root), resources.card(id))


def duration(seconds: float) -> str:
    """``45 s``, ``27 min``, ``1 h 20 min``."""
    if seconds < 90:
        return f"{seconds:.0f} s"
    hours, minutes = divmod(round(seconds / 60), 60)
    return f"{hours} h {minutes} min" if hours else f"{minutes} min"


def facts(card: Card) -> str:
    """One line on how long it was trained, and on what."""
    done = card.training
    parts = [
        f"**{done['epochs']:,}** epochs" if "epochs" in done else "",
        f"of **{done['images']:,}** images" if "images" in done else "",
        f"in **{duration(done['seconds'])}**" if "seconds" in done else "",
    ]
    return f"{card.title}: {' '.join(filter(None, parts))} · {resources.source(card.dataset).title}"


def parts(card: Card) -> dict[str, str]:
    """The GANs of a bank, one for each digit and cluster: name in the URL -> title, in the order of the rows."""
    digits, clusters = card.config.get("digits", ()), range(1, card.config.get("clusters", 0) + 1)
    return {f"{digit}-{cluster}": f"{digit}, cluster {cluster}" for digit in digits for cluster in clusters}


def narrowed(run: Run, part: str | None) -> Run:
    """Of a bank, the GAN that ``part`` names; any other as it is."""
    known = parts(run.card)
    if part not in known:
        return run
    return Run(run.card, run.history.row(list(known).index(part)), known[part])


def framed(sheets: np.ndarray, like: np.ndarray) -> np.ndarray:
    """Sheets (n, H, W, C) with black around them, as wide for their height as ``like`` (m, h, w, c)."""
    (height, width), (h, w) = sheets.shape[1:3], like.shape[1:3]
    more = max(0, round(width * h / w) - height), max(0, round(height * w / h) - width)
    return np.pad(sheets, ((0, 0), *((n // 2, n - n // 2) for n in more), (0, 0)))


def layout(run: Run) -> str:
    """What the rows and columns of the sheet are."""
    card = run.card
    if run.part:
        return f"Every picture has its own noise, the same after each epoch. This GAN saw only {run.part}."
    if known := list(parts(card).values()):
        return (
            f"A row is a GAN of its own, from {known[0]} to {known[-1]}; a column is one noise, the same after "
            "each epoch. Scores and losses are means over them all."
        )
    if card.config.get("text"):
        column = "a column is one noise, the same after each epoch"
        return f"A row is a phrase ({', '.join(WARES[card.dataset].sheet)}); {column}."
    if not card.config.get("classes"):
        return "Every picture has its own noise, the same after each epoch. This GAN is told no class."
    labels = resources.source(card.dataset).labels
    names = ", ".join(labels) if max(map(len, labels)) > 1 else f"{labels[0]} to {labels[-1]}"
    column = "a column is one noise, the same after each epoch"
    if clusters := card.config.get("clusters"):
        column += f", and one of the {clusters} shapes that it can be asked for, in turn"
    return f"A row is a class ({names}); {column}."


def caption(history: History, epoch: int) -> str:
    """What stands under the sheet after an epoch, counted from 0."""
    text = f"After epoch {epoch + 1} of {history.epochs}"
    real, fake = scores(history, epoch)
    return text if math.isnan(real + fake) else f"{text}: real images score {real:.2f}, made ones {fake:.2f}"


def scores(history: History, epoch: int) -> tuple[float, float]:
    """Mean probability of being real that the critic gave real images and made ones; NaN where not logged."""
    nothing = np.full(history.epochs, np.nan)
    real, fake = (history.losses.get(name, nothing)[epoch] for name in ("real", "fake"))
    return float(real), float(fake)


def verdict(history: History, epoch: int) -> str:
    """What the scores of an epoch say of the critic; empty where they were not logged."""
    real, fake = scores(history, epoch)
    if math.isnan(real + fake):
        return ""
    said = next(text for bound, text in VERDICTS if round(real - fake, 2) <= bound)
    return (
        f"In epoch {epoch + 1} the critic gave real images {real:.2f} on average and made ones {fake:.2f}: "
        f"**{said}**."
    )


def distances(card: Card) -> list[dict[str, str]]:
    """Rows of a table: Fréchet distances of the GANs of a data set, this one's in bold, and of real images.

    Of another, only what was measured in the same way: where it was not, it is on this one's card (`RIVALS`).
    """
    own = distance(card)
    others = [other for other in told().values() if other.dataset == card.dataset]
    found = {other.id: distance(other) for other in others}
    if own is not None:
        found = {id: metric for id, metric in found.items() if metric is None or metric.how == own.how}
    for id, key in RIVALS.items():
        if id not in found and key in card.metrics:
            found[id] = card.metrics[key]
    titles = {other.id: other.title for other in others}
    rows = [(titles[id], metric, id == card.id) for id, metric in found.items() if id in titles]
    rows.sort(key=lambda row: math.inf if row[1] is None else row[1].value)
    reference = next((m for other in others if (m := other.metrics.get(REFERENCE))), None)
    if reference is not None and (own is None or own.key == DISTANCES[0]):  # measured in the same features
        rows.append(("Real training images, to compare with", reference, False))
    return [
        {"": _strong(title, own), "Fréchet distance (lower is better)": _strong(_value(metric), own)}
        for title, metric, own in rows
    ]


def _value(metric: Metric | None) -> str:
    return "not measured" if metric is None else f"{metric.value:.3g}"


def _strong(text: str, on: bool) -> str:
    return f"**{text}**" if on else text
