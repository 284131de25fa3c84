"""How far each map of a data set can be trusted, as its card says."""

import streamlit as st

from core.cards import Card
from dashboard import resources, widgets

ROWS = {"umap": "UMAP", "pca": "PCA", "codes": "all numbers of the code", "plane": "the plane"}
COLUMNS = {
    "knn1_accuracy": "Nearest has the same label ↑",
    "trustworthiness": "Trust\u00adworthiness ↑",
    "continuity": "Continuity ↑",
    "trustworthiness_pixels": "Trust\u00adworthiness, pixels ↑",
}
HOW = (
    "↑ higher is better. Nearest has the same label: share of items whose nearest other item on the map does. "
    "Trustworthiness: how far the 10 nearest on the map are near in the code too, or in the pixels of the "
    "originals; continuity: the reverse. Both on at most 2,000 items, drawn with seed 0; 100 % is best."
)


def table(card: Card, shown: str) -> None:
    """The maps of ``card`` and of the models to compare it with, side by side; the one that is shown in bold."""
    st.subheader("How far can a map be trusted?", anchor=False)
    others = [c for c in resources.cards().values() if c.dataset == card.dataset and c.id != card.id]
    planes = [c for c in others if c.family == "vae"]
    rivals = [c for c in others if c.family == "aae"][:1] if card.family == "vae" else []
    lines = [line for c in [card, *planes, *rivals] for line in rows(c, shown=shown if c is card else "")]
    st.markdown(widgets.markdown_table(lines))
    st.caption(HOW)


def rows(card: Card, *, shown: str) -> list[dict[str, str]]:
    """A row for each map of one checkpoint."""
    lines = []
    wanted = ("pca", "codes") if "umap" not in resources.gallery(card.id).maps else ("umap", "pca", "codes")
    for name in ("plane",) if card.dim == 2 else wanted:
        found, title = card.maps.get(name, {}), f"{card.title}: {ROWS[name]}"
        line = {"Map": f"**{title}**" if name == shown else title}
        for key, column in COLUMNS.items():
            own = name in ("plane", "codes") and key in ("trustworthiness", "continuity")
            missing = "is the code" if own else "not measured"
            line[column] = f"{100 * found[key]:.1f} %" if key in found else missing
        lines.append(line | {"Items": f"{int(found['n']):,}" if "n" in found else "not measured"})
    return lines
