"""Describe: say what it should look like, and a GAN draws it; then see what it made of each word."""

import numpy as np
import streamlit as st

from core import checkpoints
from core.datasets import SOURCES
from dashboard import describing, frame, heard, navigation, resources, searching, sending, shop
from dashboard.components import scrubber, tiles
from dashboard.items import Item

WORDS, SEED, STAGES, OTHER = "desc_words", "desc_seed", "desc_stages", "desc_to"
FIRST, THEN = "black t-shirt for men", "pink top for women"
EXAMPLES = ("red shirt for men", "brown leather handbag", "white casual shoes", "silver watch", "blue jeans")
LONGEST, LAST = 300, 9_999
NEAR = 5
NUMBERS = {
    "type_agreement": "Type as asked",
    "colour_agreement": "Colour as asked",
    "r_precision": "Own caption first of 100",
    "diversity_ratio": "Variety, of the real one",
}


def use_example() -> None:
    """Take one of the examples; a callback."""
    if chosen := st.session_state.get("desc_example"):
        st.session_state[WORDS], st.session_state["desc_example"] = chosen, None


def again() -> None:
    """Draw others; a callback."""
    st.session_state[SEED] = (int(st.session_state.get(SEED) or 0) + 1) % (LAST + 1)


def ask() -> tuple[str, int]:
    """The phrase and the seed."""
    phrase = st.text_input("What should it look like?", FIRST, max_chars=LONGEST, key=WORDS, bind="query-params")
    st.pills("Try", EXAMPLES, key="desc_example", on_change=use_example, label_visibility="collapsed")
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
        st.button("Draw again", icon=":material/refresh:", on_click=again)
        seed = st.number_input("Seed", 0, LAST, 0, key=SEED, bind="query-params", width=130)
        st.toggle("Both stages", key=STAGES, bind="query-params", help="First 16 x 16, then 64 x 64.")
    return phrase or "", int(seed or 0)


def pictures(phrase: str, seed: int) -> int:
    """The pictures, and which of them is looked at."""
    made = describing.drawn(phrase, seed)
    heard.told(made.readings[0])
    if not made.readings[0].ids:
        st.info(
            "No word of this is known, so these are pictures of anything. Name a kind of thing and a colour.",
            icon=":material/info:",
        )
    row = min(int(st.session_state.get("_desc_row", 0)), describing.COUNT - 1)
    if st.session_state.get(STAGES):
        tiles(
            made.coarse,
            key="desc_coarse",
            label="First stage",
            marks=["generated"] * describing.COUNT,
            alt=[f"{phrase}, first stage"] * describing.COUNT,
            size=112,
            columns=4,
            clickable=False,
        )
    picked = tiles(
        made.fine,
        key="desc_made",
        label="Pictures of the phrase",
        captions=[f"{value:.2f}" for value in describing.match(phrase, seed)],
        marks=["generated"] * describing.COUNT,
        alt=[phrase or "anything"] * describing.COUNT,
        size=128,
        selected=row,
        columns=4,
    )
    st.caption(
        "Made by the model; nobody sells these. Under each: how well it fits the phrase, by the model that "
        "matches pictures and words (cosine similarity, 1 at most). Press one to look closer."
    )
    if picked is not None and picked != row:
        st.session_state["_desc_row"] = picked
        st.rerun()
    return row


def closer(phrase: str, seed: int, row: int) -> None:
    """One picture: what the reader sees, where each word is, and what is sold that is like it."""
    made = describing.drawn(phrase, seed)
    picture = made.fine[row]
    with st.container(border=True):
        tiles(picture[None], key="desc_one", label="Picture", marks=["generated"], size=192, clickable=False)
        st.caption(f"The GAN's critic, which sees the phrase too, gives it **{made.score[row]:.2f}** (1 is real).")
        if shop.reads():
            heard.read_back(picture)
        known, maps = shop.matcher().attention(phrase, picture)
        if known:
            st.markdown("**Where each word is seen**")
            tiles(
                describing.lit(picture, maps),
                key="desc_lit",
                label="Where each word is seen",
                captions=list(known),
                size=72,
                clickable=False,
            )
        nearest(picture)
        sending.offer(picture, key="desc_send")


def nearest(picture: np.ndarray) -> None:
    """The products that are most like a picture."""
    found = shop.best(shop.matcher().embed_images(picture[None])[0], shop.Query(""), k=NEAR)
    shown = shop.pictures(found.rows)
    if shown is None:
        return
    st.markdown("**Products most like it**")
    names = [shop.named(int(row)) for row in found.rows]
    picked = tiles(shown, key="desc_near", label="Products most like it", alt=names, size=56)
    if picked is not None:
        searching.begin(Item(shop.DATASET, int(shop.items().index[found.rows[picked]])), "", turn=False)
        st.switch_page(navigation.path("search"))


def walk(phrase: str, seed: int, row: int) -> None:
    """From this phrase to another one."""
    st.subheader("From this phrase to another", anchor=False)
    other = st.text_input("Another phrase", THEN, max_chars=LONGEST, key=OTHER, bind="query-params")
    scrubber(
        describing.between(phrase, other or "", seed, row),
        key="desc_walk",
        label="Between two phrases",
        captions=[f"{t:.0%}" for t in np.linspace(0, 1, describing.FRAMES)],
        size=192,
    )
    st.caption("The same noise under both phrases, and the straight line between their codes.")


def measured() -> None:
    """How good it is."""
    frame.numbers(resources.card(checkpoints.PICTURE_GAN), NUMBERS)
    st.caption(f"Measured with phrases of products that no model was trained on. {SOURCES[shop.DATASET].terms}.")


sending.leave()
main, side = frame.page(
    "Describe", "Say what it should look like: a GAN draws eight, and shows what it made of each word."
)
if not (shop.here() and shop.draws()):
    with main:
        frame.absent("products")
with main, frame.guard():
    phrase, seed = ask()
    row = pictures(phrase, seed)
    with side, frame.guard():
        closer(phrase, seed, row)
    walk(phrase, seed, row)
    measured()
