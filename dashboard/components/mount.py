"""How a component's code comes to the browser: once, by URL, and not inside the messages of every run.

A component's files lie in a folder of its name beside this file. Streamlit is given a few lines that load them.
"""

import hashlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import streamlit as st

HERE = Path(__file__).parent
LOADER = (HERE / "loader.js").read_text(encoding="utf-8")
_code: dict[str, str] = {}  # what the browser may ask for, by name; as much as there are components


def mount(name: str, *, parts: tuple[str, ...] = (), sprites: bool = False) -> Callable[..., Any]:
    """The component ``name``, in an element of that class; to be called with ``key``, ``data`` and callbacks.

    Parameters
    ----------
    parts : names of its .js files, one after the other; by default the one of its name.
    sprites : it shows pictures, so what such components share is put before its own code.
    """
    shared = ("sprites",) if sprites else ()
    css = _offer(name, "css", *shared, f"{name}/{name}")
    js = _offer(name, "js", *shared, *(f"{name}/{part}" for part in parts or (name,)))
    shown = st.components.v2.component(
        f"morphospace_{name}",
        html=f'<div class="{name}" aria-busy="true"></div>',  # until it shows what the first run tells
        js=LOADER.replace("CSS_FILE", css).replace("JS_FILE", js),
    )

    def show(*, data: dict[str, Any], **more: Any) -> Any:
        # In a dict Streamlit would look for data frames, and load pandas for that: 0.8 s and 80 MB.
        return shown(data=[data], **more)

    return show


def _offer(name: str, kind: str, *files: str) -> str:
    """Name under which files, one after the other, can be fetched as one; it holds their digest."""
    text = source(*(f"{file}.{kind}" for file in files))
    made = f"{name}-{hashlib.sha256(text.encode()).hexdigest()[:12]}.{kind}"
    _code[made] = text
    return made


def code(name: str) -> str:
    """The text that was offered under a name; KeyError for another."""
    return _code[name]


def source(*files: str) -> str:
    """The text of files beside this one, one after the other."""
    return "\n".join((HERE / file).read_text(encoding="utf-8") for file in files)
