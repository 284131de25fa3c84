"""What the composer minimises: a picture and a wish lie near the pictures that the wish is after."""

from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any, NamedTuple

import numpy as np
import torch
import torch.nn.functional as F
from safetensors.torch import load_file
from torch import Tensor, nn

from core import compositions
from core.augment import Affine
from core.compositions import UNKNOWN, Numbered
from core.datasets import ImageSet
from core.models import build
from core.models.product_compose import LEAST, SHARP
from core.phrases import Lexicon, words
from core.products import Matcher
from core.training.objectives import Plan, advance, autocast
from core.training.products import changed, lexicon
from core.training.writers import Labelled
from core.wares import PRODUCTS, WARES, Wares

MILD = Affine()
KNOWN = 8_000  # items that right and wrong answers are drawn from, where there are more


TEMPLATES = ("{}", "the same but {}", "in {}", "for {}", "make it {}", "but {}", "{} instead", "as {}")
PAIRS = 4000  # wishes about two fields
OTHERS = 400  # wishes about none: common words of captions that name no value


class Wishes(NamedTuple):
    """Phrases to learn from which fields (m, fields) words are about, and which value (m, fields), -1 for none."""

    phrases: list[str]
    values: np.ndarray


def wishes(found: Numbered, known: Lexicon, *, seed: int = 0) -> Wishes:
    """Wishes of one field in all `TEMPLATES`, of two fields, and of none."""
    names = list(found.values)
    random = np.random.default_rng(seed)
    phrases, rows = [], []
    places = [(field, value) for field, name in enumerate(names) for value in range(len(found.values[name]))]
    for field, value in places:
        for template in TEMPLATES:
            phrases.append(template.format(found.values[names[field]][value]))
            rows.append({field: value})
    for _ in range(PAIRS):
        some = [places[i] for i in random.choice(len(places), 2, replace=False)]
        if some[0][0] != some[1][0]:
            template = TEMPLATES[random.integers(len(TEMPLATES))]
            phrases.append(template.format(" ".join(found.values[names[field]][value] for field, value in some)))
            rows.append(dict(some))
    named = {word for values in found.values.values() for value in values for word in words(value)}
    for word in [word for word in known.words if word not in named][:OTHERS]:
        phrases += [f"with {word}", word]
        rows += [{}, {}]
    values = np.full((len(rows), len(names)), UNKNOWN)
    for row, told in enumerate(rows):
        for field, value in told.items():
            values[row, field] = value
    return Wishes(phrases, values)


def compose_facts(
    data: ImageSet, runs: Path, model: Any, *, config: Mapping[str, Any] = MappingProxyType({})
) -> np.ndarray:
    """Facts (n, fields + D + 1): the values of what can be wished as numbers, the picture's vector, its place.

    Vectors are of the finished run of the wares' model of phrases. They, the vectors of all wishes and of more
    ways to word them are given to ``model`` too, which draws its right and wrong answers from all of them, or
    `KNOWN` drawn with seed 0: the place is that among these, -1 for others. ``config`` is that of the run's model.
    """
    wares = WARES[data.name]
    path = runs / f"{wares.text}-0" / "model.safetensors"
    if not path.is_file():
        raise SystemExit(f"{path} is missing: train {wares.text} first")
    text = build("product-text", dict(config))
    text.load_state_dict(load_file(path))
    known = lexicon(data)
    matcher = Matcher(text, known)
    assert data.captions is not None
    found = compositions.numbered(compositions.traits(data.fields, data.captions.tolist(), wares.wished))
    z = matcher.embed_images(data.images)
    facts = np.concatenate([found.keys.astype(np.float32), z], axis=1)
    some = np.sort(np.random.default_rng(0).permutation(len(facts))[:KNOWN])
    place = np.full(len(facts), -1)
    place[some] = np.arange(len(some))
    more = wishes(found, known)
    model.know(
        wishes=torch.from_numpy(matcher.embed_text(found.wishes)),
        everything=torch.from_numpy(facts[some]),
        offsets=torch.from_numpy(found.offsets),
        phrases=torch.from_numpy(matcher.embed_text(more.phrases)),
        meant=torch.from_numpy(more.values),
        beliefs=torch.cat([torch.full((len(some), k), 1 / k).log() for k in model.config.kinds or (1,)], dim=1),
    )
    return np.concatenate([facts, place[:, None]], axis=1).astype(np.float32)


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

    The triplet loss of Vo et al. 2019, eq. 2, against all wrong pictures at once, with several right ones, of
    vectors and of beliefs; beliefs learn from the fields besides, and the words which field they are about.
    ``facts`` are those of `compose_facts`.
    """

    smoothing = 0.02

    def __init__(
        self,
        model: nn.Module,
        plan: Plan,
        steps: int,
        *,
        noise: float,
        strength: Affine = MILD,
        dataset: str = PRODUCTS.dataset,
    ) -> None:
        super().__init__(model, plan, steps)
        self.noise, self.strength, self.wares = noise, strength, WARES[dataset]
        self.width = len(self.wares.wished)

    @property
    def memory(self) -> dict[str, Tensor]:
        """What was believed of each item when it was last looked at; at first, every value alike."""
        return {"beliefs": self.model.known["beliefs"]}  # type: ignore[index]

    def wished(self, keys: Tensor, generator: torch.Generator) -> tuple[Tensor, ...]:
        """A wish for each row that has one: rows, fields, values, right answers (n, m).

        The value is that of an item drawn among those that could answer some wish, rare values as often as common
        ones.
        """
        everything = self.model.known["everything"][:, : self.width].long()  # type: ignore[index]
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
        """One update on images (n, 3, H, W) in [0, 1] and facts (n, fields + D + 1)."""
        keys, z, number = facts[:, : self.width].long(), facts[:, self.width : -1], facts[:, -1].long()
        rows, fields, values, right = self.wished(keys, generator)
        model: Any = self.model
        z = z + self.noise / z.shape[1] ** 0.5 * torch.randn(z.shape, generator=generator).to(z.device)
        z = F.normalize(z, dim=1)
        phrases = model.known["wishes"][model.known["offsets"][fields] + values]
        found = model.compose(z[rows], phrases)
        near = model.sharpness() * found @ model.known["everything"][:, self.width :].t()
        loss, first = nearest(near, right)
        losses = {"loss": loss.item(), "wrong": 1 - first}
        if model.believes is not None:
            held, judged = self.held(x, z, keys, number, generator)
            meant = self.meant(len(x), generator)
            target = model.believes.wished(held[rows], phrases)
            far, _ = nearest(target @ model.known["beliefs"].t(), right)
            loss = loss + judged + meant + far
            losses |= {"judged": judged.item(), "meant": meant.item(), "far": far.item()}
        advance(self.optimisers[0], loss)
        self.schedules[0].step()
        return losses

    def held(
        self, x: Tensor, z: Tensor, keys: Tensor, number: Tensor, generator: torch.Generator
    ) -> tuple[Tensor, Tensor]:
        """Beliefs (n, K) of changed images, remembered as those of these items; what each judge has wrong."""
        model: Any = self.model
        with autocast(x):
            judges = model.believes.judged(changed(x, self.strength, generator), z)
        wrong = [
            F.cross_entropy(logits, keys[:, i], ignore_index=UNKNOWN, label_smoothing=self.smoothing)
            for judge in judges
            for i, logits in enumerate(judge)
        ]
        fields = [[judge[i].softmax(1) for judge in judges if i < len(judge)] for i in range(self.width)]
        held = torch.cat([torch.stack(each).mean(0) for each in fields], dim=1)
        kept = number >= 0
        model.known["beliefs"][number[kept]] = held.detach()[kept].clamp_min(LEAST).log()
        return held, torch.stack(wrong).sum()

    def meant(self, count: int, generator: torch.Generator) -> Tensor:
        """What is wrong about which fields ``count`` phrases are about, and about the values that they name."""
        model: Any = self.model
        rows = torch.randint(len(model.known["phrases"]), (count,), generator=generator)
        said, values = SHARP * model.known["phrases"][rows], model.known["meant"][rows]
        about = F.binary_cross_entropy_with_logits(model.believes.about(said), (values != UNKNOWN).float())
        named = model.believes.values(said).split(model.believes.kinds, dim=1)
        wrong = [
            F.cross_entropy(logits, values[:, i], ignore_index=UNKNOWN, reduction="sum")
            / max(1, int((values[:, i] != UNKNOWN).sum()))
            for i, logits in enumerate(named)
        ]
        return about + torch.stack(wrong).mean()


def nearest(logits: Tensor, right: Tensor) -> tuple[Tensor, float]:
    """Cross-entropy of all right answers (n, m) bool, and how often the first answer is one of them."""
    chances = logits.log_softmax(1)
    loss = -((chances * right).sum(1) / right.sum(1)).mean()
    return loss, float(right.gather(1, chances.argmax(1, keepdim=True)).float().mean())
