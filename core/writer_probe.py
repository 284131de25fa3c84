"""Who wrote it? A classifier of the very writers whose missing characters are to be judged, for measuring only."""

import numpy as np
import torch
import torch.nn.functional as F
from torch import nn

from core.handwriting import pixels

EPOCHS, BATCH, RATE = 16, 128, 2e-3


class WriterProbe(nn.Module):
    """Two wide strides and a dense layer -> logits of the writers; told nothing of classes, clusters, styles."""

    def __init__(self, writers: int) -> None:
        super().__init__()
        self.layers = nn.Sequential(
            nn.Conv2d(1, 32, 5, stride=2, padding=2),
            nn.BatchNorm2d(32),
            nn.ReLU(),
            nn.Conv2d(32, 64, 5, stride=2, padding=2),
            nn.BatchNorm2d(64),
            nn.ReLU(),
            nn.Flatten(),
            nn.Dropout(0.4),
            nn.Linear(49 * 64, 128),
            nn.BatchNorm1d(128),
            nn.ReLU(),
            nn.Dropout(0.4),
            nn.Linear(128, writers),
        )

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return self.layers(x)


def fit(images: np.ndarray, writers: np.ndarray, *, count: int, seed: int) -> WriterProbe:
    """Train on characters (n, 28, 28, 1) uint8 of the writers (n,) 0 to ``count`` - 1."""
    torch.manual_seed(seed)
    model = WriterProbe(count).to(memory_format=torch.channels_last).train()  # type: ignore[call-overload]
    generator = torch.Generator().manual_seed(seed)
    steps = EPOCHS * (len(images) // BATCH)
    optimiser = torch.optim.AdamW(model.parameters(), RATE, weight_decay=1e-2)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimiser, RATE, total_steps=max(steps, 2))
    who = torch.from_numpy(np.asarray(writers, np.int64))
    for _ in range(EPOCHS):
        order = torch.randperm(len(images), generator=generator)
        for start in range(0, len(order) - BATCH + 1, BATCH):
            rows = order[start : start + BATCH]
            moved = torch.randint(-1, 2, (2,), generator=generator).tolist()
            x = pixels(images[rows.numpy()], "cpu").roll(moved, (2, 3))
            loss = F.cross_entropy(model(x), who[rows], label_smoothing=0.1)
            optimiser.zero_grad(set_to_none=True)
            loss.backward()
            optimiser.step()
            schedule.step()
    return model.eval()


@torch.inference_mode()
def likelihood(model: WriterProbe, images: np.ndarray) -> np.ndarray:
    """Log-probabilities (n, writers) float32 of images (n, 28, 28, 1) uint8."""
    found = [
        model(pixels(images[i : i + 1024], "cpu")).log_softmax(1).numpy() for i in range(0, len(images), 1024)
    ]
    return np.concatenate(found)
