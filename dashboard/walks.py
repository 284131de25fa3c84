"""Parts of the page on interpolation: its corners to choose, its settings, and pictures beside real items."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import streamlit as st
from streamlit.delta_generator import DeltaGenerator
from streamlit.errors import StreamlitAPIException

from dashboard import corners, frame, issue_filter, item_data, labels, resources, slides, state, widgets
from dashboard.components import Beside, grid, scrubber, tiles
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
SMALL, MEDIUM, LARGE = 56, 168, 224  # sides of pictures on the screen
CORNER = 163  # width of a corner: two fit on a phone
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
    rebuilt = resources.runner(id).decode(item_data.code(id, item)[None])[0]
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
            source, key = resources.source(item.dataset), f"interp_place_{name}_{item.address}"
            st.number_input(
                f"{big}: place in {source.title}",
                0,
                state.last(item.dataset),
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


@dataclass(frozen=True)
class Place:
    """Where someone is on a way.

    Attributes
    ----------
    of : what the way depends on; on another way they start anew.
    at : the frame they are at.
    start, order : the frame that the page last put them on, and how often it did.
    """

    of: tuple[Any, ...]
    at: int
    start: int
    order: int


def put(name: str, at: int, *, of: tuple[Any, ...] = ()) -> Place:
    """Put someone on a frame of the way ``name``; also for callbacks."""
    before = st.session_state.get(f"_interp_place_{name}")
    now = st.session_state[f"_interp_place_{name}"] = Place(of, at, at, before.order + 1 if before else 0)
    return now


def place(name: str, first: int, *, of: tuple[Any, ...] = ()) -> Place:
    """Where someone is on the way ``name``; at ``first`` when they come to it."""
    held: Place | None = st.session_state.get(f"_interp_place_{name}")
    return held if held is not None and held.of == of else put(name, first, of=of)


def follow(name: str, key: str, reported: str, now: Place, show: Callable[[Place], int]) -> int:
    """Draw a component that moves along the way ``name``, and keep the frame that it is at.

    Parameters
    ----------
    name, now : of the way, and where someone is on it.
    key, reported : of the component, and what it calls a frame in its state.
    show : draws it, and gives the frame at rest.
    """
    if reported not in (st.session_state.get(key) or {}):  # new on the page: it starts where they were
        now = replace(now, start=now.at)
    at = show(now)
    st.session_state[f"_interp_place_{name}"] = replace(now, at=at)
    return at


def jump(name: str, at: int, *, of: tuple[Any, ...] = ()) -> None:
    """Go to a frame of the way ``name`` in a run of its own."""
    put(name, at, of=of)
    try:
        st.rerun(scope="fragment")
    except StreamlitAPIException:  # the whole page is running, so there is no fragment to run again
        st.rerun()


def scrub(id: str, way: Walk, name: str, now: Place, *, label: str, captions: list[str], alt: list[str]) -> int:
    """The frames of a way to scrub through, the nearest real item beside each; the frame at rest."""

    def show(now: Place) -> int:
        return scrubber(
            way.frames,
            key=f"interp_{name}",
            label=label,
            captions=[f"Made by the model\n{caption}" for caption in captions],
            alt=alt,
            beside=beside(id, way),
            start=now.start,
            order=now.order,
            size=LARGE,
            strip=False,
        )

    return follow(name, f"interp_{name}", "frame", now, show)


def corner_sheet(id: str, square: Walk, name: str, now: Place, *, steps: int) -> int:
    """The frames between four corners to move over, the nearest real item beside each; the one at rest."""

    def show(now: Place) -> int:
        return grid(
            square.frames,
            key=f"interp_{name}",
            label="Frames between four corners, made by the model",
            columns=steps,
            captions=[f"Row {i // steps + 1}, column {i % steps + 1}" for i in range(len(square.frames))],
            beside=beside(id, square),
            start=now.start,
            order=now.order,
            size=SMALL,
            large=MEDIUM,
        )

    return follow(name, f"interp_{name}", "cell", now, show)


def beside(id: str, way: Walk) -> Beside:
    """The nearest real item of every frame, and what is known of it."""
    dataset, gallery = resources.card(id).dataset, resources.gallery(id)
    said = zip(way.rows, way.distance, way.rarity, strict=True)
    name = nearest_name(id)
    return Beside(
        item_data.gallery_images(id, way.rows),
        captions=[f"{name}\n{slides.describe(id, int(r), float(d), float(q))}" for r, d, q in said],
        alt=[f"{dataset}/{gallery.index[row]}" for row in way.rows],
        real=item_data.are_originals(dataset),
    )


def nearest_name(id: str) -> str:
    """What is nearest to something that the model makes: a gallery may itself be sampled."""
    return "Nearest sampled item" if item_data.is_sampled(id) else "Nearest real item"


def frames(walk: Walk, *, captions: list[str], alt: list[str], selected: int) -> int | None:
    """Some decoded pictures, small; the one that was clicked."""
    return tiles(
        walk.frames,
        key="interp_frames",
        label="Frames, made by the model",
        captions=captions,
        marks=["generated"] * len(walk.frames),
        alt=alt,
        size=SMALL,
        selected=selected,
    )


def nearest(id: str, walk: Walk) -> None:
    """The nearest real item of every frame; a click makes one the current item."""
    dataset, gallery = resources.card(id).dataset, resources.gallery(id)
    known = "originals" if item_data.are_originals(dataset) else "rebuilt: the originals are not here"
    what = f"The real item nearest to each ({known})"
    if item_data.is_sampled(id):
        what = "The item of the gallery nearest to each (sampled from the model)"
    st.caption(
        f"{what} and its distance. Click one to put it on the card.",
        help="Euclidean distance of two codes; lower is nearer. Far from real items the model makes things up.",
    )
    items = [Item(dataset, int(gallery.index[row])) for row in walk.rows]
    row = tiles(
        item_data.gallery_images(id, walk.rows),
        key="interp_nearest",
        label="Nearest real items",
        captions=[f"{distance:.2f}" for distance in walk.distance],
        issues=issue_filter.marks(dataset, gallery.index[walk.rows]),
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
