"""``python -m core.search_bench``: what the page of searches was chosen by, measured on validation products."""

import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import numpy as np

from core import colours, compositions, datasets, imagining, kinds, picture_bench, product_bench
from core import product_measures as measures
from core.compositions import WISHED, Queries
from core.datasets import ImageSet
from core.illustrating import Illustrator
from core.imagining import ORDER
from core.phrases import Lexicon
from core.products import Composer, Matcher, Reader
from core.settings import Settings

DRAWN, PAIRS, SPLIT = 600, 6, "validation"
Row = tuple[str, float]


def wishes(held: ImageSet) -> tuple[Queries, list[str], list[str]]:
    """Queries, and of each the field and the value that is wished for."""
    assert held.captions is not None
    found = compositions.numbered(compositions.traits(held.fields, held.captions.tolist()))
    queries = compositions.draw(found.keys, seed=0)
    fields = [WISHED[field] for field in queries.field]
    return queries, fields, [found.values[f][v] for f, v in zip(fields, queries.value, strict=True)]


def imagined(illustrator: Illustrator, composer: Composer, reader: Reader, held: ImageSet) -> Iterator[Row]:
    """How often a reader sees the wished value, and the values to be kept, in what is imagined."""
    matcher, (queries, fields, values) = illustrator.matcher, wishes(held)
    rows = np.flatnonzero(np.isin(fields, ORDER))
    rows = np.random.default_rng(1).permutation(rows)[:DRAWN]
    images, seen = matcher.embed_images(held.images[:]), reader.read(held.images[:]).values
    targets = composer.compose(
        images[queries.source[rows]], matcher.embed_text([compositions.wish(values[row]) for row in rows])
    )
    likeness = targets @ images.T
    likeness[np.arange(len(rows)), queries.source[rows]] = -1
    made: dict[str, list[np.ndarray]] = {"nearest real product": list(held.images[likeness.argmax(1)])}
    made |= {"phrase alone, first picture": [], "as shipped": []}
    phrases, wanted = [], []
    for row, target in zip(rows, targets, strict=True):
        own = {name: str(held.fields[name][queries.source[row]]) for name in ORDER}
        wanted.append(own | {fields[row]: values[row]})
        own = {name: value or str(seen[name][queries.source[row]]) for name, value in own.items()}
        phrases.append(imagining.meant(own, [compositions.wish(values[row])], matcher.lexicon).phrase)
        made["as shipped"].append(imagining.imagine(illustrator, phrases[-1], target).picture)
    noise = np.repeat(illustrator.noise(seed=0, n=1), len(phrases), axis=0)
    made["phrase alone, first picture"] = list(illustrator.of(phrases, noise).fine)
    for name, pictures in made.items():
        read = reader.read(np.stack(pictures)).values
        right = np.array([seen_right(read, i, own) for i, own in enumerate(wanted)])
        asked = np.array([[f == fields[row] for f in ORDER] for row in rows])
        yield f"imagined, {name}: wished value seen", float(right[asked].mean())
        yield f"imagined, {name}: each kept value seen", float(right[~asked].mean())
        yield f"imagined, {name}: all of them seen", float(right.all(1).mean())


def seen_right(read: Mapping[str, np.ndarray], row: int, wanted: Mapping[str, str]) -> list[bool]:
    """Whether each of `ORDER` is read in picture ``row`` as it is wanted."""
    return [bool(read[name][row] == wanted[name]) for name in ORDER]


def turns(matcher: Matcher, composer: Composer, held: ImageSet) -> Iterator[Row]:
    """Recall at 10 where two fields are to change: one wish after the other, and both at once."""
    assert held.captions is not None
    found = compositions.numbered(compositions.traits(held.fields, held.captions.tolist()))
    source, right, said = two_wishes(found)
    first, second = (matcher.embed_text([compositions.wish(pair[k]) for pair in said]) for k in (0, 1))
    both = matcher.embed_text([compositions.wish(" ".join(pair)) for pair in said])
    images = matcher.embed_images(held.images[:])
    codes = composer.codes(held.images[:], images)
    once = composer.targets(codes[source], first)
    for name, likeness in {
        "one after the other": composer.targets(composer.again(once), second) @ codes.T,
        "both at once": composer.targets(codes[source], both) @ codes.T,
        "the first alone": once @ codes.T,
        "all vectors added": (images[source] + first + second) @ images.T,
    }.items():
        likeness[np.arange(len(source)), source] = -np.inf
        yield f"two wishes, {name}: recall at 10 of {len(source)}", measures.recall(likeness, right)


def two_wishes(found: compositions.Numbered) -> tuple[np.ndarray, np.ndarray, list[tuple[str, str]]]:
    """Sources (q,), right answers (q, n) and the two values wished for; as `compositions.draw`, of two fields."""
    keys, random = found.keys, np.random.default_rng(0)
    source, right, said = [], [], []
    for row in range(len(keys)):
        for _ in range(PAIRS):
            pair = random.choice(len(WISHED), 2, replace=False)
            kept = [i for i, name in enumerate(WISHED) if name in compositions.SHARED and i not in pair]
            if (keys[row, [*pair, *kept]] < 0).any():
                continue
            fits = (keys[:, kept] == keys[row, kept]).all(1)
            fits &= ((keys[:, pair] != keys[row, pair]) & (keys[:, pair] >= 0)).all(1)
            if fits.any():
                wanted = keys[random.choice(np.flatnonzero(fits)), pair]
                source.append(row)
                right.append(fits & (keys[:, pair] == wanted).all(1))
                one, other = (found.values[WISHED[i]][value] for i, value in zip(pair, wanted, strict=True))
                said.append((one, other))
    return np.array(source), np.array(right), said


def ranking(matcher: Matcher, composer: Composer, held: ImageSet) -> Iterator[Row]:
    """What it brings that products which are called what was asked for come first."""
    assert held.captions is not None
    captions, images = held.captions.tolist(), matcher.embed_images(held.images[:])
    known = kinds.called(held.fields["type"].tolist(), captions, matcher.lexicon)
    queries, _, values = wishes(held)
    said = [compositions.wish(value) for value in values]
    codes = composer.codes(held.images[:], images)
    targets = composer.targets(codes[queries.source], matcher.embed_text(said))
    likeness = np.stack([compositions.fitting(target, codes, dim=matcher.dim) for target in targets])
    likeness[np.arange(len(queries)), queries.source] = -np.inf
    groups = measures.groups(captions)
    by_caption = matcher.embed_text(captions) @ images.T
    phrases, right = measures.phrases_named(dict(held.fields))
    by_phrase = matcher.embed_text(phrases) @ images.T
    for name, change in (("by likeness alone", False), ("those called so first", True)):

        def led(told: Sequence[str], scores: np.ndarray, change: bool = change) -> np.ndarray:
            return lead(told, scores, known, matcher.lexicon) if change else scores

        share = measures.recall(led(captions, by_caption), groups[:, None] == groups)
        yield f"captions, {name}: recall at 10", share
        yield f"phrases, {name}: precision at 10", precision(led(phrases, by_phrase), right)
        yield f"the same but ..., {name}: recall at 10", measures.recall(led(said, likeness), queries.right)


def lead(said: Sequence[str], likeness: np.ndarray, known: kinds.Called, lexicon: Lexicon) -> np.ndarray:
    """Likenesses (q, n), raised above all others for those that lead by what is said."""
    found = likeness.copy()
    for row, words in enumerate(said):
        if things := kinds.named([words], lexicon):
            found[row] += 10 * kinds.leading(likeness[row], known.those(things))
    return found


def precision(likeness: np.ndarray, right: np.ndarray, *, k: int = measures.NEAR) -> float:
    """Right ones (q, n) among the ``k`` first, over as many as there could be; mean over queries."""
    first = np.argsort(-likeness, axis=1, kind="stable")[:, :k]
    hits = np.take_along_axis(right, first, axis=1).sum(1)
    return float((hits / np.minimum(right.sum(1), k)).mean())


def by_colour(held: ImageSet) -> Iterator[Row]:
    """How many of the ten nearest by colours are of the same colour, and of the same type, by the shop's word."""
    counts = colours.counts(held.images[:])
    nearest = []
    for row, own in enumerate(counts):
        score = colours.shared(own, counts)
        score[row] = -1
        nearest.append(np.argsort(-score, kind="stable")[: measures.NEAR])
    for field in ("colour", "type"):
        values = held.fields[field]
        same = values[np.array(nearest)] == values[:, None]
        yield f"nearest ten by colour histogram: same {field}", float(same.mean())


def main() -> None:
    """Print all of it."""
    settings = Settings.from_environment()
    root: Path = settings.checkpoints
    data = datasets.load("products", settings)
    if data is None:
        raise SystemExit("The products are not here: let MORPHOSPACE_DATA name the folder that holds them.")
    held, illustrator = data.split(SPLIT), picture_bench.load_illustrator(root)
    matcher, composer, reader = (
        illustrator.matcher,
        product_bench.load_composer(root),
        product_bench.load_reader(root),
    )
    for rows in (
        imagined(illustrator, composer, reader, held),
        turns(matcher, composer, held),
        ranking(matcher, composer, held),
        by_colour(held),
    ):
        for name, value in rows:
            sys.stdout.write(f"{value:.3f}  {name}\n")


if __name__ == "__main__":
    main()
