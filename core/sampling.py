"""Drawing images from a GAN, whether or not it is told what to draw."""

from typing import Any

import numpy as np
import torch
from torch import nn

from core.handwriting import Penman


class Sampler:
    """A loaded GAN. Holds no state; safe to share.

    Attributes
    ----------
    classes : how many it is told of; 0 where it is told none.
    """

    def __init__(self, model: nn.Module, device: str = "cpu", *, batch: int = 1024) -> None:
        self.device, self.batch = device, batch
        self.model: Any = model.to(device).eval()
        self.classes = int(getattr(self.model.config, "classes", 0))

    def sample(self, labels: np.ndarray, *, seed: int) -> np.ndarray:
        """Images (n, 28, 28, 1) uint8 of the classes ``labels`` (n,), or of any where the GAN is told none."""
        drawn = np.random.default_rng(seed).normal(size=(len(labels), self.model.dim)).astype(np.float32)
        if self.classes:
            return Penman(self.model, self.device, batch=self.batch).write(drawn, labels, None, None)
        images = np.empty((len(labels), 28, 28, 1), np.uint8)
        with torch.inference_mode():
            for start in range(0, len(labels), self.batch):
                rows = slice(start, start + self.batch)
                made = self.model.sample(torch.tensor(drawn[rows]).to(self.device)).float().cpu().numpy()
                images[rows] = np.rint(made.transpose(0, 2, 3, 1) * 255)
        return images
