"""Parts of the page on interpolation: its corners to choose, its settings, and pictures beside real items."""

from collections.abc import Callable
from typing import Any

import numpy as np
import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from core import images as pictures
from core.datasets import SOURCES
from dashboard import corners, frame, labels, resources, slides, state, widgets
from dashboard.components.tiles import tiles
from dashboard.items import Item
from dashboard.pair import pair
from dashboard.slides import Walk

MODES = {"Linear": "linear", "Spherical": "spherical"}
MODES_HELP = (
    "Linear: on the straight line, every number of the code changes evenly. Spherical: on an arc around 0, the "
    "code turns evenly and its length changes evenly. With many numbers, real codes have similar lengths and the "
    "straight line cuts through the emptier inside."
)
STEPS, FIRST_STEPS = (2, 16), 8
LARGE = 8  # screen pixels to a pixel of the large picture
SMALL, MEDIUM, CORNER = 56, 168, 163  # sides of pictures on the screen; a corner's width: two fit on a phone
BOUND: dict[str, Any] = {"bind": "query-params"}
MADE = ":material/auto_awesome: Made by the model"


def kept(name: str, key: tuple[Any, ...], make: Callable[[], Any]) -> Any:
    """What ``make`` gives, made again only when ``key`` is another than last time in this session."""
    held = st.session_state.get(f"_interp_{name}")
    if held is None or held[0] != key:
        held = st.session_state[f"_interp_{name}"] = (key, make())
    return held[1]


def corner(id: str, name: str, *, mirrored: bool = False) -> None:
    """One corner: its original and rebuilt picture, and the ways to choose another."""
    item = corners.get(name, id)
    rebuilt = resources.runner(id).decode(resources.code(id, item)[None])[0]
    big, known = name.upper(), "your upload" if item.is_upload else labels.name(item) or "no label"
    st.markdown(f"**{big}** `{item.address}` {known}")
    pair(
        item,
        rebuilt,
        key=f"interp_pair_{name}",
        label=f"{big}: {item.address}",
        alt=f"{big}, {item.address}",
        size=SMALL,
        mirrored=mirrored,
    )
    choose(id, name, item)


def choose(id: str, name: str, item: Item) -> None:
    """Ways to put another item into a corner."""
    card, big = state.current_item().address, name.upper()
    with st.container(horizontal=True, gap="small"):
        st.button(
            "Random",
            icon=":material/casino:",
            key=f"interp_random_{name}",
            on_click=corners.put_random,
            args=(id, name),
            type="tertiary",
            help=f"Any item as {big}.",
        )
        with st.popover("Choose", key=f"interp_more_{name}", type="tertiary"), frame.guard():
            st.button(
                f"Use the item of the card, {card}",
                key=f"interp_current_{name}",
                on_click=corners.put_current,
                args=(name,),
                disabled=card == item.address,
                help="Every page can put an item on the card: click one there, then use it here.",
            )
            source, key = SOURCES[item.dataset], f"interp_place_{name}_{item.address}"
            st.number_input(
                f"{big}: place in {source.title}",
                0,
                source.size - 1,
                None if item.is_upload else item.index,
                key=key,
                on_change=corners.put_index,
                args=(name, id, key),
            )
            if (upload := widgets.upload(f"{big}: your own picture", key=f"interp_upload_{name}")) is not None:
                corners.put({name: upload})
                st.rerun()


def choose_mode() -> str:
    """Straight or curved."""
    chosen = st.segmented_control(
        "Way", list(MODES), default="Linear", key="interp_mode", required=True, help=MODES_HELP, **BOUND
    )
    return MODES[chosen or "Linear"]


def choose_steps(told: str) -> int:
    """Number of small pictures."""
    steps = st.number_input("Steps", *STEPS, FIRST_STEPS, key="interp_steps", help=told, width=132, **BOUND)
    return int(np.clip(steps or FIRST_STEPS, *STEPS))


def large(id: str, walk: Walk, at: int, *, name: str, beside: str, narrow: bool = False) -> None:
    """One decoded picture large, and the nearest real item beside it, or below where it is narrow."""
    row = walk.rows[[at]]
    dataset = resources.card(id).dataset
    address = f"{dataset}/{resources.gallery(id).index[row[0]]}"
    known = "original" if resources.are_originals(dataset) else "rebuilt"
    if narrow:
        with st.container(horizontal=True):
            left, right = st.container(width=MEDIUM), st.container(width=MEDIUM)
    else:
        with st.container(width=2 * 28 * LARGE + 16):
            left, right = st.columns(2, wrap=False)
    left.image(pictures.png(walk.frames[at], scale=LARGE), width="stretch", output_format="PNG", alt=name)
    left.caption(f"{MADE}  \n{beside}")
    right.image(
        pictures.png(resources.gallery_images(id, row)[0], scale=LARGE),
        width="stretch",
        output_format="PNG",
        alt=address,
    )
    says = slides.describe(id, int(row[0]), float(walk.distance[at]), float(walk.rarity[at]))
    right.caption(f":material/straighten: Nearest real item, {known}  \n{says}")


def frames(
    walk: Walk, *, captions: list[str], alt: list[str], selected: int, columns: int | None = None
) -> int | None:
    """All decoded pictures, small; the one that was clicked."""
    return tiles(
        walk.frames,
        key="interp_frames",
        label="Frames, made by the model",
        captions=captions,
        marks=["generated"] * len(walk.frames),
        alt=alt,
        size=SMALL,
        selected=selected,
        columns=columns,
    )


def nearest(id: str, walk: Walk) -> None:
    """The nearest real item of every frame; a click makes one the current item."""
    dataset, gallery = resources.card(id).dataset, resources.gallery(id)
    known = "originals" if resources.are_originals(dataset) else "rebuilt: the originals are not here"
    st.caption(
        f"The real item nearest to each ({known}) and its distance. Click one to put it on the card.",
        help="Euclidean distance of two codes; lower is nearer. Far from real items the model makes things up.",
    )
    items = [Item(dataset, int(gallery.index[row])) for row in walk.rows]
    row = tiles(
        resources.gallery_images(id, walk.rows),
        key="interp_nearest",
        label="Nearest real items",
        captions=[f"{distance:.2f}" for distance in walk.distance],
        alt=[f"{item.address}, {labels.name(item)}" for item in items],
        size=SMALL,
    )
    if row is not None:
        state.go(items[row])


def download(
    place: DeltaGenerator, kind: str, data: Callable[[], bytes], id: str, *items: Item, what: str, told: str
) -> None:
    """A file of what is shown, made when it is asked for."""
    place.download_button(
        kind.upper(),
        data,
        f"{slides.file_name(id, *items, what=what)}.{kind}",
        f"image/{kind}",
        key=f"interp_{kind}",
        icon=":material/download:",
        on_click="ignore",
        help=told,
    )
