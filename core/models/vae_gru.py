"""2-D VAE that reads and writes an image as a sequence of 28 rows with gated recurrent units (Cho et al. 2014)."""

from dataclasses import dataclass

import torch
from torch import Tensor, nn

from core.models.vae import VAE

ROWS = 28


@dataclass(frozen=True)
class GRUVAEConfig:
    """Width of the recurrent states, of the dense layer between code and decoder, and the code size."""

    hidden: int = 128
    dense: int = 256
    dim: int = 2


class RowDecoder(nn.Module):
    """Code (n, dim) -> recurrent states (n, 28, hidden), one per row; each step sees the code and its row."""

    def __init__(self, dim: int, dense: int, hidden: int) -> None:
        super().__init__()
        self.expand = nn.Sequential(
            nn.Linear(dim, dense),
            nn.SiLU(),
            nn.Linear(dense, dense),
            nn.SiLU(),
            nn.Linear(dense, dense),
            nn.SiLU(),
        )
        self.to_first = nn.Linear(dense, hidden)
        self.to_input = nn.Linear(dense, hidden)
        self.row = nn.Parameter(torch.randn(ROWS, hidden) * 0.1)
        self.gru = nn.GRU(hidden, hidden, batch_first=True)

    def forward(self, z: Tensor) -> Tensor:
        features = self.expand(z)
        steps = self.to_input(features)[:, None] + self.row
        return self.gru(steps, torch.tanh(self.to_first(features))[None])[0]


class GRUVAE(VAE):
    """A bidirectional GRU reads the rows to the posterior; a GRU writes them from the code."""

    def __init__(self, config: GRUVAEConfig) -> None:
        super().__init__()
        self.config = config
        self.dim = config.dim
        self.encoder = nn.GRU(ROWS, config.hidden, batch_first=True, bidirectional=True)
        self.summary = nn.Sequential(nn.Linear(2 * config.hidden, config.dense), nn.SiLU())
        self.to_mean = nn.Linear(config.dense, config.dim)
        self.to_logvar = nn.Linear(config.dense, config.dim)
        self.decoder = RowDecoder(config.dim, config.dense, config.hidden)
        self.to_row = nn.Linear(config.hidden, ROWS)

    def posterior(self, x: Tensor) -> tuple[Tensor, Tensor]:
        """Mean and log-variance (n, dim) of q(z|x) for images (n, 1, 28, 28) in [0, 1]."""
        last = self.encoder(x.reshape(-1, ROWS, ROWS))[1]
        features = self.summary(torch.cat([last[0], last[1]], dim=1))
        return self.to_mean(features), self.to_logvar(features)

    def decode(self, z: Tensor) -> Tensor:
        """Images (n, 1, 28, 28) in [0, 1] of codes (n, dim)."""
        return torch.sigmoid(self.to_row(self.decoder(z)))[:, None]
