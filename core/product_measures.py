"""The numbers on the cards of the models of products: recall, and how often a picture is read right. No torch."""

import itertools
from collections.abc import Iterator, Mapping, Sequence

import numpy as np

from core import phrases
from core.cards import Metric
from core.compositions import Queries
from core.wares import PRODUCTS, Wares

NEAR = 10
COMMON_TYPES, COMMON_COLOURS = 20, 10
READ = (("type", None), ("type", COMMON_TYPES), ("colour", COMMON_COLOURS), ("gender", None))
NAMED = ("colour", "gender", "type")
NAMED_WHAT = "phrases made of colour, gender and type"
FOUND = (
    "Recall: of all right answers to a query, the share among the {k} nearest of the {n} other {split} items, "
    "mean over queries. "
)
HIT = "Share of queries with a right answer among the {k} nearest of the {n} other {split} items. "
QUERY = (
    "A query is one of {q}: a {split} item and the wish for another value of one field ({wished}) that has "
    "a right answer: an item with that value and the same {shared}, but for the field itself. "
    "One value is drawn per item and field (seed 0). "
)
WAYS = {
    "": "By the model.",
    "image": "By the picture's vector alone.",
    "text": "By the words' vector alone.",
    "sum": "By the sum of the unit vectors of picture and words.",
}


def groups(captions: Sequence[str]) -> np.ndarray:
    """Which of the different captions each one is, (n,): equal ones, but for case and spaces, have one number."""
    return np.unique([" ".join(str(caption).lower().split()) for caption in captions], return_inverse=True)[1]


def recall(likeness: np.ndarray, right: np.ndarray, *, k: int = NEAR) -> float:
    """Share of rows with something right among the ``k`` largest of ``likeness`` (n, m); ``right`` (n, m) bool.

    Among equal likenesses the earlier column comes first.
    """
    first = np.argsort(-likeness, axis=1, kind="stable")[:, :k]
    return float(np.take_along_axis(right, first, axis=1).any(1).mean())


def recalled(likeness: np.ndarray, right: np.ndarray, *, k: int = NEAR) -> float:
    """Of what is right in a row, the share among the ``k`` largest; mean over rows. Arguments as of `recall`."""
    first = np.argsort(-likeness, axis=1, kind="stable")[:, :k]
    return float((np.take_along_axis(right, first, axis=1).sum(1) / right.sum(1)).mean())


COMPOSED = {"recall": (FOUND, recalled), "hit": (HIT, recall)}


def matched(
    text: np.ndarray,
    images: np.ndarray,
    captions: Sequence[str],
    split: str,
    *,
    true: np.ndarray | None = None,
) -> Iterator[Metric]:
    """Recall of phrases and pictures by each other.

    Parameters
    ----------
    text, images : (n, D) unit vectors of the captions and of the pictures of the same items.
    true : (n, n) bool, which captions (rows) are true of which pictures; if not told, those of equal captions.
    """
    likeness, known = text @ images.T, groups(captions)
    right = known[:, None] == known if true is None else true
    n = len(known)
    meaning = "right is each with an equal caption" if true is None else "right is whatever a caption is true of"
    how = (
        f"Share of the {n} {{query}}s of {split} items with a right {{answer}} among the {{k}} nearest of {n}; "
        f"{meaning} ({known.max() + 1} differ)."
    )
    for k in (1, 5, NEAR):
        for end, order, fits, query, answer in (
            ("", likeness, right, "caption", "picture"),
            ("_image_to_text", likeness.T, right.T, "picture", "caption"),
        ):
            said = how.format(query=query, answer=answer, k=k)
            yield Metric(f"recall_at_{k}{end}", recall(order, fits, k=k), "higher", "fraction", split, n, said)


def named(
    text: np.ndarray,
    images: np.ndarray,
    queries: Sequence[str],
    right: np.ndarray,
    split: str,
    *,
    what: str = NAMED_WHAT,
    had: str = "with all three",
) -> Iterator[Metric]:
    """How often what short phrases ("red women handbag") name is found: precision among the `NEAR` nearest.

    Parameters
    ----------
    text, images : (q, D), (n, D) unit vectors.
    right : (q, n) bool, which images have all that a phrase names.
    what, had : what the phrases are, and what right images have, in words.
    """
    first = np.argsort(-(text @ images.T), axis=1, kind="stable")[:, :NEAR]
    hits = np.take_along_axis(right, first, axis=1).sum(1)
    most = np.minimum(right.sum(1), NEAR)
    how = (
        f"Of {len(queries)} {what} that {split} items have: items among the "
        f"{NEAR} nearest of {images.shape[0]} {had}, over as many as there could be; mean over phrases."
    )
    yield Metric("phrase_precision", float((hits / most).mean()), "higher", "fraction", split, len(queries), how)


def listed(names: Sequence[str], last: str = "and") -> str:
    """Names as in a sentence."""
    return f"{', '.join(names[:-1])} {last} {names[-1]}" if len(names) > 1 else "".join(names)


def composed(
    ways: dict[str, np.ndarray], queries: Queries, split: str, wares: Wares = PRODUCTS
) -> Iterator[Metric]:
    """Recall of "this picture, but ..." by each way to compare.

    Parameters
    ----------
    ways : "" for ours, then those that it is compared with: name -> (q, n) how well each item fits each query.
    """
    q, n = queries.right.shape
    likeness = {name: found.copy() for name, found in ways.items()}
    for found in likeness.values():
        found[np.arange(q), queries.source] = -np.inf
    query = QUERY.format(q=q, split=split, wished=listed(wares.wished, "or"), shared=listed(wares.shared))
    for (kind, (said, measure)), k in itertools.product(COMPOSED.items(), (1, NEAR)):
        how = said.format(k=k, n=n - 1, split=split) + query
        values = {name: measure(found, queries.right, k=k) for name, found in likeness.items()}
        for name, value in values.items():
            key = f"{kind}_at_{k}" + (f"_{name}" if name else "")
            yield Metric(key, value, "higher", "fraction", split, q, how + WAYS[name])
        best = max((name for name in values if name), key=lambda name: values[name])
        told = how + f"The model's share over the best of the others ({best})."
        ratio = values[""] / max(values[best], 1 / q)
        yield Metric(f"{kind}_at_{k}_ratio", ratio, "higher", "ratio", split, q, told)
    for place, field in enumerate(wares.wished):
        rows = queries.field == place
        if rows.any():
            share = recalled(likeness[""][rows], queries.right[rows])
            told = (
                FOUND.format(k=NEAR, n=n - 1, split=split) + query + f"By the model, wishes about {field} alone."
            )
            yield Metric(f"recall_at_{NEAR}_{field}", share, "higher", "fraction", split, int(rows.sum()), told)


def read_right(
    found: dict[str, np.ndarray],
    true: dict[str, np.ndarray],
    common: dict[str, tuple[str, ...]],
    split: str,
    *,
    read: Sequence[tuple[str, int | None]] = READ,
    source: str = "the shop gives it",
) -> Iterator[Metric]:
    """Accuracy of type, colour and gender, or of other fields.

    Parameters
    ----------
    found, true : field -> (n,) values, as read and as they are.
    read : fields, each with how many of its commonest values count, None for all.
    source : by whom true values are.
    common : field -> values in training items, commonest first.
    """
    for field, most in read:
        keep = np.isin(true[field], common[field][:most]) if most else np.ones(len(true[field]), bool)
        share = float((found[field][keep] == true[field][keep]).mean())
        key = f"{field}_accuracy" + (f"_{most}" if most else "")
        among = f" whose {field} is one of the {most} commonest in training" if most else ""
        how = f"Share of {split} items{among} whose {field} is read as {source}; all {field}s can be said."
        yield Metric(key, share, "higher", "fraction", split, int(keep.sum()), how)


def words_read(scores: np.ndarray, present: np.ndarray, split: str) -> Metric:
    """Mean average precision of caption words read off pictures; ``scores``, ``present`` (n, W).

    Words that no item of the split has are left out.
    """
    order = np.argsort(-scores, axis=0, kind="stable")
    hits = np.take_along_axis(present, order, axis=0).astype(float)
    precision = np.cumsum(hits, 0) / np.arange(1, len(hits) + 1)[:, None]
    some = hits.sum(0) > 0
    value = float(((precision * hits).sum(0)[some] / hits.sum(0)[some]).mean())
    how = f"Average precision of each of {int(some.sum())} words over {split} captions, mean over words."
    return Metric("word_precision", value, "higher", "0..1", split, len(scores), how)


def truth(fields: Mapping[str, np.ndarray]) -> np.ndarray:
    """Which items have all that is known of others: (n, n) bool, of fields name -> (n,), "" where unknown.

    Row by row: what a caption that says everything is true of.
    """
    found = [(column[:, None] == column) | (column == "")[:, None] for column in fields.values()]
    return np.logical_and.reduce(found)


def phrases_named(fields: dict[str, np.ndarray]) -> tuple[list[str], np.ndarray]:
    """Phrases "colour gender type" that items have, each once, and which items (q, n) bool each names."""
    columns = zip(*(fields[name].tolist() for name in NAMED), strict=True)
    texts = [" ".join(values) for values in columns]
    queries, which = np.unique([" ".join(phrases.words(text)) for text in texts], return_inverse=True)
    return queries.tolist(), np.arange(len(queries))[:, None] == which
