"""Interpolate: walk from one image to another through the code, and see what the model makes on the way."""

import numpy as np
import streamlit as st

from core import latent
from dashboard import corners, frame, resources, slides, state, walks, widgets
from dashboard.items import Item
from dashboard.slides import Walk

SLIDE, SQUARE, NUMBER = "Slide A to B", "Four corners", "One number"
PNG_HELP = "The frames side by side, each pixel drawn 4 wide."


def clicked(key: str, row: int | None, *, count: int, first: int) -> int:
    """The frame that is shown large: the one clicked now, else before, else ``first``."""
    if row is not None:
        st.session_state[key] = row
    return min(int(st.session_state.get(key, first)), count - 1)


def swap(id: str) -> None:
    """Exchange A and B, and stay at the same picture; a callback."""
    corners.swap("a", "b", id)
    if "interp_t" in st.session_state:
        st.session_state["interp_t"] = round(1 - st.session_state["interp_t"], 2)


@st.fragment
def slide(id: str) -> None:
    """The slider, its frame, and all frames of the way; rerun alone when the slider moves."""
    with frame.guard():
        widgets.arrive()
        a, b = (corners.get(name, id) for name in "ab")
        start, stop = resources.code(id, a), resources.code(id, b)
        t = st.slider("t, from A at 0 to B at 1", 0.0, 1.0, 0.5, 0.01, key="interp_t", **walks.BOUND)
        with st.container(horizontal=True, gap="medium"):
            picture = st.container(width="content")
            with st.container(width=200):
                mode = walks.choose_mode()
                steps = walks.choose_steps("Frames from A to B, both included.")
                apart = np.linalg.norm(stop - start)
                st.caption(f"Codes of A and B: {start.size} numbers each, distance {apart:.2f}.")
                downloads = st.container(horizontal=True, gap="xsmall")
        with picture:
            now = slides.walk(id, slides.between(start, stop, t, mode))
            walks.large(id, now, 0, name=f"Frame at t = {t:.2f}", beside=f"at t = {t:.2f}")
        codes = latent.path(start, stop, steps=steps, mode=mode)
        way: Walk = walks.kept("way", (id, a, b, mode, steps), lambda: slides.walk(id, codes))
        times = np.linspace(0, 1, steps)
        st.caption(f"{walks.MADE}: {steps} frames from A to B, under each its t. Click one to see it large.")
        row = walks.frames(
            way,
            captions=[f"{time:.2f}" for time in times],
            alt=[f"Small frame at t = {time:.2f}" for time in times],
            selected=int(np.abs(times - t).argmin()),
        )
        walks.nearest(id, way)
        smooth = slides.there_and_back(resources.runner(id), start, stop, steps=steps, mode=mode)
        told = "From A to B and back, in as many small steps as look smooth."
        walks.download(downloads, "gif", smooth, id, a, b, what=mode, told=told)
        strip = slides.contact_sheet(way.frames, columns=steps)
        walks.download(downloads, "png", strip, id, a, b, what=f"{mode}-{steps}", told=PNG_HELP)
        if row is not None:
            widgets.move("interp_t", round(float(times[row]), 2))


@st.fragment
def square(id: str) -> None:
    """All frames of the square between four items, and one of them large."""
    with frame.guard():
        chosen = [corners.get(name, id) for name in corners.CORNERS]
        with st.container(horizontal=True, vertical_alignment="bottom"):
            mode = walks.choose_mode()
            steps = walks.choose_steps("Frames along each side, corners included.")
            downloads = st.container(width="content")
        codes = latent.corner_grid(*(resources.code(id, item) for item in chosen), steps=steps, mode=mode)
        flat = codes.reshape(steps * steps, -1)
        grid: Walk = walks.kept("square", (id, *chosen, mode, steps), lambda: slides.walk(id, flat))
        held = clicked("_interp_cell", None, count=len(flat), first=(steps + 1) * (steps // 2))
        left, right = st.columns([3, 1])
        with left:
            row = walks.frames(
                grid,
                captions=[""] * len(flat),
                alt=[f"Row {i // steps + 1}, column {i % steps + 1}" for i in range(len(flat))],
                selected=held,
                columns=steps,
            )
            st.caption(f"{walks.MADE}: A top left, B top right, C bottom left, D bottom right. Click one.")
        at = clicked("_interp_cell", row, count=len(flat), first=held)
        with right:
            place = f"row {at // steps + 1}, column {at % steps + 1}"
            walks.large(id, grid, at, name=f"Frame at {place}", beside=place, narrow=True)
        sheet = slides.contact_sheet(grid.frames, columns=steps)
        walks.download(downloads, "png", sheet, id, *chosen, what=f"{mode}-{steps}", told=PNG_HELP)


@st.fragment
def number(id: str) -> None:
    """A single number of the code of A, moved from end to end."""
    with frame.guard():
        a = corners.get("a", id)
        code, categories = resources.code(id, a), resources.runner(id).categories
        with st.container(horizontal=True, vertical_alignment="bottom"):
            dim = choose_number(id, a, code, categories)
            steps = walks.choose_steps("Frames from the lowest to the highest value.")
            downloads = st.container(width="content")
        column = resources.gallery(id).z[:, dim]
        low, high = slides.span(column, float(code[dim]), category=dim < categories)
        values = np.linspace(low, high, steps)
        codes = slides.sweep(code, dim=dim, values=values, categories=categories)
        way: Walk = walks.kept("sweep", (id, a, dim, steps), lambda: slides.walk(id, codes))
        name = slides.dimension_name(dim, categories=categories)
        place = st.container()
        st.caption(
            f"{walks.MADE}: {name} from {low:.2f} to {high:.2f}, A has {code[dim]:.2f}. {told(dim, categories)}"
        )
        own = int(np.abs(values - code[dim]).argmin())
        held = clicked("_interp_value", None, count=steps, first=own)
        row = walks.frames(
            way,
            captions=[f"{value:.2f}" for value in values],
            alt=[f"{name} at {value:.2f}, small" for value in values],
            selected=held,
        )
        walks.nearest(id, way)
        at = clicked("_interp_value", row, count=steps, first=held)
        with place:
            shown = f"{name} at {values[at]:.2f}"
            walks.large(id, way, at, name=shown, beside=shown)
        strip = slides.contact_sheet(way.frames, columns=steps)
        walks.download(downloads, "png", strip, id, a, what=name.lower().replace(" ", "-"), told=PNG_HELP)


def choose_number(id: str, a: Item, code: np.ndarray, categories: int) -> int:
    """Which number of the code is moved."""
    order: list[int] = walks.kept("order", (id, a), lambda: slides.by_effect(id, code))
    if st.session_state.get("interp_dim") not in (None, *order):
        del st.session_state["interp_dim"]  # another model's code had more numbers
    dim = st.selectbox(
        "Number of the code",
        order,
        format_func=lambda dim: slides.dimension_name(dim, categories=categories),
        key="interp_dim",
        help="Those first that change A most.",
        width=200,
        **walks.BOUND,
    )
    return order[0] if dim is None else dim


def told(dim: int, categories: int) -> str:
    """What happens to the other numbers."""
    if dim < categories:
        return "The other categories share the rest of 1; the style stays."
    rest = "Category and all other style numbers stay." if categories else "All other numbers stay."
    return f"{rest} 98 % of real items lie in this range."


VIEWS = {SLIDE: (slide, "ab"), SQUARE: (square, "abcd"), NUMBER: (number, "a")}

main, side = frame.page(
    "Interpolate",
    "Walk from one image to another. What lies between is made by the model; real items stand beside.",
)
checkpoint = state.choose_checkpoint("interp", ("aae", "vae", "ae"))
with main, frame.guard():
    view = st.segmented_control(
        "View",
        list(VIEWS),
        default=SLIDE,
        key="interp_view",
        required=True,
        label_visibility="collapsed",
        **walks.BOUND,
    )
    draw, names = VIEWS[view or SLIDE]
    corners.sync(names, checkpoint)
    state.flush_notices()
    with st.container(horizontal=True, gap="small"):
        for name in names:
            with st.container(width=walks.CORNER, gap="xsmall", key=f"interp_corner_{name}"):
                walks.corner(checkpoint, name, mirrored=names == "ab" and name == "b")
        if draw is slide:
            st.button("Swap", icon=":material/swap_horiz:", on_click=swap, args=(checkpoint,), key="interp_swap")
    draw(checkpoint)
frame.item_card(side, checkpoint)
