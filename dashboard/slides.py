"""Codes on the way between items, the pictures decoded from them, and the real items nearest to them."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from core import film, images, latent
from core.inference import Runner
from dashboard import indexes, item_data, resources
from dashboard.items import Item

SMOOTH = 24  # frames one way in a GIF, so that it does not jerk
FINE = 101  # frames to scrub through: hundredths of the way


@dataclass(frozen=True, eq=False)
class Walk:
    """Decoded codes and what lies nearest to them.

    Attributes
    ----------
    codes, frames : (n, d) float32; (n, H, W, C) uint8 decoded from them.
    rows, distance : (n,) nearest gallery row of each code and its Euclidean distance.
    rarity : (n,) 0..1, share of gallery items that are nearer to their own nearest item than that.
    """

    codes: np.ndarray
    frames: np.ndarray
    rows: np.ndarray
    distance: np.ndarray
    rarity: np.ndarray


def walk(id: str, codes: np.ndarray) -> Walk:
    """Decode codes (n, d) with checkpoint ``id`` and look up their nearest gallery items."""
    found = indexes.index(id).search(codes, 1)
    distance = found.distance[:, 0]
    sample = indexes.nearest_distances(id, "l2")
    rarity = np.searchsorted(sample, distance) / max(len(sample), 1)
    return Walk(codes, resources.runner(id).decode(codes), found.index[:, 0], distance, rarity)


def between(a: np.ndarray, b: np.ndarray, times: np.ndarray, mode: str) -> np.ndarray:
    """Codes (n, d) at times (n,) of the way, 0 at ``a`` and 1 at ``b``; what lies outside is clipped."""
    return latent.MODES[mode](a, b, np.clip(times, 0, 1))


def describe(id: str, row: int, distance: float, rarity: float) -> str:
    """Lines on the nearest real item."""
    gallery = resources.gallery(id)
    dataset = resources.card(id).dataset
    name = resources.source(dataset).labels[int(gallery.label[row])]
    known = "" if item_data.are_originals(dataset) else ", rebuilt"
    where = f"{dataset}/{gallery.index[row]} · {name}{known}\ndistance {distance:.2f}"
    return f"{where}, more than {rarity:.0%} of items: hardly any data" if rarity >= 0.95 else where


def there_and_back(
    runner: Runner, a: np.ndarray, b: np.ndarray, *, steps: int, mode: str
) -> Callable[[], np.ndarray]:
    """Frames (n, H, W, C) uint8 from A to B and back again, made when they are called for."""

    def make() -> np.ndarray:
        return film.there_and_back(runner.decode(latent.path(a, b, steps=max(steps, SMOOTH), mode=mode)))

    return make


def contact_sheet(frames: np.ndarray, *, columns: int) -> Callable[[], bytes]:
    """PNG of frames side by side, made when it is called for."""
    return lambda: images.png(images.sheet(frames, columns=columns), scale=4)


def file_name(id: str, *items: Item, what: str) -> str:
    """``digits-aae-30_digits-64_digits-167_linear``; addresses name what was walked between."""
    return "_".join([id, *(item.address.replace("/", "-") for item in items), what])


def dimension_name(dim: int, *, categories: int) -> str:
    """What a number of the code is called: an AAE's first numbers are its categories, the rest its style."""
    if dim < categories:
        return f"Category {dim}"
    return f"Style {dim - categories}" if categories else f"Number {dim}"


def span(z: np.ndarray, own: float, *, category: bool) -> tuple[float, float]:
    """Range in which a number is swept: from the 1st to the 99th percentile of the gallery's column ``z``."""
    if category:
        return 0.0, 1.0
    low, high = (float(v) for v in np.percentile(z, (1, 99)))
    low, high = min(low, own), max(high, own)
    return (low, high) if high - low > 1e-3 else (low - 1, high + 1)


def sweep(z: np.ndarray, *, dim: int, values: np.ndarray, categories: int) -> np.ndarray:
    """Codes (n, d) in which one number takes ``values``; other categories share what a category leaves of 1."""
    codes = latent.sweep(z, dim=dim, values=values)
    if dim < categories:
        others = np.delete(np.arange(categories), dim)
        total = float(z[others].sum())
        rest = z[others] / total if total > 1e-6 else np.zeros(len(others), np.float32)
        codes[:, others] = (1 - np.asarray(values, np.float32))[:, None] * rest
    return codes


def by_effect(id: str, z: np.ndarray) -> list[int]:
    """Numbers of the code, those first whose sweep changes this picture most (mean difference per pixel)."""
    runner, gallery = resources.runner(id), resources.gallery(id)
    ends = []
    for dim in range(len(z)):
        low, high = span(gallery.z[:, dim], float(z[dim]), category=dim < runner.categories)
        ends.append(sweep(z, dim=dim, values=np.array([low, high]), categories=runner.categories))
    pictures = runner.decode_float(np.concatenate(ends)).reshape(len(z), 2, -1)
    return [int(dim) for dim in np.argsort(-np.abs(pictures[:, 0] - pictures[:, 1]).mean(axis=1), kind="stable")]
