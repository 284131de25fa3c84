"""What can be asked for in words: models, pictures, and which items a picture, a phrase or both ask for.

All of it is of the current data set where that has models of phrases, and of products where it has none.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import streamlit as st

from core import checkpoints, compositions
from core.product_items import Items
from core.wares import PRODUCTS, WARES, Wares
from dashboard import item_data, resources, state
from dashboard.memo import per_run
from dashboard.phrasebook import BOOKS, Book

if TYPE_CHECKING:  # torch takes seconds to import
    from core.illustrating import Illustrator
    from core.products import Composer, Matcher, Reader

BOTH, PICTURE, WORDS, SUM = "Picture and words", "Picture alone", "Words alone", "Both vectors added"


def wares() -> Wares:
    """What is asked for: of the current data set, or products."""
    known = WARES.get(state.dataset(), PRODUCTS)
    return known if _shipped(known.text) else PRODUCTS


def dataset() -> str:
    """The data set of what is asked for."""
    return wares().dataset


def book() -> Book:
    """What pages suggest to say."""
    return BOOKS[dataset()]


def settle(key: str, suggested: str) -> None:
    """Let a field of words, before it is drawn, suggest what suits the data set; what a person wrote stays."""
    said = st.session_state.get(key)
    if any(said in other.own for other in BOOKS.values()) and said not in book().own:
        st.session_state[key] = suggested


def _shipped(id: str) -> bool:
    """Whether a checkpoint that is no model to explore is here, sound or not."""
    return any(id in known for known in (resources.apart(), resources.broken()))


def matcher() -> "Matcher":
    """The model of phrases and pictures; CheckpointError where it cannot be used."""
    return _matcher(wares().text)


@per_run
def _matcher(id: str) -> "Matcher":
    from core.products import Matcher

    return _with_words(Matcher, *_key(id, checkpoints.MODEL))


def reader() -> "Reader":
    """The reader of pictures; CheckpointError where it cannot be used."""
    return _reader(wares().reader)


@per_run
def _reader(id: str) -> "Reader":
    from core.products import Reader

    return _with_words(Reader, *_key(id, checkpoints.MODEL))


def _key(id: str, file: str) -> tuple[str, str, str, str]:
    return *resources.key(id, file), resources.device().name


@st.cache_resource(max_entries=4, show_spinner=False)
def _with_words(_kind: Any, root: str, id: str, sha256: str, device: str) -> Any:
    """A model that comes with a vocabulary."""
    card = resources.card(id)
    return _kind(checkpoints.load_model(Path(root), card), checkpoints.load_lexicon(Path(root), card), device)


def composer() -> "Composer":
    """The model of "this, but ..."; CheckpointError where it cannot be used."""
    return _composer(*_key(wares().composer, checkpoints.MODEL))


@st.cache_resource(max_entries=2, show_spinner=False)
def _composer(root: str, id: str, sha256: str, device: str) -> "Composer":
    from core.products import Composer

    return Composer(checkpoints.load_model(Path(root), resources.card(id)), device)


def items() -> Items:
    """What can be searched: vectors and words of items; CheckpointError where they cannot be used."""
    return _items_of(wares().text)


@per_run
def _items_of(id: str) -> Items:
    return _items(*resources.key(id, checkpoints.ITEMS))


@st.cache_resource(max_entries=2, show_spinner=False)
def _items(root: str, id: str, sha256: str) -> Items:
    found = checkpoints.load_items(Path(root), resources.card(id))
    assert found is not None  # without a digest on the card, `resources.key` would have refused
    for array in (found.index, found.z, found.captions, *found.fields.values()):
        array.flags.writeable = False  # all sessions share it
    return found


def codes() -> np.ndarray:
    """What the model of "this, but ..." finds `items` by, (n, C); CheckpointError where it cannot be used."""
    return _codes_of(wares().composer, wares().text)


@per_run
def _codes_of(id: str, text: str) -> np.ndarray:
    if checkpoints.CODES not in resources.card(id).sha256:
        return items().z
    return _codes(*resources.key(id, checkpoints.CODES), resources.key(text, checkpoints.ITEMS)[2])


@st.cache_resource(max_entries=2, show_spinner=False)
def _codes(root: str, id: str, sha256: str, vectors: str) -> np.ndarray:
    beliefs = checkpoints.load_codes(Path(root), resources.card(id))
    if beliefs is None or len(beliefs) != len(items()):
        raise checkpoints.CheckpointError(f"{id}: its codes are not those of the items that are searched")
    found = np.concatenate([items().z, beliefs], axis=1)
    found.flags.writeable = False
    return found


def here() -> bool:
    """Whether models of phrases are here at all, sound or not."""
    return _shipped(wares().text)


def reads() -> bool:
    """Whether the reader of pictures is here, sound or not; the other models do without it."""
    return _shipped(wares().reader)


def composes() -> bool:
    """Whether the model of "this, but ..." is here, sound or not."""
    return _shipped(wares().composer)


def row(index: int) -> int | None:
    """Row of an item among `items`; None where it is not there."""
    place = int(np.searchsorted(items().index, index))
    return place if place < len(items()) and items().index[place] == index else None


def named(row: int) -> str:
    """The caption of an item."""
    return str(items().captions[row])


@dataclass(frozen=True, eq=False)
class Query:
    """What is asked for.

    Attributes
    ----------
    words : as typed.
    picture : (D,) unit vector of a picture, or None.
    code : (C,) what the model of "this, but ..." makes of it; None where it is not asked.
    own : row of the picture among `items`, which is not an answer; None where it is none of them.
    left : (n,) bool, which of `items` may be answers; None for all.
    """

    words: str
    picture: np.ndarray | None = None
    code: np.ndarray | None = None
    own: int | None = None
    left: np.ndarray | None = None


def of_item(row: int, words: str) -> Query:
    """A query that starts from an item."""
    return Query(words, items().z[row], codes()[row] if composes() else None, row)


def of_picture(image: np.ndarray, words: str) -> Query:
    """A query that starts from a picture (H, W, C) uint8 of the reader's own."""
    vector = matcher().embed_images(image[None])
    return Query(words, vector[0], composer().codes(image[None], vector)[0] if composes() else None)


def targets(query: Query) -> dict[str, np.ndarray]:
    """What is looked for, by each way there is, the best first: name -> (D,) unit vector, or (C,) as `codes`."""
    found = {}
    text = None
    if matcher().lexicon.read(query.words).ids:
        text = matcher().embed_text([query.words])[0]
    if query.picture is not None and text is not None:
        code = query.picture if query.code is None else query.code
        found[BOTH] = composer().targets(code[None], text[None])[0]
    if query.picture is not None:
        found[PICTURE] = query.picture
    if text is not None:
        found[WORDS] = text
    if query.picture is not None and text is not None:
        both = query.picture + text
        found[SUM] = both / max(float(np.linalg.norm(both)), 1e-9)
    return found


def vector(target: np.ndarray) -> np.ndarray:
    """The unit vector (D,) of one of `targets`."""
    found = target[: items().z.shape[1]]
    return np.asarray(found / max(float(np.linalg.norm(found)), 1e-9), np.float32)


@dataclass(frozen=True)
class Answer:
    """Items by how well they fit, best first: rows of `items`, and what `core.compositions.fitting` says."""

    rows: np.ndarray
    score: np.ndarray


def best(target: np.ndarray, query: Query, *, k: int) -> Answer:
    """The ``k`` items that fit a target best, without the one that was started from."""
    dim = items().z.shape[1]
    return ranked(compositions.fitting(target, codes() if len(target) > dim else items().z, dim=dim), query, k=k)


def ranked(score: np.ndarray, query: Query, *, k: int) -> Answer:
    """The ``k`` of a query's possible answers with the highest scores (n,), ties by row."""
    may = np.ones(len(score), bool) if query.left is None else query.left.copy()
    if query.own is not None:
        may[query.own] = False
    rows = np.flatnonzero(may)
    rows = rows[np.argsort(-score[rows], kind="stable")[:k]]
    return Answer(rows, score[rows])


def pictures(rows: np.ndarray) -> np.ndarray | None:
    """Pictures (n, H, W, C) uint8 of items: originals, else rebuilt; None where neither can be had."""
    index, name = items().index[np.asarray(rows, np.int64)], dataset()
    found = resources.images(name)
    if found is not None:
        places = [found.rows.get(int(i), -1) for i in index]
        if -1 not in places:
            return found.images[np.array(places, np.int64)]
    own = resources.first(name)
    if own is None or None in [resources.gallery(own).row(int(i)) for i in index]:
        return None
    return item_data.looks(own, index)


def illustrator() -> "Illustrator":
    """The GAN of pictures from phrases; CheckpointError where it cannot be used."""
    known = wares()
    made_with = " ".join(resources.key(id, checkpoints.MODEL)[2] for id in (known.pictures, known.text))
    return _illustrator(*_key(known.gan, checkpoints.MODEL), made_with)


@st.cache_resource(max_entries=2, show_spinner=False)
def _illustrator(root: str, id: str, sha256: str, device: str, made_with: str) -> "Illustrator":
    from core.illustrating import Illustrator

    card = resources.card(id)
    known = WARES[card.dataset]
    gan, decoder = checkpoints.load_model(Path(root), card), resources.runner(known.pictures)
    return Illustrator(gan, decoder.model, _matcher(known.text), device)


def draws() -> bool:
    """Whether the GAN of pictures is here, sound or not."""
    return _shipped(wares().gan)
