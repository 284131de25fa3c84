"""What ``faces-64`` minimises: first a VAE's bound, then an image critic and attributes beside it."""

from dataclasses import dataclass
from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from core.augment import Affine, affine
from core.models.vae import kl_divergence, sample
from core.training.objectives import Plan, advance, autocast, cosine, split_critics

GLASSES, MALE = 15, 20  # places of "Eyeglasses" and "Male" among CelebA's attributes


@dataclass(frozen=True)
class FaceWeights:
    """How much each term counts; the unit is the mean squared error per pixel.

    Attributes
    ----------
    kl : KL divergence in nats. 2 v / 12,288 for a Gaussian likelihood of variance v. A fifth of it counts until
        ``warm``, in parts of the run (Bowman et al. 2016).
    labels : cross-entropy of the 40 attributes read off the code by one linear layer.
    pixels : the share that the pixel error keeps once the critic has its full say.
    critic : length of the critic's gradient on the images, in lengths of the pixel error's.
    features, meaning, own : weights within the critic's word: distance in its features between image and
        reconstruction (Larsen et al. 2016); cross-entropy of the attributes that it reads off decoded images,
        against what the linear layer reads off mixed codes and, weighing ``own`` of that, against the labels for
        reconstructions.
    reading : weight of the attributes in what the critic itself learns.
    glasses : how many attributes the one of glasses counts for.
    penalty : squared gradient of the critic at real images (Mescheder et al. 2018), every ``every`` steps.
    begin, ramp : when the critic begins, and over how much of the run it gains its full say, in parts of the run.
    """

    kl: float = 4e-6
    warm: float = 2 / 12
    labels: float = 1.5e-2
    pixels: float = 1.0
    critic: float = 3.0
    features: float = 1.5
    meaning: float = 6.0
    own: float = 0.3
    reading: float = 3.0
    penalty: float = 0.05
    every: int = 16
    glasses: float = 4.0
    begin: float = 4 / 12
    ramp: float = 0.08


class Probe:
    """Cross-entropy of every attribute, on images that are mirrored, moved, resized and changed in contrast."""

    attributes = True

    def __init__(self, model: nn.Module, plan: Plan, steps: int, *, strength: Affine) -> None:
        self.model, self.strength = model, strength
        self.optimisers = [
            torch.optim.AdamW(model.parameters(), plan.rate, weight_decay=plan.weight_decay, fused=True)
        ]
        self.schedules = [cosine(self.optimisers[0], steps)]

    def often(self, labels: Tensor) -> Tensor:
        """All images alike (n,)."""
        return torch.ones(len(labels))

    def step(self, x: Tensor, generator: torch.Generator, labels: Tensor) -> dict[str, float]:
        """One update on images (n, 3, H, W) in [0, 1] with ``labels`` (n, k) 0/1; the loss of the batch."""
        x = affine(x, self.strength, generator, gradual=True).contiguous(memory_format=torch.channels_last)
        with autocast(x):
            logits = self.model(x).float()
        loss = F.binary_cross_entropy_with_logits(logits, labels)
        advance(self.optimisers[0], loss)
        self.schedules[0].step()
        return {"loss": loss.item(), "wrong": ((logits > 0) != (labels > 0.5)).float().mean().item()}


class Faces:
    """VAE/GAN with attributes, on batches balanced by glasses and Male.

    From ``weights.begin`` on the decoder also answers to the critic, which sees images of two kinds: of the
    batch's own codes, and of codes mixed from them (`mixtures`), so that edits and sums look like faces too.
    """

    attributes = True

    def __init__(
        self, model: nn.Module, plan: Plan, steps: int, *, weights: FaceWeights, strength: Affine
    ) -> None:
        self.model, self.steps, self.weights = model, steps, weights
        self.critics, rest = split_critics(model)
        self.reader = Probe(model.reader, plan, steps, strength=strength)  # type: ignore[arg-type]
        known = {id(parameter) for parameter in self.reader.model.parameters()}
        rest = [parameter for parameter in rest if id(parameter) not in known]
        self.optimisers = [
            torch.optim.AdamW(rest, plan.rate, weight_decay=plan.weight_decay, betas=(0.9, 0.99), fused=True),
            torch.optim.AdamW(self.critics, 2 * plan.rate, weight_decay=0.0, betas=(0.5, 0.99), fused=True),
        ]
        self.schedules = [cosine(optimiser, steps) for optimiser in self.optimisers]
        self.optimisers += self.reader.optimisers
        self.schedules += self.reader.schedules

    def often(self, labels: Tensor) -> Tensor:
        """How often to draw each image (n,): the four kinds by glasses and Male as the roots of their numbers."""
        kind = labels[:, GLASSES % labels.shape[1]] + 2 * labels[:, MALE % labels.shape[1]]
        return torch.bincount(kind.long(), minlength=4).float().rsqrt()[kind.long()]

    def step(self, x: Tensor, generator: torch.Generator, labels: Tensor) -> dict[str, float]:
        """One update on images (n, 3, H, W) in [0, 1] with ``labels`` (n, k) 0/1; the losses of the batch."""
        w, n = self.weights, len(x)
        flip = torch.rand(n, 1, 1, 1, generator=generator).to(x.device) < 0.5
        x = torch.where(flip, x.flip(3), x).contiguous(memory_format=torch.channels_last)
        done = self.schedules[0].last_epoch / self.steps
        share = min(1.0, max(0.0, (done - w.begin) / w.ramp))
        with autocast(x):
            mean, logvar = self.model.posterior(x)  # type: ignore[operator]
        mean, logvar = mean.float(), logvar.float()
        z = sample(mean, logvar, generator)
        read = self.model.attributes(z)  # type: ignore[operator]
        weight = w.kl if done >= w.warm else w.kl / 5
        told = self.disagreement(read, labels)
        bound = weight * kl_divergence(mean, logvar).mean() + w.labels * told
        mixed = mixtures(z.detach(), labels, generator) if done >= w.begin else z[:0]
        with autocast(x):
            images = self.model.decode(torch.cat([z, mixed])).float()  # type: ignore[operator]
        error = F.mse_loss(images[:n], x)
        losses = {"mse": error.item(), "kl": kl_divergence(mean, logvar).mean().item()}
        losses["labels"] = told.item()
        if done < w.begin:
            advance(self.optimisers[0], error + bound)
            self.optimisers[1].step()  # without a gradient it changes nothing; its schedule wants it
        else:
            losses |= self.judged(x, labels, images, mixed, error, bound, share, generator)
        for schedule in self.schedules[:2]:
            schedule.step()
        return losses | {"reader": self.reader.step(x, generator, labels)["loss"]}

    def disagreement(self, logits: Tensor, labels: Tensor) -> Tensor:
        """Cross-entropy of attributes (n, k), mean over images and attributes, glasses counting more."""
        weight = torch.ones(labels.shape[1], device=labels.device)
        weight[GLASSES % len(weight)] = self.weights.glasses
        each = F.binary_cross_entropy_with_logits(logits, labels, reduction="none")
        return (each * weight).mean() / weight.mean()

    def judged(
        self,
        x: Tensor,
        labels: Tensor,
        images: Tensor,
        mixed: Tensor,
        error: Tensor,
        bound: Tensor,
        share: float,
        generator: torch.Generator,
    ) -> dict[str, float]:
        """Update the autoencoder by pixels and by the critic, then the critic.

        The critic sees a batch rolled by up to 3 pixels: its strides would else leave their pattern in the images.
        """
        w, n, critic = self.weights, len(x), self.model.critic
        shown = images.detach().requires_grad_()
        pixels = torch.autograd.grad(error, images, retain_graph=True)[0]
        with torch.no_grad():
            meant = torch.sigmoid(self.model.attributes(mixed))  # type: ignore[operator]
        roll = torch.randint(0, 4, (2,), generator=generator).tolist()
        with autocast(x):
            real, seen, looks = critic(x.roll(roll, (2, 3)))  # type: ignore[operator]
            fake, told, likeness = critic(shown.roll(roll, (2, 3)))  # type: ignore[operator]
        fooled = doubt(-fake.float())
        pairs = [(a[:n].float(), b.detach().float()) for a, b in zip(likeness, looks, strict=True)]
        apart = torch.stack([(a - b).square().mean() / b.square().mean() for a, b in pairs]).sum()
        own = n / len(shown)
        means = (1 - own) * self.disagreement(told[n:].float(), meant)
        means = means + w.own * own * self.disagreement(told[:n].float(), labels)
        word = fooled + w.features * apart + w.meaning * means
        judged = torch.autograd.grad(word, shown, retain_graph=True)[0]
        length = pixels[:n].norm() / judged[:n].norm().clamp_min(1e-12)
        self.optimisers[0].zero_grad(set_to_none=True)
        bound.backward(retain_graph=True)
        images.backward((1 - share * (1 - w.pixels)) * pixels + share * w.critic * length * judged)
        self.optimisers[0].step()
        told_apart = doubt(-real.float()) + doubt(fake.float())
        correct = self.disagreement(seen.float(), labels)
        loss = told_apart + w.reading * correct
        if self.schedules[1].last_epoch % w.every == 0:
            loss = loss + w.every * w.penalty / 2 * steepness(critic, x)
        advance(self.optimisers[1], loss)
        return {
            "critic": told_apart.item(),
            "apart": apart.item(),
            "means": means.item(),
            "seen": correct.item(),
            "length": length.item(),
        }


def doubt(logits: Tensor) -> Tensor:
    """Logistic loss of the critic's logits (n, 65): the whole image counts as much as its patches together."""
    return (F.softplus(logits[:, 0]).mean() + F.softplus(logits[:, 1:]).mean()) / 2


def steepness(critic: Any, x: Tensor) -> Tensor:
    """Squared gradient of the critic's logits at images (n, 3, H, W), mean over images (R1)."""
    x = x.detach().requires_grad_()
    logits = critic(x)[0]
    total = logits[:, 0].sum() + logits[:, 1:].mean(1).sum()
    slope = torch.autograd.grad(total, x, create_graph=True)[0]
    return slope.square().sum(dim=(1, 2, 3)).mean()


def mixtures(z: Tensor, labels: Tensor, generator: torch.Generator) -> Tensor:
    """Half as many codes as the batch has (n, d), mixed from its own as they will be mixed later.

    A fifth are points between two codes, a fifth are drawn from the Gaussian of the batch, two fifths are sums
    of means of three exemplars, and the rest are codes with one attribute turned over.
    """
    m, part = len(z) // 2, len(z) // 10
    order = torch.randperm(len(z), generator=generator).to(z.device)
    source, other = z[order[:part]], z[order.roll(1)[:part]]
    t = torch.rand(part, 1, generator=generator).to(z.device)
    noise = torch.randn(part, len(z), generator=generator).to(z.device)
    between = source + t * (other - source)
    drawn = z.mean(0) + noise @ (z - z.mean(0)) / len(z) ** 0.5
    rest = order[: m - 4 * part]
    return torch.cat([between, drawn, sums(2 * part, z, labels, generator), turned(rest, z, labels, generator)])


def attributes(count: int, labels: Tensor, generator: torch.Generator) -> Tensor:
    """Attributes (count,) that at least 4 of the batch have and 4 lack: glasses half of the time."""
    found = labels.sum(0)
    possible = ((found >= 4) & (found <= len(labels) - 4)).float() + 1e-6
    possible[GLASSES % len(possible)] *= len(possible)
    return torch.multinomial(possible.cpu(), count, replacement=True, generator=generator).to(labels.device)


def sums(count: int, z: Tensor, labels: Tensor, generator: torch.Generator) -> Tensor:
    """Codes A - B + C (count, d): means of three with an attribute, three without it, three others without it."""
    present = labels.t()[attributes(count, labels, generator)] + 1e-6

    def mean(weight: Tensor) -> Tensor:
        return z[torch.multinomial(weight.cpu(), 3, generator=generator).to(z.device)].mean(1)

    absent = 1 + 2e-6 - present
    return mean(present) - mean(absent) + mean(absent)


def turned(rows: Tensor, z: Tensor, labels: Tensor, generator: torch.Generator) -> Tensor:
    """The codes of some ``rows`` (m,) of the batch, each with one attribute turned over.

    The step is the difference of the means of the batch's codes with and without it, 0.6 to 1.4 long.
    """
    which, count = attributes(len(rows), labels, generator), labels.sum(0)
    present = labels.t() @ z / count[:, None].clamp_min(1)
    absent = (1 - labels).t() @ z / (len(z) - count)[:, None].clamp_min(1)
    sign = 1 - 2 * labels[rows].gather(1, which[:, None])
    length = 0.6 + 0.8 * torch.rand(len(rows), 1, generator=generator).to(z.device)
    return z[rows] + sign * length * (present - absent)[which]
