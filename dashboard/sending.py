"""Taking a picture to another page: a product by its address, a picture that a model made as an upload."""

import numpy as np
import streamlit as st

from dashboard import corners, items, navigation, searching, shop, state
from dashboard.items import Item

PAGES = ("search", "latent_map", "retrieve", "interpolate", "arithmetic")
GOING = "_send_to"


def offer(what: Item | np.ndarray, *, key: str, pages: tuple[str, ...] = PAGES) -> None:
    """Buttons that take an item, or a picture (H, W, C) uint8 that a model made, to other pages."""
    st.caption("Take it to")
    with st.container(horizontal=True, gap="xsmall"):
        for name in pages:
            title, icon, help = navigation.entry(name)
            st.button(
                title,
                icon=icon,
                help=help,
                key=f"{key}_{name}",
                type="tertiary",
                on_click=send,
                args=(what, name),
            )


def send(what: Item | np.ndarray, page: str) -> None:
    """Make a picture the one that ``page`` begins with; for callbacks, the page is opened by `leave`."""
    item = keep(what) if isinstance(what, np.ndarray) else what
    if page == "search":
        searching.begin(item, "", turn=False)
    else:
        st.session_state[state.DATA] = item.dataset
        state.select(item)
    st.session_state[GOING] = page


def keep(picture: np.ndarray) -> Item:
    """A picture that a model made as an item of the data set that is searched, marked as made."""
    item = state.add_upload(shop.dataset(), picture)
    items.made().add(item.upload)
    return item


def leave() -> None:
    """Open the page that a picture was sent to, if one was; at the top of a page."""
    if not (page := st.session_state.pop(GOING, None)):
        return
    # With a query of its own: without one, Streamlit refuses to leave a page whose widgets are in the URL.
    query = {state.ITEM: state.current_item().address}
    if page == "search":
        query |= searching.written(st.session_state[searching.FROM], st.session_state[searching.WORDS])
    if page == "interpolate":
        query[corners.key("a")] = query[state.ITEM]  # the walk begins there
    st.switch_page(navigation.path(page), query_params=query)
