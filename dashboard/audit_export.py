"""What was decided, to take along: counts, files, and a cleaned copy of the data set."""

from collections.abc import Callable

import streamlit as st

from core import jobs
from core.audit import cleaned, exported
from core.audit.cleaned import CleanedError
from core.jobs import Job
from dashboard import audit_running, audit_words, auditing, frame, labels, resources, words
from dashboard.auditing import Audit

MODULE = "core.audit.copying"
TARGET, LINKED, FAILED = "audit_target", "audit_link", "_audit_copy_failed"


def show(audit: Audit) -> None:
    """The whole area."""
    st.subheader("Results", anchor=False)
    known = audit.book
    if stale := known.stale + auditing.carried(audit.dataset).lost:
        st.warning(
            f"{stale:,} earlier {'decision is' if stale == 1 else 'decisions are'} on pictures that are not in "
            "this set now, or no longer at their place. They are kept, and do not count.",
            icon=":material/link_off:",
        )
    if not known.decisions:
        st.caption("Nothing is decided yet. What you decide is kept at once, and can be written into files here.")
        return
    with st.container(horizontal=True, gap="medium"):
        for verdict, count in exported.counts(known).items():
            st.metric(audit_words.VERDICTS[verdict], f"{count:,}", width="content")
    st.caption("Items by verdict. One that was judged under two kinds of issues may count twice.")
    with st.container(horizontal=True, gap="xsmall"):
        for ending, mime in (("csv", "text/csv"), ("json", "application/json")):
            st.download_button(
                ending.upper(),
                _content(audit, ending),
                f"{audit.dataset}-decisions.{ending}",
                mime,
                key=f"audit_{ending}",
                icon=":material/download:",
                on_click="ignore",
                help=f"{len(known.decisions):,} decisions with file, labels, verdict, severity, reason and time.",
            )
    copy(audit)


def _content(audit: Audit, ending: str) -> Callable[[], str]:
    """What is written once somebody asks for it."""

    def write() -> str:
        items = {one.item for one in audit.book.decisions.values()}
        named = {item: labels.named(audit.dataset, audit.label(item)) for item in items if audit.label(item) >= 0}
        files = {item: audit.file(item) for item in items}
        rows = exported.lines(audit.dataset, audit.book, named, files)
        return exported.to_csv(rows) if ending == "csv" else exported.to_json(audit.dataset, rows)

    return write


def copy(audit: Audit) -> None:
    """The cleaned copy: where to, how, and how far it is."""
    if resources.images(audit.dataset) is None:
        st.caption("A cleaned copy needs the originals, which are not on this machine.")
        return
    with st.expander("A cleaned copy of the data set", icon=":material/folder_copy:"):
        dropped, changed = len(audit.book.dropped), len(set(audit.book.labels) - audit.book.dropped)
        st.markdown(
            f"A new folder with a sub-folder for each label: {dropped:,} images left out, {changed:,} with a new "
            "label. What you brought stays as it is."
        )
        st.text_input(
            "New folder",
            key=TARGET,
            placeholder="~/cleaned",
            help="It must not be there yet, and not lie in the source.",
        )
        has_files = audit.files is not None and audit.files.source is not None and len(audit.files.files) > 0
        if has_files:
            st.toggle(
                "Hard links instead of copies",
                key=LINKED,
                help="They take no room, and share their bytes with the originals: who edits one edits both.",
            )
        else:
            st.caption("No original files are known here: the copy is made of the set's own pixels, as PNGs.")
        st.button("Write the copy", key="audit_copy", icon=":material/folder_copy:", on_click=start, args=(audit,))
        if failed := st.session_state.pop(FAILED, ""):
            st.error(words.literal(failed), icon=":material/error:")
        following(audit.dataset)


def start(audit: Audit) -> None:
    """Begin the copy; for callbacks."""
    settings, before = resources.settings(), newest(audit.dataset)
    if before is not None and before.status().state == jobs.RUNNING:  # begun in another tab, or by a second click
        st.session_state[FAILED] = f"{before.title} is being written: wait for it, or stop it first."
        return
    try:
        named = str(st.session_state.get(TARGET) or "")
        folder = cleaned.target(named, keep_out=cleaned.kept_out(audit.files, settings))
    except CleanedError as error:
        st.session_state[FAILED] = f"{error} Nothing was written."
        return
    arguments = [audit.dataset, str(folder), *(["--link"] if st.session_state.get(LINKED) else [])]
    root = settings.own / audit_running.FOLDER
    jobs.start(root, MODULE, arguments, title=f"Cleaned copy into {folder}", about=audit.dataset)


def newest(dataset: str) -> Job | None:
    """The copy that was begun last."""
    found = jobs.all_of(resources.settings().own / audit_running.FOLDER, about=dataset)
    return next((job for job in found if job.module == MODULE), None)


def following(dataset: str) -> None:
    """How far the copy is, or how it ended."""
    job = newest(dataset)
    if job is None:
        return
    if job.status().state == jobs.RUNNING:
        _running(dataset)
        return
    ended(job)


@st.fragment(run_every=1.0)
@frame.guard()
def _running(dataset: str) -> None:
    job = newest(dataset)
    if job is None:
        return
    status = job.status()
    if status.state != jobs.RUNNING:
        ended(job)
        return
    left = "" if status.seconds_left is None else f" · {audit_running.duration(status.seconds_left)} to go"
    st.progress(status.share, text=f"{words.literal(status.text)}: {status.done:,} of {status.total:,}{left}")
    st.button("Stop", key="audit_copy_stop", icon=":material/stop:", on_click=job.stop)


def ended(job: Job) -> None:
    """How a copy ended, and what can be done then."""
    status = job.status()
    if status.state == jobs.DONE:
        st.success(words.literal(status.text), icon=":material/check:")
        return
    told = {jobs.STOPPED: "The copy was stopped.", jobs.CUT_OFF: "The copy was cut off."}.get(status.state, "")
    st.warning(f"{told or words.literal(status.text)} What was written is there; it can go on.")
    with st.container(horizontal=True):
        st.button("Resume", key="audit_copy_resume", icon=":material/play_arrow:", on_click=job.resume)
        st.button("Forget it", key="audit_copy_forget", icon=":material/close:", on_click=job.remove)
