"""Running the models of products: phrases and pictures to vectors, reading pictures, composing both."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from torch import nn

from core.handwriting import pixels
from core.models.product_compose import LEAST
from core.models.product_text import looked
from core.phrases import PADDING, Lexicon, Reading


def checked(images: np.ndarray, config: Any) -> np.ndarray:
    """``images``; ValueError unless they are (n, H, W, C) uint8 as a model of ``config`` takes them."""
    shape = (config.size, config.size, config.colours)
    if images.ndim != 4 or images.shape[1:] != shape or images.dtype != np.uint8:
        raise ValueError(f"images are (n, {', '.join(map(str, shape))}) uint8, not {images.shape} {images.dtype}")
    return images


@dataclass(frozen=True)
class Said:
    """Phrases as vectors.

    Attributes
    ----------
    sentences : (n, D) float32 unit vectors; that of a phrase without a known word stands for anything.
    words : (n, L, D) float32 unit vectors of words, 0 where there is none; L is `phrases.MAX_WORDS`.
    some : (n, L) bool, where there is a word.
    readings : what was understood of each phrase, word by word.
    """

    sentences: np.ndarray
    words: np.ndarray
    some: np.ndarray
    readings: tuple[Reading, ...]


class Matcher:
    """A loaded model of phrases and pictures. Holds no state; safe to share."""

    def __init__(self, model: nn.Module, lexicon: Lexicon, device: str = "cpu", *, batch: int = 256) -> None:
        self.device, self.batch, self.lexicon = device, batch, lexicon
        self.model: Any = model.to(device).to(memory_format=torch.channels_last).eval()  # type: ignore[call-overload]
        self.dim = int(self.model.dim)

    def say(self, phrases: Sequence[str]) -> Said:
        """Vectors of phrases and of their words; any text will do, none at all too."""
        ids = self.lexicon.numbers(phrases)
        sentences = np.zeros((len(ids), self.dim), np.float32)
        words = np.zeros((*ids.shape, self.dim), np.float32)
        with torch.inference_mode():
            for start in range(0, len(ids), self.batch):
                rows = slice(start, start + self.batch)
                found = self.model.text(torch.from_numpy(ids[rows]).to(self.device))
                sentences[rows], words[rows] = (part.float().cpu().numpy() for part in found)
        some = ids != PADDING
        return Said(
            sentences, words * some[..., None], some, tuple(self.lexicon.read(phrase) for phrase in phrases)
        )

    def embed_text(self, phrases: Sequence[str]) -> np.ndarray:
        """Unit vectors (n, D) float32 of phrases."""
        return self.say(phrases).sentences

    def embed_images(self, images: np.ndarray) -> np.ndarray:
        """Unit vectors (n, D) float32 of images (n, H, W, C) uint8."""
        return self._image(images)[0]

    def regions(self, images: np.ndarray) -> np.ndarray:
        """Unit vectors (n, R, D) float32 of regions, row by row, of images (n, H, W, C) uint8."""
        return self._image(images)[1]

    def attention(self, phrase: str, image: np.ndarray) -> tuple[tuple[str, ...], np.ndarray]:
        """Where each known word of ``phrase`` looks in ``image`` (H, W, C): words, (k, h, w) each 1 in sum.

        Each word is read by itself: among others, words take on the meaning of the whole phrase and look alike.
        """
        known = self.lexicon.read(phrase).known
        regions = self.regions(image[None])[0]
        words = self.say(known).words[:, 0]
        maps = looked(torch.from_numpy(words), torch.from_numpy(regions)).numpy()
        side = int(len(regions) ** 0.5)
        return known, maps.reshape(len(known), side, side)

    @torch.inference_mode()
    def _image(self, images: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        checked(images, self.model.config)
        whole, parts = [], []
        for start in range(0, max(len(images), 1), self.batch):  # of no image too: the networks know the shapes
            found = self.model.image(pixels(images[start : start + self.batch], self.device))
            whole.append(found[0].float().cpu().numpy())
            parts.append(found[1].float().cpu().numpy())
        return np.concatenate(whole), np.concatenate(parts)


@dataclass(frozen=True)
class Read:
    """What a reader sees in n pictures.

    Attributes
    ----------
    values : field -> (n,) str, the likeliest value of each: type, colour, gender.
    chances : field -> (n, values) float32, in the order of the lexicon's values of that field; each row 1 in sum.
    words : (n, W) float32, how likely each of the ``W`` commonest words of the lexicon is in the caption.
    """

    values: dict[str, np.ndarray]
    chances: dict[str, np.ndarray]
    words: np.ndarray

    def likeliest(self, lexicon: Lexicon, row: int, *, least: float = 0.3) -> list[str]:
        """Words that picture ``row`` is at least so likely described with, likeliest first."""
        order = np.argsort(-self.words[row], kind="stable")
        return [lexicon.words[i] for i in order if self.words[row, i] >= least]


class Reader:
    """A loaded reader of pictures. Holds no state; safe to share."""

    def __init__(self, model: nn.Module, lexicon: Lexicon, device: str = "cpu", *, batch: int = 256) -> None:
        self.device, self.batch, self.lexicon = device, batch, lexicon
        self.model: Any = model.to(device).to(memory_format=torch.channels_last).eval()  # type: ignore[call-overload]

    @torch.inference_mode()
    def encode(self, images: np.ndarray) -> np.ndarray:
        """Features (n, F) float32 of images (n, H, W, C) uint8."""
        checked(images, self.model.config)
        parts = [np.zeros((0, self.model.dim), np.float32)]
        for start in range(0, len(images), self.batch):
            some = pixels(images[start : start + self.batch], self.device)
            parts.append(self.model.encode(some).float().cpu().numpy())
        return np.concatenate(parts)

    def read(self, images: np.ndarray) -> Read:
        """The value of each field and caption words of images (n, H, W, C) uint8."""
        with torch.inference_mode():
            found = self.model.probabilities(torch.from_numpy(self.encode(images)).to(self.device))
        *kinds, words = (part.cpu().numpy() for part in found)
        values, chances = {}, {}
        for (name, known), chance in zip(self.lexicon.fields.items(), kinds, strict=True):
            own = chance[:, : len(known)]
            chances[name] = own / own.sum(1, keepdims=True)
            values[name] = np.array(known)[own.argmax(1)]
        return Read(values, chances, words[:, : len(self.lexicon.words)])


class Composer:
    """A loaded model of "this picture, but ...", on the vectors of a `Matcher`. Holds no state; safe to share."""

    def __init__(self, model: nn.Module, device: str = "cpu", *, batch: int = 256) -> None:
        self.device, self.batch = device, batch
        self.model: Any = model.to(device).to(memory_format=torch.channels_last).eval()  # type: ignore[call-overload]

    @torch.inference_mode()
    def compose(self, pictures: np.ndarray, words: np.ndarray) -> np.ndarray:
        """Unit vectors (n, D) of what is looked for, of unit vectors (n, D) of pictures and of phrases.

        Raises
        ------
        ValueError
            If shapes are not (n, D) both, or a number is not finite.
        """
        return self.model.compose(*self._given(pictures, words, dim=self.model.dim)).float().cpu().numpy()

    @torch.inference_mode()
    def codes(self, images: np.ndarray, vectors: np.ndarray) -> np.ndarray:
        """What pictures are found by (n, C) float32: images (n, H, W, C) uint8 and their vectors (n, D)."""
        if not self.model.config.kinds:
            return vectors
        checked(images, self.model.config)
        parts = [np.zeros((0, self.model.width), np.float32)]
        for start in range(0, len(images), self.batch):
            some = slice(start, start + self.batch)
            given = torch.from_numpy(np.asarray(vectors[some], np.float32)).to(self.device)
            parts.append(self.model.code(pixels(images[some], self.device), given).float().cpu().numpy())
        return np.concatenate(parts)

    @torch.inference_mode()
    def targets(self, codes: np.ndarray, words: np.ndarray) -> np.ndarray:
        """What is looked for (n, C), of codes of pictures (n, C) and vectors of phrases (n, D).

        Its product with the code of another picture tells how well that one fits. ValueError as of `compose`.
        """
        return self.model.target(*self._given(codes, words, dim=self.model.width)).float().cpu().numpy()

    def again(self, targets: np.ndarray) -> np.ndarray:
        """What is looked for (n, C), as codes (n, C) of pictures that fit: more words can be said of them."""
        vectors = targets[:, : self.model.dim]
        parts = [vectors / np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1e-9)]
        ends = self.model.dim + np.cumsum((0, *self.model.config.kinds))
        for start, end in zip(ends[:-1], ends[1:], strict=True):
            chances = targets[:, start:end] + 1e-9
            parts.append(np.log(np.maximum(chances / chances.sum(1, keepdims=True), LEAST)))
        return np.concatenate(parts, axis=1).astype(np.float32)

    def _given(self, pictures: np.ndarray, words: np.ndarray, *, dim: int) -> list[torch.Tensor]:
        wanted = (len(pictures), dim), (len(pictures), self.model.dim)
        if (pictures.shape, words.shape) != wanted:
            told = f"pictures are (n, {dim}) and words (n, {self.model.dim}), of one n for both"
            raise ValueError(f"{told}, not {pictures.shape} and {words.shape}")
        if not (np.isfinite(pictures).all() and np.isfinite(words).all()):
            raise ValueError("a vector holds numbers that are not finite")
        return [torch.tensor(np.asarray(part, np.float32)).to(self.device) for part in (pictures, words)]
