"""Search: begin with a picture, with words, or say in words how the picture should differ."""

import numpy as np
import streamlit as st

from core import images
from dashboard import frame, heard, resources, searching, shop, state, widgets, words
from dashboard.components import tiles
from dashboard.items import Item
from dashboard.searching import Start

MANY, FEW = 24, 8
BY_WORDS = {"recall_at_10": "Picture found by its words"}
BY_BOTH = {"recall_at_10": "Of what is right, by picture and words", "recall_at_10_sum": "By both vectors added"}


def use_wish() -> None:
    """Take one of the wishes; a callback."""
    if chosen := st.session_state.get("srch_wish"):
        st.session_state[searching.WORDS] = chosen
        st.session_state["srch_wish"] = None
        searching.said()


def upload(start: Start) -> None:
    """A picture of the reader's own."""
    with st.expander("A picture of your own", icon=":material/upload:"):
        file = st.file_uploader(
            f"PNG, JPEG or WebP, at most {widgets.LARGEST} MB; it stays in memory",
            type=["png", "jpg", "jpeg", "webp"],
            max_upload_size=widgets.LARGEST,
            key="srch_file",
        )
        if file is not None and file.file_id != st.session_state.get("_srch_taken"):
            image = images.to_item(images.read_upload(file.getvalue()), resources.source(shop.dataset()).shape)
            st.session_state["_srch_taken"] = file.file_id
            go(state.add_upload(shop.dataset(), image), st.session_state.get(searching.WORDS, ""))


def go(start: Start, wish: str) -> None:
    """Take another turn, in a run of its own: the widgets of this one can no longer be changed."""
    if start == st.session_state.get(searching.FROM) and wish == st.session_state.get(searching.WORDS):
        return
    st.session_state["_srch_go"] = start, wish
    st.rerun()


def ask(start: Start) -> str:
    """The picture, and the words."""
    left, right = st.columns([1, 4], vertical_alignment="center")
    with left:
        picture = None if start is None else searching.look(start)
        if picture is not None:
            tiles(picture[None], key="srch_start", label="Picture", marks=["query"], size=112, clickable=False)
        else:
            st.caption("No picture: words alone.")
    with right:
        wish = st.text_input(
            "What it should be, or how it should differ from the picture",
            max_chars=searching.LONGEST,
            key=searching.WORDS,
            persist_state="session",
            on_change=searching.said,
            placeholder=shop.book().hint,
        )
        st.pills("Try", shop.book().wishes, key="srch_wish", on_change=use_wish, label_visibility="collapsed")
        with st.container(horizontal=True, gap="small"):
            if start is not None:
                st.button(
                    "Without the picture",
                    icon=":material/hide_image:",
                    on_click=searching.begin,
                    args=(None, wish or ""),
                )
            st.button(
                "Surprise me",
                icon=":material/casino:",
                on_click=surprise,
                help=f"One of the {shop.book().things} at random.",
            )
    return wish or ""


def surprise() -> None:
    """Start from a product at random; a callback."""
    known = shop.items()
    searching.begin(Item(shop.dataset(), int(np.random.default_rng().choice(known.index))), "")


def results(target: np.ndarray, query: shop.Query, *, key: str, label: str, k: int, size: int) -> None:
    """The products that fit best; a click starts from one of them."""
    found = shop.best(target, query, k=k)
    pictures = shop.pictures(found.rows)
    known = shop.items()
    if pictures is None:
        st.caption(f"No pictures of {shop.book().things} are on this machine; their captions:")
        st.markdown("\n".join(f"1. {words.literal(shop.named(int(row)))}" for row in found.rows))
        return
    picked = tiles(
        pictures,
        key=key,
        label=label,
        captions=[f"{score:.2f}" for score in found.score],
        alt=[
            f"{shop.named(int(row))}, similarity {score:.2f}"
            for row, score in zip(found.rows, found.score, strict=True)
        ],
        size=size,
    )
    if picked is not None:
        go(Item(shop.dataset(), int(known.index[found.rows[picked]])), "")


def answers(start: Start, wish: str) -> None:
    """What is understood, what fits, and what other ways would find."""
    heard.told(shop.matcher().lexicon.read(wish))
    query = searching.query(start, wish)
    targets = shop.targets(query)
    if not targets:
        st.info("Say something, or press Surprise me to begin with a picture.", icon=":material/info:")
        return
    way, target = next(iter(targets.items()))
    st.subheader({shop.BOTH: "Like the picture, but as you say"}.get(way, f"By {way.lower()}"), anchor=False)
    results(
        target, query, key="srch_found", label=f"{shop.book().things.capitalize()} that fit best", k=MANY, size=84
    )
    st.caption(
        f"Best first, of {len(shop.items()):,} {shop.book().things}; under each: cosine similarity of its picture "
        "to what is asked for, 1 at most. Press one to go on from it." + heard.rebuilt()
    )
    others = {name: vector for name, vector in targets.items() if name != way}
    if others:
        with st.expander("What other ways would find"):
            for name, vector in others.items():
                st.markdown(f"**{name}**")
                results(vector, query, key=f"srch_{name}", label=name, k=FEW, size=64)


def past() -> None:
    """The turns before this one."""
    turns = searching.trail()
    if not turns:
        return
    st.markdown("**Before**")
    for number, (start, wish) in reversed(list(enumerate(turns))):
        told = searching.called(start)
        st.button(
            f"{words.literal(told[:40])}{': ' + words.literal(wish[:30]) if wish else ''}",
            key=f"srch_past_{number}",
            type="tertiary",
            icon=":material/undo:",
            on_click=searching.begin,
            args=(start, wish),
        )


def seen(start: Start) -> None:
    """What is started from, and what a reader that was trained apart sees in it."""
    with st.container(border=True):
        if start is None:
            st.markdown("**No picture**  \nThe words alone are searched.")
        else:
            st.markdown(f"**{words.literal(searching.called(start))}**  \n`{start.address}`")
            picture = searching.look(start)
            if picture is not None and shop.reads():
                with frame.guard():
                    heard.read_back(picture)
        past()
        upload(start)


def measured() -> None:
    """How good it is."""
    with st.container(horizontal=True, gap="medium"):
        for id, names in ((shop.wares().text, BY_WORDS), (shop.wares().composer, BY_BOTH)):
            frame.numbers(resources.card(id), names)
    st.caption(
        f"Measured on {shop.book().things} that no model was trained on. {resources.source(shop.dataset()).terms}."
    )


main, side = frame.page(
    "Search", "Begin with a picture or with words, say what should differ, and go on from what you find."
)
if not shop.here():
    with main:
        frame.absent("products")
if (turn := st.session_state.pop("_srch_go", None)) is not None:
    searching.begin(*turn)
with main, frame.guard():
    start = searching.sync()
    state.flush_notices()
    wish = ask(start)
    answers(start, wish)
    measured()
    with side, frame.guard():
        seen(start)
