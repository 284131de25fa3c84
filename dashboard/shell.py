"""The script of every page: what is around it, then the page itself. ``app.py`` beside it is the entry."""

import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
if str(ROOT) not in sys.path:  # `streamlit run` puts only this file's folder on the path
    sys.path.insert(0, str(ROOT))

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from dashboard import (
    address,
    checkpoint_choice,
    item_data,
    item_issues,
    memo,
    navigation,
    pins,
    presenting,
    regions,
    resources,
    seen,
    state,
)

st.set_page_config(page_title="Morphospace", page_icon=ROOT / "dashboard" / "mark.svg", layout="wide")
st.logo(ROOT / "dashboard" / "logo.svg", size="large", icon_image=ROOT / "dashboard" / "mark.svg")


# All pages are listed, so that none has to be looked for; a little nearer, the data set is still on screen.
# On a phone a wide table scrolls by itself, not the page with it.
NEARER = """<style>
@media (min-width: 640px) {
  [data-testid="stSidebarNavLink"] {min-height: 0; padding-block: 0.15rem; margin-block: 0}
  [data-testid="stSidebarNavLink"] * {line-height: 1.55}
  [data-testid="stSidebarNavItems"] li {margin-block: 0}
  [data-testid="stNavSectionHeader"] {padding-block: 0.1rem; margin-block: 0.15rem 0}
}
@media (max-width: 640px) {
  [data-testid="stMain"] [data-testid="stMarkdownContainer"] table {display: block; overflow-x: auto}
}
@media (min-width: 640px) and (max-height: 830px) {
  [data-testid="stSidebarNavLink"] {padding-block: 0}
}
</style>"""

# Streamlit itself only greys the page out when the server is gone. A moment without it is not worth a word.
LOST = """<style>
@keyframes morphospace-lost { to { visibility: visible } }
[data-testid="stApp"]:is(
  [data-test-connection-state="PINGING_SERVER"],
  [data-test-connection-state="DISCONNECTED_FOREVER"]
)::after {
  content: "The server does not answer. What is being brought or trained goes on without it. Start the server "
    "again: this page then comes back by itself.";
  position: fixed; inset: auto 1rem 1rem; z-index: 1000001; max-width: 46rem; margin: auto; padding: 0.8rem 1rem;
  border-radius: 0.5rem; background: #fff1cf; color: #4d3800; box-shadow: 0 2px 12px #0004;
  visibility: hidden; animation: morphospace-lost 0s 3s forwards;
}
</style>"""


def sidebar(page: str) -> DeltaGenerator:
    """Data set, a place for the page's checkpoint, what this machine has; returns the place for its device."""
    own = navigation.OWN_DATA.get(page)
    st.html(NEARER + LOST)
    with st.sidebar:
        if own is None:
            st.selectbox(
                "Data set",
                list(resources.explored()),
                format_func=resources.called,
                key=state.DATA,
                on_change=state.dataset_chosen,
                persist_state="session",
            )
        else:
            st.caption(
                f"Data set: **{resources.source(own).title}**, the only one of this page. The others go on with "
                f"{resources.source(state.dataset()).title}."
            )
        checkpoint_choice.slot(st.container())
        st.caption(f":material/image: {data_state(own or state.dataset())}")
        place = st.empty()
        if broken := resources.broken():
            count = f"{len(broken)} model{'s' * (len(broken) > 1)} left out"
            with st.expander(count, icon=":material/warning:"):
                for message in broken.values():
                    st.caption(message)
    return place


def data_state(name: str) -> str:
    """One line on which originals of a data set are here."""
    images = resources.images(name)
    if images is not None:
        return images.origin[0].upper() + images.origin[1:]
    first = resources.first(name)
    if first is not None and item_data.is_sampled(first):
        return f"{len(resources.gallery(first)):,} items sampled from the model; no original comes with it"
    if error := resources.images_error(name):
        return f"The originals are damaged, so pictures are rebuilt from codes. {error}"
    return "No originals here: pictures are rebuilt from codes"


memo.forget()
seen.begin()
address.begin()
state.sync()
regions.sync()
presenting.sync()
chosen = st.navigation(navigation.pages(), expanded=True)
name = chosen.url_path or navigation.DEFAULT
presenting.act(name)
pins.begin(name)
if name == "audit":
    item_issues.arrive()
machine = sidebar(name)
state.flush_notices()
try:
    if not presenting.shown(name):
        chosen.run()
    pins.take(name)
finally:  # a page may stop early
    presenting.show(pins.offered())
    address.show()
    device = resources.device()  # takes torch, so it comes last: a map is drawn without
    machine.caption(f":material/memory: {device.name.upper()}, {device.reason}")
