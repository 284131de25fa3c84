"""Pin: what a page shows goes to the deck, as a picture, with words and the link that reopens it."""

from dataclasses import dataclass, replace
from urllib.parse import parse_qsl, urlencode, urlsplit

import numpy as np
import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from core import board, film, images
from core import ground as grounds
from core.board import DARK, LIGHT, Look, Row
from core.checkpoints import CheckpointError
from core.deck import Deck
from core.saved import StoreError
from core.slide import CAPTION, FRAMES, TITLE, Slide
from dashboard import navigation, resources, seen, state, words
from dashboard.address import URL
from dashboard.seen import Seen

OFFER, WANTED, NOW, LINK, PAGE = "_pin_offer", "_pin_wanted", "_pin_now", "_pin_link", "_pin_page"
PHOTOS = (
    "faces",
    "products",
)  # data sets of real people's faces and of shop photos: no original leaves the machine
OWN_WORDS = ("present", "slide")  # of the address, not of the view
KEPT_BACK = "Photos of the data set stay on this machine: in their place is what a model makes of their codes."


@dataclass(frozen=True)
class Offer:
    """What a page lets be pinned: its title, and names of the components that are its picture (`seen.of`)."""

    title: str
    names: tuple[str, ...]


def deck() -> Deck:
    """Where slides are kept."""
    return Deck.under(resources.settings().cache)


def offer(title: str, names: tuple[str, ...]) -> None:
    """Say what can be pinned of the page that is being drawn."""
    st.session_state[OFFER] = Offer(title, names)


def offered() -> tuple[str, ...]:
    """Names of the components that are the picture of the page."""
    found: Offer | None = st.session_state.get(OFFER)
    return found.names if found else ()


def begin(page: str) -> None:
    """Begin a run of the page ``page``; what was asked for is for this run, also where the page stops early."""
    st.session_state[PAGE] = page
    st.session_state[NOW] = st.session_state.get(WANTED) == page
    if st.session_state[NOW]:
        del st.session_state[WANTED]
    st.session_state.pop(OFFER, None)


def want(page: str = "") -> None:
    """Pin at the end of the next run of a page, by default of this one, once everything is drawn; a callback."""
    st.session_state[WANTED] = page or st.session_state.get(PAGE)


def link(place: DeltaGenerator) -> None:
    """Draw the way to the deck, where something is in it; once more at ``place`` when something was pinned."""
    st.session_state[LINK] = place
    try:
        count = deck().count()
    except StoreError:  # the page of the deck says what is wrong
        return
    if count:
        place.page_link(navigation.path("deck"), label=f"Deck ({count})", width="content")


def take(page: str) -> None:
    """Pin what was asked for: at the end of a run of the page ``page``."""
    asked: Offer | None = st.session_state.get(OFFER)
    if not st.session_state.pop(NOW, False) or asked is None:
        return
    if not (found := seen.of(asked.names)):
        st.toast("There is no picture here to pin yet.", icon=":material/info:")
        return
    try:
        kept = deck().add(slide(page, asked.title, found))
        place = deck().count()
    except (StoreError, CheckpointError, ValueError) as error:
        st.toast(f"Not pinned: {words.literal(str(error))}", icon=":material/error:")
        return
    link(st.session_state[LINK])
    st.toast(f"Pinned “{words.literal(kept.title)}” as slide {place}.", icon=":material/keep:")


def slide(page: str, title: str, found: list[Seen]) -> Slide:
    """A slide of what components showed."""
    query, look = view(), ground()
    may = [allowed(one) for one in found]
    drawn = [one.draw(query, look) for one in may if one.draw is not None]
    rows = [row for one in may for row in one.rows]
    if not drawn and not any(len(row.images) for row in rows):
        raise StoreError("this page shows photos of the data set alone, which stay on this machine.")
    whole = board.composed(rows, drawn, look)
    frames = next((one.frames for one in may if one.frames is not None), None)
    caption = seen.said() or next((one.caption for one in found if one.caption), "")
    origin = provenance(kept_back=any(a is not b for a, b in zip(may, found, strict=True)))
    return Slide(
        title[:TITLE],
        caption[:CAPTION],
        images.png(whole),
        page,
        urlencode(query, safe="/,"),
        origin,
        () if frames is None or len(frames) > FRAMES else film.pngs(frames),
    )


def ground() -> Look:
    """The colours of a new slide: those of the deck's first one, so that all are alike; else those of the page."""
    of_page = DARK if st.context.theme.type == "dark" else LIGHT
    return grounds.of(deck().all()) or of_page


def allowed(shown: Seen) -> Seen:
    """What a component showed, photos of the data set as a model rebuilds them; itself where there are none."""
    checkpoint = seen.checkpoint()
    dataset = state.dataset() if checkpoint is None else resources.card(checkpoint).dataset
    if dataset not in PHOTOS or resources.images(dataset) is None or not any(shown.real):
        return shown
    rows, start = [], 0
    for row in shown.rows:
        real = np.array(shown.real[start : start + len(row.images)], bool)
        start += len(row.images)
        rows.append(without_photos(row, real, dataset))
    return replace(shown, rows=tuple(rows))


def without_photos(row: Row, real: np.ndarray, dataset: str) -> Row:
    """A row with the photos among its images rebuilt, and said so; left out where no model can do that."""
    if not real.any():
        return row
    own = resources.first(dataset)
    if own is None or resources.card(own).shape != row.images.shape[1:]:
        captions = tuple(text for text, photo in zip(row.captions, real, strict=False) if not photo)
        return replace(row, images=row.images[~real], captions=captions)
    runner, images = resources.runner(own), row.images.copy()
    images[real] = runner.decode(runner.encode(images[real]))
    return replace(row, images=images, title=f"{row.title} (rebuilt)".strip() if real.all() else row.title)


def view() -> dict[str, str]:
    """What reopens this view: the query of the browser's address, made complete by what this run collected."""
    url = st.context.url or ""
    found = dict(parse_qsl(urlsplit(url).query)) if "?" in url else dict(st.query_params)
    found |= {name: value or "" for name, value in st.session_state.get(URL, {}).items()}
    found[state.BROUGHT] = resources.brought(state.dataset())  # the name may be given to other pictures
    return {name: value for name, value in sorted(found.items()) if value and name not in OWN_WORDS}


def provenance(*, kept_back: bool = False) -> str:
    """Where a slide comes from: data set, checkpoint, item, and what was left out."""
    checkpoint = seen.checkpoint()
    name = state.dataset() if checkpoint is None else resources.card(checkpoint).dataset
    lines = [f"Data set: {resources.source(name).title}. {resources.source(name).terms}"]
    if checkpoint is not None:
        card = resources.card(checkpoint)
        digest = next(iter(card.sha256.values()), "")[:12]
        lines.append(f"Model: {card.title} ({card.id}, sha256 {digest}).")
    item = state.current_item()
    if item.dataset == name:
        lines.append(f"Item: {item.address}.")
    if kept_back:
        lines.append(KEPT_BACK)
    return "\n".join(lines)
