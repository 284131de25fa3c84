"""The network that completes codes foretells what follows from the others, and sees nothing that is hidden."""

import numpy as np
import pytest
import torch

from core import writer_completion


@pytest.fixture(autouse=True)
def one_thread() -> None:
    """Toy networks are too small to share between cores."""
    torch.set_num_threads(1)


def cells(n: int, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Codes (n, 5, 3) that follow from two numbers of each writer, and which of them there are."""
    ways = np.random.default_rng(0).normal(size=(2, 15))
    random = np.random.default_rng(seed)
    codes = (random.normal(size=(n, 2)) @ ways).reshape(n, 5, 3) + np.arange(5)[:, None]
    return codes, random.random((n, 5)) < 0.9


def test_what_follows_from_the_others_is_foretold() -> None:
    codes, written = cells(400, 1)
    fitted = writer_completion.fit(codes, written, seed=0)
    unseen, _ = cells(100, 2)
    known = np.ones((100, 5), bool)
    known[np.arange(100), np.arange(100) % 5] = False
    found = fitted.complete(unseen, known)
    assert found.shape == unseen.shape
    error = np.square(found - unseen)[~known].mean()
    assert error < 0.3 * np.square(fitted.middle - unseen)[~known].mean()


def test_what_is_hidden_changes_nothing() -> None:
    codes, written = cells(100, 1)
    other = np.where(written[..., None], codes, 1e6)
    one, two = (writer_completion.fit(some, written, seed=3, epochs=2) for some in (codes, other))
    np.testing.assert_array_equal(one.middle, two.middle)
    known = np.array([[True, False, True, True, False]])
    shifted = np.where(known[..., None], codes[:1], -50)
    np.testing.assert_array_equal(one.complete(codes[:1], known), two.complete(shifted, known))
    another = writer_completion.fit(codes, written, seed=4, epochs=2)
    assert np.abs(another.complete(codes[:1], known) - one.complete(codes[:1], known)).max() > 1e-4


def test_a_class_that_nobody_wrote_is_named() -> None:
    codes, written = cells(20, 1)
    written[:, 3] = False
    with pytest.raises(ValueError, match="nobody wrote class 3"):
        writer_completion.fit(codes, written, seed=0)
