"""A classifier of digits: what generated ones are measured with, never trained with."""

from dataclasses import dataclass

from torch import Tensor, nn

from core.models.blocks import conv


@dataclass(frozen=True)
class DigitProbeConfig:
    """Channels of the largest map, size of the features, number of classes, dropout before they are read."""

    channels: int = 32
    dim: int = 64
    classes: int = 10
    dropout: float = 0.3


class DigitProbe(nn.Module):
    """Two halvings and a dense layer to ``dim`` features; the class is read off these by one linear layer."""

    def __init__(self, config: DigitProbeConfig) -> None:
        super().__init__()
        self.config = config
        self.dim = config.dim
        c = config.channels
        self.trunk = nn.Sequential(
            *conv(1, c),
            nn.MaxPool2d(2),
            *conv(c, 2 * c),
            nn.MaxPool2d(2),
            *conv(2 * c, 4 * c),
            nn.Flatten(),
            nn.Dropout(config.dropout),
            nn.Linear(196 * c, config.dim),
            nn.BatchNorm1d(config.dim),
            nn.ReLU(),
        )
        self.classes = nn.Linear(config.dim, config.classes)

    def encode(self, x: Tensor) -> Tensor:
        """Features (n, dim), none below 0, of images (n, 1, 28, 28) in [0, 1]."""
        return self.trunk(x)

    def forward(self, x: Tensor) -> Tensor:
        """Logits (n, classes) of images (n, 1, 28, 28) in [0, 1]."""
        return self.classes(self.trunk(x))
