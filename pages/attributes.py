"""Attributes: sliders on a face, and a meter of what else they move."""

import numpy as np
import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from core import checkpoints, film
from core.attributes import DARK_GLASSES, GLASSES
from core.directions import Directions
from core.entanglement import STAY, Change
from core.picturezip import file_name
from dashboard import (
    checkpoint_choice,
    edits,
    films,
    frame,
    item_card,
    item_data,
    meter,
    probing,
    resources,
    state,
    words,
)
from dashboard.components import sliders
from dashboard.components.sliders import Slider, Still
from dashboard.items import Item
from dashboard.walks import kept

FIRST = ("Eyeglasses", "Male", "Smiling")
FRAMES, FEWER = 21, 11  # pictures of a slider, and of one under "More"
OTHERS = 32  # faces that the meter's interval is over
CROWD = "_attr_crowd"  # whether faces were looked at that an edit could be nearest to
KEEP, KEPT = "attr_keep", "attr_kept"  # keys of the switch and of what it keeps
INTERVAL = f"Thin line: the same edit on {OTHERS} other sampled faces, mean change with 90 % interval."
STOPS = (
    "0 is the face as it is. “yes” and “no” mark how far it took until the probe, a network that only judges, "
    "agreed on 85 and 95 % of training faces; where it never did, they mark where it agreed on most."
)
NOTE = """
- **Whose words.** The attributes are what annotators ticked in 2015 on photos of celebrities: their impression of
  a picture, not who someone is. “Male” is their word for how a face looks to them, and the data knows only yes and
  no. “Young” and the like are as rough.
- **What the data lacks.** Photos are of famous people, mostly posed, mostly of light skin and few of them old. The
  model draws badly what it saw seldom.
- **What goes together.** In these photos glasses, hats and grey hair go with “Male”, make-up with its opposite. A
  model learns that as if it belonged together; the last column of the meter says how much, and *Keep other
  attributes* takes out of a direction what it adds to others.
- **Nobody is shown.** Faces numbered from 1,000,000 are sampled from the model and are nobody. Pictures of real
  people appear only where you have the data set yourself.
"""


def choose_kept(known: Directions) -> list[str]:
    """The attributes that every slider is to leave alone."""
    with st.container(horizontal=True, vertical_alignment="bottom"):
        on = st.toggle(
            "Keep other attributes",
            key=KEEP,
            bind="query-params",
            help="Takes out of every slider's direction what it adds to the readings of these attributes "
            "(orthogonal projection), and makes it longer so that it does as much as before.",
        )
        if not on:
            return []
        chosen = st.multiselect(
            "Kept",
            known.labels,
            default=[name for name in STAY if name in known.labels],
            format_func=words.attribute,
            key=KEPT,
            bind="query-params",
            label_visibility="collapsed",
            placeholder="Attributes to keep",
        )
    return [name for name in chosen if name in known.labels]


def buttons(id: str) -> None:
    """What is done with one click."""
    with st.container(horizontal=True, gap="small"):
        st.button(
            "Random face",
            icon=":material/casino:",
            key="attr_random",
            on_click=edits.random_face,
            args=(id,),
            help="Another sampled face; the sliders stay.",
        )
        st.button(
            "Reset all",
            icon=":material/restart_alt:",
            key="attr_reset",
            on_click=edits.reset,
            disabled=not edits.values(names),
        )
        st.button(
            "Undo",
            icon=":material/undo:",
            key="attr_undo",
            on_click=edits.undo,
            disabled=not edits.past(),
            help="Back to the sliders, or the face, before.",
        )


def control(known: Directions, name: str, values: edits.Values, *, more: bool) -> Slider:
    """The slider of a direction, or of the distance from the mean."""
    low, high = edits.span(name)
    if name == edits.MEAN:
        title, stops = "From the mean face", ((0.0, "mean"), (0.5, "half"), (1.0, "face"))
    else:
        title, direction = words.slider(name), known.get(name)
        stops = ((direction.removal, "no"), (0.0, "0"), (direction.strength, "yes"))
    value, folded = values.get(name, edits.rest(name)), name not in FIRST
    frames = 0 if folded and not more else FEWER if folded else FRAMES
    return Slider(name, title, low, high, edits.rest(name), value, stops, frames, folded)


def stills(id: str, item: Item, code: np.ndarray) -> list[Still]:
    """What the edit is made of: the original where it is here, and what the model makes of it."""
    rebuilt = resources.runner(id).decode_float(code[None])[0]
    error = item_card.error(item, id, rebuilt)
    image, original = np.rint(rebuilt * 255).astype(np.uint8), item_data.original(item)
    said = "" if error is None else f"\nError {error:.4f}, lower is better"
    if original is None:
        return [Still(image, f"Sampled face, nobody real{said}")]
    return [
        Still(original, "Uploaded" if item.is_upload else "Original", generated=False, own=item.is_upload),
        Still(image, f"Rebuilt{said}"),
    ]


def elsewhere(id: str, known: Directions, values: edits.Values, keep: list[str]) -> Change:
    """What the same edit does to other faces; it does not depend on the one that is shown."""
    rows, before = probing.gallery_look(id, OTHERS)
    others = resources.gallery(id).z[rows]
    moved = edits.edited(others, edits.vectors(known, others, names, keep), values)
    return meter.over(id, moved, before, known.labels)


@st.fragment
def editor(id: str, known: Directions, item: Item) -> tuple[DeltaGenerator, np.ndarray] | None:
    """Pictures, sliders and meter; rerun alone when a slider was let go.

    Returns
    -------
    A place for what is said of the face's identity, and features (2, F), where that is still to be said.
    """
    with frame.guard():
        if item != state.current_item():  # a button of this fragment chose another
            st.rerun()
        code = item_data.code(id, item)
        top, below = st.container(), st.container()
        with below:
            st.caption(STOPS)
            buttons(id)
            keep = choose_kept(known)
        values = edits.follow(names)
        more = sliders.opened(edits.KEY) or any(name not in FIRST for name in values)
        controls = [control(known, name, values, more=more) for name in names]
        steps = edits.vectors(known, code, names, keep)
        counts = {slider.name: slider.frames for slider in controls if slider.frames}
        codes = edits.sweeps(code, steps, values, counts)
        of = (id, item, tuple(values.items()), tuple(keep), more)
        frames = kept("attr_frames", of, lambda: resources.runner(id).decode(codes))
        with top:
            sliders.sliders(
                controls,
                frames,
                key=edits.KEY,
                label=f"Attributes of {item.address}",
                stills=stills(id, item, code),
                caption="Edited",
                order=edits.order(),
                more=more,
            )
        title, way = sliders.sweep(controls, frames)
        name = f"{id}_{item.address.replace('/', '-')}_{file_name(title)}"
        told = f"“{title}” from end to end and back, the other sliders as they are."
        with below:
            place = st.container(horizontal=True, key="attr_film")
        films.buttons(place, lambda: film.there_and_back(way, rest=2), name, key="attr", told=told)
        features = measure(id, known, values, keep, code=code, edit=codes[0])
        place = st.empty()
        if features is None:
            return None
        if not st.session_state.get(CROWD):
            return place, features
        with place:
            meter.identity(id, features)
    return None


def measure(
    id: str, known: Directions, values: edits.Values, keep: list[str], *, code: np.ndarray, edit: np.ndarray
) -> np.ndarray | None:
    """The meter of the edit; the probe's features (2, F) of the face before and after, where it looked at them."""
    st.subheader("What else moved", anchor=False)
    if not values:
        st.markdown("Nothing is edited yet. Move a slider, and this shows what it moves besides.")
        return None
    if probing.prober() is None:
        st.info(probing.NO_PROBE, icon=":material/info:")
        return None
    edited = [name for name in values if name != edits.MEAN]
    if DARK_GLASSES in edited:
        edited.append(GLASSES)
    unkept = edits.edited(code, edits.vectors(known, code, names, []), values)
    seen = probing.look(resources.runner(id).decode(np.stack([code, edit, unkept])), known.labels)
    meter.show(
        kept("attr_over", (id, tuple(values.items()), tuple(keep)), lambda: elsewhere(id, known, values, keep)),
        seen.word[0],
        seen.word[1],
        known,
        edited=edited,
        key="attr_meter",
        interval=INTERVAL,
        unkept=seen.word[2] if keep else None,
    )
    return seen.features[:2]


unsaid: tuple[DeltaGenerator, np.ndarray] | None = None
main, side = frame.page(
    "Attributes",
    "Move a slider and watch the face change. The meter below says what else moved.",
    picture=(edits.KEY,),
)
checkpoint = checkpoint_choice.choose("attr", ("vae", "aae", "ae"), ships=checkpoints.DIRECTIONS)
with main, frame.guard():
    directions = resources.directions(checkpoint)
    assert directions is not None  # the checkpoint was chosen for them
    hidden = [name for name in directions.names if not directions.get(name).monotone]
    names = [*sorted((n for n in directions.names if n not in hidden), key=lambda n: n not in FIRST), edits.MEAN]
    edits.sync(directions, names)
    state.flush_notices()
    unsaid = editor(checkpoint, directions, state.current_item())
    if hidden:
        listed = ", ".join(words.attribute(name) for name in hidden)
        st.caption(f"Left out, because the probe does not see more of them as they go up: {listed}.")
    with st.expander("What these words are, and what the data lacks"):
        st.markdown(NOTE)
        st.caption(resources.source(state.dataset()).terms)
frame.item_card(side, checkpoint)
if unsaid is not None:  # to look at so many faces takes seconds, once a server: that comes last
    place, features = unsaid
    with place, frame.guard():
        meter.identity(checkpoint, features)
    st.session_state[CROWD] = True
