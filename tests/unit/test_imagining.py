"""What a picture and wishes come to: the wished value replaces the seen one, the rest stays."""

import numpy as np
import pytest

from core import imagining
from core.imagining import meant
from core.phrases import Lexicon
from core.wares import FASHION

KNOWN = Lexicon(
    ("red", "blue", "navy", "shoe", "striped", "solid", "sleeve", "long", "shirt", "men", "women"),
    {
        "type": ("Tshirts", "Casual Shoes", "Sports Shoes", "Shirts"),
        "colour": ("Blue", "Red", "Navy Blue"),
        "gender": ("Men", "Women"),
    },
)
SEEN = {"type": "Sports Shoes", "colour": "Blue", "gender": "Men", "season": "Fall"}


@pytest.mark.parametrize(
    ("wishes", "phrase", "changed"),
    [
        ((), "Men Blue Sports Shoes", ()),
        (("the same but red",), "Men Red Sports Shoes", ("colour",)),
        (("for women", "in navy blue"), "Women Navy Blue Sports Shoes", ("gender", "colour")),
        (("red", "no, blue"), "Men Blue Sports Shoes", ()),
        (("shoes",), "Men Blue Sports Shoes", ()),
        (("a shirt",), "Men Blue Shirts", ("type",)),
        (("striped", "with long sleeves"), "Men striped long sleeve Blue Sports Shoes", ()),
        (("striped", "solid"), "Men solid Blue Sports Shoes", ()),
        (("qwertz 🙂 <b>",), "Men Blue Sports Shoes", ()),
    ],
)
def test_a_wish_replaces_what_it_names(wishes: tuple[str, ...], phrase: str, changed: tuple[str, ...]) -> None:
    found = meant(SEEN, wishes, KNOWN)
    assert found.phrase == phrase
    assert found.changed == {name: SEEN[name] for name in changed}


def test_words_alone_say_what_they_say() -> None:
    assert meant({}, ["red shoes"], KNOWN).phrase == "Red Casual Shoes"
    assert meant({}, ["red shoes", "blue"], KNOWN).changed == {}  # there was nothing to change
    assert meant({}, [], KNOWN).phrase == ""


class Four:
    """Draws four pictures of known likeness to what is searched for."""

    dim = 2

    def __init__(self, fits: list[float]) -> None:
        self.fits, self.matcher, self.told = fits, self, np.zeros(2)

    def embed_text(self, texts: list[str]) -> np.ndarray:
        return np.array([[0.0, 1.0]], np.float32)

    def embed_images(self, images: np.ndarray) -> np.ndarray:
        return np.stack([self.fits, np.zeros(len(self.fits))], axis=1).astype(np.float32)

    def noise(self, *, seed: int, n: int) -> np.ndarray:
        return np.zeros((n, 1), np.float32)

    def meaning(self, phrase: str, sentence: np.ndarray, noise: np.ndarray) -> "Four":
        self.told = sentence
        return self

    @property
    def fine(self) -> np.ndarray:
        return np.arange(len(self.fits), dtype=np.uint8).reshape(-1, 1, 1, 1)


def test_the_nearest_picture_is_taken_and_the_gan_is_told_of_both() -> None:
    drawer = Four([0.1, 0.7, 0.3])
    found = imagining.imagine(drawer, "red shirt", np.array([1.0, 0.0], np.float32))  # type: ignore[arg-type]
    assert (int(found.picture.ravel()[0]), found.fit) == (1, pytest.approx(0.7))
    assert np.linalg.norm(drawer.told) == pytest.approx(1)
    assert drawer.told[0] / drawer.told[1] == pytest.approx(imagining.SHARE / (1 - imagining.SHARE))


WORN = Lexicon(
    ("dark", "light", "dress", "boot", "heel", "high", "long", "sleeve"),
    {
        "type": ("Dress", "Ankle boot", "Bag"),
        "tone": ("dark", "light"),
        "shape": ("high", "long"),
        "detail": ("long sleeves", "high heel", "sleeveless"),
        "pattern": ("plain",),
    },
    {"darker": "dark"},
)


@pytest.mark.parametrize(
    ("wish", "phrase"),
    [
        ("the same but darker", "dark long Dress sleeveless"),
        ("with long sleeves", "light long Dress long sleeves"),
        ("an ankle boot with a high heel", "light Ankle boot high heel"),
        ("a bag", "light Bag"),
    ],
)
def test_other_wares_have_other_fields_and_keep_what_a_type_can_have(wish: str, phrase: str) -> None:
    seen = {"type": "Dress", "tone": "light", "shape": "long", "detail": "sleeveless", "pattern": ""}
    assert meant(seen, [wish], WORN, wares=FASHION).phrase == phrase
