"""Dense autoencoder (Hinton & Salakhutdinov, Science 2006)."""

from dataclasses import dataclass

import torch
from torch import Tensor, nn


@dataclass(frozen=True)
class DenseAEConfig:
    """Widths of the two hidden layers on each side (outer, inner) and the code size."""

    outer: int = 768
    inner: int = 384
    dim: int = 64


def dense(inputs: int, outputs: int) -> list[nn.Module]:
    """Dense layer, GELU, batch normalisation."""
    return [nn.Linear(inputs, outputs), nn.GELU(), nn.BatchNorm1d(outputs)]


class DenseAE(nn.Module):
    """784 - outer - inner - dim - inner - outer - 784."""

    def __init__(self, config: DenseAEConfig) -> None:
        super().__init__()
        self.config = config
        self.dim = config.dim
        self.encoder = nn.Sequential(
            nn.Flatten(),
            *dense(784, config.outer),
            *dense(config.outer, config.inner),
            nn.Linear(config.inner, config.dim),
        )
        self.decoder = nn.Sequential(
            *dense(config.dim, config.inner),
            *dense(config.inner, config.outer),
            nn.Linear(config.outer, 784),
        )

    def encode(self, x: Tensor) -> Tensor:
        """Codes (n, dim) of images (n, 1, 28, 28) in [0, 1]."""
        return self.encoder(x)

    def decode(self, z: Tensor) -> Tensor:
        """Images (n, 1, 28, 28) in [0, 1] of codes (n, dim)."""
        return torch.sigmoid(self.decoder(z)).view(-1, 1, 28, 28)
