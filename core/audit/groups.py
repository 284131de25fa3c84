"""What concerns no single item: labels and groups that are rare, and those that are told badly."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import product
from typing import Any

import numpy as np

from core.datasets.base import ImageSet

RARE = 0.1  # of an equal share: where cleanlab reports a class as rare
LOPSIDED = 0.02  # share of an attribute below which, or above one less it, hardly anything can be learned of it
SMALL = 30  # items from which a part's accuracy is told
MOST = 400  # parts of one kind that are looked at, the largest
Z95 = 1.959964


@dataclass(frozen=True, eq=False)
class Part:
    """Some items of a set, by what they have in common."""

    name: str
    mark: np.ndarray


def imbalance(data: ImageSet, group_names: tuple[str, ...] = ()) -> list[dict[str, Any]]:
    """Labels, groups and attributes of which there are few, the rarest first."""
    found = _rare("imbalance", "label", np.asarray(data.labels), data.label_names, len(data))
    if data.people is not None:
        found += _rare("group imbalance", "group", data.people, group_names, len(data))
    if data.attributes is not None:
        for name, values in zip(data.attribute_names, data.attributes.T, strict=True):
            share = float(values.mean()) if len(values) else 0.5
            if not LOPSIDED <= share <= 1 - LOPSIDED:
                word = "rare" if share < 0.5 else "nearly everywhere"
                text = f"“{name}” is {word}: {share:.2%} of {len(values):,}."
                found.append(_row("attribute imbalance", name, int(values.sum()), share, text))
    return sorted(found, key=lambda row: min(row["share"], 1 - row["share"]))


def _rare(kind: str, word: str, values: np.ndarray, names: tuple[str, ...], size: int) -> list[dict[str, Any]]:
    used, counts = np.unique(values[values >= 0], return_counts=True)
    if len(used) < 2:
        return []
    limit = RARE / len(used) * counts.sum()
    rows = []
    for value, count in zip(used[counts < limit], counts[counts < limit], strict=True):
        name = names[value] if value < len(names) else str(value)
        equal = size // len(used)
        text = f"{word.capitalize()} “{name}” has {count:,} of {size:,} items; an equal share is {equal:,}."
        rows.append(_row(kind, name, int(count), count / size, text))
    return rows


def weak(data: ImageSet, right: np.ndarray, group_names: tuple[str, ...] = ()) -> list[dict[str, Any]]:
    """Parts of the set of which fewer items are told right than of the rest, surely so; the worst first.

    Parameters
    ----------
    right : (n,) 1 where the label that networks told from other items is the given one, 0 where not, NaN where
        nothing was told.
    """
    known = np.isfinite(right)
    if known.sum() < SMALL:
        return []
    everywhere, found = float(right[known].mean()), []
    for part in _parts(data, group_names):
        mark = part.mark & known
        count, hits = int(mark.sum()), float(np.nansum(right[mark]))
        if count < SMALL or count == known.sum():
            continue
        low, high = interval(hits, count)
        rest = float(right[known & ~mark].mean())
        if high < rest - 1e-9:
            text = (
                f"{part.name}: {hits / count:.0%} of {count:,} are told right (95 % interval {low:.0%} to "
                f"{high:.0%}), {rest:.0%} of the others. Higher is better."
            )
            row = _row("weak", part.name, count, count / len(data), text)
            found.append(row | {"accuracy": hits / count, "low": low, "high": high, "others": rest})
    return sorted(found, key=lambda row: row["accuracy"] - everywhere)[:100]


def interval(hits: float, count: int) -> tuple[float, float]:
    """Wilson's 95 % interval of a share."""
    share, square = hits / count, Z95**2 / count
    middle = (share + square / 2) / (1 + square)
    half = Z95 * np.sqrt(share * (1 - share) / count + square / (4 * count)) / (1 + square)
    return max(0.0, float(middle - half)), min(1.0, float(middle + half))


def _parts(data: ImageSet, group_names: tuple[str, ...]) -> Iterator[Part]:
    labels = _largest("label", np.asarray(data.labels), data.label_names)
    others = []
    if data.people is not None:
        others += _largest("group", data.people, group_names)
    if data.attributes is not None:
        for name, values in zip(data.attribute_names, data.attributes.T, strict=True):
            others += [Part(f"“{name}”", values == 1), Part(f"without “{name}”", values == 0)]
    yield from labels
    yield from others
    for label, other in list(product(labels, others))[:MOST]:
        yield Part(f"{label.name}, {other.name}", label.mark & other.mark)


def _largest(word: str, values: np.ndarray, names: tuple[str, ...]) -> list[Part]:
    used, counts = np.unique(values[values >= 0], return_counts=True)
    used = used[np.argsort(-counts, kind="stable")][:MOST]
    return [Part(f"{word} “{names[v] if v < len(names) else v}”", values == v) for v in used]


def _row(kind: str, name: str, count: int, share: float, text: str) -> dict[str, Any]:
    return {"kind": kind, "name": name, "count": count, "share": float(share), "text": text}
