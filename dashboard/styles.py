"""Style apart from category: one fixed, the other varied, as grids of pictures that the decoder makes."""

import numpy as np
import streamlit as st

from core import film, images
from core.clusters import Category
from core.latent import sweep
from dashboard import categories, films, state, widgets
from dashboard.categories import Sorting
from dashboard.components import grid, tiles

STEPS = np.linspace(-2.5, 2.5, 9, dtype=np.float32)
FINE = np.linspace(-2.5, 2.5, 33, dtype=np.float32)  # frames of a film
SIZE = 56
TAKEN = ("apart from the mean", "as it is")
Row = tuple[int, int, str]  # category, style number from 0, name


def live(sorting: Sorting, ranked: list[Category]) -> list[Category]:
    """The categories that hold something, and the current item's; the rest would only draw noise."""
    return [c for c in ranked if c.size or c.id == sorting.own]


def item_everywhere(sorting: Sorting, opened: Category, ranked: list[Category]) -> None:
    """The style of the current item in every category."""
    taken = st.segmented_control(
        "Style taken",
        TAKEN,
        default=TAKEN[0],
        required=True,
        key="cl_take",
        bind="query-params",
        help="A category has a mean style. Either what sets the item apart from it is added to the mean of each "
        "category, or each category gets the very numbers of the item.",
    )
    shown = live(sorting, ranked)
    ids = np.array([c.id for c in shown])
    apart = sorting.style - sorting.means[sorting.own]
    style = np.repeat(sorting.style[None], len(ids), axis=0) if taken == TAKEN[1] else sorting.means[ids] + apart
    pictures = sorting.decode(ids, style)
    row = tiles(
        pictures,
        key="cl_swap",
        label="The current item's style in every category",
        captions=[categories.title(sorting, c) for c in shown],
        marks=["query" if c.id == sorting.own else "generated" for c in shown],
        size=SIZE,
        selected=ids.tolist().index(opened.id) if opened.id in ids else None,
    )
    found = sorting.landed(pictures)
    label = np.array([c.label for c in sorting.categories])
    same = int((label[found] == label[ids]).sum())
    st.caption(
        f"Made by the model: the style of {state.current_item().address} in each category that is not empty, "
        f"its own framed. Sorted again, {same} of {len(ids)} fall into a category of the label they are made for, "
        f"{int((found == ids).sum())} into the very one: the more, the better it keeps style and category apart."
    )
    if row is not None and shown[row].id != opened.id:
        widgets.move(categories.CATEGORY, str(shown[row].id))


def by_category(sorting: Sorting, ranked: list[Category]) -> None:
    """A row for each category, along one style number."""
    with st.container(horizontal=True, vertical_alignment="bottom", gap="medium"):
        chosen = st.selectbox(
            "Style number",
            categories.strongest(sorting, np.array([c.id for c in live(sorting, ranked)])),
            format_func=lambda d: str(d + 1),
            key="cl_style",
            bind="query-params",
            help="Strongest first: by how much it changes the pictures.",
            width=160,
        )
        base = start(sorting)
    draw(sorting, base, [(c.id, chosen, categories.title(sorting, c)) for c in live(sorting, ranked)])
    explain(f"Each row is a category that is not empty; style number {chosen + 1}")


def by_number(sorting: Sorting, opened: Category) -> None:
    """A row for each style number, in one category."""
    base = start(sorting)
    order = categories.strongest(sorting, np.array([opened.id]))
    draw(sorting, base, [(opened.id, d, f"style {d + 1}") for d in order])
    explain(f"Category {opened.id} fixed, a row for each style number, the one that changes most on top; it")


def start(sorting: Sorting) -> np.ndarray:
    """What the style numbers that are not varied are set to in each category: (K, s)."""
    fill = st.segmented_control(
        "The other style numbers",
        ["category's mean", "the item's"],
        default="category's mean",
        required=True,
        key="cl_base",
        bind="query-params",
    )
    return np.broadcast_to(sorting.style, sorting.means.shape) if fill == "the item's" else sorting.means


def draw(sorting: Sorting, base: np.ndarray, rows: list[Row]) -> None:
    """One line of pictures a row, its name beside it, to move over by hand."""
    styles = np.concatenate([sweep(base[c], dim=d, values=STEPS) for c, d, _ in rows])
    shown = sorting.decode(np.repeat([c for c, _, _ in rows], len(STEPS)), styles)
    names, heads = [name for *_, name in rows], [f"{value:+.1f}" for value in STEPS]
    fine = np.concatenate([sweep(base[c], dim=d, values=FINE) for c, d, _ in rows])
    categories_of = np.repeat([c for c, _, _ in rows], len(FINE))
    grid(
        shown,
        key="cl_styles",
        label="Styles",
        columns=len(STEPS),
        rows=names,
        heads=heads,
        captions=[f"Made by the model\n{name}\n{head}" for name in names for head in heads],
        start=len(STEPS) // 2,
        size=SIZE,
    )

    def frames() -> np.ndarray:
        drawn = sorting.decode(categories_of, fine).reshape(len(rows), len(FINE), *shown.shape[1:])
        columns = int(np.ceil(np.sqrt(len(rows))))
        return film.there_and_back(
            np.stack([images.sheet(drawn[:, i], columns=columns) for i in range(len(FINE))])
        )

    told = f"All rows at once, from {STEPS[0]:.1f} to {STEPS[-1]:.1f} and back."
    films.buttons(st.container(horizontal=True), frames, f"{sorting.card.id}-styles", key="cl_film", told=told)


def explain(what: str) -> None:
    """How to read the grid."""
    st.caption(
        f"{what} goes from {STEPS[0]:.1f} on the left over 0 in the middle to {STEPS[-1]:.1f} on the right; "
        "images mostly have values between -2 and 2. All pictures are made by the model. Move over them to see "
        "one large; a click or the arrow keys hold it."
    )
