"""Bring images of one's own: say where they are, see what they are, and have them made a data set."""

import streamlit as st

from core.bring.sources import TAKEN
from dashboard import bring_jobs, bring_names, bringing, frame, own_sets, own_zips, words

st.title("Bring", anchor=False)
st.markdown("Make a data set of your own images. They stay on this machine, and the originals are only read.")


def where() -> None:
    """The path, or the upload that gives one."""
    left, right = st.columns([3, 2], gap="medium")
    left.text_input(
        "Where your images are",
        key=bringing.PATH,
        placeholder="/home/me/pictures, ~/cats.zip, mnist.npz, labels.csv",
        help=f"A path on the machine that runs this server: {TAKEN}. Up to 200,000 images.",
        persist_state="session",
        icon=":material/folder_open:",
    )
    right.file_uploader(
        f"Or give an archive or a file, up to {bringing.LARGEST} MB",
        type=list(bringing.GIVEN),
        key=bringing.UPLOAD,
        max_upload_size=bringing.LARGEST,
        on_change=bringing.take_upload,
    )


def preview() -> None:
    """What is there, what can be chosen, and the button."""
    path = bringing.path()
    if path is None:
        st.info(
            "A folder's sub-folders become labels; so do the columns of a table or of an `.npz`. You see what was "
            "found before anything is written.",
            icon=":material/drive_folder_upload:",
        )
        return
    if st.session_state.get(bring_jobs.STARTED) == path:  # what comes of it is what counts now
        icon, click = ":material/replay:", bringing.once_more
        text = "Bring the same once more"
        st.button(text, key="bring_once_more", icon=icon, type="tertiary", on_click=click, args=(path,))
        return
    if path.suffix.casefold() in bringing.TABLES:
        st.text_input(
            "Folder that the table's paths are below", key=bringing.ROOT, placeholder="that of the table"
        )
    with st.spinner("Looking at the images", show_time=True):
        found = bringing.looked_at(path)
    if found.report is None:
        st.error(f"{words.literal(found.trouble)} Nothing was written.", icon=":material/error:")
        with st.container(horizontal=True):
            st.button("Look again", key="bring_again", icon=":material/refresh:", on_click=bringing.look_again)
            for number, near in enumerate(bring_names.near(path)):
                text, icon = f"Take {words.literal(str(near))}", ":material/folder_open:"
                st.button(text, key=f"bring_near_{number}", icon=icon, on_click=bringing.take, args=(near,))
        return
    if before := bring_names.brought(path):
        named = ", ".join(f"`{name}`" for name in before)
        st.info(f"Brought before, as {named}. Bringing it again makes one more.", icon=":material/history:")
    left, right = st.columns([3, 2], gap="medium")
    with right:
        bringing.fields(path, found.report)
        with st.container(horizontal=True):
            icon, args = ":material/input:", (path, bringing.plan, bringing.wish)
            text = f"Bring {found.report.images:,} images in"
            st.button(text, key="bring_start", type="primary", icon=icon, on_click=bring_jobs.start, args=args)
            st.button("Look again", key="bring_again", icon=":material/refresh:", on_click=bringing.look_again)
    with left:
        plan = bringing.plan(path)
        bringing.show_report(found.report, plan.shape, plan.fit)


with frame.guard():
    where()
    bring_jobs.failed()
    bring_jobs.under_way()
with frame.guard():
    preview()
with frame.guard():
    own_sets.listed()
with frame.guard(), st.expander("Take in a model from a zip file", icon=":material/unarchive:"):
    own_zips.imports()
