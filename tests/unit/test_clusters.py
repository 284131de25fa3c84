import csv
import io

import numpy as np
import pytest

from core.clusters import Category, assignments_csv, contingency, dead, duplicates, summarise

CATEGORY = np.array([0, 0, 0, 0, 2, 2, 3])
CONFIDENCE = np.array([0.5, 0.9, 0.7, 0.9, 0.6, 0.8, 1.0], np.float32)
LABEL = np.array([4, 4, 1, -1, 3, 2, -1])


@pytest.fixture
def categories():
    return summarise(CATEGORY, CONFIDENCE, LABEL, categories=4, labels=5, show=3)


def test_summarise_describes_a_category(categories):
    first = categories[0]
    assert isinstance(first, Category)
    assert (first.id, first.size, first.label) == (0, 4, 4)
    assert first.purity == pytest.approx(2 / 3)
    assert first.confidence == pytest.approx(0.75)
    np.testing.assert_array_equal(first.typical, [1, 3, 2])
    np.testing.assert_array_equal(first.uncertain, [0, 2, 1])


def test_summarise_empty_tied_and_unlabelled(categories):
    empty, tied, unlabelled = categories[1:]
    assert (empty.size, empty.label, empty.purity, empty.confidence) == (0, -1, 0, 0)
    assert empty.typical.size == empty.uncertain.size == 0
    assert (tied.label, tied.purity) == (2, 0.5)
    assert (unlabelled.size, unlabelled.label, unlabelled.purity) == (1, -1, 0)
    assert [c.id for c in categories] == [0, 1, 2, 3]


def test_rows_index_an_array(categories):
    images = np.arange(7)
    np.testing.assert_array_equal(images[categories[2].typical], [5, 4])


def test_summarise_of_nothing():
    nothing = summarise([], [], [], categories=2, labels=3)
    assert [c.size for c in nothing] == [0, 0]
    assert dead(nothing) == [0, 1]


def test_dead_by_share():
    category = np.repeat([0, 1, 3], [2000, 1, 20])
    found = summarise(category, np.ones(2021), np.zeros(2021, int), categories=4, labels=1)
    assert dead(found) == [1, 2]
    assert dead(found, share=0) == [2]
    assert dead(found, share=0.01) == [1, 2, 3]


def test_contingency_counts_like_a_loop():
    rng = np.random.default_rng(0)
    category, label = rng.integers(0, 4, 100), rng.integers(-1, 3, 100)
    expected = np.zeros((4, 3), int)
    for c, y in zip(category, label, strict=True):
        if y >= 0:
            expected[c, y] += 1
    np.testing.assert_array_equal(contingency(category, label, categories=4, labels=3), expected)


def test_duplicates_under_the_default_and_a_given_threshold():
    points = np.array([[0, 0], [10, 0], [0, 0.2], [10, 0.1], [5, 9]])
    pairs = duplicates(points)
    assert [(i, j) for i, j, _ in pairs] == [(1, 3), (0, 2)]
    assert [d for *_, d in pairs] == pytest.approx([0.1, 0.2])
    assert [(i, j) for i, j, _ in duplicates(points, threshold=0.15)] == [(1, 3)]
    assert duplicates(points, threshold=0) == []


def test_duplicates_of_identical_few_and_spread_prototypes():
    assert [p[:2] for p in duplicates(np.ones((3, 4)))] == [(0, 1), (0, 2), (1, 2)]
    assert duplicates(np.ones((1, 4))) == []
    assert duplicates(np.eye(6)) == []


def read(text):
    return list(csv.reader(io.StringIO(text)))


def test_csv_rows():
    text = assignments_csv(
        [1234, 5], [12, 3], np.float32([0.98, 1]), [7, -1], {12: 'round "seven", big'}, "digits"
    )
    assert read(text) == [
        ["item", "category", "name", "confidence", "label"],
        ["digits/1234", "12", 'round "seven", big', "0.98", "7"],
        ["digits/5", "3", "", "1", ""],
    ]
    assert text.splitlines()[0] == "item,category,name,confidence,label"
    assert read(assignments_csv([], [], [], [], None, "digits")) == [read(text)[0]]


@pytest.mark.parametrize("name", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", " =1", "\n=1"])
def test_csv_does_not_run_names(name):
    (_, row) = read(assignments_csv([0], [1], [0.5], [2], {1: name}, "=cmd"))
    assert row[2] == "'" + name
    assert row[0] == "'=cmd/0"


def test_csv_keeps_harmless_names():
    (_, row) = read(assignments_csv([0], [1], [0.5], [2], {1: "a=b - c"}, "digits"))
    assert row[2] == "a=b - c"


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: summarise([4], [1], [0], categories=4, labels=1), r"category 4 is outside 0\.\.3"),
        (lambda: summarise([-1], [1], [0], categories=4, labels=1), "category -1"),
        (lambda: summarise([0], [1], [1], categories=4, labels=1), r"label 1 is outside -1\.\.0"),
        (lambda: summarise([0], [1, 1], [0], categories=4, labels=1), r"\(2,\)"),
        (lambda: summarise([0], [1.5], [0], categories=4, labels=1), "confidence 1.5"),
        (lambda: summarise([0], [np.nan], [0], categories=4, labels=1), "confidence nan"),
        (lambda: summarise([0], [1], [0], categories=4, labels=1, show=-1), "show -1"),
        (lambda: contingency([0, 1], [0], categories=2, labels=1), r"\(2,\) and label \(1,\)"),
        (lambda: dead([], share=2), r"share 2 is outside 0\.\.1"),
        (lambda: duplicates([1, 2]), r"\(2,\)"),
        (lambda: duplicates([[1.0], [2.0]], threshold=-1), "threshold -1"),
        (lambda: assignments_csv([0], [1, 2], [1], [1], None, "d"), r"\[1, 2, 1, 1\]"),
    ],
)
def test_errors_name_the_value_and_what_is_allowed(call, message):
    with pytest.raises(ValueError, match=message):
        call()
