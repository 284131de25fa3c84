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

RECIPES = (
    GAN,
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
