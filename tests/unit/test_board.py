"""Pictures for slides: small images keep their pixels, words stay inside, samples are even."""

import numpy as np
import pytest

from core import board
from core.board import DARK, LIGHT, Row
from core.strata import stratified


def test_small_images_are_enlarged_a_whole_number_of_times() -> None:
    image = np.random.default_rng(0).integers(0, 256, (28, 28, 1), np.uint8)
    large = np.asarray(board.enlarged(image, 300, 200))
    assert large.shape == (196, 196, 3)
    assert (large[3::7, 3::7, :1] == image).all()


def test_a_board_shows_every_image_as_it_is() -> None:
    images = np.stack(
        [np.full((28, 28, 3), colour, np.uint8) for colour in ((250, 0, 0), (0, 250, 0), (0, 0, 250))]
    )
    drawn = board.board([Row(images, "Three", ("a", "b", "c"))])
    found = [int((drawn == image[0, 0]).all(axis=2).sum()) for image in images]
    assert found[0] == found[1] == found[2]
    side = found[0] ** 0.5
    assert side == int(side)
    assert side % 28 == 0
    assert side >= 10 * 28
    assert drawn.shape[1] == board.WIDTH
    assert (drawn[0] == LIGHT.paper).all()
    assert (board.board([Row(images)], look=DARK)[0] == DARK.paper).all()


def test_many_rows_fit_on_a_slide() -> None:
    images = np.zeros((8, 28, 28, 1), np.uint8)
    rows = [Row(images, f"Row {i}", tuple("abcdefgh")) for i in range(6)]
    assert board.board(rows).shape[0] < 1300
    large = [Row(np.zeros((1, 28, 28, 1), np.uint8), weight=3), Row(images)]
    drawn = board.board(large)
    assert drawn.shape[0] < 1000


def test_words_never_leave_the_board() -> None:
    drawn = board.board([Row(np.zeros((2, 28, 28, 1), np.uint8), "W" * 500, ("M" * 300, "−\n→\nx\nunseen"), 2)])
    assert (drawn[:, : board.EDGE - 20] == LIGHT.paper).all()
    assert (drawn[:, -board.EDGE + 20 :] == LIGHT.paper).all()


@pytest.mark.parametrize("rows", [[], [Row(np.zeros((0, 28, 28, 1), np.uint8))]])
def test_nothing_to_draw(rows: list[Row]) -> None:
    with pytest.raises(ValueError, match="no picture"):
        board.board(rows)


def test_captions_are_one_for_each() -> None:
    with pytest.raises(ValueError, match="1 captions for 2 pictures"):
        board.board([Row(np.zeros((2, 8, 8, 1), np.uint8), captions=("a",))])


def test_a_sample_is_even_over_groups() -> None:
    groups = np.repeat([0, 1, 2], [1000, 50, 3])
    rows = stratified(groups, 83, seed=0)
    assert np.bincount(groups[rows]).tolist() == [40, 40, 3]
    assert (np.diff(rows) > 0).all()
    assert (stratified(groups, 83, seed=0) == rows).all()
    assert (stratified(groups, 83, seed=1) != rows).any()
    assert (stratified(groups, 5000, seed=0) == np.arange(len(groups))).all()
    assert len(stratified(groups, 0, seed=0)) == 0


def test_a_sample_is_fair_within_a_group() -> None:
    counts = np.zeros(20)
    for seed in range(400):
        counts[stratified(np.zeros(20, int), 5, seed=seed)] += 1
    assert counts.sum() == 2000
    assert np.abs(counts - 100).max() < 45  # 5 standard deviations of a binomial


def test_captions_break_between_words_and_have_no_space_that_the_font_lacks() -> None:
    assert board.written("99\u202f% of\u00a0all") == "99 % of all"
    images, words = np.zeros((12, 28, 28, 1), np.uint8), "one two three four five six"
    short = board.board([Row(images, captions=("one",) * 12, columns=12)])
    long = board.board([Row(images, captions=(words,) * 12, columns=12)])
    assert long.shape[0] > short.shape[0]
    assert board._lines(words, 1e6, board.SMALL) == [words]
    assert " ".join(board._lines(words, 140, board.SMALL)) == words
    assert board._lines("a b\nc", 0, board.SMALL) == ["a", "b", "c"]
