"""Completing a writer's missing digit from their other digits by a network: the paper's first approaches.

Cluster-GAN-cluster compares itself with completing an image set by CollaGAN (Lee et al. 2019), which is given all
other images of a set, any of them missing, and makes the one that is asked for. The cheapest such network works on
codes of an autoencoder: the other digits' and a mask of what is there in, the missing digit's out.
"""

from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor, nn

EPOCHS, BATCH, RATE, DECAY = 100, 64, 1e-3, 1.0
WIDTH, DROPOUT = 256, 0.3
HIDE = 0.5  # at most this share of a writer's cells is hidden while learning


@dataclass(frozen=True)
class Completer:
    """A fitted network.

    Attributes
    ----------
    middle, spread : (C, d) mean code of each class, (d,) deviation from it, of the writers that it learned from.
    """

    network: nn.Module
    middle: np.ndarray
    spread: np.ndarray

    @torch.inference_mode()
    def complete(self, codes: np.ndarray, known: np.ndarray) -> np.ndarray:
        """Codes (n, C, d) float32 of every class, foretold from codes (n, C, d) where ``known`` (n, C) bool."""
        given = (codes - self.middle) / self.spread
        found = self.network(_input(torch.tensor(given, dtype=torch.float32), torch.tensor(known)))
        return found.numpy().reshape(codes.shape) * self.spread + self.middle


def fit(codes: np.ndarray, written: np.ndarray, *, seed: int, epochs: int = EPOCHS) -> Completer:
    """Learn from w writers to foretell any of their cells from the others.

    Parameters
    ----------
    codes, written : (w, C, d) mean code of the characters of each cell, whatever stands in empty ones, and (w, C)
        bool, which are not empty.

    Raises
    ------
    ValueError
        If nobody wrote some class.
    """
    if not written.any(0).all():
        raise ValueError(f"nobody wrote class {int(written.any(0).argmin())}")
    middle = np.where(written[..., None], codes, 0).sum(0) / written.sum(0)[:, None]
    centred = np.where(written[..., None], codes - middle, 0)
    spread = np.sqrt(np.square(centred).sum((0, 1)) / written.sum()).clip(1e-6)
    target = torch.tensor(centred / spread, dtype=torch.float32)
    there = torch.tensor(written)
    generator = torch.Generator().manual_seed(seed)
    torch.manual_seed(seed)
    network = _network(codes.shape[1], codes.shape[2])
    optimiser = torch.optim.AdamW(network.parameters(), RATE, weight_decay=DECAY)
    batch = min(BATCH, len(codes))
    steps = epochs * (len(codes) // batch)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimiser, RATE, total_steps=max(steps, 2))
    for _ in range(epochs):
        order = torch.randperm(len(codes), generator=generator)
        for start in range(0, len(order) - batch + 1, batch):
            rows = order[start : start + batch]
            share = HIDE * torch.rand(len(rows), 1, generator=generator)
            hidden = there[rows] & (torch.rand(there[rows].shape, generator=generator) < share)
            made = network(_input(target[rows], there[rows] & ~hidden)).view(target[rows].shape)
            far = (made - target[rows]).square().mean(2)
            loss = (far * hidden).sum() / hidden.sum().clamp_min(1)
            optimiser.zero_grad(set_to_none=True)
            loss.backward()
            optimiser.step()
            schedule.step()
    return Completer(network.eval(), middle, spread)


def _network(classes: int, dim: int) -> nn.Sequential:
    return nn.Sequential(
        nn.Linear(classes * (dim + 1), WIDTH),
        nn.ReLU(),
        nn.Dropout(DROPOUT),
        nn.Linear(WIDTH, WIDTH),
        nn.ReLU(),
        nn.Dropout(DROPOUT),
        nn.Linear(WIDTH, classes * dim),
    )


def _input(codes: Tensor, known: Tensor) -> Tensor:
    """Codes (n, C, d), 0 where unknown, and which are known: (n, C * (d + 1))."""
    return torch.cat([(codes * known[..., None]).flatten(1), known.float()], dim=1)
