"""A DCGAN that writes a character of a class, in a cluster of that class and in the style of a writer.

Radford, Metz, Chintala 2016, with what came after it: conditions enter every layer as a scale and a shift (de
Vries et al. 2017) and the critic as a projection (Miyato and Koyama 2018); pixels are repeated before a
convolution where DCGAN strides (Odena et al. 2016); the critic sees how much a batch varies (Karras et al.
2018); what is used is the generator's running mean (Karras et al. 2018).
"""

import copy
from dataclasses import dataclass
from typing import Self

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from core.models.blocks import Larger
from core.models.writer_style import WriterStyle, WriterStyleConfig

SIDE = 28


@dataclass(frozen=True)
class WriterGANConfig:
    """Channels of the generator's and the critic's largest map, size of the noise, and what is given.

    ``classes`` of characters, ``clusters`` per class and numbers of a ``style``; a GAN with neither of the last
    two (0) knows the class alone. Clusters are of ``features`` (`core.writers.Hands`), styles of an embedding that
    tells ``writers`` apart.
    """

    channels: int = 24
    critic: int = 24
    noise: int = 64
    condition: int = 48
    classes: int = 10
    clusters: int = 7
    style: int = 32
    features: int = 8
    writers: int = 555


class Condition(nn.Module):
    """Class, cluster and style as one vector; what is unknown (cluster -1, style 0) adds nothing."""

    def __init__(self, config: WriterGANConfig) -> None:
        super().__init__()
        self.clusters = config.clusters
        self.classes = nn.Embedding(config.classes, config.condition)
        cells = config.classes * config.clusters
        self.cells = nn.Embedding(cells + 1, config.condition, padding_idx=cells) if cells else None
        self.style = nn.Linear(config.style, config.condition, bias=False) if config.style else None

    def forward(self, labels: Tensor, clusters: Tensor, style: Tensor) -> Tensor:
        known = self.classes(labels)
        if self.cells is not None:
            cells = torch.where(clusters < 0, self.cells.num_embeddings - 1, labels * self.clusters + clusters)
            known = known + self.cells(cells)
        if self.style is not None:
            known = known + self.style(style * style.shape[1] ** 0.5)  # numbers of about 1, as an embedding has
        return known


class Modulated(nn.Module):
    """Double the map's sides, batch normalisation with a scale and a shift from the condition, ReLU."""

    def __init__(self, inputs: int, outputs: int, condition: int) -> None:
        super().__init__()
        self.larger = Larger(inputs, outputs)
        self.norm = nn.BatchNorm2d(outputs, affine=False)
        self.change = nn.Linear(condition, 2 * outputs)

    def forward(self, x: Tensor, known: Tensor) -> Tensor:
        scale, shift = self.change(known)[..., None, None].chunk(2, dim=1)
        return F.relu(self.norm(self.larger(x)) * (1 + scale) + shift)


class Generator(nn.Module):
    """Noise (n, noise) and a condition -> images (n, 1, 28, 28) in [0, 1]."""

    def __init__(self, config: WriterGANConfig) -> None:
        super().__init__()
        c = config.channels
        self.condition = Condition(config)
        self.first = nn.Sequential(
            nn.Linear(config.noise + config.condition, 49 * 4 * c),
            nn.Unflatten(1, (4 * c, 7, 7)),
            nn.BatchNorm2d(4 * c),
            nn.ReLU(),
        )
        self.second = Modulated(4 * c, 2 * c, config.condition)
        self.third = Modulated(2 * c, c, config.condition)
        self.last = nn.Conv2d(c, 1, 3, padding=1)

    def forward(self, noise: Tensor, labels: Tensor, clusters: Tensor, style: Tensor) -> Tensor:
        known = self.condition(labels, clusters, style)
        x = self.first(torch.cat([noise, known], dim=1))
        return torch.sigmoid(self.last(self.third(self.second(x, known), known)))


class Critic(nn.Module):
    """Images (n, 1, 28, 28) in [0, 1] and a condition -> realism logits (n,)."""

    def __init__(self, config: WriterGANConfig) -> None:
        super().__init__()
        c = config.critic
        self.condition = Condition(config)
        self.trunk = nn.Sequential(
            nn.Conv2d(1, c, 4, stride=2, padding=1),
            nn.LeakyReLU(0.2),
            nn.Conv2d(c, 2 * c, 4, stride=2, padding=1),
            nn.LeakyReLU(0.2),
            nn.Conv2d(2 * c, 4 * c, 3, padding=1),
            nn.LeakyReLU(0.2),
            nn.Flatten(),
            nn.Linear(49 * 4 * c, 8 * c),
            nn.LeakyReLU(0.2),
        )
        self.match = nn.Linear(8 * c, config.condition)
        self.real = nn.Linear(8 * c + 1, 1)

    def varied(self, x: Tensor) -> Tensor:
        """How much a batch varies, one number: mean deviation of the features."""
        return self.trunk(2 * x - 1).std(0, unbiased=False).mean()

    def forward(
        self, x: Tensor, labels: Tensor, clusters: Tensor, style: Tensor, *, varied: Tensor | None = None
    ) -> Tensor:
        """Logits (n,); ``varied`` as if the images were part of a batch that varies so much, else their own."""
        h = self.trunk(2 * x - 1)
        varied = h.std(0, unbiased=False).mean() if varied is None else varied
        varied = varied.expand(len(h), 1)
        known = self.condition(labels, clusters, style)
        return self.real(torch.cat([h, varied], dim=1))[:, 0] + (self.match(h) * known).sum(1)


class WriterGAN(nn.Module):
    """``generator`` learns, ``mean`` is its running mean and the one that is used, ``critic`` judges.

    What it is asked for comes with it: the clusters (``projection``, ``offset``, ``centres``), the embedding that
    styles are of (``hand``, None where there are none), and its mean for each class (``middle``).
    """

    def __init__(self, config: WriterGANConfig) -> None:
        super().__init__()
        self.config = config
        self.dim = config.noise
        self.generator = Generator(config)
        self.mean = copy.deepcopy(self.generator).requires_grad_(False)
        self.critic = Critic(config)
        told = WriterStyleConfig(dim=config.style, classes=config.classes, writers=config.writers)
        self.hand = WriterStyle(told).requires_grad_(False) if config.style else None
        c, k, d = config.classes, config.clusters, config.features
        self.register_buffer("projection", torch.zeros(c, d, SIDE * SIDE))
        self.register_buffer("offset", torch.zeros(c, d))
        self.register_buffer("centres", torch.zeros(c, k, d))
        self.register_buffer("middle", torch.zeros(c, config.style))

    def train(self, mode: bool = True) -> Self:
        """As for any module, but ``hand`` is finished."""
        super().train(mode)
        if self.hand is not None:
            self.hand.eval()
        return self

    def leans(self, images: Tensor, labels: Tensor) -> Tensor:
        """Unit vectors (n, S), from the mean of their class to images (n, 1, 28, 28) in [0, 1]."""
        assert self.hand is not None
        return F.normalize(self.hand.embed(images, labels) - self.middle[labels], dim=1)  # type: ignore[index]

    def falls(self, images: Tensor, labels: Tensor) -> Tensor:
        """Logits (n, k) of the clusters that images (n, 1, 28, 28) fall in: how near each centre is."""
        features = (self.projection[labels] @ images.flatten(1)[:, :, None])[..., 0] - self.offset[labels]  # type: ignore[index]
        far = (features[:, None] - self.centres[labels]).square().sum(2)  # type: ignore[index]
        return -2 * far / far.detach().min(1).values.mean().clamp_min(1e-6)

    def follow(self, *, rate: float) -> None:
        """Move the running mean towards the generator; statistics of normalisation too."""
        for mean, now in zip(self.mean.parameters(), self.generator.parameters(), strict=True):
            mean.data.lerp_(now.data, rate)
        for old, new in zip(self.mean.buffers(), self.generator.buffers(), strict=True):
            old.copy_(old.lerp(new, rate) if old.is_floating_point() else new)

    def sample(self, noise: Tensor, labels: Tensor, clusters: Tensor, style: Tensor) -> Tensor:
        """Images (n, 1, 28, 28) in [0, 1].

        Parameters
        ----------
        noise, labels, clusters : (n, noise) normal, (n,) classes, (n,) clusters of the class or -1.
        style : (n, style) unit vectors, shorter ones for less of the style, 0 for none.
        """
        return self.mean(noise, labels, clusters, style)
