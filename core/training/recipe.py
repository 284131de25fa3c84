"""What a recipe is: data set, architecture, hyperparameters, length, seed."""

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from torch import nn

from core.datasets import ImageSet
from core.training.objectives import Plan


@dataclass(frozen=True)
class Recipe:
    """How one checkpoint is made.

    Attributes
    ----------
    id, title : name of the checkpoint's folder; what it is called on screen.
    dataset, architecture, config : registry names and the architecture's hyperparameters.
    plan : epochs, batch, rate.
    options : keyword arguments of the objective.
    seeds : the first one's weights are shipped; the others only measure the spread.
    note : what is done beyond the paper, in a sentence for the card.
    facts : training data, folder of runs and the untrained model -> (n, k), what the objective is told of each
        image; the data's attributes where there is none.
    """

    id: str
    title: str
    dataset: str
    architecture: str
    config: dict[str, Any]
    plan: Plan
    kind: type
    options: dict[str, Any] = field(default_factory=dict)
    seeds: tuple[int, ...] = (0,)
    note: str = ""
    facts: Callable[[ImageSet, Path, nn.Module], np.ndarray] | None = None

    def objective(self, model: nn.Module, plan: Plan, steps: int) -> Any:
        """The objective of this recipe for ``model`` over ``steps`` steps."""
        make: Callable[..., Any] = self.kind
        return make(model, plan, steps, **self.options)
