"""Other views of a writer: the whole row, a number, the hands in which people write a digit, the map."""

import numpy as np
import streamlit as st

from core import images
from core.datasets.writers import GROUPS, LABELS
from dashboard import charts, figures, frame, matrix, slides, writing
from dashboard.completion import SIZE
from dashboard.components import grid, tiles
from dashboard.drawn import again, seed

LONGEST = 12  # digits of a number
HAND = 10  # members of a cluster that are shown
FIRST = ("At random", "Most real first", "Least real first")
COLOURS = ("Group of people", "Word of the critic")


@st.fragment
def whole_row(row: int, label: int) -> None:
    """All ten digits in this hand, below what they wrote."""
    with frame.guard():
        known = writing.book()
        st.button("Draw again", icon=":material/refresh:", on_click=again, key="wr_again_row")
        each = 4
        labels = np.tile(np.arange(len(LABELS)), each)
        made = writing.write_row(row, labels, seed=seed())
        grid(
            np.concatenate([writing.firsts(np.array([row])), made]),
            key="wr_row",
            label="The whole row",
            columns=len(LABELS),
            rows=["wrote", *[f"made {i + 1}" for i in range(each)]],
            heads=list(LABELS),
            captions=[
                f"by {writing.title(row).lower()}" if count else "never written"
                for count in known.record.written[row]
            ]
            + [f"Made by the model\na {c}" for c in labels],
            start=label,
            size=SIZE,
            generated=False,
        )
        st.caption(
            "Every digit is made as if it had never been written: in the cluster voted for and the style of the "
            "nine others."
        )
        st.download_button(
            "PNG",
            slides.contact_sheet(made, columns=len(LABELS)),
            f"writer-{known.record.writers[row]}-row.png",
            "image/png",
            key="wr_row_png",
            icon=":material/download:",
            on_click="ignore",
        )


@st.fragment
def number(row: int, label: int) -> None:
    """A number in this hand."""
    with frame.guard():
        with st.container(horizontal=True, vertical_alignment="bottom"):
            asked = st.text_input(
                "Number", "2026", max_chars=LONGEST, key="wr_number", bind="query-params", width=200
            )
            st.button("Draw again", icon=":material/refresh:", on_click=again, key="wr_again_number")
        digits = [c for c in asked or "" if c in LABELS]
        if not digits or len(digits) != len((asked or "").strip()):
            st.info(
                f"Type one to {LONGEST} of the digits 0 to 9: nothing else was learned.", icon=":material/info:"
            )
        if not digits:
            return
        made = writing.write_row(row, np.array([int(c) for c in digits]), seed=seed())
        picture = images.sheet(made, columns=len(digits))
        alt = f"{''.join(digits)}, made by the model in the hand of {writing.title(row).lower()}"
        tiles(made, key="wr_written", label=alt, size=84, marks=["generated"] * len(digits), clickable=False)
        st.caption(f"Made by the model, in the hand of {writing.title(row).lower()} ({writing.about(row)}).")
        st.download_button(
            "PNG",
            lambda: images.png(picture, scale=4),
            f"writer-{writing.book().record.writers[row]}-{''.join(digits)}.png",
            "image/png",
            key="wr_number_png",
            icon=":material/download:",
            on_click="ignore",
        )


def some(rows: np.ndarray, order: str) -> np.ndarray:
    """Ten members of a cluster, some twice where it has fewer."""
    if order == FIRST[0]:
        return np.random.default_rng(0).choice(rows, HAND, replace=len(rows) < HAND)
    ranked = rows[np.argsort(writing.book().realism[rows], kind="stable")]
    return np.resize(ranked[::-1] if order == FIRST[1] else ranked, HAND)


@st.fragment
def hands(row: int, label: int) -> None:
    """The clusters of a digit: average, size, members."""
    with frame.guard():
        known = writing.book()
        counts = known.record.counts[:, label].sum(0)
        shown = [np.flatnonzero((known.label == label) & (known.cluster == c)) for c in range(len(counts))]
        order = st.segmented_control(
            "Members", FIRST, default=FIRST[0], required=True, key="wr_first", bind="query-params",
            help="By the word of the GAN's critic, told the digit and the cluster.",
        )  # fmt: skip
        members = [some(rows, order or FIRST[0]) for rows in shown if len(rows)]
        pictures, here = writing.characters(np.concatenate(members))
        cells, names, captions = [], [], []
        taken = 0
        own = int(known.record.majority[row, label])
        for c, rows in zip(np.flatnonzero(counts), members, strict=True):
            cells.append(
                np.concatenate([known.averages[label, c][None, ..., None], pictures[taken : taken + HAND]])
            )
            taken += len(rows)
            names.append(f"{c + 1}: {counts[c] / counts.sum():.0%}" + (" ◂" if c == own else ""))
            captions.append(f"Mean of the {counts[c]:,} characters of cluster {c + 1}")
            captions += [
                f"{writing.title(int(known.writer[i]))}\ncluster {c + 1}\ncritic: {known.realism[i]:.2f}"
                for i in rows
            ]
        grid(
            np.concatenate(cells),
            key="wr_hands",
            label=f"Clusters of {label}",
            columns=HAND + 1,
            rows=names,
            heads=["mean", *[""] * HAND],
            captions=captions,
            size=44,
            generated=False,
        )
        st.caption(
            f"The hands in which people write a {label}: clusters by shape, with their share of all "
            f"{counts.sum():,} characters, the mean first, then ten members. The critic says 1 of what it takes "
            "for real, 0 of what it takes for made."
            + (f" Marked: the one of {writing.title(row).lower()}." if own >= 0 else "")
            + ("" if here.all() else " Rebuilt from codes where the originals are not here.")
        )


def realism() -> np.ndarray:
    """What the critic says of the characters of each writer of the book, on average: (w,) in 0..1."""
    known = writing.book()
    return np.bincount(known.writer, known.realism) / np.maximum(np.bincount(known.writer), 1)


@st.fragment
def plane(row: int, label: int) -> None:
    """All writers by style."""
    with frame.guard():
        known = writing.book()
        points = figures.Points(known.xy, known.record.writers, "writers", size=7)
        axes = figures.Axes(height=520)
        colour = st.segmented_control(
            "Colour", COLOURS, default=COLOURS[0], required=True, key="wr_colour", bind="query-params"
        )
        if colour == COLOURS[1]:
            figure = figures.by_value(
                points, realism(), title="critic's mean word (1: takes it for real)", axes=axes
            )
        else:
            groups = [f"{g}s" for g in GROUPS]
            figure = figures.by_group(points, known.group.astype(np.int64), groups, axes=axes, written=False)
        figures.ring(figure, known.xy[row])
        charts.tell(figure, key="wr_plane", alt="Map of the writers by style")
        event = st.plotly_chart(
            figure, key="wr_plane", on_select="rerun", selection_mode="points", alt="Map of the writers by style"
        )
        st.caption(
            f"UMAP of the styles of {len(known.xy):,} writers, by all that each of them wrote: near each other, "
            "alike in hand. Distances between far groups mean little. The critic is the GAN's, which learned to "
            "tell what people wrote from what it made. Press a dot to open that writer."
        )
        points_picked = event.selection.points if event else []
        picked = points_picked[0].get("customdata") if points_picked else None
        found = known.record.row(int(np.ravel(picked)[0])) if picked is not None else None
        if found is not None and found != row:
            matrix.open_cell(found, label)
            st.rerun()
