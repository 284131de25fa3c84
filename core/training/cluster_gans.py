"""What a bank of GANs minimises, one for each cluster of some digits, on the images of that cluster alone."""

from pathlib import Path
from typing import Any

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor, nn

from core import checkpoints
from core.datasets import ImageSet
from core.handwriting import Penman
from core.settings import Settings
from core.training.gans import COLUMNS, tiled
from core.training.objectives import Plan, advance

NOBODY = -1  # the row of an image that no GAN learns from


class Bank:
    """Binary cross-entropy for both networks of every GAN, non-saturating; Adam at constant rates, as in DCGAN.

    ``facts`` (n, 1) are rows of GANs, or `NOBODY`. One optimiser serves all generators and one all critics: Adam
    treats every weight by itself, so no GAN has a part in another. ``mean`` is the rate of the running means.
    """

    attributes = True

    def __init__(self, model: Any, plan: Plan, steps: int, *, mean: float) -> None:
        self.model, self.mean = model, mean
        self.optimisers = [
            torch.optim.Adam(networks.parameters(), plan.rate, betas=(0.5, 0.999), fused=True)
            for networks in (model.generators, model.critics)
        ]
        self.schedules = [
            torch.optim.lr_scheduler.LambdaLR(optimiser, lambda step: 1.0) for optimiser in self.optimisers
        ]

    def often(self, facts: Tensor) -> Tensor:
        """How often each image (n,) is drawn: all GANs get as many images, and none of another's."""
        rows = facts[:, 0].long()
        count = torch.bincount(rows[rows >= 0], minlength=len(self.model))
        return torch.where(rows >= 0, 1 / count.clamp_min(1)[rows.clamp_min(0)], 0)

    def step(self, x: Tensor, generator: torch.Generator, facts: Tensor) -> dict[str, float]:
        """One update of each GAN on its part of images (n, 1, 28, 28) in [0, 1].

        The losses of the batch: means over the GANs and, as ``name@row``, each one's own.
        """
        model = self.model
        own = {row: x[facts[:, 0] == row] for row in range(len(model))}
        own = {row: part for row, part in own.items() if len(part) > 1}  # batch normalisation takes two
        noise = torch.randn(len(x), model.dim, generator=generator).to(x.device)
        made = {row: model.generators[row](noise[: len(part)]) for row, part in own.items()}
        real = {row: model.critics[row](2 * part - 1) for row, part in own.items()}
        fake = {row: model.critics[row](2 * made[row].detach() - 1) for row in own}
        told_apart = {row: F.softplus(-real[row]).mean() + F.softplus(fake[row]).mean() for row in own}
        advance(self.optimisers[1], _total(told_apart))
        fooled = {row: F.softplus(-model.critics[row](2 * made[row] - 1)).mean() for row in own}
        advance(self.optimisers[0], _total(fooled))
        model.follow(rate=self.mean)
        for schedule in self.schedules:
            schedule.step()
        found = {
            "generator": fooled,
            "critic": told_apart,
            "real": {row: torch.sigmoid(logits).mean() for row, logits in real.items()},
            "fake": {row: torch.sigmoid(logits).mean() for row, logits in fake.items()},
        }
        means = {name: _total(values).item() / len(own) for name, values in found.items()}
        return means | {f"{n}@{row}": value.item() for n, values in found.items() for row, value in values.items()}

    @torch.inference_mode()
    def sheet(self, *, columns: int = COLUMNS) -> np.ndarray:
        """What each GAN makes of the same noise after an epoch: (rows * 28, columns * 28) uint8, a row a GAN."""
        model: nn.Module = self.model.eval()
        noise = torch.randn(columns, model.dim, generator=torch.Generator().manual_seed(0))  # type: ignore[call-overload]
        noise = noise.to(next(model.parameters()).device)
        return tiled(torch.cat([self.model.sample(noise, row) for row in range(len(self.model))]), columns)


def _total(values: dict[int, Tensor]) -> Tensor:
    """Sum of one number of each GAN."""
    return torch.stack(list(values.values())).sum()


def clusters_of_dcgan(data: ImageSet, runs: Path, model: Any) -> np.ndarray:
    """Facts (n, 1): which GAN learns from an image, by the clusters of the shipped GAN of all writers.

    So that GANs can be compared, cluster by cluster.
    """
    root = Settings.from_environment().checkpoints
    shared = checkpoints.load_model(root, checkpoints.read_card(root, checkpoints.GAN))
    return assigned(data, Penman(shared), model)


def assigned(data: ImageSet, penman: Penman, model: Any) -> np.ndarray:
    """Facts (n, 1) float32 by the clusters of ``penman``: rows of GANs, `NOBODY` for a digit that none writes."""
    c, labels = model.config, data.labels.astype(np.int64)
    if penman.hands.k != c.clusters:
        raise ValueError(f"{c.clusters} GANs a digit need as many clusters, not {penman.hands.k}")
    rows = np.full(len(labels), NOBODY)
    mine = np.isin(labels, c.digits)
    clusters = penman.hands.assign(data.images[mine], labels[mine])
    rows[mine] = [model.row(int(digit), int(k)) for digit, k in zip(labels[mine], clusters, strict=True)]
    return rows[:, None].astype(np.float32)
