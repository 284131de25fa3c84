"""From phrases to pictures: a GAN of codes, the decoder of these codes, and the model that reads phrases."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

from core.phrases import Reading
from core.products import Matcher, Said


@dataclass(frozen=True)
class Drawn:
    """Pictures of phrases.

    Attributes
    ----------
    coarse, fine : (n, h, w, C) and (n, H, W, C) uint8, after the first stage, small, and after the second.
    attention : (n, words, 4, 4) float32, how much each place of the code looked at each known word; 1 in sum over
        words, 0 for a phrase of none. Words are those of the longest phrase.
    score : (n,) float32 in 0..1, what the critic says of the picture with its phrase.
    codes : (n, d) float32, of the fine pictures, in the space of the decoder's checkpoint.
    readings : what was understood of each picture's phrase, n.
    """

    coarse: np.ndarray
    fine: np.ndarray
    attention: np.ndarray
    score: np.ndarray
    codes: np.ndarray
    readings: tuple[Reading, ...]


class Illustrator:
    """A loaded GAN of pictures. Holds no state; safe to share.

    ``decoder`` and ``matcher`` are those that it was trained with.
    """

    def __init__(
        self, model: nn.Module, decoder: nn.Module, matcher: Matcher, device: str = "cpu", *, batch: int = 256
    ) -> None:
        self.device, self.batch, self.matcher = device, batch, matcher
        self.model: Any = model.to(device).eval()
        self.config: Any = model.config
        self.decoder: Any = decoder.to(device).to(memory_format=torch.channels_last).eval()  # type: ignore[call-overload]
        told: int = model.config.text  # type: ignore[union-attr,assignment]
        if self.model.dim != self.decoder.dim or told != matcher.dim:
            raise ValueError(
                f"a GAN of codes of {self.model.dim} numbers, told {told} of a phrase, does not "
                f"fit a decoder of {self.decoder.dim} and phrases of {matcher.dim}"
            )

    def draw(self, phrases: Sequence[str], *, seed: int, n: int) -> Drawn:
        """``n`` pictures of each of ``phrases``, phrase by phrase; any text will do, none at all too.

        The k-th pictures of all phrases have the same noise, as have those of a larger ``n``.

        Raises
        ------
        ValueError
            If n is below 1.
        """
        if n < 1:
            raise ValueError(f"n is the number of pictures of a phrase, 1 or more, not {n}")
        noise = self.noise(seed=seed, n=n)
        return self.of(np.repeat(np.array(phrases, object), n).tolist(), np.tile(noise, (len(phrases), 1)))

    def each(self, phrases: Sequence[str], *, seed: int) -> Drawn:
        """One picture of each of ``phrases``, each of a noise of its own."""
        noise = np.random.default_rng(seed).normal(size=(len(phrases), self.config.noise))
        return self.of(phrases, noise.astype(np.float32))

    def of(self, phrases: Sequence[str], noise: np.ndarray) -> Drawn:
        """A picture of each of ``phrases`` (n,) and ``noise`` (n, noise) normal numbers."""
        if noise.shape != (len(phrases), self.config.noise):
            raise ValueError(f"{len(phrases)} phrases need noise ({len(phrases)}, {self.config.noise})")
        return self._drawn(*self._said(phrases), noise)

    def meaning(self, phrase: str, sentence: np.ndarray, noise: np.ndarray) -> Drawn:
        """Pictures of the words of a phrase, with another unit vector (D,) for the whole of it, one of each noise.

        Raises
        ------
        ValueError
            If the vector or the noise (n, noise) are of other sizes.
        """
        if sentence.shape != (self.matcher.dim,) or noise.ndim != 2 or noise.shape[1] != self.config.noise:
            raise ValueError(
                f"a vector is ({self.matcher.dim},) and noise (n, {self.config.noise}), "
                f"not {sentence.shape} and {noise.shape}"
            )
        said = replace(self.matcher.say([phrase]), sentences=sentence[None].astype(np.float32))
        return self._drawn(said, np.zeros(len(noise), np.int64), noise)

    def noise(self, *, seed: int, n: int) -> np.ndarray:
        """What ``draw`` makes its pictures of: (n, noise) float32, the first rows the same for a larger n."""
        return np.random.default_rng(seed).normal(size=(n, self.config.noise)).astype(np.float32)

    def _drawn(self, said: Said, place: np.ndarray, noise: np.ndarray) -> Drawn:
        longest = max(1, int(said.some.sum(1).max(initial=0)))
        starts = range(0, max(len(place), 1), self.batch)
        parts = [self._of(said, place[i : i + self.batch], noise[i : i + self.batch], longest) for i in starts]
        coarse, fine, attention, score, codes = (np.concatenate(column) for column in zip(*parts, strict=True))
        return Drawn(coarse, fine, attention, score, codes, tuple(said.readings[i] for i in place))

    def _said(self, phrases: Sequence[str]) -> tuple[Said, np.ndarray]:
        """Vectors of the different ones of ``phrases``, and which of them each is (n,)."""
        different = list(dict.fromkeys(phrases))
        number = {phrase: i for i, phrase in enumerate(different)}
        return self.matcher.say(different), np.array([number[phrase] for phrase in phrases], np.int64)

    @torch.inference_mode()
    def _of(self, said: Said, place: np.ndarray, noise: np.ndarray, longest: int) -> tuple[np.ndarray, ...]:
        def told(part: np.ndarray) -> Tensor:
            return torch.from_numpy(np.ascontiguousarray(part)).to(self.device)

        sentence = told(said.sentences[place])
        words, some = told(said.words[place, :longest]), told(said.some[place, :longest])
        drawn = self.model.sample(told(noise), sentence, words, some)
        coarse, fine = self.decoder.decode_both(drawn.first)[1], self.decoder.decode(drawn.second)
        score, attention = self.model.realism(drawn.second, sentence), drawn.attention.transpose(1, 2)
        side = int(attention.shape[2] ** 0.5)
        return (
            pictures(coarse),
            pictures(fine),
            attention.unflatten(2, (side, side)).float().cpu().numpy(),
            score.float().cpu().numpy(),
            drawn.second.float().cpu().numpy(),
        )


def pictures(x: Tensor) -> np.ndarray:
    """Images (n, H, W, C) uint8 of (n, C, H, W) in [0, 1]."""
    return np.rint(255 * x.float().permute(0, 2, 3, 1).cpu().numpy()).astype(np.uint8)
