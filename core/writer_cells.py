"""How well hidden cells (a writer, a class) are foretold and completed."""

import time
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from core import writer_completion, writer_probe, writers
from core.cards import Metric
from core.matrix_completion import complete
from core.writer_bench import Bench

SAMPLES = 16  # samples per missing cell of a row
HIDDEN = 2  # cells hidden per writer
ENOUGH = 4  # characters that a cell must have to be hidden, and that are judged of whatever completes it


def shares(bench: Bench) -> Iterator[Metric]:
    """Which share of a writer's hidden characters falls in the cluster that was foretold."""
    known, theirs = bench.known, bench.theirs
    classes = range(theirs.counts.shape[1])
    found: dict[str, list[float]] = {"cluster_share": [], "cluster_share_paper": [], "largest": [], "best": []}
    largest = known.counts.sum(0).argmax(1)
    rules = {
        (cluster, seen, wanted): writers.vote_by_class(known, cluster, seen, wanted).chosen
        for cluster in range(known.counts.shape[2])
        for seen in classes
        for wanted in classes
        if seen != wanted
    }
    for row in range(len(theirs.writers)):
        for wanted in np.flatnonzero(theirs.written[row]):
            share = theirs.counts[row, wanted] / theirs.written[row, wanted]
            seen = [c for c in np.flatnonzero(theirs.written[row]) if c != wanted]
            if not seen:
                continue
            own = writers.style(theirs.styles[[row]], theirs.written[[row]], np.isin(classes, seen))[0]
            found["cluster_share"].append(share[writers.vote_by_style(known, own, int(wanted)).chosen])
            found["cluster_share_paper"].append(
                float(np.mean([share[rules[int(theirs.majority[row, c]), int(c), int(wanted)]] for c in seen]))
            )
            found["largest"].append(share[largest[wanted]])
            found["best"].append(share.max())
    value = {key: float(np.mean(values)) for key, values in found.items()}
    n = len(found["best"])
    how = (
        "Share of the characters of a hidden cell (writer and class) that fall in {}, mean over all written cells."
    )
    for key, own, what in (
        (
            "cluster_share",
            value["cluster_share"],
            f"the cluster that the {writers.NEAREST} writers nearest in style vote for",
        ),
        (
            "cluster_share_paper",
            value["cluster_share_paper"],
            "the paper's, mean over the class that it is told from",
        ),
        ("cluster_share_largest", value["largest"], "the largest cluster of the class"),
        ("cluster_share_best", value["best"], "the cell's own largest, which nobody could know"),
    ):
        yield Metric(key, own, "higher", "fraction", bench.split, n, how.format(what))


@dataclass(frozen=True)
class Hidden:
    """Cells that are hidden: rows of writers, classes, the style and the vote by what is left."""

    rows: np.ndarray
    wanted: np.ndarray
    styles: np.ndarray
    clusters: np.ndarray


def hide(bench: Bench) -> Hidden:
    """Up to `HIDDEN` cells of every writer with `ENOUGH` characters in them, both hidden at once."""
    theirs, random = bench.theirs, np.random.default_rng(bench.seed)
    rows, wanted, styles, clusters = [], [], [], []
    for row, written in enumerate(theirs.written):
        full = random.permutation(np.flatnonzero(written >= ENOUGH))
        if len(full) < HIDDEN + 2:
            continue
        seen = ~np.isin(np.arange(len(written)), full[:HIDDEN])
        own = writers.style(theirs.styles[[row]], theirs.written[[row]], seen)[0]
        for cell in full[:HIDDEN]:
            rows.append(row)
            wanted.append(cell)
            styles.append(own)
            clusters.append(writers.vote_by_style(bench.known, own, int(cell)).chosen)
    if not rows:
        raise ValueError(f"nobody has {HIDDEN + 2} classes of {ENOUGH} characters, so no cell can be hidden")
    return Hidden(np.array(rows), np.array(wanted), np.stack(styles), np.array(clusters))


def recognised(bench: Bench) -> Iterator[Metric]:
    """Does a classifier trained on the writers' other characters name the writer of a completed cell?"""
    hidden, theirs = hide(bench), bench.theirs
    who = np.searchsorted(theirs.writers, bench.people)
    away = np.zeros(theirs.written.shape, bool)
    away[hidden.rows, hidden.wanted] = True
    left = ~away[who, bench.labels]
    judge = writer_probe.fit(bench.held.images[left], who[left], count=len(theirs.writers), seed=bench.seed)

    def top5(images: list[np.ndarray]) -> float:
        right = []
        for row, cell in zip(hidden.rows, images, strict=True):
            order = writer_probe.likelihood(judge, cell).mean(0).argsort()[::-1]
            right.append(row in order[:5])
        return float(np.mean(right))

    random = np.random.default_rng(bench.seed)
    n, noise = len(hidden.rows), random.normal(size=(len(hidden.rows) * ENOUGH, bench.penman.config.noise))
    cells = (np.repeat(a, ENOUGH, axis=0) for a in (hidden.wanted, hidden.clusters, hidden.styles))
    wanted, clusters, styles = cells
    sets = {
        "style": bench.penman.write(noise, wanted, clusters, styles),
        "cluster": bench.penman.write(noise, wanted, clusters, None),
        "plain": bench.plain.write(noise, wanted, None, None),
    }
    found = {name: top5(list(images.reshape(n, ENOUGH, *images.shape[1:]))) for name, images in sets.items()}
    real = [
        bench.held.images[np.flatnonzero((who == row) & (bench.labels == cell))[:ENOUGH]]
        for row, cell in zip(hidden.rows, hidden.wanted, strict=True)
    ]
    found["real"] = top5(real)
    found["co_writer"] = top5(
        [_borrowed(bench, own, int(cell)) for own, cell in zip(hidden.styles, hidden.wanted, strict=True)]
    )
    drawn = completed(bench, hidden)
    found |= {name: top5(list(images[:, None])) for name, images in drawn.items()}
    told = {
        "style": f"{ENOUGH} samples in the writer's style and the cluster voted for",
        "cluster": f"{ENOUGH} samples in the cluster voted for",
        "plain": f"{ENOUGH} samples of the GAN without clusters",
        "real": f"{ENOUGH} of the real hidden characters",
        "co_writer": f"up to {ENOUGH} real characters of the training writer nearest in style",
        "collagan": "the one that an autoencoder, which has seen these people's digits, draws of the code that a "
        "network, which learned from the training writers' codes, completes from the writer's others (in place of "
        "CollaGAN)",
        "svd": "the one that an autoencoder, which has seen these people's digits, draws of a completed code",
    }
    how = (
        "Share of {} hidden cells (writer and class) whose writer is among the five of {} that a classifier "
        "trained on the writers' other cells finds likeliest, given {}."
    )
    for name, value in found.items():
        text = how.format(n, len(theirs.writers), told[name])
        yield Metric(f"writer_probe_top5_{name}", value, "higher", "fraction", bench.split, n, text)
    for name, what in (("svd", "low rank"), ("collagan", "a network")):
        right = bench.probe.read(bench.probe.encode(drawn[name])) == hidden.wanted
        how = (
            f"Share of hidden cells, completed by {what} over an autoencoder's codes, that the probe reads right."
        )
        yield Metric(f"digit_accuracy_{name}", float(right.mean()), "higher", "fraction", bench.split, n, how)


def completed(bench: Bench, hidden: Hidden) -> dict[str, np.ndarray]:
    """A character (n, 28, 28, 1) uint8 for each hidden cell, by the mean codes of the cells that are left.

    ``svd``: by low rank, over all writers. ``collagan``: by a network that learned from the training writers.
    """
    sums, counts = [], []
    for data, record in ((bench.train, bench.known), (bench.held, bench.theirs)):
        codes = bench.drawer.encode(data.images)
        total = np.zeros((*record.written.shape, codes.shape[1]))
        np.add.at(total, (np.searchsorted(record.writers, data.people), data.labels), codes)  # type: ignore[arg-type]
        sums.append(total)
        counts.append(record.written)
    counts[1] = counts[1].copy()
    counts[1][hidden.rows, hidden.wanted] = 0
    written = np.concatenate(counts)
    mean = np.concatenate(sums) / np.maximum(written, 1)[..., None]
    known, train = written > 0, len(bench.known.writers)
    network = writer_completion.fit(mean[:train], known[:train], seed=bench.seed)
    low_rank = complete(mean.reshape(len(mean), -1), np.repeat(known, mean.shape[2], axis=1))
    filled = {
        "svd": low_rank.reshape(mean.shape)[train:],
        "collagan": network.complete(mean[train:], known[train:]),
    }
    return {
        name: bench.drawer.decode(codes[hidden.rows, hidden.wanted].astype(np.float32))
        for name, codes in filled.items()
    }


def _borrowed(bench: Bench, own: np.ndarray, wanted: int) -> np.ndarray:
    voter = writers.vote_by_style(bench.known, own, wanted, nearest=1).voters[0]
    train = bench.train
    return train.images[(train.people == bench.known.writers[voter]) & (train.labels == wanted)][:ENOUGH]


def speed(bench: Bench) -> Iterator[Metric]:
    """How long a whole row takes, from what somebody wrote to samples of every class."""
    c, theirs = bench.penman.config, bench.theirs
    labels, times, row = np.repeat(np.arange(c.classes), SAMPLES), [], int(theirs.written.sum(1).argmax())
    for _ in range(20):
        start = time.perf_counter()
        given = writers.foretell(bench.known, theirs.styles[row], theirs.written[row], labels)
        noise = np.random.default_rng(bench.seed).normal(size=(len(labels), c.noise))
        bench.penman.write(noise, labels, *given)
        times.append(time.perf_counter() - start)
    how = (
        f"Median of 20 times to vote on all {c.classes} classes for a writer and to write {SAMPLES} samples of "
        f"each, on this machine ({bench.penman.device})."
    )
    yield Metric("row_ms", 1000 * float(np.median(times)), "lower", "ms", "samples", len(labels), how)
