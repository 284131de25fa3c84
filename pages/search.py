"""Search: begin with a picture, with words, or say in words how the picture should differ."""

from dataclasses import replace

import numpy as np
import streamlit as st

from core import images
from dashboard import (
    found,
    frame,
    heard,
    imagined,
    issue_filter,
    items,
    ranking,
    resources,
    searching,
    sending,
    shop,
    state,
    turns,
    widgets,
    words,
)
from dashboard import seen as recorded
from dashboard.components import tiles
from dashboard.items import Item
from dashboard.searching import Start
from dashboard.shop import Query

MANY, FEW = 24, 8
SHOWN = 30  # letters of a wish on its button
BY_WORDS = {"recall_at_10": "Picture found by its words"}
BY_BOTH = {"recall_at_10": "Of what is right, by picture and words", "recall_at_10_sum": "By both vectors added"}


def use_wish() -> None:
    """Take one of the wishes; a callback."""
    if chosen := st.session_state.get("srch_wish"):
        st.session_state["srch_wish"] = None
        searching.add(chosen)


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
            searching.go(state.add_upload(shop.dataset(), image), st.session_state.get(searching.WORDS, ""))


def ask(start: Start, picture: np.ndarray | None) -> None:
    """The picture, and the words."""
    left, right = st.columns([1, 4], vertical_alignment="center")
    with left:
        if picture is not None:
            tiles(
                picture[None],
                key="srch_start",
                label="Picture",
                marks=["generated" if start is not None and items.is_made(start) else "query"],
                size=112,
                clickable=False,
                real=[start is not None and not start.is_upload],
            )
        else:
            st.caption("No picture: words alone.")
    with right:
        thread(start)
        st.text_input(
            "What it should be, or how it should differ from the picture",
            max_chars=searching.LONGEST,
            key=searching.SAY,
            on_change=searching.said,
            placeholder=f"and then: {shop.book().next} ..." if searching.thread() else shop.book().hint,
        )
        left_over = [wish for wish in shop.book().wishes if wish not in searching.thread()]
        st.pills("Try", left_over, key="srch_wish", on_change=use_wish, label_visibility="collapsed")
        with st.container(horizontal=True, gap="small"):
            if start is not None:
                st.button(
                    "Without the picture",
                    icon=":material/hide_image:",
                    on_click=searching.begin,
                    args=(None, st.session_state[searching.WORDS]),
                )
            st.button(
                "Surprise me",
                icon=":material/casino:",
                on_click=surprise,
                help=f"One of the {shop.book().things} at random.",
            )


def thread(start: Start) -> None:
    """The wishes so far; each can be taken away."""
    wishes = searching.thread()
    if not wishes:
        return
    with st.container(horizontal=True, gap="xsmall", vertical_alignment="center"):
        st.caption("So far:", width="content")
        for place, wish in enumerate(wishes):
            st.button(
                words.literal(wish if len(wish) <= SHOWN else f"{wish[:SHOWN]}…"),
                key=f"srch_drop_{place}",
                icon=":material/close:",
                on_click=searching.drop,
                args=(place,),
                help="Take this wish away.",
            )
        if len(wishes) > 1:
            st.button(
                "All",
                key="srch_drop_all",
                type="tertiary",
                on_click=searching.begin,
                args=(start, ""),
                help="Take all wishes away.",
            )


def surprise() -> None:
    """Start from another product, at random; a callback."""
    now = st.session_state.get(searching.FROM)
    place = items.drawn(shop.items().index, now.index if isinstance(now, Item) else None)
    if place is not None:
        searching.begin(Item(shop.dataset(), place), "")


def answers(start: Start, picture: np.ndarray | None) -> None:
    """What is understood, what fits, and what other ways would find."""
    wishes = searching.thread()
    reading = turns.reading(wishes)
    heard.told(reading)
    query = narrowed(searching.query(start))
    targets = turns.targets(query, wishes)
    if not targets:
        st.info("Say something, or press Surprise me to begin with a picture.", icon=":material/info:")
        return
    way, target = next(iter(targets.items()))
    recorded.say(f"{searching.called(start).capitalize()}{': ' if wishes else ''}{', '.join(wishes)}")
    made = None
    if reading.known:
        what = turns.understood(start, picture, wishes)
        made = imagined.of(what, target)
    st.subheader({shop.BOTH: "Like the picture, but as you say"}.get(way, f"By {way.lower()}"), anchor=False)
    ranked, things = ranking.best(target, query, wishes, k=MANY), shop.book().things
    first = ranked.answer
    if not len(first.rows):
        st.info(issue_filter.NOTHING, icon=":material/filter_alt:")
        return
    place = st.container()
    if made is not None:
        left, place = st.columns([1, 4], gap="medium")
        with left:
            st.markdown("**As imagined**")
            imagined.show(made, what, key="srch_imagined")
    with place:
        found.results(first, key="srch_found", label=f"{things.capitalize()} that fit best", size=80)
        if note := ranking.told(ranked):
            st.caption(note)
        st.caption(
            f"Best first, of {searched(query):,} {things}; under each: how well its picture fits what is "
            "asked for, 1 at most. Press one to go on from it." + heard.rebuilt()
        )
    found.by_colour(picture, made, first, query)
    others = {name: vector for name, vector in targets.items() if name != way}
    if others:
        with st.expander("What other ways would find"):
            for name, vector in others.items():
                st.markdown(f"**{name}**")
                found.results(shop.best(vector, query, k=FEW), key=f"srch_{name}", label=name, size=64)


def narrowed(query: Query) -> Query:
    """The query, with what the reader leaves of the items by what an audit found of them."""
    chosen = issue_filter.choose("srch_issues", shop.dataset())
    if chosen == issue_filter.ALL:
        return query
    return replace(query, left=issue_filter.left(chosen, shop.dataset(), shop.items().index))


def searched(query: Query) -> int:
    """How many items are searched."""
    return len(shop.items()) if query.left is None else int(np.count_nonzero(query.left))


def past() -> None:
    """The turns before this one."""
    before = searching.trail()
    if not before:
        return
    st.markdown("**Before**")
    for number, (start, wish) in reversed(list(enumerate(before))):
        told, asked = searching.called(start), ", ".join(searching.wishes(wish))
        st.button(
            f"{words.literal(told[:40])}{': ' + words.literal(asked[:40]) if asked else ''}",
            key=f"srch_past_{number}",
            type="tertiary",
            icon=":material/undo:",
            on_click=searching.begin,
            args=(start, wish),
        )


def seen(start: Start, picture: np.ndarray | None) -> None:
    """What is started from, and what a reader that was trained apart sees in it."""
    with st.container(border=True):
        if start is None:
            st.markdown("**No picture**  \nThe words alone are searched.")
        else:
            st.markdown(f"**{words.literal(searching.called(start))}**  \n`{start.address}`")
            if picture is not None and shop.reads():
                with frame.guard():
                    heard.read_back(picture)
            if picture is not None:
                sending.offer(start, key="srch_send", pages=sending.PAGES[1:])
        past()
        upload(start)


def measured() -> None:
    """How good it is."""
    with st.container(horizontal=True, gap="medium"):
        for id, names in ((shop.wares().text, BY_WORDS), (shop.wares().composer, BY_BOTH)):
            frame.numbers(resources.card(id), names)
    st.caption(
        f"Measured on {shop.book().things} that no model was trained on, by vectors and beliefs alone. "
        f"{resources.source(shop.dataset()).terms}."
    )


sending.leave()
main, side = frame.page(
    "Search",
    "Begin with a picture or with words, say what should differ, and go on from what you find.",
    picture=("srch_start", "srch_found"),
)
if not shop.here():
    with main:
        frame.absent("products")
searching.arrive()
with main, frame.guard():
    recorded.made_by(shop.wares().text)
    heard.served()
    start = searching.sync()
    state.flush_notices()
    picture = None if start is None else searching.look(start)
    ask(start, picture)
    answers(start, picture)
    measured()
    with side, frame.guard():
        seen(start, picture)
