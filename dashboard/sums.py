"""What comes of a sum A - B + C: its pictures at every strength, and around one of them."""

from dataclasses import dataclass

import numpy as np
import streamlit as st

from core import attributes, latent
from dashboard import (
    address,
    equations,
    indexes,
    issue_filter,
    issue_marks,
    item_data,
    labels,
    resources,
    slides,
    state,
    walks,
    words,
)
from dashboard.components import tiles
from dashboard.components.trays import Picture, trays
from dashboard.equations import Equation, Mean
from dashboard.items import Item
from dashboard.slides import Walk

STRENGTHS = np.linspace(0, 2, 41)
FULL = 20  # the strength of 1
OFFERED = 24
BY = "sum_by"  # the strength's name in the URL
NEAREST = 8


@dataclass(frozen=True, eq=False)
class Sum:
    """A sum with its pictures.

    Attributes
    ----------
    means : (3, d) codes of A, B and C.
    walk : C plus so much of A - B as each of ``STRENGTHS`` says.
    """

    means: np.ndarray
    walk: Walk


def compute(id: str, equation: Equation, free: np.ndarray | None = None) -> Sum:
    """The sum under checkpoint ``id``, decoded in one call; ``free`` (d, d) is put before A - B."""
    a, b, c = (equations.codes(id, tray) for tray in equation.trays)
    step = attributes.arithmetic(a, b, c) - c.mean(axis=0)
    sums = c.mean(axis=0) + STRENGTHS[:, None] * (step if free is None else free @ step)
    means = np.stack([a.mean(axis=0), b.mean(axis=0), c.mean(axis=0)])
    return Sum(means, slides.walk(id, latent.settle(sums, resources.runner(id).categories)))


def around(id: str, code: np.ndarray, *, seed: int) -> np.ndarray:
    """Pictures (9, H, W, C): of ``code`` (d,) in the middle, and of eight codes a little beside it."""
    moved = attributes.jitter(code, resources.gallery(id).z.std(axis=0), seed=seed)
    return resources.runner(id).decode(latent.settle(moved, resources.runner(id).categories))


def pictures(id: str, entries: list[equations.Entry]) -> np.ndarray:
    """Pictures (n, H, W, C) uint8 of exemplars: items as pages show them, means as the model draws them."""
    originals = [None if isinstance(entry, Mean) else item_data.original(entry) for entry in entries]
    drawn = [entry for entry, original in zip(entries, originals, strict=True) if original is None]
    made = iter(resources.runner(id).decode(equations.codes(id, tuple(drawn))) if drawn else ())
    return np.stack([next(made) if original is None else original for original in originals])


def fill(id: str, equation: Equation, *, turn: int) -> None:
    """The trays, and pictures to put into them: of a label, its mean first; the current item before all."""
    dataset = resources.card(id).dataset
    names = resources.source(dataset).labels
    with st.container(horizontal=True, vertical_alignment="bottom"):
        label = st.selectbox(
            "Pictures to choose from",
            range(len(names)),
            format_func=lambda label: names[label],
            key=f"sum_label_{dataset}",
            width=240,
        )
        having = choose_having(id)
        draws = st.session_state.setdefault("_sum_offers", 0)
        if st.button("Others", icon=":material/casino:", key="sum_others", help="Other pictures of this label."):
            draws = st.session_state["_sum_offers"] = draws + 1
    label = label or 0
    offered: list[equations.Entry] = [state.current_item()]
    if (resources.gallery(id).label == label).any():
        offered += [Mean(label), *equations.exemplars(id, label, seed=draws, count=OFFERED, having=having)]
    entries = list(dict.fromkeys([entry for tray in equation.trays for entry in tray] + offered))
    issues = issue_filter.marks(dataset, [entry.index if isinstance(entry, Item) else -1 for entry in entries])
    trays(
        pictures(id, entries),
        [offer(entry, dataset, issue) for entry, issue in zip(entries, issues, strict=True)],
        [[equations.text_of(entry) for entry in tray] for tray in equation.trays],
        [equations.text_of(entry) for entry in dict.fromkeys(offered)],
        key="sum_trays",
        view=id,
        turn=turn,
        most=equations.MOST,
    )
    st.caption(
        "A click adds to the framed tray, or takes out of one; pictures can be dragged, and the keys A, B and C "
        f"put one there. Each tray counts as the mean of its pictures, up to {equations.MOST}. The first picture "
        "is the item of the card."
    )


def offer(entry: equations.Entry, dataset: str, issue: str) -> Picture:
    """A picture for the trays; what an audit found of it is marked, and said in its title."""
    name = equations.name_of(entry, dataset)
    told = f"{name}, {issue_marks.SPOKEN[issue]}" if issue else name
    real = isinstance(entry, Item) and item_data.original(entry) is not None
    return Picture(equations.text_of(entry), told, not real, issue)


def choose_having(id: str) -> tuple[str, ...]:
    """Attributes that a probe is to see on the pictures to choose from, where the gallery has its word."""
    gallery, known = resources.gallery(id), resources.directions(id)
    if gallery.attributes is None or known is None:
        return ()
    names = known.labels[: gallery.attributes.shape[1]]
    chosen = st.multiselect(
        "Who have",
        names,
        format_func=words.attribute,
        key="sum_having",
        placeholder="any",
        width=260,
        help="The probe's word, not a person's: over 50 % sure.",
    )
    return tuple(chosen)


def strength(way: Walk, id: str, equation: Equation) -> int:
    """The strengths to scrub through; the place in ``STRENGTHS`` at rest."""
    try:
        asked = float(address.asked(BY) or "nan")
    except ValueError:
        asked = np.nan
    if np.isfinite(asked):
        walks.put("sum", int(np.abs(STRENGTHS - asked).argmin()))
    before = walks.place("sum", FULL)
    at = walks.scrub(
        id,
        way,
        "sum",
        before,
        label="Strength of A - B, from 0 to 2",
        captions=[f"C + {by:.2f} (A − B)" for by in STRENGTHS],
        alt=[f"The sum at strength {by:.2f}" for by in STRENGTHS],
    )
    said = f"{STRENGTHS[at]:.2f}"
    if at != before.at:
        address.choose({BY: said})
    else:
        address.complete(BY, said)
    return at


def steps(id: str, found: Sum, at: int) -> None:
    """The sum step by step."""
    half = at // 2
    shown = np.concatenate(
        [
            resources.runner(id).decode(latent.settle(found.means, resources.runner(id).categories)),
            found.walk.frames[[half, at]],
        ]
    )
    tiles(
        shown,
        key="sum_steps",
        label="The sum step by step",
        captions=[
            "mean of A",
            "− mean of B",
            "+ mean of C",
            f"at {STRENGTHS[half]:.2f}",
            f"at {STRENGTHS[at]:.2f}",
        ],
        marks=["generated"] * len(shown),
        size=84,
        clickable=False,
    )


def nearest(id: str, code: np.ndarray) -> None:
    """The gallery items nearest to the sum; a click makes one the current item."""
    dataset, gallery = resources.card(id).dataset, resources.gallery(id)
    found = indexes.index(id).search(code[None], NEAREST)
    rows = found.index[0]
    items = [Item(dataset, int(gallery.index[row])) for row in rows]
    st.caption(
        f"{walks.nearest_name(id)}s to the sum, and the distance of their codes (lower is nearer). Click one to "
        "put it on the card."
    )
    row = tiles(
        item_data.gallery_images(id, rows),
        key="sum_nearest",
        label="Nearest gallery items",
        captions=[f"{distance:.2f}" for distance in found.distance[0]],
        issues=issue_filter.marks(dataset, gallery.index[rows]),
        real=[item_data.are_originals(dataset)] * len(items),
        alt=[f"{item.address}, {labels.name(item)}" for item in items],
        size=56,
    )
    if row is not None:
        state.go(items[row])
