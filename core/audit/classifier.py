"""Small networks that learn the audited set itself, in folds, and speak of what they were not shown."""

from dataclasses import dataclass

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor, nn

from core.audit.features import Told, rows, small, within

FOLDS = 3
BATCH = 100
EPOCHS = 6
MOST, LEAST = 60_000, 3_000  # images that a fold's network is shown, repeats included
REPEATS = 20  # of one image, at most
SHIFT = 2  # px that an image is moved by while it is learned
RATE, DECAY = 5e-3, 0.02  # highest rate of the one cycle, and decay of weights
WIDTHS = (32, 48, 96)


class Net(nn.Module):
    """Three convolutions with batch normalisation, and what they see in 3 x 3 fields."""

    def __init__(self, channels: int, labels: int) -> None:
        super().__init__()
        layers: list[nn.Module] = []
        for width in WIDTHS:
            layers += [nn.Conv2d(channels, width, 3, padding=1, bias=False), nn.BatchNorm2d(width), nn.ReLU()]
            layers += [nn.MaxPool2d(2, ceil_mode=True)] if width != WIDTHS[-1] else [nn.AdaptiveAvgPool2d(3)]
            channels = width
        self.see = nn.Sequential(*layers, nn.Flatten())
        self.say = nn.Sequential(nn.Dropout(0.2), nn.Linear(9 * channels, labels))

    def forward(self, x: Tensor) -> Tensor:
        """Outputs (b, K) of images (b, C, H, W)."""
        outputs: Tensor = self.say(self.see(x))
        return outputs


@dataclass(frozen=True, eq=False)
class Source:
    """Images as networks take them, made when they are asked for."""

    images: np.ndarray
    middle: float
    spread: float

    @classmethod
    def of(cls, images: np.ndarray) -> "Source":
        """With the mean and deviation of at most 2,000 images spread over the set."""
        some = small(np.asarray(images[:: max(1, len(images) // 2_000)]))
        return cls(images, float(some.mean()), max(float(some.std()), 1e-3))

    def batch(self, places: np.ndarray) -> Tensor:
        """Images (b, C, H, W) float32."""
        chosen = small(np.asarray(self.images[places]))
        x = torch.from_numpy(np.ascontiguousarray(chosen.transpose(0, 3, 1, 2)))
        return ((x - self.middle) / self.spread).contiguous(memory_format=torch.channels_last)


def listen(
    images: np.ndarray, labels: np.ndarray, usable: np.ndarray, *, seed: int = 0, told: Told = lambda share: None
) -> np.ndarray:
    """Train a network for each fold and let it speak of the items that it was not shown.

    Parameters
    ----------
    images, labels : (n, H, W, C) uint8 and (n,) 0..K-1.
    usable : (n,) bool, items that networks may learn from; all are spoken of.
    seed : of folds, weights and batches.

    Returns
    -------
    (n, K) float32, likelihood of each label.
    """
    rng = np.random.default_rng(seed)
    count, kinds = len(images), int(labels.max(initial=0)) + 1
    source, fold = Source.of(images), rng.permutation(count) % FOLDS
    likelihood = np.zeros((count, kinds), np.float32)
    for part in range(FOLDS):
        shown, held = np.flatnonzero((fold != part) & usable), np.flatnonzero(fold == part)
        done = part / FOLDS
        with torch.random.fork_rng(devices=[]):
            torch.manual_seed(int(rng.integers(2**31)))
            net = _train(source, labels, shown, kinds, rng, within(told, done, done + 0.8 / FOLDS))
        for block in rows(len(held), 500):
            with torch.inference_mode():
                likelihood[held[block]] = net(source.batch(held[block])).softmax(1).numpy()
        told((part + 1) / FOLDS)
    return likelihood


def _train(
    source: Source, labels: np.ndarray, shown: np.ndarray, kinds: int, rng: np.random.Generator, told: Told
) -> Net:
    """A network that was shown the items ``shown``, shifted by some pixels."""
    net = Net(source.images.shape[3], kinds).to(memory_format=torch.channels_last)  # type: ignore[call-overload]
    if len(shown) < 2:
        return net.eval()
    shows = min(max(EPOCHS * len(shown), LEAST), MOST, REPEATS * len(shown))
    steps = max(1, shows // BATCH)
    optimiser = torch.optim.AdamW(net.parameters(), lr=RATE, weight_decay=DECAY)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimiser, RATE, total_steps=steps)
    order = _order(shown, steps * BATCH, rng)
    net.train()
    for step in range(steps):
        places = order[step * BATCH : (step + 1) * BATCH]
        down, right = (int(value) for value in rng.integers(-SHIFT, SHIFT + 1, 2))
        x = source.batch(places).roll((down, right), (2, 3)).contiguous(memory_format=torch.channels_last)
        loss = F.cross_entropy(net(x), torch.from_numpy(labels[places]))
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
        schedule.step()
        if step % 10 == 0:
            told(step / steps)
    return net.eval()


def _order(shown: np.ndarray, count: int, rng: np.random.Generator) -> np.ndarray:
    """``count`` of the items, each once before any comes again."""
    rounds = [rng.permutation(shown) for _ in range(-(-count // len(shown)))]
    return np.concatenate(rounds)[:count]
