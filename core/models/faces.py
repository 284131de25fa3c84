"""A convolutional VAE of faces whose decoder also answers to a critic (VAE/GAN, Larsen et al. 2016).

Batch normalisation and no pooling as in DCGAN (Radford, Metz, Chintala 2016), but pixels are repeated before a
convolution and averaged after one where DCGAN strides, which would leave its weave in the images (Odena et al.
2016). Added to the paper: a linear layer reads 40 attributes off the code and the critic reads them off an
image, so that a straight step in the code comes to mean the same change in every image; and a second network
reads attributes off the image, which the code is then moved to agree with, because an encoder that must tell
every pixel misses the thin rims of glasses.
"""

from dataclasses import dataclass

import torch
from torch import Tensor, nn

from core.models.blocks import Larger, Smaller, down, up
from core.models.face_probe import FaceProbe, FaceProbeConfig
from core.models.vae import VAE


@dataclass(frozen=True)
class FaceVAEConfig:
    """Channels of the encoder's, decoder's, critic's and reader's largest map, code size, attributes.

    A code is moved to agree with the reader about the attributes at the places ``corrected``. The reader's logits,
    less ``shifts``, are made decisive, ``gain`` times as steep, up to ``limit`` and down to ``floor``: it is too
    cautious about glasses, which are rare, and sums of codes add up its doubts. Less far down than up, as what is
    put on a face has to come all the way up.
    """

    channels: int = 32
    width: int = 48
    critic: int = 32
    reader: int = 32
    dim: int = 192
    attributes: int = 40
    corrected: tuple[int, ...] = (15, 20)
    shifts: tuple[float, ...] = (-0.5, 0.0)
    gain: float = 4.0
    limit: float = 14.0
    floor: float = -9.0


class Critic(nn.Module):
    """Image (n, 3, 64, 64) in [0, 1] -> realism logits (n, 65), attribute logits (n, k), features of two depths.

    One logit is of the whole image, 64 are of its overlapping patches.
    """

    def __init__(self, channels: int, attributes: int) -> None:
        super().__init__()
        c = channels
        leaky = nn.LeakyReLU(0.2)
        self.first = nn.Sequential(nn.Conv2d(3, c, 4, stride=2, padding=1), leaky, Smaller(c, 2 * c), leaky)
        self.second = nn.Sequential(Smaller(2 * c, 4 * c), leaky)
        self.third = nn.Sequential(Smaller(4 * c, 8 * c), leaky, nn.Flatten())
        self.patches = nn.Conv2d(4 * c, 1, 3, padding=1)
        self.whole = nn.Linear(8 * c * 16, 1)
        self.attributes = nn.Linear(8 * c * 16, attributes)

    def forward(self, x: Tensor) -> tuple[Tensor, Tensor, tuple[Tensor, Tensor]]:
        coarse = self.second(self.first(2 * x - 1))
        deep = self.third(coarse)
        logits = torch.cat([self.whole(deep), self.patches(coarse).flatten(1)], dim=1)
        return logits, self.attributes(deep), (coarse, deep)


class FaceVAE(VAE):
    """Four halvings to the posterior, four doublings back; ``attributes`` reads logits off a code."""

    def __init__(self, config: FaceVAEConfig) -> None:
        super().__init__()
        self.config = config
        self.dim = config.dim
        c, w = config.channels, config.width
        self.encoder = nn.Sequential(
            *down(3, c),
            *down(c, 2 * c),
            *down(2 * c, 4 * c),
            *down(4 * c, 8 * c),
            nn.Flatten(),
            nn.Linear(128 * c, 2 * config.dim),
        )
        self.decoder = nn.Sequential(
            nn.Linear(config.dim, 128 * w),
            nn.Unflatten(1, (8 * w, 4, 4)),
            nn.BatchNorm2d(8 * w),
            nn.ReLU(),
            *up(8 * w, 4 * w),
            *up(4 * w, 2 * w),
            *up(2 * w, w),
            Larger(w, 3, bias=True),
        )
        self.attributes = nn.Linear(config.dim, config.attributes)
        self.critic = Critic(config.critic, config.attributes)
        self.reader = FaceProbe(FaceProbeConfig(channels=config.reader, attributes=config.attributes))

    def posterior(self, x: Tensor) -> tuple[Tensor, Tensor]:
        """Mean and log-variance (n, dim) of q(z|x) for images (n, 3, 64, 64) in [0, 1]."""
        mean, logvar = self.encoder(2 * x - 1).chunk(2, dim=1)
        return mean, logvar.clamp(-12, 4)

    def encode(self, x: Tensor) -> Tensor:
        """Codes (n, dim): the posterior means, moved as little as it takes to agree with the reader."""
        mean = self.posterior(x)[0].float()
        return self.agree(mean, self.decided(self.reader(x).float()))

    def decided(self, logits: Tensor) -> Tensor:
        """Logits (n, c) of the corrected attributes that a code is to have, of the reader's (n, attributes)."""
        c = self.config
        shifts = torch.tensor(c.shifts, dtype=logits.dtype, device=logits.device)
        steep = c.gain * (logits[:, list(c.corrected)] - shifts)
        return torch.where(steep > 0, c.limit * torch.tanh(steep / c.limit), c.floor * torch.tanh(steep / c.floor))

    def agree(self, z: Tensor, wanted: Tensor) -> Tensor:
        """Codes (n, dim) moved as little as it takes to read the corrected attributes off them as ``wanted``."""
        places = list(self.config.corrected)
        weight = self.attributes.weight[places]
        missing = wanted - z @ weight.t() - self.attributes.bias[places]
        return z + missing @ torch.linalg.pinv(weight).t()

    def decode(self, z: Tensor) -> Tensor:
        """Images (n, 3, 64, 64) in [0, 1] of codes (n, dim)."""
        return torch.sigmoid(self.decoder(z))
