"""Before an audience: ``?present=1`` leaves a page its picture and words; with ``&slide=3`` it is that slide."""

from urllib.parse import parse_qsl

import streamlit as st

from core.film import from_pngs
from core.saved import StoreError
from core.slide import Slide, is_long
from dashboard import address, navigation, pins, seen, words
from dashboard.components.presenter import presenter, told
from dashboard.components.scrubber import scrubber
from dashboard.seen import PRESENT

NAME, SLIDE = "present", "slide"  # in the URL
AT, LAST = "_present_slide", "_present_last"  # the slide that is shown (from 1), and the last that was
SHORT = 45  # letters of a title that fits on a line
FILM = 220  # CSS px, and larger before an audience


def sync() -> None:
    """Adopt what the URL asks for, and let it say what is so."""
    asked, slide = address.asked(NAME), address.asked(SLIDE)
    if asked is not None or address.moved():
        st.session_state[PRESENT] = asked == "1"
        st.session_state[AT] = (
            int(slide) if slide and slide.isascii() and slide.isdigit() and len(slide) < 5 else None
        )
    _written()


def _written() -> None:
    at = st.session_state.get(AT)
    if seen.presenting():
        address.complete(NAME, "1")
    else:
        address.drop(NAME)
    if seen.presenting() and at is not None:
        address.complete(SLIDE, str(at))
    else:
        address.drop(SLIDE)


def begin() -> None:
    """Show this page to an audience; a callback."""
    st.session_state[PRESENT], st.session_state[AT] = True, None
    address.choose({NAME: "1"})


def start() -> None:
    """Show the first slide; a callback."""
    st.session_state[PRESENT], st.session_state[AT] = True, 1
    address.choose({NAME: "1", SLIDE: "1"})


def act(page: str) -> None:
    """Do what a key asked for; before anything of this run is drawn."""
    step, leave = told()
    if not seen.presenting():
        return
    if leave:
        st.session_state[PRESENT] = False
        st.session_state[AT] = None
        _written()
    elif step:
        _go(page, step)


def _go(page: str, step: int) -> None:
    """Show another slide, from this one, or from the live view of the last."""
    try:
        count = len(pins.deck().all())
    except StoreError:
        return
    if not count:
        return
    now = st.session_state.get(AT) or st.session_state.get(LAST)
    wanted = min(max(1 if now is None else now + step, 1), count)
    if page != "deck":
        st.switch_page(navigation.path("deck"), query_params={NAME: "1", SLIDE: str(wanted)})
    st.session_state[AT] = wanted
    address.choose({NAME: "1", SLIDE: str(wanted)})


def shown(page: str) -> bool:
    """Draw the slide that is asked for in place of the page; whether there was one to draw."""
    if not seen.presenting() or (st.session_state.get(AT) is None and page != "deck"):
        return False
    try:
        slides = pins.deck().all()
    except StoreError as error:
        st.error(words.literal(str(error)), icon=":material/error:")
        return page != "deck"
    if not slides:
        return False
    at = min(max(st.session_state.get(AT) or 1, 1), len(slides))
    st.session_state[AT] = st.session_state[LAST] = at
    address.complete(SLIDE, str(at))
    with st.container(key="slide"):
        _draw(slides[at - 1], at, len(slides))
    return True


def _draw(slide: Slide, at: int, count: int) -> None:
    """One slide."""
    with st.container(key=f"slide_title{'_long' * (len(slide.title) > SHORT)}"):
        st.title(words.literal(slide.title), anchor=False)
    frames = pins.deck().frames(slide.id)
    with st.container(key="slide_picture"):
        picture, moving = st.columns([3, 2], vertical_alignment="center") if frames else (st.container(), None)
        picture.image(slide.picture, width="stretch", output_format="PNG", alt=slide.title)
        if moving is not None:
            with moving:
                film, key = from_pngs(frames), f"slide_{slide.id}"
                scrubber(film, key=key, label=slide.title, size=FILM, generated=False, strip=False)
    if slide.caption:
        with st.container(key=f"slide_caption{'_long' * is_long(slide.caption)}"):
            st.markdown(words.literal(slide.caption))
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.caption(f"{at} of {count}", width="content")
        opening(slide, live=True)


def opening(slide: Slide, *, live: bool = False) -> None:
    """A link that opens a slide's view, before an audience where it is ``live``."""
    known = {name for entries in navigation.GROUPS.values() for name in entries}
    if slide.page not in known:
        return
    query = dict(parse_qsl(slide.link)) | ({NAME: "1"} if live else {})
    st.page_link(
        navigation.path(slide.page),
        label="Open live" if live else "Open this view",
        icon=":material/open_in_new:",
        query_params=query,
        width="content",
    )


def show(picture_first: tuple[str, ...]) -> None:
    """Tell the browser how the page is shown; at the end of a run."""
    presenter(on=seen.presenting(), first=picture_first)
