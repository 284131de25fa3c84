"""Running the models of writers: the style of characters, and characters in a style."""

import functools
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

from core.writers import Hands


def pixels(images: np.ndarray, device: str) -> Tensor:
    """(n, 1, H, W) float32 in [0, 1] of images (n, H, W, 1) uint8."""
    return torch.tensor(np.ascontiguousarray(images.transpose(0, 3, 1, 2))).to(device).float().div_(255)


class Stylist:
    """A loaded embedding of hands."""

    def __init__(self, model: nn.Module, device: str = "cpu", *, batch: int = 1024) -> None:
        self.device, self.batch = device, batch
        self.model: Any = model.to(device).to(memory_format=torch.channels_last).eval()  # type: ignore[call-overload]

    @torch.inference_mode()
    def embed(self, images: np.ndarray, labels: np.ndarray) -> np.ndarray:
        """Unit vectors (n, S) float32 of characters (n, 28, 28, 1) uint8 of classes (n,)."""
        parts = [np.zeros((0, self.model.dim), np.float32)]
        for start in range(0, len(images), self.batch):
            rows = slice(start, start + self.batch)
            given = torch.tensor(np.asarray(labels[rows], np.int64)).to(self.device)
            parts.append(self.model.embed(pixels(images[rows], self.device), given).float().cpu().numpy())
        return np.concatenate(parts)


class Scribes:
    """A loaded bank of GANs, one for each cluster of some digits. Holds no state; safe to share."""

    def __init__(self, model: nn.Module, device: str = "cpu") -> None:
        self.device = device
        self.model: Any = model.to(device).eval()
        self.config: Any = model.config

    @torch.inference_mode()
    def write(self, noise: np.ndarray, labels: np.ndarray, clusters: np.ndarray) -> np.ndarray:
        """Images (n, 28, 28, 1) uint8 of normal noise (n, noise), labels (n,) and clusters (n,) of the label.

        Raises
        ------
        ValueError
            If sizes do not fit the model or each other, or no GAN writes a label in a cluster.
        """
        n = len(noise)
        if noise.shape != (n, self.config.noise) or labels.shape != (n,) or clusters.shape != (n,):
            raise ValueError(
                f"noise is (n, {self.config.noise}), labels and clusters are (n,), not {noise.shape}, "
                f"{labels.shape} and {clusters.shape}"
            )
        drawn = torch.tensor(np.asarray(noise, np.float32)).to(self.device)
        images = np.empty((n, 28, 28, 1), np.uint8)
        for label, cluster in np.unique(np.stack([labels, clusters]), axis=1).T:
            rows = np.flatnonzero((labels == label) & (clusters == cluster))
            made = self.model.sample(drawn[rows], self.model.row(int(label), int(cluster))).float().cpu().numpy()
            images[rows] = np.rint(made.transpose(0, 2, 3, 1) * 255)
        return images


class Penman:
    """A loaded GAN of characters. Holds no state; safe to share."""

    def __init__(self, model: nn.Module, device: str = "cpu", *, batch: int = 1024) -> None:
        self.device, self.batch = device, batch
        self.model: Any = model.to(device).to(memory_format=torch.channels_last).eval()  # type: ignore[call-overload]
        self.config: Any = model.config

    @property
    def hands(self) -> Hands:
        """The clusters that it writes in."""
        m = self.model
        return Hands(*(array.float().cpu().numpy() for array in (m.projection, m.offset, m.centres)))

    @property
    def stylist(self) -> Stylist:
        """The embedding that styles are of."""
        return Stylist(self.model.hand, self.device)

    @property
    def middle(self) -> np.ndarray:
        """(C, S) float32, the mean style vector of each class, which a writer's is told from."""
        return self.model.middle.float().cpu().numpy()

    @torch.inference_mode()
    def write(
        self, noise: np.ndarray, labels: np.ndarray, clusters: np.ndarray | None, styles: np.ndarray | None
    ) -> np.ndarray:
        """Images (n, 28, 28, 1) uint8.

        Parameters
        ----------
        noise, labels : (n, noise) normal, (n,) classes.
        clusters : (n,) clusters of the class, -1 where unknown; None if all are.
        styles : (n, S) unit vectors, shorter ones for less of a style; None for none.

        Raises
        ------
        ValueError
            If sizes do not fit the model or each other, or a class or cluster is none.
        """
        given = self._given(len(noise), labels, clusters, styles)
        if noise.shape[1:] != (self.config.noise,):
            raise ValueError(f"noise is (n, {self.config.noise}), not {noise.shape}")
        images = np.empty((len(noise), 28, 28, 1), np.uint8)
        for start in range(0, len(noise), self.batch):
            rows = slice(start, start + self.batch)
            drawn = torch.tensor(np.asarray(noise[rows], np.float32)).to(self.device)
            made = self.model.sample(drawn, *(part[rows] for part in given)).float().cpu().numpy()
            images[rows] = np.rint(made.transpose(0, 2, 3, 1) * 255)
        return images

    @torch.inference_mode()
    def realism(
        self,
        images: np.ndarray,
        labels: np.ndarray,
        clusters: np.ndarray | None = None,
        styles: np.ndarray | None = None,
    ) -> np.ndarray:
        """What the critic says, (n,) in 0..1, of images (n, 28, 28, 1) uint8 under conditions as in `write`.

        How much a batch varies counts for the critic, so each image is judged as one of a batch of samples of all
        classes and clusters, always the same.
        """
        given = self._given(len(images), labels, clusters, styles)
        found = np.empty(len(images), np.float32)
        for start in range(0, len(images), self.batch):
            rows = slice(start, start + self.batch)
            some = pixels(images[rows], self.device)
            logits = self.model.critic(some, *(part[rows] for part in given), varied=self._usual)
            found[rows] = torch.sigmoid(logits.float()).cpu().numpy()
        return found

    @functools.cached_property
    def _usual(self) -> Tensor:
        """How much a batch of samples varies."""
        c, random = self.config, np.random.default_rng(0)
        labels = np.arange(128) % c.classes
        clusters = random.integers(c.clusters, size=128) if c.clusters else None
        made = self.write(random.normal(size=(128, c.noise)), labels, clusters, None)
        with torch.inference_mode():
            return self.model.critic.varied(pixels(made, self.device))

    def _given(
        self, n: int, labels: np.ndarray, clusters: np.ndarray | None, styles: np.ndarray | None
    ) -> tuple[Tensor, Tensor, Tensor]:
        c = self.config
        labels = np.asarray(labels, np.int64)
        clusters = np.full(n, -1) if clusters is None else np.asarray(clusters, np.int64)
        styles = np.zeros((n, c.style), np.float32) if styles is None else np.asarray(styles, np.float32)
        if labels.shape != (n,) or clusters.shape != (n,) or styles.shape != (n, c.style):
            raise ValueError(f"{n} images need labels ({n},), clusters ({n},) and styles ({n}, {c.style})")
        if n and (labels.min() < 0 or labels.max() >= c.classes):
            raise ValueError(f"classes are 0 to {c.classes - 1}, not {labels.min()} to {labels.max()}")
        if n and (clusters.min() < -1 or clusters.max() >= max(c.clusters, 0)):
            raise ValueError(f"clusters are -1 to {c.clusters - 1}, not {clusters.min()} to {clusters.max()}")
        if not np.isfinite(styles).all():
            raise ValueError("a style holds numbers that are not finite")
        return tuple(torch.tensor(a).to(self.device) for a in (labels, clusters, styles))  # type: ignore[return-value]
