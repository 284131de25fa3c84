"""The GANs as recipes, and what they are measured and told by: probes and a model of writers' styles."""

from core.augment import Affine
from core.training import cluster_gans, gans, writers
from core.training.objectives import Plan
from core.training.recipe import Recipe

WRITER_CHANGES = Affine(rotation=8, scale=0.08, shear=0.1, shift=0.08)
FASHION_CHANGES = Affine(rotation=5, scale=0.08, shear=0.05, shift=0.08, flip=True)
WRITER_PLAN = Plan(20, 128, 5e-4)
PROBE_NOTE = "For measuring what the GANs make; they are not trained with it."
STYLE_NOTE = (
    "Told who wrote what, by 555 writers; writers it has never seen are compared by the mean of their characters."
)
GAN_NOTE = (
    "Added to DCGAN: the class, the cluster and the writer's style enter every layer of the generator, and the "
    "critic as a projection; an image is asked to fall in its cluster too, and to have its own style among those "
    "of the batch; three images in ten have no style, so that the cluster alone can be asked for. What is used is "
    "the generator's running mean."
)
PLAIN_NOTE = "The network and run of writers-dcgan, told the digit alone: what clusters are compared with."
EACH_NOTE = (
    "One plain DCGAN for each cluster of 0, 1 and 2, as in the paper, 21 in all: each learns from the characters "
    "of its cluster alone, told nothing; an epoch draws 45,617 images, as many for each GAN. The clusters are "
    "those of writers-dcgan, which one generator for all is compared with. Added: what is used is each "
    "generator's running mean."
)
DENSE_NOTE = "Dense layers alone, told no class, at constant rates: what a better GAN is compared with."
CLASSES_NOTE = (
    "Convolutions, told the class; the critic learns at twice the generator's rate, and its slope at real images "
    "is penalised. What is used is the generator's running mean."
)


def probe(dataset: str, title: str, epochs: int, changes: Affine) -> Recipe:
    """A small CNN for ten classes, which measures what GANs make."""
    return Recipe(
        f"{dataset}-probe",
        title,
        dataset,
        "digit-probe",
        {},
        Plan(epochs, 128, 2e-3, 1e-3),
        writers.Digits,
        {"strength": changes},
        note=PROBE_NOTE,
        facts=writers.labels_alone,
    )


def by_class(id: str, title: str, dataset: str, plan: Plan, note: str) -> Recipe:
    """A DCGAN that is told the class and nothing else."""
    return Recipe(
        id,
        title,
        dataset,
        "writer-gan",
        {"clusters": 0, "style": 0},
        plan,
        writers.Adversaries,
        {"weights": writers.GANWeights()},
        note=note,
        facts=writers.labels_alone,
    )


RECIPES = (
    probe("writers", "Writers probe, ten digits", 12, WRITER_CHANGES),
    Recipe(
        "writers-style",
        "Writers style, 32 numbers",
        "writers",
        "writer-style",
        {},
        Plan(20, 256, 3e-3, 1e-3),
        writers.Style,
        note=STYLE_NOTE,
        facts=writers.labels_and_writers,
    ),
    Recipe(
        "writers-dcgan",
        "Writers DCGAN, by digit, cluster and style",
        "writers",
        "writer-gan",
        {},
        WRITER_PLAN,
        writers.Adversaries,
        {"weights": writers.GANWeights()},
        note=GAN_NOTE,
        facts=writers.hands_and_styles,
    ),
    by_class("writers-plain", "Writers DCGAN, by digit alone", "writers", WRITER_PLAN, PLAIN_NOTE),
    Recipe(
        "writers-each",
        "Writers DCGANs, one per cluster",
        "writers",
        "cluster-gans",
        {},
        Plan(20, 21 * 32, 5e-4),
        cluster_gans.Bank,
        {"mean": 0.005},
        note=EACH_NOTE,
        facts=cluster_gans.clusters_of_dcgan,
    ),
    Recipe(
        "fashion-gan",
        "Fashion GAN, dense",
        "fashion",
        "dense-gan",
        {},
        Plan(14, 32, 2e-4),
        gans.Opponents,
        {"critic": 0.5},
        note=DENSE_NOTE,
    ),
    by_class("fashion-dcgan", "Fashion DCGAN, by class", "fashion", Plan(10, 128, 5e-4), CLASSES_NOTE),
    probe("fashion", "Fashion probe, ten classes", 5, FASHION_CHANGES),
)
