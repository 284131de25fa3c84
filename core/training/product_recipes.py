"""The models of products as recipes: phrases and pictures in one space, the reader, the composer."""

import functools

from core.augment import Affine
from core.training import compose, products
from core.training.objectives import Plan
from core.training.recipe import Recipe

CHANGES = Affine(rotation=6, scale=0.1, shear=0.05, shift=0.1, flip=True)
TEXT_NOTE = (
    "Whole phrases are matched with pictures (Radford et al. 2021), words with regions (Xu et al. 2018); where "
    "several captions are equal, each fits all of their pictures. Some captions lose their brand while training, "
    "or are phrases made of type, colour and gender."
)

FASHION_TEXT_NOTE = (
    "Whole phrases are matched with pictures (Radford et al. 2021), words with regions (Xu et al. 2018); a phrase "
    "fits every picture that has all of its words, and often says less than is known."
)
COMPOSE_NOTE = (
    "A gated residual on the vectors of products-text (Vo et al. 2019), which stays as it is, and one on what "
    "is believed of the picture: type, colour, gender, usage and pattern, by two networks of its own, one that "
    "counts colours and one that reads the vector. Trained on wishes made of fields: another value of one, and "
    "the rest as it was."
)
FASHION_NOTE = (
    " Words of pictures follow from rules on their pixels (core/datasets/fashion_words.py). Trained on the first "
    "55,000 images."
)
FASHION_CHANGES = Affine(rotation=3, scale=0.03, shear=0.02, shift=0.1, flip=True)  # words of shape stay true
FASHION_SIZE = {"size": 28, "colours": 1, "kinds": [10, 3, 6, 7, 2]}
FASHION_TEXT = FASHION_SIZE | {"channels": 24, "dim": 64, "words": 64}
FASHION_COMPOSE_NOTE = (
    "A gated residual on the vectors of fashion-text (Vo et al. 2019), which stays as it is. Trained on wishes "
    "made of fields: another tone, shape, detail, pattern or type, and type and tone as they were."
)
READER_NOTE = "For measuring and reading back what others make; nothing is trained with it."

RECIPES = (
    Recipe(
        "products-reader",
        "Products reader: type, colour, for whom, words",
        "products",
        "product-reader",
        {},
        Plan(14, 64, 2e-3, 0.02),
        products.Reading,
        {"strength": CHANGES, "words": 20.0},
        note=READER_NOTE,
        facts=products.reader_facts,
    ),
    Recipe(
        "products-text",
        "Products, phrases and pictures",
        "products",
        "product-text",
        {},
        Plan(24, 128, 1.5e-3, 0.05),
        products.Matching,
        {"weights": products.MatchWeights(), "strength": CHANGES},
        note=TEXT_NOTE,
        facts=products.caption_facts,
    ),
    Recipe(
        "products-compose",
        "Products, a picture and words",
        "products",
        "product-compose",
        {"kinds": (43, 5, 74, 6, 4)},
        Plan(16, 64, 2e-3, 0.03),
        compose.Composing,
        {"noise": 0.5, "strength": CHANGES},
        note=COMPOSE_NOTE,
        facts=compose.compose_facts,
    ),
    Recipe(
        "fashion-reader",
        "Fashion reader: type, tone, shape, detail, pattern, words",
        "fashion",
        "product-reader",
        FASHION_SIZE | {"channels": 16, "words": 28},
        Plan(4, 64, 2e-3, 0.02),
        products.Reading,
        {"strength": FASHION_CHANGES, "words": 20.0, "dataset": "fashion"},
        note=READER_NOTE + FASHION_NOTE,
        facts=products.reader_facts,
    ),
    Recipe(
        "fashion-text",
        "Fashion, phrases and pictures",
        "fashion",
        "product-text",
        FASHION_TEXT,
        Plan(6, 128, 1.5e-3, 0.05),
        products.Matching,
        {"weights": products.MatchWeights(), "strength": FASHION_CHANGES, "dataset": "fashion"},
        note=FASHION_TEXT_NOTE + FASHION_NOTE,
        facts=products.caption_facts,
    ),
    Recipe(
        "fashion-compose",
        "Fashion, a picture and words",
        "fashion",
        "product-compose",
        {"dim": 64, "hidden": 128},
        Plan(5, 128, 1e-3, 0.05),
        compose.Composing,
        {"noise": 0.5, "dataset": "fashion"},
        note=FASHION_COMPOSE_NOTE + FASHION_NOTE,
        facts=functools.partial(compose.compose_facts, config=FASHION_TEXT),
    ),
)
