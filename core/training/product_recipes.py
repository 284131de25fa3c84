"""The models of products as recipes: phrases and pictures in one space, the reader, the composer."""

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

COMPOSE_NOTE = (
    "A gated residual on the vectors of products-text (Vo et al. 2019), which stays as it is. Trained on wishes "
    "made of fields: another colour, gender, type, usage or pattern, and the rest as it was."
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
        {},
        Plan(24, 128, 1e-3, 0.05),
        compose.Composing,
        {"noise": 0.5},
        note=COMPOSE_NOTE,
        facts=compose.compose_facts,
    ),
)
