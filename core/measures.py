"""The numbers on the cards: one function per group of metrics, each naming how it was measured."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np
import torch

from core import fidelity, metrics
from core.augment import Affine, affine
from core.cards import Metric
from core.gallery import Gallery
from core.inference import Runner
from core.models.vae import kl_divergence, sample
from core.reported import reported

DRAWS = 16
MAP_QUERIES = 1000
SMALL_CHANGE = Affine(rotation=8, scale=0.08, shear=0.1, shift=0.08)


@dataclass(frozen=True)
class Codes:
    """Codes (n, d) float32 and labels (n,) of the two standard splits."""

    train_z: np.ndarray
    train_y: np.ndarray
    test_z: np.ndarray
    test_y: np.ndarray


def with_reported(checkpoint: str, metric: Metric) -> Metric:
    """``metric`` with what others report beside it."""
    value, source = reported(checkpoint, metric.key)
    return replace(metric, reported=value, source=source)


def reconstruction(
    runner: Runner, train: np.ndarray, test: np.ndarray, codes: Codes, *, with_train: bool
) -> Iterator[Metric]:
    """Mean squared error of images through the code and back."""
    how = "Mean over all pixels of the squared difference between original and reconstruction, on the 0..1 scale."
    for split, images, z in (("train", train, codes.train_z), ("test", test, codes.test_z)):
        if split == "test" or with_train:
            total = 0.0
            for start in range(0, len(images), 2000):
                back = runner.decode_float(z[start : start + 2000])
                total += metrics.mse(back, images[start : start + 2000]) * len(back)
            yield Metric(f"{split}_mse", total / len(images), "lower", "MSE per pixel", split, len(images), how)


def sharpness(runner: Runner, test: np.ndarray, z: np.ndarray) -> Iterator[Metric]:
    """Error, by the name that models of photos have for it, and sharpness of test images through codes ``z``."""
    n, total, drawn, real = len(test), 0.0, [], []
    for start in range(0, n, runner.batch):  # floats of many photos at once take much memory
        images = np.asarray(test[start : start + runner.batch])
        back = runner.decode(z[start : start + runner.batch])
        total += metrics.mse(back, images) * len(back)
        drawn.append(fidelity.laplacian_variance(back))
        real.append(fidelity.laplacian_variance(images))
    how = "Mean over all pixels of the squared difference between original and reconstruction, on the 0..1 scale."
    yield Metric("reconstruction_mse", total / n, "lower", "MSE per pixel", "test", n, how)
    sharp = np.concatenate(real).mean()
    if sharp == 0:  # blank images are as sharp as nothing
        return
    how = "Mean variance of the Laplacian of the reconstructions over the originals': 1 is as sharp, 0 is flat."
    yield Metric("sharpness_ratio", float(np.concatenate(drawn).mean() / sharp), "higher", "ratio", "test", n, how)


def categories(codes: Codes, count: int) -> list[Metric]:
    """Clustering by the category head (the largest of the first ``count`` numbers of a code)."""
    train, test = codes.train_z[:, :count].argmax(1), codes.test_z[:, :count].argmax(1)
    labels = int(codes.train_y.max()) + 1
    mapping = metrics.majority_mapping(train, codes.train_y, categories=count, labels=labels)
    n, y = len(test), codes.test_y
    used = int((np.bincount(train, minlength=count) >= 0.001 * len(train)).sum())
    found = [
        Metric(
            "cluster_error",
            metrics.cluster_error(test, y, mapping),
            "lower",
            "fraction",
            "test",
            n,
            "Share of test items whose category's majority label, taken from the training split, is not theirs.",
        ),
        Metric(
            "nmi",
            metrics.nmi(test, y),
            "higher",
            "0..1",
            "test",
            n,
            "Mutual information of category and label over the arithmetic mean of their entropies.",
        ),
        Metric("ari", metrics.ari(test, y), "higher", "0..1", "test", n, "Adjusted Rand index; chance is 0."),
        Metric(
            "categories_used",
            used,
            "higher",
            "categories",
            "train",
            len(train),
            f"Of {count}, those that hold at least 0.1 % of the training items.",
        ),
    ]
    if count == labels:
        how = "Share of test items that are right under the best one-to-one matching of categories and labels."
        value = metrics.accuracy_hungarian(test, y)
        found.append(Metric("accuracy_hungarian", value, "higher", "fraction", "test", n, how))
    return found


@torch.inference_mode()
def category_kept(runner: Runner, images: np.ndarray, codes: Codes) -> Metric:
    """How many test items stay in their category when they are turned, slanted, resized and moved a little."""
    before = codes.test_z[:, : runner.categories].argmax(1)
    generator, same = torch.Generator().manual_seed(0), 0
    for start in range(0, len(images), 1000):
        changed = affine(_tensor(images[start : start + 1000]), SMALL_CHANGE, generator).to(runner.device)
        parts = changed.split(runner.batch)
        after = [runner.model.encode(x)[:, : runner.categories].argmax(1) for x in parts]  # type: ignore[operator]
        same += int((torch.cat(after).cpu().numpy() == before[start : start + 1000]).sum())
    n = len(images)
    how = (
        "Share of test items in the same category after one random change each: turned by up to "
        f"{SMALL_CHANGE.rotation:g} degrees, resized by up to {100 * SMALL_CHANGE.scale:g} %, slanted by up to "
        f"{SMALL_CHANGE.shear:g}, moved by up to {14 * SMALL_CHANGE.shift:.1f} px; seed 0."
    )
    return Metric("category_kept", same / n, "higher", "fraction", "test", n, how)


@torch.inference_mode()
def evidence(runner: Runner, images: np.ndarray) -> list[Metric]:
    """The negative evidence bound of a VAE as squared error + KL, codes drawn from the posterior."""
    generator = torch.Generator().manual_seed(0)
    error = kl = 0.0
    for start in range(0, len(images), 1000):
        x = _tensor(images[start : start + 1000]).to(runner.device).split(runner.batch)
        told = [runner.model.posterior(part) for part in x]  # type: ignore[operator]
        mean, logvar = (torch.cat(parts) for parts in zip(*told, strict=True))
        kl += kl_divergence(mean, logvar).sum().item()
        for _ in range(DRAWS):
            z = sample(mean, logvar, generator).split(runner.batch)
            back = [runner.model.decode(part) for part in z]  # type: ignore[operator]
            error += sum((a - b).square().sum().item() for a, b in zip(back, x, strict=True)) / DRAWS
    n, size = len(images), int(np.prod(images.shape[1:]))
    how = f"{size:,} x mean squared error + KL divergence, mean over items and {DRAWS} draws from each posterior."
    return [
        Metric("test_loss", (error + kl) / n, "lower", "nats", "test", n, how),
        Metric(
            "test_error",
            error / n,
            "lower",
            "squared error per image",
            "test",
            n,
            "The first part of the loss.",
        ),
        Metric(
            "test_kl",
            kl / n,
            "lower",
            "nats",
            "test",
            n,
            "The second part: how much a code tells of its image.",
        ),
    ]


def plane(codes: Codes) -> list[Metric]:
    """How well labels separate in a 2-D code."""
    value = metrics.knn_accuracy(codes.train_z, codes.train_y, codes.test_z, codes.test_y, k=1)
    known = f"{len(codes.train_y):,}"
    how = f"Share of test items whose nearest of the {known} training codes in the plane has their label."
    return [Metric("knn1_accuracy_2d", value, "higher", "fraction", "test", len(codes.test_y), how)]


def retrieval(codes: Codes) -> list[Metric]:
    """Precision at 1, 5 and 10 (L2 and cosine) and mean average precision, test queries against train."""
    args = (codes.train_z, codes.train_y, codes.test_z, codes.test_y)
    n, found = len(codes.test_y), []
    for metric, suffix in (("l2", ""), ("cosine", "_cosine")):
        how = f"Share of the nearest training items ({metric.upper()}) that have the query's label."
        for k, value in metrics.precision_at(*args, metric=metric).items():
            if not suffix or k == 1:
                found.append(Metric(f"precision_at_{k}{suffix}", value, "higher", "fraction", "test", n, how))
    value, asked = metrics.mean_average_precision(*args, queries=MAP_QUERIES, seed=0), min(MAP_QUERIES, n)
    how = f"Average precision of the ranking of all training items (L2), mean over {asked} test items, seed 0."
    found.append(Metric("map", value, "higher", "0..1", "test", asked, how))
    return found


def maps(items: Gallery, originals: np.ndarray) -> dict[str, dict[str, float]]:
    """Trustworthiness, continuity and 1-NN accuracy of every 2-D map of a gallery, and of the codes themselves.

    ``trustworthiness`` and ``continuity`` compare with the codes, ``trustworthiness_pixels`` with ``originals``
    (n, pixels); k = 10 on 2,000 items, seed 0. 1-NN accuracy leaves the item itself out, on all n.
    """
    spaces = dict(items.maps)
    if items.z.shape[1] == 2:
        spaces["plane"] = items.z
    found = {}
    for name, xy in {**spaces, "codes": items.z}.items():
        found[name] = {
            "knn1_accuracy": _leave_one_out(xy, items.label),
            "trustworthiness_pixels": metrics.trustworthiness(originals, xy),
            "n": len(items),
        }
        if name not in ("codes", "plane"):
            found[name]["trustworthiness"] = metrics.trustworthiness(items.z, xy)
            found[name]["continuity"] = metrics.continuity(items.z, xy)
    return found


def _leave_one_out(z: np.ndarray, label: np.ndarray) -> float:
    """1-NN accuracy of each row against all others."""
    from core.neighbors import Index

    nearest = Index(z).search(z, 1, exclude=np.arange(len(z))).index[:, 0]
    return float((label[nearest] == label).mean())


def _tensor(images: np.ndarray) -> torch.Tensor:
    """Images (n, H, W, C) uint8 as (n, C, H, W) float32 in [0, 1]."""
    return torch.from_numpy(np.ascontiguousarray(images.transpose(0, 3, 1, 2))).float() / 255
