"""A person's own data sets on screen: what is there, how large, which models know it, and how one goes."""

import numpy as np
import streamlit as st

from core import datasets, images
from core.bring import finish, removal, telling
from core.bring.base import BringError
from core.datasets import DatasetError, Source, own
from dashboard import bring_jobs, own_models, resources, state, words

SHOWN = 24  # pictures
LISTED = 200  # files that are not in a set


def listed() -> None:
    """The sets, and all about the chosen one."""
    found = {name: source for name, source in resources.sources().items() if source.own}
    st.subheader("Your data sets", anchor=False)
    if not found:
        st.caption(f"None yet. They will be kept in `{datasets.own_folder(resources.settings())}`.")
    else:
        st.markdown("\n".join(f"- {_line(name, source)}" for name, source in found.items()))
        if st.session_state.get(bring_jobs.CHOSEN) not in found:
            now = state.dataset()
            st.session_state[bring_jobs.CHOSEN] = now if now in found else next(reversed(found))
        if len(found) > 1:
            st.selectbox("Show", list(found), key=bring_jobs.CHOSEN, format_func=resources.called, width=360)
        name = st.session_state[bring_jobs.CHOSEN]
        _details(name, found[name])
    damaged()


def _line(name: str, source: Source) -> str:
    """All that is to be known of a set at a glance; a line breaks on a phone, where a table would not."""
    settings = resources.settings()
    labels = 0 if source.labels == (own.UNLABELLED,) else len(source.labels)
    facts = [
        f"{source.size:,} images of {telling.shape(source.shape)}",
        _count(labels, "label"),
        _count(len(removal.models(name, settings)), "model"),
        f"{telling.size(removal.weight(datasets.own_folder(settings) / name))} on disk",
    ]
    return f"**{words.literal(source.title)}** `{name}` · {' · '.join(facts)}"


def _count(count: int, noun: str) -> str:
    return f"{count:,} {noun}{'s' * (count != 1)}" if count else f"no {noun}s"


def _details(name: str, source: Source) -> None:
    with st.container(border=True, key=f"own_{name}"):
        st.markdown(f"**{words.literal(source.title)}**")
        found = resources.images(name)
        if found is None:
            st.error(words.literal(resources.images_error(name) or "Its images cannot be read."))
        elif len(found):
            _pictures(found.images, source)
        about = own.read_about(datasets.own_folder(resources.settings()) / name)
        st.caption(
            f"From {words.literal(about.source)}, {about.made[:10]}. Each image: {about.fit}. "
            f"Terms: {words.literal(about.terms)}. Training {about.train_size:,}, to choose on "
            f"{about.validation_size:,}, test {about.size - about.train_size - about.validation_size:,}."
        )
        _left_out(name)
        with st.container(horizontal=True):
            bring_jobs.links(name)
        own_models.panel(name)
        _removal(name)


def _pictures(pixels: np.ndarray, source: Source) -> None:
    rows = np.unique(np.linspace(0, len(pixels) - 1, min(SHOWN, len(pixels))).astype(int))
    scale = max(1, 64 // source.shape[0])
    sheet = images.sheet(np.asarray(pixels[rows]), columns=12)
    alt = f"{len(rows)} images of {words.literal(source.title)}"
    st.image(images.png(sheet, scale=scale, level=1), alt=alt, width="content")


def _left_out(name: str) -> None:
    """Files that are not in the set, and why."""
    rows = finish.read_unreadable(datasets.own_folder(resources.settings()) / name, most=LISTED)
    if rows:
        count = f"{len(rows):,}" if len(rows) < LISTED else f"{LISTED:,} or more"
        told = "1 file is not in it" if len(rows) == 1 else f"{count} files are not in it"
        with st.expander(told, icon=":material/broken_image:"):
            st.code("\n".join(f"{file}: {reason}" for file, reason in rows), language=None, height=240)


def _removal(name: str) -> None:
    with st.expander("Remove this data set", icon=":material/delete:"):
        gone = ", ".join(removal.holds(name, resources.settings()))
        st.markdown(f"This deletes {words.literal(gone)}. Your originals stay where they are.")
        key = f"own_sure_{name}"
        typed = st.text_input(f"Type `{name}` to delete it", key=key)
        st.button(
            "Delete",
            key=f"own_delete_{name}",
            icon=":material/delete_forever:",
            disabled=(typed or "").strip() != name,
            on_click=_remove,
            args=(name, key),
        )


def _remove(name: str, key: str) -> None:
    if (st.session_state.get(key) or "").strip() != name:
        return
    try:
        removal.remove(name, resources.settings())
    except (BringError, OSError) as error:
        st.session_state[bring_jobs.FAILED] = f"Not deleted. {error}"
        return
    st.toast(f"`{name}` is deleted.", icon=":material/check:")
    if st.session_state.get(state.DATA) == name:
        st.session_state[state.DATA] = next(iter(datasets.SOURCES))


def damaged() -> None:
    """Sets that are there and cannot be used, with the reason."""
    folder = datasets.own_folder(resources.settings())
    for name in own.names(folder):
        try:
            own.read_about(folder / name)
        except DatasetError as error:
            st.warning(words.literal(str(error)), icon=":material/broken_image:")
            _removal(name)
