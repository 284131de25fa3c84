"""What the models of writers minimise: the probe of digits, the embedding of hands, the GAN."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
import torch.nn.functional as F
from safetensors.torch import load_file
from torch import Tensor, nn

from core import writers
from core.augment import Affine, affine
from core.datasets import ImageSet
from core.handwriting import Stylist
from core.training.gans import COLUMNS, rivals, tiled
from core.training.objectives import Plan, advance, autocast, cosine

STYLE_RUN = "writers-style-0"


class Labelled:
    """What objectives share that learn from facts about each image: all images alike, one optimiser."""

    attributes = True

    def __init__(self, model: nn.Module, plan: Plan, steps: int) -> None:
        self.model = model
        self.optimisers = [
            torch.optim.AdamW(model.parameters(), plan.rate, weight_decay=plan.weight_decay, fused=True)
        ]
        self.schedules = [cosine(self.optimisers[0], steps)]

    def often(self, facts: Tensor) -> Tensor:
        """All images alike (n,)."""
        return torch.ones(len(facts))

    def finish(self, loss: Tensor, right: Tensor) -> dict[str, float]:
        """One update; the losses of the batch."""
        advance(self.optimisers[0], loss)
        self.schedules[0].step()
        return {"loss": loss.item(), "wrong": 1 - right.float().mean().item()}


class Digits(Labelled):
    """Cross-entropy of the class, on changed images; ``facts`` (n, 1) are labels."""

    def __init__(self, model: nn.Module, plan: Plan, steps: int, *, strength: Affine) -> None:
        super().__init__(model, plan, steps)
        self.strength = strength

    def step(self, x: Tensor, generator: torch.Generator, facts: Tensor) -> dict[str, float]:
        """One update on images (n, 1, H, W) in [0, 1]."""
        labels = facts[:, 0].long()
        x = affine(x, self.strength, generator, gradual=True).contiguous(memory_format=torch.channels_last)
        with autocast(x):
            logits = self.model(x).float()
        return self.finish(F.cross_entropy(logits, labels, label_smoothing=0.05), logits.argmax(1) == labels)


class Style(Labelled):
    """Which training writer it was; ``facts`` (n, 2) are labels and rows of writers.

    Slant, size and weight are style, so images are only moved, by a pixel.
    """

    scale, smoothing = 16.0, 0.05

    def step(self, x: Tensor, generator: torch.Generator, facts: Tensor) -> dict[str, float]:
        """One update on images (n, 1, H, W) in [0, 1]."""
        labels, who = facts.long().unbind(1)
        moved = torch.randint(-1, 2, (2,), generator=generator).tolist()
        x = x.roll(moved, (2, 3)).contiguous(memory_format=torch.channels_last)
        with autocast(x):
            likeness = self.model(x, labels).float()
        loss = F.cross_entropy(self.scale * likeness, who, label_smoothing=self.smoothing)
        return self.finish(loss, likeness.argmax(1) == who)


@dataclass(frozen=True)
class GANWeights:
    """How much each term counts, beside the generator's logistic loss.

    Attributes
    ----------
    cluster : cross-entropy of the cluster that the image of a wanted cluster falls in.
    hand : cross-entropy of whose style, of those asked for in the batch, an image has (van den Oord et al. 2018).
    penalty, every : squared gradient of the critic at real images (Mescheder et al. 2018), each so many steps.
    unknown : share of each batch that is made, and judged, without a style.
    mean : rate of the generator's running mean.
    critic : the critic's rate, in rates of the generator (Heusel et al. 2017).
    """

    cluster: float = 0.3
    hand: float = 0.1
    penalty: float = 0.3
    every: int = 16
    unknown: float = 0.3
    mean: float = 0.002
    critic: float = 2.0


class Adversaries:
    """Non-saturating logistic GAN; ``facts`` (n, 1 + 1 + S) are labels, clusters and styles, or labels alone."""

    attributes = True

    def __init__(self, model: Any, plan: Plan, steps: int, *, weights: GANWeights) -> None:
        self.model, self.weights = model, weights
        made, judged = model.generator.parameters(), model.critic.parameters()
        self.optimisers = rivals(made, judged, plan, critic=weights.critic)
        self.schedules = [cosine(optimiser, steps) for optimiser in self.optimisers]

    def often(self, facts: Tensor) -> Tensor:
        """All images alike (n,)."""
        return torch.ones(len(facts))

    def given(self, facts: Tensor, generator: torch.Generator) -> tuple[Tensor, Tensor, Tensor]:
        """Labels (n,), clusters (n,) and styles (n, S) of ``facts``, some of them without a style."""
        labels = facts[:, 0].long()
        if facts.shape[1] == 1:
            return labels, torch.full_like(labels, -1), facts[:, :0]
        known = torch.rand(len(facts), 1, generator=generator).to(facts.device) >= self.weights.unknown
        return labels, facts[:, 1].long(), facts[:, 2:] * known

    def step(self, x: Tensor, generator: torch.Generator, facts: Tensor) -> dict[str, float]:
        """One update of each on images (n, 1, H, W) in [0, 1]; the losses of the batch."""
        w, model = self.weights, self.model
        given = self.given(facts, generator)
        noise = torch.randn(len(x), model.config.noise, generator=generator).to(x.device)
        with autocast(x):
            images = model.generator(noise, *given).float()
            fake = model.critic(images.detach(), *given).float()
            real = model.critic(x, *given).float()
        told_apart = F.softplus(-real).mean() + F.softplus(fake).mean()
        loss = told_apart
        if self.schedules[1].last_epoch % w.every == 0:
            loss = loss + w.every * w.penalty / 2 * self.steepness(x, given)
        advance(self.optimisers[1], loss)
        with autocast(x):
            fooled = F.softplus(-model.critic(images, *given).float()).mean()
        losses = {"generator": fooled.item(), "critic": told_apart.item()}
        losses |= {"real": torch.sigmoid(real).mean().item(), "fake": torch.sigmoid(fake).mean().item()}
        if model.config.clusters:
            within = F.cross_entropy(model.falls(images, given[0]), given[1])
            fooled = fooled + w.cluster * within
            losses["cluster"] = within.item()
        if model.config.style:
            own = self.own(images, given)
            fooled = fooled + w.hand * own
            losses["hand"] = own.item()
        advance(self.optimisers[0], fooled)
        model.follow(rate=w.mean)
        for schedule in self.schedules:
            schedule.step()
        return losses

    def own(self, images: Tensor, given: tuple[Tensor, Tensor, Tensor]) -> Tensor:
        """Cross-entropy of each image's style among those of the batch; images without a style are left out."""
        rows = given[2].any(1).nonzero()[:, 0]
        with autocast(images):
            leaning = self.model.leans(images[rows], given[0][rows]).float()
        likeness = 10 * leaning @ given[2][rows].t()
        return F.cross_entropy(likeness, torch.arange(len(rows), device=rows.device))

    @torch.inference_mode()
    def sheet(self, *, columns: int = COLUMNS) -> np.ndarray:
        """What the generator makes of the same noise after every epoch: (classes * 28, columns * 28) uint8.

        A row a class, a column a noise and, in turn, a cluster.
        """
        config, generator = self.model.config, self.model.generator.eval()
        noise = torch.randn(columns, config.noise, generator=torch.Generator().manual_seed(0))
        labels = torch.arange(config.classes).repeat_interleave(columns)
        clusters = torch.arange(columns) % config.clusters if config.clusters else torch.full((columns,), -1)
        device = next(generator.parameters()).device
        given = (noise.repeat(config.classes, 1), labels, clusters.repeat(config.classes))
        made = generator(*(a.to(device) for a in given), torch.zeros(len(labels), config.style, device=device))
        return tiled(made, columns)

    def steepness(self, x: Tensor, given: tuple[Tensor, Tensor, Tensor]) -> Tensor:
        """Squared gradient of the critic at images (n, 1, H, W), mean over images (R1)."""
        x = x.detach().requires_grad_()
        slope = torch.autograd.grad(self.model.critic(x, *given).sum(), x, create_graph=True)[0]
        return slope.square().sum(dim=(1, 2, 3)).mean()


def labels_alone(data: ImageSet, runs: Path, model: nn.Module) -> np.ndarray:
    """Facts (n, 1): the class."""
    return data.labels[:, None].astype(np.float32)


def labels_and_writers(data: ImageSet, runs: Path, model: nn.Module) -> np.ndarray:
    """Facts (n, 2): the class, and which of the writers it was, counted from 0."""
    assert data.people is not None
    return np.stack([data.labels, np.unique(data.people, return_inverse=True)[1]], axis=1).astype(np.float32)


def hands_and_styles(data: ImageSet, runs: Path, model: Any) -> np.ndarray:
    """Facts (n, 2 + S): class, cluster, and the writer's style by all their other classes.

    Fits the clusters and gives them to ``model``, with the embedding of the finished run `STYLE_RUN` and its
    mean for each class.
    """
    assert data.people is not None
    c = model.config
    labels = data.labels.astype(np.int64)
    hands = writers.fit(data.images, labels, classes=c.classes, k=c.clusters)
    clusters = hands.assign(data.images, labels)
    path = runs / STYLE_RUN / "model.safetensors"
    if not path.is_file():
        raise SystemExit(f"{path} is missing: train writers-style first")
    model.hand.load_state_dict(load_file(path))
    styles = Stylist(model.hand, str(model.middle.device)).embed(data.images, labels)
    middle = np.stack([styles[labels == label].mean(0) for label in range(c.classes)])
    with torch.no_grad():
        for name, array in (*vars(hands).items(), ("middle", middle)):
            getattr(model, name).copy_(torch.from_numpy(array))
    known = writers.record(data.people, labels, clusters, styles - middle[labels], classes=c.classes, k=c.clusters)
    row = np.searchsorted(known.writers, data.people)
    theirs = np.stack(
        [writers.style(known.styles, known.written, np.arange(c.classes) != label) for label in range(c.classes)],
        axis=1,
    )
    return np.concatenate([labels[:, None], clusters[:, None], theirs[row, labels]], axis=1).astype(np.float32)
