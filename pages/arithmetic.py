"""Arithmetic: what A has and B has not, given to C."""

import streamlit as st

from dashboard import checkpoint_choice, equations, frame, named_sums, seen, state, sum_meter, sums, walks
from dashboard.components import tiles
from dashboard.components.trays import told
from dashboard.equations import Equation

TRAYS = "sum_trays"


def ready_made(id: str) -> None:
    """Sums that are one click away."""
    with st.container(horizontal=True, gap="small"):
        for number, (title, *_) in enumerate(equations.READY.get(state.dataset(), ())):
            st.button(
                title.replace(" - ", " − "),
                key=f"sum_ready_{number}",
                on_click=equations.put_ready,
                args=(id, number),
                help="Fills all three trays; of faces, with others each time.",
            )
        named_sums.panel(id, equations.get(id).text)


@st.fragment
def result(id: str, equation: Equation, kept: tuple[str, ...]) -> None:
    """The sum at every strength, and what lies around it; rerun alone when someone came to rest on a strength."""
    with frame.guard():
        free = sum_meter.free(id, kept)
        found: sums.Sum = walks.kept("sum", (id, equation, kept), lambda: sums.compute(id, equation, free))
        left, right = st.columns([3, 2])
        with left:
            at = sums.strength(found.walk, id, equation)
        code = found.walk.codes[at]
        seen.say(f"What A has and B has not, {sums.STRENGTHS[at]:.2f} times, given to C.")
        with right:
            tiles(
                sums.around(id, code, seed=0),
                key="sum_around",
                label="The sum, and eight codes a little beside it",
                marks=["generated"] * 9,
                size=84,
                columns=3,
                clickable=False,
            )
            st.caption(
                "The sum in the middle, and around it eight codes moved by up to a quarter of the codes' spread: "
                "where they agree, the sum is no accident."
            )
        st.caption(f"{walks.MADE}: the sum step by step.")
        sums.steps(id, found, at)
        sums.nearest(id, code)
        sum_meter.show(id, equation, kept, strength=float(sums.STRENGTHS[at]))


main, side = frame.page(
    "Arithmetic",
    "What A has and B has not, given to C. Sums of images are sums of their codes, drawn by the model.",
    picture=("interp_sum", "sum_steps", "sum_nearest"),
)
checkpoint = checkpoint_choice.choose("sum", ("aae", "vae", "ae"))
with main, frame.guard():
    turn = equations.act(told(TRAYS), checkpoint)
    equations.sync(checkpoint)
    state.flush_notices()
    ready_made(checkpoint)
    equation = equations.get(checkpoint)
    st.session_state["_sum_turn"] = max(turn, st.session_state.get("_sum_turn", 0))
    sums.fill(checkpoint, equation, turn=st.session_state["_sum_turn"])
    kept = sum_meter.keep(checkpoint)
    if all(equation.trays):
        result(checkpoint, equation, kept)
    else:
        empty = " and ".join(name for name, tray in zip("ABC", equation.trays, strict=True) if not tray)
        st.info(f"Put at least one picture into {empty}, and the sum appears here.", icon=":material/add:")
frame.item_card(side, checkpoint)
