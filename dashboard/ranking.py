"""Products by how well they fit, those first that are called what was asked for."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import streamlit as st

from core import checkpoints, kinds
from core.kinds import Called
from dashboard import resources, shop, words
from dashboard.memo import per_run
from dashboard.shop import Answer, Query

RARE = 25  # products: of fewer, most answers are something else


@dataclass(frozen=True, eq=False)
class Ranked:
    """An answer, the things that were asked for by name, how many are called that, and how many of them lead."""

    answer: Answer
    things: tuple[str, ...] = ()
    count: int = 0
    ahead: int = 0


def called() -> Called:
    """What the items that can be searched are called."""
    return _called_of(shop.wares().text)


@per_run
def _called_of(text: str) -> Called:
    return _called(*resources.key(text, checkpoints.ITEMS))


@st.cache_resource(max_entries=2, show_spinner=False)
def _called(root: str, id: str, sha256: str) -> Called:
    known = shop.items()
    return kinds.called(known.fields["type"].tolist(), known.captions.tolist(), shop.matcher().lexicon)


def best(target: np.ndarray, query: Query, wishes: Sequence[str], *, k: int) -> Ranked:
    """The ``k`` products that fit a vector best; those that are called what the wishes name come first.

    On 662 validation products it lifts recall at 10 by captions from 0.903 to 0.927, the precision of phrases of
    gender, colour and type from 0.839 to 0.913, and recall at 10 of "the same but ..." from 0.891 to 0.913.
    """
    things = kinds.named(wishes, shop.matcher().lexicon)
    if not things or "type" not in shop.items().fields:
        return Ranked(shop.best(target, query, k=k))
    those = called().those(things)
    if query.left is not None:
        those = those & query.left
    every = shop.best(target, query, k=len(those))
    ahead = kinds.leading(every.score, those[every.rows])
    order = np.argsort(~ahead, kind="stable")[:k]
    answer = Answer(every.rows[order], every.score[order])
    return Ranked(answer, things, int(those.sum()), int(ahead[order].sum()))


def told(found: Ranked) -> str:
    """What is to be said of the order and of how few there are, as Markdown; "" where nothing is."""
    if not found.things:
        return ""
    name, all_ = words.literal(" or ".join(found.things)), f"{len(shop.items()):,} {shop.book().things}"
    if not found.count:
        return f"None of the {all_} here is called **{name}**: these are what the model finds most like it."
    if found.count >= RARE:
        return f"{shop.book().things.capitalize()} that the shop calls **{name}** come first."
    lead = (
        f"the first {found.ahead} {'is one' if found.ahead == 1 else 'are such'}"
        if found.ahead
        else "none is here"
    )
    return (
        f"Only **{found.count}** of the {all_} here {'is' if found.count == 1 else 'are'} called "
        f"**{name}**, and the models have seen few, too: {lead}. Colours and looks that you named may be missing, "
        "and what is imagined may be something else."
    )
