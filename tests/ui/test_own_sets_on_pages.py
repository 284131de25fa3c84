"""Every page works on sets and models of one's own: grey and colour, 28 to 64 px, with many labels and without."""

import shutil
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from core import cards, checkpoints, geometry
from core.board import LIGHT
from core.own_models import places
from core.saved import Saved
from core.settings import Settings
from dashboard import figures, maps, mapshot, mapview, resources
from tests import tiny_own
from tests.ui.app import opened, run, sound, text
from tests.ui.selecting import store

# name of the set -> side, colours, labels, models
SETS: dict[str, tuple[int, int, tuple[str, ...], dict[str, str]]] = {
    "grey": (28, 1, tuple(f"sort {number}" for number in range(300)), {"aae": "aae"}),
    "colour": (64, 3, ("disc", "square"), {"vae-2d": "vae-conv"}),
    "plain": (32, 3, ("unlabelled",), {"ae-conv": "ae-conv"}),
    "sorted": (32, 3, ("unlabelled",), {"aae": "aae"}),
}
EVERY = ("overview", "latent_map", "retrieve", "interpolate", "arithmetic", "autoencoders", "selections")
CASES = [(stem, name) for name in SETS for stem in EVERY] + [("clusters", "grey"), ("clusters", "sorted")]


@pytest.fixture(scope="session")
def own_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Sets and models of one's own; read-only by convention."""
    home = tmp_path_factory.mktemp("own")
    settings = Settings((), home / "none", home / "cache", home=home)
    for name, (side, colours, labels, models) in SETS.items():
        tiny_own.bring(home, name, n=60, side=side, colours=colours, labels=labels, test=20)
        for kind, architecture in models.items():
            tiny_own.model(settings, name, kind, architecture)
    return home


@pytest.fixture
def home(own_home: Path, tiny_checkpoints: Path, tmp_path: Path) -> Path:
    """The dashboard sees them beside the tiny models that come with it."""
    shutil.copytree(own_home, tmp_path / "home", dirs_exist_ok=True)
    return tmp_path / "home"


@pytest.mark.parametrize(("stem", "name"), CASES)
def test_a_page_opens_on_an_own_set(stem: str, name: str, home: Path) -> None:
    app = opened(stem, data=name)
    assert app.selectbox(key="data").value == name
    assert app.get("image") + app.get("plotly_chart") + app.get("bidi_component"), "nothing to look at"
    said = text(app)
    assert "Something went wrong" not in said
    assert "nan" not in said.lower().replace("financ", "").split()
    if stem == "retrieve":
        assert "the 60 items, 90 % lie nearer" in said
        assert "500 gallery items" not in said
    if name in ("grey", "plain") and stem == "autoencoders":
        sound(app.button_group(key="ae_more").set_value(["AAE"]).run())


def test_points_of_many_labels_have_a_colour_and_a_name_each(home: Path) -> None:
    run("latent_map", data="grey")
    names, found = resources.source("grey").labels, maps.points("grey-aae", "pca")
    label, category, *_ = mapview.colours(resources.card("grey-aae"), found, "pca")
    assert len(label.tints or ()) == len(label.names or ()) == len(names) == 300
    assert set(label.tints or ()) == set(range(len(figures.PALETTE)))
    assert category.tints == tuple(range(10))
    columns, _ = geometry.unpack(maps.block("grey-aae", "pca"))
    assert columns["label"].tolist() == found.label.tolist()
    assert columns["label"].max() > 255
    drawn = mapshot.shot(found, found.label, label, mapshot.window(found, ""), LIGHT)
    assert drawn.shape == (mapshot.HEIGHT + mapshot.LEGEND, mapshot.WIDTH, 3)
    assert opened("latent_map", data="grey", map_plain="true").get("plotly_chart")


def test_models_of_one_title_stand_side_by_side(home: Path) -> None:
    """Training in the app gives titles without the set's name, and a zip may bring a second model of one title."""
    settings = Settings.from_environment()
    for kind, architecture in (("ae-conv", "ae-conv"), ("ae-other", "ae-conv"), ("vae-2d", "vae-conv")):
        if kind != "ae-conv":
            tiny_own.model(settings, "plain", kind, architecture)
        folder = places.root(settings) / f"plain-{kind}"
        card = checkpoints.read_card(folder.parent, folder.name)
        title = "2-D variational autoencoder" if kind == "vae-2d" else "Autoencoder"
        cards.write(replace(card, title=title), folder / checkpoints.CARD)
    app = sound(opened("autoencoders", data="plain"))
    app = sound(app.button_group(key="ae_more").set_value(["VAE"]).run())
    named = [line.split("**")[1] for line in (element.value for element in app.markdown) if ":small[code" in line]
    both = ["Autoencoder (plain-ae-conv)", "Autoencoder (plain-ae-other)"]
    assert named == [*both, "2-D variational autoencoder"]
    app = sound(opened("retrieve", data="plain", retr_all="true"))
    assert {*both, "2-D variational autoencoder"} == set(app.selectbox(key="retr_model").options)
    assert all(f"**{name}**" in text(app) for name in both)


def test_a_selection_that_was_kept_before_the_set_was_brought_anew_says_so(home: Path) -> None:
    store().save(Saved("of old", "grey", np.array([1, 2]), created="2020-01-01T00:00:00+00:00"))
    store().save(Saved("of now", "grey", np.array([3]), created="2026-02-02T00:00:00+00:00"))
    said = text(opened("selections", data="grey"))
    assert said.count("kept before the set was brought anew") == 1


@pytest.mark.parametrize("stem", ["attributes", "clusters"])
def test_a_page_that_has_nothing_for_an_own_set_offers_one_that_it_has(stem: str, home: Path) -> None:
    app = opened(stem, data="colour")
    assert "here" in text(app)
    assert app.button(key="switch_dataset") if stem == "clusters" else app.title
    offered = [link.proto.label for link in app.get("page_link")]
    assert ("Train one on these images" in offered) == (stem == "clusters")


def test_a_set_that_was_brought_again_and_is_smaller_leaves_its_models_out(home: Path) -> None:
    shutil.rmtree(home / "datasets" / "grey")
    tiny_own.bring(home, "grey", n=30, test=10)
    app = run("overview", data="grey")
    assert not app.exception
    assert "another version" in " ".join(str(code.value) for code in app.code) + text(app)


def test_a_damaged_own_set_or_model_does_not_stop_a_page(home: Path) -> None:
    (home / "datasets" / "grey" / "images.npy").write_bytes(b"nothing")
    (home / "checkpoints" / "plain-ae-conv" / "gallery.npz").write_bytes(b"nothing")
    app = run("overview", data="grey")
    assert not app.exception
    assert "plain-ae-conv" in text(app)
    assert "cannot be read" in text(app)
    opened("latent_map", data="colour")
