"""What the composer minimises: a picture and a wish lie near the pictures that the wish is after."""

from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any

import numpy as np
import torch
from safetensors.torch import load_file
from torch import Tensor, nn

from core import compositions
from core.compositions import UNKNOWN
from core.datasets import ImageSet
from core.models import build
from core.products import Matcher
from core.training.objectives import Plan, advance
from core.training.products import lexicon
from core.training.writers import Labelled
from core.wares import PRODUCTS, WARES, Wares

KNOWN = 8_000  # items that right and wrong answers are drawn from, where there are more


def compose_facts(
    data: ImageSet, runs: Path, model: Any, *, config: Mapping[str, Any] = MappingProxyType({})
) -> np.ndarray:
    """Facts (n, fields + D): the values of what can be wished as numbers, and the picture's vector.

    Vectors are of the finished run of the wares' model of phrases. They and the vectors of all wishes are given
    to ``model`` too, which draws its right and wrong answers from all of them, or `KNOWN` drawn with seed 0.
    ``config`` is that of the run's model.
    """
    wares = WARES[data.name]
    path = runs / f"{wares.text}-0" / "model.safetensors"
    if not path.is_file():
        raise SystemExit(f"{path} is missing: train {wares.text} first")
    text = build("product-text", dict(config))
    text.load_state_dict(load_file(path))
    matcher = Matcher(text, lexicon(data))
    assert data.captions is not None
    found = compositions.numbered(compositions.traits(data.fields, data.captions.tolist(), wares.wished))
    z = matcher.embed_images(data.images)
    facts = np.concatenate([found.keys.astype(np.float32), z], axis=1)
    everything = facts
    if len(facts) > KNOWN:
        everything = facts[np.sort(np.random.default_rng(0).permutation(len(facts))[:KNOWN])]
    model.know(
        torch.from_numpy(matcher.embed_text(found.wishes)),
        torch.from_numpy(everything),
        torch.from_numpy(found.offsets),
    )
    return facts


def kept(fields: Tensor, wares: Wares = PRODUCTS) -> Tensor:
    """Which fields (n, fields) a wish about the field (n,) leaves alone, and answers have to share."""
    shared = torch.tensor([name in wares.shared for name in wares.wished], device=fields.device)
    return shared & (torch.arange(len(shared), device=fields.device) != fields[:, None])


def answers(keys: Tensor, fields: Tensor, all_keys: Tensor, wares: Wares = PRODUCTS) -> tuple[Tensor, Tensor]:
    """Items (n, m) that share what wishes about ``fields`` leave alone, and their values (n, m) of that field."""
    same = ((keys[:, None] == all_keys[None]) | ~kept(fields, wares)[:, None]).all(2)
    return same, all_keys.t()[fields]


class Composing(Labelled):
    """What a picture and a wish make is nearer to the right pictures than to any other of the training split.

    The triplet loss of Vo et al. 2019, eq. 2, against all wrong pictures at once, with several right ones.
    ``facts`` are those of `compose_facts`.
    """

    def __init__(
        self, model: nn.Module, plan: Plan, steps: int, *, noise: float, dataset: str = PRODUCTS.dataset
    ) -> None:
        super().__init__(model, plan, steps)
        self.noise, self.wares = noise, WARES[dataset]
        self.width = len(self.wares.wished)

    def wished(self, keys: Tensor, generator: torch.Generator) -> tuple[Tensor, ...]:
        """A wish for each row that has one: rows, fields, values, right answers (n, m).

        The value is that of an item drawn among those that could answer some wish, rare values as often as common
        ones.
        """
        everything = self.model.everything[:, : self.width].long()  # type: ignore[index]
        fields = torch.randint(self.width, (len(keys),), generator=generator).to(keys.device)
        same, theirs = answers(keys, fields, everything, self.wares)
        own = keys.gather(1, fields[:, None])
        able = same & (theirs != own) & (theirs != UNKNOWN) & (own != UNKNOWN)
        rows = able.any(1).nonzero()[:, 0]
        fields, same, theirs, able = fields[rows], same[rows], theirs[rows], able[rows]
        counts = torch.zeros(len(rows), int(everything.max()) + 2, device=keys.device)
        counts.scatter_add_(1, theirs.clamp_min(0), able.float())
        often = able / counts.gather(1, theirs.clamp_min(0)).clamp_min(1)
        place = torch.multinomial(often.cpu(), 1, generator=generator).to(keys.device)
        values = theirs.gather(1, place)[:, 0]
        return rows, fields, values, same & (theirs == values[:, None])

    def step(self, x: Tensor, generator: torch.Generator, facts: Tensor) -> dict[str, float]:
        """One update on facts (n, fields + D); the images themselves are not looked at."""
        rows, fields, values, right = self.wished(facts[:, : self.width].long(), generator)
        model: Any = self.model
        z = facts[rows, self.width :]
        z = z + self.noise / z.shape[1] ** 0.5 * torch.randn(z.shape, generator=generator).to(z.device)
        wishes = model.wishes[model.offsets[fields] + values]
        found = model.compose(torch.nn.functional.normalize(z, dim=1), wishes)
        chances = (model.sharpness() * found @ model.everything[:, self.width :].t()).log_softmax(1)
        loss = -((chances * right).sum(1) / right.sum(1)).mean()
        first = right.gather(1, chances.argmax(1, keepdim=True)).float().mean()
        advance(self.optimisers[0], loss)
        self.schedules[0].step()
        return {"loss": loss.item(), "wrong": 1 - first.item()}
