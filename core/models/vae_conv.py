"""Convolutional encoder, deep residual dense decoder: a 2-D VAE that makes more of its two numbers.

With two latent dimensions the decoder is a map from the plane to images, so depth there buys more than
convolutions do; the encoder sees strokes, so convolutions pay on that side.
"""

from dataclasses import dataclass

import torch
from torch import Tensor, nn

from core.models.blocks import conv
from core.models.vae import VAE


@dataclass(frozen=True)
class ConvVAEConfig:
    """Channels of the first convolution, width and number of the decoder's residual blocks, code size.

    Images are (colours, side, side).
    """

    channels: int = 16
    hidden: int = 384
    blocks: int = 3
    dim: int = 2
    side: int = 28
    colours: int = 1


class Residual(nn.Module):
    """Pre-normalised residual block of two dense layers (n, width) -> (n, width)."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self.body = nn.Sequential(nn.LayerNorm(width), nn.Linear(width, width), nn.SiLU(), nn.Linear(width, width))

    def forward(self, x: Tensor) -> Tensor:
        return x + self.body(x)


class ConvVAE(VAE):
    """Three stages of convolutions to the posterior; residual dense blocks back to all pixels."""

    def __init__(self, config: ConvVAEConfig) -> None:
        super().__init__()
        self.config = config
        self.dim = config.dim
        c, hidden = config.channels, config.hidden
        stages = [
            *conv(config.colours, c, 5, stride=2),
            *conv(c, 2 * c, 3),
            nn.MaxPool2d(2),
            *conv(2 * c, 4 * c, 3),
            nn.MaxPool2d(2),
        ]
        self.encoder = nn.Sequential(
            *stages,
            nn.Flatten(),
            nn.Linear(4 * c * (config.side // 8) ** 2, hidden),
            nn.SiLU(),
            Residual(hidden),
            nn.LayerNorm(hidden),
        )
        self.to_mean = nn.Linear(hidden, config.dim)
        self.to_logvar = nn.Linear(hidden, config.dim)
        self.decoder = nn.Sequential(
            nn.Linear(config.dim, hidden),
            nn.SiLU(),
            *(Residual(hidden) for _ in range(config.blocks)),
            nn.LayerNorm(hidden),
            nn.Linear(hidden, config.colours * config.side**2),
        )

    def posterior(self, x: Tensor) -> tuple[Tensor, Tensor]:
        """Mean and log-variance (n, dim) of q(z|x) for images (n, colours, side, side) in [0, 1]."""
        features = self.encoder(x)
        return self.to_mean(features), self.to_logvar(features)

    def decode(self, z: Tensor) -> Tensor:
        """Images (n, colours, side, side) in [0, 1] of codes (n, dim)."""
        return torch.sigmoid(self.decoder(z)).view(-1, self.config.colours, self.config.side, self.config.side)
