"""Finding and loading checkpoints. A bad one raises ``CheckpointError`` and harms nothing else."""

import hashlib
import re
import zipfile
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

import numpy as np

from core import cards, directions, gallery, history, itemmap, phrases, product_items, writerbook
from core.cards import Card
from core.directions import Directions
from core.gallery import Gallery
from core.history import History
from core.itemmap import ItemMap
from core.phrases import Lexicon
from core.product_items import Items
from core.settings import Settings
from core.writerbook import Book

if TYPE_CHECKING:  # torch takes seconds to import, and a map is drawn without it
    import torch
    from torch import nn

MODEL, GALLERY, MAP, CARD = "model.safetensors", "gallery.npz", "map.npz", "card.json"
DIRECTIONS = "directions.npz"
WRITERS, HISTORY = "writers.npz", "history.npz"
VOCABULARY, ITEMS, CODES = "vocabulary.json", "items.npz", "codes.npz"
TEXT, READER, COMPOSER = "products-text", "products-reader", "products-compose"  # phrases and pictures of products
PROBE = "faces-probe"  # the checkpoint whose word on attributes galleries and measurements of faces take
GAN, PLAIN = "writers-dcgan", "writers-plain"  # that write characters, by cluster and style and by class alone
EACH = "writers-each"  # a GAN for each cluster of some digits
DRAWER = "digits-ae-conv-dense-deconv"  # draws writers' characters from codes, where the originals are not
PICTURES, PICTURE_GAN = "products-ae", "products-gan"  # photos as codes, and phrases as such codes
DIGIT_PROBE = "writers-probe"  # whose word on digits is taken
OWN = "checkpoints"  # folder of a person's own ones, below `Settings.own`
T = TypeVar("T")
NAME = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")


class CheckpointError(RuntimeError):
    """A checkpoint cannot be used; the message says which, why, and what to do."""


def folder(root: Path, name: str) -> Path:
    """Folder of checkpoint ``name``; CheckpointError for a name that is none (no path can get through)."""
    if not NAME.fullmatch(name):
        raise CheckpointError(f"{name!r} is not the name of a checkpoint (lower-case words joined by hyphens)")
    path = root / name
    if not path.is_dir():
        known = ", ".join(names(root)) or "none"
        raise CheckpointError(f"there is no checkpoint {name!r}; there are: {known}")
    return path


def root_of(settings: Settings, name: str) -> Path:
    """Where checkpoint ``name`` lies: among the shipped ones, or a person's own; the shipped one goes first."""
    own = settings.own / OWN
    return own if not (settings.checkpoints / name).is_dir() and (own / name).is_dir() else settings.checkpoints


def names(root: Path) -> list[str]:
    """Names of all folders under ``root`` that look like checkpoints, sound or not."""
    if not root.is_dir():
        return []
    return sorted(path.name for path in root.iterdir() if path.is_dir() and NAME.fullmatch(path.name))


def read_card(root: Path, name: str) -> Card:
    """The card of checkpoint ``name``."""
    try:
        return cards.read(folder(root, name) / CARD)
    except cards.CardError as error:
        raise CheckpointError(f"{name}: {error}. Restore its folder from the repository.") from error


def verified_bytes(root: Path, card: Card, file: str) -> bytes:
    """Content of ``file`` after comparison with the card's sha256."""
    path = folder(root, card.id) / file
    if file not in card.sha256:
        raise CheckpointError(
            f"{card.id}: the card has no sha256 for {file}. Restore its folder from the repository."
        )
    try:
        content = path.read_bytes()
    except OSError as error:
        raise CheckpointError(
            f"{card.id}: {file} is missing or unreadable ({error.strerror}). Restore it."
        ) from error
    if hashlib.sha256(content).hexdigest() != card.sha256[file]:
        raise CheckpointError(
            f"{card.id}: {file} is not the file that the card describes (sha256 differs; damaged or half "
            "downloaded?). Restore its folder from the repository."
        )
    return content


def load_model(root: Path, card: Card, *, file: str = MODEL) -> "nn.Module":
    """The network of ``card`` on the CPU in eval mode, float32, every tensor accounted for.

    Raises
    ------
    CheckpointError
        If the file is missing, is not the one on the card, or does not fit the architecture.
    """
    from safetensors import SafetensorError
    from safetensors.torch import load as load_tensors

    from core.models import build

    content = verified_bytes(root, card, file)
    try:
        model = build(card.architecture, card.config)
        tensors = load_tensors(content)
    except (ValueError, SafetensorError) as error:
        raise CheckpointError(f"{card.id}: {file} cannot be loaded: {error}") from error
    try:
        model.load_state_dict(tensors, strict=True)
    except RuntimeError as error:
        raise CheckpointError(f"{card.id}: {file} does not fit its architecture. {error}") from error
    if lacking := model.state_dict().keys() - tensors.keys():  # torch makes up a BatchNorm's count of batches
        raise CheckpointError(f"{card.id}: {file} does not fit its architecture. It lacks {sorted(lacking)}.")
    return model.float().eval().requires_grad_(False)


def load_gallery(root: Path, card: Card) -> Gallery:
    """The encoded items of ``card``."""
    verified_bytes(root, card, GALLERY)
    try:
        items = gallery.load(folder(root, card.id) / GALLERY)
    except (ValueError, OSError) as error:
        raise CheckpointError(f"{card.id}: {error}. Restore its folder from the repository.") from error
    if items.z.shape[1] != card.dim:
        raise CheckpointError(
            f"{card.id}: gallery codes have {items.z.shape[1]} numbers, the card says {card.dim}"
        )
    return items


def load_map(root: Path, card: Card) -> ItemMap | None:
    """Where every item of the data set lies on the plane of ``card``; None where it ships no such map."""
    return _optional(root, card, MAP, itemmap.load)


def load_directions(root: Path, card: Card) -> Directions | None:
    """Directions of attributes in the codes of ``card``; None where it ships none."""
    return _optional(root, card, DIRECTIONS, directions.load)


def load_book(root: Path, card: Card) -> Book | None:
    """Who wrote what, by the clusters of ``card``; None where it ships none."""
    return _optional(root, card, WRITERS, writerbook.load)


def load_history(root: Path, card: Card) -> History | None:
    """How ``card`` was trained; None where it does not say."""
    return _optional(root, card, HISTORY, history.load)


def load_items(root: Path, card: Card) -> Items | None:
    """Products as vectors and words; None where ``card`` ships none."""
    return _optional(root, card, ITEMS, product_items.load)


def load_codes(root: Path, card: Card) -> np.ndarray | None:
    """What ``card`` finds products by besides their vectors (n, K) float32; None where it is vectors alone."""
    return _optional(root, card, CODES, _codes)


def _codes(path: Path) -> np.ndarray:
    try:
        with np.load(path, allow_pickle=False) as file:
            found = file["codes"].astype(np.float32)
    except (zipfile.BadZipFile, zlib.error, EOFError, KeyError) as error:
        raise ValueError(f"{path.name} is damaged: {error}") from error
    if found.ndim != 2 or not np.isfinite(found).all():
        raise ValueError(f"{path.name} is damaged: codes {found.shape}, or numbers that are not finite")
    return found


def load_lexicon(root: Path, card: Card) -> Lexicon:
    """The words that the model of ``card`` knows."""
    verified_bytes(root, card, VOCABULARY)
    found = _optional(root, card, VOCABULARY, phrases.load)
    assert found is not None  # without a digest, it would have been refused
    return found


def _optional(root: Path, card: Card, file: str, read: Callable[[Path], T]) -> T | None:
    if file not in card.sha256:
        return None
    verified_bytes(root, card, file)
    try:
        return read(folder(root, card.id) / file)
    except (ValueError, OSError) as error:
        raise CheckpointError(f"{card.id}: {error}. Restore its folder from the repository.") from error


def count_parameters(model: "nn.Module") -> int:
    """Number of trainable weights."""
    return sum(p.numel() for p in model.parameters())


def half(state: "dict[str, torch.Tensor]") -> "dict[str, torch.Tensor]":
    """State dict with float16 weights: half the bytes, and what is measured is what is shipped.

    What float16 cannot hold stays as it is: a batch normalisation's variance may be over 65,504.
    """
    return {
        name: (_half(value) if value.is_floating_point() else value).contiguous() for name, value in state.items()
    }


def _half(value: "torch.Tensor") -> "torch.Tensor":
    import torch

    return value.half() if value.numel() == 0 or value.abs().max() <= torch.finfo(torch.float16).max else value


def sha256(path: Path) -> str:
    """Hex digest of a file."""
    return hashlib.sha256(path.read_bytes()).hexdigest()
