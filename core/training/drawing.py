"""What the GANs of phrases minimise: two stages in the space of codes, and a match with the phrase."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor

from core import checkpoints
from core.datasets import ImageSet
from core.inference import Runner
from core.models.product_gan import Drawing
from core.models.product_text import word_match
from core.phrases import MAX_WORDS
from core.settings import Settings
from core.training.gans import rivals, tiled
from core.training.objectives import Plan, advance, autocast, cosine
from core.training.products import caption_facts, fits, kinds_drawn, lexicon, matching
from core.wares import PRODUCTS, WARES

COLUMNS = 4  # of the sheet


class Helpers(NamedTuple):
    """What a GAN learns with and does not hold.

    Attributes
    ----------
    pictures, text : the decoder of its codes; phrases matched with pictures. Both are finished.
    shown : vectors of the phrases of the sheet, the wares' ``sheet``, as the next three.
    sentences, words, some : (m, D) and (m, L, D) vectors of all phrases that items have, (m, L) which words are.
    """

    pictures: Any
    text: Any
    shown: tuple[Tensor, Tensor, Tensor]
    sentences: Tensor
    words: Tensor
    some: Tensor


@dataclass(frozen=True)
class DrawingWeights:
    """How much each term counts, beside the generator's logistic loss.

    Attributes
    ----------
    match, regions : matching of phrases with decoded pictures, and of words with their regions (DAMSM, Xu et al.
        2018), on ``shown`` drawings every ``often`` rounds.
    varied : the distance of two noises over that of what is drawn of them and one phrase (Mao et al. 2019).
    wrong : share of the critic's fakes that are real codes with another's phrase (Reed et al. 2016).
    blur : standard deviation of what is added to all codes that a critic sees.
    penalty, every : squared gradient of the critics at real codes (Mescheder et al. 2018), each so many rounds.
    mean : rate of the generator's running mean.
    critic : the critics' rate, in rates of the generator (Heusel et al. 2017).
    rounds : updates on each batch, with other phrases and noise.
    mirrored : share of the codes that are those of mirror images.
    """

    match: float = 0.2
    regions: float = 0.1
    shown: int = 32
    often: int = 2
    varied: float = 0.15
    wrong: float = 0.5
    blur: float = 0.1
    penalty: float = 0.1
    every: int = 4
    mean: float = 0.002
    critic: float = 2.0
    rounds: int = 4
    mirrored: float = 0.5


def picture_facts(data: ImageSet, runs: Path, model: Any) -> np.ndarray:
    """Facts (n, keys + kinds + 2 d): keys, numbers of phrases, codes, codes of the mirror images.

    ``model`` is given its helpers.
    """
    root, wares = Settings.from_environment().checkpoints, WARES[data.name]
    pictures, text = (checkpoints.read_card(root, id) for id in (wares.pictures, wares.text))
    runner, images = Runner(checkpoints.load_model(root, pictures), pictures), data.images[:]
    codes = runner.encode(images), runner.encode(np.ascontiguousarray(images[:, :, ::-1]))
    encoder = checkpoints.load_model(root, text)
    keys, numbers = np.split(caption_facts(data, runs, encoder).astype(np.int64), [len(wares.keys)], axis=1)
    phrases, which = np.unique(numbers.reshape(-1, MAX_WORDS), axis=0, return_inverse=True)
    shown = embedded(encoder, lexicon(data).numbers(wares.sheet))
    model.helpers = Helpers(runner.model, encoder, shown, *embedded(encoder, phrases))
    return np.concatenate([keys, which.reshape(len(data), -1), *codes], axis=1, dtype=np.float32)


@torch.inference_mode()
def embedded(text: Any, numbers: np.ndarray) -> tuple[Tensor, Tensor, Tensor]:
    """Vectors of phrases (m, D) and words (m, L, D) of word numbers (m, W), and (m, L) which words are there."""
    ids = torch.from_numpy(numbers[:, : max(1, int((numbers > 0).sum(1).max()))])
    parts = [tuple(part.half() for part in text.text(rows)) for rows in ids.split(512)]
    sentences, words = (torch.cat(part).clone() for part in zip(*parts, strict=True))
    return sentences, words, ids > 0


class Draughts:
    """Non-saturating logistic GAN of codes; ``facts`` are those of `picture_facts`. Images are not looked at."""

    attributes = True

    def __init__(
        self, model: Any, plan: Plan, steps: int, *, weights: DrawingWeights, dataset: str = PRODUCTS.dataset
    ) -> None:
        self.model, self.weights, self.wares, self.round = model, weights, WARES[dataset], 0
        made, judged = model.generator.parameters(), model.critics.parameters()
        self.optimisers = rivals(made, judged, plan, critic=weights.critic)
        self.schedules = [cosine(optimiser, steps) for optimiser in self.optimisers]

    def often(self, facts: Tensor) -> Tensor:
        """All items alike (n,)."""
        return torch.ones(len(facts))

    def step(self, x: Tensor, generator: torch.Generator, facts: Tensor) -> dict[str, float]:
        """Some updates of each on items of ``facts`` (n, k); the mean losses."""
        found: list[dict[str, float]] = [self.update(facts, generator) for _ in range(self.weights.rounds)]
        for schedule in self.schedules:
            schedule.step()
        keys = sorted(set().union(*found))
        return {key: float(np.mean([one[key] for one in found if key in one])) for key in keys}

    def update(self, facts: Tensor, generator: torch.Generator) -> dict[str, float]:
        """One update of the critics and one of the generator; the losses."""
        w, model = self.weights, self.model
        keys, numbers, real = self.given(facts, generator)
        kinds = kinds_drawn(len(facts), generator, self.wares)
        fit = fits(kinds, keys, self.wares)
        known = tuple(part[numbers.gather(1, kinds[:, None])[:, 0]] for part in model.helpers[3:])
        sentence, words, some = known[0].float(), known[1].float(), known[2]
        noise = torch.randn(len(facts), model.config.noise, generator=generator)
        with autocast(noise):
            drawn = model.generator(noise, sentence, words, some)
        losses = self.learn(drawn, real, sentence, fit, generator)
        with autocast(noise):
            pairs = zip(model.critics, drawn[:2], strict=True)
            judged = [critic(self.blurred(codes, generator), sentence) for critic, codes in pairs]
        loss = fooled = torch.stack([F.softplus(-logits.float()).mean() for logits in judged]).sum()
        if w.varied:
            near = self.sameness(drawn, sentence, words, some, noise, generator)
            loss = loss + w.varied * near
            losses["sameness"] = near.item()
        if w.match and self.round % w.often == 0:
            rows = slice(w.shown)
            match = self.match(drawn.second[rows], sentence[rows], words[rows], some[rows], fit[rows, rows])
            loss = loss + w.match * match
            losses["match"] = match.item()
        advance(self.optimisers[0], loss)
        model.follow(rate=w.mean)
        self.round += 1
        return losses | {"generator": fooled.item()}

    def given(self, facts: Tensor, generator: torch.Generator) -> tuple[Tensor, Tensor, Tensor]:
        """Keys (n, keys), numbers of phrases (n, kinds), and the code or its mirror's (n, d), of ``facts``."""
        keys, numbers, codes = facts.tensor_split(self.widths, dim=1)
        one, other = codes.chunk(2, dim=1)
        mirrored = torch.rand(len(facts), 1, generator=generator) < self.weights.mirrored
        return keys.long(), numbers.long(), torch.where(mirrored, other, one)

    @property
    def widths(self) -> tuple[int, int]:
        """Where keys end in facts, and where numbers of phrases do."""
        keys = len(self.wares.keys)
        return keys, keys + len(self.wares.kinds)

    def blurred(self, codes: Tensor, generator: torch.Generator) -> Tensor:
        """Codes (n, d) with a little noise: as the critics see them."""
        return codes + self.weights.blur * torch.randn(codes.shape, generator=generator)

    def learn(
        self, drawn: Drawing, real: Tensor, sentence: Tensor, fit: Tensor, generator: torch.Generator
    ) -> dict[str, float]:
        """Update the critics: real codes with their phrase, drawn ones with theirs, real ones with another's."""
        w, model = self.weights, self.model
        wrong = sentence.roll(1, 0)
        misfit = (~fit.roll(1, 0).diagonal()).float()
        total = torch.zeros((), device=real.device)
        scores: dict[str, float] = {}
        for critic, codes, name in zip(model.critics, drawn[:2], ("_first", ""), strict=True):
            shown = self.blurred(real, generator).requires_grad_()
            with autocast(shown):
                right, other = critic(shown, sentence).float(), critic(shown, wrong).float()
                fake = critic(self.blurred(codes.detach(), generator), sentence).float()
            other = F.softplus(other) * misfit
            loss = F.softplus(-right).mean() + (1 - w.wrong) * F.softplus(fake).mean() + w.wrong * other.mean()
            if self.round % w.every == 0:
                slope = torch.autograd.grad(right.sum(), shown, create_graph=True)[0]
                loss = loss + w.every * w.penalty / 2 * slope.square().sum(1).mean()
            total = total + loss
            scores |= {
                f"real{name}": torch.sigmoid(right).mean().item(),
                f"fake{name}": torch.sigmoid(fake).mean().item(),
            }
        advance(self.optimisers[1], total)
        with torch.no_grad():
            varied = model.critics[1].trunk(drawn.second.detach().float()).std(0, unbiased=False).mean()
            model.usual.lerp_(varied, 0.01 if self.round else 1.0)
        return scores | {"critic": total.item()}

    def sameness(
        self,
        drawn: Drawing,
        sentence: Tensor,
        words: Tensor,
        some: Tensor,
        noise: Tensor,
        generator: torch.Generator,
    ) -> Tensor:
        """How near to each other two drawings of one phrase are: the distance of their noises over theirs."""
        half = slice(len(noise) // 2)
        other = torch.randn(noise[half].shape, generator=generator)
        again = self.model.generator(other, sentence[half], words[half], some[half]).second
        moved = (again - drawn.second[half]).abs().mean(1) / (other - noise[half]).abs().mean(1)
        return (1 / (moved + 1e-2)).mean()

    def match(self, codes: Tensor, sentence: Tensor, words: Tensor, some: Tensor, fit: Tensor) -> Tensor:
        """How badly phrases fit the decoded pictures of codes (n, d), and their words the regions."""
        helpers = self.model.helpers
        with autocast(codes):
            images = helpers.pictures.decode(codes).contiguous(memory_format=torch.channels_last)
            vectors, regions = helpers.text.image(images)
        whole = matching(helpers.text.sharpness() * sentence @ vectors.float().t(), fit)
        if not self.weights.regions:
            return whole
        near = word_match(words, some, regions.float())
        return whole + self.weights.regions / self.weights.match * matching(10 * near, fit)

    @torch.inference_mode()
    def sheet(self) -> np.ndarray:
        """What the running mean makes of the wares' ``sheet`` and the same noise, as one picture, uint8."""
        model = self.model.eval()
        known = [part.repeat_interleave(COLUMNS, 0) for part in model.helpers.shown]
        noise = torch.randn(COLUMNS, model.config.noise, generator=torch.Generator().manual_seed(0))
        noise = noise.repeat(len(self.wares.sheet), 1)
        codes = model.sample(noise, known[0].float(), known[1].float(), known[2]).second
        return tiled(model.helpers.pictures.decode(codes), COLUMNS)
