"""``python -m core.training.publish ID...``: turn finished runs into checkpoints (weights, gallery, card)."""

import argparse
import json
import shutil
from dataclasses import asdict, replace
from pathlib import Path

import numpy as np
from safetensors.torch import load_file, save_file
from torch import nn

from core import (
    cards,
    checkpoints,
    datasets,
    directions,
    gallery,
    history,
    itemmap,
    phrases,
    product_items,
    projection,
    square,
    wares,
    writerbook,
)
from core.cards import Card
from core.datasets import ImageSet, Source
from core.datasets.digits import embedded
from core.evaluate import full_set, load_probe
from core.gallery import Gallery
from core.inference import Prober, Runner
from core.itemmap import ItemMap
from core.models import ARCHITECTURES, build
from core.models.cluster_gans import ClusterGANs
from core.products import Composer, Matcher
from core.settings import ROOT, Settings
from core.training import face_directions, face_gallery, products, writer_book
from core.training.recipe import Recipe
from core.training.recipes import RECIPES

GALLERY_SIZE = 5000


def gallery_index(data: ImageSet) -> np.ndarray:
    """Which items a gallery holds, ascending: the embedded digits, or a stratified 5,000 of the test split.

    Where the test split is smaller: all that was not trained on, and training items at random.
    """
    if data.name == "digits":
        return embedded().index
    test = data.split("test")
    draw = np.random.default_rng(0)
    if len(test) < GALLERY_SIZE:
        held = data.index[data.index >= data.train_size]
        count = min(GALLERY_SIZE, len(data)) - len(held)
        rest = draw.choice(data.index[data.index < data.train_size], count, replace=False)
        return np.sort(np.concatenate([held, rest]))
    each = GALLERY_SIZE // len(data.label_names)
    chosen = [
        draw.choice(test.index[test.labels == label], each, replace=False)
        for label in range(len(data.label_names))
    ]
    return np.sort(np.concatenate(chosen))


def make_gallery(runner: Runner, data: ImageSet, *, umap: bool = True) -> Gallery:
    """Encode the gallery's items and lay out its maps; UMAP takes the most of a minute."""
    index = gallery_index(data)
    rows = np.array([data.rows[int(i)] for i in index])
    images, z = data.images[rows], runner.encode(data.images[rows])
    if z.shape[1] > 2:
        z = z.astype(np.float16).astype(np.float32)  # what is stored is what is shown
    back = runner.decode_float(z)
    error = np.square(back - images / np.float32(255)).mean(axis=(1, 2, 3))
    maps = {}
    if z.shape[1] > 2:
        maps = {"pca": projection.fit_pca(z).place(z)}
        if umap:
            maps["umap"] = projection.fit_umap(z, seed=0)
    k = runner.categories
    return Gallery(
        index=index,
        label=data.labels[rows].astype(np.int64),
        z=z,
        error=error,
        maps=maps,
        category=z[:, :k].argmax(1) if k else None,
        confidence=z[:, :k].max(1) if k else None,
        realism=runner.realism(z),
    )


def make_map(runner: Runner, data: ImageSet) -> ItemMap:
    """Encode and rebuild every item of the full set with a model of two numbers."""
    z = runner.encode(data.images)
    error = np.empty(len(z), np.float32)
    for start in range(0, len(z), 1000):
        rows = slice(start, start + 1000)
        back = runner.decode_float(z[rows])
        error[rows] = np.square(back - data.images[rows] / np.float32(255)).mean(axis=(1, 2, 3))
    return ItemMap(z, data.labels, error, square.density(z, square.half_width(z)))


def learned_from(model: nn.Module, data: ImageSet) -> int:
    """How many training images a model is shown: all, or those of its ``digits``."""
    digits = getattr(model.config, "digits", None)
    return data.train_size if digits is None else int(np.isin(data.split("train").labels, digits).sum())


def bare_card(recipe: Recipe, model: nn.Module, source: Source) -> Card:
    """The card of a model of ``recipe`` that learned from ``source``, without its training and measurements."""
    return Card(
        id=recipe.id,
        title=recipe.title,
        dataset=recipe.dataset,
        family=ARCHITECTURES[recipe.architecture].family,
        architecture=recipe.architecture,
        config=asdict(model.config),  # type: ignore[call-overload]
        dim=int(model.dim),  # type: ignore[arg-type]
        shape=source.shape,
        parameters=checkpoints.count_parameters(model),
        terms=source.terms,
        note=recipe.note,
    )


def make_card(recipe: Recipe, run: Path, seed: int, model: nn.Module, data: ImageSet) -> Card:
    """The card of a fresh checkpoint, without measurements."""
    log = [json.loads(line) for line in (run / "log.jsonl").read_text().splitlines()]
    plan = recipe.plan
    return replace(
        bare_card(recipe, model, datasets.SOURCES[recipe.dataset]),
        training={
            "images": learned_from(model, data),
            "epochs": log[-1]["epoch"],
            "batch": plan.batch,
            "rate": plan.rate,
            "weight_decay": plan.weight_decay,
            "seed": seed,
            "seconds": round(sum(line["seconds"] for line in log)),
        },
    )


def write_items(runner: Runner, data: ImageSet, part: Path, *, root: Path, run: Path, umap: bool) -> None:
    """Write what a checkpoint ships beside its weights: gallery, map, directions, writers, history, words."""
    if runner.card.family in ("probe", "style"):
        return
    if runner.card.family == "compose":
        write_codes(runner, data, part, root=root)
        return
    if runner.card.family in ("text", "reader"):
        write_words(runner, data, part)
        return
    if runner.card.family == "gan":
        write_gan(runner, data, part, root=root, run=run, umap=umap)
        return
    if runner.card.dataset == "faces":
        write_faces(runner, load_probe(root), data, part, umap=umap)
        return
    gallery.save(make_gallery(runner, data, umap=umap), part / checkpoints.GALLERY)
    if runner.card.dim == 2:
        itemmap.save(make_map(runner, data), part / checkpoints.MAP)


def write_faces(runner: Runner, probe: Prober, data: ImageSet, part: Path, *, umap: bool) -> None:
    """Write a gallery of sampled faces, and directions: nothing of a real face."""
    train, held = data.split("train"), data.split("validation")
    z = runner.encode(train.images)
    items = face_gallery.make(runner, probe, train, z, runner.encode(held.images), umap=umap)
    gallery.save(items, part / checkpoints.GALLERY)
    directions.save(face_directions.fit(runner, probe, train, z), part / checkpoints.DIRECTIONS)


def write_words(runner: Runner, data: ImageSet, part: Path) -> None:
    """Write the vocabulary of a model of products and, for search, items without pictures."""
    known = products.lexicon(data)
    phrases.save(known, part / checkpoints.VOCABULARY)
    if runner.card.family == "text":
        items = products.searchable(Matcher(runner.model, known), data, gallery_index(data))
        product_items.save(items, part / checkpoints.ITEMS)


def write_codes(runner: Runner, data: ImageSet, part: Path, *, root: Path) -> None:
    """Write what a model of "this picture, but ..." finds the searched items by, beside their vectors."""
    if not runner.card.config["kinds"]:
        return
    known = checkpoints.load_items(root, checkpoints.read_card(root, checkpoints.TEXT))
    assert known is not None
    rows = np.array([data.rows[int(index)] for index in known.index])
    codes = Composer(runner.model).codes(data.images[rows], known.z)[:, known.z.shape[1] :]
    np.savez_compressed(part / checkpoints.CODES, allow_pickle=False, codes=codes.astype(np.float16))


def write_gan(runner: Runner, data: ImageSet, part: Path, *, root: Path, run: Path, umap: bool) -> None:
    """Write how a GAN was trained and, where it knows the hands of writers, who wrote what."""
    history.save(history.collect(run, side=runner.card.shape[0]), part / checkpoints.HISTORY)
    if runner.card.config.get("style"):
        writerbook.save(writer_book.make(runner.model, data, root=root, umap=umap), part / checkpoints.WRITERS)


def finished(recipe: Recipe, run: Path) -> nn.Module:
    """The model of a finished run, without what only its training needed."""
    model = build(recipe.architecture, recipe.config)
    model.load_state_dict(load_file(run / checkpoints.MODEL))
    return model.finished() if isinstance(model, ClusterGANs) else model


def publish(recipe: Recipe, *, runs: Path, root: Path, data: ImageSet, umap: bool = True) -> None:
    """Write ``<root>/<id>/`` from ``<runs>/<id>-<seed>/``: nothing is there until all of it is."""
    target, part = root / recipe.id, root / f".{recipe.id}"
    shutil.rmtree(part, ignore_errors=True)
    part.mkdir(parents=True)
    first, *others = recipe.seeds
    run = runs / f"{recipe.id}-{first}"
    files = {checkpoints.MODEL: run} | {
        f"model-seed{seed}.safetensors": runs / f"{recipe.id}-{seed}" for seed in others
    }
    if missing := [str(source) for source in files.values() if not (source / checkpoints.MODEL).is_file()]:
        raise SystemExit(f"{recipe.id} is not trained yet: {', '.join(missing)} holds no {checkpoints.MODEL}")
    for name, source in files.items():
        save_file(checkpoints.half(finished(recipe, source).state_dict()), part / name)
    model = finished(recipe, run)
    model.load_state_dict(load_file(part / checkpoints.MODEL))
    if hasattr(model, "finished"):  # what only learning needs is not shipped
        model = model.finished()  # type: ignore[operator]
        save_file(checkpoints.half(model.state_dict()), part / checkpoints.MODEL)
    data = wares.prepared(data, recipe.architecture)
    card = make_card(recipe, run, first, model, data)
    runner = Runner(model.float().eval(), card)
    write_items(runner, data, part, root=root, run=run, umap=umap)
    digests = {path.name: checkpoints.sha256(path) for path in sorted(part.iterdir())}
    cards.write(replace(card, sha256=digests), part / checkpoints.CARD)
    shutil.rmtree(target, ignore_errors=True)
    part.rename(target)


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(prog="python -m core.training.publish", description=__doc__)
    parser.add_argument("ids", nargs="+", choices=sorted(RECIPES), metavar="ID")
    parser.add_argument("--runs", type=Path, default=ROOT / "runs")
    args = parser.parse_args()
    settings = Settings.from_environment()
    for name in args.ids:
        publish(
            RECIPES[name],
            runs=args.runs,
            root=settings.checkpoints,
            data=full_set(RECIPES[name].dataset, settings),
        )


if __name__ == "__main__":
    main()
