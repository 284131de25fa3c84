"""What the pages of phrases suggest to say, data set by data set."""

from collections.abc import Mapping
from dataclasses import dataclass

from core.wares import FASHION, PRODUCTS


@dataclass(frozen=True)
class Book:
    """Suggestions for one data set.

    Attributes
    ----------
    things : what its items are called, more than one of them.
    first, then, examples : phrases for pictures: the first, the one to walk to, and others.
    start : fields of the item that a search begins with.
    wish, wishes : how that should differ, and other wishes; ``hint`` shows in the empty field, or ``next``.
    message, messages, turn : what a chat begins with, other messages, and what to say after an answer.
    known : kinds of things that there are words for.
    nobody : a sentence on the drawn pictures.
    """

    things: str
    first: str
    then: str
    examples: tuple[str, ...]
    start: Mapping[str, str]
    wish: str
    wishes: tuple[str, ...]
    hint: str
    next: str
    message: str
    messages: tuple[str, ...]
    turn: str
    known: str
    nobody: str

    @property
    def own(self) -> frozenset[str]:
        """All that is suggested, to tell it from what a person wrote."""
        return frozenset({self.first, self.then, self.wish, *self.examples, *self.wishes})


BOOKS = {
    PRODUCTS.dataset: Book(
        things="products",
        first="black t-shirt for men",
        then="pink top for women",
        examples=(
            "red shirt for men",
            "brown leather handbag",
            "white casual shoes",
            "silver watch",
            "blue jeans",
        ),
        start={"type": "Tshirts", "colour": "Blue", "gender": "Men"},
        wish="the same but red",
        wishes=("the same but red", "in black", "for women", "white shoes", "striped", "leather"),
        hint="the same but red, for women, black leather shoes ...",
        next="with long sleeves, for women",
        message="a black leather handbag and white sneakers",
        messages=("a blue shirt for men, brown trousers and a belt", "sunglasses, flip flops", "a red watch"),
        turn='"the same in red", "for women"',
        known="clothes, shoes, bags, watches and the like",
        nobody="Made by the model; nobody sells these.",
    ),
    FASHION.dataset: Book(
        things="articles",
        first="a long dark dress",
        then="a short light dress",
        examples=(
            "ankle boot with a high heel",
            "light t-shirt with short sleeves",
            "high sneaker",
            "dark bag with a handle",
            "wide trousers",
        ),
        start={"type": "Dress", "tone": "light", "shape": "short"},
        wish="the same but darker",
        wishes=("the same but darker", "longer", "with short sleeves", "patterned", "a light bag", "high heel"),
        hint="the same but darker, longer, a light bag with a handle ...",
        next="patterned, with long sleeves",
        message="a dark bag and light sneakers",
        messages=("a long dress, flat sandals and a bag", "narrow trousers, a light pullover", "high sneakers"),
        turn='"the same but darker", "longer"',
        known="t-shirts, trousers, pullovers, dresses, coats, shirts, sandals, sneakers, boots and bags",
        nobody="Made by the model. Words are of what is seen: dark is dark on screen.",
    ),
}
