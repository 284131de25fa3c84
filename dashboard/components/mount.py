"""How a component's code comes to Streamlit: it lies in a folder of its name beside this file."""

from pathlib import Path

import streamlit as st
from streamlit.components.v2.types import ComponentRenderer

HERE = Path(__file__).parent


def mount(name: str, *, sprites: bool = False) -> ComponentRenderer:
    """The component ``name``, in an element of that class; with ``sprites`` it can cut up a sheet of pictures."""
    shared = ("sprites",) if sprites else ()
    files = [*shared, f"{name}/{name}"]
    return st.components.v2.component(
        f"morphospace_{name}",
        html=f'<div class="{name}"></div>',
        css=source(*(f"{file}.css" for file in files)),
        js=source(*(f"{file}.js" for file in files)),
    )


def source(*files: str) -> str:
    """The text of files beside this one, one after the other: Streamlit takes code as one string."""
    return "\n".join((HERE / file).read_text(encoding="utf-8") for file in files)
