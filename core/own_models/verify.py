"""What a checkpoint from elsewhere has to pass before it is one's own: card, digests, weights, gallery."""

import math
import re
import zipfile
from dataclasses import fields, replace
from pathlib import Path
from typing import Any

import numpy as np

from core import checkpoints, datasets
from core.cards import Card, Metric
from core.datasets import ImageSet
from core.gallery import Gallery
from core.own_models.places import FAMILIES
from core.settings import Settings

MB = 1_000_000
ALL_BYTES = 1000 * MB  # that anything may unpack to
LARGEST = 65_536  # of a hyperparameter
TEXTS = ("better", "unit", "split", "how", "reported", "source")  # of a metric
MAPS = ("umap", "pca", "plane", "codes")
COMPARED, ROUNDED = 16, 0.02  # codes that are made anew, and how far from these may be, as a share of the largest
KINDS = {"dict": dict, "str": str, "int": int, "tuple": tuple}


class RefusedError(ValueError):
    """A zip file is no checkpoint that can be used here; the message says why, and what would help."""


def check_types(card: Card) -> None:
    """RefusedError for a card whose values are of another kind than a card's are."""
    for field in fields(card):
        kind = KINDS[str(getattr(field.type, "__name__", field.type)).partition("[")[0]]
        if not isinstance(getattr(card, field.name), kind):
            raise RefusedError(
                f"Its card says {getattr(card, field.name)!r} for {field.name}; a {kind.__name__} is asked."
            )
    numbers: list[Any] = [metric.value for metric in card.metrics.values()]
    numbers += [value for quality in card.maps.values() for value in dict(quality).values()]
    if not all(isinstance(value, int | float) and math.isfinite(value) for value in numbers):
        raise RefusedError("Its card holds a measured number that is none.")
    texts = [getattr(m, f) for m in card.metrics.values() for f in TEXTS]
    if not all(isinstance(text, str) for text in texts) or not all(
        isinstance(m.n, int) for m in card.metrics.values()
    ):
        raise RefusedError("Its card describes a measured number by something that is no text.")
    if any(isinstance(value, int | float) and abs(value) > LARGEST for value in card.config.values()):
        raise RefusedError(f"Its card has a hyperparameter over {LARGEST:,}.")


def plain(card: Card) -> Card:
    """A card whose texts cannot become pictures, links or markup on a page, and that names nothing unknown."""

    def text(value: str) -> str:
        return re.sub(r"[\[\]<>*`$\\#|{}]", "", value)[:2000]

    metrics = {
        key: Metric(key, m.value, n=m.n, **{name: text(getattr(m, name)) for name in TEXTS})
        for key, m in card.metrics.items()
        if re.fullmatch(r"[a-z0-9_]{1,60}", key)
    }
    training = {
        name: text(value) if isinstance(value, str) else value
        for name, value in card.training.items()
        if isinstance(value, str | int | float) and re.fullmatch(r"[a-z_]{1,40}", name)
    }
    maps = {name: quality for name, quality in card.maps.items() if name in MAPS}
    title, terms, note = text(card.title)[:100] or card.id, text(card.terms), text(card.note)
    return replace(
        card, title=title, terms=terms, note=note, metrics=metrics, training=training, maps=maps, seeds={}
    )


def check(settings: Settings, root: Path, card: Card) -> None:
    """Look at everything that a checkpoint below ``root`` says of itself; RefusedError or CheckpointError."""
    sources = datasets.sources(settings)
    if card.family not in FAMILIES:
        raise RefusedError(f"It is of the family {card.family!r}; taken in are {', '.join(FAMILIES)}.")
    if card.dataset not in sources:
        raise RefusedError(
            f"It is of the data set {card.dataset!r}, which is not here. Bring that set under this name first; "
            f"here are: {', '.join(sources)}."
        )
    if card.shape != sources[card.dataset].shape:
        raise RefusedError(
            f"Its images are of {told(card.shape)}; those of {card.dataset!r} here are of "
            f"{told(sources[card.dataset].shape)}. Bring the set in the size of the model first."
        )
    files = {path.name for path in (root / card.id).iterdir()} - {checkpoints.CARD}
    if files != set(card.sha256):
        raise RefusedError(
            f"Its card lists {', '.join(sorted(card.sha256))}; it holds {', '.join(sorted(files))}."
        )
    for name in sorted(files):
        checkpoints.verified_bytes(root, card, name)
        if name.endswith(".npz"):
            check_arrays(root / card.id / name)
    check_network(root, card)
    check_gallery(settings, root, card)
    checkpoints.load_map(root, card)
    checkpoints.load_directions(root, card)
    checkpoints.load_history(root, card)


def told(shape: tuple[int, int, int]) -> str:
    """``32 x 32 px in colour``."""
    return f"{shape[1]} x {shape[0]} px in {'grey' if shape[2] == 1 else 'colour'}"


def check_arrays(path: Path) -> None:
    """RefusedError for arrays that claim another size than they have, or that unpack to too much."""
    try:
        with zipfile.ZipFile(path) as archive:
            members = archive.infolist()
            if sum(member.file_size for member in members) > ALL_BYTES:
                raise RefusedError(f"{path.name} unpacks to more than {ALL_BYTES // MB:,} MB.")
            for member in members:
                with archive.open(member) as file:
                    np.lib.format.read_magic(file)
                    shape, _, kind = np.lib.format.read_array_header_1_0(file)
                    if kind.hasobject or math.prod(shape) * kind.itemsize != member.file_size - file.tell():
                        raise RefusedError(f"{path.name}: {member.filename} is not what it says it is.")
    except (zipfile.BadZipFile, ValueError, EOFError, OSError) as error:
        raise (
            error if isinstance(error, RefusedError) else RefusedError(f"{path.name} is damaged ({error}).")
        ) from error


def check_network(root: Path, card: Card) -> None:
    """Build the network, first without memory, load its weights strictly, and see that it keeps to the card."""
    import torch

    from core.inference import Runner
    from core.models import build

    try:
        with torch.device("meta"):
            blank = build(card.architecture, card.config)
    except (ValueError, RuntimeError, TypeError, ZeroDivisionError) as error:
        raise RefusedError(f"Its network cannot be built: {error}") from error
    size = sum(value.numel() for value in blank.state_dict().values())
    if 2 * size > 2 * (root / card.id / checkpoints.MODEL).stat().st_size:
        raise RefusedError(f"Its card describes {size:,} weights; its file is too small to hold them.")
    runner = Runner(checkpoints.load_model(root, card), card)
    if (dim := getattr(runner.model, "dim", None)) != card.dim:
        raise RefusedError(f"Its network makes codes of {dim} numbers; its card says {card.dim}.")
    try:
        z = runner.encode(np.zeros((1, *card.shape), np.uint8))
        back = runner.decode_float(np.zeros((1, card.dim), np.float32))
    except (RuntimeError, ValueError, AttributeError, TypeError) as error:
        raise RefusedError(f"Its network does not take or make images of {card.shape}: {error}") from error
    if z.shape != (1, card.dim) or back.shape != (1, *card.shape):
        raise RefusedError(f"Its network makes images of {back.shape[1:]}; its card says {card.shape}.")


def check_gallery(settings: Settings, root: Path, card: Card) -> None:
    """RefusedError for a gallery that is not of the data set as it is here."""
    items, source = checkpoints.load_gallery(root, card), datasets.sources(settings)[card.dataset]
    values = [items.z, items.error, *items.maps.values()]
    if not len(items) or not all(np.isfinite(array).all() for array in values):
        raise RefusedError("Its gallery is empty, or holds numbers that are not finite.")
    sampled = bool(items.index[0] >= source.size)
    if (np.diff(items.index) <= 0).any() or items.index[0] < 0 or (not sampled and items.index[-1] >= source.size):
        raise RefusedError(f"Its gallery holds items that {card.dataset!r} does not have here.")
    data = datasets.load(card.dataset, settings) if source.own else None
    if data is not None and not sampled:
        check_codes(root, card, items, data)
    if items.label.min() < 0 or items.label.max() >= len(source.labels):
        raise RefusedError(f"Its gallery has labels that {card.dataset!r} does not name.")


def check_codes(root: Path, card: Card, items: Gallery, data: ImageSet) -> None:
    """RefusedError for a gallery of other images than those of ``data``: labels are compared, and some codes."""
    other = (
        f"Its gallery is of another version of {card.dataset!r}: {{}} differ. Bring the same files as there, with "
        "the same settings, under this name first."
    )
    if not np.array_equal(data.labels[items.index], items.label):
        raise RefusedError(other.format("labels"))
    from core.inference import Runner

    rows = np.unique(np.linspace(0, len(items) - 1, COMPARED).astype(int))
    runner = Runner(checkpoints.load_model(root, card), card)
    codes = runner.encode(np.ascontiguousarray(data.images[items.index[rows]]))
    kept = items.z[rows].astype(np.float32)
    if np.abs(codes - kept).max() > ROUNDED * max(1.0, float(np.abs(kept).max())):
        raise RefusedError(other.format("images"))
