"""Models of one's own as zip files on screen: taken along, and taken in from elsewhere."""

import io

import streamlit as st

from dashboard import resources, words

LARGEST = 1000  # MB of a zip file
TAKEN = "_own_import"  # session: id of the uploaded file, whether it was taken in, what to say


def exported(id: str) -> bytes:
    """A checkpoint as a zip file."""
    from core.own_models.exchange import export

    file = io.BytesIO()
    export(resources.settings(), id, file)
    return file.getvalue()


def imports() -> None:
    """Take in a checkpoint from a zip file, and say clearly whether it can be used."""
    names = ", ".join(f"`{name}`" for name in resources.sources())
    st.caption(
        "A zip file as *Export* writes it: card, weights and codes, without the images. So its data set has to be "
        f"here under the name that it had there; bring it first. Here are: {names}."
    )
    file = st.file_uploader(
        "A checkpoint as a zip file",
        type=["zip"],
        max_upload_size=LARGEST,
        key="own_zip",
        help="As Export writes it: card, weights and gallery. Nothing in it is run; every part is verified.",
    )
    id, good, text = st.session_state.get(TAKEN, ("", False, ""))
    if file is not None:
        with st.container(horizontal=True, vertical_alignment="bottom"):
            st.text_input("Name here", key="own_zip_name", placeholder="as its card says", max_chars=80)
            st.button("Verify and take in", key="own_zip_take", type="primary", on_click=take_in)
    if text and (file is None or file.file_id == id or good):
        (st.success if good else st.error)(text)


def take_in() -> None:
    """Verify the uploaded zip and make it a checkpoint; for callbacks."""
    from core.own_models.exchange import import_
    from core.own_models.verify import RefusedError

    file, name = st.session_state.get("own_zip"), (st.session_state.get("own_zip_name") or "").strip()
    if file is None:
        return
    try:
        taken = import_(io.BytesIO(file.getvalue()), resources.settings(), name=name or None)
        said = True, f"**{words.literal(taken)}** passed every check and is here: all pages show it."
    except (RefusedError, OSError) as error:
        said = False, f"**Not taken in; nothing was changed.** {words.literal(str(error))}"
    st.session_state[TAKEN] = (file.file_id, *said)
