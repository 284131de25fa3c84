"""The missing character of a writer: who votes on its shape, what the GAN makes of it, and the real ones."""

import csv
import io
from dataclasses import dataclass

import numpy as np
import streamlit as st

from core.writers import Vote
from dashboard import frame, matrix, slides, writing
from dashboard.components import tiles
from dashboard.drawn import again, choose_observed, seed
from dashboard.writing import SAMPLES, Cell

SIZE = 56
RULES = ("All they wrote", "The paper's rule", "Largest cluster")
NEAR = 7  # of those who voted that are shown


@dataclass(frozen=True)
class Drawn:
    """How samples were asked for, and what came of it: their clusters, the critic's word, what is nearest."""

    rule: str
    asked: int
    strength: float
    fell: np.ndarray
    said: np.ndarray
    near: tuple[np.ndarray, np.ndarray] | None


def votes(vote: Vote, wanted: int, *, key: str, name: str, told: str) -> None:
    """The clusters of the wanted digit as their averages, with what each got."""
    st.markdown(told)
    shares = vote.votes / max(vote.votes.sum(), 1e-9)
    tiles(
        writing.book().averages[wanted][..., None],
        key=key,
        label=name,
        captions=[f"{share:.0%}" for share in shares],
        alt=[f"Cluster {i + 1}, mean of its characters" for i in range(len(shares))],
        size=SIZE,
        selected=vote.chosen if vote.votes.any() else None,
        clickable=False,
    )


def chain(found: Cell) -> tuple[Vote | None, Vote | None]:
    """Observed digit, cluster, co-writers, votes: for the paper's rule and for the vote by style."""
    known = writing.book()
    st.subheader("Why it would look so", anchor=False)
    if not found.seen:
        st.info("This writer wrote nothing else: nobody can tell how they would write it.", icon=":material/info:")
        return None, None
    style = writing.by_style(found)
    votes(
        style,
        found.label,
        key="wr_votes_style",
        name="Votes of those nearest in style",
        told=f"**All they wrote.** The {len(style.voters)} writers nearest in style, by {len(found.seen)} other "
        f"digits, vote for a cluster of {found.label}:",
    )
    neighbours(found, style)
    observed = choose_observed(found)
    own = int(known.record.majority[found.row, observed])
    rule = writing.by_class(found, observed)
    rows = known.cell(found.row, observed)[:4]
    pictures, _ = writing.characters(rows)
    tiles(
        np.concatenate([pictures, known.averages[observed, own][None, ..., None]]),
        key="wr_told_from",
        label="What is told from",
        captions=[""] * len(rows) + ["mean"],
        alt=[f"A {observed} by this writer"] * len(rows) + [f"Mean of cluster {own + 1} of {observed}"],
        size=SIZE,
        selected=len(rows),
        clickable=False,
    )
    votes(
        rule,
        found.label,
        key="wr_votes_rule",
        name="Votes of co-writers",
        told=f"Most of their {observed}s are in cluster {own + 1} of {observed}; its {len(rule.voters)} "
        f"co-writers vote with their own cluster of {found.label}:",
    )
    if len(found.real):
        counts = known.record.counts[found.row, found.label]
        votes(
            Vote(np.zeros(0, np.int64), counts.astype(float)),
            found.label,
            key="wr_votes_real",
            name="Where the real ones are",
            told=f"**The truth**, left out of both: their {len(found.real)} real characters fall in",
        )
    return style, rule


def neighbours(found: Cell, vote: Vote) -> None:
    """How the nearest of those who voted write the wanted digit; a click opens one of them."""
    known, rows = writing.book(), found.voters[vote.voters[:NEAR]]
    pictures, here = writing.characters(np.array([known.cell(int(row), found.label)[0] for row in rows]))
    picked = tiles(
        pictures,
        key="wr_neighbours",
        label=f"A {found.label} by each of the nearest in style",
        captions=[str(known.record.writers[row]) for row in rows],
        marks=["" if original else "generated" for original in here],
        alt=[f"A {found.label} by {writing.title(int(row)).lower()}" for row in rows],
        size=SIZE,
    )
    st.caption(f"The {len(rows)} nearest of them, with their number. Press one to open that writer.")
    if picked is not None:
        matrix.open_cell(int(rows[picked]), found.label)
        st.rerun()


def samples(found: Cell, style: Vote | None, rule: Vote | None) -> None:
    """What the GAN writes into the cell, re-entry and nearest training character of each, the real ones beside."""
    st.markdown(f"**A {found.label} by {writing.title(found.row).lower()}, made by the model**")
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
        which = st.selectbox("Cluster by", RULES, key="wr_rule", bind="query-params", width=150)
        strength = st.slider(
            "Style strength",
            0.0,
            1.5,
            1.0,
            0.25,
            key="wr_strength",
            bind="query-params",
            width=130,
            help="0: any hand of the cluster. 1: as trained. More overdoes it.",
        )
        st.button("Draw again", icon=":material/refresh:", on_click=again, key="wr_again")
    vote = {RULES[0]: style, RULES[1]: rule}.get(which or RULES[0])
    labels = np.full(SAMPLES, found.label)
    asked = vote.chosen if vote is not None else writing.largest(found)
    clusters = np.full(SAMPLES, asked)
    made = writing.write(labels, clusters, found.style, strength=strength, seed=seed())
    pen = writing.penman()
    said = pen.realism(made, labels, clusters)
    order = np.argsort(-said, kind="stable")
    made, said = made[order], said[order]
    fell, near = pen.hands.assign(made, labels), writing.nearest(made, labels)
    captions = [f"cluster {c + 1}" for c in fell]
    if near is not None:
        captions = [f"{c} · {d:.1f}" for c, d in zip(fell + 1, near[0], strict=True)]
    tiles(
        made,
        key="wr_samples",
        label="Samples",
        captions=captions,
        marks=["generated"] * SAMPLES,
        alt=[
            f"A {found.label}, falls in cluster {c + 1}, critic {s:.2f}" for c, s in zip(fell, said, strict=True)
        ],
        size=SIZE,
        clickable=False,
    )
    st.caption(
        f"{verdict(found, asked, fell, near)} Most real first, by the GAN's critic, which learned to tell real "
        f"from made: {said[0]:.2f} to {said[-1]:.2f} (1 is real)."
    )
    if len(found.real):
        pictures, here = writing.characters(found.real[:SAMPLES])
        told = "" if here.all() else ", some rebuilt from their codes"
        st.markdown(f"**The real ones** ({len(found.real)}{told}), {left_out(found)}")
        marks = ["" if original else "generated" for original in here]
        tiles(pictures, key="wr_real", label="Real characters", marks=marks, size=SIZE, clickable=False)
    if near is not None:
        closest(near)
    downloads(found, made, Drawn(which or RULES[0], asked, strength, fell, said, near))


def verdict(found: Cell, asked: int, fell: np.ndarray, near: tuple[np.ndarray, np.ndarray] | None) -> str:
    """Re-entry and copies, in words."""
    parts = ["Under each: the cluster that it falls in" + ("" if near is None else " · distance to the nearest")]
    parts[0] += "." if near is None else " training character, by pixels."
    parts.append(f"{int((fell == asked).sum())} of {len(fell)} fall in the one asked for, {asked + 1}.")
    if near is None:
        parts.append("How near they are to training images cannot be said here: that takes the originals.")
    else:
        bound = float(writing.book().bounds[found.label])
        close = int((near[0] < bound).sum())
        parts.append(
            f"{close} of {len(fell)} are nearer than {bound:.1f}, where the nearest 1 % of other people's real "
            f"{found.label}s begin{': none looks copied.' if not close else '; see for yourself below.'}"
        )
    return " ".join(parts)


def left_out(found: Cell) -> str:
    """What the models knew of the real characters of a cell."""
    if writing.book().part[found.row] == writing.TRAIN:
        return "left out of style and vote here; but the models were trained on them"
    return "which no model was trained on"


def closest(near: tuple[np.ndarray, np.ndarray]) -> None:
    """The training character nearest to each sample."""
    with st.expander("The nearest training character to each"):
        pictures, _ = writing.characters(near[1])
        tiles(
            pictures,
            key="wr_nearest",
            label="Nearest training characters",
            captions=[f"{distance:.1f}" for distance in near[0]],
            alt=[f"By {writing.title(int(writing.book().writer[row])).lower()}" for row in near[1]],
            size=SIZE,
            clickable=False,
        )


def downloads(found: Cell, made: np.ndarray, drawn: Drawn) -> None:
    """The samples as a picture and as a table."""
    name = f"writer-{writing.book().record.writers[found.row]}-digit-{found.label}"
    with st.container(horizontal=True):
        st.download_button(
            "PNG",
            slides.contact_sheet(made, columns=8),
            f"{name}.png",
            "image/png",
            key="wr_png",
            icon=":material/download:",
            on_click="ignore",
        )
        st.download_button(
            "CSV",
            lambda: table(found, drawn),
            f"{name}.csv",
            "text/csv",
            key="wr_csv",
            icon=":material/download:",
            on_click="ignore",
            help="How they were asked for; cluster, and distance to the nearest training character, of each.",
        )


def table(found: Cell, drawn: Drawn) -> str:
    """One row for each sample."""
    file = io.StringIO()
    rows = csv.writer(file, lineterminator="\n")
    asked = (drawn.rule, drawn.asked + 1, drawn.strength, seed())
    rows.writerow(
        ["writer", "digit", "rule", "asked", "strength", "seed", "sample", "cluster", "critic", "nearest_distance"]
    )
    number = writing.book().record.writers[found.row]
    for i, (cluster, said) in enumerate(zip(drawn.fell, drawn.said, strict=True)):
        distance = "" if drawn.near is None else f"{drawn.near[0][i]:.3f}"
        rows.writerow([number, found.label, *asked, i, cluster + 1, f"{said:.3f}", distance])
    return file.getvalue()


@st.fragment
def missing(row: int, label: int) -> None:
    """The open cell."""
    with frame.guard():
        found = writing.cell(row, label)
        place = st.container()
        style, rule = chain(found)
        with place:
            samples(found, style, rule)
