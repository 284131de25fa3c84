"""The numbers on the cards of the face models: one function per group, each naming how it was measured."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from core import entanglement, fidelity, metrics
from core.attributes import arithmetic, names_of
from core.cards import Metric
from core.datasets import ImageSet
from core.directions import Directions
from core.entanglement import STAY
from core.inference import Prober, Runner

SAMPLES, EQUATIONS, FACES = 5000, 200, 1000
GLASSES, MALE = "Eyeglasses", "Male"


@dataclass(frozen=True)
class Bench:
    """What the measurements share.

    Attributes
    ----------
    runner, probe : the model and the independent classifier of attributes.
    data, split : the faces measured on, and what that part is called.
    z, features, looks : (n, d), (n, F) and (n, L), codes and the probe's features and looks of the originals.
    back : (n, 64, 64, 3) uint8, their reconstructions.
    seed : of everything that is drawn.
    """

    runner: Runner
    probe: Prober
    data: ImageSet
    split: str
    z: np.ndarray
    features: np.ndarray
    looks: np.ndarray
    back: np.ndarray
    seed: int = 0

    def place(self, name: str) -> int:
        """Column of an attribute."""
        return names_of([name], self.data.attribute_names)[0]

    def has(self, name: str) -> np.ndarray:
        """(n,) whether the annotators saw it."""
        assert self.data.attributes is not None
        return self.data.attributes[:, self.place(name)] == 1

    def draw(self, rows: np.ndarray, most: int = FACES) -> np.ndarray:
        """At most so many of ``rows``, at random."""
        return np.random.default_rng(self.seed).permutation(rows)[:most]

    def word(self, z: np.ndarray) -> np.ndarray:
        """The probe's probabilities (n, k) of decoded codes."""
        return self.probe.probabilities(self.runner.decode(z))


def bench(runner: Runner, probe: Prober, data: ImageSet, split: str, *, seed: int = 0) -> Bench:
    """Encode, rebuild and look at all faces of ``split`` once."""
    part = data.split(split)
    z = runner.encode(part.images)
    images = part.images
    return Bench(runner, probe, part, split, z, probe.encode(images), probe.looks(images), runner.decode(z), seed)


def accuracy(probe: Prober, features: np.ndarray, data: ImageSet, split: str) -> Iterator[Metric]:
    """How often the probe and the annotators agree."""
    assert data.attributes is not None
    right = ((probe.read(features) > 0.5) == (data.attributes == 1)).mean(0)
    n, how = len(features), "Share of faces on which the probe and CelebA's annotators agree"
    for key, name in (("probe_accuracy_eyeglasses", GLASSES), ("probe_accuracy_male", MALE)):
        value = float(right[names_of([name], data.attribute_names)[0]])
        yield Metric(key, value, "higher", "fraction", split, n, f"{how} about {name}.")
    yield Metric(
        "probe_accuracy", float(right.mean()), "higher", "fraction", split, n, f"{how}, mean of 40 attributes."
    )


def reconstruction(bench: Bench) -> Iterator[Metric]:
    """Error and sharpness of faces through the code and back."""
    images, n = bench.data.images, len(bench.z)
    total = 0.0
    for start in range(0, n, 1000):
        back = bench.runner.decode_float(bench.z[start : start + 1000])
        total += metrics.mse(back, images[start : start + 1000]) * len(back)
    how = "Mean over all pixels of the squared difference between original and reconstruction, on the 0..1 scale."
    for key in ("test_mse", "reconstruction_mse"):  # the dashboard's name of it and the one it was asked for by
        yield Metric(key, total / n, "lower", "MSE per pixel", bench.split, n, how)
    sharp = fidelity.laplacian_variance(bench.back).mean() / fidelity.laplacian_variance(images).mean()
    how = "Mean variance of the Laplacian of the reconstructions over the originals': 1 is as sharp, 0 is flat."
    yield Metric("sharpness_ratio", float(sharp), "higher", "ratio", bench.split, n, how)


def distribution(bench: Bench, sampled: np.ndarray) -> Iterator[Metric]:
    """How far ``sampled`` codes (n, d), and midpoints of pairs, are from real faces in the probe's features."""
    how = "Fréchet distance, in the probe's features, between the originals and {}."
    random = np.random.default_rng(bench.seed)
    a, b = (random.integers(len(bench.z), size=SAMPLES) for _ in range(2))
    sets = {
        "frechet_probe": (sampled, f"the {len(sampled):,} sampled faces of the gallery"),
        "frechet_midpoints": (
            (bench.z[a] + bench.z[b]) / 2,
            f"{SAMPLES:,} decoded midpoints of random pairs of codes (seed {bench.seed})",
        ),
        "frechet_reconstructions": (bench.z, "their reconstructions"),
    }
    for key, (z, what) in sets.items():
        value = fidelity.frechet(bench.probe.encode(bench.runner.decode(z)), bench.features)
        yield Metric(key, value, "lower", "distance", bench.split, len(z), how.format(what))


def sums(bench: Bench) -> Iterator[Metric]:
    """Man with glasses - man without + woman without."""
    glasses, man = bench.has(GLASSES), bench.has(MALE)
    trays = [np.flatnonzero(keep) for keep in (glasses & man, ~glasses & man, ~glasses & ~man)]
    for count, key in ((3, "arithmetic_success"), (1, "arithmetic_success_1")):
        random = np.random.default_rng(bench.seed)
        codes = np.stack(
            [
                arithmetic(*(bench.z[random.choice(rows, count, replace=False)] for rows in trays))
                for _ in range(EQUATIONS)
            ]
        )
        word = bench.word(codes)
        right = (word[:, bench.place(GLASSES)] > 0.5) & (word[:, bench.place(MALE)] < 0.5)
        how = (
            f"Share of {EQUATIONS} random sums man with glasses - man without + woman without, {count} exemplar"
            f"{'s' * (count > 1)} each, in which the probe sees glasses and not Male (seed {bench.seed})."
        )
        yield Metric(key, float(right.mean()), "higher", "fraction", bench.split, EQUATIONS, how)


def sliders(bench: Bench, directions: Directions) -> Iterator[Metric]:
    """Glasses put on and taken off at default strength: does it work, what else moves, who is it then."""
    step, glasses = directions.get(GLASSES), bench.has(GLASSES)
    bare, worn = bench.draw(np.flatnonzero(~glasses)), bench.draw(np.flatnonzero(glasses))
    column, stay = bench.place(GLASSES), names_of(STAY, bench.data.attribute_names)
    edited = bench.runner.decode(bench.z[bare] + step.strength * step.vector)
    features = bench.probe.encode(edited)
    before, after = bench.probe.probabilities(bench.back[bare]), bench.probe.read(features)
    yield _share("glasses_added", after[:, column] > 0.5, bench, f"at default strength {step.strength:g}, on")
    removed = bench.word(bench.z[worn] + step.removal * step.vector)[:, column] < 0.5
    yield _share("glasses_removed", removed, bench, f"at default strength {step.removal:g}, off")
    free = directions.freed(GLASSES, list(STAY))
    freed = bench.word(bench.z[bare] + step.strength * free)
    how = (
        "Mean absolute change of the probe's probabilities of "
        + ", ".join(STAY)
        + " when glasses are put on at default strength, from the reconstruction"
    )
    values = [entanglement.collateral(entanglement.change(before, word), stay) for word in (after, freed)]
    for key, value, way in zip(
        ("entanglement_glasses", "entanglement_glasses_orthogonal"),
        values,
        (".", ", direction orthogonalised against these."),
        strict=True,
    ):
        yield Metric(key, value, "lower", "probability", bench.split, len(bare), how + way)
    drop = 1 - values[1] / max(values[0], 1e-9)
    how = "How much lower the entanglement is with the direction orthogonalised than without."
    yield Metric("entanglement_drop", drop, "higher", "fraction", bench.split, len(bare), how)
    yield _share("glasses_added_orthogonal", freed[:, column] > 0.5, bench, "with the orthogonalised direction on")
    yield from identity(bench, bare, edited, features)


def identity(bench: Bench, rows: np.ndarray, edited: np.ndarray, features: np.ndarray) -> Iterator[Metric]:
    """Whose face an edit is: its own source's, or rather another's. ``features`` are the probe's of ``edited``.

    The source of an edit is the picture that it starts from, the reconstruction; beside it, the original
    photograph, from which the reconstruction differs already.
    """
    how = (
        "Share of faces whose edit (glasses put on at default strength) is nearer to its own {} than to any "
        f"of {len(rows) - 1} others, in {{}}."
    )
    told = "the features from which the probe reads attributes"
    seen = "what the probe sees place by place (its last map)"
    source, photo = "source (the reconstruction)", "original photograph"
    looks = bench.probe.looks(edited)
    for key, own, ours, what, where in (
        ("identity_kept", bench.probe.encode(bench.back[rows]), features, source, told),
        ("identity_kept_places", bench.probe.looks(bench.back[rows]), looks, source, seen),
        ("identity_kept_photo", bench.features[rows], features, photo, told),
        ("identity_kept_photo_places", bench.looks[rows], looks, photo, seen),
    ):
        kept = float(entanglement.kept(own, ours).mean())
        yield Metric(key, kept, "higher", "fraction", bench.split, len(rows), how.format(what, where))


def _share(key: str, right: np.ndarray, bench: Bench, how: str) -> Metric:
    text = f"Share of faces on which the probe agrees that glasses were put {how} (seed {bench.seed})."
    return Metric(key, float(right.mean()), "higher", "fraction", bench.split, len(right), text)


def measure(bench: Bench, directions: Directions, sampled: np.ndarray) -> dict[str, Metric]:
    """Every metric of a model of faces."""
    found = [
        *reconstruction(bench),
        *distribution(bench, sampled),
        *sums(bench),
        *sliders(bench, directions),
        *accuracy(bench.probe, bench.features, bench.data, bench.split),
    ]
    return {metric.key: metric for metric in found}
