"""Products: their models, their pictures, and which of them a picture, a phrase or both ask for."""

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import streamlit as st

from core import checkpoints
from core.product_items import Items
from dashboard import resources
from dashboard.memo import per_run

if TYPE_CHECKING:  # torch takes seconds to import
    from core.illustrating import Illustrator
    from core.products import Composer, Matcher, Reader

DATASET = "products"
BOTH, PICTURE, WORDS, SUM = "Picture and words", "Picture alone", "Words alone", "Both vectors added"


@per_run
def matcher() -> "Matcher":
    """The model of phrases and pictures; CheckpointError where it cannot be used."""
    from core.products import Matcher

    return _with_words(Matcher, *_key(checkpoints.TEXT, checkpoints.MODEL))


@per_run
def reader() -> "Reader":
    """The reader of pictures; CheckpointError where it cannot be used."""
    from core.products import Reader

    return _with_words(Reader, *_key(checkpoints.READER, checkpoints.MODEL))


def _key(id: str, file: str) -> tuple[str, str, str, str]:
    return *resources.key(id, file), resources.device().name


@st.cache_resource(max_entries=4, show_spinner=False)
def _with_words(_kind: Any, root: str, id: str, sha256: str, device: str) -> Any:
    """A model that comes with a vocabulary."""
    card = resources.card(id)
    return _kind(checkpoints.load_model(Path(root), card), checkpoints.load_lexicon(Path(root), card), device)


@per_run
def composer() -> "Composer":
    """The model of "this, but ..."; CheckpointError where it cannot be used."""
    return _composer(*_key(checkpoints.COMPOSER, checkpoints.MODEL))


@st.cache_resource(max_entries=2, show_spinner=False)
def _composer(root: str, id: str, sha256: str, device: str) -> "Composer":
    from core.products import Composer

    return Composer(checkpoints.load_model(Path(root), resources.card(id)), device)


@per_run
def items() -> Items:
    """What can be searched: vectors and words of products; CheckpointError where they cannot be used."""
    return _items(*resources.key(checkpoints.TEXT, checkpoints.ITEMS))


@st.cache_resource(max_entries=2, show_spinner=False)
def _items(root: str, id: str, sha256: str) -> Items:
    found = checkpoints.load_items(Path(root), resources.card(id))
    assert found is not None  # without a digest on the card, `resources.key` would have refused
    for array in (found.index, found.z, found.captions, *found.fields.values()):
        array.flags.writeable = False  # all sessions share it
    return found


def here() -> bool:
    """Whether models of products are here at all, sound or not."""
    return any(checkpoints.TEXT in known for known in (resources.apart(), resources.broken()))


def reads() -> bool:
    """Whether the reader of pictures is here, sound or not; the other models do without it."""
    return any(checkpoints.READER in known for known in (resources.apart(), resources.broken()))


def row(index: int) -> int | None:
    """Row of a product among `items`; None where it is not there."""
    place = int(np.searchsorted(items().index, index))
    return place if place < len(items()) and items().index[place] == index else None


def named(row: int) -> str:
    """The caption of a product."""
    return str(items().captions[row])


@dataclass(frozen=True, eq=False)
class Query:
    """What is asked for.

    Attributes
    ----------
    words : as typed.
    picture : (D,) unit vector of a picture, or None.
    own : row of the picture among `items`, which is not an answer; None where it is none of them.
    """

    words: str
    picture: np.ndarray | None = None
    own: int | None = None


def of_item(row: int, words: str) -> Query:
    """A query that starts from a product."""
    return Query(words, items().z[row], row)


def of_picture(image: np.ndarray, words: str) -> Query:
    """A query that starts from a picture (64, 64, 3) uint8 of the reader's own."""
    return Query(words, matcher().embed_images(image[None])[0])


def targets(query: Query) -> dict[str, np.ndarray]:
    """What is looked for, by each way there is: name -> (D,) unit vector, the best way first."""
    found = {}
    text = None
    if matcher().lexicon.read(query.words).ids:
        text = matcher().embed_text([query.words])[0]
    if query.picture is not None and text is not None:
        found[BOTH] = composer().compose(query.picture[None], text[None])[0]
    if query.picture is not None:
        found[PICTURE] = query.picture
    if text is not None:
        found[WORDS] = text
    if query.picture is not None and text is not None:
        both = query.picture + text
        found[SUM] = both / max(float(np.linalg.norm(both)), 1e-9)
    return found


@dataclass(frozen=True)
class Answer:
    """Products by how well they fit: rows of `items` and cosine similarity, best first."""

    rows: np.ndarray
    score: np.ndarray


def best(target: np.ndarray, query: Query, *, k: int) -> Answer:
    """The ``k`` products that fit a vector best, without the one that was started from."""
    score = items().z @ target
    if query.own is not None:
        score[query.own] = -np.inf
    rows = np.argsort(-score, kind="stable")[: min(k, len(score) - (query.own is not None))]
    return Answer(rows, score[rows])


def pictures(rows: np.ndarray) -> np.ndarray | None:
    """Pictures (n, 64, 64, 3) uint8 of products: originals, else rebuilt; None where neither can be had."""
    index = items().index[np.asarray(rows, np.int64)]
    found = resources.images(DATASET)
    if found is not None:
        places = [found.rows.get(int(i), -1) for i in index]
        if -1 not in places:
            return found.images[np.array(places, np.int64)]
    own = resources.first(DATASET)
    if own is None or None in [resources.gallery(own).row(int(i)) for i in index]:
        return None
    return resources.looks(own, index)


@per_run
def illustrator() -> "Illustrator":
    """The GAN of pictures from phrases; CheckpointError where it cannot be used."""
    decoder = resources.key(checkpoints.PICTURES, checkpoints.MODEL)[2]
    words = resources.key(checkpoints.TEXT, checkpoints.MODEL)[2]
    return _illustrator(*_key(checkpoints.PICTURE_GAN, checkpoints.MODEL), f"{decoder} {words}")


@st.cache_resource(max_entries=2, show_spinner=False)
def _illustrator(root: str, id: str, sha256: str, device: str, made_with: str) -> "Illustrator":
    from core.illustrating import Illustrator

    gan, decoder = checkpoints.load_model(Path(root), resources.card(id)), resources.runner(checkpoints.PICTURES)
    return Illustrator(gan, decoder.model, matcher(), device)


def draws() -> bool:
    """Whether the GAN of pictures is here, sound or not."""
    return any(checkpoints.PICTURE_GAN in known for known in (resources.apart(), resources.broken()))
