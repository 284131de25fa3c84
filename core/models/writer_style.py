"""Whose hand it is: an embedding of single characters in which those of one writer are near each other.

Learned by telling the training writers apart by the angle to one vector each (a cosine softmax, Wang et al. 2018,
"CosFace", without its margin). Writers it has never seen are compared by the mean of their characters.
"""

from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from core.models.blocks import conv


@dataclass(frozen=True)
class WriterStyleConfig:
    """Channels of the largest map, size of the embedding, classes of characters, training writers, dropout."""

    channels: int = 32
    dim: int = 32
    classes: int = 10
    writers: int = 555
    dropout: float = 0.3


class WriterStyle(nn.Module):
    """Three halvings and a dense layer; the class of the character is known and its own vector added."""

    def __init__(self, config: WriterStyleConfig) -> None:
        super().__init__()
        self.config = config
        self.dim = config.dim
        c = config.channels
        self.trunk = nn.Sequential(
            *conv(1, c, stride=2),
            *conv(c, 2 * c),
            *conv(2 * c, 2 * c, stride=2),
            *conv(2 * c, 4 * c, stride=2),
            nn.Flatten(),
            nn.Dropout(config.dropout),
            nn.Linear(64 * c, config.dim),
        )
        self.classes = nn.Embedding(config.classes, config.dim)
        self.writers = nn.Parameter(0.1 * torch.randn(config.writers, config.dim))

    def embed(self, x: Tensor, labels: Tensor) -> Tensor:
        """Unit vectors (n, dim) of images (n, 1, 28, 28) in [0, 1] of the classes ``labels`` (n,)."""
        return F.normalize(self.trunk(x).float() + self.classes(labels), dim=1)

    def forward(self, x: Tensor, labels: Tensor) -> Tensor:
        """Cosines (n, writers) to the training writers."""
        return self.embed(x, labels) @ F.normalize(self.writers, dim=1).t()
