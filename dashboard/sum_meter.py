"""What a sum of faces moves besides what it is meant to, and what can be taken out of it."""

import numpy as np
import streamlit as st

from core import attributes, entanglement
from core.attributes import names_of
from core.directions import Directions
from core.entanglement import Change
from dashboard import equations, meter, probing, resources, walks, words
from dashboard.equations import Equation

DRAWS = 32
GLASSES = (attributes.GLASSES, attributes.DARK_GLASSES)  # the one is never without a share of the other
INTERVAL = f"Thin line: where 90 % of {DRAWS} sums lie, their exemplars drawn anew from the trays."


def keep(id: str) -> tuple[str, ...]:
    """Attributes that A - B is freed of, as the reader says; none where a checkpoint knows no directions."""
    known = resources.directions(id)
    if known is None:
        return ()
    chosen = st.multiselect(
        "Take out of A − B",
        [name for name in known.names if name in known.labels],
        key="sum_keep",
        format_func=words.attribute,
        bind="query-params",
        placeholder="Nothing: the whole difference is added",
        help="The difference is freed of what reads these attributes off a code (orthogonalised), so that they "
        "stay as they are in C.",
    )
    return tuple(chosen)


def free(id: str, kept: tuple[str, ...]) -> np.ndarray | None:
    """Matrix (d, d) that takes the attributes ``kept`` out of a step."""
    known = resources.directions(id)
    if known is None or not kept:
        return None
    return attributes.projector(known.normals[names_of(kept, known.labels)], known.mean.size)


def show(id: str, equation: Equation, kept: tuple[str, ...], *, strength: float) -> None:
    """The meter of C + strength x (A - B), where the checkpoint has a probe to measure with."""
    known = resources.directions(id)
    if known is None:
        return
    st.subheader("What else moved", anchor=False)
    if probing.prober() is None:
        st.info(probing.NO_PROBE, icon=":material/info:")
        return
    key = (id, equation, kept, strength)
    change, before, after, meant = walks.kept(
        "sum_meter", key, lambda: measure(id, known, equation, kept, strength)
    )
    meter.show(change, before, after, known, edited=meant, key="sum_meter", interval=INTERVAL)


def measure(
    id: str, known: Directions, equation: Equation, kept: tuple[str, ...], strength: float
) -> tuple[Change, np.ndarray, np.ndarray, list[str]]:
    """Change over draws of exemplars, the probe's word (k,) on C and on the sum, and what A has that B lacks."""
    a, b, c = (equations.codes(id, tray) for tray in equation.trays)
    decode = resources.runner(id).decode

    def word(images: np.ndarray) -> np.ndarray:
        return probing.look(images, known.labels).word

    matrix = free(id, kept)
    change = entanglement.sum_change(
        a, b, c, decode=decode, probe=word, strength=strength, free=matrix, draws=DRAWS
    )
    means = [codes.mean(axis=0) for codes in (a, b, c)]
    step = means[0] - means[1]
    summed = means[2] + strength * (step if matrix is None else matrix @ step)
    of_a, of_b, before, after = word(decode(np.stack([*means, summed]).astype(np.float32)))
    meant = known.labels[int(np.abs(of_a - of_b).argmax())]
    return change, before, after, list(GLASSES) if meant in GLASSES else [meant]
