"""The pictures of products as recipes: the autoencoder in whose code the GAN draws."""

from core.training.objectives import Plan
from core.training.pictures import Pictures, PictureWeights
from core.training.recipe import Recipe

AE_NOTE = (
    "Absolute error of pixels and of differences between neighbours, noise on the code before it is decoded, and "
    "a patch critic after a third of the run, which also sees images decoded from between two codes. Half of the "
    "images are mirrored while training. A second head decodes the code to 16 x 16."
)

RECIPES = (
    Recipe(
        "products-ae",
        "Products AE, 4 x 4 places of 16 numbers",
        "products",
        "product-ae",
        {"critic": 24},
        Plan(16, 32, 1e-3),
        Pictures,
        {"weights": PictureWeights()},
        note=AE_NOTE,
    ),
)
