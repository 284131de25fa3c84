"""2-D row VAE with attention over the recurrent states (Bahdanau et al. 2015; Vaswani et al. 2017).

The encoder pools the states of all rows by attention instead of keeping the last one; the decoder lets every
row look at the states of all rows. No attention reaches from decoder to encoder, so that the two numbers of
the code stay the only way through.
"""

from dataclasses import dataclass

import torch
from torch import Tensor, nn

from core.models.vae import VAE
from core.models.vae_gru import ROWS, RowDecoder


@dataclass(frozen=True)
class AttentionVAEConfig:
    """Width of the recurrent states, number of attention heads, dense width, code size."""

    hidden: int = 128
    heads: int = 4
    dense: int = 256
    dim: int = 2


class AttentionVAE(VAE):
    """GRU over rows, attention pooling to the posterior; GRU from the code, self-attention to the rows."""

    def __init__(self, config: AttentionVAEConfig) -> None:
        super().__init__()
        self.config = config
        self.dim = config.dim
        width = 2 * config.hidden
        self.encoder = nn.GRU(ROWS, config.hidden, batch_first=True, bidirectional=True)
        self.scores = nn.Linear(width, config.heads)
        self.summary = nn.Sequential(
            nn.Linear(width * config.heads, config.dense),
            nn.SiLU(),
            nn.Linear(config.dense, config.dense),
            nn.SiLU(),
        )
        self.to_mean = nn.Linear(config.dense, config.dim)
        self.to_logvar = nn.Linear(config.dense, config.dim)
        self.decoder = RowDecoder(config.dim, config.dense, config.hidden)
        self.attention = nn.MultiheadAttention(config.hidden, config.heads, batch_first=True)
        self.to_row = nn.Sequential(
            nn.Linear(2 * config.hidden, config.dense), nn.SiLU(), nn.Linear(config.dense, ROWS)
        )

    def posterior(self, x: Tensor) -> tuple[Tensor, Tensor]:
        """Mean and log-variance (n, dim) of q(z|x) for images (n, 1, 28, 28) in [0, 1]."""
        states = self.encoder(x.reshape(-1, ROWS, ROWS))[0]
        weights = torch.softmax(self.scores(states), dim=1)
        pooled = torch.einsum("nrh,nrw->nhw", weights, states).flatten(1)
        features = self.summary(pooled)
        return self.to_mean(features), self.to_logvar(features)

    def decode(self, z: Tensor) -> Tensor:
        """Images (n, 1, 28, 28) in [0, 1] of codes (n, dim)."""
        states = self.decoder(z)
        context = self.attention(states, states, states, need_weights=False)[0]
        return torch.sigmoid(self.to_row(torch.cat([states, context], dim=2)))[:, None]
