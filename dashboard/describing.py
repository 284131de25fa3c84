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
DIM = 0.25  # how bright a picture is where a word is not


def drawn(phrase: str, seed: int) -> "Drawn":
    """`COUNT` pictures of a phrase, the same for the same seed."""
    return _drawn(*resources.key(shop.wares().gan, checkpoints.MODEL), phrase, seed, resources.device().name)


@st.cache_resource(max_entries=64, show_spinner=False)
def _drawn(root: str, id: str, sha256: str, phrase: str, seed: int, device: str) -> "Drawn":
    return shop.illustrator().draw([phrase], seed=seed, n=COUNT)


def _drawer() -> str:
    """Digest of the GAN: what is told of its pictures is forgotten where another takes its place."""
    return resources.key(shop.wares().gan, checkpoints.MODEL)[2]


def match(phrase: str, seed: int) -> np.ndarray:
    """Cosine similarity (`COUNT`,) of a phrase to its pictures, as the model of both sees them."""
    return _match(*resources.key(shop.wares().text, checkpoints.MODEL), _drawer(), phrase, seed)


@st.cache_resource(max_entries=64, show_spinner=False)
def _match(root: str, id: str, sha256: str, drawer: str, phrase: str, seed: int) -> np.ndarray:
    matcher = shop.matcher()
    return matcher.embed_images(drawn(phrase, seed).fine) @ matcher.embed_text([phrase])[0]


def lit(image: np.ndarray, maps: np.ndarray) -> np.ndarray:
    """A picture (H, W, 3) uint8, once for each map (k, h, w), bright where the map is: (k, H, W, 3) uint8."""
    size = (image.shape[1], image.shape[0])
    found = np.empty((len(maps), *image.shape), np.uint8)
    for place, values in enumerate(maps):
        share = (values - values.min()) / max(float(np.ptp(values)), 1e-9)
        soft = Image.fromarray(np.rint(255 * share).astype(np.uint8)).resize(size, Image.Resampling.BICUBIC)
        light = DIM + (1 - DIM) * np.asarray(soft, np.float32)[..., None] / 255
        found[place] = np.rint(image * light).astype(np.uint8)
    return found


def between(phrase: str, other: str, seed: int, row: int) -> np.ndarray:
    """Pictures (`FRAMES`, H, W, C) uint8 from one phrase to another, of the same noise."""
    return _between(*resources.key(shop.wares().pictures, checkpoints.MODEL), _drawer(), phrase, other, seed, row)


@st.cache_resource(max_entries=64, show_spinner=False)
def _between(
    root: str, id: str, sha256: str, drawer: str, phrase: str, other: str, seed: int, row: int
) -> np.ndarray:
    a, b = (drawn(text, seed).codes[row] for text in (phrase, other))
    return resources.runner(id).decode(latent.lerp(a, b, np.linspace(0, 1, FRAMES)))
