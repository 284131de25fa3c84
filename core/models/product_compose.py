"""A picture and words to what is looked for.

Two ways, added up. The picture's vector, gated, plus what the words change (TIRG: Vo et al. 2019, "Composing
text and image for image retrieval", sec. 3.1), on the vectors of another model. And the same in what is
believed of the picture: the chances of its colour, type and so on, where a gate says which of them the words
are about, and the words say what it should be; two pictures are then as far apart as one's chances are from
what is believed of the other.
"""

from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from core.models.product_text import grid, top

LEAST = 1e-3  # chance that nothing is thought to be below of
SHADES = 6  # of each of red, green and blue that pixels are counted by
PAPER = 0.92  # pixels whose every part is over this are background
SHARP = 10.0  # what vectors of length 1 are multiplied with before a linear layer


@dataclass(frozen=True)
class ProductComposeConfig:
    """Sizes.

    Attributes
    ----------
    dim, hidden, dropout : numbers of a vector, of the hidden layer, and how many of its inputs are left out while
        training.
    kinds : how many values each field has that a belief is held of; none for a model of vectors alone.
    eyes, channels : networks that look at a picture, each by itself, and channels of their largest map.
    size, colours : pixels a side of an image, and numbers of each.
    weight : of the likeness of vectors beside that of beliefs.
    """

    dim: int = 128
    hidden: int = 256
    dropout: float = 0.1
    kinds: tuple[int, ...] = ()
    eyes: int = 2
    channels: int = 32
    size: int = 64
    colours: int = 3
    weight: float = 5.0


class ProductCompose(nn.Module):
    """Gate and residual of two layers each, on vectors; and, with ``kinds``, on beliefs.

    While training it knows what the objective gives it with `know`; that is not kept.
    """

    def __init__(self, config: ProductComposeConfig) -> None:
        super().__init__()
        self.config = config
        self.dim, self.width = config.dim, config.dim + sum(config.kinds)
        self.gate, self.change = (self._two(config) for _ in range(2))
        self.share = nn.Parameter(torch.tensor([1.0, 1.0]))  # of the gated picture and of the change
        self.scale = nn.Parameter(torch.tensor(2.5))
        self.believes = Beliefs(config) if config.kinds else None
        self.known: dict[str, Tensor] = {}

    def know(self, **known: Tensor) -> None:
        """Take what there is to know while training."""
        self.known = {name: value.to(self.scale.device) for name, value in known.items()}

    @staticmethod
    def _two(c: ProductComposeConfig) -> nn.Sequential:
        return nn.Sequential(
            nn.BatchNorm1d(2 * c.dim),
            nn.Dropout(c.dropout),
            nn.Linear(2 * c.dim, c.hidden),
            nn.BatchNorm1d(c.hidden),
            nn.ReLU(),
            nn.Linear(c.hidden, c.dim),
        )

    def sharpness(self) -> Tensor:
        """What cosines are multiplied with while training: 100 at most."""
        return self.scale.exp().clamp(max=100)

    def compose(self, pictures: Tensor, words: Tensor) -> Tensor:
        """Unit vectors (n, dim) of what is looked for, of unit vectors of pictures and of words (n, dim)."""
        both = torch.cat([pictures, words], dim=1)
        kept = torch.sigmoid(self.gate(both)) * pictures
        return F.normalize(self.share[0] * kept + self.share[1] * self.change(both) / self.dim**0.5, dim=1)

    def code(self, x: Tensor, pictures: Tensor) -> Tensor:
        """What pictures are found by: their vectors (n, dim), then the logarithms of beliefs (n, sum of kinds)."""
        if self.believes is None:
            return pictures
        return torch.cat([pictures, self.believes(x, pictures).clamp_min(LEAST).log()], dim=1)

    def target(self, code: Tensor, words: Tensor) -> Tensor:
        """What is looked for, (n, D) as `code`: its product with a code is how well that fits."""
        made = self.compose(code[:, : self.dim], words)
        if self.believes is None:
            return made
        return torch.cat(
            [self.config.weight * made, self.believes.wished(code[:, self.dim :].exp(), words)], dim=1
        )


class Beliefs(nn.Module):
    """The chances of each field's values: the mean of what several judges say, each trained by itself.

    The judges are networks that look at the picture, one of the colours in it alone, one of its vector.
    """

    def __init__(self, c: ProductComposeConfig) -> None:
        super().__init__()
        self.kinds = list(c.kinds)
        self.eyes = nn.ModuleList(nn.Sequential(grid(c.channels), top(c.channels)) for _ in range(c.eyes))
        self.heads = nn.ModuleList(nn.Linear(8 * c.channels, sum(c.kinds)) for _ in range(c.eyes))
        self.tints = nn.Sequential(
            nn.Linear(SHADES**3, c.hidden),
            nn.BatchNorm1d(c.hidden),
            nn.ReLU(),
            nn.Dropout(0.3),
            nn.Linear(c.hidden, c.kinds[0]),
        )
        self.vector = nn.Linear(c.dim, sum(c.kinds))
        self.dropout = nn.Dropout(0.3)
        self.about = nn.Sequential(nn.Linear(c.dim, c.hidden), nn.ReLU(), nn.Linear(c.hidden, len(c.kinds)))
        self.values = nn.Sequential(nn.Linear(c.dim, c.hidden), nn.ReLU(), nn.Linear(c.hidden, sum(c.kinds)))
        self.keeps = nn.Parameter(torch.ones(len(c.kinds)))  # how much each field counts that is left alone

    def judged(self, x: Tensor, pictures: Tensor) -> list[tuple[Tensor, ...]]:
        """Logits by each judge, of every field or, of the judge of colours, of the first alone."""
        seen = [head(self.dropout(eye(x).mean((2, 3)))) for eye, head in zip(self.eyes, self.heads, strict=True)]
        seen.append(self.vector(SHARP * pictures))
        return [tuple(each.float().split(self.kinds, dim=1)) for each in seen] + [(self.tints(shades(x)).float(),)]

    def forward(self, x: Tensor, pictures: Tensor) -> Tensor:
        """Chances (n, sum of kinds), each field's 1 in sum, of images (n, 3, H, W) and their mirror images."""
        said = self.judged(x, pictures) + self.judged(x.flip(3), pictures)
        fields = [[judge[i].softmax(1) for judge in said if i < len(judge)] for i in range(len(self.kinds))]
        return torch.cat([torch.stack(each).mean(0) for each in fields], dim=1)

    def wished(self, chances: Tensor, words: Tensor) -> Tensor:
        """Chances (n, sum of kinds) of what is looked for; each field is in sum as much as it counts."""
        about = torch.sigmoid(self.about(SHARP * words))
        values = self.values(SHARP * words).split(self.kinds, dim=1)
        parts = []
        for i, (now, then) in enumerate(zip(chances.split(self.kinds, dim=1), values, strict=True)):
            gate = about[:, i : i + 1]
            parts.append((1 - gate) * self.keeps[i].clamp(0, 2) * now + gate * then.softmax(1))
        return torch.cat(parts, dim=1)


def shades(x: Tensor) -> Tensor:
    """The root of the share that each of 6 x 6 x 6 colours has in what is not background: (n, 216)."""
    level = (x * SHADES).long().clamp(0, SHADES - 1)
    place = (level[:, 0] * SHADES + level[:, 1]) * SHADES + level[:, 2]
    thing = (x.amin(1) < PAPER).float().flatten(1)
    counts = torch.zeros(len(x), SHADES**3, device=x.device).scatter_add_(1, place.flatten(1), thing)
    return (counts / thing.sum(1, keepdim=True).clamp_min(1)).sqrt()
