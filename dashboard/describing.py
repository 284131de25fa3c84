"""Pictures of a phrase: drawn once, and what is told of one of them."""

from typing import TYPE_CHECKING

import numpy as np
import streamlit as st
from PIL import Image

from core import checkpoints, latent
from dashboard import resources, shop

if TYPE_CHECKING:  # torch takes seconds to import
    from core.illustrating import Drawn

COUNT = 8  # pictures of a phrase
FRAMES = 13  # between two phrases
NEAR = 0.45  # how much of another noise is in that of a variation; 1 would be another picture
PALE = 0.6  # how much white is laid over a picture below a map
HEAT = (200, 60, 0)  # red, green, blue of a place where a word is
PEAK = 4  # times an even share: as strong as can be
FLAT = 0.5  # of the places: a word that is spread over more has no one place
DEEPEST = 8  # variations of variations
Path = tuple[int, ...]  # rows that were varied, one after the other


def parse_path(text: str) -> Path:
    """The path that a link names, as in ``3.0.5``; what is no row is left out."""
    known = {str(row): row for row in range(COUNT)}
    return tuple(known[part] for part in text.split(".") if part in known)[:DEEPEST]


def noises(seed: int, path: Path, size: int) -> np.ndarray:
    """What `COUNT` pictures are made of: (`COUNT`, size) normal numbers.

    Those of a path are near the row that was varied last, which itself comes first.
    """
    found = np.random.default_rng(seed).normal(size=(COUNT, size))
    for depth, row in enumerate(path):
        other = np.random.default_rng((seed, depth, row)).normal(size=(COUNT, size))
        other = (1 - NEAR**2) ** 0.5 * found[row] + NEAR * other
        other[0] = found[row]
        found = other
    return found.astype(np.float32)


def drawn(phrase: str, seed: int, path: Path = ()) -> "Drawn":
    """`COUNT` pictures of a phrase, the same for the same seed and path."""
    where = resources.device().name
    return _drawn(*resources.key(shop.wares().gan, checkpoints.MODEL), phrase, seed, path, where)


@st.cache_resource(max_entries=64, show_spinner=False)
def _drawn(root: str, id: str, sha256: str, phrase: str, seed: int, path: Path, device: str) -> "Drawn":
    made = shop.illustrator()
    return made.of([phrase] * COUNT, noises(seed, path, made.config.noise))


def _drawer() -> str:
    """Digest of the GAN: what is told of its pictures is forgotten where another takes its place."""
    return resources.key(shop.wares().gan, checkpoints.MODEL)[2]


def match(phrase: str, seed: int, path: Path = ()) -> np.ndarray:
    """Cosine similarity (`COUNT`,) of a phrase to its pictures, as the model of both sees them."""
    return _match(*resources.key(shop.wares().text, checkpoints.MODEL), _drawer(), phrase, seed, path)


@st.cache_resource(max_entries=64, show_spinner=False)
def _match(root: str, id: str, sha256: str, drawer: str, phrase: str, seed: int, path: Path) -> np.ndarray:
    matcher = shop.matcher()
    return matcher.embed_images(drawn(phrase, seed, path).fine) @ matcher.embed_text([phrase])[0]


def heated(image: np.ndarray, maps: np.ndarray) -> np.ndarray:
    """A picture (H, W, C) uint8, made pale, once for each map (k, h, w) of sum 1, coloured where it is high.

    One scale for all maps, so that they can be compared: none for nothing, full for `PEAK` times an even share.
    Returns (k, H, W, 3) uint8.
    """
    size = (image.shape[1], image.shape[0])
    pale = PALE * 255 + (1 - PALE) * image.astype(np.float32).mean(2, keepdims=True)
    found = np.empty((len(maps), *image.shape[:2], 3), np.uint8)
    for place, values in enumerate(maps):
        share = np.clip(values * values.size / PEAK, 0, 1)
        soft = Image.fromarray(np.rint(255 * share).astype(np.uint8)).resize(size, Image.Resampling.BICUBIC)
        strength = 0.85 * np.asarray(soft, np.float32)[..., None] / 255
        found[place] = np.rint(pale * (1 - strength) + strength * np.array(HEAT, np.float32))
    return found


def spread(maps: np.ndarray) -> np.ndarray:
    """Over which share of the places each of (k, h, w) maps of sum 1 is spread: (k,), 1 where it is even.

    The exponential of a map's entropy is the number of places that it would need, were it even on them.
    """
    flat = maps.reshape(len(maps), -1).astype(np.float64)
    entropy = -(flat * np.log(np.maximum(flat, 1e-12))).sum(1)
    return np.exp(entropy) / max(flat.shape[1], 1)


def between(phrase: str, other: str, seed: int, row: int, path: Path = ()) -> np.ndarray:
    """Pictures (`FRAMES`, H, W, C) uint8 from one phrase to another, of the same noise."""
    key = resources.key(shop.wares().pictures, checkpoints.MODEL)
    return _between(*key, _drawer(), phrase, other, seed, row, path)


@st.cache_resource(max_entries=64, show_spinner=False)
def _between(
    root: str, id: str, sha256: str, drawer: str, phrase: str, other: str, seed: int, row: int, path: Path
) -> np.ndarray:
    a, b = (drawn(text, seed, path).codes[row] for text in (phrase, other))
    return resources.runner(id).decode(latent.lerp(a, b, np.linspace(0, 1, FRAMES)))
