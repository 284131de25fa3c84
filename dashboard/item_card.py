"""The item card: how one image travels. The same on every page."""

import numpy as np
import streamlit as st

from core import images as pictures
from core.datasets import SOURCES
from dashboard import navigation, resources, state
from dashboard.components.tiles import tiles
from dashboard.items import Item

NEIGHBOURS = 5
SEND_TO = ("clusters", "latent_map", "retrieve", "interpolate")


def item_card(checkpoint_id: str | None) -> None:
    """Draw the card of the current item; without a checkpoint only what the data set knows."""
    item = state.current_item()
    rebuilt = _pair(item, checkpoint_id)
    _facts(item, checkpoint_id, rebuilt)
    if checkpoint_id:
        _neighbours(item, checkpoint_id)
    _links()
    _actions(item)
    _selection()


def _pair(item: Item, checkpoint_id: str | None) -> np.ndarray | None:
    """Original and rebuilt side by side; returns the rebuilt one (H, W, C) float32."""
    original, rebuilt, shown = resources.original(item), None, []
    if original is not None:
        shown.append(("Uploaded" if item.is_upload else "Original", "", original))
    if checkpoint_id:
        code = resources.code(checkpoint_id, item)
        rebuilt = resources.runner(checkpoint_id).decode_float(code[None])[0]
        shown.append(("Rebuilt", "generated", np.rint(rebuilt * 255).astype(np.uint8)))
    if not shown:
        st.caption("The original is not on this machine, and no model is chosen.")
        return None
    captions, marks, images = zip(*shown, strict=True)
    tiles(
        np.stack(images),
        key="card_pair",
        label=f"{item.address}, original and rebuilt",
        captions=list(captions),
        marks=list(marks),
        alt=[item.address] * len(shown),
        size=84,
        clickable=False,
    )
    if original is None:
        st.caption("The original is not on this machine.")
    return rebuilt


def _facts(item: Item, checkpoint_id: str | None, rebuilt: np.ndarray | None) -> None:
    label = _label(item, checkpoint_id)
    known = f" · label **{label}**" if label else ""
    st.markdown(f"`{item.address}`{known}", help="Data set and place in it: the item's name in every link.")
    if checkpoint_id is None:
        return
    gallery, runner = resources.gallery(checkpoint_id), resources.runner(checkpoint_id)
    code = resources.code(checkpoint_id, item)
    lines = []
    if k := runner.categories:
        category = int(code[:k].argmax())
        lines.append(f"category **{category}**, {100 * code[category]:.0f} % sure")
    error = _error(item, checkpoint_id, rebuilt)
    if error is not None:
        better = 100 * float((gallery.error < error).mean())
        lines.append(f"error **{error:.4f}**, best {max(1, round(better))} %")
    realism = runner.realism(code[None])
    if realism is not None:
        lines.append(f"realism **{realism[0]:.2f}** of 1")
    told = (
        "Error: mean squared difference per pixel of original and rebuilt, pixels 0 to 1; lower is better, and "
        "as good as the best so many per cent of the gallery. "
        "Realism: how much the model's own critic takes the style for a drawn one; near 0.5 it cannot tell."
    )
    st.caption("  \n".join(lines), help=told)


def _label(item: Item, checkpoint_id: str | None) -> str | None:
    """What the item is called, by the data set or the gallery; None for uploads and unknown ones."""
    if item.is_upload:
        return None
    found, value = resources.images(item.dataset), None
    if found is not None:
        value = found.label(item.index)
    if value is None and checkpoint_id:
        gallery = resources.gallery(checkpoint_id)
        row = gallery.row(item.index)
        value = None if row is None else int(gallery.label[row])
    return None if value is None else SOURCES[item.dataset].labels[value]


def _error(item: Item, checkpoint_id: str, rebuilt: np.ndarray | None) -> float | None:
    """Mean squared error per pixel, measured here or, without the original, as the gallery has it."""
    original = resources.original(item)
    if original is not None and rebuilt is not None:
        return float(np.mean((rebuilt - original / np.float32(255)) ** 2))
    gallery = resources.gallery(checkpoint_id)
    row = None if item.is_upload else gallery.row(item.index)
    return None if row is None else float(gallery.error[row])


def _neighbours(item: Item, checkpoint_id: str) -> None:
    gallery = resources.gallery(checkpoint_id)
    row = None if item.is_upload else gallery.row(item.index)
    code = resources.code(checkpoint_id, item)[None]
    exclude = None if row is None else np.array([row])
    rows = resources.index(checkpoint_id).search(code, NEIGHBOURS, exclude=exclude).index[0]
    originals = resources.are_originals(item.dataset)
    names = SOURCES[item.dataset].labels
    st.caption(
        "Nearest by code" if originals else "Nearest by code, rebuilt",
        help="The five gallery items whose codes are nearest to this one. Click one to go there.",
    )
    picked = tiles(
        resources.gallery_images(checkpoint_id, rows),
        key="card_neighbours",
        label="Nearest items by code",
        alt=[f"{item.dataset}/{gallery.index[r]}, label {names[gallery.label[r]]}" for r in rows],
        size=28,
        columns=NEIGHBOURS,
    )
    if picked is not None:
        state.select(Item(item.dataset, int(gallery.index[rows[picked]])))
        st.rerun()


def _links() -> None:
    st.caption("Take it to")
    with st.container(horizontal=True, gap="xsmall"):
        for name in SEND_TO:
            st.page_link(navigation.path(name), width="content")


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
            f"Place in {SOURCES[item.dataset].title}",
            0,
            SOURCES[item.dataset].size - 1,
            None if item.is_upload else item.index,
            key=f"card_jump_{item.address}",
            on_change=state.jump,
            args=(f"card_jump_{item.address}",),
            help="Where an item is not on this machine, the nearest one that is.",
        )
        _upload(item)


def _upload(item: Item) -> None:
    file = st.file_uploader(
        "Your own picture",
        type=["png", "jpg", "jpeg", "webp"],
        max_upload_size=20,
        key="card_upload",
        help="One bright thing on dark, or dark on bright: it is cropped and centred like the data set's items.",
    )
    if file is None or file.file_id == st.session_state.get("_uploaded"):
        return
    st.session_state["_uploaded"] = file.file_id
    image = pictures.to_item(pictures.read_upload(file.getvalue()), SOURCES[item.dataset].shape)
    state.select(state.add_upload(item.dataset, image))
    st.rerun()


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
