"""The models of faces as recipes: the one that is shown, and the probe that measures it."""

from core.augment import Affine
from core.training.faces import Faces, FaceWeights, Probe
from core.training.objectives import Plan
from core.training.recipe import Recipe

CHANGES = Affine(rotation=6, scale=0.08, shear=0.04, shift=0.08, flip=True, contrast=0.2)
FACES_NOTE = (
    "Supervised in part: one linear layer reads CelebA's 40 attributes off the code and the critic reads them off "
    "decoded images, glasses counting four times; a second network reads them off the original, and the code is "
    "moved to agree with it about some; faces with glasses come more often in a batch than in the data. "
    "The critic also sees decoded mixtures of codes: midpoints, sums, samples, edits. Labels are what annotators "
    "saw in 2015, not who somebody is. These are celebrities seen from the front, three in four labelled Young; "
    "skin colour has no label, so what goes wrong there is not measured."
)
PROBE_NOTE = (
    "For measuring what edits change; no other model is trained with it. Labels are what annotators saw in 2015, "
    "not who somebody is."
)

RECIPES = (
    Recipe(
        "faces-64",
        "Faces VAE/GAN, 64 x 64",
        "faces",
        "face-vae",
        {},
        Plan(12, 64, 1e-3),
        Faces,
        {"weights": FaceWeights(), "strength": CHANGES},
        note=FACES_NOTE,
    ),
    Recipe(
        "faces-probe",
        "Faces probe, 40 attributes",
        "faces",
        "face-probe",
        {},
        Plan(9, 64, 1.5e-3, 1e-2),
        Probe,
        {"strength": CHANGES},
        note=PROBE_NOTE,
    ),
)
