"""A picture and words to what is looked for: the picture's vector, gated, plus what the words change.

TIRG: Vo et al. 2019, "Composing text and image for image retrieval", sec. 3.1, on the vectors of another model.
"""

from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import Tensor, nn


@dataclass(frozen=True)
class ProductComposeConfig:
    """Numbers of a vector, of the hidden layer, and how many of its inputs are left out while training."""

    dim: int = 128
    hidden: int = 256
    dropout: float = 0.1


class ProductCompose(nn.Module):
    """Gate and residual of two layers each.

    While training it knows the vectors ``wishes`` (v, dim) of what can be wished for, ``offsets`` (fields,) where
    those of each field begin, and ``everything`` (n, fields + dim), facts on all items. They are not kept.
    """

    wishes: Tensor
    everything: Tensor
    offsets: Tensor

    def __init__(self, config: ProductComposeConfig) -> None:
        super().__init__()
        self.config = config
        self.dim = config.dim
        self.gate, self.change = (self._two(config) for _ in range(2))
        self.share = nn.Parameter(torch.tensor([1.0, 1.0]))  # of the gated picture and of the change
        self.scale = nn.Parameter(torch.tensor(2.5))
        for name in ("wishes", "everything", "offsets"):
            self.register_buffer(name, torch.zeros(0), persistent=False)

    def know(self, wishes: Tensor, everything: Tensor, offsets: Tensor) -> None:
        """Take what there is to know while training."""
        like = self.scale.device
        self.wishes, self.everything, self.offsets = (a.to(like) for a in (wishes, everything, offsets))

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
