"""Dense 2-D variational autoencoder 784-512-2-512-784 (Kingma & Welling, arXiv 1312.6114, appendix C)."""

from dataclasses import dataclass

import torch
from torch import Tensor, nn

from core.models.vae import VAE


@dataclass(frozen=True)
class DenseVAEConfig:
    """Width of the one hidden layer on each side, and the size of the code."""

    hidden: int = 512
    dim: int = 2


class DenseVAE(VAE):
    """403,972 parameters encode and 403,728 decode at the default sizes."""

    def __init__(self, config: DenseVAEConfig) -> None:
        super().__init__()
        self.config = config
        self.dim = config.dim
        self.encoder = nn.Sequential(nn.Flatten(), nn.Linear(784, config.hidden), nn.ReLU())
        self.to_mean = nn.Linear(config.hidden, config.dim)
        self.to_logvar = nn.Linear(config.hidden, config.dim)
        self.decoder = nn.Sequential(
            nn.Linear(config.dim, config.hidden), nn.ReLU(), nn.Linear(config.hidden, 784)
        )

    def posterior(self, x: Tensor) -> tuple[Tensor, Tensor]:
        """Mean and log-variance (n, dim) of q(z|x) for images (n, 1, 28, 28) in [0, 1]."""
        features = self.encoder(x)
        return self.to_mean(features), self.to_logvar(features)

    def decode(self, z: Tensor) -> Tensor:
        """Images (n, 1, 28, 28) in [0, 1] of codes (n, dim)."""
        return torch.sigmoid(self.decoder(z)).view(-1, 1, 28, 28)
