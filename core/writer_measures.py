"""The numbers on the cards of the models of writers, each naming how it was measured.

All of them are of writers that no model was trained on. Clusters, style and votes come from the training writers.
"""

from collections.abc import Iterator

import numpy as np

from core.cards import Metric
from core.datasets import ImageSet
from core.handwriting import Scribes, Stylist
from core.writer_bench import Bench, fakes, fakes_of_each
from core.writer_cells import recognised, shares, speed
from core.writer_samples import distribution, memorisation, reentry, scores, spelled, spread


def verified(stylist: Stylist, train: ImageSet, held: ImageSet, split: str, *, seed: int) -> Iterator[Metric]:
    """How well the embedding tells writers apart that it has never seen."""
    assert held.people is not None
    middle = np.stack(
        [
            stylist.embed(train.images[train.labels == label], train.labels[train.labels == label]).mean(0)
            for label in range(len(held.label_names))
        ]
    )
    styles = stylist.embed(held.images, held.labels) - middle[held.labels]
    half = np.random.default_rng(seed).integers(2, size=len(styles))
    people, who = np.unique(held.people, return_inverse=True)
    sums = np.zeros((2, len(people), styles.shape[1]))
    np.add.at(sums, (half, who), styles)
    a, b = sums / np.maximum(np.linalg.norm(sums, axis=2, keepdims=True), 1e-9)
    value = float(((a @ b.T).argmax(1) == np.arange(len(people))).mean())
    how = (
        f"Share of {len(people)} writers never seen whose one half of characters, at random, is nearest to their "
        "other half among the halves of all."
    )
    yield Metric("same_writer_first", value, "higher", "fraction", split, len(people), how)


def measure(bench: Bench) -> dict[str, Metric]:
    """Every metric of the GAN of writers."""
    made, plain = fakes(bench, bench.penman), fakes(bench, bench.plain)
    sets = {"": made, "_plain": plain}
    found = {
        metric.key: metric
        for metric in (
            *reentry(bench, made, plain),
            *spelled(bench, sets),
            *spread(bench, made),
            *distribution(bench, sets),
            *memorisation(bench, made),
            *scores(bench, {"": made.features, "_plain": plain.features, "_real": bench.features}),
            *shares(bench),
            *recognised(bench),
            *speed(bench),
        )
    }
    for key, above, below in (
        ("frechet_ratio", "frechet_cnn", "frechet_cnn_plain"),
        ("cluster_share_ratio", "cluster_share", "cluster_share_paper"),
        ("writer_probe_top5_ratio", "writer_probe_top5_style", "writer_probe_top5_cluster"),
    ):
        found[key] = _ratio(key, above, below, found)
    return found


def _ratio(key: str, above: str, below: str, found: dict[str, Metric]) -> Metric:
    """One metric over another."""
    value = found[above].value / max(found[below].value, 1e-9)
    first = found[above]
    return Metric(key, value, first.better, "ratio", first.split, first.n, f"{above} over {below}.")


def without_clusters(bench: Bench) -> dict[str, Metric]:
    """Every metric of the GAN that knows the class alone."""
    sets = {"": fakes(bench, bench.plain)}
    judged = {"": sets[""].features, "_real": bench.features}
    found = (*spelled(bench, sets), *distribution(bench, sets), *scores(bench, judged))
    return {metric.key: metric for metric in found}


def one_each(bench: Bench, scribes: Scribes) -> dict[str, Metric]:
    """Every metric of a bank of GANs; beside it, in the same clusters, the shared GAN and the one without any."""
    digits = scribes.config.digits
    part = bench.only(digits)
    made, shared, plain = (
        fakes_of_each(bench, scribes),
        fakes(bench, bench.penman).only(digits),
        fakes(bench, bench.plain).only(digits),
    )
    sets, names = {"": made, "_shared": shared, "_plain": plain}, bench.held.label_names
    told = " and ".join(filter(None, (", ".join(names[d] for d in digits[:-1]), names[digits[-1]])))
    found = (
        *reentry(part, made, plain),
        *spelled(part, sets),
        *spread(part, made),
        *distribution(part, sets, classes=told),
        *memorisation(part, made),
    )
    return {metric.key: metric for metric in found}
