"""The page of `components_demo.py`."""

import numpy as np
import streamlit as st
from PIL import Image, ImageDraw, ImageFont

from dashboard.components import Beside, grid, scrubber, sketch, tiles

MARKS = ["query", "right", "right", "wrong", "right", "generated", "wrong", "", "right", "right"]


def glyph(text: str) -> np.ndarray:
    """(28, 28, 1) uint8: the text in white on black, as a data set's digit would be."""
    image = Image.new("L", (28, 28))
    ImageDraw.Draw(image).text((14, 14), text, font=ImageFont.load_default(24), fill=255, anchor="mm")
    return np.asarray(image)[..., None]


def faces(n: int) -> np.ndarray:
    """(n, 64, 64, 3) uint8: something larger and in colour."""
    y, x = np.mgrid[0:64, 0:64].astype(np.float32) / 63
    shades = [np.stack([x, y, np.full_like(x, k / max(n - 1, 1))], axis=-1) for k in range(n)]
    return (np.stack(shades) * 255).astype(np.uint8)


def path(n: int, digit: int) -> np.ndarray:
    """(n, 28, 28, 1) uint8: a digit that fades into a 9."""
    share = np.linspace(0, 1, n)[:, None, None, None]
    return ((1 - share) * glyph(str(digit)) + share * glyph("9")).astype(np.uint8)


def shift() -> None:
    """Show other pictures in the next run."""
    st.session_state["shift"] += 1


st.set_page_config(page_title="Components", layout="wide")
st.session_state.setdefault("shift", 0)
digits = np.stack([glyph(str(k)) for k in range(10)])
st.title("Components")
with st.container(horizontal=True):
    st.button("Run again")
    st.button("Shift", on_click=shift)
    shown = st.toggle("Scrubber", value=True)
    moved = st.toggle("Pad on the left")
    st.markdown(f"shift={st.session_state['shift']}")
left, right = st.columns([3, 1], gap="large")

with left:
    st.subheader("Pick a neighbour")
    order = np.roll(np.arange(10), -st.session_state["shift"])
    picked = tiles(
        digits[order],
        key="demo_pick",
        label="Neighbours",
        captions=[f"{0.0123 * k:.4f}" for k in range(10)],
        marks=MARKS,
        alt=[f"Digit {k}" for k in order],
        size=84,
        selected=st.session_state.get("chosen"),
    )
    if picked not in (None, st.session_state.get("chosen")):
        st.session_state["chosen"] = picked
        st.session_state["picks"] = st.session_state.get("picks", 0) + 1
        st.rerun()
    st.markdown(f"chosen={st.session_state.get('chosen')} picks={st.session_state.get('picks', 0)}")

    @st.fragment
    def along() -> None:
        steps = st.select_slider("Steps", [11, 21, 41], value=21, key="steps")
        words = [f"{100 * (1 - k / (steps - 1)):.0f} % of the digit" for k in range(steps)]
        frames = path(steps, (4 + st.session_state["shift"]) % 10)
        at = scrubber(frames, key="demo_along", label="To a 9", captions=words, start=2)
        st.markdown(f"frame={at}")

    st.subheader("Move along")
    if shown:
        along()

    st.subheader("Move over")

    @st.fragment
    def over() -> None:
        kinds = [(4 + k + st.session_state["shift"]) % 10 for k in range(6)]
        cells = np.concatenate([path(9, kind) for kind in kinds])
        names = [f"digit {kind}" for kind in kinds]
        heads = [f"{k / 8:.2f}" for k in range(9)]
        ends = Beside(np.repeat(digits[9:], 54, axis=0), ["the 9\nas it is"] * 54, ["A 9"] * 54)
        held = grid(
            cells, key="demo_styles", label="To 9s", columns=9, rows=names, heads=heads, beside=ends, start=4
        )
        st.markdown(f"cell={held}")

    over()

    st.subheader("Corner grid")
    tiles(np.tile(digits, (10, 1, 1, 1)), key="demo_grid", label="Grid", columns=10, marks=["generated"] * 100)

with left if moved else right:
    st.subheader("Draw")
    ink = sketch(key="demo_sketch")
    st.markdown("ink=none" if ink is None else f"ink={ink.shape[0]}x{ink.shape[1]} white={int((ink > 127).sum())}")

with right:
    st.subheader("Only to look at")
    tiles(faces(6), key="demo_look", label="Colours", clickable=False)
    tiles(digits[:0], key="demo_none", label="Nothing")
