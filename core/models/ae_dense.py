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


class DenseAE(nn.Module):
    """784 - outer - inner - dim - inner - outer - 784."""

    def __init__(self, config: DenseAEConfig) -> None:
        super().__init__()
        self.config = config
        self.dim = config.dim
        self.encoder = nn.Sequential(
            nn.Flatten(),
            nn.Linear(784, config.outer),
            nn.GELU(),
            nn.Linear(config.outer, config.inner),
            nn.GELU(),
            nn.Linear(config.inner, config.dim),
        )
        self.decoder = nn.Sequential(
            nn.Linear(config.dim, config.inner),
            nn.GELU(),
            nn.Linear(config.inner, config.outer),
            nn.GELU(),
            nn.Linear(config.outer, 784),
        )

    def encode(self, x: Tensor) -> Tensor:
        """Codes (n, dim) of images (n, 1, 28, 28) in [0, 1]."""
        return self.encoder(x)

    def decode(self, z: Tensor) -> Tensor:
        """Images (n, 1, 28, 28) in [0, 1] of codes (n, dim)."""
        return torch.sigmoid(self.decoder(z)).view(-1, 1, 28, 28)
