"""Categories as objects: what an adversarial autoencoder sorted without being told a label."""

import numpy as np
import streamlit as st

from core.clusters import Category
from dashboard import (
    categories,
    charts,
    checkpoint_choice,
    frame,
    heatmap,
    issue_filter,
    item_data,
    seen,
    sorting_numbers,
    state,
    styles,
    widgets,
)
from dashboard.categories import Sorting, percent
from dashboard.components import tiles
from dashboard.items import Item

BARS, COLUMNS = 12, 24  # labels that a chart beside pictures shows, and one as wide as the page
ORDERS = {
    "Label": lambda c: (c.size == 0, c.label, -c.size),
    "Size": lambda c: -c.size,
    "Purity": lambda c: (c.size == 0, -c.purity),
}


def controls(sorting: Sorting) -> tuple[Category, list[Category]]:
    """The open category, and all of them in the wanted order; the URL holds both."""
    widgets.arrive()
    with st.container(horizontal=True, vertical_alignment="bottom", gap="medium"):
        order = st.segmented_control(
            "Order by", list(ORDERS), default="Label", required=True, key="cl_sort", bind="query-params"
        )
        known = [categories.OWN, *(str(c.id) for c in sorting.categories)]
        help = f"Click a picture, or choose here. The current item's category is {sorting.own}."
        chosen = st.selectbox(
            "Open category", known, key=categories.CATEGORY, bind="query-params", help=help, width=160
        )
        with st.popover("How measured", icon=":material/calculate:", type="tertiary"):
            sorting_numbers.explain(sorting.card)
    opened = sorting.own if chosen in (None, categories.OWN) else int(chosen)
    return sorting.categories[opened], sorted(sorting.categories, key=ORDERS[order or "Label"])


def wall(sorting: Sorting, opened: Category, ranked: list[Category]) -> None:
    """Every category as the model draws it; a click opens it."""
    ids = [c.id for c in ranked]
    row = tiles(
        sorting.prototypes[ids],
        key="cl_wall",
        label="Categories",
        captions=[categories.caption(sorting, c) for c in ranked],
        marks=["generated"] * len(ids),
        alt=[f"Category {i}" for i in ids],
        size=56,
        selected=ids.index(opened.id),
    )
    if row is not None and ids[row] != opened.id:
        widgets.move(categories.CATEGORY, str(ids[row]))
    st.caption(
        "Made by the model: each category with the mean style of its members. Under it: its number and commonest "
        f"label, and the share of its gallery items with that label. {categories.doubtful(sorting)}"
    )


def members(sorting: Sorting, opened: Category) -> None:
    """One category: its picture, what it holds, and its most and least certain members."""
    left, right = st.columns([2, 3], gap="medium")
    with left:
        facts(sorting, opened)
    with right:
        if opened.size == 0:
            st.info("Nothing in the gallery falls into this category: it is dead.", icon=":material/block:")
            return
        left_over = issue_filter.keep("cl_issues", sorting.card.dataset, sorting.gallery.index)
        every, typical, uncertain = categories.surest(sorting, opened, left_over)
        if not len(every):
            st.info(issue_filter.NOTHING, icon=":material/filter_alt:")
            return
        row_of_items(sorting, opened, "Most typical", typical)
        row_of_items(sorting, opened, "Least certain", uncertain)
        if not item_data.are_originals(sorting.card.dataset):
            st.caption("The originals are not on this machine: these are rebuilt images.")
        st.button(
            f"Select all {len(every):,}",
            icon=":material/select_all:",
            on_click=state.set_selection,
            args=(sorting.gallery.index[every].tolist(),),
            help="The selection follows you to the other pages.",
        )


def facts(sorting: Sorting, opened: Category) -> None:
    """Picture, share, purity, labels and name of a category."""
    st.subheader(f"Category {opened.id}", anchor=False)
    picture, numbers = st.columns([2, 3], vertical_alignment="center", wrap=False)
    with picture:
        one = sorting.prototypes[[opened.id]]
        alt = [f"Category {opened.id} with the mean style of its members"]
        tiles(one, key="cl_one", label="Prototype", marks=["generated"], alt=alt, size=84, clickable=False)
    share = opened.size / max(1, len(sorting.gallery))
    numbers.markdown(
        f"**{opened.size:,}** items, {percent(share, 1)} of all  \nmean certainty **{percent(opened.confidence)}**"
    )
    st.progress(opened.purity, f"Purity {percent(opened.purity, 1)}, label {sorting.label(opened)}")
    counts = sorting.counts()[opened.id]
    wide = max(map(len, sorting.labels)) > 2  # names that leave no room for labels that nothing has
    held = np.flatnonzero(counts) if wide else np.arange(len(counts))
    figure = heatmap.histogram(*heatmap.folded([sorting.labels[i] for i in held], counts[held], BARS))
    charts.chart(figure, key="cl_labels", alt="Items of each label")
    st.caption(categories.nearest(sorting, opened))
    name_it(sorting.card.id, opened.id)


def name_it(checkpoint: str, category: int) -> None:
    """A field for the reader's own name of a category; another one goes onto the whole page."""
    key, kept = f"cl_name_{checkpoint}_{category}", categories.names(checkpoint).get(category, "")
    st.session_state.setdefault(key, kept)
    typed = st.text_input(
        "Name it",
        key=key,
        max_chars=categories.NAME_LENGTH,
        placeholder="such as: seven with a bar",
        help="Kept for this session, and written into the CSV.",
    )
    if (name := categories.one_line(typed)) != kept:
        categories.keep_name(checkpoint, category, name)
        st.rerun()


def row_of_items(sorting: Sorting, opened: Category, title: str, rows: np.ndarray) -> None:
    """Some members; a click makes one the current item."""
    gallery = sorting.gallery
    st.markdown(f"**{title}**")
    items = [Item(sorting.card.dataset, int(i)) for i in gallery.index[rows]]
    current = state.current_item()
    usual = "" if item_data.are_originals(sorting.card.dataset) else "generated"
    row = tiles(
        item_data.gallery_images(sorting.card.id, rows),
        key=f"cl_{title.split()[0].lower()}",
        label=f"{title} members of category {opened.id}",
        captions=[percent(p) for p in sorting.certain[rows]],
        marks=[usual if label in (-1, opened.label) else "wrong" for label in gallery.label[rows]],
        issues=issue_filter.marks(sorting.card.dataset, gallery.index[rows]),
        alt=[f"{item.address}, label {label}" for item, label in zip(items, gallery.label[rows], strict=True)],
        size=56,
        selected=items.index(current) if current in items else None,
    )
    if row is not None:
        state.go(items[row])


def label_map(sorting: Sorting, ranked: list[Category]) -> None:
    """Category x label counts."""
    held = [c for c in ranked if c.size]
    ids, rows = [c.id for c in held], [categories.title(sorting, c) for c in held]
    columns, counts = heatmap.folded(sorting.labels, sorting.counts()[ids], COLUMNS)
    figure = heatmap.contingency(counts, rows=rows, columns=columns)
    alt = f"Heat map of {len(ids)} categories and {len(sorting.labels)} labels, coloured by share of the category"
    charts.chart(figure, key="cl_heat", alt=alt)
    st.caption(
        "Numbers are gallery items; the colour is their share of the row. One strong cell a row: a pure category. "
        f"Left out as empty: {len(ranked) - len(held)}."
    )


@st.fragment
@frame.guard()
def explore(sorting: Sorting) -> None:
    """All that reacts to the order, the open category and the view."""
    opened, ranked = controls(sorting)
    seen.say(f"{len(ranked)} categories that the model made up without a label; open: category {opened.id}.")
    wall(sorting, opened, ranked)
    view = st.segmented_control(
        "View", list(VIEWS), default="Members", required=True, key="cl_view", bind="query-params",
        label_visibility="collapsed",
    )  # fmt: skip
    with frame.guard():
        VIEWS[view or "Members"](sorting, opened, ranked)
    download(sorting)


def download(sorting: Sorting) -> None:
    """The assignments as CSV, written when it is asked for."""
    name = sorting.card.id
    given = dict(categories.names(name))
    st.download_button(
        "Assignments (CSV)",
        lambda: categories.table(sorting, given),
        f"{name}-categories.csv",
        "text/csv",
        key="cl_csv",
        icon=":material/download:",
        on_click="ignore",
        help=f"{len(sorting.gallery):,} rows: item, category, the name you gave it, certainty, label.",
    )


VIEWS = {
    "Members": lambda sorting, opened, ranked: members(sorting, opened),
    "Labels": lambda sorting, opened, ranked: label_map(sorting, ranked),
    "Vary the category": lambda sorting, opened, ranked: styles.item_everywhere(sorting, opened, ranked),
    "Vary the style": lambda sorting, opened, ranked: styles.by_category(sorting, ranked),
    "Every style number": lambda sorting, opened, ranked: styles.by_number(sorting, opened),
}

main, side = frame.page(
    "Clusters",
    "The model sorted the images into categories without being told a label. Open one to see what it holds.",
    picture=("cl_wall", "cl_most", "cl_least", "cl_heat", "cl_swap", "cl_styles"),
)
checkpoint = checkpoint_choice.choose("cl", ("aae",))
with main, frame.guard():
    found = categories.sort_out(checkpoint, state.current_item())
    sorting_numbers.show(found.card, len(found.categories))
    explore(found)
frame.item_card(side, checkpoint)
