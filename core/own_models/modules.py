"""One's own Module as a checkpoint of one's own set."""

from dataclasses import asdict, is_dataclass

import numpy as np
import torch
from safetensors.torch import save_file
from torch import nn

from core import checkpoints, datasets
from core.cards import Card
from core.inference import Runner, choose_device
from core.jobs import Reporter
from core.models import build, find
from core.own_models import encode, places, stream
from core.settings import Settings


def publish_module(
    model: nn.Module,
    dataset: str,
    *,
    architecture: str,
    title: str,
    name: str | None = None,
    note: str = "",
    settings: Settings | None = None,
    reporter: Reporter | None = None,
) -> str:
    """Make checkpoint ``<dataset>-<name>`` of a trained Module, encode the set and measure; its name.

    Parameters
    ----------
    model : has ``encode`` (n, C, H, W) in 0..1 -> (n, dim), ``decode`` back, ``dim``, and ``config``, a dataclass.
    dataset : an own set, whose training part the model was trained on.
    architecture : name of one that comes with Morphospace, or of a file in the folder of one's own.
    name : of the checkpoint; the architecture's by default.

    Raises
    ------
    ValueError
        If the model does not do that for the images of the set, or is not what ``architecture`` builds.
    """
    settings = settings or Settings.from_environment()
    data, source = encode.set_of(settings, dataset), datasets.sources(settings)[dataset]
    config = getattr(model, "config", None)
    if config is None or not is_dataclass(config) or isinstance(config, type):
        raise ValueError(f"config of {type(model).__name__} is no dataclass: from it the network is built again")
    id = f"{dataset}-{name or architecture}"
    if not checkpoints.NAME.fullmatch(id):
        raise ValueError(f"{id!r} is no name of a checkpoint: lower-case words and numbers joined by hyphens")
    tried(model, source.shape)
    blank = build(architecture, asdict(config))
    weights = checkpoints.half(model.state_dict())
    try:
        blank.load_state_dict(weights)
    except RuntimeError as error:
        raise ValueError(f"the weights are not those of architecture {architecture!r}. {error}") from error
    card = Card(
        id=id,
        title=title,
        dataset=dataset,
        family=find(architecture).family,
        architecture=architecture,
        config=asdict(config),
        dim=int(model.dim),  # type: ignore[arg-type]
        shape=source.shape,
        parameters=checkpoints.count_parameters(model),
        terms=source.terms,
        note=note,
    )
    with places.alone(settings, id):
        work = places.run_folder(settings, id)
        work.mkdir(parents=True, exist_ok=True)
        save_file(weights, work / checkpoints.MODEL)
        device, batch = choose_device(settings.device).name, stream.batch_size(card.shape)
        runner = Runner(blank.float().eval().requires_grad_(False), card, device, batch=batch)
        files = {checkpoints.MODEL: work / checkpoints.MODEL}
        return encode.publish(settings, runner, data, files, work, reporter or Reporter(), seen=True)


@torch.inference_mode()
def tried(model: nn.Module, shape: tuple[int, int, int]) -> None:
    """ValueError for a Module that does not encode and decode images of ``shape`` (H, W, C)."""
    height, width, colours = shape
    device = next((p.device for p in model.parameters()), torch.device("cpu"))
    was = model.training
    model.eval()
    try:
        z = model.encode(torch.zeros(2, colours, height, width, device=device))  # type: ignore[operator]
        back = model.decode(z)  # type: ignore[operator]
    except (AttributeError, RuntimeError, TypeError) as error:
        raise ValueError(f"{type(model).__name__} does not take images of {shape}: {error}") from error
    finally:
        model.train(was)
    found, wanted = (tuple(z.shape), tuple(back.shape)), ((2, int(model.dim)), (2, colours, height, width))  # type: ignore[arg-type]
    if found != wanted:
        raise ValueError(f"{type(model).__name__} makes codes and images {found}; expected {wanted}")
    low, high = float(np.asarray(back.min().cpu())), float(np.asarray(back.max().cpu()))
    if not (low >= -1e-3 and high <= 1 + 1e-3):
        raise ValueError(f"{type(model).__name__} makes pixels from {low:.3g} to {high:.3g}; expected 0 to 1")
