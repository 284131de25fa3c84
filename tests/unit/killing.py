"""Run as a script: train, killed again and again at seeded random moments, and say what was left each time.

A process of its own that forks, so that torch is imported once and not for every life.
"""

import json
import os
import signal
import sys
import time
from pathlib import Path
from typing import Any

import numpy as np
import torch

from core.jobs import Reporter
from core.own_models import places, progress, recipes, training
from core.own_models.training import Wanted
from core.settings import Settings


def small(kind: str, shape: tuple[int, int, int], labels: int) -> dict[str, Any]:
    """Hyperparameters of a network that takes milliseconds."""
    return {"channels": 4, "hidden": 16, "dim": 16, "side": shape[0], "colours": shape[2]}


class Holding(Reporter):
    """Goes on for a few epochs only: however late the kill comes, there is something to kill."""

    def __init__(self, folder: Path, epochs: int) -> None:
        super().__init__()
        self.log, self.epochs = folder, epochs

    def told(self, done: int, total: int, text: str) -> None:
        while len(progress.log(self.log)) >= self.epochs:
            time.sleep(1)


def life(settings: Settings, wanted: Wanted, later: float) -> int:
    """Train in a child until an epoch was logged, kill it ``later`` (s); how many epochs are in the log."""
    folder = places.run_folder(settings, wanted.id)
    before = len(progress.log(folder))
    if (child := os.fork()) == 0:
        training.train(settings, wanted, Holding(folder, before + 9))
        os._exit(0)
    end = time.monotonic() + 240
    while len(progress.log(folder)) == before and time.monotonic() < end:
        time.sleep(0.001)
    time.sleep(later)
    os.kill(child, signal.SIGKILL)
    assert os.WIFSIGNALED(os.waitpid(child, 0)[1]), "it ended before it was killed"
    return len(progress.log(folder))


def main() -> None:
    """``killing.py BROKEN WHOLE KILLS``: train a set with kills, and another without; prints epochs after each."""
    broken, whole, kills = sys.argv[1], sys.argv[2], int(sys.argv[3])
    torch.set_num_threads(1)
    recipes.config = small
    settings, draw = Settings.from_environment(), np.random.default_rng(0)
    logged = [life(settings, Wanted(broken, "ae-conv", 1.0), draw.uniform(0, 0.02)) for _ in range(kills)]
    for name in (broken, whole):
        training.train(settings, Wanted(name, "ae-conv", 1.0), Reporter())
    print(json.dumps(logged))


main()
