"""What the buttons that choose at random choose."""

import numpy as np

from dashboard import items


def test_another_is_drawn_where_there_is_another() -> None:
    places = np.array([3, 5, 8])
    assert {items.drawn(places, 5) for _ in range(100)} == {3, 8}
    assert {items.drawn(places, but) for _ in range(200) for but in (None, 4)} == {3, 5, 8}
    assert items.drawn(places[:1], 3) == 3
    assert items.drawn(places[:0], 3) is None
