"""An autoencoder of 64 x 64 photos whose code is a small map, with a patch critic for sharpness.

The code keeps 4 x 4 places of ``planes`` numbers, so that what is generated in its space can be refined place by
place (the first stage of VQGAN without its quantiser, Esser, Rombach, Ommer 2021). No strides where pixels are
made (Odena et al. 2016). A second, small head decodes the same code to 16 x 16: what a first stage shows.
"""

from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from core.models.blocks import Larger, Smaller, conv, down, up

SIDE = 4  # places a side of the code


@dataclass(frozen=True)
class ProductAEConfig:
    """Channels of the encoder's, decoder's and critic's largest map; numbers at each of 4 x 4 places."""

    channels: int = 32
    width: int = 32
    critic: int = 32
    planes: int = 16


class More(nn.Module):
    """Add what two convolutions find: (n, c, H, W) -> (n, c, H, W)."""

    def __init__(self, channels: int) -> None:
        super().__init__()
        second = [nn.Conv2d(channels, channels, 3, padding=1, bias=False), nn.BatchNorm2d(channels)]
        self.found = nn.Sequential(*conv(channels, channels), *second)

    def forward(self, x: Tensor) -> Tensor:
        return F.relu(x + self.found(x))


class Decoder(nn.Module):
    """Code maps (n, planes, 4, 4) -> logits of images (n, 3, 64, 64) and of small images (n, 3, 16, 16)."""

    def __init__(self, planes: int, width: int) -> None:
        super().__init__()
        w = width
        self.first = nn.Sequential(*conv(planes, 8 * w), More(8 * w), *up(8 * w, 4 * w), *up(4 * w, 2 * w))
        self.rest = nn.Sequential(*up(2 * w, w), Larger(w, 3, bias=True))
        self.small = nn.Conv2d(2 * w, 3, 3, padding=1)

    def forward(self, code: Tensor) -> tuple[Tensor, Tensor]:
        x = self.first(code)
        return self.rest(x), self.small(x)


class PatchCritic(nn.Module):
    """Images (n, 3, 64, 64) in [0, 1] -> realism logits (n, 1 + 64) and features of two depths.

    One logit is of the whole image, 64 are of its overlapping patches (Isola et al. 2017).
    """

    def __init__(self, channels: int) -> None:
        super().__init__()
        c = channels
        leaky = nn.LeakyReLU(0.2)
        self.first = nn.Sequential(nn.Conv2d(3, c, 4, stride=2, padding=1), leaky, Smaller(c, 2 * c), leaky)
        self.second = nn.Sequential(Smaller(2 * c, 4 * c), leaky)
        self.third = nn.Sequential(Smaller(4 * c, 4 * c), leaky, nn.Flatten())
        self.patches = nn.Conv2d(4 * c, 1, 3, padding=1)
        self.whole = nn.Linear(64 * c, 1)

    def forward(self, x: Tensor) -> tuple[Tensor, tuple[Tensor, Tensor]]:
        fine = self.first(2 * x - 1)
        deep = self.second(fine)
        logits = torch.cat([self.whole(self.third(deep)), self.patches(deep).flatten(1)], dim=1)
        return logits, (fine, deep)


class ProductAE(nn.Module):
    """Four halvings to the code, whose numbers have mean 0 and variance 1 plane by plane; four doublings back."""

    def __init__(self, config: ProductAEConfig) -> None:
        super().__init__()
        self.config = config
        self.dim = config.planes * SIDE * SIDE
        c = config.channels
        self.encoder = nn.Sequential(
            *down(3, c),
            *down(c, 2 * c),
            *down(2 * c, 4 * c),
            *down(4 * c, 8 * c),
            More(8 * c),
            nn.Conv2d(8 * c, config.planes, 3, padding=1),
            nn.BatchNorm2d(config.planes, affine=False),
        )
        self.decoder = Decoder(config.planes, config.width)
        self.critic = PatchCritic(config.critic)

    def encode(self, x: Tensor) -> Tensor:
        """Codes (n, 16 planes) of images (n, 3, 64, 64) in [0, 1]."""
        return self.encoder(2 * x - 1).flatten(1)

    def logits(self, z: Tensor) -> tuple[Tensor, Tensor]:
        """Logits (n, 3, 64, 64) and (n, 3, 16, 16) of the images of codes (n, 16 planes)."""
        return self.decoder(z.unflatten(1, (self.config.planes, SIDE, SIDE)))

    def decode(self, z: Tensor) -> Tensor:
        """Images (n, 3, 64, 64) in [0, 1] of codes (n, 16 planes)."""
        return torch.sigmoid(self.logits(z)[0])

    def decode_both(self, z: Tensor) -> tuple[Tensor, Tensor]:
        """Images (n, 3, 64, 64) and small images (n, 3, 16, 16), in [0, 1], of codes (n, 16 planes)."""
        fine, coarse = self.logits(z)
        return torch.sigmoid(fine), torch.sigmoid(coarse)
