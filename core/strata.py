"""A sample with as many of each group as can be: for pictures of a map that cannot hold them all."""

import numpy as np


def stratified(groups: np.ndarray, count: int, *, seed: int) -> np.ndarray:
    """Rows (m,) int64, ascending, of ``count`` of ``groups`` (n,), or of all where there are no more.

    Every group gets the same number; what a small one leaves free goes to the others. Within a group all rows are
    equally likely.
    """
    if count < 0:
        raise ValueError(f"cannot draw {count} rows; allowed: 0 or more")
    shuffled = np.random.default_rng(seed).permutation(len(groups))
    # A row's turn is how many of its group come before it: all first turns, then all second ones, and so on.
    turn = np.empty(len(groups), np.int64)
    for group in np.unique(groups):
        mine = shuffled[groups[shuffled] == group]
        turn[mine] = np.arange(len(mine))
    order = shuffled[np.argsort(turn[shuffled], kind="stable")]
    return np.sort(order[:count])
