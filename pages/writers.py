"""The digit that a writer never wrote: clusters of hands, votes of co-writers, and a GAN that writes it."""

import streamlit as st

from core import checkpoints
from dashboard import completion, drawn, frame, matrix, penmanship, resources, seen, state, writing

VIEWS = {
    "Missing digit": completion.missing,
    "Row": penmanship.whole_row,
    "Number": penmanship.number,
    "Hands": penmanship.hands,
    "Map": penmanship.plane,
}
NUMBERS = {
    "cluster_share": "Votes right",
    "reentry_accuracy_mean": "Re-entry",
    "digit_accuracy": "Read as asked",
    "writer_probe_top5_style": "Hand recognised",
    "memorisation": "Copies",
}


def who(row: int) -> None:
    """Who the open writer is."""
    known = writing.book()
    written = known.record.written[row]
    holes = [str(c) for c in (written == 0).nonzero()[0]]
    st.markdown(
        f"**{writing.title(row)}**: {writing.about(row)}. Wrote {written.sum()} digits; "
        + (f"never a {', '.join(holes)}." if holes else "all ten of them.")
    )


def numbers() -> None:
    """What is measured of the model."""
    own = resources.card(checkpoints.GAN)
    frame.numbers(own, NUMBERS)
    st.caption(f"Measured on writers that no model was trained on. {own.terms}.")


main, side = frame.page(
    "Writers",
    "Pick a digit that somebody never wrote. Those who write alike vote on its shape, and a GAN writes it.",
    widths=(1, 1),
    picture=("wr_samples", "wr_row", "wr_written", "wr_hands", "wr_plane", "wr_matrix"),
)
if checkpoints.GAN not in resources.gans() and checkpoints.GAN not in resources.broken():
    with main:
        frame.absent("writers")
with main, frame.guard():
    seen.made_by(checkpoints.GAN)
    row, label = matrix.sync()
    drawn.sync(row, label)
    state.flush_notices()
    matrix.draw(row, label)
    numbers()
    seen.say(f"{writing.title(row)}: a {label} in that hand, made by a GAN.")
    with side, frame.guard():
        who(row)
        view = st.segmented_control(
            "View",
            list(VIEWS),
            default="Missing digit",
            required=True,
            key="wr_view",
            bind="query-params",
            label_visibility="collapsed",
        )
        VIEWS[view or "Missing digit"](row, label)
