"""Words of Fashion-MNIST: rules on pixels, captions of them, and the models of products trained on these."""

import functools
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from safetensors.torch import save_file

from core import checkpoints, compositions, evaluate, illustrating, phrases, product_bench, product_measures
from core.datasets import fashion, fashion_words
from core.datasets.base import ImageSet
from core.datasets.fashion_words import BAG, BOOT, DRESS, FIELDS, RULES, SNEAKER, TSHIRT
from core.models import build
from core.settings import ROOT
from core.training import compose, products, publish
from core.training.loop import train
from core.training.recipes import RECIPES
from core.wares import FASHION, WARES
from tests import tiny_fashion
from tests.tiny_fashion import silhouette

EPOCHS = {"fashion-text": 7, "fashion-compose": 6}


def slow(image: np.ndarray) -> dict[str, float]:
    """The measures of one image (28, 28, 1), pixel by pixel."""
    grey = image[..., 0].astype(float)
    ink = grey >= fashion_words.INK
    ys, xs = np.nonzero(ink)
    top, height, width = ys.min(), ys.max() - ys.min() + 1, xs.max() - xs.min() + 1
    rows = [np.flatnonzero(ink[y]) for y in range(28)]
    outer = [row[-1] - row[0] + 1 if len(row) else 0 for row in rows]
    gaps = [outer[y] - len(rows[y]) for y in range(28)]
    place = [(y - top + 0.5) / height for y in range(28)]

    def over(values: list, first: float, end: float) -> float:
        inside = [values[y] for y in range(28) if first <= place[y] < end]
        return sum(inside) / max(len(inside), 1)

    steps = []
    for down, right in ((1, 0), (0, 1)):
        found = [
            abs(grey[y + down, x + right] - grey[y, x])
            for y in range(28 - down)
            for x in range(28 - right)
            if ink[y, x] and ink[y + down, x + right]
        ]
        steps.append(sum(found) / max(len(found), 1))
    return {
        "tone": grey[ink].mean(),
        "height": height,
        "aspect": height / width,
        "slim": height / (ink.sum() / height),
        "sleeve": over(outer, 0.12, 0.35) / max(over(outer, 0.5, 0.7), 1),
        "gap": over(gaps, 0.5, 0.95) / max(over(outer, 0.5, 0.95), 1),
        "arch": over(gaps, 0.8, 1) / width,
        "handle": over(gaps, 0, 0.4) / max(over(outer, 0, 0.4), 1),
        "rough": sum(steps) / 2,
    }


def test_measures_are_what_counting_pixels_gives() -> None:
    random = np.random.default_rng(0)
    images = random.integers(0, 256, (6, 28, 28, 1)).astype(np.uint8)
    images[:3, :5], images[1, 20:], images[2, :, :9], images[4:] = 0, 0, 0, images[4:] // 12
    found = fashion_words.measures(images)
    for row, image in enumerate(images):
        for name, value in slow(image).items():
            assert found[name][row] == pytest.approx(value, rel=1e-5), (row, name)


def test_nothing_to_see_has_no_shape() -> None:
    nothing = np.zeros((1, 28, 28, 1), np.uint8)
    assert all(np.isfinite(value).all() for value in fashion_words.measures(nothing).values())
    assert [column[0] for column in fashion_words.words(nothing, np.array([DRESS])).values()] == [
        "Dress",
        *[""] * 4,
    ]
    assert fashion_words.words(nothing[:0], np.zeros(0, int))["tone"].shape == (0,)


def drawn(kind: str) -> np.ndarray:
    """A picture (28, 28, 1) that a person would call by a word."""
    if kind == "short sleeves":
        image = silhouette(26, 14, 200)
        image[2:10, 2:26] = 200
        return image
    if kind == "high heel":
        image = silhouette(26, 26, 150)
        image[12:, 8:22] = 0
        image[20:, 1:14] = 150
        return image
    if kind == "with handle":
        image = silhouette(26, 20, 150)
        image[3:12, 7:21] = 0
        return image
    if kind == "patterned":
        image = silhouette(24, 20, 40)
        image[::2] = np.minimum(image[::2], 1) * 220
        return image
    height, width, grey = {
        "long": (28, 7, 150),
        "short": (26, 22, 150),
        "low": (9, 28, 150),
        "high": (20, 28, 150),
        "wide": (14, 28, 150),
        "dark": (20, 20, 50),
        "light": (20, 20, 230),
        "plain": (20, 20, 150),
        "without handle": (20, 28, 150),
    }[kind]
    return silhouette(height, width, grey)


@pytest.mark.parametrize(
    ("kind", "field", "label"),
    [
        ("long", "shape", DRESS),
        ("short", "shape", DRESS),
        ("low", "shape", SNEAKER),
        ("high", "shape", SNEAKER),
        ("wide", "shape", BAG),
        ("dark", "tone", BAG),
        ("light", "tone", SNEAKER),
        ("plain", "pattern", TSHIRT),
        ("patterned", "pattern", DRESS),
        ("short sleeves", "detail", TSHIRT),
        ("high heel", "detail", BOOT),
        ("with handle", "detail", BAG),
        ("without handle", "detail", BAG),
    ],
)
def test_a_picture_is_called_what_it_shows(kind: str, field: str, label: int) -> None:
    said = fashion_words.words(drawn(kind)[None], np.array([label]))
    assert said[field][0] == kind
    assert said["type"][0] == fashion_words.TYPES[label]


def test_words_of_one_field_leave_room_between_them() -> None:
    for rule in RULES:
        assert rule.field in FIELDS
        for other in RULES:
            if other.field == rule.field and other.word != rule.word and set(other.types) & set(rule.types):
                apart = [
                    max(rule.ranges[name][0], other.ranges[name][0])
                    > min(rule.ranges[name][1], other.ranges[name][1])
                    for name in rule.ranges.keys() & other.ranges.keys()
                ]
                assert any(apart), f"{rule.word} and {other.word} of {rule.types}"


def test_a_word_is_possible_where_a_rule_says_it() -> None:
    assert fashion_words.possible("Ankle boot", "detail", "high heel")
    assert not fashion_words.possible("Ankle boot", "shape", "high")
    assert not fashion_words.possible("Bag", "detail", "short sleeves")


@pytest.fixture(scope="module")
def data() -> ImageSet:
    """Made-up articles with words."""
    return fashion_words.described(tiny_fashion.made_up())


def test_a_caption_says_all_that_is_known_and_is_understood(data: ImageSet) -> None:
    assert data.captions is not None
    known = products.lexicon(data)
    for row in range(0, len(data), 7):
        reading = known.read(str(data.captions[row]))
        assert not reading.unknown
        for name in FIELDS[:3]:
            for word in phrases.words(str(data.fields[name][row])):
                assert known.same.get(word, word) in {known.words[i - 1] for i in reading.ids}, name
    assert len(data.split("validation")) == 360 // fashion_words.HELD
    assert len(data.split("train")) + len(data.split("validation")) == 360


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("black trainers", "dark sneaker"),
        ("a white purse with no handle", "light bag without a handle"),
        ("the same but darker and longer", "dark long"),
        ("a striped jumper", "patterned pullover"),
        ("high-heeled boot", "boot with a high heel"),
        ("tall slim jeans", "high narrow trousers"),
    ],
)
def test_what_else_people_say_means_the_same(said: str, meant: str) -> None:
    root = ROOT / "checkpoints"
    shipped = checkpoints.load_lexicon(root, checkpoints.read_card(root, FASHION.text))
    assert not shipped.read(said).unknown
    assert sorted(shipped.read(said).ids) == sorted(shipped.read(meant).ids)


def test_a_vocabulary_keeps_its_synonyms_and_others_have_none(data: ImageSet, tmp_path: Path) -> None:
    known = products.lexicon(data)
    phrases.save(known, tmp_path / "words.json")
    assert phrases.load(tmp_path / "words.json") == known
    assert known.same["darker"] == "dark"
    phrases.save(replace(known, same={}), tmp_path / "words.json")
    assert "same" not in (tmp_path / "words.json").read_text()
    assert phrases.load(tmp_path / "words.json").read("darker").unknown == ("darker",)


def test_a_caption_is_true_of_whatever_has_all_that_it_says() -> None:
    fields = {"type": np.array(["Bag", "Bag", "Coat"]), "tone": np.array(["dark", "", "dark"])}
    assert product_measures.truth(fields).astype(int).tolist() == [[1, 0, 0], [1, 1, 0], [0, 0, 1]]


def test_wishes_are_about_the_fields_of_the_data_set(data: ImageSet) -> None:
    assert data.captions is not None
    found = compositions.numbered(compositions.traits(data.fields, data.captions.tolist(), FASHION.wished))
    assert found.wishes[0] == "the same but dark"
    queries = compositions.draw(found.keys, seed=0, wares=FASHION)
    assert len(queries)
    for row in range(0, len(queries), 50):
        name = FASHION.wished[queries.field[row]]
        for answer in np.flatnonzero(queries.right[row])[:5]:
            assert data.fields[name][answer] == found.values[name][queries.value[row]]
            kept = set(FASHION.shared) - {name}
            assert all(data.fields[one][answer] == data.fields[one][queries.source[row]] for one in kept)


def toy(name: str):  # type: ignore[no-untyped-def]
    """A recipe of the repository, shrunk to seconds."""
    recipe = RECIPES[name]
    facts = recipe.facts
    if name == "fashion-compose":
        facts = functools.partial(compose.compose_facts, config=tiny_fashion.CONFIGS["fashion-text"])
    plan = replace(recipe.plan, epochs=EPOCHS[name], batch=32, rate=5e-3)
    return replace(recipe, config=tiny_fashion.CONFIGS[name], plan=plan, facts=facts)


@pytest.fixture(scope="module")
def published(data: ImageSet, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Checkpoints of toy runs."""
    runs, root = tmp_path_factory.mktemp("runs"), tmp_path_factory.mktemp("checkpoints")
    part = data.split("train")
    for name in EPOCHS:
        recipe, folder = toy(name), runs / f"{name}-0"
        assert recipe.facts is not None
        model = train(
            recipe, part.images, folder=folder, seed=0, facts=functools.partial(recipe.facts, part, runs)
        )
        save_file({k: v.contiguous() for k, v in model.state_dict().items()}, folder / checkpoints.MODEL)
        publish.publish(recipe, runs=runs, root=root, data=tiny_fashion.made_up())
    return root


def test_the_code_of_products_learns_words_of_fashion(published: Path, data: ImageSet) -> None:
    made = tiny_fashion.made_up()
    found = evaluate.measure(published, checkpoints.read_card(published, "fashion-text"), made)
    assert found["recall_at_10"].value > 0.6
    assert found["phrase_precision"].value > 0.3  # by chance, 0.1
    assert "whatever a caption is true of" in found["recall_at_10"].how
    wished = evaluate.measure(published, checkpoints.read_card(published, "fashion-compose"), made)
    assert wished["recall_at_10"].value > wished["recall_at_10_image"].value
    assert "tone, shape, detail, pattern or type" in wished["recall_at_10"].how
    matcher = product_bench.load_matcher(published, wares=FASHION)
    best = (matcher.embed_images(data.images) @ matcher.embed_text(["dark bag"])[0]).argmax()
    assert (data.fields["type"][best], data.fields["tone"][best]) == ("Bag", "dark")
    known, maps = matcher.attention("dark bag", data.images[0])
    assert (known, maps.shape) == (("dark", "bag"), (2, 7, 7))
    with pytest.raises(ValueError, match=r"\(n, 28, 28, 1\) uint8, not \(1, 64, 64, 3\)"):
        matcher.embed_images(np.zeros((1, 64, 64, 3), np.uint8))


def test_pictures_of_a_phrase_have_the_shape_of_the_data_set(published: Path) -> None:
    torch.manual_seed(0)
    config = {"noise": 4, "text": 16, "width": 16, "critic": 16, "known": 8, "place": 4, "planes": 4}
    decoder = build("ae-conv", {"code": "map", "channels": 4}).eval()
    matcher = product_bench.load_matcher(published, wares=FASHION)
    found = illustrating.Illustrator(build("product-gan", config).eval(), decoder, matcher)
    made = found.draw(["a long dark dress"], seed=0, n=3)
    assert (made.coarse.shape, made.fine.shape) == ((3, 14, 14, 1), (3, 28, 28, 1))
    assert made.attention.shape == (3, 3, 4, 4)


def test_every_data_set_with_words_is_told_by_its_wares() -> None:
    for name, wares in WARES.items():
        assert wares.dataset == name
        assert set(wares.shared) <= set(wares.wished)
        assert all(set(keys) <= set(wares.keys) for _, keys in wares.kinds.values())
        assert sum(share for share, _ in wares.kinds.values()) == pytest.approx(1)
    assert len(fashion_words.TYPES) == len(fashion.LABELS)
