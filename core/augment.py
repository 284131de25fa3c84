"""Small random changes that keep what an image shows."""

from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import Tensor


@dataclass(frozen=True)
class Affine:
    """Largest change of each kind, most of them affine; each is drawn uniformly and independently per image.

    Attributes
    ----------
    rotation : degrees to either side.
    scale : relative change of size to either side, of each axis on its own.
    shear : horizontal shift per unit of height.
    shift : fraction of half the image's side (1 px of 28 is 1/14).
    flip : whether half of the images are mirrored left to right.
    contrast : relative change of all grey levels to either side.
    blur : weight, 0 to 1, of the mean over 3x3 pixels in the image.
    """

    rotation: float = 15.0
    scale: float = 0.15
    shear: float = 0.2
    shift: float = 0.15
    flip: bool = False
    contrast: float = 0.0
    blur: float = 0.0


def affine(x: Tensor, strength: Affine, generator: torch.Generator, *, gradual: bool = False) -> Tensor:
    """Changed copy of images (n, C, H, W) in [0, 1].

    With ``gradual`` each image's changes but mirroring shrink by its own random factor, to nothing for a fifth.
    """
    n = len(x)
    amount = (torch.rand(n, generator=generator) * 1.25 - 0.25).clamp_min(0) if gradual else torch.ones(n)

    def uniform(limit: float, *shape: int) -> Tensor:
        drawn = (torch.rand(n, *shape, generator=generator) * 2 - 1) * limit
        return drawn * amount.view(n, *[1] * len(shape))

    angle = torch.deg2rad(uniform(strength.rotation))
    cos, sin = torch.cos(angle), torch.sin(angle)
    rotation = torch.stack([cos, -sin, sin, cos], 1).view(n, 2, 2)
    stretch = torch.zeros(n, 2, 2)
    stretch[:, 0, 0] = 1 + uniform(strength.scale)
    stretch[:, 1, 1] = 1 + uniform(strength.scale)
    stretch[:, 0, 1] = uniform(strength.shear)
    if strength.flip:
        stretch[:, 0] *= torch.sign(torch.rand(n, 1, generator=generator) - 0.5)
    theta = torch.cat([rotation @ stretch, uniform(strength.shift, 2, 1)], dim=2).to(x.device)
    grid = F.affine_grid(theta, list(x.shape), align_corners=False)
    moved = F.grid_sample(x, grid, align_corners=False)
    if strength.blur:
        weight = uniform(strength.blur, 1, 1, 1).abs().to(x.device)
        moved = moved + weight * (F.avg_pool2d(moved, 3, stride=1, padding=1) - moved)
    if strength.contrast:
        moved = moved * (1 + uniform(strength.contrast, 1, 1, 1).to(x.device))
    return moved.clamp(0, 1)
