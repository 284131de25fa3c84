"""Interpolate: walk from one image to another through the code, and see what the model makes on the way."""

from typing import Any

import numpy as np
import streamlit as st
from streamlit.errors import StreamlitAPIException

from core import images as pictures
from core import latent
from core.datasets import SOURCES
from dashboard import frame, resources, slides, state
from dashboard.components.tiles import tiles
from dashboard.slides import Frames
from dashboard.state import Item

VIEWS = {"slide": "Slide A to B", "corners": "Four corners", "number": "One number"}
MODES = {"linear": "Straight", "spherical": "Curved"}
MODES_HELP = (
    "Straight (linear): every number of the code goes evenly from A to B. Curved (spherical): the code turns from "
    "A to B at even speed and keeps its length. In codes of many numbers real items have similar lengths, and the "
    "straight way passes nearer to 0, where there are few."
)
STEPS = (2, 16)
LARGE, SMALL = 8, 56  # pixels of the screen to a pixel of the large picture; side of a small one
BOUND: dict[str, Any] = {"bind": "query-params"}
MADE = ":material/auto_awesome: Made by the model"


def end(id: str, name: str, item: Item, *, mirrored: bool = False) -> None:
    """One end: its original and rebuilt picture, and the ways to choose another."""
    original = resources.original(item)
    rebuilt = resources.runner(id).decode(resources.code(id, item)[None])[0]
    shown = [("Rebuilt", "generated", rebuilt)]
    if original is not None:
        shown.insert(0, ("Uploaded" if item.is_upload else "Original", "", original))
    captions, marks, images = zip(*(shown[::-1] if mirrored else shown), strict=True)
    st.markdown(f"**{name.upper()}** · `{item.address}` · {slides.label_of(id, item)}")
    tiles(
        np.stack(images),
        key=f"interp_end_{name}",
        label=f"{name.upper()}: {item.address}",
        captions=list(captions),
        marks=list(marks),
        alt=[f"{name.upper()}, {item.address}"] * len(images),
        size=SMALL,
        clickable=False,
    )
    choose(name, item)


def choose(name: str, item: Item) -> None:
    """Ways to make another item an end."""
    here = state.current_item().address
    with st.container(horizontal=True, gap="xsmall"):
        st.button(
            "Use card",
            key=f"interp_current_{name}",
            on_click=slides.put_current,
            args=(name,),
            disabled=here == item.address,
            help=f"Take the item of the card, {here}, as {name.upper()}. Any page can put an item there.",
        )
        st.button(
            "Random",
            key=f"interp_random_{name}",
            on_click=slides.put_random,
            args=(name,),
            help="Any item of the data set.",
        )
        with st.popover("More", key=f"interp_more_{name}"), frame.guard():
            key, size = f"interp_place_{name}_{item.address}", SOURCES[state.dataset()].size
            st.number_input(
                f"Place of {name.upper()} in {SOURCES[state.dataset()].title}",
                0,
                size - 1,
                max(item.index, 0),
                key=key,
                on_change=slides.put_place,
                args=(name, key),
            )
            upload(name)


def upload(name: str) -> None:
    """Take a picture from the reader as an end."""
    file = st.file_uploader(
        f"Your own picture as {name.upper()}",
        type=["png", "jpg", "jpeg", "webp"],
        max_upload_size=20,
        key=f"interp_upload_{name}",
        help="One bright thing on dark, or dark on bright: it is cropped and centred like the data set's items.",
    )
    if file is None or file.file_id == st.session_state.get(f"_interp_uploaded_{name}"):
        return
    st.session_state[f"_interp_uploaded_{name}"] = file.file_id
    image = pictures.to_item(pictures.read_upload(file.getvalue()), SOURCES[state.dataset()].shape)
    slides.put(name, state.add_upload(state.dataset(), image))
    st.rerun()


def settings(*, curved: bool = True) -> tuple[str, int]:
    """Kind of way and number of pictures."""
    mode = "linear"
    if curved:
        mode = st.segmented_control(
            "Way",
            list(MODES),
            default="linear",
            format_func=MODES.__getitem__,
            key="interp_mode",
            required=True,
            help=MODES_HELP,
            **BOUND,
        )
    help = "Pictures from one end to the other, both included."
    steps = st.number_input("Steps", *STEPS, 8, key="interp_steps", help=help, width=128, **BOUND)
    return mode or "linear", int(np.clip(steps or 8, *STEPS))


def pick(key: str, value: float) -> None:
    """Move the widget ``key`` in a run of its own: in this one it can no longer be changed."""
    st.session_state["_interp_pick"] = (key, value)
    try:
        st.rerun(scope="fragment")
    except StreamlitAPIException:  # the whole page is running, so there is no fragment to run again
        st.rerun()


def adopt_pick() -> None:
    """Give the widget what `pick` left; before it is drawn."""
    if (picked := st.session_state.pop("_interp_pick", None)) is not None:
        st.session_state[picked[0]] = picked[1]


def large(id: str, code: np.ndarray, *, name: str, beside: str) -> None:
    """One code decoded large, next to the real item that is nearest to it."""
    found = slides.look(id, code[None])
    item, label = slides.real(id, int(found.rows[0]))
    left, right = st.columns(2, wrap=False)
    picture = pictures.png(found.images[0], scale=LARGE)
    left.image(picture, width=28 * LARGE, alt=name, caption=f"{MADE}  \n{beside}")
    known = "Original" if resources.are_originals(item.dataset) else "Rebuilt"
    nearest = pictures.png(resources.gallery_images(id, found.rows)[0], scale=LARGE)
    says = f"Nearest real item ({known.lower()}): {label}  \n{item.address}, {found.distances[0]:.2f} away"
    right.image(nearest, width=28 * LARGE, alt=f"Nearest real item, {item.address}", caption=says)


def nearest_row(id: str, found: Frames) -> None:
    """The nearest real item of every frame; a click makes one the current item."""
    known = "originals" if resources.are_originals(state.dataset()) else "rebuilt, as the originals are not here"
    st.caption(
        f"The real item nearest to each ({known}) and how far its code is away. Click one to put it on the card.",
        help="Where the same item stays nearest, or the distance is large, the model fills a gap in the data.",
    )
    named = [slides.real(id, int(row)) for row in found.rows]
    row = tiles(
        resources.gallery_images(id, found.rows),
        key="interp_nearest",
        label="Nearest real items",
        captions=[f"{distance:.2f}" for distance in found.distances],
        alt=[f"{item.address}, label {label}" for item, label in named],
        size=SMALL,
        columns=max(8, len(named)),
    )
    if row is not None:
        state.select(named[row][0])
        st.rerun()


def frames_row(images: np.ndarray, *, captions: list[str], alt: list[str], selected: int | None) -> int | None:
    """All frames as small pictures."""
    return tiles(
        images,
        key="interp_frames",
        label="Frames, made by the model",
        captions=captions,
        marks=["generated"] * len(images),
        alt=alt,
        size=SMALL,
        selected=selected,
        columns=max(8, len(images)),
    )


def download_png(images: np.ndarray, columns: int, name: str) -> None:
    """The small pictures as one file."""
    st.download_button(
        "PNG",
        lambda: pictures.png(pictures.sheet(images, columns=columns), scale=4),
        name,
        "image/png",
        key="interp_png",
        icon=":material/download:",
        on_click="ignore",
        help="The frames side by side, each pixel drawn 4 wide.",
    )


@st.fragment
def slide(id: str, a: Item, b: Item) -> None:
    """The slider, its frame, and all frames of the way; rerun alone when the slider moves."""
    with frame.guard():
        adopt_pick()
        start, stop = resources.code(id, a), resources.code(id, b)
        t = st.slider("t, from A (0) to B (1)", 0.0, 1.0, 0.5, 0.01, key="interp_t", **BOUND)
        t = float(np.clip(t, 0, 1))
        picture, options = st.columns([3, 2], gap="medium")
        with options:
            mode, steps = settings()
            st.caption(f"A and B are {np.linalg.norm(stop - start):.2f} apart in a code of {start.size} numbers.")
            downloads = st.container(horizontal=True, gap="xsmall")
        code = latent.MODES[mode](start, stop, t)
        with picture:
            large(id, code, name=f"Frame at t = {t:.2f}", beside=f"at t = {t:.2f}")
        way = (id, a, b, mode, steps)
        codes = latent.path(start, stop, steps=steps, mode=mode)
        found: Frames = slides.kept("way", way, lambda: slides.look(id, codes))
        times = np.linspace(0, 1, steps)
        st.caption(f"{MADE}: {steps} frames from A to B. Click one to see it large.")
        row = frames_row(
            found.images,
            captions=[f"{time:.2f}" for time in times],
            alt=[f"Small frame at t = {time:.2f}" for time in times],
            selected=int(np.abs(times - t).argmin()),
        )
        nearest_row(id, found)
        with downloads:
            names = (id, a.address, b.address, mode)
            st.download_button(
                "GIF",
                lambda: slides.there_and_back(id, start, stop, mode),
                slides.file_name(*names, end="gif"),
                "image/gif",
                key="interp_gif",
                icon=":material/download:",
                on_click="ignore",
                help=f"From A to B and back, {slides.GIF_FRAMES} frames each way.",
            )
            download_png(found.images, steps, slides.file_name(*names, steps, end="png"))
        if row is not None:
            pick("interp_t", round(float(times[row]), 2))


@st.fragment
def corners(id: str, chosen: list[Item]) -> None:
    """The square between four items."""
    with frame.guard():
        with st.container(horizontal=True, vertical_alignment="bottom"):
            mode, steps = settings()
            downloads = st.container(width="content")
        grid, closer = st.columns([3, 2], gap="medium")
        codes = latent.corner_grid(*(resources.code(id, item) for item in chosen), steps=steps, mode=mode)
        flat = codes.reshape(steps * steps, -1)
        images = slides.kept("square", (id, *chosen, mode, steps), lambda: resources.runner(id).decode(flat))
        places = [(row, column) for row in range(steps) for column in range(steps)]
        at = min(int(st.session_state.get("_interp_cell", steps * (steps // 2) + steps // 2)), len(flat) - 1)
        with grid:
            row = tiles(
                images,
                key="interp_square",
                label="The square between A, B, C and D, made by the model",
                alt=[f"Row {row + 1}, column {column + 1}" for row, column in places],
                size=SMALL,
                selected=at,
                columns=steps,
            )
            st.caption(f"{MADE}: A top left, B top right, C bottom left, D bottom right. Click one.")
        if row is not None:
            at = st.session_state["_interp_cell"] = row
        with closer:
            down, right = places[at]
            place = f"row {down + 1}, column {right + 1}"
            large(id, flat[at], name=f"Frame at {place}", beside=f"at {place}")
        with downloads:
            names = (id, *(item.address for item in chosen), mode, steps)
            download_png(images, steps, slides.file_name(*names, end="png"))


@st.fragment
def number(id: str, a: Item) -> None:
    """A single number of the code of A, moved from end to end."""
    with frame.guard():
        order: list[int] = slides.kept("strongest", (id,), lambda: slides.strongest(id))
        if st.session_state.get("interp_dim") not in (None, *order):
            del st.session_state["interp_dim"]
        with st.container(horizontal=True, vertical_alignment="bottom"):
            dim = st.selectbox(
                "Number of the code",
                order,
                format_func=lambda value: slides.number_name(id, value),
                key="interp_dim",
                help="Those first that change the pictures most, on average over some items.",
                width=180,
                **BOUND,
            )
            _, steps = settings(curved=False)
            downloads = st.container(width="content")
        code, (low, high) = resources.code(id, a), slides.reach(id, dim)
        values = np.linspace(low, high, steps)
        codes = latent.sweep(code, dim=dim, values=values)
        found: Frames = slides.kept("sweep", (id, a, dim, steps), lambda: slides.look(id, codes))
        own = int(np.abs(values - code[dim]).argmin())
        at = min(int(st.session_state.get("_interp_value", steps - 1)), steps - 1)
        name = slides.number_name(id, dim)
        place = st.container()
        st.caption(
            f"{MADE}: {name} from {low:.2f} to {high:.2f}; all other numbers stay those of A. {told(id, dim)}"
        )
        row = frames_row(
            found.images,
            captions=[f"{value:.2f}{' (A)' if i == own else ''}" for i, value in enumerate(values)],
            alt=[f"{name} at {value:.2f}" for value in values],
            selected=at,
        )
        if row is not None:
            at = st.session_state["_interp_value"] = row
        nearest_row(id, found)
        with place:
            beside = f"{name} at {values[at]:.2f}; A has {code[dim]:.2f}"
            large(id, codes[at], name=f"{name} at {values[at]:.2f}", beside=beside)
        with downloads:
            download_png(found.images, steps, slides.file_name(id, a.address, name.replace(" ", "-"), end="png"))


def told(id: str, dim: int) -> str:
    """What the ends of a sweep mean."""
    if dim < resources.runner(id).categories:
        return "A category is a share from 0 to 1; the others keep theirs, so the sum may pass 1."
    return "Nine hundred and eighty of a thousand real items lie between these ends."


main, side = frame.page(
    "Interpolate",
    "Walk from one image to another. What lies between is made by the model; real items stand beside.",
)
checkpoint = state.choose_checkpoint("interp", ("aae", "vae", "ae"))
if checkpoint is None:
    st.stop()
with main, frame.guard():
    view = st.segmented_control(
        "View",
        list(VIEWS),
        default="slide",
        format_func=VIEWS.__getitem__,
        key="interp_view",
        required=True,
        label_visibility="collapsed",
        **BOUND,
    )
    found = slides.ends(checkpoint, {"slide": 2, "corners": 4}.get(view or "slide", 1))
    state.flush_notices()
    with st.container(horizontal=True, gap="medium"):
        for name, item in zip(slides.ENDS, found, strict=False):
            with st.container(width=250 if len(found) < 4 else 185, gap="xsmall"):
                end(checkpoint, name, item, mirrored=name == "b" and len(found) == 2)
        if view == "slide":
            st.button("Swap", icon=":material/swap_horiz:", on_click=slides.swap, key="interp_swap")
    if view == "corners":
        corners(checkpoint, found)
    elif view == "number":
        number(checkpoint, found[0])
    else:
        slide(checkpoint, *found)
frame.item_card(side, checkpoint)
