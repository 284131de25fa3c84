"""A GAN of dense layers alone, as one first meets them (Goodfellow et al. 2014)."""

from dataclasses import dataclass
from itertools import pairwise

import torch
from torch import Tensor, nn

SIDE = 28


@dataclass(frozen=True)
class DenseGANConfig:
    """Size of the noise, widths of the generator's and the critic's hidden layers, dropout after each of them."""

    noise: int = 100
    generator: tuple[int, ...] = (256, 512, 1024)
    critic: tuple[int, ...] = (512, 256)
    dropout: float = 0.3


def layers(sizes: tuple[int, ...], dropout: float) -> list[nn.Module]:
    """Dense layers (n, sizes[0]) -> (n, sizes[-1]), each but the last with a leaky ReLU and dropout."""
    found: list[nn.Module] = []
    for inputs, outputs in pairwise(sizes):
        found += [nn.Linear(inputs, outputs), nn.LeakyReLU(0.2), nn.Dropout(dropout)]
    return found[:-2]


class DenseGAN(nn.Module):
    """``generator`` makes images of noise, ``critic`` judges images; neither is told a class."""

    def __init__(self, config: DenseGANConfig) -> None:
        super().__init__()
        self.config = config
        self.dim = config.noise
        pixels = SIDE * SIDE
        self.generator = nn.Sequential(
            *layers((config.noise, *config.generator, pixels), config.dropout),
            nn.Tanh(),
            nn.Unflatten(1, (1, SIDE, SIDE)),
        )
        self.critic = nn.Sequential(nn.Flatten(), *layers((pixels, *config.critic, 1), config.dropout))

    def sample(self, noise: Tensor) -> Tensor:
        """Images (n, 1, 28, 28) in [0, 1] of normal noise (n, noise)."""
        return (self.generator(noise) + 1) / 2

    def judge(self, x: Tensor) -> Tensor:
        """Realism logits (n,) of images (n, 1, 28, 28) in [0, 1]."""
        return self.critic(2 * x - 1)[:, 0]

    def forward(self, x: Tensor) -> Tensor:
        return torch.sigmoid(self.judge(x))
