"""The entanglement meter: what an edit of a face moved besides what it was meant to, by the word of a probe.

For every page that edits faces. What is measured comes from `core.entanglement`; this shows it.
"""

from collections.abc import Sequence

import numpy as np
import streamlit as st

from core import entanglement
from core.directions import Directions
from core.entanglement import STAY, Change, Look
from dashboard import probing, resources, words
from dashboard.components.meter import Bar, bars

LEAST = 0.05  # change of probability that is worth a word
NAMED = 3  # attributes that are named as moved besides
CROWD = 1000  # faces, the source itself perhaps among them, that an edit could be nearest to


def show(
    change: Change,
    before: np.ndarray,
    after: np.ndarray,
    directions: Directions,
    *,
    edited: list[str],
    key: str,
    interval: str,
    unkept: np.ndarray | None = None,
) -> None:
    """One line in plain words, and the bars of all attributes: the edited ones, then those that moved most.

    Parameters
    ----------
    change : over several edits; its interval is drawn as a thin line, and ``interval`` says of what it is.
    before, after : (k,) probabilities on the face that is shown; k may be less than the labels of ``directions``.
    edited : names of the attributes that were meant to change.
    key : of the component, unique in the app.
    unkept : (k,) after the same edit by directions that were not freed of other attributes, to compare with.
    """
    names = directions.labels[: len(before)]
    st.markdown(sentence(names, before, after, edited, unkept=unkept))
    delta, meant = after - before, [names.index(name) for name in edited if name in names]
    main = max(meant, key=lambda i: abs(delta[i]), default=None)
    shown = [
        Bar(
            words.attribute(names[i]),
            float(before[i]),
            float(after[i]),
            float(change.mean[i]),
            float(change.low[i]),
            float(change.high[i]),
            None if main is None or i == main else float(directions.correlations[main, i]),
            i in meant,
        )
        for i in sorted(range(len(names)), key=lambda i: (i not in meant, -abs(delta[i])))
    ]
    against = "" if main is None else words.attribute(names[main])
    bars(shown, key=key, label="Change of every attribute", against=against)
    st.caption(
        f"Bar: change of the probability that the probe gives, on this face, from −1 to 1. {interval} The last "
        "column is how far the annotators' own labels go together in the training set (correlation, −1 to 1): "
        "where it is far from 0 the model could hardly learn to move the one without the other."
    )


def sentence(
    names: Sequence[str],
    before: np.ndarray,
    after: np.ndarray,
    edited: Sequence[str],
    *,
    unkept: np.ndarray | None = None,
) -> str:
    """What an edit did, in one line: what was meant, what moved besides, and by how much the others did."""
    delta = after - before
    meant = [i for i, name in enumerate(names) if name in edited]
    parts = [f"**{words.attribute(names[i])} {before[i]:.2f} → {after[i]:.2f}**" for i in meant]
    besides = [i for i in np.argsort(-np.abs(delta), kind="stable") if i not in meant and abs(delta[i]) >= LEAST]
    moved = ", ".join(f"{words.attribute(names[i])} {words.signed(delta[i])}" for i in besides[:NAMED])
    parts.append(f"moved besides: {moved or f'nothing by {LEAST} or more'}")
    stay = [i for i, name in enumerate(names) if name in STAY and name not in edited]
    if stay:
        others = ", ".join(words.attribute(names[i]) for i in stay)
        value = np.abs(delta[stay]).mean()
        than = "" if unkept is None else f"; {np.abs(unkept - before)[stay].mean():.3f} without keeping others"
        parts.append(f"mean change of {others}: **{value:.3f}** (lower is better{than})")
    return "; ".join(parts)


def over(id: str, moved: np.ndarray, before: Look, labels: tuple[str, ...]) -> Change:
    """How an edit moves several faces: their codes (n, d) afterwards, and what the probe saw before."""
    after = probing.look(resources.runner(id).decode(moved), labels)
    return entanglement.change(before.word, after.word)


def identity(id: str, features: np.ndarray) -> None:
    """Say how far an edit is from its source, and whether it is nearest to it; ``features`` (2, F) of both."""
    before, after = features
    _, crowd = probing.gallery_look(id, CROWD)
    own = float(np.linalg.norm(after - before))
    away = np.linalg.norm(crowd.features - after, axis=1)
    strangers = np.linalg.norm(crowd.features - before, axis=1)
    other = np.flatnonzero(strangers > 1e-3 * float(np.linalg.norm(before)))[: CROWD - 1]  # without the source
    if not len(other):
        return
    nearer = int((away[other] < own).sum())
    typical = float(np.median(strangers[other]))
    kept = (
        f"still nearest to its own source among {len(other):,} other sampled faces"
        if nearer == 0
        else f"**{nearer:,} of {len(other):,} other sampled faces are nearer** to the edit than its own source is"
    )
    st.markdown(
        f"Identity: distance {own:.1f} from source to edit, {typical:.1f} from the source to a middling stranger "
        f"(lower is better); {kept}.",
        help="Euclidean distance in the probe's features. It was taught attributes and not people, so this says "
        "whether the face stays recognisably the same picture, and nothing of who it could be.",
    )
