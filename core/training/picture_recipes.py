"""The pictures of products as recipes: the autoencoder in whose code the GAN draws."""

from core.training.drawing import Draughts, DrawingWeights, picture_facts
from core.training.objectives import Plan
from core.training.pictures import Pictures, PictureWeights
from core.training.recipe import Recipe

AE_NOTE = (
    "Absolute error of pixels and of edges or colours over squares, noise on the code before it is decoded, and "
    "from the tenth epoch a patch critic, which also sees images decoded from between two codes. In the last "
    "third the encoder is held and the decoder learns on. Half of the images are mirrored while training. A "
    "second head decodes the code to 16 x 16. Settings were changed during the run: docs/training.md."
)

GAN_NOTE = (
    "Draws in the codes of products-ae, told phrases by products-text; both stay as they are. Two stages with a "
    "critic each; in the second, places of the code attend to words (Xu et al. 2018). A term asks products-text "
    "whether the decoded picture fits, one asks that two pictures of a phrase differ (Mao et al. 2019); real "
    "pictures with another's phrase are fakes too (Reed et al. 2016). What is used is the generator's mean."
)

GAN = Recipe(
    "products-gan",
    "Products GAN, by phrase",
    "products",
    "product-gan",
    {},
    Plan(20, 128, 5e-4),
    Draughts,
    {"weights": DrawingWeights()},
    note=GAN_NOTE,
    facts=picture_facts,
)

FASHION_GAN_NOTE = (
    "Draws in the codes of fashion-ae-conv-deconv, told phrases by fashion-text; both stay as they are. The "
    "network and objective of products-gan, narrower; nothing is mirrored, as all shoes point one way. Words of "
    "pictures follow from rules on their pixels (core/datasets/fashion_words.py). Trained on the first 55,000 "
    "images."
)
FASHION_GAN = Recipe(
    "fashion-phrases",
    "Fashion GAN, by phrase",
    "fashion",
    "product-gan",
    {"noise": 32, "text": 64, "planes": 4, "width": 192, "critic": 160, "known": 64, "place": 16},
    Plan(5, 128, 7e-4),
    Draughts,
    {"weights": DrawingWeights(shown=16, rounds=2, mirrored=0.0), "dataset": "fashion"},
    note=FASHION_GAN_NOTE,
    facts=picture_facts,
)

RECIPES = (
    GAN,
    FASHION_GAN,
    Recipe(
        "products-ae",
        "Products AE, 4 x 4 places of 16 numbers",
        "products",
        "product-ae",
        {"critic": 24},
        Plan(24, 32, 1e-3),
        Pictures,
        {"weights": PictureWeights()},
        note=AE_NOTE,
    ),
)
