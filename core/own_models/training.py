"""Training in the app: a plan that fits the time one has, progress to look at, a stop that keeps what is learned.

A run's folder holds ``plan.json``, ``state.safetensors``, ``log.jsonl`` and a sheet. An epoch is a few seconds of
work, on images drawn anew each time, so that no more than that is lost when the process is killed.
"""

import math
import shutil
import time
from dataclasses import asdict, dataclass, replace
from pathlib import Path

import numpy as np
import torch
from PIL import Image
from safetensors.torch import save_file
from torch import nn

from core import checkpoints, datasets, images
from core.cards import Card
from core.datasets import ImageSet, Source
from core.inference import Runner, choose_device
from core.jobs import Reporter
from core.models import build
from core.own_models import encode, numbers, places, recipes, stream
from core.own_models.progress import KINDS, SHEET, log, refused
from core.settings import Settings
from core.training import loop, state
from core.training.objectives import batches
from core.training.publish import bare_card
from core.training.recipe import Recipe

SECONDS = 2.0, 6.0  # that an epoch takes, at least and at most
EPOCHS = 40  # that a run has, where these are short enough
USEFUL = 0.9  # share of the time that goes into steps; the rest into saving and sheets
PASSES = 300  # over the training images, at most: more would learn them by heart
TIMED = 1.5  # s that the speed is measured for
SHOWN = 8  # images on a sheet
PLAN, STATE = "plan.json", "state.safetensors"


@dataclass(frozen=True)
class Course:
    """How long a run is.

    Attributes
    ----------
    epochs, steps, batch : epochs in all, steps of an epoch, images of a step.
    seed : of weights and order.
    minutes : what the person gave it.
    speed : images a second, as measured at first.
    """

    epochs: int
    steps: int
    batch: int
    seed: int
    minutes: float
    speed: float

    @property
    def images(self) -> int:
        """Images looked at in all, over and over."""
        return self.epochs * self.steps * self.batch


@dataclass(frozen=True)
class Wanted:
    """What a person asked for: a kind of model of a data set, minutes, seed; ``finish`` takes what is learned."""

    dataset: str
    kind: str
    minutes: float = 5.0
    seed: int = 0
    finish: bool = False

    @property
    def id(self) -> str:
        """Name of the checkpoint that it gives."""
        return f"{self.dataset}-{self.kind}"


def train(settings: Settings, wanted: Wanted, reporter: Reporter) -> str:
    """Train on an own set and publish the model as checkpoint ``<dataset>-<kind>``; its name.

    Goes on from where a run of the same wish was cut off. With ``wanted.finish``, publishes what it learned.

    Raises
    ------
    ValueError
        If the set cannot be trained on, or there is nothing yet to publish.
    """
    data, source = encode.set_of(settings, wanted.dataset), datasets.sources(settings)[wanted.dataset]
    count = data.train_size or len(data)
    if wanted.kind not in KINDS:
        raise ValueError(f"kind {wanted.kind!r} is not one of {', '.join(KINDS)}")
    if trouble := refused(source.shape, count):
        raise ValueError(trouble)
    folder, device = places.run_folder(settings, wanted.id), choose_device(settings.device).name
    course = plan(settings, wanted, source, data.images[:count], folder, reporter, device=device)
    recipe = made(wanted, source, course)
    if wanted.finish:
        if not (folder / STATE).is_file():
            raise ValueError(f"{wanted.id} learned nothing yet: there is nothing to keep")
    else:
        run(recipe, data.images[:count], first_held(data), course, folder, reporter, device=device)
    return publish(settings, recipe, data, course, folder, reporter)


def made(wanted: Wanted, source: Source, course: Course) -> Recipe:
    """The recipe of a run."""
    return recipes.recipe(wanted.kind, wanted.dataset, source, epochs=course.epochs, batch=course.batch)


def plan(
    settings: Settings,
    wanted: Wanted,
    source: Source,
    seen: np.ndarray,
    folder: Path,
    reporter: Reporter,
    *,
    device: str,
) -> Course:
    """The course of a run: what its folder says, or one that takes the minutes that are wanted, measured now."""
    wish = {**asdict(wanted), "finish": False, "made": encode.made_when(settings, wanted.dataset)}
    kept = places.read_json(folder / PLAN)
    before = kept.get("wish")
    same_set = isinstance(before, dict) and before.get("made") == wish["made"]
    if before == wish or (wanted.finish and same_set):
        return Course(**kept["course"])  # type: ignore[arg-type]
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    reporter.told(0, 0, "Measuring how fast this machine is")
    batch = recipes.batch_of(wanted.kind, len(seen))
    speed = measured(
        recipes.recipe(wanted.kind, wanted.dataset, source, epochs=1, batch=batch), seen, device=device
    )
    course = fitted(len(seen), wanted.minutes, speed, batch=batch, seed=wanted.seed)
    places.write_json({"wish": wish, "course": asdict(course)}, folder / PLAN)
    return course


def measured(recipe: Recipe, seen: np.ndarray, *, device: str) -> float:
    """Training images a second of a recipe on this machine, taken over a second and a half of its first steps."""
    model = build(recipe.architecture, recipe.config).to(device)
    objective = recipe.objective(model, recipe.plan, 1000)
    generator, size = torch.Generator().manual_seed(0), recipe.plan.batch
    rows = next(batches(len(seen), size, generator)).numpy()
    x = torch.from_numpy(np.ascontiguousarray(seen[np.sort(rows)].transpose(0, 3, 1, 2))).to(device).float() / 255
    model.train()
    objective.step(x, generator)  # the first step makes what all others share
    began, steps = time.perf_counter(), 0
    while steps < 3 or time.perf_counter() - began < TIMED:
        objective.step(x, generator)
        steps += 1
    return steps * size / (time.perf_counter() - began)


def fitted(count: int, minutes: float, speed: float, *, batch: int, seed: int) -> Course:
    """A course of about ``minutes`` for ``count`` images at ``speed`` images a second."""
    total = min(minutes * 60 * USEFUL * speed, PASSES * count)
    shortest, longest = SECONDS
    seconds = min(longest, max(shortest, total / speed / EPOCHS))
    steps = max(1, min(round(seconds * speed / batch), count // batch))
    return Course(max(1, math.ceil(total / (steps * batch))), steps, batch, seed, minutes, round(speed, 1))


def run(
    recipe: Recipe,
    seen: np.ndarray,
    shown: np.ndarray,
    course: Course,
    folder: Path,
    reporter: Reporter,
    *,
    device: str,
) -> None:
    """Train on images (n, H, W, C) uint8, from the last epoch that was saved; a sheet shows how some others fare.

    StoppedError, with all saved, where the person asks for a stop.
    """
    key = next(kind.loss[0] for kind in KINDS.values() if kind.title == recipe.title)
    each = course.steps * course.batch

    def after(model: nn.Module, line: dict[str, float]) -> None:
        draw_sheet(model, shown, folder / SHEET)
        text = f"Training, epoch {line['epoch']:.0f} of {course.epochs}: {key} {line[key]:g}"
        reporter.told(int(line["epoch"]) * each, course.images, text)

    done = len(log(folder))
    reporter.told(min(done * each, course.images), course.images, "Training")
    loop.train(
        recipe,
        seen,
        folder=folder,
        seed=course.seed,
        device=device,
        steps=course.steps,
        after=after,
    )


def first_held(data: ImageSet) -> np.ndarray:
    """Some images (m, H, W, C) that the model does not learn from, where the set has any."""
    return np.ascontiguousarray(data.images[numbers.held(data)[1]][:SHOWN])


@torch.inference_mode()
def draw_sheet(model: nn.Module, shown: np.ndarray, path: Path) -> None:
    """Write a PNG: images, what the model makes of them, and what it makes of the middle to the next one."""
    model.eval()
    device = next(model.parameters()).device
    x = torch.from_numpy(np.ascontiguousarray(shown.transpose(0, 3, 1, 2))).to(device).float() / 255
    z = model.encode(x).float()  # type: ignore[operator]
    both = model.decode(torch.cat([z, (z + z.roll(-1, 0)) / 2])).float()  # type: ignore[operator]
    drawn = np.rint(both.cpu().numpy().transpose(0, 2, 3, 1) * 255).astype(np.uint8)
    sheet = images.sheet(np.concatenate([shown, drawn]), columns=len(shown))
    part = path.with_suffix(".part")
    Image.fromarray(sheet.squeeze()).save(part, "PNG")
    part.replace(path)


def publish(
    settings: Settings, recipe: Recipe, data: ImageSet, course: Course, folder: Path, reporter: Reporter
) -> str:
    """Make a checkpoint of what a run has learned; its name."""
    model = build(recipe.architecture, recipe.config)
    epochs = state.weights(folder / STATE, model)
    half = checkpoints.half(model.state_dict())
    save_file(half, folder / checkpoints.MODEL)
    model.load_state_dict(half)
    card = card_of(settings, recipe, model, course, epochs, folder)
    runner = Runner(
        model.float().eval().requires_grad_(False),
        card,
        choose_device(settings.device).name,
        batch=stream.batch_size(card.shape),
    )
    files = {checkpoints.MODEL: folder / checkpoints.MODEL}
    return encode.publish(settings, runner, data, files, folder, reporter, seen=True)


def card_of(
    settings: Settings, recipe: Recipe, model: nn.Module, course: Course, epochs: int, folder: Path
) -> Card:
    """The card of a trained model, without measurements."""
    source, each = datasets.sources(settings)[recipe.dataset], course.steps * course.batch
    seen = source.train_size or source.size
    cut = "" if epochs == course.epochs else f"Stopped after {epochs} of {course.epochs} epochs. "
    note = f"{cut}An epoch is {each:,} images. {recipe.note}".strip()
    training = {
        "images": seen,
        "epochs": epochs,
        "passes": round(epochs * each / seen, 1),
        "batch": course.batch,
        "rate": recipe.plan.rate,
        "seed": course.seed,
        "seconds": round(sum(line["seconds"] for line in log(folder)[:epochs])),
    }
    return replace(bare_card(recipe, model, source), note=note, training=training)
