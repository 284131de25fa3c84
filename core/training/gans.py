"""What a GAN of dense layers minimises, and the sheet that shows how far any GAN has come."""

from collections.abc import Iterable

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor, nn

from core.training.objectives import Plan, advance

ROWS, COLUMNS = 10, 14  # of the sheet, as for a GAN of ten classes


def tiled(made: Tensor, columns: int) -> np.ndarray:
    """Images (n, c, s, s) in [0, 1], row after row, as one picture (n / columns * s, columns * s) uint8.

    With a last axis of 3 where c is 3.
    """
    channels, side = made.shape[1], made.shape[-1]
    rows = len(made) // columns
    whole = made.float().cpu().reshape(rows, columns, channels, side, side).permute(0, 3, 1, 4, 2)
    whole = whole.reshape(rows * side, columns * side, channels)
    return np.rint(255 * (whole if channels == 3 else whole[..., 0]).numpy()).astype(np.uint8)


def rivals(
    made: Iterable[nn.Parameter],
    judged: Iterable[nn.Parameter],
    plan: Plan,
    *,
    critic: float,
    betas: tuple[float, float] = (0.0, 0.99),
) -> list[torch.optim.Optimizer]:
    """Adam for a generator's and for a critic's parameters; ``critic`` is its rate in rates of the generator."""
    rates = ((made, plan.rate), (judged, plan.rate * critic))
    return [torch.optim.Adam(some, rate, betas=betas, fused=True) for some, rate in rates]


class Opponents:
    """Binary cross-entropy for both, non-saturating; Adam as in DCGAN (Radford et al. 2016), at constant rates.

    ``critic`` is the critic's rate, in rates of the generator.
    """

    def __init__(self, model: nn.Module, plan: Plan, steps: int, *, critic: float) -> None:
        self.model = model
        made, judged = model.generator.parameters(), model.critic.parameters()  # type: ignore[union-attr]
        self.optimisers = rivals(made, judged, plan, critic=critic, betas=(0.5, 0.999))
        self.schedules = [
            torch.optim.lr_scheduler.LambdaLR(optimiser, lambda step: 1.0) for optimiser in self.optimisers
        ]

    def step(self, x: Tensor, generator: torch.Generator) -> dict[str, float]:
        """One update of each on images (n, 1, 28, 28) in [0, 1]; the losses of the batch."""
        model: nn.Module = self.model
        noise = torch.randn(len(x), model.dim, generator=generator).to(x.device)  # type: ignore[call-overload]
        images = model.sample(noise)  # type: ignore[operator]
        real, fake = model.judge(x), model.judge(images.detach())  # type: ignore[operator]
        told_apart = F.softplus(-real).mean() + F.softplus(fake).mean()
        advance(self.optimisers[1], told_apart)
        fooled = F.softplus(-model.judge(images)).mean()  # type: ignore[operator]
        advance(self.optimisers[0], fooled)
        for schedule in self.schedules:
            schedule.step()
        scores = {name: torch.sigmoid(logits).mean().item() for name, logits in (("real", real), ("fake", fake))}
        return {"generator": fooled.item(), "critic": told_apart.item(), **scores}

    @torch.inference_mode()
    def sheet(self) -> np.ndarray:
        """What the generator makes of the same noise after every epoch: (280, 392) uint8; rows mean nothing."""
        model: nn.Module = self.model.eval()
        noise = torch.randn(ROWS * COLUMNS, model.dim, generator=torch.Generator().manual_seed(0))  # type: ignore[call-overload]
        return tiled(model.sample(noise.to(next(model.parameters()).device)), COLUMNS)  # type: ignore[operator]
