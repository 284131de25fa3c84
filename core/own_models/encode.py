"""A person's own set as an existing model has it: a checkpoint of that set whose weights are borrowed."""

import shutil
import time
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import numpy as np

from core import checkpoints, datasets, gallery, itemmap, projection, square
from core.datasets import ImageSet, own
from core.gallery import Gallery
from core.inference import Runner, choose_device
from core.itemmap import ItemMap
from core.jobs import Reporter
from core.own_models import numbers, places, stream
from core.own_models.stream import Encoded
from core.settings import Settings

NOTE = "Borrowed: it was trained on {dataset}, not on these images, which it never saw."
TIMED = 64  # images that a model's speed is taken from


def set_of(settings: Settings, name: str) -> ImageSet:
    """A person's own set; ValueError for another, or one without images."""
    if name not in own.names(datasets.own_folder(settings)):
        known = ", ".join(own.names(datasets.own_folder(settings))) or "none"
        raise ValueError(f"{name!r} is no data set of your own; there are: {known}")
    data = own.read(datasets.own_folder(settings) / name)
    if not len(data):
        raise ValueError(f"{name!r} holds no images")
    return data


def name_of(dataset: str, source: str) -> str:
    """Name of the checkpoint that ``source`` gives for a data set."""
    return f"{dataset}-{source}"


def encode(settings: Settings, dataset: str, checkpoint: str, reporter: Reporter) -> str:
    """Make checkpoint ``<dataset>-<checkpoint>`` of an own set with the weights of another; its name.

    Goes on from where it was cut off. What was there under that name is replaced once all is done.

    Raises
    ------
    ValueError
        If there is no such set, or its images have another shape.
    CheckpointError
        If the model cannot be used.
    """
    data = set_of(settings, dataset)
    folder, card = places.card_of(settings, checkpoint)
    if card.shape != data.images.shape[1:]:
        raise ValueError(
            f"{checkpoint} takes images of {card.shape}; those of {dataset} are {data.images.shape[1:]}"
        )
    model = checkpoints.load_model(folder, card)
    trained_on = source_title(settings, card.dataset)
    made = replace(
        card,
        id=name_of(dataset, checkpoint),
        title=f"Borrowed: {card.title}",
        dataset=dataset,
        terms=f"{card.terms.rstrip('.')} (weights); {datasets.sources(settings)[dataset].terms} (images)",
        note=f"{NOTE.format(dataset=trained_on)} {card.note}".strip(),
        training={**card.training, places.ENCODER: checkpoint},
        seeds={},
    )
    part = places.run_folder(settings, made.id)
    runner = Runner(model, made, choose_device(settings.device).name, batch=stream.batch_size(made.shape))
    files = {checkpoints.MODEL: folder / checkpoint / checkpoints.MODEL}
    return publish(settings, runner, data, files, part, reporter, seen=False)


def source_title(settings: Settings, dataset: str) -> str:
    """What a data set is called, here or not."""
    known = datasets.sources(settings)
    return known[dataset].title if dataset in known else dataset


def publish(
    settings: Settings,
    runner: Runner,
    data: ImageSet,
    files: Mapping[str, Path],
    work: Path,
    reporter: Reporter,
    *,
    seen: bool,
) -> str:
    """Encode a set, measure, and put the checkpoint of the runner's card in its place; its name.

    Parameters
    ----------
    files : what it has besides a gallery, by name.
    work : folder of what is not done yet; gone afterwards.
    seen : whether the model was trained on the set's training part.
    """
    card = runner.card
    stamp = (
        f"{card.id} {made_when(settings, data.name)} n {len(data)} {checkpoints.sha256(files[checkpoints.MODEL])}"
    )
    found = stream.encode(runner, data.images, work / "codes", reporter, stamp=stamp)
    reporter.told(len(data), len(data), "Measuring")
    items = make_gallery(found, data, runner.categories)
    stream.forget(found.z)
    metrics = numbers.measure(numbers.Measured(runner, data, found, seen))
    part = work / "checkpoint"
    shutil.rmtree(part, ignore_errors=True)
    part.mkdir(parents=True)
    for name, path in files.items():
        places.copy(path, part / name)
    gallery.save(items, part / checkpoints.GALLERY)
    stream.give_back()
    if card.dim == 2:
        limit = square.half_width(items.z)
        plane = ItemMap(items.z, items.label, items.error, square.density(items.z, limit))
        itemmap.save(plane, part / checkpoints.MAP)
    training = {**card.training, places.BROUGHT: made_when(settings, data.name)}
    card = replace(card, metrics=metrics, maps=numbers.maps(items, data), training=training)
    places.finish(card, part, places.root(settings) / card.id)
    shutil.rmtree(work, ignore_errors=True)
    return card.id


def made_when(settings: Settings, dataset: str) -> str:
    """When a set was brought: another time, another set under the same name."""
    return own.read_about(datasets.own_folder(settings) / dataset).made


def make_gallery(found: Encoded, data: ImageSet, categories: int) -> Gallery:
    """All items of a set, laid out along the two directions in which their codes differ most."""
    head = found.z[:, :categories].astype(np.float32) if categories else None
    return Gallery(
        index=data.index,
        label=data.labels,
        z=found.z,
        error=found.error,
        maps={"pca": projection.fit_pca_blocks(found.z)} if found.z.shape[1] > 2 else {},
        category=None if head is None else head.argmax(1),
        confidence=None if head is None else head.max(1),
        realism=found.realism,
    )


def speed(runner: Runner) -> float:
    """Images that a model encodes and rebuilds in a second, measured here and now on blank ones."""
    blank = np.zeros((TIMED, *runner.card.shape), np.uint8)
    runner.decode_float(runner.encode(blank[:8]))
    began = time.perf_counter()
    runner.decode_float(runner.encode(blank))
    return TIMED / (time.perf_counter() - began)
