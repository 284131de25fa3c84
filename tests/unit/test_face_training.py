"""Toy runs of the recipes of faces, on made-up faces, and what is published from them."""

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from safetensors.torch import save_file

from core import checkpoints, evaluate
from core.augment import Affine
from core.datasets import faces
from core.datasets.base import ImageSet
from core.models import build
from core.training import face_directions, face_gallery, publish
from core.training.faces import GLASSES, MALE, Faces, FaceWeights, mixtures
from core.training.loop import train
from core.training.objectives import Plan
from core.training.recipes import RECIPES

SMALL = {
    "face-vae": {"channels": 4, "width": 4, "critic": 4, "reader": 4, "dim": 8, "attributes": 40},
    "face-probe": {"channels": 4, "dim": 8, "attributes": 40, "dropout": 0.0},
}
NAMES = [
    "5_o_Clock_Shadow",
    "Arched_Eyebrows",
    "Attractive",
    "Bags_Under_Eyes",
    "Bald",
    "Bangs",
    "Big_Lips",
    "Big_Nose",
    "Black_Hair",
    "Blond_Hair",
    "Blurry",
    "Brown_Hair",
    "Bushy_Eyebrows",
    "Chubby",
    "Double_Chin",
    "Eyeglasses",
    "Goatee",
    "Gray_Hair",
    "Heavy_Makeup",
    "High_Cheekbones",
    "Male",
    "Mouth_Slightly_Open",
    "Mustache",
    "Narrow_Eyes",
    "No_Beard",
    "Oval_Face",
    "Pale_Skin",
    "Pointy_Nose",
    "Receding_Hairline",
    "Rosy_Cheeks",
    "Sideburns",
    "Smiling",
    "Straight_Hair",
    "Wavy_Hair",
    "Wearing_Earrings",
    "Wearing_Hat",
    "Wearing_Lipstick",
    "Wearing_Necklace",
    "Wearing_Necktie",
    "Young",
]


@pytest.fixture(scope="module")
def made_up() -> ImageSet:
    """320 patches of colour in place of faces: glasses are a bar over the eyes, dark or bright, men are blue."""
    random = np.random.default_rng(0)
    labels = random.integers(0, 2, (320, 40)).astype(np.uint8)
    images = random.integers(90, 160, (320, 1, 1, 3)) + random.integers(-20, 20, (320, 64, 64, 3))
    images[labels[:, MALE] == 1, :, :, 2] += 60
    for row in np.flatnonzero(labels[:, GLASSES]):
        images[row, 26:35, 16:48] = 5 if row % 2 else 235
    images = np.clip(images, 0, 255).astype(np.uint8)
    return ImageSet(
        "faces",
        images,
        faces.groups(labels, tuple(NAMES)),
        np.arange(320),
        200,
        faces.LABELS,
        "made up",
        validation_size=60,
        attributes=labels,
        attribute_names=tuple(NAMES),
        people=np.arange(320),
    )


def toy(name: str, *, epochs: int = 4, **options: object):
    """A recipe of the repository, shrunk to seconds."""
    recipe = RECIPES[name]
    plan = replace(recipe.plan, epochs=epochs, batch=32)
    return replace(recipe, config=SMALL[recipe.architecture], plan=plan, options=recipe.options | options)


def run(recipe, data: ImageSet, folder: Path, **options: object) -> torch.nn.Module:
    part = data.split("train")
    return train(recipe, part.images, folder=folder, seed=recipe.seeds[0], attributes=part.attributes, **options)


@pytest.mark.parametrize("name", ["faces-64", "faces-probe"])
def test_recipes_learn(name: str, made_up: ImageSet, tmp_path: Path) -> None:
    run(toy(name, epochs=6), made_up, tmp_path)
    lines = [json.loads(line) for line in (tmp_path / "log.jsonl").read_text().splitlines()]
    key = "mse" if name == "faces-64" else "loss"
    assert lines[-1][key] < lines[0][key]
    if name == "faces-64":  # the critic comes later, and then it is asked
        assert "critic" not in lines[0]
        assert 0 < lines[-1]["critic"] < 3


@pytest.mark.parametrize("name", ["faces-64", "faces-probe"])
def test_a_cut_off_run_ends_like_an_uncut_one(name: str, made_up: ImageSet, tmp_path: Path) -> None:
    recipe = toy(name)
    whole = run(recipe, made_up, tmp_path / "whole").state_dict()
    for epochs in (1, 3):  # before the critic begins, and after
        run(recipe, made_up, tmp_path / "cut", epochs=epochs)
    resumed = run(recipe, made_up, tmp_path / "cut").state_dict()
    for key, value in whole.items():
        torch.testing.assert_close(resumed[key], value, rtol=0, atol=0)


def test_the_critic_leaves_the_first_part_of_the_run_alone(made_up: ImageSet) -> None:
    torch.manual_seed(0)
    model = build("face-vae", SMALL["face-vae"])
    objective = Faces(model, Plan(1), 10, weights=FaceWeights(begin=0.5), strength=Affine())
    x = torch.from_numpy(made_up.images[:32].transpose(0, 3, 1, 2).copy()).float() / 255
    labels = torch.from_numpy(made_up.attributes[:32]).float()
    generator, before = torch.Generator().manual_seed(0), model.critic.whole.weight.clone()
    for step in range(7):
        losses = objective.step(x, generator, labels)
        assert ("critic" in losses) is (step >= 5)
        assert torch.equal(model.critic.whole.weight, before) is (step < 5)


def test_codes_agree_with_the_reader() -> None:
    torch.manual_seed(0)
    model = build(
        "face-vae", SMALL["face-vae"] | {"shifts": (-1.5, 0.0), "gain": 3.0, "limit": 7.0, "floor": -7.0}
    ).eval()
    x = torch.rand(5, 3, 64, 64)
    with torch.no_grad():
        mean, told, z = model.posterior(x)[0], model.reader(x), model.encode(x)
        read = model.attributes(z)
    places = list(model.config.corrected)
    wanted = 7 * torch.tanh(3 * (told[:, places] - torch.tensor([-1.5, 0])) / 7)
    torch.testing.assert_close(read[:, places], wanted, atol=1e-4, rtol=0)
    # The shortest way there: at right angles to what those attributes' readings do not see.
    step = z - mean
    weight = model.attributes.weight[places].detach()
    torch.testing.assert_close(step, step @ torch.linalg.pinv(weight) @ weight, atol=1e-4, rtol=0)


def test_rare_kinds_come_more_often(made_up: ImageSet) -> None:
    objective = Faces(build("face-vae", SMALL["face-vae"]), Plan(1), 10, weights=FaceWeights(), strength=Affine())
    labels = torch.zeros(100, 40)
    labels[:4, GLASSES] = 1
    weights = objective.often(labels)
    assert float(weights[0] / weights[50]) == pytest.approx((96 / 4) ** 0.5, rel=1e-5)


def test_mixtures_are_half_a_batch_near_it() -> None:
    generator = torch.Generator().manual_seed(0)
    z = torch.randn(60, 8, generator=generator) + 5
    mixed = mixtures(z, (torch.rand(60, 40, generator=generator) < 0.4).float(), generator)
    assert mixed.shape == (30, 8)
    assert mixed.isfinite().all()
    assert ((mixed - z.mean(0)).norm(dim=1) < 4 * (z - z.mean(0)).norm(dim=1).mean()).all()


@pytest.fixture(scope="module")
def published(made_up: ImageSet, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A root with a toy probe and a toy model of faces, published as the real ones are."""
    base = tmp_path_factory.mktemp("faces")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(face_gallery, "SIZE", 120)
        patch.setattr(face_gallery, "CLOSEST", 0.0)
        patch.setattr(face_directions, "FACES", 20)
        for name in ("faces-probe", "faces-64"):
            recipe, folder = toy(name, epochs=8), base / "runs" / f"{name}-0"
            weights = run(recipe, made_up, folder).state_dict()
            save_file({key: value.contiguous() for key, value in weights.items()}, folder / "model.safetensors")
            publish.publish(recipe, runs=base / "runs", root=base / "made", data=made_up, umap=False)
    return base / "made"


def test_what_is_published_loads(published: Path, made_up: ImageSet) -> None:
    card = checkpoints.read_card(published, "faces-64")
    assert set(card.sha256) == {"model.safetensors", "gallery.npz", "directions.npz"}
    gallery = checkpoints.load_gallery(published, card)
    assert gallery.attributes is not None
    assert gallery.attributes.shape == (120, 40)
    assert gallery.index.min() >= face_gallery.FIRST  # no item of the data set
    assert made_up.image(gallery.index[0]) is None
    glasses, man = gallery.attributes[:, GLASSES] > 0.5, gallery.attributes[:, MALE] > 0.5
    np.testing.assert_array_equal(gallery.label, man + 2 * glasses)
    found = checkpoints.load_directions(published, card)
    assert found is not None
    assert found.names[:2] == ("Eyeglasses", "Dark_Glasses")
    assert found.labels == (*NAMES, "Dark_Glasses")
    assert found.correlations[GLASSES, 40] > 0.3
    assert checkpoints.load_directions(published, checkpoints.read_card(published, "faces-probe")) is None
    assert "non-commercial" in card.terms


def test_no_sampled_face_is_a_training_face(published: Path, made_up: ImageSet) -> None:
    items = checkpoints.load_gallery(published, checkpoints.read_card(published, "faces-64"))
    train = made_up.split("train").images.reshape(200, -1).astype(np.int32)
    card = checkpoints.read_card(published, "faces-64")
    from core.inference import Runner

    pictures = Runner(checkpoints.load_model(published, card), card).decode(items.z).reshape(len(items), -1)
    assert all(np.abs(train - picture).mean(1).min() > 1 for picture in pictures)


def test_every_number_is_measured(published: Path, made_up: ImageSet) -> None:
    card = checkpoints.read_card(published, "faces-64")
    found = evaluate.measure(published, card, made_up)
    wanted = [
        "probe_accuracy_eyeglasses",
        "probe_accuracy_male",
        "reconstruction_mse",
        "sharpness_ratio",
        "frechet_probe",
        "frechet_midpoints",
        "arithmetic_success",
        "arithmetic_success_1",
        "glasses_added",
        "glasses_removed",
        "entanglement_glasses",
        "entanglement_glasses_orthogonal",
        "identity_kept",
    ]
    assert set(wanted) <= set(found)
    assert all(np.isfinite(metric.value) for metric in found.values())
    probe = evaluate.load_probe(published)
    test = made_up.split("test")
    right = ((probe.probabilities(test.images) > 0.5) == (test.attributes == 1)).mean(0)
    assert found["probe_accuracy_male"].value == pytest.approx(right[MALE])
    own = evaluate.measure(published, checkpoints.read_card(published, "faces-probe"), made_up)
    assert own["probe_accuracy_male"].value == pytest.approx(right[MALE])
    again = evaluate.measure(published, card, made_up)
    assert {key: metric.value for key, metric in found.items()} == {key: m.value for key, m in again.items()}


def test_choosing_leaves_the_test_faces_alone(published: Path, made_up: ImageSet) -> None:
    card = checkpoints.read_card(published, "faces-64")
    found = evaluate.measure_faces(published, card, made_up, split="validation")
    assert found["reconstruction_mse"].n == 60
    assert {metric.split for metric in found.values()} == {"validation"}


def test_a_default_strength_is_the_shortest_that_works_often_enough() -> None:
    lengths = np.array([0.6, -0.1, 0.0, 0.5, 0.4], np.float32)
    assert face_directions.shortest(lengths, np.array([1.0, 1.0, 1.0, 0.9, 0.5]), 1) == pytest.approx(0.5)
    assert face_directions.shortest(lengths, np.array([0.8, 1.0, 1.0, 0.7, 0.5]), 1) == pytest.approx(0.6)
    probability = np.array([[0.2, 0.6, 0.9], [0.1, 0.4, 0.7]])
    np.testing.assert_allclose(face_directions.works(probability, 1), [2 / 3, 1 / 3])
    np.testing.assert_allclose(face_directions.works(probability, -1), [1 / 3, 2 / 3])
