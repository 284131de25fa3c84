"""Re-measure every number on a card from the weights: ``python -m core.evaluate ID... [--json] [--write]``.

Numbers are measured on the standard test split; where a label mapping or a set of neighbours is needed, it
comes from the training split. ``--split validation`` is for choosing; only faces have that split.
"""

import argparse
import json
import sys
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import numpy as np

from core import (
    cards,
    checkpoints,
    datasets,
    face_measures,
    gan_measures,
    measures,
    picture_bench,
    product_bench,
    wares,
    writer_bench,
    writer_measures,
)
from core.cards import Card, Metric
from core.datasets import ImageSet
from core.handwriting import Penman, Scribes, Stylist
from core.inference import DigitProber, Prober, Runner, choose_device
from core.neighbors import FEATURES, pixels
from core.sampling import Sampler
from core.settings import Settings

BASELINES = "_baselines"


def encoded(runner: Runner, data: ImageSet) -> measures.Codes:
    """Codes and labels of both splits."""
    train, test = data.split("train"), data.split("test")
    labels = train.labels.astype(int), test.labels.astype(int)
    return measures.Codes(runner.encode(train.images), labels[0], runner.encode(test.images), labels[1])


def measure(root: Path, card: Card, data: ImageSet, *, device: str = "cpu", file: str = checkpoints.MODEL) -> dict:
    """Every metric of ``card`` from the weights in ``file``: key -> Metric."""
    if card.dataset == "faces":
        return measure_faces(root, card, data, device=device)
    if card.dataset == "writers":
        return measure_writers(root, card, data, device=device)
    if wares.of(card) is not None:
        bench = picture_bench if card.family == "gan" else product_bench
        return bench.measure(root, card, data, device=device)
    if card.family in ("gan", "probe"):
        return measure_gan(root, card, data, device=device)
    runner = Runner(checkpoints.load_model(root, card, file=file), card, device)
    train, test = data.split("train"), data.split("test")
    codes = encoded(runner, data)
    found = list(measures.reconstruction(runner, train.images, test.images, codes, with_train=card.family == "ae"))
    if card.shape[-1] == 3:
        found += measures.sharpness(runner, test.images, codes.test_z)
    if card.family == "aae":
        found += measures.categories(codes, runner.categories)
        found.append(measures.category_kept(runner, test.images, codes))
    if card.family == "vae":
        found += measures.evidence(runner, test.images)
        found += measures.plane(codes)
    if card.dim > 2:
        found += measures.retrieval(codes)
    return {metric.key: measures.with_reported(card.id, metric) for metric in found}


def load_probe(root: Path, *, device: str = "cpu") -> Prober:
    """The independent classifier of faces' attributes."""
    card = checkpoints.read_card(root, checkpoints.PROBE)
    return Prober(checkpoints.load_model(root, card), card, device)


def measure_faces(
    root: Path, card: Card, data: ImageSet, *, device: str = "cpu", split: str = "test", seed: int = 0
) -> dict[str, Metric]:
    """Every metric of a model of faces or of the probe, on ``split``; settings are chosen on ``validation``."""
    probe = load_probe(root, device=device)
    if card.family == "probe":
        part = data.split(split)
        return {m.key: m for m in face_measures.accuracy(probe, probe.encode(part.images), part, split)}
    runner = Runner(checkpoints.load_model(root, card), card, device)
    found = checkpoints.load_directions(root, card)
    if found is None:
        raise checkpoints.CheckpointError(f"{card.id}: no {checkpoints.DIRECTIONS}. Publish it again.")
    bench = face_measures.bench(runner, probe, data, split, seed=seed)
    metrics = face_measures.measure(bench, found, checkpoints.load_gallery(root, card).z)
    return {key: measures.with_reported(card.id, metric) for key, metric in metrics.items()}


def load_penman(root: Path, id: str, *, device: str = "cpu") -> Penman:
    """A GAN of characters."""
    return Penman(checkpoints.load_model(root, checkpoints.read_card(root, id)), device)


def bench_writers(
    root: Path, data: ImageSet, *, device: str = "cpu", split: str = "test", seed: int = 0
) -> writer_bench.Bench:
    """What measurements of the GANs of writers share, for the people of ``split``."""
    probe, drawer = (checkpoints.read_card(root, id) for id in (checkpoints.DIGIT_PROBE, checkpoints.DRAWER))
    return writer_bench.bench(
        load_penman(root, checkpoints.GAN, device=device),
        load_penman(root, checkpoints.PLAIN, device=device),
        DigitProber(checkpoints.load_model(root, probe), probe, device),
        Runner(checkpoints.load_model(root, drawer), drawer, device),
        data.split("train"),
        data.split(split),
        split,
        seed=seed,
    )


def measure_writers(
    root: Path, card: Card, data: ImageSet, *, device: str = "cpu", split: str = "test", seed: int = 0
) -> dict[str, Metric]:
    """Every metric of a model of writers, on the people of ``split``; settings are chosen on ``validation``."""
    held = data.split(split)
    if card.family == "probe":
        probe = DigitProber(checkpoints.load_model(root, card), card, device)
        return {m.key: m for m in gan_measures.accuracy(probe, held, split)}
    if card.family == "style":
        stylist = Stylist(checkpoints.load_model(root, card), device)
        return {m.key: m for m in writer_measures.verified(stylist, data.split("train"), held, split, seed=seed)}
    bench = bench_writers(root, data, device=device, split=split, seed=seed)
    if card.id == checkpoints.PLAIN:
        return writer_measures.without_clusters(bench)
    if card.id == checkpoints.GAN:
        return writer_measures.measure(bench)
    if card.id == checkpoints.EACH:
        return writer_measures.one_each(bench, Scribes(checkpoints.load_model(root, card), device))
    known = ", ".join((checkpoints.GAN, checkpoints.PLAIN, checkpoints.EACH))
    raise checkpoints.CheckpointError(f"{card.id}: of the GANs of writers only {known} can be measured")


def measure_gan(
    root: Path, card: Card, data: ImageSet, *, device: str = "cpu", seed: int = 0
) -> dict[str, Metric]:
    """Every metric of a GAN of a data set's images, or of the probe that it is measured with."""
    known = checkpoints.read_card(root, f"{card.dataset}-probe")
    probe = DigitProber(checkpoints.load_model(root, known), known, device)
    train, test = data.split("train"), data.split("test")
    if card.family == "probe":
        return {m.key: m for m in gan_measures.accuracy(probe, test)}
    sampler = Sampler(checkpoints.load_model(root, card), device)
    return {m.key: m for m in gan_measures.measure(sampler, probe, train, test, seed=seed)}


def measure_seeds(
    root: Path, card: Card, data: ImageSet, first: dict[str, Metric], *, device: str
) -> dict[str, Any]:
    """Mean and spread of the headline metric over the shipped seeds: key -> {mean, spread, n, values}."""
    others = sorted(name for name in card.sha256 if name.startswith("model-seed"))
    if not others or "cluster_error" not in first:
        return {}
    values = [first["cluster_error"].value]
    for file in others:
        runner = Runner(checkpoints.load_model(root, card, file=file), card, device)
        codes = encoded(runner, data)
        values += [m.value for m in measures.categories(codes, runner.categories) if m.key == "cluster_error"]
    spread = float(np.std(values, ddof=1))
    return {
        "cluster_error": {
            "mean": float(np.mean(values)),
            "spread": spread,
            "n": len(values),
            "values": values,
        }
    }


def measure_maps(root: Path, card: Card, data: ImageSet) -> dict[str, dict[str, float]]:
    """Quality of the gallery's maps against its codes and the originals' pixels."""
    if checkpoints.GALLERY not in card.sha256:
        return {}
    items = checkpoints.load_gallery(root, card)
    if card.dataset == "faces":  # sampled: what the codes decode to stands for the original
        runner = Runner(checkpoints.load_model(root, card), card)
        return measures.maps(items, pixels(runner.decode(items.z)))
    originals = pixels(np.stack([data.images[data.rows[int(i)]] for i in items.index]))
    return measures.maps(items, originals)


def measure_baselines(dataset: str, data: ImageSet) -> dict[str, dict[str, Metric]]:
    """Retrieval by raw pixels and by grey-level histogram: feature -> key -> Metric."""
    train, test = data.split("train"), data.split("test")
    found = {}
    for name, feature in FEATURES.items():
        codes = measures.Codes(
            feature(train.images), train.labels.astype(int), feature(test.images), test.labels.astype(int)
        )
        found[name] = {metric.key: metric for metric in measures.retrieval(codes)}
    return found


def read_baselines(root: Path, dataset: str) -> dict[str, dict[str, Metric]]:
    """What ``measure_baselines`` wrote for ``dataset``; empty where it was not measured."""
    path = root / BASELINES / f"{dataset}.json"
    if not path.is_file():
        return {}
    raw = json.loads(path.read_text(encoding="utf-8"))
    return {name: {key: Metric(key=key, **value) for key, value in found.items()} for name, found in raw.items()}


def write_baselines(root: Path, dataset: str, found: dict[str, dict[str, Metric]]) -> None:
    """Write ``_baselines/<dataset>.json``."""
    raw = {name: {key: asdict(metric) for key, metric in metrics.items()} for name, metrics in found.items()}
    for metrics in raw.values():
        for metric in metrics.values():
            del metric["key"]
    (root / BASELINES).mkdir(parents=True, exist_ok=True)
    path = root / BASELINES / f"{dataset}.json"
    path.write_text(json.dumps(raw, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


def full_set(dataset: str, settings: Settings) -> ImageSet:
    """All of ``dataset``, or SystemExit with what to do."""
    data = datasets.load(dataset, settings)
    if data is None or len(data) < datasets.sources(settings)[dataset].size:
        raise SystemExit(
            f"Measuring needs all of {dataset!r}. Set MORPHOSPACE_DATA, or: python -m core.datasets get {dataset}"
        )
    return data


def evaluate(name: str, settings: Settings, sets: dict[str, ImageSet], *, write: bool) -> dict[str, Any]:
    """Measure checkpoint ``name``; optionally write its card. Flat: id, split, n and every metric by key.

    Metrics are of the test split unless their key says train; what is used of a category counts training items.
    """
    root, device = checkpoints.root_of(settings, name), choose_device(settings.device).name
    card = checkpoints.read_card(root, name)
    if card.dataset not in sets:
        sets[card.dataset] = full_set(card.dataset, settings)
    data = sets[card.dataset]
    metrics = measure(root, card, data, device=device)
    seeds = measure_seeds(root, card, data, metrics, device=device)
    if write:
        quality = measure_maps(root, card, data)
        cards.write(replace(card, metrics=metrics, seeds=seeds, maps=quality), root / name / checkpoints.CARD)
    flat: dict[str, Any] = {"id": name, "dataset": card.dataset, "split": "test", "n": len(data.split("test"))}
    flat |= {key: round(metric.value, 6) for key, metric in metrics.items()}
    for key, found in seeds.items():
        flat |= {f"{key}_seeds_mean": round(found["mean"], 6), f"{key}_seeds_sd": round(found["spread"], 6)}
        flat[f"{key}_seeds"] = [round(value, 6) for value in found["values"]]
    return flat


def main(arguments: list[str] | None = None) -> None:
    """Command line."""
    parser = argparse.ArgumentParser(prog="python -m core.evaluate", description=__doc__)
    parser.add_argument("ids", nargs="*", metavar="ID")
    parser.add_argument("--all", action="store_true", help="every checkpoint")
    parser.add_argument("--json", action="store_true", help="print one JSON object (keyed by id for several)")
    parser.add_argument("--write", action="store_true", help="write what was measured onto the cards")
    parser.add_argument(
        "--baselines", nargs="*", metavar="DATASET", default=[], help="measure pixels and histogram"
    )
    args = parser.parse_args(arguments)
    settings = Settings.from_environment()
    ids = checkpoints.names(settings.checkpoints) if args.all else args.ids
    if not ids and not args.baselines:
        parser.error(
            "name a checkpoint, or --all; there are: " + ", ".join(checkpoints.names(settings.checkpoints))
        )
    sets: dict[str, ImageSet] = {}
    results: dict[str, dict[str, Any]] = {}
    for name in ids:
        try:
            results[name] = evaluate(name, settings, sets, write=args.write)
        except checkpoints.CheckpointError as error:
            sys.exit(str(error))
        if not args.json:
            print("\n".join(f"{name:28} {key:24} {value}" for key, value in results[name].items() if key != "id"))
    if args.json and results:
        print(json.dumps(next(iter(results.values())) if len(results) == 1 else results))
    for dataset in args.baselines:
        found = measure_baselines(dataset, sets.get(dataset) or full_set(dataset, settings))
        write_baselines(settings.checkpoints, dataset, found)


if __name__ == "__main__":
    main()
