"""What is left to review, which of two alike is kept, and where two pictures differ."""

import itertools

import numpy as np
import pytest

from core.audit import comparing, review
from core.audit.decisions import DROP, FINE, RELABEL, Decision
from core.audit.findings import Issue

NOTHING = review.book([])


def single(*severity: float) -> Issue:
    return Issue("dark", np.array(severity, np.float32), 0.5, "")


def paired() -> Issue:
    pairs = np.array([[0, 1], [1, 2], [4, 5]])
    return Issue("near", np.full(6, 0.9, np.float32), 0.5, "", pairs, np.array([0.6, 0.9, 0.7], np.float32))


def test_cases_come_worst_first_and_by_item() -> None:
    index = np.array([10, 20, 30, 40])
    found = review.queue(single(0.6, np.nan, 0.9, 0.4), index, 0.5, NOTHING)
    assert found.items.tolist() == [[30], [10]]
    assert found.severity.tolist() == pytest.approx([0.9, 0.6])
    assert review.queue(paired(), np.arange(6) * 2, 0.65, NOTHING).items.tolist() == [[2, 4], [8, 10]]


def test_what_was_judged_is_settled_and_not_a_problem_does_not_come_up_again() -> None:
    known = review.book([Decision("dark", 2, FINE), Decision("dark", 0, DROP, partner=9)])
    found = review.queue(single(0.6, 0.8, 0.9, 0.4), np.arange(4), 0.5, known)
    assert found.items[:, 0].tolist() == [2, 1, 0]
    assert found.decided.tolist() == [True, False, False]
    assert found.settled.tolist() == [True, False, True]  # the last one is dropped, as one of a pair
    assert (found.left, found.next_open(), found.next_open(1)) == (1, 1, 1)
    fine = [Decision("near", 1, FINE, partner=2), Decision("near", 2, FINE, partner=1)]
    pairs = review.queue(paired(), np.arange(6), 0.5, review.book(fine))
    assert pairs.items[~pairs.settled].tolist() == [[4, 5], [0, 1]]


def test_next_goes_on_and_begins_again() -> None:
    known = review.book([Decision("dark", 1, FINE)])
    found = review.queue(single(0.9, 0.8, 0.7), np.arange(3), 0.5, known)
    assert [found.next_open(at) for at in (-1, 0, 1, 2)] == [0, 2, 2, 0]
    done = review.book([Decision("dark", item, FINE) for item in range(3)])
    assert review.queue(single(0.9, 0.8, 0.7), np.arange(3), 0.5, done).next_open() is None


def test_counts_are_what_the_queue_holds() -> None:
    random = np.random.default_rng(0)
    severity = random.uniform(0, 1, 500).astype(np.float32)
    severity[::7] = np.nan
    severity[:3] = 0.62, 0.0, 1.0
    told = review.counts(single(*severity.tolist()))
    for step in range(0, 201, 4):
        found = review.queue(single(*severity.tolist()), np.arange(500), step / 200, NOTHING)
        assert told[step] == len(found), step


def test_decisions_on_another_file_do_not_count() -> None:
    files = np.array(["a.png", "b.png"])
    kept = review.book([Decision("dark", 0, DROP, file="a.png"), Decision("dark", 1, DROP, file="c.png")], files)
    assert (kept.dropped, kept.stale) == (frozenset({0}), 1)
    assert review.book([Decision("dark", 5, DROP, file="z.png")], files).stale == 1


def test_the_last_label_counts() -> None:
    two = [
        Decision("label", 1, RELABEL, label="b", made="2026-01-02"),
        Decision("category", 1, RELABEL, label="a", made="2026-01-01"),
    ]
    assert review.book(two).labels == {1: "b"}


@pytest.mark.parametrize("seed", range(20))
def test_one_of_all_that_are_alike_stays(seed: int) -> None:
    random = np.random.default_rng(seed)
    pairs = random.integers(0, 9, (8, 2))
    pairs = pairs[pairs[:, 0] != pairs[:, 1]]
    rank = random.permutation(9)
    gone = review.keep_one(pairs, rank)
    assert all(a in gone or b in gone for a, b in pairs.tolist())
    kept_beside = {a: {b for x, y in pairs.tolist() for a2, b in ((x, y), (y, x)) if a2 == a} - gone for a in gone}
    assert all(kept_beside.values())  # each has a kept one that it is alike to
    best = min(set(pairs.ravel().tolist()), key=lambda row: rank[row], default=None)
    assert best not in gone


def test_rules() -> None:
    facts = {"pixels": np.array([5, 9, 9, 1]), "train_size": 2, "severity": np.array([0.9, 0.1, np.nan, 0.5])}
    order = {rule: np.argsort(review.ranks(rule, 4, **facts)).tolist() for rule in review.RULES}
    assert order == {
        "first": [0, 1, 2, 3],
        "largest": [1, 2, 0, 3],
        "train": [0, 1, 2, 3],
        "severity": [2, 1, 3, 0],
    }
    with pytest.raises(ValueError, match="rule 'last'"):
        review.ranks("last", 4, **facts)


@pytest.mark.parametrize("move", itertools.product((-3, 0, 2), (-1, 0, 4)))
def test_a_moved_picture_is_the_same(move: tuple[int, int]) -> None:
    one = np.random.default_rng(0).integers(0, 255, (32, 40, 3)).astype(np.uint8)
    other = np.roll(one, (-move[0], -move[1]), axis=(0, 1))
    found, most, found_move = comparing.difference(one, other)
    assert (most, found_move, found.shape) == (0.0, move, (32, 40, 1))


def test_a_difference_is_scaled_and_told() -> None:
    one = np.zeros((20, 20, 1), np.uint8)
    one[4:9, 4:9] = 200
    other = one.copy()
    other[15, 15] = 51
    found, most, _ = comparing.difference(one, other)
    assert most == pytest.approx(0.2)
    assert np.flatnonzero(found.ravel()).tolist() == [15 * 20 + 15]
    assert found.max() == 255


def test_pictures_of_other_sizes_and_colours_are_compared() -> None:
    grey = np.full((10, 12, 1), 100, np.uint8)
    found, most, _ = comparing.difference(grey, np.full((40, 30, 3), 100, np.uint8))
    assert (found.shape, most) == ((10, 12, 1), 0.0)
