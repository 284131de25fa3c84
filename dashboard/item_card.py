"""The item card: how one image travels. The same on every page."""

import numpy as np
import streamlit as st

from dashboard import (
    categories,
    indexes,
    issue_filter,
    item_data,
    item_issues,
    labels,
    navigation,
    resources,
    state,
    widgets,
    words,
)
from dashboard.components.tiles import tiles
from dashboard.items import Item
from dashboard.pair import pair

NEIGHBOURS = 5
SEND_TO = ("clusters", "latent_map", "retrieve", "interpolate", "arithmetic")
HELP = (
    "Error: mean squared difference per pixel of original and rebuilt, pixels 0 to 1; lower is better, and "
    "as good as the best so many per cent of the gallery. "
    "Realism: how much the model's own critic takes the style for a drawn one; near 0.5 it cannot tell."
)


def item_card(checkpoint: str) -> None:
    """Draw the card of the current item, as a checkpoint sees it."""
    item = state.current_item()
    rebuilt = resources.runner(checkpoint).decode_float(item_data.code(checkpoint, item)[None])[0]
    _pictures(item, rebuilt)
    _facts(item, checkpoint, rebuilt)
    item_issues.show(item)
    _neighbours(item, checkpoint)
    _links(checkpoint)
    _selection()
    _actions(item)


def _pictures(item: Item, rebuilt: np.ndarray) -> None:
    label = f"{item.address}, original and rebuilt"
    image = np.rint(rebuilt * 255).astype(np.uint8)
    pair(item, image, key="card_pair", label=label, alt=item.address, size=84)
    if item_data.original(item) is None:
        st.caption("Sampled from the model." if state.is_sampled(item) else "The original is not on this machine.")


def _facts(item: Item, checkpoint: str, rebuilt: np.ndarray) -> None:
    label = labels.name(item)
    known = f" · label **{label}**" if label else ""
    st.markdown(f"`{item.address}`{known}", help="Data set and place in it: the item's name in every link.")
    runner, lines = resources.runner(checkpoint), []
    if runner.categories:
        lines.append(_category(item, checkpoint))
    off = error(item, checkpoint, rebuilt)
    if off is not None:
        better = 100 * float((resources.gallery(checkpoint).error < off).mean())
        lines.append(f"error **{off:.4f}**, best {max(1, round(better))} %")
    realism = runner.realism(item_data.code(checkpoint, item)[None])
    if realism is not None:
        lines.append(f"realism **{realism[0]:.2f}** of 1")
    st.caption("  \n".join(lines), help=HELP)


def _category(item: Item, checkpoint: str) -> str:
    """The category that the item falls into, with the name that the reader gave it."""
    category, certain = categories.category_of(checkpoint, item)
    name = categories.names(checkpoint).get(category, "")
    plain = words.literal(name)
    return f"category **{category}**{plain and f' “{plain}”'}, {100 * certain:.0f} % sure"


def error(item: Item, checkpoint: str, rebuilt: np.ndarray) -> float | None:
    """Mean squared error per pixel, measured here or, without the original, as the gallery has it."""
    original = item_data.original(item)
    if original is not None:
        return float(np.mean((rebuilt - original / np.float32(255)) ** 2))
    gallery = resources.gallery(checkpoint)
    row = gallery.row(item.index)
    return None if row is None else float(gallery.error[row])


def _neighbours(item: Item, checkpoint: str) -> None:
    gallery = resources.gallery(checkpoint)
    row = gallery.row(item.index)
    code = item_data.code(checkpoint, item)[None]
    exclude = None if row is None else np.array([row])
    rows = indexes.index(checkpoint).search(code, NEIGHBOURS, exclude=exclude).index[0]
    st.caption(
        "Nearest by code" if item_data.are_originals(item.dataset) else "Nearest by code, rebuilt",
        help="The five gallery items whose codes are nearest to this one. Click one to go there.",
    )
    names = resources.source(item.dataset).labels
    picked = tiles(
        item_data.gallery_images(checkpoint, rows),
        key="card_neighbours",
        label="Nearest items by code",
        issues=issue_filter.marks(item.dataset, gallery.index[rows]),
        alt=[f"{item.dataset}/{gallery.index[r]}, label {names[gallery.label[r]]}" for r in rows],
        size=28,
        columns=NEIGHBOURS,
    )
    if picked is not None:
        state.go(Item(item.dataset, int(gallery.index[rows[picked]])))


def _links(checkpoint: str) -> None:
    st.caption("Take it to")
    more = () if resources.directions(checkpoint) is None else ("attributes",)
    with st.container(horizontal=True, gap="xsmall"):
        for name in (*SEND_TO, *more):
            st.page_link(navigation.path(name), width="content")


def _selection() -> None:
    if chosen := state.selection():
        st.button(
            f"{len(chosen):,} selected",
            icon=":material/close:",
            key="card_clear",
            on_click=state.clear_selection,
            width="stretch",
            help="Forget the selection.",
        )
        st.page_link(navigation.path("selections"), label="Open the selection", width="content")


def _actions(item: Item) -> None:
    st.button(
        "Surprise me",
        icon=":material/casino:",
        key="card_surprise",
        on_click=state.surprise,
        width="stretch",
        help="Another item of this data set, at random.",
    )
    with st.popover("Go to or upload", icon=":material/add_photo_alternate:", width="stretch"):
        st.number_input(
            f"Place in {resources.source(item.dataset).title}",
            0,
            state.last(item.dataset),
            None if item.is_upload else item.index,
            key=f"card_jump_{item.address}",
            on_change=state.jump,
            args=(f"card_jump_{item.address}",),
            help="Where an item is not on this machine, the nearest one that is.",
        )
        if (upload := widgets.upload("Your own picture", key="card_upload")) is not None:
            state.go(upload)
