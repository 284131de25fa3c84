"""What a search found: rows of products that lead on, and the plain search by colour beside."""

import numpy as np
import streamlit as st

from core.imagining import Imagined
from dashboard import issue_filter, resources, searching, shop, tones, words
from dashboard.components import tiles
from dashboard.items import Item
from dashboard.shop import Answer, Query

COLOURS = 10  # products by colour alone


def results(found: Answer, *, key: str, label: str, size: int, unit: str = "similarity") -> None:
    """Products that fit, best first; a click starts from one of them."""
    pictures = shop.pictures(found.rows)
    if pictures is None:
        st.caption(f"No pictures of {shop.book().things} are on this machine; their captions:")
        st.markdown("\n".join(f"1. {words.literal(shop.named(int(row)))}" for row in found.rows))
        return
    picked = tiles(
        pictures,
        key=key,
        label=label,
        captions=[f"{score:.2f}" for score in found.score],
        issues=issue_filter.marks(shop.dataset(), shop.items().index[found.rows]),
        alt=[
            f"{shop.named(int(row))}, {unit} {score:.2f}"
            for row, score in zip(found.rows, found.score, strict=True)
        ],
        size=size,
    )
    if picked is not None:
        searching.go(Item(shop.dataset(), int(shop.items().index[found.rows[picked]])), "")


def by_colour(picture: np.ndarray | None, made: Imagined | None, found: Answer, query: Query) -> None:
    """The plain search beside: by the histogram of colours of what is imagined, else of the picture."""
    asked = picture if made is None else made.picture
    if resources.source(shop.dataset()).shape[2] == 1:
        return  # grey pictures
    near = None if asked is None else tones.best(asked, query, k=COLOURS)
    if near is None:
        return
    st.markdown("**By colour alone**")
    label = f"{shop.book().things.capitalize()} by colour alone"
    results(near, key="srch_tones", label=label, size=56, unit="shared colour")
    both = tones.in_both(near.rows, found.rows[:COLOURS])
    whose = "the picture" if made is None else "the imagined picture"
    st.caption(
        f"Nearest by colour histogram to {whose}; under each: share of pixels of a colour in common, 1 at most. "
        f"It knows nothing of shapes or words. **{both} of these {len(near.rows)}** are also among the first "
        f"{min(COLOURS, len(found.rows))} above."
    )
