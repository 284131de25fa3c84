"""A classifier of 40 attributes of a face: what edits of another model are measured with, never trained with."""

from dataclasses import dataclass

from torch import Tensor, nn

from core.models.blocks import conv


@dataclass(frozen=True)
class FaceProbeConfig:
    """Channels of the largest map, size of the features, number of attributes, dropout before they are read."""

    channels: int = 32
    dim: int = 256
    attributes: int = 40
    dropout: float = 0.3


class Block(nn.Module):
    """Halve the map's sides, then add what one more convolution finds to it."""

    def __init__(self, inputs: int, outputs: int) -> None:
        super().__init__()
        self.down = nn.Sequential(
            nn.Conv2d(inputs, outputs, 4, stride=2, padding=1, bias=False), nn.BatchNorm2d(outputs), nn.ReLU()
        )
        self.more = nn.Sequential(*conv(outputs, outputs))

    def forward(self, x: Tensor) -> Tensor:
        x = self.down(x)
        return x + self.more(x)


class FaceProbe(nn.Module):
    """Four halvings and a dense layer to ``dim`` features; attributes are read off these by one linear layer."""

    def __init__(self, config: FaceProbeConfig) -> None:
        super().__init__()
        self.config = config
        self.dim = config.dim
        c = config.channels
        self.trunk = nn.Sequential(
            nn.Conv2d(3, c, 4, stride=2, padding=1, bias=False),
            nn.BatchNorm2d(c),
            nn.ReLU(),
            Block(c, 2 * c),
            Block(2 * c, 4 * c),
            Block(4 * c, 8 * c),
            nn.Flatten(),
            nn.Dropout(config.dropout),
            nn.Linear(128 * c, config.dim),
            nn.BatchNorm1d(config.dim),
        )
        self.attributes = nn.Sequential(
            nn.ReLU(), nn.Dropout(config.dropout), nn.Linear(config.dim, config.attributes)
        )

    def forward(self, x: Tensor) -> Tensor:
        """Logits (n, attributes) of images (n, 3, 64, 64) in [0, 1]."""
        return self.attributes(self.trunk(2 * x - 1))

    def encode(self, x: Tensor) -> Tensor:
        """Features (n, dim) of images (n, 3, 64, 64) in [0, 1], mean over an image and its mirror image."""
        return (self.trunk(2 * x - 1) + self.trunk(2 * x.flip(3) - 1)) / 2

    def looks(self, x: Tensor) -> Tensor:
        """The last map before the dense layer, 4 x 4 places, as (n, 128 channels)."""
        return self.trunk[:7](2 * x - 1)
