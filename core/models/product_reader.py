"""A reader of pictures: type, colour, for whom, and words of the caption. It only measures what others make."""

from dataclasses import dataclass

import torch
from torch import Tensor, nn

from core.models.product_text import grid, top


@dataclass(frozen=True)
class ProductReaderConfig:
    """Sizes.

    Attributes
    ----------
    channels : of the largest map; features are eight times as many.
    kinds : most values of type, colour and gender, or of other fields.
    words : the commonest words of the vocabulary, that are read.
    dropout : of features before they are read.
    size, colours : pixels a side of an image, and numbers of each.
    """

    channels: int = 32
    kinds: tuple[int, ...] = (80, 48, 8)
    words: int = 200
    dropout: float = 0.3
    size: int = 64
    colours: int = 3


class ProductReader(nn.Module):
    """Five halvings to features; all that is read is read off these by one linear layer."""

    def __init__(self, config: ProductReaderConfig) -> None:
        super().__init__()
        self.config = config
        self.dim = 8 * config.channels
        c = config
        self.trunk = nn.Sequential(grid(c.channels, size=c.size, colours=c.colours), top(c.channels))
        self.dropout = nn.Dropout(config.dropout)
        self.heads = nn.Linear(self.dim, sum(config.kinds) + config.words)

    def encode(self, x: Tensor) -> Tensor:
        """Features (n, dim), none below 0, of images (n, colours, size, size) in [0, 1]."""
        return self.trunk(x).mean((2, 3))

    def read(self, features: Tensor) -> tuple[Tensor, ...]:
        """Logits of each field (each to be softmaxed) and of words (each by itself) of features."""
        return self.heads(self.dropout(features)).split([*self.config.kinds, self.config.words], dim=1)

    def probabilities(self, features: Tensor) -> tuple[Tensor, ...]:
        """Probabilities of each field and of words, of features (n, dim)."""
        *kinds, words = self.read(features)
        return *(logits.float().softmax(1) for logits in kinds), torch.sigmoid(words.float())
