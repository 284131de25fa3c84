"""The page's address in the browser, made complete without a step of its history."""

import streamlit as st

from dashboard.components.mount import source

_MOUNT = st.components.v2.component("morphospace_address", html="<span></span>", js=source("address/address.js"))


def address(names: dict[str, str | None]) -> None:
    """Let the URL say ``names`` too, in place of what it said, and leave out those that are None.

    What it says otherwise than this run knew stays: it was changed since.
    """
    with st.sidebar:  # it takes no room there
        _MOUNT(key="address", data=[names, st.query_params.to_dict()])
