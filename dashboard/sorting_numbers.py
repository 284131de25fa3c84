"""How good a sorting into categories is: the measured numbers of a model, and what others report."""

import streamlit as st

from core.cards import Card, Metric
from dashboard import words

NUMBERS = {
    "cluster_error": "Clustering error",
    "accuracy_hungarian": "Accuracy",
    "nmi": "NMI",
    "ari": "ARI",
    "categories_used": "Categories in use",
    "category_kept": "Category kept",
}


def show(card: Card, count: int) -> None:
    """The measured numbers in one line, and what others report under it."""
    with st.container(horizontal=True, gap="medium"):
        for key, name in NUMBERS.items():
            metric = card.metrics.get(key)
            if metric is None and key == "accuracy_hungarian":
                continue  # only defined for as many categories as labels
            help = (
                words.meaning(key)
                if metric is None
                else f"{words.meaning(key)} {words.direction(metric).capitalize()}."
            )
            st.metric(name, value(metric, count), help=help, width="content")
    told = [f"{NUMBERS[key]}: {text}" for key in NUMBERS if (text := beside(card, key))]
    if told:
        st.caption(". ".join(told) + ".")


def value(metric: Metric | None, count: int) -> str:
    """A measured number as it is written large."""
    if metric is None:
        return "not measured"
    if metric.key == "categories_used":
        return f"{metric.value:.0f} of {count}"
    return words.number(metric.value, metric.unit) if metric.unit == "fraction" else f"{metric.value:.3f}"


def beside(card: Card, key: str) -> str:
    """What others report, and the spread over training seeds; empty where neither is known."""
    metric, seed = card.metrics.get(key), card.seeds.get(key)
    parts = [f"reported {words.reported(metric)}"] if metric and metric.reported else []
    if seed and metric:
        mean, spread = words.number(seed["mean"], metric.unit), words.number(seed["spread"], metric.unit)
        parts.append(f"here {mean} ± {spread} over {seed['n']} seeds")
    return ", ".join(parts)


def explain(card: Card) -> None:
    """One sentence for each number, with split, count and source."""
    for key, name in NUMBERS.items():
        if metric := card.metrics.get(key):
            source = f" Reported: {words.reported(metric)} ({metric.source})." if metric.reported else ""
            st.markdown(f"**{name}**: {metric.how} Measured on {metric.n:,} {metric.split} items.{source}")
    if card.note:
        st.markdown(f"**How it was trained**: {card.note}")
    st.markdown("Sizes, purities and pictures on this page are those of the gallery.")
