"""Training: every GAN can be replayed and its curves drawn, and one that is broken leaves the others alone."""

import json
import shutil
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from core import cards, checkpoints
from core.cards import Metric
from core.checkpoints import CARD, HISTORY
from core.datasets import digits
from core.history import History
from dashboard import curves, trainings
from tests import tiny_gans
from tests.ui.app import address, opened, run, sound, text


@pytest.fixture
def gans(tiny_gans_root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of the tiny GANs that a test may damage, seen by the dashboard."""
    root = shutil.copytree(tiny_gans_root, tmp_path / "checkpoints")
    monkeypatch.setenv("MORPHOSPACE_CHECKPOINTS", str(root))
    return root


def scrubber(app: AppTest) -> dict:
    """What the sheets to scrub through were given."""
    for element in app.get("bidi_component"):
        if "-train_" in element.proto.id:
            return json.loads(element.proto.json)[0]
    raise AssertionError("no scrubber")


def charts(app: AppTest) -> list[dict]:
    """The figures drawn."""
    return [json.loads(element.proto.spec) for element in app.get("plotly_chart")]


@pytest.mark.usefixtures("gans")
@pytest.mark.parametrize("name", tiny_gans.GANS)
def test_opens_on_every_gan_at_its_last_epoch(name: str) -> None:
    app = opened("training", train_gan=name)
    assert app.selectbox(key="train_gan").value == address(app, "train_gan") == name
    shown = scrubber(app)
    assert (shown["sheet"]["count"], shown["sheet"]["width"], shown["sheet"]["height"]) == (3, 392, 280)
    assert shown["frame"] == shown["start"] == 2
    assert [[line["name"] for line in figure["data"]] for figure in charts(app)] == [
        ["generator", "critic, both errors added"],
        ["real images", "made images"],
    ]
    said = text(app)
    assert "gave real images 0.70 on average and made ones 0.30: **it tells them apart a little**" in said
    assert "**3** epochs" in said
    assert ("told no class" in said) is (name == "fashion-gan")
    assert "lower is better" in said


@pytest.mark.usefixtures("gans")
def test_each_gan_of_a_bank_can_be_replayed_alone() -> None:
    app = opened("training", train_gan="writers-each")
    choice = app.selectbox(key="train_part")
    assert (choice.value, len(choice.options)) == (None, 10)
    assert address(app, "train_part") is None
    assert "A row is a GAN of its own, from 0, cluster 1 to 1, cluster 5" in text(app)
    whole = scrubber(app)["sheet"]["token"]
    sound(choice.set_value("1-3").run())
    shown = scrubber(app)
    assert (shown["sheet"]["width"], shown["sheet"]["height"], shown["sheet"]["count"]) == (196, 56, 3)
    assert shown["sheet"]["token"] != whole
    assert address(app, "train_part") == "1-3"
    assert "gave real images 0.63 on average and made ones 0.23" in text(app)  # row 7, not the mean
    lines = {line["name"]: line["y"] for line in charts(app)[0]["data"]}
    assert list(lines) == ["generator"]
    assert "This GAN saw only 1, cluster 3" in text(app)
    again = opened("training", train_gan="writers-each", train_part="1-3")
    assert scrubber(again)["sheet"]["token"] == shown["sheet"]["token"]


@pytest.mark.usefixtures("gans")
def test_only_a_bank_has_digits_and_clusters_to_choose() -> None:
    app = opened("training", train_gan="writers-dcgan", train_part="1-3")
    assert "train_part" not in [box.key for box in app.selectbox]
    assert "not here: '1-3'" in text(app)
    assert address(app, "train_part") is None
    sound(app.selectbox(key="train_beside").set_value("writers-each").run())
    sound(app.selectbox(key="train_part").set_value("0-5").run())
    said = scrubber(app)["beside"]["captions"]
    assert all(line.startswith("Writers EACH: 0, cluster 5\n") for line in said)
    beside = scrubber(app)["beside"]["sheet"]
    assert (beside["width"], beside["height"]) == (196, 140)  # as wide for its height as 392 x 280


@pytest.mark.usefixtures("gans")
@pytest.mark.parametrize("hostile", ["2-1", "0-0", "0-6", "x", "9" * 400])
def test_a_stale_digit_and_cluster_shows_all_and_says_so(hostile: str) -> None:
    app = opened("training", train_gan="writers-each", train_part=hostile)
    assert app.selectbox(key="train_part").value is None
    assert "The link names a digit and cluster that is not here" in text(app)


def test_a_bank_stands_beside_what_was_measured_in_the_same_clusters(gans: Path) -> None:
    card, how = checkpoints.read_card(gans, "writers-each"), "Over its own clusters."
    values = {"frechet_cnn": 3.5, "frechet_cnn_shared": 2.5, "frechet_cnn_plain": 4.5}
    metrics = {key: Metric(key, value, "lower", "distance", "test", 90, how) for key, value in values.items()}
    cards.write(replace(card, metrics=metrics), gans / card.id / CARD)
    rows = trainings.distances(trainings.told()["writers-each"])
    assert [row["Fréchet distance (lower is better)"] for row in rows] == ["2.5", "**3.5**", "4.5"]
    rows = trainings.distances(trainings.told()["writers-dcgan"])  # over all clusters: no bank there
    assert [row["Fréchet distance (lower is better)"] for row in rows] == ["**21.5**", "31"]


@pytest.mark.usefixtures("gans")
def test_the_epoch_at_rest_is_marked_and_told() -> None:
    app = opened("training", train_gan="fashion-gan")
    app.session_state["train_fashion-gan"] = {"frame": 0}
    sound(app.run())
    assert "In epoch 1 the critic gave real images 0.60" in text(app)
    for figure in charts(app):
        upright = figure["layout"]["shapes"][0]
        assert (upright["x0"], upright["x1"]) == (1, 1)


@pytest.mark.usefixtures("gans")
def test_first_it_opens_on_a_gan_of_the_data_set_and_lists_all() -> None:
    app = opened("training", data="fashion")
    assert app.selectbox(key="train_gan").value == "fashion-dcgan"  # nearest to real images
    assert len(app.selectbox(key="train_gan").options) == len(tiny_gans.GANS)
    assert "No GAN here learned" not in text(app)
    assert "No GAN here learned Digits (MNIST)" in text(opened("training", data="digits")).replace("\\", "")
    sound(app.selectbox(key="train_gan").set_value("writers-plain").run())
    assert address(app, "train_gan") == "writers-plain"


@pytest.mark.usefixtures("gans")
def test_two_stand_side_by_side_at_the_same_share_of_the_way() -> None:
    app = opened("training", train_gan="fashion-gan", train_beside="fashion-dcgan")
    shown = scrubber(app)
    assert shown["beside"]["sheet"]["count"] == 3
    assert [said.partition("\n")[0] for said in shown["beside"]["captions"]] == ["Fashion DCGAN"] * 3
    assert len(charts(app)) == 4
    assert address(app, "train_beside") == "fashion-dcgan"
    sound(app.selectbox(key="train_beside").set_value(None).run())
    assert scrubber(app)["beside"] is None
    assert address(app, "train_beside") is None
    sound(app.selectbox(key="train_beside").set_value("fashion-dcgan").run())
    sound(app.selectbox(key="train_gan").set_value("fashion-dcgan").run())  # none beside itself
    assert app.selectbox(key="train_beside").value is None
    assert address(app, "train_beside") is None
    long, short = (
        trainings.Run(trainings.told()["fashion-gan"], History({}, np.zeros((n, 28, 28), np.uint8), 28))
        for n in (14, 5)
    )
    assert [long.match(short, epoch) for epoch in (0, 6, 13)] == [0, 2, 4]
    assert [short.match(long, epoch) for epoch in range(5)] == [0, 3, 6, 10, 13]


@pytest.mark.usefixtures("gans")
def test_distances_stand_beside_those_of_the_same_data_set() -> None:
    rows = trainings.distances(trainings.told()["fashion-gan"])
    assert [row[""] for row in rows] == ["Fashion DCGAN", "**Fashion GAN**"]
    assert [row["Fréchet distance (lower is better)"] for row in rows] == ["12.3", "**43.2**"]


def test_real_images_are_there_to_compare_with(gans: Path) -> None:
    card = checkpoints.read_card(gans, "fashion-gan")
    metric = Metric("frechet_cnn_train_test", 0.71, "lower", "distance", "test", 10_000, "made up")
    cards.write(replace(card, metrics={metric.key: metric}), gans / card.id / CARD)
    rows = trainings.distances(trainings.told()["fashion-gan"])
    assert [row["Fréchet distance (lower is better)"] for row in rows] == ["12.3", "**not measured**", "0.71"]


@pytest.mark.usefixtures("gans")
@pytest.mark.parametrize("hostile", ["writers-probe", "digits-ae-dense", "../x", "<b>", "9" * 400])
def test_a_stale_link_falls_back_and_says_so(hostile: str) -> None:
    app = opened("training", train_gan=hostile)
    assert app.selectbox(key="train_gan").value in tiny_gans.GANS
    assert "The link names a GAN that is not here" in text(app)


@pytest.mark.usefixtures("tiny_checkpoints")
def test_without_a_gan_it_says_how_to_make_one() -> None:
    app = opened("training")
    assert "No GAN here shows how it was trained" in text(app)
    assert "python -m core.training fashion-gan" in text(app)


def test_a_file_that_is_not_the_card_s_leaves_the_gan_out(gans: Path) -> None:
    path = gans / "fashion-gan" / HISTORY
    path.write_bytes(path.read_bytes()[:1000])
    app = run("training", data="fashion")
    assert not app.exception
    assert "fashion-gan" not in trainings.told()
    assert "1 model left out" in [expander.label for expander in app.sidebar.expander]
    assert app.selectbox(key="train_gan").value == "fashion-dcgan"
    assert len(charts(app)) == 2


def test_a_history_that_cannot_be_read_is_said_to_be_and_others_open(gans: Path) -> None:
    path, card = gans / "fashion-gan" / HISTORY, checkpoints.read_card(gans, "fashion-gan")
    path.write_bytes(b"no archive")
    card.sha256[HISTORY] = checkpoints.sha256(path)
    cards.write(card, gans / "fashion-gan" / CARD)
    app = run("training", train_gan="fashion-gan")
    assert not app.exception
    assert ["cannot be shown" in error.value for error in app.error] == [True]
    assert "Fréchet" in text(app)
    app.selectbox(key="train_gan").set_value("writers-dcgan").run()
    assert len(charts(sound(app))) == 2


def test_sheets_side_by_side_are_not_stretched() -> None:
    like = np.zeros((1, 20, 40, 1), np.uint8)
    for shape, wanted in (((2, 10, 40), (2, 20, 40)), ((2, 20, 10), (2, 20, 40)), ((2, 40, 80), (2, 40, 80))):
        made = trainings.framed(np.ones((*shape, 1), np.uint8), like)
        assert made.shape == (*wanted, 1)
        assert made.sum() == np.prod(shape)
        assert made[:, wanted[1] // 2, wanted[2] // 2].all()


def test_words_of_a_training() -> None:
    made = tiny_gans.make_history(digits.embedded())
    assert [trainings.duration(s) for s in (44.6, 90, 1620, 4800)] == ["45 s", "2 min", "27 min", "1 h 20 min"]
    assert trainings.caption(made, 0) == "After epoch 1 of 3: real images score 0.60, made ones 0.40"
    silent = History({"generator": np.zeros(3, np.float32)}, made.sheets, 28)
    assert trainings.caption(silent, 2) == "After epoch 3 of 3"
    assert trainings.verdict(silent, 2) == ""
    for real, said in (
        (0.52, "hardly"),
        (0.7, "a little"),
        (0.85, "most of"),
        (1.0, "nearly all"),
        (0.4, "hardly"),
    ):
        scores = {"real": np.full(3, real), "fake": np.full(3, 1 - real)}
        assert said in trainings.verdict(History(scores, made.sheets, 28), 0)


def test_curves_have_gaps_where_nothing_was_logged() -> None:
    figure = curves.over_epochs({"hand": np.array([np.nan, 2, 1])}, title="Losses", at=1)
    assert figure.data[0].x.tolist() == [1, 2, 3]
    assert np.isnan(figure.data[0].y[0])
    assert len(figure.layout.shapes) == 1
    assert len(curves.over_epochs({}, title="", at=0, level=0.5, top=1).layout.shapes) == 2
