"""Categories as objects: their size, what they hold, which are dead, which say the same thing twice."""

import csv
import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

F64 = NDArray[np.float64]
I64 = NDArray[np.int64]

DEAD_SHARE = 0.001
DUPLICATE_FRACTION = 0.35
CSV_HEADER = ("item", "category", "name", "confidence", "label")


@dataclass(frozen=True, eq=False)
class Category:
    """One category of a model, over the items of a gallery.

    Attributes
    ----------
    id : its place in the one-hot head.
    size : items assigned to it.
    label : the label that most of them have, the lowest of equals; -1 when none has a label.
    purity : share of its labelled items with that label, 0..1; 0 when there are none.
    confidence : mean probability that the model gives it over its items, 0..1; 0 when it is empty.
    typical : (up to ``show``,) int64 rows of the gallery, most certain first, ties by row.
    uncertain : (up to ``show``,) int64 rows of the gallery, least certain first, ties by row.
    """

    id: int
    size: int
    label: int
    purity: float
    confidence: float
    typical: I64
    uncertain: I64


def summarise(
    category: ArrayLike,
    confidence: ArrayLike,
    label: ArrayLike,
    *,
    categories: int,
    labels: int,
    show: int = 12,
) -> list[Category]:
    """Describe every category, the empty ones too.

    Parameters
    ----------
    category : (n,) in 0..categories-1.
    confidence : (n,) probability of the chosen category, 0..1.
    label : (n,) in 0..labels-1, or -1 for none.
    categories, labels : how many there are.
    show : rows to list as typical and as uncertain, at most; 0 or more.

    Returns
    -------
    ``categories`` objects, by id.

    Raises
    ------
    ValueError : arrays of different length, values outside their range, or a negative ``show``.
    """
    certain = np.asarray(confidence, np.float64)
    chosen = np.asarray(category, np.int64)
    counts = contingency(chosen, label, categories=categories, labels=labels)
    if certain.shape != chosen.shape:
        raise ValueError(f"confidence has shape {certain.shape}; expected that of category, {chosen.shape}")
    outside = certain[~((certain >= 0) & (certain <= 1 + 1e-6))]  # float32 softmax may exceed 1 by rounding
    if outside.size:
        raise ValueError(f"confidence {outside[0]} is outside 0..1")
    if show < 0:
        raise ValueError(f"show {show} is too small; allowed: 0 or more")
    rows = [np.flatnonzero(chosen == i) for i in range(categories)]
    return [_describe(i, rows[i], certain[rows[i]], counts[i], show) for i in range(categories)]


def dead(categories: Sequence[Category], *, share: float = DEAD_SHARE) -> list[int]:
    """List the categories that hold nothing, or less than ``share`` of all items.

    Parameters
    ----------
    categories : all categories of a model, from `summarise`.
    share : 0..1; 0 lists only the empty ones.

    Returns
    -------
    Their ids, ascending as given.

    Raises
    ------
    ValueError : ``share`` outside 0..1.
    """
    if not 0 <= share <= 1:
        raise ValueError(f"share {share} is outside 0..1")
    total = sum(c.size for c in categories)
    return [c.id for c in categories if c.size == 0 or c.size < share * total]


def duplicates(prototypes: ArrayLike, *, threshold: float | None = None) -> list[tuple[int, int, float]]:
    """List the pairs of categories that are nearly the same.

    Parameters
    ----------
    prototypes : (K, d) one vector a category: a code, or its decoded image, flattened.
    threshold : Euclidean distance below which a pair counts; by default 0.35 of the median distance of all
        pairs, a convention that finds outliers among the distances and needs no unit.

    Returns
    -------
    (i, j, distance) with i < j, nearest first, ties by i, then j.

    Raises
    ------
    ValueError : prototypes that are not (K, d) and finite, or a negative threshold.
    """
    points = np.asarray(prototypes, np.float64)
    if points.ndim != 2 or not np.isfinite(points).all():
        raise ValueError(f"prototypes have shape {points.shape}; expected (K, d), all finite")
    if threshold is not None and not threshold >= 0:
        raise ValueError(f"threshold {threshold} is not a distance; allowed: 0 or more")
    if len(points) < 2:
        return []
    from scipy.spatial.distance import pdist  # 0.2 s to import, for one table

    distance = pdist(points)
    first, second = np.triu_indices(len(points), k=1)
    limit = DUPLICATE_FRACTION * float(np.median(distance)) if threshold is None else threshold
    # Identical prototypes are duplicates under any threshold, and when the median itself is 0.
    near = np.flatnonzero((distance < limit) | (distance == 0))
    near = near[np.argsort(distance[near], kind="stable")]
    return [(int(first[p]), int(second[p]), float(distance[p])) for p in near]


def contingency(category: ArrayLike, label: ArrayLike, *, categories: int, labels: int) -> I64:
    """Count the items of every category and label.

    Parameters
    ----------
    category : (n,) in 0..categories-1.
    label : (n,) in 0..labels-1; -1, no label, is not counted.
    categories, labels : how many there are, 1 or more.

    Returns
    -------
    (categories, labels) int64.

    Raises
    ------
    ValueError : arrays of different length, or values outside their range.
    """
    rows, columns = np.asarray(category, np.int64), np.asarray(label, np.int64)
    if rows.ndim != 1 or rows.shape != columns.shape:
        raise ValueError(f"category {rows.shape} and label {columns.shape} must both be (n,)")
    _within(rows, 0, categories, "category")
    _within(columns, -1, labels, "label")
    known = columns >= 0
    flat = rows[known] * labels + columns[known]
    return np.bincount(flat, minlength=categories * labels).reshape(categories, labels).astype(np.int64)


def assignments_csv(
    index: ArrayLike,
    category: ArrayLike,
    confidence: ArrayLike,
    label: ArrayLike,
    names: Mapping[int, str] | None,
    dataset: str,
) -> str:
    """Write which item is in which category, for a spreadsheet.

    Parameters
    ----------
    index, category, confidence, label : (n,) place in the data set, category, probability, label (-1 gives
        an empty cell).
    names : what a person called the categories; missing ones give an empty cell.
    dataset : name of the data set, for items such as ``digits/1234``.

    Returns
    -------
    CSV with the header ``item,category,name,confidence,label``. Text that a spreadsheet would run as a
    formula gets an apostrophe in front (OWASP, CSV injection).

    Raises
    ------
    ValueError : columns of different length.
    """
    columns = [np.asarray(column).tolist() for column in (index, category, confidence, label)]
    lengths = [len(column) for column in columns]
    if len(set(lengths)) != 1:
        raise ValueError(f"index, category, confidence and label have lengths {lengths}; expected one length")
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(CSV_HEADER)
    for item, chosen, certain, true in zip(*columns, strict=True):
        name = _plain((names or {}).get(chosen, ""))
        shown = "" if true == -1 else true
        writer.writerow([_plain(f"{dataset}/{item}"), chosen, name, f"{certain:.4g}", shown])
    return text.getvalue()


def _describe(id: int, rows: I64, confidence: F64, counts: I64, show: int) -> Category:
    labelled = int(counts.sum())
    return Category(
        id=id,
        size=rows.size,
        label=int(counts.argmax()) if labelled else -1,
        purity=float(counts.max() / labelled) if labelled else 0.0,
        confidence=float(confidence.mean()) if rows.size else 0.0,
        typical=rows[np.argsort(-confidence, kind="stable")[:show]],
        uncertain=rows[np.argsort(confidence, kind="stable")[:show]],
    )


def _within(values: I64, low: int, end: int, name: str) -> None:
    wrong = values[(values < low) | (values >= end)]
    if wrong.size:
        raise ValueError(f"{name} {wrong[0]} is outside {low}..{end - 1}")


def _plain(text: str) -> str:
    """Keep a spreadsheet from reading the text as a formula; blanks in front do not stop all of them."""
    return f"'{text}" if text.lstrip().startswith(("=", "+", "-", "@")) else text
