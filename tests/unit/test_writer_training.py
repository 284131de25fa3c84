"""Toy runs of the recipes of writers, what is published from them, and that every number is measured."""

import shutil
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from safetensors.torch import save_file

from core import checkpoints, evaluate, history, writer_cells, writer_probe
from core.datasets import digits
from core.datasets import writers as nist
from core.datasets.base import ImageSet
from core.handwriting import Stylist
from core.models import build
from core.training import publish
from core.training.loop import train
from core.training.recipes import RECIPES
from tests import tiny_gans

NAMES = ("writers-probe", "writers-style", "writers-dcgan", "writers-plain")
PEOPLE, EACH = 40, 4  # made-up writers, and how often each writes a digit


@pytest.fixture(autouse=True)
def one_thread() -> None:
    """Toy networks are too small to share between cores."""
    torch.set_num_threads(1)


@pytest.fixture(scope="module")
def few() -> ImageSet:
    """Real digits given to made-up writers, all of whom write all but one digit; parts by the writer."""
    data, random = digits.embedded(), np.random.default_rng(0)
    people = np.repeat(np.arange(PEOPLE) + 100, 10 * EACH)
    labels = np.tile(np.repeat(np.arange(10), EACH), PEOPLE)
    keep = labels != people % 10
    people, labels = people[keep], labels[keep]
    parts = nist.part(people)
    order = np.lexsort((people, parts))
    people, labels, parts = people[order], labels[order], parts[order]
    rows = np.array([random.choice(np.flatnonzero(data.labels == label)) for label in labels])
    return ImageSet(
        "writers",
        data.images[rows],
        labels.astype(np.uint8),
        np.arange(len(labels)),
        int((parts == 0).sum()),
        digits.LABELS,
        "made up",
        validation_size=int((parts == 1).sum()),
        attributes=(people % 2).astype(np.uint8)[:, None],
        attribute_names=("student",),
        people=people,
    )


def toy(name: str, data: ImageSet):
    """A recipe of the repository, shrunk to seconds."""
    recipe, count = RECIPES[name], len(np.unique(data.split("train").people))
    config = {
        "writers-probe": {"channels": 2, "dim": 8},
        "writers-style": {"dim": 8, "writers": count},
        "writers-dcgan": tiny_gans.NETWORK | {"clusters": 3, "style": 8, "writers": count},
        "writers-plain": tiny_gans.NETWORK | {"clusters": 0, "style": 0},
    }[name]
    return replace(recipe, config=config, plan=replace(recipe.plan, epochs=2, batch=32))


def run(name: str, data: ImageSet, runs: Path, folder: Path, **options: int) -> torch.nn.Module:
    """Train a toy, its weights beside its log."""
    recipe, part = toy(name, data), data.split("train")
    assert recipe.facts is not None
    model = train(
        recipe,
        part.images,
        folder=folder,
        seed=0,
        facts=lambda untrained: recipe.facts(part, runs, untrained),
        **options,
    )
    save_file({key: value.contiguous() for key, value in model.state_dict().items()}, folder / checkpoints.MODEL)
    return model


@pytest.fixture(scope="module")
def trained(few: ImageSet, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The runs of all four, the style first: the GAN takes it."""
    runs = tmp_path_factory.mktemp("runs")
    for name in NAMES:
        run(name, few, runs, runs / f"{name}-0")
    return runs


@pytest.fixture(scope="module")
def published(few: ImageSet, trained: Path, tiny_root: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Their checkpoints."""
    root = tmp_path_factory.mktemp("checkpoints")
    (root / checkpoints.DRAWER).symlink_to(tiny_root / checkpoints.DRAWER)
    for name in NAMES:
        publish.publish(toy(name, few), runs=trained, root=root, data=few, umap=False)
    return root


def test_a_cut_off_run_ends_like_an_uncut_one(few: ImageSet, trained: Path, tmp_path: Path) -> None:
    run("writers-dcgan", few, trained, tmp_path / "cut", epochs=1)
    resumed = run("writers-dcgan", few, trained, tmp_path / "cut").state_dict()
    whole = run("writers-dcgan", few, trained, tmp_path / "whole").state_dict()
    for key, value in whole.items():
        torch.testing.assert_close(resumed[key], value, rtol=0, atol=0)
    assert history.collect(tmp_path / "cut", side=28).epochs == 2


def test_the_embedding_is_the_finished_one_and_stays_as_it_was(few: ImageSet, trained: Path) -> None:
    style, gan = (
        build(toy(name, few).architecture, toy(name, few).config) for name in ("writers-style", "writers-dcgan")
    )
    from safetensors.torch import load_file

    style.load_state_dict(load_file(trained / "writers-style-0" / checkpoints.MODEL))
    gan.load_state_dict(load_file(trained / "writers-dcgan-0" / checkpoints.MODEL))
    images, labels = few.images[:20], few.labels[:20]
    np.testing.assert_allclose(
        Stylist(gan.hand).embed(images, labels), Stylist(style).embed(images, labels), atol=1e-6
    )
    assert not gan.train().hand.training


def test_a_gan_without_its_embedding_says_what_to_do(few: ImageSet, tmp_path: Path) -> None:
    with pytest.raises(SystemExit, match="train writers-style first"):
        run("writers-dcgan", few, tmp_path, tmp_path / "gan")


def test_no_style_of_a_training_row_knows_its_own_class(few: ImageSet, trained: Path) -> None:
    part, recipe = few.split("train"), toy("writers-dcgan", few)
    facts = []
    for change in (False, True):
        images = part.images.copy()
        if change:  # another 4 by everybody
            images[part.labels == 4] = images[part.labels == 4][:, ::-1]
        model = build(recipe.architecture, recipe.config)
        facts.append(recipe.facts(replace(part, images=images), trained, model))
    fours = part.labels == 4
    np.testing.assert_allclose(facts[0][fours, 2:], facts[1][fours, 2:], atol=1e-5)
    assert np.abs(facts[0][~fours, 2:] - facts[1][~fours, 2:]).max() > 1e-3


def test_the_book_says_who_wrote_what(few: ImageSet, published: Path, tmp_path: Path) -> None:
    card = checkpoints.read_card(published, checkpoints.GAN)
    book = checkpoints.load_book(published, card)
    assert book is not None
    for row in (0, 17, 39):
        writer = int(book.record.writers[row])
        assert book.record.written[row].tolist() == [
            int(((few.people == writer) & (few.labels == c)).sum()) for c in range(10)
        ]
        assert book.group[row] == writer % 2
        assert book.part[row] == nist.part(np.array([writer]))[0]
        assert (few.people[book.cell(row, 3)] == writer).all()
        assert (few.labels[book.cell(row, 3)] == 3).all()
    assert (book.original >= 0).all()
    original = digits.embedded()
    assert np.array_equal(original.image(int(book.original[5])), few.images[5])
    members = few.images[(book.label == 2) & (book.cluster == 1), ..., 0]
    assert np.abs(book.averages[2, 1] - members.mean(0)).max() <= 0.5
    damaged = Path(shutil.copytree(published / checkpoints.GAN, tmp_path / checkpoints.GAN))
    (damaged / checkpoints.WRITERS).write_bytes(b"damaged")
    with pytest.raises(checkpoints.CheckpointError, match="not the file that the card describes"):
        checkpoints.load_book(tmp_path, card)


def test_every_number_is_measured(few: ImageSet, published: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(writer_probe, "EPOCHS", 1)
    card = checkpoints.read_card(published, checkpoints.GAN)
    found = evaluate.measure(published, card, few)
    assert {f"reentry_accuracy_{name}" for name in (*"0123456789", "mean", "worst", "plain")} <= set(found)
    assert {
        "digit_accuracy",
        "diversity_ratio",
        "frechet_cnn",
        "frechet_cnn_plain",
        "frechet_ratio",
        "memorisation",
        "cluster_share",
        "cluster_share_paper",
        "cluster_share_ratio",
        "writer_probe_top5_style",
        "writer_probe_top5_cluster",
        "writer_probe_top5_ratio",
        "writer_probe_top5_svd",
        "writer_probe_top5_collagan",
        "digit_accuracy_collagan",
        "cnn_score",
        "cnn_score_plain",
        "cnn_score_real",
        "row_ms",
    } <= set(found)
    assert all(np.isfinite(metric.value) and metric.how for metric in found.values())
    held = len(few.split("test"))
    assert found["probe_accuracy"].n == held
    for name in ("writers-probe", "writers-style", "writers-plain"):
        assert evaluate.measure(published, checkpoints.read_card(published, name), few)


def test_hidden_cells_are_hidden_from_style_and_vote(few: ImageSet, published: Path) -> None:
    """The characters of a hidden cell may change without changing what is foretold of it."""
    card = checkpoints.read_card(published, checkpoints.GAN)
    bench = evaluate.bench_writers(published, few, split="test")
    hidden = writer_cells.hide(bench)
    held = few.split("test")
    who = np.searchsorted(bench.theirs.writers, held.people)
    away = np.zeros(bench.theirs.written.shape, bool)
    away[hidden.rows, hidden.wanted] = True
    images = few.images.copy()
    rows = np.flatnonzero(np.isin(few.index, held.index[away[who, held.labels]]))
    images[rows] = images[rows][:, ::-1]
    other = writer_cells.hide(evaluate.bench_writers(published, replace(few, images=images), split="test"))
    np.testing.assert_array_equal(other.rows, hidden.rows)
    np.testing.assert_array_equal(other.clusters, hidden.clusters)
    np.testing.assert_allclose(other.styles, hidden.styles, atol=1e-5)
    assert card.config["clusters"] == 3
