"""What all variational autoencoders here have in common (Kingma & Welling, arXiv 1312.6114)."""

import torch
from torch import Tensor, nn


class VAE(nn.Module):
    """A Gaussian posterior over codes with prior N(0, I). Subclasses give ``posterior`` and ``decode``."""

    dim: int

    def posterior(self, x: Tensor) -> tuple[Tensor, Tensor]:
        """Mean and log-variance (n, dim) of q(z|x) for images (n, C, H, W) in [0, 1]."""
        raise NotImplementedError

    def decode(self, z: Tensor) -> Tensor:
        """Images (n, C, H, W) in [0, 1] of codes (n, dim)."""
        raise NotImplementedError

    def encode(self, x: Tensor) -> Tensor:
        """The posterior means (n, dim)."""
        return self.posterior(x)[0]


def sample(mean: Tensor, logvar: Tensor, generator: torch.Generator) -> Tensor:
    """One draw from each posterior, by the reparameterisation trick."""
    noise = torch.randn(mean.shape, generator=generator).to(mean.device)
    return mean + torch.exp(0.5 * logvar) * noise


def kl_divergence(mean: Tensor, logvar: Tensor) -> Tensor:
    """KL(q(z|x) || N(0, I)) of each image, (n,) in nats."""
    return 0.5 * (mean.square() + logvar.exp() - 1 - logvar).sum(dim=1)
