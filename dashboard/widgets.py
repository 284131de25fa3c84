"""What several pages do with widgets: take a picture of the reader's, and set a widget that is drawn already."""

import streamlit as st
from streamlit.errors import StreamlitAPIException

from core import images
from dashboard import resources, state
from dashboard.items import Item

LARGEST = 20  # MB


def upload(label: str, *, key: str) -> Item | None:
    """Let the reader give a picture; it as an item of the current data set, once.

    Raises
    ------
    ImageError
        If it cannot be read, for as long as it is there.
    """
    file = st.file_uploader(
        label,
        type=["png", "jpg", "jpeg", "webp"],
        max_upload_size=LARGEST,
        key=key,
        help="One bright thing on dark, or dark on bright: it is cropped and centred like the data set's items.",
    )
    taken = f"_{key}_taken"
    if file is None or file.file_id == st.session_state.get(taken):
        return None
    image = images.to_item(images.read_upload(file.getvalue()), resources.source(state.dataset()).shape)
    st.session_state[taken] = file.file_id
    return state.add_upload(state.dataset(), image)


def move(key: str, value: object) -> None:
    """Give the widget ``key`` a value in a run of its own: in this one it can no longer be changed."""
    st.session_state["_moved"] = key, value
    try:
        st.rerun(scope="fragment")
    except StreamlitAPIException:  # the whole page is running, so there is no fragment to run again
        st.rerun()


def arrive() -> None:
    """Give a widget what `move` left; before it is drawn."""
    if moved := st.session_state.pop("_moved", None):
        key, value = moved
        st.session_state[key] = value


def markdown_table(rows: list[dict[str, str]]) -> str:
    """A table of rows with the same columns, as Markdown: st.table would load pandas, 80 MB, for a few lines."""
    lines = [list(rows[0]), ["---"] * len(rows[0]), *(list(row.values()) for row in rows)]
    return "\n".join(f"| {' | '.join(cell.replace('|', '/') for cell in line)} |" for line in lines)
