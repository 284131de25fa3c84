"""Saving and restoring a run as safetensors: model, optimisers, schedules, an objective's ``memory``. No pickle.

Randomness needs no saving: every epoch draws from a generator seeded by (seed, epoch).
"""

import json
import os
from pathlib import Path
from typing import Any

import torch
from safetensors import safe_open
from safetensors.torch import save_file
from torch import Tensor


def save(path: Path, model: torch.nn.Module, objective: Any, *, epoch: int, stamp: str) -> None:
    """Write ``path`` atomically. ``stamp`` names the recipe, so that another one's state is refused."""
    tensors: dict[str, Tensor] = {f"model/{name}": value for name, value in model.state_dict().items()}
    for i, optimiser in enumerate(objective.optimisers):
        for j, entry in optimiser.state_dict()["state"].items():
            for name, value in entry.items():
                tensors[f"optimiser/{i}/{j}/{name}"] = torch.as_tensor(value)
    for name, value in getattr(objective, "memory", {}).items():
        tensors[f"memory/{name}"] = value
    meta = {
        "epoch": str(epoch),
        "stamp": stamp,
        "schedules": json.dumps([schedule.last_epoch for schedule in objective.schedules]),
    }
    part = path.with_suffix(".part")
    save_file({name: value.detach().cpu().contiguous() for name, value in tensors.items()}, part, metadata=meta)
    os.replace(part, path)


def restore(path: Path, model: torch.nn.Module, objective: Any, *, stamp: str) -> int:
    """Load ``path`` into model and objective; the number of finished epochs (0 where there is nothing)."""
    if not path.is_file():
        return 0
    with safe_open(path, "pt") as file:
        meta = file.metadata()
        if meta.get("stamp") != stamp:
            raise ValueError(f"{path} belongs to another recipe. Delete it, or choose another --runs folder.")
        tensors = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118
    model.load_state_dict(
        {name.removeprefix("model/"): t for name, t in tensors.items() if name.startswith("model/")}
    )
    for name, value in getattr(objective, "memory", {}).items():
        value.copy_(tensors[f"memory/{name}"])
    for i, optimiser in enumerate(objective.optimisers):
        blank = optimiser.state_dict()
        parameters = [p for group in optimiser.param_groups for p in group["params"]]
        entries: dict[int, dict[str, Tensor]] = {}
        for name, value in tensors.items():
            if name.startswith(f"optimiser/{i}/"):
                _, _, j, key = name.split("/")
                entries.setdefault(int(j), {})[key] = _laid_out_like(parameters[int(j)], value)
        optimiser.load_state_dict({"state": entries, "param_groups": blank["param_groups"]})
    for schedule, done in zip(objective.schedules, json.loads(meta["schedules"]), strict=True):
        schedule.last_epoch = done
        for group, base, factor in zip(
            schedule.optimizer.param_groups, schedule.base_lrs, schedule.lr_lambdas, strict=True
        ):
            group["lr"] = base * factor(done)
    return int(meta["epoch"])


def weights(path: Path, model: torch.nn.Module) -> int:
    """Load only the model of ``path``; the number of finished epochs."""
    with safe_open(path, "pt") as file:
        names = [name for name in file.keys() if name.startswith("model/")]  # noqa: SIM118
        model.load_state_dict({name.removeprefix("model/"): file.get_tensor(name) for name in names})
        return int(file.metadata()["epoch"])


def _laid_out_like(parameter: Tensor, value: Tensor) -> Tensor:
    """``value`` in the memory format of ``parameter``: fused optimisers take equal strides for granted."""
    return torch.empty_like(parameter).copy_(value) if value.shape == parameter.shape else value
