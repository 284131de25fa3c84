"""Convolutional autoencoders: the four ways to pair a kind of code with a kind of upsampling.

Images are halved until 7 or 8 pixels a side are left: twice from 28 and 32, three times from 64.

``code``: ``map`` keeps a 4x4x4 feature map of 64 numbers and no dense layer; ``dense`` ends in dense layers.
``up``: ``nearest`` enlarges and convolves (Odena, Dumoulin, Olah, "Deconvolution and Checkerboard Artifacts",
2016); ``transposed`` uses transposed convolutions (Zeiler et al. 2010).
"""

from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from core.models.blocks import conv

CODES = ("map", "dense")
UPS = ("nearest", "transposed")
SIDES = (28, 32, 64)


@dataclass(frozen=True)
class ConvAEConfig:
    """Kind of code, kind of upsampling, channels of the first stage, dense width, dropout before the code.

    Images are (colours, side, side), ``side`` being 28, 32 or 64.
    """

    code: str = "dense"
    up: str = "transposed"
    channels: int = 16
    hidden: int = 512
    dropout: float = 0.0
    dim: int = 64
    side: int = 28
    colours: int = 1

    def __post_init__(self) -> None:
        if self.code not in CODES:
            raise ValueError(f"code {self.code!r} is not one of {CODES}")
        if self.up not in UPS:
            raise ValueError(f"up {self.up!r} is not one of {UPS}")
        if self.code == "map" and self.dim % 16:
            raise ValueError(f"dim {self.dim} of a 4x4 feature map is not a multiple of 16")
        if self.side not in SIDES:
            raise ValueError(f"side {self.side} is not one of {SIDES}")


def enlarge(up: str, inputs: int, outputs: int, size: int) -> list[nn.Module]:
    """One stage from about half of ``size`` to ``size`` pixels a side, and ReLU."""
    if up == "nearest":
        return [nn.Upsample(size=(size, size), mode="nearest"), *conv(inputs, outputs)]
    if size % 2:  # 4 -> 7
        return [nn.ConvTranspose2d(inputs, outputs, 3, stride=2, padding=1), nn.BatchNorm2d(outputs), nn.ReLU()]
    return [nn.ConvTranspose2d(inputs, outputs, 4, stride=2, padding=1), nn.BatchNorm2d(outputs), nn.ReLU()]


def to_image(up: str, inputs: int, colours: int, side: int) -> list[nn.Module]:
    """The last stage, from half of ``side`` to ``side`` pixels a side and ``colours`` channels of logits."""
    if up == "nearest":
        return [nn.Upsample(size=(side, side), mode="nearest"), nn.Conv2d(inputs, colours, 5, padding=2)]
    return [nn.ConvTranspose2d(inputs, colours, 6, stride=2, padding=2)]


class ConvAE(nn.Module):
    """Convolution and pooling down to the code; upsampling or transposed convolution back."""

    def __init__(self, config: ConvAEConfig) -> None:
        super().__init__()
        self.config = config
        self.dim = config.dim
        c, hidden = config.channels, config.hidden
        half, small = config.side // 2, 8 if config.side % 8 == 0 else 7
        down = [*conv(config.colours, c, 5, stride=2), *conv(c, c), nn.MaxPool2d(2), *conv(c, 2 * c)]
        back = [*enlarge(config.up, 2 * c, c, half), *conv(c, c)]
        back += to_image(config.up, c, config.colours, config.side)
        if half > 2 * small:
            down += [nn.MaxPool2d(2), *conv(2 * c, 2 * c)]
            back = [*enlarge(config.up, 2 * c, 2 * c, half // 2), *back]
        if config.code == "map":
            planes = config.dim // 16
            self.encoder = nn.Sequential(
                *down,
                nn.MaxPool2d(2, ceil_mode=True),
                *conv(2 * c, 2 * c),
                nn.Conv2d(2 * c, planes, 3, padding=1),
                nn.Flatten(),
            )
            self.decoder = nn.Sequential(
                nn.Unflatten(1, (planes, 4, 4)),
                *conv(planes, 2 * c),
                *enlarge(config.up, 2 * c, 2 * c, small),
                *back,
            )
        else:
            flat = 2 * c * small**2
            self.encoder = nn.Sequential(
                *down,
                nn.Flatten(),
                nn.Linear(flat, hidden),
                nn.ReLU(),
                nn.Dropout(config.dropout),
                nn.Linear(hidden, config.dim),
            )
            self.decoder = nn.Sequential(
                nn.Linear(config.dim, hidden),
                nn.ReLU(),
                nn.Linear(hidden, flat),
                nn.ReLU(),
                nn.Unflatten(1, (2 * c, small, small)),
                *back,
            )

    def encode(self, x: Tensor) -> Tensor:
        """Codes (n, dim) of images (n, colours, side, side) in [0, 1]."""
        return self.encoder(x)

    def decode(self, z: Tensor) -> Tensor:
        """Images (n, colours, side, side) in [0, 1] of codes (n, dim)."""
        return torch.sigmoid(self.decoder(z))

    def decode_both(self, z: Tensor) -> tuple[Tensor, Tensor]:
        """Images (n, 1, 28, 28), and the same at half of the size, in [0, 1] of codes (n, dim)."""
        images = self.decode(z)
        return images, F.avg_pool2d(images, 2)
