"""From a phrase and noise to the code of a picture, in two stages; ``products-ae`` decodes both.

The first stage knows the phrase as one vector; in the second, the 4 x 4 places of the code attend to its words and
a residual refines the code (AttnGAN, Xu et al. 2018, sec. 3.1, in the space of codes where the paper has pixels).
A critic for each stage sees codes and the phrase as a projection (Miyato and Koyama 2018).
"""

import copy
from dataclasses import dataclass, replace
from typing import NamedTuple, Self

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from core.models.product_ae import SIDE

PLACES = SIDE * SIDE


@dataclass(frozen=True)
class ProductGANConfig:
    """Size of noise, of the vectors of phrases and words, of hidden layers, and of what these know of a phrase.

    ``place`` numbers of every place are handed to the second stage beside the ``planes`` of the code. One that has
    finished learning (``learns`` False) holds the running mean alone.
    """

    noise: int = 64
    text: int = 128
    width: int = 384
    critic: int = 384
    known: int = 128
    place: int = 32
    planes: int = 16
    learns: bool = True


class Drawing(NamedTuple):
    """Codes of both stages (n, 16 planes), and where words were looked at: (n, 16, L), 1 in sum over words."""

    first: Tensor
    second: Tensor
    attention: Tensor


class Told(nn.Module):
    """Residual layers (n, w) -> (n, w) whose normalisation is scaled and shifted by a condition (n, k)."""

    def __init__(self, width: int, condition: int) -> None:
        super().__init__()
        self.norm = nn.LayerNorm(width, elementwise_affine=False)
        self.change = nn.Linear(condition, 2 * width)
        self.layers = nn.Sequential(nn.Linear(width, width), nn.LeakyReLU(0.2), nn.Linear(width, width))

    def forward(self, x: Tensor, known: Tensor) -> Tensor:
        scale, shift = self.change(known).chunk(2, dim=1)
        return x + self.layers(self.norm(x) * (1 + scale) + shift)


class Generator(nn.Module):
    """Noise (n, noise), unit vectors of phrases (n, D) and words (n, L, D) -> `Drawing`."""

    def __init__(self, config: ProductGANConfig) -> None:
        super().__init__()
        c, w = config, config.width
        self.config = config
        self.known = nn.Sequential(nn.Linear(c.text, c.known), nn.LeakyReLU(0.2))
        self.begin = nn.Linear(c.noise + c.known, w)
        self.draw = nn.ModuleList(Told(w, c.known) for _ in range(3))
        self.code = nn.Linear(w, PLACES * c.planes)
        self.places = nn.Linear(w, PLACES * c.place)
        self.query = nn.Linear(c.place + c.planes, c.text)
        self.value = nn.Linear(c.text, c.place)
        self.refine = nn.Linear(PLACES * (2 * c.place + c.planes) + c.noise, w)
        self.redraw = nn.ModuleList(Told(w, c.known) for _ in range(2))
        self.change = nn.Linear(w, PLACES * c.planes)

    def forward(self, noise: Tensor, sentence: Tensor, words: Tensor, some: Tensor) -> Drawing:
        size = self.config.text**0.5  # unit vectors become numbers of about 1
        known = self.known(sentence * size)
        x = self.begin(torch.cat([noise, known], dim=1))
        for layer in self.draw:
            x = layer(x, known)
        first = self.code(F.leaky_relu(x, 0.2))
        hidden = self.places(F.leaky_relu(x, 0.2)).unflatten(1, (PLACES, -1))
        # A code is a map, planes first; a place is all planes of it.
        here = torch.cat([hidden, first.unflatten(1, (-1, PLACES)).transpose(1, 2)], dim=2)
        attention = attend(self.query(here), words, some)
        seen = torch.cat([here, attention @ self.value(words * size)], dim=2)
        x = self.refine(torch.cat([seen.flatten(1), noise], dim=1))
        for layer in self.redraw:
            x = layer(x, known)
        return Drawing(first, first + self.change(F.leaky_relu(x, 0.2)), attention)


def attend(query: Tensor, words: Tensor, some: Tensor) -> Tensor:
    """How much each place (n, P, D) looks at each of the words (n, L, D) that are there (n, L): (n, P, L).

    1 in sum over words (Xu et al. 2018, eq. 2), 0 everywhere where a phrase has no word.
    """
    likeness = (query @ words.transpose(1, 2)).masked_fill(~some[:, None], -1e4)
    return likeness.softmax(2) * some[:, None]


class CodeCritic(nn.Module):
    """Codes (n, d) and unit vectors of phrases (n, D) -> realism logits (n,).

    It sees how much a batch varies (Karras et al. 2018), as if of ``varied`` where that is given.
    """

    def __init__(self, config: ProductGANConfig) -> None:
        super().__init__()
        c, w = config, config.critic
        self.size = c.text**0.5
        self.trunk = nn.Sequential(
            nn.Linear(PLACES * c.planes, w),
            nn.LeakyReLU(0.2),
            nn.Linear(w, w),
            nn.LeakyReLU(0.2),
            nn.Linear(w, w),
            nn.LeakyReLU(0.2),
        )
        self.phrase = nn.Sequential(nn.Linear(c.text, c.known), nn.LeakyReLU(0.2), nn.Linear(c.known, w))
        self.real = nn.Linear(w + 1, 1)

    def forward(self, code: Tensor, sentence: Tensor, *, varied: Tensor | None = None) -> Tensor:
        h = self.trunk(code)
        varied = h.std(0, unbiased=False).mean() if varied is None else varied
        told = (h * self.phrase(sentence * self.size)).sum(1) / h.shape[1] ** 0.5
        return self.real(torch.cat([h, varied.expand(len(h), 1)], dim=1))[:, 0] + told


class ProductGAN(nn.Module):
    """``generator`` learns, ``mean`` is its running mean and the one that is used, the critics judge both stages.

    ``usual`` is how much the second critic's features vary in a batch of drawings, kept so that one drawing can be
    judged alone.
    """

    def __init__(self, config: ProductGANConfig) -> None:
        super().__init__()
        self.config = config
        self.dim = PLACES * config.planes
        generator = Generator(config)
        self.mean = copy.deepcopy(generator).requires_grad_(False)
        if config.learns:
            self.generator = generator
        self.critics = nn.ModuleList(CodeCritic(config) for _ in range(2))
        self.register_buffer("usual", torch.zeros(1))

    def finished(self) -> Self:
        """A copy that only draws and judges, without the generator that learns: nearly half of the size."""
        made = type(self)(replace(self.config, learns=False))
        made.load_state_dict({k: v for k, v in self.state_dict().items() if not k.startswith("generator.")})
        return made

    def follow(self, *, rate: float) -> None:
        """Move the running mean towards the generator."""
        for mean, now in zip(self.mean.parameters(), self.generator.parameters(), strict=True):
            mean.data.lerp_(now.data, rate)

    def sample(self, noise: Tensor, sentence: Tensor, words: Tensor, some: Tensor) -> Drawing:
        """What is drawn of noise (n, noise), phrases (n, D) and words (n, L, D) of which ``some`` (n, L) are."""
        return self.mean(noise, sentence, words, some)

    def realism(self, code: Tensor, sentence: Tensor) -> Tensor:
        """What the second critic says of codes (n, d) of phrases (n, D), (n,) in 0..1."""
        return torch.sigmoid(self.critics[1](code, sentence, varied=self.usual))
