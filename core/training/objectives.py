"""What each family of models minimises. An objective owns the optimisers and makes one step on one batch."""

from collections.abc import Iterator
from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from core.augment import Affine, affine
from core.models.aae import merge
from core.models.vae import kl_divergence, sample

PIXELS = 784  # the adversarial weights were chosen for 28 x 28; larger images are brought to that scale


@dataclass(frozen=True)
class Plan:
    """Length and speed of a run.

    Attributes
    ----------
    epochs, batch : passes over the data; images a step.
    rate : peak learning rate; it rises over 5 % of the steps (300 at most) and falls to 0 as a cosine.
    weight_decay : decoupled weight decay (Loshchilov & Hutter 2019).
    """

    epochs: int
    batch: int = 256
    rate: float = 1e-3
    weight_decay: float = 0.0


def cosine(optimiser: torch.optim.Optimizer, steps: int) -> torch.optim.lr_scheduler.LambdaLR:
    """Linear warm-up over 5 % of the steps (300 at most), then half a cosine to zero."""
    warm = max(1, min(300, steps // 20))

    def factor(step: int) -> float:
        if step < warm:
            return (step + 1) / warm
        return 0.5 * (1 + float(torch.cos(torch.tensor((step - warm) / max(1, steps - warm) * torch.pi))))

    return torch.optim.lr_scheduler.LambdaLR(optimiser, factor)


class Reconstruction:
    """Autoencoders: mean squared error. With ``strength``, half of the images of a batch are changed first, and
    it is the changed image that is to be rebuilt: more images to learn from, not a harder task."""

    def __init__(self, model: nn.Module, plan: Plan, steps: int, *, strength: Affine | None = None) -> None:
        self.model, self.strength = model, strength
        self.optimisers = [
            torch.optim.AdamW(model.parameters(), plan.rate, weight_decay=plan.weight_decay, fused=True)
        ]
        self.schedules = [cosine(self.optimisers[0], steps)]

    def step(self, x: Tensor, generator: torch.Generator) -> dict[str, float]:
        """One update on images (n, C, H, W) in [0, 1]; the losses of the batch."""
        if self.strength is not None:
            x = with_changed_half(x, self.strength, generator)
        with autocast(x):
            loss = F.mse_loss(self.model.decode(self.model.encode(x)).float(), x)  # type: ignore[operator]
        advance(self.optimisers[0], loss)
        self.schedules[0].step()
        return {"mse": loss.item()}


class Evidence:
    """VAEs: squared error of all numbers of an image + KL, in nats of a Gaussian likelihood of fixed variance 1/2.

    ``gather`` over 0 first lays the plane out: images and their copies under a small change attract each other
    and push others away (``gathering``), with a weight that falls from ``gather`` to ``hold`` by 60 % of the run.
    Without it, shapes end up torn into scattered patches that no later step can move past each other. With
    ``neighbours``, the copy is of one of that many images most like it, or of the image itself (`partners`).

    With ``spread``, half of the images of a batch are changed by that much first: more images to learn from.
    """

    def __init__(
        self,
        model: nn.Module,
        plan: Plan,
        steps: int,
        *,
        mixed: bool = False,
        gather: float = 0.0,
        hold: float = 0.0,
        reach: float = 0.2,
        neighbours: int = 0,
        strength: Affine | None = None,
        spread: Affine | None = None,
    ) -> None:
        if gather and strength is None:
            raise ValueError("copies that gather need a strength of change")
        self.model, self.mixed, self.steps = model, mixed, steps
        self.gather, self.hold, self.reach, self.neighbours = gather, hold, reach, neighbours
        self.strength, self.spread = strength, spread
        self.optimisers = [
            torch.optim.AdamW(model.parameters(), plan.rate, weight_decay=plan.weight_decay, fused=True)
        ]
        self.schedules = [cosine(self.optimisers[0], steps)]

    def step(self, x: Tensor, generator: torch.Generator, other: Tensor | None = None) -> dict[str, float]:
        """One update on images (n, C, H, W) in [0, 1] and what pairs with them; the losses of the batch."""
        n = len(x)
        if self.spread is not None:
            x = with_changed_half(x, self.spread, generator)
        weight = max(self.hold, self.gather * (1 - self.schedules[0].last_epoch / (0.6 * self.steps)))
        pair = x if other is None else other
        shown = torch.cat([x, affine(pair, self.strength, generator)]) if weight and self.strength else x
        with autocast(x, enabled=self.mixed):
            means, logvars = self.model.posterior(shown.contiguous(memory_format=torch.channels_last))  # type: ignore[operator]
            means, logvars = means.float(), logvars.float()
            image = self.model.decode(sample(means[:n], logvars[:n], generator))  # type: ignore[operator]
        error = x[0].numel() * F.mse_loss(image.float(), x)
        kl = kl_divergence(means[:n], logvars[:n]).mean()
        loss = error + kl
        if len(shown) > n:
            loss = loss + weight * gathering(means[:n], means[n:], reach=self.reach)
        advance(self.optimisers[0], loss, clip=self.model)
        self.schedules[0].step()
        return {"loss": (error + kl).item(), "error": error.item(), "kl": kl.item()}


def gathering(a: Tensor, b: Tensor, *, reach: float = 0.2) -> Tensor:
    """Contrastive loss of paired points (n, 2) with a Cauchy kernel of width ``reach`` (Böhm et al. 2023)."""
    points = torch.cat([a, b])
    n = len(points)
    similarity = -torch.log1p(torch.cdist(points, points).square() / reach**2)
    similarity = similarity - 1e9 * torch.eye(n, device=points.device)
    partner = torch.arange(n, device=points.device).roll(n // 2)
    return F.cross_entropy(similarity, partner)


@dataclass(frozen=True)
class AAEWeights:
    """How much each term of the adversarial autoencoder counts.

    ``error`` multiplies 784 x MSE; ``information`` the mutual information between the categories of two changed
    copies of an image (Ji, Henriques, Vedaldi 2019, eq. 3), in which ``entropy`` weighs the marginal entropies.
    Mutual information is as high when the copies fall into two categories that follow from each other, so
    ``agreement`` asks for the same one (Van Gansbeke et al. 2020, eq. 2). These two are added to the AAE paper
    and keep the head from collapsing. ``category`` and ``style`` are the encoder's losses against its two
    critics, ``noise`` the standard deviation of what is added to a style before it is decoded.

    Where the model's categories come in groups, those get an information term too, of weight ``coarse``: without
    it, many categories split strokes by slant and thickness, and some straddle two shapes.
    """

    error: float = 0.05
    information: float = 1.0
    agreement: float = 1.0
    category: float = 0.1
    style: float = 1.0
    noise: float = 0.2
    entropy: float = 2.0
    coarse: float = 1.0


class Adversarial:
    """Adversarial autoencoder: reconstruction, two critics, and the information terms.

    Both copies of an image are changed, one of them little: where only one were, the head would learn to tell
    resampled images from sharp ones. With ``neighbours``, the other copy is of one of that many images most
    like it, or of the image itself (`partners`).
    """

    def __init__(
        self,
        model: nn.Module,
        plan: Plan,
        steps: int,
        *,
        weights: AAEWeights,
        strength: Affine,
        neighbours: int = 0,
    ) -> None:
        self.model, self.weights, self.strength, self.neighbours = model, weights, strength, neighbours
        critics, rest = split_critics(model)
        self.critics = critics
        self.optimisers = [
            torch.optim.AdamW(rest, plan.rate, weight_decay=plan.weight_decay, betas=(0.9, 0.99), fused=True),
            torch.optim.AdamW(critics, plan.rate / 4, weight_decay=0.0, betas=(0.5, 0.99), fused=True),
        ]
        self.schedules = [cosine(optimiser, steps) for optimiser in self.optimisers]

    def step(self, x: Tensor, generator: torch.Generator, other: Tensor | None = None) -> dict[str, float]:
        """One update of autoencoder and critics on images (n, C, H, W) in [0, 1] and what pairs with them."""
        model, n, w = self.model, len(x), self.weights
        pair = affine(x if other is None else other, self.strength, generator)
        x = affine(x, self.strength, generator, gradual=True)
        both = torch.cat([x, pair]).contiguous(memory_format=torch.channels_last)
        with autocast(x):
            logits, styles = model.heads(both)  # type: ignore[operator]
        category, paired = logits.float().softmax(dim=1).chunk(2)
        style = styles[:n].float()
        code = torch.cat([category, style], dim=1)
        noisy = style + w.noise * torch.randn(style.shape, generator=generator).to(x.device)
        with autocast(x):
            image = model.decode(torch.cat([category, noisy], dim=1))  # type: ignore[operator]
        error = PIXELS * F.mse_loss(image.float(), x)
        information = self.information(category, paired)
        for parameter in self.critics:
            parameter.requires_grad_(False)
        fooled = w.category * F.softplus(-model.category_critic(category)).mean()  # type: ignore[operator]
        fooled = fooled + w.style * F.softplus(-model.style_critic(code)).mean()  # type: ignore[operator]
        for parameter in self.critics:
            parameter.requires_grad_(True)
        advance(self.optimisers[0], w.error * error - information + fooled)
        critic = self.critic_loss(category.detach(), style.detach(), generator)
        advance(self.optimisers[1], critic)
        for schedule in self.schedules:
            schedule.step()
        return {"error": error.item(), "information": information.item(), "critic": critic.item()}

    def information(self, category: Tensor, other: Tensor) -> Tensor:
        """Weighted information terms, fine and coarse."""
        w = self.weights
        total = w.information * mutual_information(category, other, entropy=w.entropy)
        total = total + w.agreement * (category * other).sum(1).clamp_min(1e-6).log().mean()
        groups = int(self.model.config.groups)  # type: ignore[arg-type,union-attr]
        if groups:
            pair = merge(category, groups), merge(other, groups)
            total = total + w.coarse * mutual_information(*pair, entropy=w.entropy)
        return total

    def critic_loss(self, category: Tensor, style: Tensor, generator: torch.Generator) -> Tensor:
        """Non-saturating loss of both critics: prior samples against codes of the encoder."""
        n, k = category.shape
        one_hot = F.one_hot(torch.randint(k, (n,), generator=generator), k).float().to(category.device)
        normal = torch.randn(style.shape, generator=generator).to(style.device)
        total = torch.zeros((), device=style.device)
        pairs = (
            (self.model.category_critic, one_hot, category),
            (self.model.style_critic, torch.cat([category, normal], 1), torch.cat([category, style], 1)),
        )
        for judge, real, fake in pairs:
            total = total + F.softplus(-judge(real)).mean() + F.softplus(judge(fake)).mean()  # type: ignore[operator]
        return total


def mutual_information(p: Tensor, q: Tensor, *, entropy: float = 1.0) -> Tensor:
    """Mutual information in nats between two paired category distributions (n, K).

    ``entropy`` over 1 weighs the marginal entropies higher (lambda of the paper's released code).
    """
    joint = p.t() @ q / len(p)
    joint = ((joint + joint.t()) / 2).clamp_min(1e-8)
    rows, columns = joint.sum(1, keepdim=True), joint.sum(0, keepdim=True)
    return (joint * (joint.log() - entropy * rows.log() - entropy * columns.log())).sum()


def with_changed_half(x: Tensor, strength: Affine, generator: torch.Generator) -> Tensor:
    """Images (n, 1, H, W), the first half of them changed."""
    half = len(x) // 2
    changed = torch.cat([affine(x[:half], strength, generator), x[half:]])
    return changed.contiguous(memory_format=torch.channels_last)


def split_critics(model: nn.Module) -> tuple[list[nn.Parameter], list[nn.Parameter]]:
    """Parameters of the critics, and all others."""
    named = list(model.named_parameters())
    return [p for name, p in named if "critic" in name], [p for name, p in named if "critic" not in name]


def autocast(x: Tensor, *, enabled: bool = True) -> torch.autocast:
    """bfloat16 where it pays."""
    return torch.autocast(x.device.type, torch.bfloat16, enabled=enabled)


def advance(optimiser: torch.optim.Optimizer, loss: Tensor, *, clip: nn.Module | None = None) -> None:
    """One optimiser step on ``loss``."""
    optimiser.zero_grad(set_to_none=True)
    loss.backward()
    if clip is not None:
        nn.utils.clip_grad_norm_(clip.parameters(), 5.0)
    optimiser.step()


def batches(
    count: int, size: int, generator: torch.Generator, *, weights: Tensor | None = None
) -> Iterator[Tensor]:
    """Shuffled row numbers in batches of ``size``; the last incomplete batch is left out.

    With ``weights`` (count,) as many rows are drawn with replacement, in proportion.
    """
    if weights is None:
        order = torch.randperm(count, generator=generator)
    else:
        order = torch.multinomial(weights.cpu(), count, replacement=True, generator=generator)
    for start in range(0, count - size + 1, size):
        yield order[start : start + size]
