"""Phrases to pictures, with untrained networks; prompts; and what is measured of them without a network."""

from dataclasses import asdict
from types import SimpleNamespace

import numpy as np
import pytest
import torch

from core import picture_measures, prompts
from core.datasets.base import ImageSet
from core.illustrating import Illustrator
from core.inference import Runner
from core.models import build
from core.phrases import Lexicon
from core.products import Matcher
from tests import tiny
from tests.unit.test_picture_training import AE, GAN, TEXT, photos

WORDS = Lexicon(("black", "tshirt", "men", "blue", "shoe"), {"type": ("Tshirts",), "colour": ("Black",)})


@pytest.fixture(scope="module")
def illustrator() -> Illustrator:
    torch.manual_seed(0)
    parts = (build(name, config).eval() for name, config in (("product-gan", GAN), ("product-ae", AE)))
    return Illustrator(*parts, Matcher(build("product-text", TEXT).eval(), WORDS))


def test_pictures_of_a_phrase(illustrator: Illustrator) -> None:
    drawn = illustrator.draw(["black t-shirt for men"], seed=3, n=5)
    assert (drawn.coarse.shape, drawn.fine.shape) == ((5, 16, 16, 3), (5, 64, 64, 3))
    assert drawn.coarse.dtype == drawn.fine.dtype == np.uint8
    assert drawn.attention.shape == (5, 3, 4, 4)
    np.testing.assert_allclose(drawn.attention.sum(1), 1, rtol=1e-5)
    assert drawn.score.shape == (5,)
    assert ((drawn.score > 0) & (drawn.score < 1)).all()
    assert (drawn.readings[4].known, drawn.readings[4].ids) == (("black", "tshirt", "men"), (1, 2, 3))
    again = illustrator.draw(["black t-shirt for men"], seed=3, n=2)
    assert np.abs(again.fine.astype(int) - drawn.fine[:2]).max() <= 1  # rounding of two against five at once
    assert (illustrator.draw(["black t-shirt for men"], seed=4, n=2).codes != again.codes).any()


def test_phrases_share_the_noise_and_come_one_after_the_other(illustrator: Illustrator) -> None:
    both = illustrator.draw(["black shoes", "men"], seed=0, n=2)
    assert both.attention.shape[1] == 2
    np.testing.assert_allclose(both.codes[2:], illustrator.draw(["men"], seed=0, n=2).codes, atol=1e-5)
    assert (both.codes[0] != both.codes[2]).any()
    assert (both.codes[0] != both.codes[1]).any()
    assert (both.attention[2:, 1] == 0).all(), "a short phrase beside a long one"


@pytest.mark.parametrize("phrase", ["", "☕", "zzz qqq", "black " * 500])
def test_any_text_will_do(illustrator: Illustrator, phrase: str) -> None:
    drawn = illustrator.draw([phrase], seed=0, n=1)
    assert np.isfinite(drawn.codes).all()
    assert drawn.fine.shape == (1, 64, 64, 3)
    if not drawn.readings[0].ids:
        assert (drawn.attention == 0).all()


def test_what_cannot_be_drawn_is_refused(illustrator: Illustrator) -> None:
    with pytest.raises(ValueError, match="1 or more, not 0"):
        illustrator.draw(["black shoe"], seed=0, n=0)
    with pytest.raises(ValueError, match=r"2 phrases need noise \(2, 4\)"):
        illustrator.of(["a", "b"], np.zeros((1, 4), np.float32))
    with pytest.raises(ValueError, match="does not fit a decoder of 64"):
        Illustrator(illustrator.model, build("product-ae", AE | {"planes": 4}), illustrator.matcher)


FIELDS = {
    "type": np.array(["Shirts", "Shirts", "Shoes", "Shoes", "Shoes", ""]),
    "colour": np.array(["Red", "Blue", "Red", "Red", "", "Red"]),
    "gender": np.array(["Men", "Women", "Men", "Men", "Men", "Men"]),
}


def test_prompts_are_worded_after_items_that_have_what_is_asked_for() -> None:
    assert prompts.commonest(FIELDS["type"], 2) == ("Shoes", "Shirts")
    assert prompts.commonest(FIELDS["colour"], 5) == ("Red", "Blue")
    found, wanted = prompts.asking(FIELDS, "type", ("Shoes", "Shirts", "Hats"), seed=0, each=4)
    assert wanted.tolist() == ["Shoes"] * 4 + ["Shirts"] * 4
    assert found[:4] == ["Red Shoes", "Men Red Shoes", "Red Shoes for Men", "Red Shoes"]
    assert {"Blue", "Red"} == {phrase.replace("Women ", "").replace("Men ", "").split()[0] for phrase in found[4:]}


def test_a_caption_is_ranked_among_others_that_differ() -> None:
    texts = np.eye(4, dtype=np.float32)
    images = np.eye(4, dtype=np.float32)
    captions = ["a", "b", "c", "d"]
    assert picture_measures.first_among(texts, images, captions, seed=0) == 1
    assert picture_measures.first_among(texts, images[[1, 0, 2, 3]], captions, seed=0) == 0.5
    assert picture_measures.first_among(texts, images[[1, 0, 2, 3]], ["a", "A", "c", "d"], seed=0) == 0.5
    # Items 0 and 1 have the same text: neither is the other's rival.
    same = texts[[0, 0, 2, 3]]
    assert picture_measures.first_among(same, images[[0, 0, 2, 3]], ["a", "A", "c", "d"], seed=0) == 1


def test_distances_are_of_different_rows() -> None:
    assert picture_measures.apart(np.array([[0.0, 0.0], [3.0, 4.0]])) == 5
    assert picture_measures.apart(np.zeros((3, 2))) == 0


class Stubborn:
    """A reader that sees black shirts everywhere, and the mean colour."""

    def encode(self, images: np.ndarray) -> np.ndarray:
        return images.mean((1, 2)) + np.arange(len(images))[:, None] % 2

    def read(self, images: np.ndarray) -> SimpleNamespace:
        return SimpleNamespace(
            values={"type": np.full(len(images), "Shirts"), "colour": np.full(len(images), "Black")}
        )


def test_what_the_reader_says_is_what_is_counted(illustrator: Illustrator) -> None:
    types = np.tile(["Shirts", "Shirts", "Shoes"], 4)
    fields = {"type": types, "colour": np.tile(["Black"], 12), "gender": np.tile(["Men"], 12)}
    data = ImageSet(
        "products",
        photos(12),
        np.zeros(12, np.uint8),
        np.arange(12),
        6,
        ("top",),
        "made up",
        captions=np.array([f"Men Black {kind} {row}" for row, kind in enumerate(types)]),
        fields=fields,
    )
    decoder = illustrator.decoder
    card = tiny.make_card("products-ae", "products", "product-ae", asdict(decoder.config), decoder)
    bench = picture_measures.bench(illustrator, Runner(decoder, card), Stubborn(), data, "test")  # type: ignore[arg-type]
    found = picture_measures.measure(bench)
    assert (found["type_agreement"].value, found["type_agreement"].n) == (0.5, 2 * prompts.EACH)
    assert found["colour_agreement"].value == found["colour_agreement_baseline"].value == 1
    assert found["r_precision"].n == 6
    assert found["diversity_ratio"].n == 1
    assert found["frechet_reader_baseline"].value >= 0
    assert all(np.isfinite(metric.value) and metric.how for metric in found.values())
