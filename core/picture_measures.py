"""The numbers on the card of the GAN of pictures, each naming how it was measured."""

import time
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from core import fidelity, product_measures, prompts
from core.cards import Metric
from core.datasets import ImageSet, fashion_words
from core.illustrating import Illustrator
from core.inference import DigitProber, Runner
from core.products import Reader
from core.wares import WARES, Wares

AMONG, NOISES, FEWEST, ALIKE = 100, 5, 4, 8
PICTURES = 8


@dataclass(frozen=True)
class Bench:
    """What the measurements share.

    Attributes
    ----------
    illustrator, decoder, reader : the GAN; the autoencoder of its codes; a classifier trained apart from both.
    train, held, split : training items, those measured on, and what that part is called.
    line : (D + 1, d), the baseline: codes by least squares from a phrase's vector and 1.
    seed : of everything that is drawn.
    probe : a classifier of the type, trained apart, whose word is taken instead of the reader's.
    """

    illustrator: Illustrator
    decoder: Runner
    reader: Reader
    train: ImageSet
    held: ImageSet
    split: str
    line: np.ndarray
    seed: int = 0
    probe: DigitProber | None = None

    @property
    def wares(self) -> Wares:
        """How the items of the data set are asked for."""
        return WARES[self.train.name]

    def seen(self, field: str, images: np.ndarray, types: np.ndarray) -> np.ndarray:
        """The value (n,) of a field of images (n, H, W, C) that were asked for as ``types`` (n,)."""
        if self.probe is not None and field == "type":
            return np.array(fashion_words.TYPES)[self.probe.read(self.probe.encode(images))]
        if self.wares.ruled:
            asked = np.array([fashion_words.TYPES.index(str(name)) for name in types])
            return fashion_words.words(images, asked)[field]
        return self.reader.read(images).values[field]

    def judge(self, field: str) -> str:
        """Who says which value a picture has, in words."""
        if self.probe is not None and field == "type":
            return "a classifier, trained apart,"
        return "a rule on its pixels" if self.wares.ruled else "a reader, trained apart,"

    def phrases(self) -> list[str]:
        """The captions of the held items."""
        assert self.held.captions is not None
        return [str(caption) for caption in self.held.captions]

    def baseline(self, phrases: list[str]) -> np.ndarray:
        """Images (n, H, W, C) uint8 of phrases by the baseline."""
        return self.decoder.decode(with_one(self.illustrator.matcher.embed_text(phrases)) @ self.line)


def with_one(vectors: np.ndarray) -> np.ndarray:
    """Vectors (n, D) with a 1 after each, (n, D + 1)."""
    return np.concatenate([vectors, np.ones((len(vectors), 1), np.float32)], axis=1)


def fit(illustrator: Illustrator, decoder: Runner, train: ImageSet) -> np.ndarray:
    """The baseline (D + 1, d): least squares from the vectors of training captions to codes."""
    assert train.captions is not None
    told = with_one(illustrator.matcher.embed_text([str(caption) for caption in train.captions]))
    return np.linalg.lstsq(told.astype(np.float64), decoder.encode(train.images[:]), rcond=None)[0].astype(
        np.float32
    )


def bench(
    illustrator: Illustrator,
    decoder: Runner,
    reader: Reader,
    data: ImageSet,
    split: str,
    *,
    seed: int = 0,
    held: ImageSet | None = None,
    probe: DigitProber | None = None,
) -> Bench:
    """Everything that is measured with, for the items of ``split`` or those of them that are ``held``."""
    train = data.split("train")
    held = data.split(split) if held is None else held
    return Bench(illustrator, decoder, reader, train, held, split, fit(illustrator, decoder, train), seed, probe)


def measure(bench: Bench) -> dict[str, Metric]:
    """Every metric of the GAN of pictures."""
    found = (*agreement(bench), *precision(bench), *distribution(bench), diversity(bench), speed(bench))
    return {metric.key: metric for metric in found}


def agreement(bench: Bench) -> Iterator[Metric]:
    """Does an independent judge see the type, the colour and so on that were asked for?"""
    for field, asked in bench.wares.asked.items():
        values = prompts.commonest(bench.train.fields[field], asked.count)
        phrases, rows = prompts.worded(bench.held.fields, field, values, seed=bench.seed, asked=asked)
        wanted, types = bench.held.fields[field][rows], bench.held.fields["type"][rows]
        how = (
            f"Share of {len(phrases)} pictures whose {field} {bench.judge(field)} names as the prompt does: "
            f"{prompts.EACH} prompts, worded after {bench.split} items, for each of the {asked.count} commonest "
            f"{field}s"
        )
        made = bench.illustrator.each(phrases, seed=bench.seed).fine
        for key, images, more in (("", made, ""), ("_baseline", bench.baseline(phrases), ", by the baseline")):
            value = float((bench.seen(field, images, types) == wanted).mean())
            said = f"{how}{more} (seed {bench.seed})."
            yield Metric(f"{field}_agreement{key}", value, "higher", "fraction", bench.split, len(phrases), said)


def precision(bench: Bench) -> Iterator[Metric]:
    """Is a picture's own caption the nearest of a hundred?"""
    phrases, matcher = bench.phrases(), bench.illustrator.matcher
    texts = matcher.embed_text(phrases)
    true = product_measures.truth(bench.held.fields) if bench.wares.ruled else None
    others = "differ from it" if true is None else "are not true of its item"
    sets = {
        "": (bench.illustrator.each(phrases, seed=bench.seed).fine, "pictures of captions"),
        "_baseline": (bench.baseline(phrases), "pictures of captions by the baseline"),
        "_real": (bench.held.images[:], "originals"),
    }
    for key, (images, what) in sets.items():
        value = first_among(texts, matcher.embed_images(images), phrases, seed=bench.seed, true=true)
        how = (
            f"Share of {what} whose own caption {bench.wares.text} ranks first among {AMONG}, the others drawn "
            f"from {bench.split} captions that {others} (seed {bench.seed})."
        )
        yield Metric(f"r_precision{key}", value, "higher", "fraction", bench.split, len(phrases), how)


def first_among(
    texts: np.ndarray,
    images: np.ndarray,
    captions: list[str],
    *,
    seed: int,
    among: int = AMONG,
    true: np.ndarray | None = None,
) -> float:
    """Share of images (n, D) nearer to their own text (n, D) than to ``among`` - 1 others with other captions.

    Where it is told which captions (rows) are ``true`` (n, n) of which images, others are those that are not.
    """
    known = np.unique([caption.lower() for caption in captions], return_inverse=True)[1]
    wrong = known[:, None] != known if true is None else ~true
    random, right = np.random.default_rng(seed), 0
    for row, image in enumerate(images):
        others = random.permutation(np.flatnonzero(wrong[:, row]))[: among - 1]
        right += bool((texts[others] @ image < texts[row] @ image).all())
    return right / len(images)


def distribution(bench: Bench) -> Iterator[Metric]:
    """Are the pictures distributed like real ones?"""
    phrases, real = bench.phrases(), bench.reader.encode(bench.held.images[:])
    back = bench.decoder.decode(bench.decoder.encode(bench.held.images[:]))
    made = bench.illustrator.draw(phrases, seed=bench.seed, n=NOISES).fine
    how = f"Fréchet distance, in the reader's features, between {bench.split} images and {{}}."
    for key, images, what in (
        ("", made, f"{NOISES} pictures of each of their captions (seed {bench.seed})"),
        ("_baseline", bench.baseline(phrases), "the baseline's picture of each of their captions"),
        (
            "_reconstructions",
            back,
            f"their reconstructions by {bench.wares.pictures}: what its decoder can do at best",
        ),
    ):
        value = fidelity.frechet(bench.reader.encode(images), real)
        yield Metric(f"frechet_reader{key}", value, "lower", "distance", bench.split, len(real), how.format(what))


def diversity(bench: Bench) -> Metric:
    """Do pictures of one prompt differ as much as products do that it names?"""
    fields, random = bench.held.fields, np.random.default_rng(bench.seed)
    kinds = np.stack([fields[name] for name in bench.wares.alike], axis=1)
    real, fake = [], []
    for kind in np.unique(kinds[(kinds != "").all(1)], axis=0):
        rows = random.permutation(np.flatnonzero((kinds == kind).all(1)))[:ALIKE]
        if len(rows) < FEWEST:
            continue
        made = bench.illustrator.draw([" ".join(kind)], seed=int(random.integers(2**31)), n=ALIKE).fine
        real.append(apart(bench.reader.encode(bench.held.images[rows])))
        fake.append(apart(bench.reader.encode(made)))
    how = (
        f"Mean distance, in the reader's features, of pictures of one prompt over that of {bench.split} items "
        f"that share its {product_measures.listed(bench.wares.alike[::-1])}; mean over {len(real)} prompts with "
        f"{FEWEST} such items or more (seed {bench.seed})."
    )
    return Metric(
        "diversity_ratio", float(np.mean(fake) / np.mean(real)), "higher", "ratio", bench.split, len(real), how
    )


def apart(features: np.ndarray) -> float:
    """Mean distance of two different rows of (n, F)."""
    distance = np.linalg.norm(features[:, None] - features[None], axis=2)
    return float(distance.sum() / (len(features) * (len(features) - 1)))


def speed(bench: Bench) -> Metric:
    """How long a prompt takes to become pictures."""
    times = []
    for turn in range(21):
        start = time.perf_counter()
        bench.illustrator.draw([bench.wares.usual], seed=turn, n=PICTURES)
        times.append(time.perf_counter() - start)
    device = bench.illustrator.device
    how = f"Median of 20 times from a prompt to {PICTURES} pictures, warm, on this machine ({device})."
    return Metric("prompt_ms", 1000 * float(np.median(times[1:])), "lower", "ms", bench.split, PICTURES, how)
