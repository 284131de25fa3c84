"""Interpolate: walk from one image to another through the code, and see what the model makes on the way."""

import numpy as np
import streamlit as st

from core import film, latent
from dashboard import (
    address,
    checkpoint_choice,
    corners,
    films,
    frame,
    item_data,
    resources,
    seen,
    slides,
    state,
    walks,
)
from dashboard.items import Item
from dashboard.slides import Walk

SLIDE, SQUARE, NUMBER = "Slide A to B", "Four corners", "One number"
LAST = slides.FINE - 1  # the frame of t = 1
PNG_HELP = "The frames side by side, each pixel drawn 4 wide."


def sync() -> None:
    """Adopt what the URL says of t, and let it say where on the way from A to B someone is."""
    try:
        asked = float(address.asked("interp_t") or "nan")
    except ValueError:
        asked = np.nan
    if np.isfinite(asked):
        at = walks.put("t", round(float(np.clip(asked, 0, 1)) * LAST)).at
    else:
        at = walks.place("t", LAST // 2).at
    address.complete("interp_t", f"{at / LAST:.2f}")


def swap(id: str) -> None:
    """Exchange A and B, and stay at the same picture; a callback."""
    corners.swap("a", "b", id)
    walks.put("t", LAST - walks.place("t", LAST // 2).at)


@st.fragment
def slide(id: str) -> None:
    """The way from A to B to scrub along, and some of its frames; rerun alone when someone came to rest on it."""
    with frame.guard():
        a, b = (corners.get(name, id) for name in "ab")
        start, stop = item_data.code(id, a), item_data.code(id, b)
        left, right = st.columns([5, 2])
        with right:
            mode = walks.choose_mode()
            steps = walks.choose_steps("Frames from A to B, both included.")
            apart = np.linalg.norm(stop - start)
            st.caption(f"Codes of A and B: {start.size} numbers each, distance {apart:.2f}.")
            downloads = st.container(horizontal=True, gap="xsmall")
        fine = slides.between(start, stop, np.linspace(0, 1, slides.FINE), mode)
        smooth: Walk = walks.kept("fine", (id, a, b, mode), lambda: slides.walk(id, fine))
        before = walks.place("t", LAST // 2)
        with left:
            at = walks.scrub(
                id,
                smooth,
                "t",
                before,
                label="t, from A at 0 to B at 1",
                captions=[f"t = {i / LAST:.2f}" for i in range(slides.FINE)],
                alt=[f"Frame at t = {i / LAST:.2f}" for i in range(slides.FINE)],
            )
        between = f"From {a.address} to {b.address}, here t = {at / LAST:.2f}"
        seen.say(f"{between}. What lies between is made by {resources.card(id).title}.")
        if at != before.at:
            address.choose({"interp_t": f"{at / LAST:.2f}"})
        codes = latent.path(start, stop, steps=steps, mode=mode)
        way: Walk = walks.kept("way", (id, a, b, mode, steps), lambda: slides.walk(id, codes))
        times = np.linspace(0, 1, steps)
        st.caption(f"{walks.MADE}: {steps} frames from A to B, under each its t. Click one to see it large.")
        row = walks.frames(
            way,
            captions=[f"{time:.2f}" for time in times],
            alt=[f"Small frame at t = {time:.2f}" for time in times],
            selected=int(np.abs(times - at / LAST).argmin()),
        )
        walks.nearest(id, way)
        way_back = slides.there_and_back(resources.runner(id), start, stop, steps=steps, mode=mode)
        told = "From A to B and back, in as many small steps as look smooth."
        films.buttons(downloads, way_back, slides.file_name(id, a, b, what=mode), key="interp", told=told)
        strip = slides.contact_sheet(way.frames, columns=steps)
        walks.download(downloads, "png", strip, id, a, b, what=f"{mode}-{steps}", told=PNG_HELP)
        if row is not None and (to := round(float(times[row]) * LAST)) != at:
            address.choose({"interp_t": f"{to / LAST:.2f}"})
            walks.jump("t", to)


@st.fragment
def square(id: str) -> None:
    """All frames of the square between four items to move over, one of them large."""
    with frame.guard():
        chosen = [corners.get(name, id) for name in corners.CORNERS]
        with st.container(horizontal=True, vertical_alignment="bottom"):
            mode = walks.choose_mode()
            steps = walks.choose_steps("Frames along each side, corners included.")
            downloads = st.container(width="content")
        codes = latent.corner_grid(*(item_data.code(id, item) for item in chosen), steps=steps, mode=mode)
        flat = codes.reshape(steps * steps, -1)
        cells: Walk = walks.kept("square", (id, *chosen, mode, steps), lambda: slides.walk(id, flat))
        now = walks.place("cell", (steps + 1) * (steps // 2), of=(steps,))
        seen.say(f"Between {', '.join(item.address for item in chosen)}: made by {resources.card(id).title}.")
        walks.corner_sheet(id, cells, "cell", now, steps=steps)
        st.caption(
            f"{walks.MADE}: A top left, B top right, C bottom left, D bottom right. Move over the frames to see "
            "them large; a click or the arrow keys hold one."
        )
        sheet = slides.contact_sheet(cells.frames, columns=steps)
        walks.download(downloads, "png", sheet, id, *chosen, what=f"{mode}-{steps}", told=PNG_HELP)


@st.fragment
def number(id: str) -> None:
    """A single number of the code of A, moved from end to end."""
    with frame.guard():
        a = corners.get("a", id)
        code, categories = item_data.code(id, a), resources.runner(id).categories
        with st.container(horizontal=True, vertical_alignment="bottom"):
            dim = choose_number(id, a, code, categories)
            steps = walks.choose_steps("Frames from the lowest to the highest value.")
            downloads = st.container(width="content")
        column = resources.gallery(id).z[:, dim]
        low, high = slides.span(column, float(code[dim]), category=dim < categories)

        def swept(name: str, values: np.ndarray) -> Walk:
            codes = slides.sweep(code, dim=dim, values=values, categories=categories)
            walk: Walk = walks.kept(name, (id, a, dim, len(values)), lambda: slides.walk(id, codes))
            return walk

        name = slides.dimension_name(dim, categories=categories)
        values, some = np.linspace(low, high, slides.FINE), np.linspace(low, high, steps)
        own, of = int(np.abs(values - code[dim]).argmin()), (id, a, dim)
        at = walks.scrub(
            id,
            swept("sweep", values),
            "value",
            walks.place("value", own, of=of),
            label=f"{name}, from {low:.2f} to {high:.2f}",
            captions=[f"{name} at {value:.2f}" for value in values],
            alt=[f"{name} at {value:.2f}" for value in values],
        )
        st.caption(
            f"{walks.MADE}: {name} from {low:.2f} to {high:.2f}, A has {code[dim]:.2f}. {told(dim, categories)}"
        )
        seen.say(f"{a.address} with {name} from {low:.2f} to {high:.2f}: made by {resources.card(id).title}.")
        way = swept("few", some)
        row = walks.frames(
            way,
            captions=[f"{value:.2f}" for value in some],
            alt=[f"{name} at {value:.2f}, small" for value in some],
            selected=int(np.abs(some - values[at]).argmin()),
        )
        walks.nearest(id, way)
        every, file = swept("sweep", values).frames, slides.file_name(id, a, what=name.lower().replace(" ", "-"))
        told_film = f"{name} from {low:.2f} to {high:.2f} and back."
        films.buttons(
            downloads, lambda: film.there_and_back(every[::2]), file, key="interp_number", told=told_film
        )
        strip = slides.contact_sheet(way.frames, columns=steps)
        walks.download(downloads, "png", strip, id, a, what=name.lower().replace(" ", "-"), told=PNG_HELP)
        if row is not None and (to := int(np.abs(values - some[row]).argmin())) != at:
            walks.jump("value", to, of=of)


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
    picture=("interp_t", "interp_cell", "interp_value"),
)
checkpoint = checkpoint_choice.choose("interp", ("aae", "vae", "ae"))
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
    sync()
    state.flush_notices()
    with st.container(horizontal=True, gap="small"):
        for name in names:
            with st.container(width=walks.CORNER, gap="xsmall", key=f"interp_corner_{name}"):
                walks.corner(checkpoint, name, mirrored=names == "ab" and name == "b")
        if draw is slide:
            st.button("Swap", icon=":material/swap_horiz:", on_click=swap, args=(checkpoint,), key="interp_swap")
    draw(checkpoint)
frame.item_card(side, checkpoint)
