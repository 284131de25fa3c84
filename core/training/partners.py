"""The images most like each image, which may stand in for a changed copy of it."""

import torch
from torch import Tensor


def nearest(images: Tensor, k: int, *, dims: int = 64, block: int = 1000) -> Tensor:
    """Row numbers (n, 1 + k): each image itself, then the ``k`` others nearest to it (Van Gansbeke et al. 2020).

    Nearest by Euclidean distance in the ``dims`` directions in which images (n, 1, H, W) uint8 differ most.
    """
    x = images.flatten(1).float().div_(255)
    x -= x.mean(0)
    axes = torch.linalg.eigh(x.T @ x)[1][:, -dims:]  # eigenvalues ascend
    z = x @ axes
    norms = z.square().sum(1)
    found = []
    for start in range(0, len(z), block):
        distance = norms - 2 * z[start : start + block] @ z.T
        rows = torch.arange(start, start + len(distance), device=z.device)
        distance[torch.arange(len(rows)), rows] = -torch.inf
        found.append(distance.topk(min(k + 1, len(z)), largest=False).indices)
    return torch.cat(found)


def draw(partners: Tensor, rows: Tensor, generator: torch.Generator) -> Tensor:
    """For each of ``rows`` (n,), one of its ``partners`` at random: (n,)."""
    pick = torch.randint(partners.shape[1], (len(rows),), generator=generator).to(partners.device)
    return partners[rows.to(partners.device), pick]
