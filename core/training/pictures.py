"""What ``products-ae`` minimises: an autoencoder's error, then a patch critic beside it."""

import math
from dataclasses import dataclass
from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor

from core.training.faces import doubt
from core.training.objectives import Plan, advance, autocast, split_critics


@dataclass(frozen=True)
class PictureWeights:
    """How much each term counts, and what is done to the code before it is decoded.

    Attributes
    ----------
    edges : mean absolute error of differences between neighbouring pixels, beside that of pixels, until the
        critic begins. It then looks after edges.
    squares : from then on, absolute errors of means over squares of so many pixels a side, which are of colour.
    coarse : mean absolute error of the 16 x 16 image.
    noise : standard deviation of what is added to a code, drawn from 0 to this for each image: codes that a
        generator misses by a little decode well.
    critic : length of the critic's gradient on the images, in lengths of the pixel error's.
    features : distance in the critic's features between image and reconstruction (Larsen et al. 2016), within
        the critic's word.
    mixed : share of images decoded from between two codes, of those of the batch; the critic alone judges them.
    penalty, every : squared gradient of the critic at real images (Mescheder et al. 2018), each so many steps.
    begin, ramp : when the critic begins, and over how much of the run it gains its full say, in parts of the run.
    hold, again : from when on the encoder and all statistics of normalisation stay as they are, in parts of the
        run; rates then begin again at ``again`` of the plan's, and the decoder and its critic learn on.
    """

    edges: float = 1.0
    squares: tuple[int, ...] = (2, 4, 8)
    coarse: float = 0.5
    noise: float = 0.3
    critic: float = 1.0
    features: float = 1.5
    mixed: float = 0.25
    penalty: float = 0.05
    every: int = 16
    begin: float = 9 / 24
    ramp: float = 1.6 / 24
    hold: float = 16 / 24
    again: float = 0.5


class Pictures:
    """Autoencoder with noise on its code; from ``weights.begin`` on its decoder also answers to a patch critic."""

    def __init__(self, model: Any, plan: Plan, steps: int, *, weights: PictureWeights) -> None:
        self.model, self.steps, self.weights = model, steps, weights
        critics, rest = split_critics(model)
        self.optimisers = [
            torch.optim.AdamW(rest, plan.rate, weight_decay=plan.weight_decay, betas=(0.9, 0.99), fused=True),
            torch.optim.AdamW(critics, 2 * plan.rate, weight_decay=0.0, betas=(0.5, 0.99), fused=True),
        ]
        first = round(weights.hold * steps)
        self.schedules = [restarted(optimiser, first, steps, weights.again) for optimiser in self.optimisers]

    def step(self, x: Tensor, generator: torch.Generator) -> dict[str, float]:
        """One update on images (n, 3, 64, 64) in [0, 1], half of them mirrored; the losses of the batch."""
        w, n = self.weights, len(x)
        flip = torch.rand(n, 1, 1, 1, generator=generator).to(x.device) < 0.5
        x = torch.where(flip, x.flip(3), x).contiguous(memory_format=torch.channels_last)
        done = self.schedules[0].last_epoch / self.steps
        judging, held = done >= w.begin, done >= w.hold
        if held:
            self.model.encoder.eval()
            self.model.decoder.eval()
        with autocast(x, enabled=not held), torch.set_grad_enabled(not held):
            z = self.model.encode(x).float()
        level = w.noise * torch.rand(n, 1, generator=generator)
        noisy = z + (level * torch.randn(z.shape, generator=generator)).to(x.device)
        mixed = between(z.detach(), int(w.mixed * n) if judging else 0, generator)
        with autocast(x):
            made = [part.float() for part in self.model.decode_both(torch.cat([noisy, mixed]))]
        images, small = (part.detach().requires_grad_() for part in made)
        error = self.error(images[:n], x, judging=judging) + w.coarse * F.l1_loss(small[:n], F.avg_pool2d(x, 4))
        slopes = list(torch.autograd.grad(error, [images, small]))
        losses = {"error": error.item(), "mse": F.mse_loss(images[:n].detach(), x).item()}
        if judging:
            word, found = self.word(x, images, generator)
            length = slopes[0][:n].norm() / word[:n].norm().clamp_min(1e-12)
            slopes[0] = slopes[0] + min(1.0, (done - w.begin) / w.ramp) * w.critic * length * word
            losses |= found
        self.optimisers[0].zero_grad(set_to_none=True)
        torch.autograd.backward(made, slopes)
        self.optimisers[0].step()
        for optimiser, schedule in zip(self.optimisers, self.schedules, strict=True):
            if not judging and optimiser is self.optimisers[1]:
                optimiser.step()  # without a gradient it changes nothing; its schedule wants it
            schedule.step()
        return losses

    def error(self, images: Tensor, x: Tensor, *, judging: bool) -> Tensor:
        """Mean absolute error of pixels and of differences between neighbours or, beside a critic, of squares."""
        error, w = F.l1_loss(images, x), self.weights
        if judging:
            return error + torch.stack([F.avg_pool2d(images - x, side).abs().mean() for side in w.squares]).sum()
        return error + w.edges * sum(F.l1_loss(images.diff(dim=side), x.diff(dim=side)) for side in (2, 3))

    def word(self, x: Tensor, images: Tensor, generator: torch.Generator) -> tuple[Tensor, dict[str, float]]:
        """The critic's gradient on ``images`` (m, 3, 64, 64), the first n of them rebuilt from x; then it learns.

        The critic sees a batch rolled by up to 3 pixels: its strides would else leave their pattern in the images.
        """
        w, n, critic = self.weights, len(x), self.model.critic
        roll = torch.randint(0, 4, (2,), generator=generator).tolist()
        with autocast(x):
            real, looks = critic(x.roll(roll, (2, 3)))
            fake, likeness = critic(images.roll(roll, (2, 3)))
        pairs = [(a[:n].float(), b.detach().float()) for a, b in zip(likeness, looks, strict=True)]
        apart = torch.stack([(a - b).square().mean() / b.square().mean() for a, b in pairs]).sum()
        word = torch.autograd.grad(doubt(-fake.float()) + w.features * apart, images, retain_graph=True)[0]
        told_apart = doubt(-real.float()) + doubt(fake.float())
        loss = told_apart
        if self.schedules[1].last_epoch % w.every == 0:
            loss = loss + w.every * w.penalty / 2 * self.steepness(x)
        advance(self.optimisers[1], loss)
        return word, {"critic": told_apart.item(), "apart": apart.item()}

    def steepness(self, x: Tensor) -> Tensor:
        """Squared gradient of the critic's logits at images (n, 3, H, W), mean over images (R1)."""
        x = x.detach().requires_grad_()
        logits = self.model.critic(x)[0]
        slope = torch.autograd.grad(logits[:, 0].sum() + logits[:, 1:].mean(1).sum(), x, create_graph=True)[0]
        return slope.square().sum(dim=(1, 2, 3)).mean()


def between(z: Tensor, count: int, generator: torch.Generator) -> Tensor:
    """``count`` codes (count, d), each somewhere between two of ``z`` (n, d)."""
    order = torch.randperm(len(z), generator=generator).to(z.device)
    part = torch.rand(count, 1, generator=generator).to(z.device)
    return torch.lerp(z[order[:count]], z[order.roll(1)[:count]], part)


def restarted(
    optimiser: torch.optim.Optimizer, first: int, steps: int, again: float
) -> torch.optim.lr_scheduler.LambdaLR:
    """Warm-up, half a cosine to zero over ``first`` steps, and another from ``again`` on over the rest of them."""
    warm = max(1, min(300, steps // 20))

    def factor(step: int) -> float:
        if step < warm:
            return (step + 1) / warm
        if step < first:
            return 0.5 * (1 + math.cos(math.pi * (step - warm) / max(1, first - warm)))
        return again * 0.5 * (1 + math.cos(math.pi * (step - first) / max(1, steps - first)))

    return torch.optim.lr_scheduler.LambdaLR(optimiser, factor)
