"""Toy runs of the models of products, what is published from them, and that every number is measured."""

import functools
import itertools
import shutil
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from safetensors.torch import load_file, save_file

from core import checkpoints, compositions, evaluate, phrases, product_bench, product_items, product_measures
from core.datasets import SOURCES
from core.datasets.base import ImageSet
from core.models import build
from core.models.product_text import word_match
from core.product_items import Items
from core.products import Matcher
from core.training import compose, products, publish
from core.training.loop import train
from core.training.product_recipes import RECIPES
from core.wares import PRODUCTS
from dashboard import inspection
from tests import tiny_products

NAMES = {recipe.id: recipe for recipe in RECIPES}
EPOCHS = {"products-text": 7, "products-reader": 6, "products-compose": 8}


@pytest.fixture(autouse=True, scope="module")
def one_thread() -> None:
    """Toy networks are too small to share between cores."""
    torch.set_num_threads(1)


@pytest.fixture(scope="module")
def data() -> ImageSet:
    """Made-up products."""
    return tiny_products.made_up()


def toy(name: str):
    """A recipe of the repository, shrunk to seconds."""
    recipe = NAMES[name]
    facts = recipe.facts
    if name == "products-compose":
        facts = functools.partial(compose.compose_facts, config=tiny_products.CONFIGS["products-text"])
    plan = replace(recipe.plan, epochs=EPOCHS[name], batch=32, rate=5e-3)
    return replace(recipe, config=tiny_products.CONFIGS[name], plan=plan, facts=facts)


def run(name: str, data: ImageSet, runs: Path, folder: Path, **options: int) -> torch.nn.Module:
    """Train a toy, its weights beside its log."""
    recipe, part = toy(name), data.split("train")
    assert recipe.facts is not None
    model = train(
        recipe, part.images, folder=folder, seed=0, facts=lambda m: recipe.facts(part, runs, m), **options
    )
    save_file({key: value.contiguous() for key, value in model.state_dict().items()}, folder / checkpoints.MODEL)
    return model


@pytest.fixture(scope="module")
def trained(data: ImageSet, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The runs of all three, the text first: the composer takes it."""
    runs = tmp_path_factory.mktemp("runs")
    for name in ("products-text", "products-reader", "products-compose"):
        run(name, data, runs, runs / f"{name}-0")
    return runs


@pytest.fixture(scope="module")
def published(data: ImageSet, trained: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Their checkpoints."""
    root = tmp_path_factory.mktemp("checkpoints")
    for name in EPOCHS:
        publish.publish(toy(name), runs=trained, root=root, data=data)
    return root


def measured(root: Path, name: str, data: ImageSet) -> dict[str, float]:
    found = evaluate.measure(root, checkpoints.read_card(root, name), data)
    assert all(metric.how and metric.split == "test" for metric in found.values())
    return {key: metric.value for key, metric in found.items()}


@pytest.mark.parametrize("name", ["products-text", "products-compose"])
def test_a_cut_off_run_ends_like_an_uncut_one(name: str, data: ImageSet, trained: Path, tmp_path: Path) -> None:
    run(name, data, trained, tmp_path, epochs=3)
    resumed = run(name, data, trained, tmp_path).state_dict()
    for key, value in load_file(trained / f"{name}-0" / checkpoints.MODEL).items():
        torch.testing.assert_close(resumed[key], value, rtol=0, atol=0)


def test_phrases_and_pictures_find_each_other(published: Path, data: ImageSet) -> None:
    found = measured(published, "products-text", data)
    n = len(data.split("test"))
    assert found["recall_at_10"] > 2 * 10 / n  # far above chance
    assert found["recall_at_1"] <= found["recall_at_5"] <= found["recall_at_10"]
    assert found["phrase_precision"] > 0.5


def test_pictures_are_read(published: Path, data: ImageSet) -> None:
    found = measured(published, "products-reader", data)
    assert found["type_accuracy"] > 0.8
    assert found["colour_accuracy_10"] > 0.6
    read = product_bench.load_reader(published).read(data.images[:5])
    for name, chances in read.chances.items():
        np.testing.assert_allclose(chances.sum(1), 1, rtol=1e-5)
        assert chances.shape == (5, len(np.unique(data.fields[name])))
    assert read.words.shape == (5, 12)


def test_the_composer_is_compared_with_less(published: Path, data: ImageSet) -> None:
    found = measured(published, "products-compose", data)
    for kind, k in itertools.product(("recall", "hit"), (1, 10)):
        rivals = [found[f"{kind}_at_{k}_{name}"] for name in ("image", "text", "sum")]
        assert found[f"{kind}_at_{k}_ratio"] == pytest.approx(found[f"{kind}_at_{k}"] / max(rivals))
    assert found["recall_at_10"] <= found["hit_at_10"]
    assert found["recall_at_10"] > max(found["recall_at_10_image"], found["recall_at_10_text"])


def test_what_is_shipped_has_no_pixel_and_is_searched_alike(published: Path, data: ImageSet) -> None:
    card = checkpoints.read_card(published, "products-text")
    assert set(card.sha256) == {checkpoints.MODEL, checkpoints.VOCABULARY, checkpoints.ITEMS}
    items, matcher = checkpoints.load_items(published, card), product_bench.load_matcher(published)
    assert items is not None
    np.testing.assert_array_equal(items.captions, data.captions)
    np.testing.assert_allclose(items.z, matcher.embed_images(data.images), atol=2e-3)
    best = items.fields["type"][(items.z @ matcher.embed_text(["red belts"])[0]).argmax()]
    assert best == "Belts"


def test_they_are_apart_from_the_models_to_explore(published: Path, tmp_path: Path) -> None:
    root = tmp_path / "checkpoints"
    shutil.copytree(published, root)
    found = inspection.inspect([root], SOURCES)
    assert set(found.apart) == set(EPOCHS)
    assert not found.sound
    assert not found.broken
    (root / "products-text" / checkpoints.VOCABULARY).write_text("{}")
    assert "sha256 differs" in inspection.inspect([root], SOURCES).broken["products-text"]


def test_a_phrase_of_nothing_known_has_a_vector_and_no_map(published: Path, data: ImageSet) -> None:
    matcher = product_bench.load_matcher(published)
    said = matcher.say(["", "👗", "robe rouge", "red shirt"])
    np.testing.assert_allclose(np.linalg.norm(said.sentences, axis=1), 1, rtol=1e-5)
    np.testing.assert_array_equal(said.sentences[0], said.sentences[1])
    assert said.some.sum(1).tolist() == [0, 0, 0, 2]
    assert matcher.attention("robe", data.images[0])[1].shape == (0, 8, 8)
    known, maps = matcher.attention("a red robe shirt", data.images[0])
    assert known == ("red", "shirt")
    np.testing.assert_allclose(maps.sum((1, 2)), 1, rtol=1e-5)
    np.testing.assert_allclose(maps[1], matcher.attention("shirts", data.images[0])[1][0], rtol=1e-5)
    assert np.abs(maps[0] - maps[1]).max() > 1e-4


def test_wrong_pictures_and_vectors_are_refused(published: Path) -> None:
    with pytest.raises(ValueError, match=r"not \(1, 28, 28, 1\)"):
        product_bench.load_matcher(published).embed_images(np.zeros((1, 28, 28, 1), np.uint8))
    composer = product_bench.load_composer(published)
    with pytest.raises(ValueError, match="both"):
        composer.compose(np.zeros((2, 16)), np.zeros((1, 16)))
    with pytest.raises(ValueError, match="finite"):
        composer.compose(np.full((1, 16), np.nan), np.zeros((1, 16)))


def test_padding_changes_nothing() -> None:
    model = build("product-text", tiny_products.CONFIGS["products-text"]).eval()
    short = torch.tensor([[3, 5, 7]])
    long = torch.tensor([[3, 5, 7, 0, 0, 0]])
    with torch.inference_mode():
        for a, b in zip(model.text(short), model.text(long), strict=True):
            torch.testing.assert_close(a, b[:, :3] if b.ndim == 3 else b, rtol=1e-4, atol=1e-5)


def test_words_fit_the_regions_that_look_like_them() -> None:
    basis = torch.eye(8)
    words = torch.stack([basis[[0, 1]], basis[[2, 0]], basis[[5, 6]]])
    some = torch.tensor([[True, True], [True, False], [False, False]])
    regions = torch.stack([basis[[0, 1, 4]], basis[[2, 3, 4]]])
    found = word_match(words, some, regions)
    assert found.shape == (3, 2)
    assert found[0, 0] > found[0, 1]
    assert found[1, 1] > found[1, 0]
    assert found[2].tolist() == [0, 0]
    changed = words.clone()
    changed[1, 1] = basis[7]  # a word that is not there
    torch.testing.assert_close(word_match(changed, some, regions)[1], found[1])


def test_a_phrase_fits_all_that_it_is_true_of() -> None:
    names = list(PRODUCTS.kinds)
    keys = torch.tensor(
        [[0, 0, 1, 2, 0], [1, 0, 1, 2, 1], [2, 1, 1, 3, 0]]
    )  # caption, unbranded, type, colour, gender
    for kind, wanted in {
        "caption": [[1, 0, 0], [0, 1, 0], [0, 0, 1]],
        "unbranded": [[1, 1, 0], [1, 1, 0], [0, 0, 1]],
        "{colour} {type}": [[1, 1, 0], [1, 1, 0], [0, 0, 1]],
        "{gender} {type}": [[1, 0, 1], [0, 1, 0], [1, 0, 1]],
        "{type}": [[1, 1, 1]] * 3,
    }.items():
        found = products.fits(torch.full((3,), names.index(kind)), keys)
        assert found.int().tolist() == wanted, kind


def test_matching_is_least_where_all_that_fits_is_near() -> None:
    fit = torch.tensor([[True, True, False], [True, True, False], [False, False, True]])
    right = products.matching(20 * fit.float(), fit)
    assert right < products.matching(20 * torch.eye(3), fit)
    assert right == pytest.approx(2 / 3 * np.log(2), abs=1e-4)  # of two that fit, each can have half


def test_queries_have_a_right_answer_that_is_not_the_source(data: ImageSet) -> None:
    found = compositions.numbered(compositions.traits(data.fields, data.captions.tolist()))
    queries = compositions.draw(found.keys, seed=0)
    assert queries.right.any(1).all()
    assert not queries.right[np.arange(len(queries)), queries.source].any()
    for row in range(0, len(queries), 40):
        source, field = queries.source[row], compositions.WISHED[queries.field[row]]
        wanted = found.values[field][queries.value[row]]
        traits = compositions.traits(data.fields, data.captions.tolist())
        for answer in np.flatnonzero(queries.right[row]):
            assert traits[field][answer] == wanted != traits[field][source]
            kept = set(compositions.SHARED) - {field}
            assert all(traits[name][answer] == traits[name][source] for name in kept)
    assert found.wishes[found.offsets[0]] == compositions.wish(found.values["colour"][0])


def test_training_wishes_have_the_answers_of_the_queries(data: ImageSet) -> None:
    found = compositions.numbered(compositions.traits(data.fields, data.captions.tolist()))
    keys = torch.from_numpy(found.keys)
    fields = torch.arange(len(keys)) % len(compositions.WISHED)
    same, theirs = compose.answers(keys, fields, keys)
    for row in range(10):
        wanted = compositions.shares(found.keys, row, int(fields[row]))
        wanted[row] = True  # here the source is left in: its own value is never wished for
        np.testing.assert_array_equal(same[row].numpy(), wanted)
        np.testing.assert_array_equal(theirs[row], keys[:, fields[row]])


def test_recall_by_hand() -> None:
    likeness = np.array([[0.9, 0.1, 0.5], [0.2, 0.8, 0.9]])
    right = np.array([[False, True, False], [True, True, False]])
    assert product_measures.recall(likeness, right, k=1) == 0
    assert product_measures.recall(likeness, right, k=2) == 0.5
    assert product_measures.recall(likeness, right, k=3) == 1
    assert [product_measures.recalled(likeness, right, k=k) for k in (1, 2, 3)] == [0, 0.25, 1]
    assert product_measures.groups(["A b", "a  B", "c"]).tolist() == [0, 0, 1]


def test_precision_of_words_by_hand() -> None:
    scores = np.array([[0.9, 0.1], [0.5, 0.2], [0.1, 0.3]])
    present = np.array([[True, False], [False, False], [True, False]])
    assert product_measures.words_read(scores, present, "test").value == pytest.approx((1 + 2 / 3) / 2)


def test_items_survive_writing_and_reading_and_damage_is_named(tmp_path: Path) -> None:
    z = np.random.default_rng(0).normal(size=(4, 3)).astype(np.float32)
    z /= np.linalg.norm(z, axis=1, keepdims=True)
    items = Items(np.arange(4), z, np.array(list("abcd")), {"type": np.array(["x", "", "x", "y"])})
    path = tmp_path / checkpoints.ITEMS
    product_items.save(items, path)
    found = product_items.load(path)
    np.testing.assert_allclose(found.z, z, atol=1e-3)
    np.testing.assert_array_equal(found.fields["type"], items.fields["type"])
    product_items.save(replace(items, captions=np.array(["a"])), path)
    with pytest.raises(ValueError, match="words of other counts"):
        product_items.load(path)
    path.write_bytes(path.read_bytes()[:100])
    with pytest.raises(ValueError, match="is damaged"):
        product_items.load(path)


def test_a_vocabulary_too_large_for_the_model_is_refused(data: ImageSet, tmp_path: Path) -> None:
    model = build("product-text", tiny_products.CONFIGS["products-text"] | {"words": 3})
    with pytest.raises(ValueError, match="do not fit the sizes"):
        products.caption_facts(data.split("train"), tmp_path, model)


def test_the_vocabulary_is_of_training_items_alone(data: ImageSet) -> None:
    train = data.split("train")
    assert products.lexicon(data) == products.lexicon(train)
    changed = replace(data, captions=np.where(data.index < data.train_size, data.captions, "Unheard of words"))
    assert products.lexicon(changed) == products.lexicon(data)
    assert isinstance(Matcher(build("product-text", {}), products.lexicon(data)).lexicon, phrases.Lexicon)
