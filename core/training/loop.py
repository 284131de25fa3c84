"""The one training loop: seeded, resumable from its last epoch, logging a line of JSON per epoch."""

import hashlib
import itertools
import json
import time
import warnings
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np
import torch
from PIL import Image
from torch import nn

from core.models import build
from core.training import partners, state
from core.training.objectives import batches
from core.training.recipe import Recipe


def train(
    recipe: Recipe,
    images: np.ndarray,
    *,
    folder: Path,
    seed: int,
    device: str = "cpu",
    epochs: int | None = None,
    attributes: np.ndarray | None = None,
    facts: Callable[[nn.Module], np.ndarray] | None = None,
    steps: int | None = None,
    after: Callable[[nn.Module, dict[str, float]], None] | None = None,
) -> nn.Module:
    """Train ``recipe`` on images (n, H, W, C) uint8; the trained module, on the CPU and in eval mode.

    Parameters
    ----------
    folder : keeps ``state.safetensors`` and ``log.jsonl``, and what an objective with a ``sheet`` shows after each
        epoch; a run that was cut off goes on from there.
    epochs : stop earlier than the recipe says (the schedule stays that of the full length).
    attributes : (n, k) 0/1, for objectives that learn from them.
    facts : the untrained model -> (n, k), what to learn from instead; it may give the model what is not learned.
    steps : of an epoch, on images drawn anew each time; None for as many as there are batches.
    after : is given the model and the line of the log once an epoch is saved; what it raises ends the run.
    """
    folder.mkdir(parents=True, exist_ok=True)
    torch.manual_seed(seed)
    model = build(recipe.architecture, recipe.config).to(device).to(memory_format=torch.channels_last)  # type: ignore[call-overload]
    told = ""
    if facts is not None:
        attributes = np.ascontiguousarray(facts(model))
        told = f" facts {hashlib.sha256(attributes.tobytes()).hexdigest()[:16]}"
    if attributes is not None and len(attributes) != len(images):
        raise ValueError(f"{len(images)} images need as many rows of facts, not {len(attributes)}")
    data = as_tensor(images).to(device)
    whole = len(data) // recipe.plan.batch
    steps = whole if steps is None else min(steps, whole)
    if steps == 0:
        raise ValueError(f"{len(data)} images do not fill one batch of {recipe.plan.batch}")
    objective = recipe.objective(model, recipe.plan, steps * recipe.plan.epochs)
    made = f"{json.dumps(asdict(recipe.plan))} {json.dumps(recipe.config)} {recipe.options}"
    told += f" steps {steps}" if steps < whole else ""
    stamp = f"{recipe.id} seed {seed} n {len(data)} {made}{told}"
    path = folder / "state.safetensors"
    done = state.restore(path, model, objective, stamp=stamp)
    neighbours = getattr(objective, "neighbours", 0)
    near = partners.nearest(data, neighbours) if neighbours else None
    known = torch.from_numpy(attributes).float().to(device) if attributes is not None else None
    for epoch in range(done, min(recipe.plan.epochs, epochs or recipe.plan.epochs)):
        started = time.monotonic()
        losses = run_epoch(
            model,
            objective,
            data,
            recipe.plan.batch,
            seed=seed * 100_003 + epoch,
            near=near,
            attributes=known,
            steps=steps,
        )
        if sheet := getattr(objective, "sheet", None):
            Image.fromarray(sheet()).save(folder / f"epoch-{epoch + 1:03}.png")
        line = {"epoch": epoch + 1, **losses, "seconds": round(time.monotonic() - started, 1)}
        # Logged before it is saved: an epoch cut off here is logged twice, never left out.
        with (folder / "log.jsonl").open("a") as log:
            log.write(json.dumps(line) + "\n")
        state.save(path, model, objective, epoch=epoch + 1, stamp=stamp)
        if after is not None:
            after(model, line)
    return model.cpu().eval()


def as_tensor(images: np.ndarray) -> torch.Tensor:
    """Images (n, H, W, C) uint8 as (n, C, H, W): a view of those that are mapped from a file, a copy of others."""
    if not isinstance(images, np.memmap):
        return torch.from_numpy(np.ascontiguousarray(images.transpose(0, 3, 1, 2)))
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", "The given NumPy array is not writable")  # and nobody writes
        return torch.from_numpy(images).permute(0, 3, 1, 2)


def run_epoch(
    model: nn.Module,
    objective: Any,
    data: torch.Tensor,
    batch: int,
    *,
    seed: int,
    near: torch.Tensor | None = None,
    attributes: torch.Tensor | None = None,
    steps: int | None = None,
) -> dict[str, float]:
    """One pass over ``data`` (n, C, H, W) uint8, or ``steps`` of it; the mean of each loss where a step has it.

    ``near`` (n, 1 + k) are partners, ``attributes`` (n, a) labels; with labels, rare kinds come more often.
    """
    generator = torch.Generator().manual_seed(seed)
    torch.manual_seed(seed)  # dropout draws from the global generator
    model.train()
    history: list[dict[str, float]] = []

    def images(rows: torch.Tensor) -> torch.Tensor:
        return data[rows.to(data.device)].float().div_(255).contiguous(memory_format=torch.channels_last)

    weights = None if attributes is None else objective.often(attributes)
    for rows in itertools.islice(batches(len(data), batch, generator, weights=weights), steps):
        if attributes is not None:
            history.append(objective.step(images(rows), generator, attributes[rows.to(data.device)]))
        elif near is None:
            history.append(objective.step(images(rows), generator))
        else:
            other = images(partners.draw(near, rows, generator))
            history.append(objective.step(images(rows), generator, other))
    return {key: round(float(np.mean([h[key] for h in history if key in h])), 5) for key in history[-1]}
