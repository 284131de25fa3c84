"""Phrases and pictures in one space: what fits lies near.

Two encoders trained together: contrastive matching of whole phrases and pictures (Radford et al. 2021, "CLIP",
sec. 2.3) and of single words and regions (DAMSM: Xu et al. 2018, "AttnGAN", sec. 3.2).
"""

from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from core.models.blocks import conv

SMALL = 32  # pixels a side up to which images are halved once less


@dataclass(frozen=True)
class ProductTextConfig:
    """Sizes.

    Attributes
    ----------
    channels : of the largest map.
    dim : of the common space, for words and regions too.
    words, length : most words of the vocabulary and of a phrase.
    layers, heads, dropout : of the text's transformer.
    kinds : most values of type, colour and gender, or of other fields, read off the image vector while training.
    size, colours : pixels a side of an image, and numbers of each.
    """

    channels: int = 32
    dim: int = 128
    words: int = 2048
    length: int = 16
    layers: int = 2
    heads: int = 4
    dropout: float = 0.2
    kinds: tuple[int, ...] = (80, 48, 8)
    size: int = 64
    colours: int = 3


class Phrases(nn.Module):
    """Word numbers (n, L), 0 for none, to a vector of the phrase and one of each word.

    A mark of its own comes before the words, so that a phrase of no known word has a vector too.
    """

    def __init__(self, c: ProductTextConfig) -> None:
        super().__init__()
        self.embedding = nn.Embedding(c.words + 1, c.dim, padding_idx=0)
        self.start = nn.Parameter(0.1 * torch.randn(c.dim))
        self.place = nn.Parameter(0.02 * torch.randn(c.length + 1, c.dim))
        layer = nn.TransformerEncoderLayer(
            c.dim, c.heads, 2 * c.dim, c.dropout, batch_first=True, norm_first=True, activation="gelu"
        )
        self.layers = nn.TransformerEncoder(layer, c.layers, nn.LayerNorm(c.dim), enable_nested_tensor=False)
        self.dropout = nn.Dropout(c.dropout)
        self.sentence, self.word = nn.Linear(2 * c.dim, c.dim), nn.Linear(c.dim, c.dim)
        nn.init.normal_(self.embedding.weight, std=0.1)
        with torch.no_grad():
            self.embedding.weight[0].zero_()

    def forward(self, ids: Tensor) -> tuple[Tensor, Tensor]:
        """Unit vectors of phrases (n, D) and words (n, L, D); those of missing words mean nothing."""
        n, length = ids.shape
        some = ids > 0
        embedded = torch.cat([self.start.expand(n, 1, -1), self.embedding(ids)], dim=1) + self.place[: length + 1]
        away = torch.cat([torch.zeros_like(some[:, :1]), ~some], dim=1)
        found = self.layers(self.dropout(embedded), src_key_padding_mask=away)
        first, words = found[:, 0], found[:, 1:]
        mean = (words * some[..., None]).sum(1) / some.sum(1, keepdim=True).clamp_min(1)
        sentence = self.sentence(torch.cat([first, mean], dim=1))
        return F.normalize(sentence.float(), dim=1), F.normalize(self.word(words).float(), dim=2)


def grid(channels: int, *, size: int = 64, colours: int = 3) -> nn.Sequential:
    """Images (n, colours, size, size) to places of 4 * ``channels`` numbers: 8 x 8 of 64 pixels, 7 x 7 of 28."""
    k = channels
    return nn.Sequential(
        *conv(colours, k, stride=2),
        *conv(k, 2 * k, stride=2),
        *conv(2 * k, 2 * k),
        *conv(2 * k, 4 * k, stride=2 if size > SMALL else 1),
        *conv(4 * k, 4 * k),
    )


def top(channels: int) -> nn.Sequential:
    """What `grid` gives to 4 x 4 places of 8 * ``channels`` numbers."""
    return nn.Sequential(*conv(4 * channels, 8 * channels, stride=2), *conv(8 * channels, 8 * channels))


class Pictures(nn.Module):
    """Images (n, colours, size, size) in [0, 1] to a vector of the picture and one of each of its regions."""

    def __init__(self, c: ProductTextConfig) -> None:
        super().__init__()
        k = c.channels
        self.trunk, self.top = grid(k, size=c.size, colours=c.colours), top(k)
        self.dropout = nn.Dropout(c.dropout)
        self.vector, self.region = nn.Linear(8 * k, c.dim), nn.Conv2d(4 * k, c.dim, 1)

    def forward(self, x: Tensor) -> tuple[Tensor, Tensor]:
        """Vectors of pictures (n, D), not of length 1 yet, and unit vectors of regions (n, R, D)."""
        places = self.trunk(x)
        regions = self.region(places).flatten(2).transpose(1, 2)
        vector = self.vector(self.dropout(self.top(places).mean((2, 3))))
        return vector.float(), F.normalize(regions.float(), dim=2)


class ProductText(nn.Module):
    """Both encoders, the learned temperature, and heads that are only there to train."""

    def __init__(self, config: ProductTextConfig) -> None:
        super().__init__()
        self.config = config
        self.dim = config.dim
        self.phrases, self.pictures = Phrases(config), Pictures(config)
        self.heads = nn.Linear(config.dim, sum(config.kinds))
        self.scale = nn.Parameter(torch.tensor(2.5))

    def sharpness(self) -> Tensor:
        """What cosines are multiplied with: one over the temperature, 100 at most."""
        return self.scale.exp().clamp(max=100)

    def told(self, vector: Tensor) -> tuple[Tensor, ...]:
        """Logits of each field of image vectors (n, D)."""
        return self.heads(vector).split(tuple(self.config.kinds), dim=1)

    def text(self, ids: Tensor) -> tuple[Tensor, Tensor]:
        """Unit vectors of phrases (n, D) and of their words (n, L, D) of word numbers (n, L)."""
        return self.phrases(ids)

    def image(self, x: Tensor) -> tuple[Tensor, Tensor]:
        """Unit vectors of images (n, D) and of their regions (n, R, D), row by row, of images in [0, 1]."""
        vector, regions = self.pictures(x)
        return F.normalize(vector, dim=1), regions

    def encode(self, x: Tensor) -> Tensor:
        """Unit vectors (n, D) of images (n, colours, size, size) in [0, 1]."""
        return self.image(x)[0]


def looked(words: Tensor, regions: Tensor, *, focus: float = 10.0) -> Tensor:
    """Where words look: (k, R), each row 1 in sum, of unit vectors of words (k, D) and of regions (R, D)."""
    return (focus * words @ regions.t()).softmax(1)


def word_match(words: Tensor, some: Tensor, regions: Tensor, *, focus: float = 5.0, sum_of: float = 5.0) -> Tensor:
    """How well the words of each phrase fit the regions of each image: (n, m), of cosines (eqs. 8 to 10).

    It is 0 for a phrase of no words.

    Parameters
    ----------
    words, some : (n, L, D) unit vectors of words, (n, L) which of them are there.
    regions : (m, R, D) unit vectors of regions.
    """
    likeness = torch.einsum("nld,mrd->nmlr", words, regions).float()
    gone = ~some[:, None, :, None]
    compete = (10 * likeness).masked_fill(gone, -1e4).softmax(2)
    look = (focus * compete).softmax(3)
    seen = torch.einsum("nmlr,mrd->nmld", look.to(regions.dtype), regions).float()
    cosine = F.cosine_similarity(seen, words[:, None].float(), dim=3)
    fit = (sum_of * cosine).masked_fill(gone[..., 0], -1e4).logsumexp(2)
    fit = (fit - some.sum(1).clamp_min(1).float().log()[:, None]) / sum_of  # as a mean: long phrases fit no better
    return fit.masked_fill(~some.any(1)[:, None], 0.0)
