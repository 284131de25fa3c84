"""Describe: say what it should look like, and a GAN draws it; then see what it made of each word."""

from typing import TYPE_CHECKING

import numpy as np
import streamlit as st

from core import film, hints
from core.picturezip import file_name
from dashboard import address, describing, films, frame, heard, issue_filter, resources, seen, sending, shop, words
from dashboard.components import scrubber, tiles
from dashboard.items import Item

if TYPE_CHECKING:  # torch takes seconds to import
    from core.illustrating import Drawn

WORDS, SEED, STAGES, OTHER, PATH = "desc_words", "desc_seed", "desc_stages", "desc_to", "desc_path"
ROW = "_desc_row"  # the picture that is looked at
LONGEST, LAST = 300, 9_999
NEAR = 5  # products most like a picture
READ = (
    "In the chosen picture, by the model that matches pictures and words: it cuts it into {} x {} regions, "
    "and colours those whose vectors are nearest to the word's. All words share one scale: "
    f"full colour is {describing.PEAK} times an even share. The per cent say over how much of the picture a word "
    "is spread (from the entropy of its map); "
    f"above {describing.FLAT:.0%} it has no one place. Nobody told the model where a thing is."
)
NUMBERS = {
    "type_agreement": "Type as asked",
    "colour_agreement": "Colour as asked",
    "tone_agreement": "Tone as asked",
    "shape_agreement": "Shape as asked",
    "detail_agreement": "Detail as asked",
    "r_precision": "Own caption first of 100",
    "diversity_ratio": "Variety, of the real one",
}


def use_example() -> None:
    """Take one of the examples; a callback."""
    if chosen := st.session_state.get("desc_example"):
        st.session_state[WORDS], st.session_state["desc_example"] = chosen, None


def use_word(key: str) -> None:
    """Add one of the known words to the phrase; a callback."""
    if chosen := st.session_state.get(key):
        st.session_state[key] = None
        st.session_state[WORDS] = f"{st.session_state.get(WORDS) or ''} {chosen}".strip()[:LONGEST]


def again() -> None:
    """Draw others; a callback."""
    st.session_state[SEED] = (int(st.session_state.get(SEED) or 0) + 1) % (LAST + 1)
    follow(())


def follow(path: describing.Path) -> None:
    """Look at the first picture of a path: a step of the browser's history; for callbacks."""
    st.session_state[PATH], st.session_state[ROW] = path, 0
    address.choose({PATH: ".".join(map(str, path))})


def path() -> describing.Path:
    """Which pictures were varied, one after the other: from the URL where that changed outside."""
    asked = address.asked(PATH)
    if asked is not None or PATH not in st.session_state:
        st.session_state[PATH] = describing.parse_path(asked or "")
    now = st.session_state[PATH]
    address.complete(PATH, ".".join(map(str, now)))
    return now


def ask() -> tuple[str, int]:
    """The phrase and the seed."""
    book = shop.book()
    shop.settle(WORDS, book.first)
    phrase = st.text_input(
        "What should it look like?", book.first, max_chars=LONGEST, key=WORDS, bind="query-params"
    )
    st.pills("Try", book.examples, key="desc_example", on_change=use_example, label_visibility="collapsed")
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
        with st.popover("Words it knows", icon=":material/dictionary:"):
            vocabulary()
        st.button("Draw again", icon=":material/refresh:", on_click=again)
        seed = st.number_input(
            "Seed", 0, LAST, 0, key=SEED, bind="query-params", width=130, on_change=follow, args=((),)
        )
        st.toggle("Both stages", key=STAGES, bind="query-params", help="A small first draft, then the picture.")
    return phrase or "", int(seed or 0)


def vocabulary() -> None:
    """Some of the known words, to be added to the phrase."""
    lexicon = shop.matcher().lexicon
    for title, some in hints.groups(lexicon).items():
        key = f"desc_word_{title}"
        st.pills(title, some, key=key, on_change=use_word, args=(key,))
    brands = "" if shop.wares().ruled else ", many of them brands"
    st.caption(f"Press one to add it. {len(lexicon.words):,} words are known in all{brands}.")


def pictures(phrase: str, seed: int, path: describing.Path) -> int:
    """The pictures, and which of them is looked at."""
    made = describing.drawn(phrase, seed, path)
    seen.say(f"“{phrase or 'anything'}”: eight pictures drawn by a GAN; nobody sells these. Seed {seed}.")
    heard.told(made.readings[0])
    if not made.readings[0].ids:
        st.info(
            "No word of this is known, so these are pictures of anything. Name a kind of thing and a colour.",
            icon=":material/info:",
        )
    row = min(int(st.session_state.get(ROW, 0)), describing.COUNT - 1)
    if path:
        st.caption("Variations: the first is the picture itself, the others are near it.")
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
        captions=[f"{value:.2f}" for value in describing.match(phrase, seed, path)],
        marks=["generated"] * describing.COUNT,
        alt=[phrase or "anything"] * describing.COUNT,
        size=128,
        selected=row,
        columns=4,
    )
    with st.container(horizontal=True, gap="small"):
        st.button(
            "Vary the chosen one",
            icon=":material/account_tree:",
            key="desc_vary",
            on_click=follow,
            args=((*path, row),),
            disabled=len(path) == describing.DEEPEST,
            help="Eight like the chosen one: the same words, and noise that is near its own.",
        )
        if path:
            st.button(
                "Back",
                icon=":material/undo:",
                key="desc_up",
                on_click=follow,
                args=(path[:-1],),
                help="The eight that these were varied from.",
            )
    st.caption(
        f"{shop.book().nobody} Under each: how well it fits the phrase, by the model that "
        "matches pictures and words (cosine similarity, 1 at most). Press one to look closer."
    )
    if picked is not None and picked != row:
        st.session_state[ROW] = picked
        st.rerun()
    return row


def closer(made: "Drawn", row: int) -> None:
    """One picture: what critic and reader say of it, what is sold that is like it, and where it can go."""
    picture = made.fine[row]
    with st.container(border=True):
        tiles(picture[None], key="desc_one", label="Picture", marks=["generated"], size=192, clickable=False)
        st.caption(f"The GAN's critic, which sees the phrase too, gives it **{made.score[row]:.2f}** (1 is real).")
        if shop.reads():
            heard.read_back(picture)
        nearest(picture)
        sending.offer(picture, key="desc_send")


def looked_at(phrase: str, picture: np.ndarray) -> None:
    """Where in a picture each word of the phrase is, how far it is spread, and how to read that."""
    known, maps = shop.matcher().attention(phrase, picture)
    if not known:
        return
    spread = describing.spread(maps)
    st.subheader("Where each word is seen", anchor=False)
    tiles(
        describing.heated(picture, maps),
        key="desc_lit",
        label="Where each word is seen",
        captions=[f"{word} · {share:.0%}" for word, share in zip(known, spread, strict=True)],
        real=[False] * len(known),
        size=96,
        clickable=False,
    )
    flat = [word for word, share in zip(known, spread, strict=True) if share > describing.FLAT]
    if flat:
        st.caption("Without a place of its own here: " + ", ".join(map(words.literal, flat)) + ".")
    st.caption(READ.format(*maps.shape[1:]))


def nearest(picture: np.ndarray) -> None:
    """The items that are most like a picture."""
    found = shop.best(shop.matcher().embed_images(picture[None])[0], shop.Query(""), k=NEAR)
    shown = shop.pictures(found.rows)
    if shown is None:
        return
    title = f"{shop.book().things.capitalize()} most like it"
    st.markdown(f"**{title}**")
    names = [shop.named(int(row)) for row in found.rows]
    issues = issue_filter.marks(shop.dataset(), shop.items().index[found.rows])
    picked = tiles(shown, key="desc_near", label=title, issues=issues, alt=names, size=56)
    if picked is not None:
        sending.send(Item(shop.dataset(), int(shop.items().index[found.rows[picked]])), "search")
        sending.leave()


def walk(phrase: str, seed: int, row: int, path: describing.Path) -> None:
    """From this phrase to another one."""
    st.subheader("From this phrase to another", anchor=False)
    shop.settle(OTHER, shop.book().then)
    other = st.text_input("Another phrase", shop.book().then, max_chars=LONGEST, key=OTHER, bind="query-params")
    frames = describing.between(phrase, other or "", seed, row, path)
    scrubber(
        frames,
        key="desc_walk",
        label="Between two phrases",
        captions=[f"{t:.0%}" for t in np.linspace(0, 1, describing.FRAMES)],
        size=192,
    )
    st.caption("The same noise under both phrases, and the straight line between their codes.")
    name = f"{shop.dataset()}-{file_name(phrase or 'anything')}-to-{file_name(other or 'anything')}"
    told = "From this phrase to the other one and back."
    place = st.container(horizontal=True)
    films.buttons(place, lambda: film.there_and_back(frames), name, key="desc", told=told)


def measured() -> None:
    """How good it is."""
    frame.numbers(resources.card(shop.wares().gan), NUMBERS)
    st.caption(
        f"Measured with phrases of {shop.book().things} that no model was trained on. "
        f"{resources.source(shop.dataset()).terms}."
    )


sending.leave()
main, side = frame.page(
    "Describe",
    "Say what it should look like: a GAN draws eight, and shows what it made of each word.",
    picture=("desc_made", "desc_lit"),
)
if not (shop.here() and shop.draws()):
    with main:
        frame.absent("products")
with main, frame.guard():
    seen.made_by(shop.wares().gan)
    heard.served()
    way = path()
    phrase, seed = ask()
    row = pictures(phrase, seed, way)
    made = describing.drawn(phrase, seed, way)
    with side, frame.guard():
        closer(made, row)
    looked_at(phrase, made.fine[row])
    walk(phrase, seed, row, way)
    measured()
