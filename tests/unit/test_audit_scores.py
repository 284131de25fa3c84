"""Scores of rankings against scikit-learn and by hand; planted faults are where they are said to be."""

import numpy as np
import pytest
from sklearn.metrics import average_precision_score, precision_recall_curve

from core.audit import scores
from core.audit.planted import Shares, plant


@pytest.mark.parametrize("levels", [5, 1000])
def test_scores_agree_with_scikit_learn_with_and_without_ties(levels) -> None:
    rng = np.random.default_rng(levels)
    truth = rng.random(400) < 0.2
    severity = (rng.integers(0, levels, 400) + truth * levels / 4) / levels
    assert scores.average_precision(truth, severity) == pytest.approx(average_precision_score(truth, severity))
    precision, recall, _ = precision_recall_curve(truth, severity)
    for least in (0.3, 0.5, 0.9):
        expected = recall[(precision >= least) & (recall > 0)].max(initial=0)
        assert scores.recall_at(truth, severity, precision=least) == pytest.approx(expected)


def test_items_of_which_nothing_is_told_rank_last() -> None:
    truth = np.array([True, False, True, False])
    severity = np.array([0.9, 0.1, np.nan, np.nan])
    assert scores.average_precision(truth, severity) == pytest.approx(0.5 + 0.5 * 2 / 4)
    assert scores.recall_at(truth, severity, precision=0.9) == 0.5


def test_nothing_true_has_no_score() -> None:
    assert np.isnan(scores.average_precision(np.zeros(3, bool), np.arange(3)))
    assert np.isnan(scores.recall_at(np.zeros(3, bool), np.arange(3), precision=0.5))


def test_pairs_that_were_not_proposed_count_as_missed() -> None:
    pairs, severity = np.array([[3, 1], [0, 2], [5, 4]]), np.array([0.9, 0.8, 0.7])
    true = np.array([[1, 3], [4, 5], [6, 7], [8, 9]])
    assert scores.pair_recall_at(pairs, severity, true, precision=0.95) == 0.25
    assert scores.pair_recall_at(pairs, severity, true, precision=0.6) == 0.5
    assert scores.pair_recall_at(np.zeros((0, 2), int), np.zeros(0), true, precision=0.5) == 0


def made_up(count: int, channels: int = 1) -> tuple[np.ndarray, np.ndarray]:
    """Images with a patch of noise each, and labels."""
    rng = np.random.default_rng(0)
    return rng.integers(0, 256, (count, 20, 24, channels), dtype=np.uint8), rng.integers(3, 7, count)


@pytest.mark.parametrize("channels", [1, 3])
def test_faults_are_planted_where_they_are_said_to_be(channels) -> None:
    images, labels = made_up(400, channels)
    strangers = np.full((9, 20, 24, channels), 7, np.uint8)
    strangers[:, ::2] = 99
    found = plant(images, labels, seed=1, strangers=strangers)
    assert (found.flipped.sum(), len(found.pairs), found.blank.sum(), found.stranger.sum()) == (12, 8, 4, 4)
    assert (found.labels[found.flipped] != labels[found.flipped]).all()
    assert set(found.labels) == set(labels)
    assert found.images[found.blank].std(axis=(1, 2, 3)).max() < 2
    assert (found.images[found.stranger] == strangers[0]).all()
    copies = np.array([row for row in found.pairs.ravel() if (found.images[row] != images[row]).any()])
    assert len(copies) == 8
    assert (found.labels[found.pairs[:, 0]] == found.labels[found.pairs[:, 1]]).all()
    touched = found.flipped | found.blank | found.stranger
    touched[copies] = True
    assert (found.images[~touched] == images[~touched]).all()
    assert (found.labels[~touched] == labels[~touched]).all()


def test_the_same_seed_plants_the_same_and_another_one_does_not() -> None:
    images, labels = made_up(200)
    one, same, other = (plant(images, labels, seed=seed, strangers=images[:9]) for seed in (1, 1, 2))
    assert (one.images == same.images).all()
    assert (one.labels == same.labels).all()
    assert (one.flipped != other.flipped).any()


def test_faults_that_do_not_fit_are_refused() -> None:
    images, labels = made_up(40)
    with pytest.raises(ValueError, match="strangers have shape"):
        plant(images, labels, seed=0, strangers=images[:1, :10], shares=Shares(stranger=0.1))
    with pytest.raises(ValueError, match="do not fit in 40"):
        plant(images, labels, seed=0, strangers=images, shares=Shares(copied=0.6))
