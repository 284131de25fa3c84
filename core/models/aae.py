"""Adversarial autoencoder with a categorical head and a Gaussian style code.

Makhzani, Shlens, Jaitly, Goodfellow, Frey, "Adversarial Autoencoders" (arXiv 1511.05644), section 5:
an encoder splits an image into a category ``y`` and a style ``s``; two discriminators push ``y`` towards
one-hot samples and ``s`` towards N(0, I); the decoder rebuilds the image from both. The style critic here also
sees the category, so that style comes to mean the same in every category instead of telling it again.
"""

from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from core.models.blocks import conv


@dataclass(frozen=True)
class AAEConfig:
    """Sizes of the network. Images are (colours, side, side); a code is ``categories + style`` numbers.

    With ``groups`` over 0 the head first chooses one of that many groups and then a category in it: category k
    belongs to group k modulo ``groups``.
    """

    categories: int = 30
    groups: int = 0
    style: int = 10
    channels: int = 32
    hidden: int = 256
    side: int = 28
    colours: int = 1


def discriminator(inputs: int, hidden: int) -> nn.Sequential:
    """Three-layer critic of a code: (n, inputs) -> (n, 1) logit, high for samples of the prior."""
    return nn.Sequential(
        nn.Linear(inputs, hidden),
        nn.LeakyReLU(0.2),
        nn.Linear(hidden, hidden),
        nn.LeakyReLU(0.2),
        nn.Linear(hidden, 1),
    )


def merge(p: Tensor, groups: int) -> Tensor:
    """Sum category probabilities (n, K) over the members of each group: (n, groups)."""
    member = torch.arange(p.shape[1], device=p.device) % groups
    return p @ F.one_hot(member, groups).to(p.dtype)


def within_groups(logits: Tensor, group_logits: Tensor) -> Tensor:
    """Log-probabilities (n, K) of first a group (n, groups) and then a category in it."""
    groups = group_logits.shape[1]
    member = torch.arange(logits.shape[1], device=logits.device) % groups
    fine = F.log_softmax(logits, dim=1)
    mass = merge(fine.exp(), groups).clamp_min(1e-12).log()
    return F.log_softmax(group_logits, dim=1)[:, member] + fine - mass[:, member]


class AAE(nn.Module):
    """``encode`` gives ``[category probabilities | style]``; ``decode`` turns such a code into an image."""

    def __init__(self, config: AAEConfig) -> None:
        super().__init__()
        self.config = config
        self.categories = config.categories
        self.dim = config.categories + config.style
        c, hidden = config.channels, config.hidden
        self.trunk = nn.Sequential(
            *conv(config.colours, c // 2, 5),
            nn.MaxPool2d(2),
            *conv(c // 2, c, 3),
            *conv(c, c, 3),
            nn.MaxPool2d(2),
            *conv(c, 2 * c, 3),
            nn.MaxPool2d(2),
            nn.Flatten(),
            nn.Linear(2 * c * (config.side // 8) ** 2, hidden),
            nn.BatchNorm1d(hidden),
            nn.ReLU(),
        )
        self.to_category = nn.Linear(hidden, config.categories)
        self.to_group = nn.Linear(hidden, config.groups) if config.groups else None
        self.to_style = nn.Linear(hidden, config.style)
        self.decoder = nn.Sequential(
            nn.Linear(self.dim, 2 * hidden),
            nn.ReLU(),
            nn.Linear(2 * hidden, 2 * hidden),
            nn.ReLU(),
            nn.Linear(2 * hidden, config.colours * config.side**2),
        )
        self.category_critic = discriminator(config.categories, hidden)
        self.style_critic = discriminator(self.dim, hidden)

    def heads(self, x: Tensor) -> tuple[Tensor, Tensor]:
        """Category logits (n, categories) and style (n, style) of images (n, colours, side, side) in [0, 1]."""
        features = self.trunk(x)
        logits = self.to_category(features).float()
        if self.to_group is not None:
            logits = within_groups(logits, self.to_group(features).float())
        return logits, self.to_style(features)

    def encode(self, x: Tensor) -> Tensor:
        """Codes (n, categories + style) of images (n, colours, side, side) in [0, 1]."""
        logits, style = self.heads(x)
        return torch.cat([F.softmax(logits.float(), dim=1), style.float()], dim=1)

    def decode(self, z: Tensor) -> Tensor:
        """Images (n, colours, side, side) in [0, 1] of codes (n, categories + style)."""
        return torch.sigmoid(self.decoder(z)).view(-1, self.config.colours, self.config.side, self.config.side)

    def realism(self, z: Tensor) -> Tensor:
        """How much the style critic takes each code's style for a sample of the prior: (n,) in 0..1."""
        return torch.sigmoid(self.style_critic(z)).squeeze(1)
