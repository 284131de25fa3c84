"""Chat: say what you look for, several things at once, and go on talking."""

import numpy as np
import streamlit as st

from core import images
from dashboard import chats, frame, heard, imagined, issue_filter, resources, seen, sending, shop, words
from dashboard.chats import Part, Turn
from dashboard.components import tiles
from dashboard.items import Item

SIZE = 84
WAYS = {shop.BOTH: "like it, but as you say", shop.PICTURE: "like your picture", shop.WORDS: "by your words"}


def part(found: Part, key: str) -> None:
    """One wish: its picture, the products that fit, and what was not understood."""
    if not len(found.rows):
        st.markdown(f"**{words.literal(found.phrase) or 'Nothing'}**: I do not know a word of that.")
        heard.told(found.reading)
        return
    st.markdown(
        f"**{words.literal(found.phrase) or 'Your picture'}** :gray[{WAYS.get(found.way, found.way.lower())}]"
    )
    products(found, key)
    heard.told(found.reading)
    if found.told:
        st.caption(found.told)


def products(found: Part, key: str) -> None:
    """What is looked for, as a GAN imagines it, and the products that fit; each leads to the search."""
    pictures = shop.pictures(found.rows)
    names = [shop.named(int(row)) for row in found.rows]
    if pictures is None:
        st.markdown("\n".join(f"1. {words.literal(name)}" for name in names))
        return
    made = None
    if found.what is not None and found.target is not None and found.reading.ids:
        made = imagined.of(found.what, found.target)
    first = [] if made is None else [made.picture]
    picked = tiles(
        np.concatenate([np.stack(first), pictures]) if first else pictures,
        key=key,
        label=found.phrase or "Like your picture",
        captions=["imagined"] * len(first) + [f"{score:.2f}" for score in found.score],
        alt=["What is looked for"] * len(first) + names,
        marks=["generated"] * len(first) + [""] * len(names),
        issues=[""] * len(first) + issue_filter.marks(shop.dataset(), shop.items().index[found.rows]),
        size=SIZE,
    )
    if picked is not None:
        row = picked - len(first)
        item = (
            Item(shop.dataset(), int(shop.items().index[found.rows[row]])) if row >= 0 else sending.keep(first[0])
        )
        sending.send(item, "search")
        sending.leave()
    st.caption(f"Best: {words.literal(names[0])}.")
    if made is not None and found.what is not None and shop.reads():
        st.caption(f"Imagined: {imagined.checked(made.picture, found.what)}")


def turn(said: Turn, number: int) -> None:
    """A message and its answer."""
    with st.chat_message("user"):
        if said.picture is not None:
            tiles(
                said.picture[None],
                key=f"chat_{number}_given",
                label="Your picture",
                real=[False],
                size=SIZE,
                clickable=False,
            )
        st.markdown(words.literal(said.message) or ":gray[a picture]")
    with st.chat_message("assistant", avatar=":material/checkroom:"), frame.guard():
        if said.after is not None:
            st.caption(f"You name no thing, so this is said of: {words.literal(shop.named(said.after))}.")
        if not said.parts:
            st.markdown(f"I know words for {shop.book().known}. Name one of them.")
        for place, found in enumerate(said.parts):
            part(found, f"chat_{number}_{place}")
        if said.left:
            st.caption(f"{said.left} more wishes were left out: ask for them again.")


def forget() -> None:
    """Begin anew; a callback."""
    chats.thread().clear()
    st.session_state[f"_chat_begun_{shop.dataset()}"] = True


def beside() -> None:
    """What to say, what the numbers are, and how to begin anew."""
    with st.container(border=True):
        st.markdown("**Try**")
        for place, message in enumerate(shop.book().messages):
            st.button(message, key=f"chat_try_{place}", type="tertiary", on_click=chats.say, args=(message,))
        st.caption(f"After an answer, say what should differ: {shop.book().turn}.")
        st.button("Begin anew", icon=":material/refresh:", on_click=forget)
        st.caption(
            f"The first picture of a wish is imagined by a GAN, the others are {shop.book().things}; under each: "
            "how well it fits the wish, 1 at most. Press one to go on in Search. "
            "Nothing you write leaves this machine." + heard.rebuilt()
        )


def heed() -> None:
    """Take the message that was just written."""
    said = st.chat_input(
        "What are you looking for?",
        accept_file=True,
        file_type=["png", "jpg", "jpeg", "webp"],
        max_chars=chats.LONGEST,
        key="chat_said",
    )
    if said is None:
        return
    picture: np.ndarray | None = None
    with frame.guard():
        if said.files:
            shape = resources.source(shop.dataset()).shape
            picture = images.to_item(images.read_upload(said.files[0].getvalue()), shape)
        chats.say(said.text or "", picture)
        st.rerun()


main, side = frame.page(
    "Chat", "Name the things you look for, as many as you like; then say what should differ.", picture=("chat_*",)
)
if not shop.here():
    with main:
        frame.absent("products")
with main, frame.guard():
    seen.made_by(shop.wares().text)
    heard.served()
    if not chats.thread() and not st.session_state.get(f"_chat_begun_{shop.dataset()}"):
        chats.say(shop.book().message)
        st.session_state[f"_chat_begun_{shop.dataset()}"] = True
    with side, frame.guard():
        beside()
    if not chats.thread():
        st.info(f"Write, for example: {shop.book().message}", icon=":material/info:")
    for number, said in enumerate(chats.thread()):
        turn(said, number)
    heed()
