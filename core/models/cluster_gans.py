"""A small DCGAN for every cluster of some digits, none told anything: the paper's way to write in a cluster.

Radford, Metz, Chintala 2016: strided convolutions both ways, batch normalisation, ReLU in the generator and leaky
ReLU in the critic. What is used is each generator's running mean (Karras et al. 2018).
"""

import copy
from dataclasses import dataclass, replace

from torch import Tensor, nn


@dataclass(frozen=True)
class ClusterGANsConfig:
    """The ``digits``, ``clusters`` of each, channels of the largest maps, size of the noise.

    ``critic`` is 0 where training is finished: there are then no critics, and only the running means.
    """

    digits: tuple[int, ...] = (0, 1, 2)
    clusters: int = 7
    channels: int = 24
    critic: int = 24
    noise: int = 32


def generator(channels: int, noise: int) -> nn.Sequential:
    """Noise (n, noise) -> images (n, 1, 28, 28) in [0, 1]."""
    return nn.Sequential(
        nn.Linear(noise, 49 * 2 * channels, bias=False),
        nn.Unflatten(1, (2 * channels, 7, 7)),
        nn.BatchNorm2d(2 * channels),
        nn.ReLU(),
        nn.ConvTranspose2d(2 * channels, channels, 4, stride=2, padding=1, bias=False),
        nn.BatchNorm2d(channels),
        nn.ReLU(),
        nn.ConvTranspose2d(channels, 1, 4, stride=2, padding=1),
        nn.Sigmoid(),
    )


def critic(channels: int) -> nn.Sequential:
    """Images (n, 1, 28, 28) in [0, 1] -> realism logits (n, 1)."""
    return nn.Sequential(
        nn.Conv2d(1, channels, 4, stride=2, padding=1),
        nn.LeakyReLU(0.2),
        nn.Conv2d(channels, 2 * channels, 4, stride=2, padding=1, bias=False),
        nn.BatchNorm2d(2 * channels),
        nn.LeakyReLU(0.2),
        nn.Flatten(),
        nn.Linear(49 * 2 * channels, 1),
    )


class ClusterGANs(nn.Module):
    """GANs that share nothing, row by row: the clusters of the first digit, then those of the next.

    ``generators`` learn, ``means`` are their running means and what is used, ``critics`` judge.
    """

    def __init__(self, config: ClusterGANsConfig) -> None:
        super().__init__()
        self.config = config
        self.dim = config.noise
        rows = range(len(config.digits) * config.clusters)
        made = nn.ModuleList(generator(config.channels, config.noise) for _ in rows)
        self.means = copy.deepcopy(made).requires_grad_(False)
        self.generators = made if config.critic else nn.ModuleList()
        self.critics = nn.ModuleList(critic(config.critic) for _ in rows if config.critic)

    def __len__(self) -> int:
        return len(self.means)

    def row(self, digit: int, cluster: int) -> int:
        """Which GAN writes ``digit`` in ``cluster``; ValueError where none does."""
        if digit not in self.config.digits or not 0 <= cluster < self.config.clusters:
            raise ValueError(f"no GAN writes {digit} in cluster {cluster}: {self.config}")
        return self.config.digits.index(digit) * self.config.clusters + cluster

    def finished(self) -> "ClusterGANs":
        """The running means alone: what is shipped."""
        found = ClusterGANs(replace(self.config, critic=0))
        found.means.load_state_dict(self.means.state_dict())
        return found

    def follow(self, *, rate: float) -> None:
        """Move the running means towards the generators; statistics of normalisation too."""
        for mean, now in zip(self.means.parameters(), self.generators.parameters(), strict=True):
            mean.data.lerp_(now.data, rate)
        for old, new in zip(self.means.buffers(), self.generators.buffers(), strict=True):
            old.copy_(old.lerp(new, rate) if old.is_floating_point() else new)

    def sample(self, noise: Tensor, row: int) -> Tensor:
        """Images (n, 1, 28, 28) in [0, 1] of normal noise (n, noise), by the GAN of a row."""
        return self.means[row](noise)
