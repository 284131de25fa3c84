"""Running a network on images and codes, in batches, from any thread."""

from dataclasses import dataclass

import numpy as np
import torch
from torch import nn

from core.cards import Card

DEVICES = ("auto", "cpu", "cuda", "mps")


@dataclass(frozen=True)
class Device:
    """A device name for torch and the reason it was chosen, as shown on screen."""

    name: str
    reason: str


def share_cores(most: int = 4) -> None:
    """Let networks run on at most ``most`` threads, or as many as there are cores or ``OMP_NUM_THREADS`` says."""
    torch.set_num_threads(min(most, torch.get_num_threads()))


def choose_device(wanted: str = "auto") -> Device:
    """``auto``: cuda, then mps, then cpu. A device that is asked for but absent gives cpu and says so."""
    found = {"cuda": torch.cuda.is_available(), "mps": torch.backends.mps.is_available(), "cpu": True}
    if wanted not in DEVICES:
        return Device("cpu", f"MORPHOSPACE_DEVICE={wanted!r} is not one of {', '.join(DEVICES)}")
    if wanted == "auto":
        name = next(name for name in ("cuda", "mps", "cpu") if found[name])
        return Device(name, "no GPU found" if name == "cpu" else "first GPU found")
    if not found[wanted]:
        return Device("cpu", f"{wanted} was asked for but is not available")
    return Device(wanted, "set by MORPHOSPACE_DEVICE")


class Runner:
    """A loaded checkpoint that maps images to codes and back. Holds no state; safe to share."""

    def __init__(self, model: nn.Module, card: Card, device: str = "cpu", *, batch: int = 512) -> None:
        self.card, self.device, self.batch = card, device, batch
        self.model: nn.Module = model.to(device).to(memory_format=torch.channels_last).eval()  # type: ignore[call-overload]

    @torch.inference_mode()
    def encode(self, images: np.ndarray) -> np.ndarray:
        """Codes (n, d) float32 of images (n, H, W, C) uint8.

        Raises
        ------
        ValueError
            If the images have another shape or type than the card says.
        """
        if images.ndim != 4 or images.shape[1:] != self.card.shape or images.dtype != np.uint8:
            raise ValueError(
                f"{self.card.id} takes images (n, {', '.join(map(str, self.card.shape))}) uint8, "
                f"not {images.shape} {images.dtype}"
            )
        parts = [np.zeros((0, self.card.dim), np.float32)]
        for start in range(0, len(images), self.batch):
            chunk = np.ascontiguousarray(images[start : start + self.batch].transpose(0, 3, 1, 2))
            x = torch.tensor(chunk).to(self.device).float().div_(255)
            parts.append(self.model.encode(x).float().cpu().numpy())  # type: ignore[operator]
        return np.concatenate(parts)

    @torch.inference_mode()
    def decode_float(self, z: np.ndarray) -> np.ndarray:
        """Images (n, H, W, C) float32 in [0, 1] of codes (n, d); ValueError for another d or not-finite codes."""
        z = np.asarray(z, np.float32)
        if z.ndim != 2 or z.shape[1] != self.card.dim:
            raise ValueError(f"{self.card.id} decodes codes (n, {self.card.dim}), not {z.shape}")
        if not np.isfinite(z).all():
            raise ValueError("a code holds numbers that are not finite")
        parts = [np.zeros((0, *self.card.shape), np.float32)]
        for start in range(0, len(z), self.batch):
            chunk = torch.tensor(z[start : start + self.batch]).to(self.device)  # a copy: galleries are read-only
            images = self.model.decode(chunk).float().cpu().numpy()  # type: ignore[operator]
            parts.append(images.transpose(0, 2, 3, 1))
        return np.concatenate(parts)

    def decode(self, z: np.ndarray) -> np.ndarray:
        """Images (n, H, W, C) uint8 of codes (n, d), rounded batch by batch: floats take four times the room."""
        z = np.asarray(z, np.float32)
        images = np.empty((len(z), *self.card.shape), np.uint8)
        for start in range(0, max(len(z), 1), self.batch):
            rows = slice(start, start + self.batch)
            images[rows] = np.rint(self.decode_float(z[rows]) * 255)
        return images

    @property
    def categories(self) -> int:
        """Number of categories of an AAE's head; 0 for other families."""
        return int(getattr(self.model, "categories", 0))

    @torch.inference_mode()
    def realism(self, z: np.ndarray) -> np.ndarray | None:
        """What the style critic says of each code, (n,) in 0..1; None where there is no critic."""
        if not hasattr(self.model, "realism"):
            return None
        tensor = torch.tensor(np.asarray(z, np.float32)).to(self.device)
        return self.model.realism(tensor).float().cpu().numpy()  # type: ignore[operator]


class DigitProber(Runner):
    """A loaded classifier of digits: ``encode`` gives its features (n, F), ``read`` its word."""

    @torch.inference_mode()
    def read(self, features: np.ndarray) -> np.ndarray:
        """The likeliest class (n,) int64 of features (n, F) that ``encode`` gave."""
        logits = self.model.classes(torch.tensor(np.asarray(features, np.float32)).to(self.device))  # type: ignore[operator]
        return logits.argmax(1).cpu().numpy()

    @torch.inference_mode()
    def likelihood(self, features: np.ndarray) -> np.ndarray:
        """Probability (n, C) float64 of each class of features (n, F) that ``encode`` gave."""
        logits = self.model.classes(torch.tensor(np.asarray(features, np.float32)).to(self.device))  # type: ignore[operator]
        return logits.double().softmax(1).cpu().numpy()


class Prober(Runner):
    """A loaded classifier of attributes: ``encode`` gives its features (n, F), ``probabilities`` its word."""

    @torch.inference_mode()
    def looks(self, images: np.ndarray) -> np.ndarray:
        """What a face looks like (n, L) float32: features by place, from which attributes are not yet distilled.

        The distance that tells whether an edit is still the same person; it sees pose and background too.
        """
        parts = [np.zeros((0, 0), np.float32)] * (len(images) == 0)
        for start in range(0, len(images), self.batch):
            chunk = np.ascontiguousarray(images[start : start + self.batch].transpose(0, 3, 1, 2))
            x = torch.tensor(chunk).to(self.device).float().div_(255)
            parts.append(self.model.looks(x).float().cpu().numpy())  # type: ignore[operator]
        return np.concatenate(parts)

    @torch.inference_mode()
    def probabilities(self, images: np.ndarray) -> np.ndarray:
        """Probabilities (n, k) float32 of the attributes of images (n, H, W, C) uint8."""
        return self.read(self.encode(images))

    @torch.inference_mode()
    def read(self, features: np.ndarray) -> np.ndarray:
        """Probabilities (n, k) float32 of features (n, F) that ``encode`` gave."""
        tensor = torch.tensor(np.asarray(features, np.float32)).to(self.device)
        return torch.sigmoid(self.model.attributes(tensor)).float().cpu().numpy()  # type: ignore[operator]
