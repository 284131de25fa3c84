"""Running an audit: what it does, its progress, stop and resume."""

import streamlit as st

from core import jobs
from core.jobs import Job
from dashboard import audit_place, auditing, frame, resources, words

MODULE = "core.audit"
FOLDER = "jobs"  # below `Settings.own`
WITHOUT = ""  # no model
WHAT = (
    "An audit looks at every image and lists what may be wrong: labels that do not fit, images unlike all others, "
    "exact and near copies, copies of which one is in training and one in the test part, blank, dark, bright and "
    "blurred images, odd sizes, labels with few images, and images that the model rebuilds badly. "
    "Nothing is changed: you decide, one by one or many at once."
)


def jobs_of(dataset: str) -> list[Job]:
    """The audits of a data set that were begun since it was brought, the newest first."""
    found = jobs.all_of(resources.settings().own / FOLDER, about=dataset)
    own = auditing.files(dataset)
    since = "" if own is None else own.made
    return [job for job in found if job.module == MODULE and job.began >= since]


def start(dataset: str) -> None:
    """Begin an audit with the chosen model; for callbacks."""
    if any(job.status().state == jobs.RUNNING for job in jobs_of(dataset)):
        return  # a second click
    model = st.session_state.get("audit_model") or WITHOUT
    arguments = [dataset, *(["--checkpoint", model] if model else [])]
    title = f"Audit of {resources.source(dataset).title}"
    st.session_state[audit_place.AGAIN] = True
    jobs.start(resources.settings().own / FOLDER, MODULE, arguments, title=title, about=dataset)


def offer(dataset: str, *, again: bool = False) -> None:
    """The button that begins an audit, and the model that it uses."""
    models = {card.id: card.title for card in resources.cards().values() if card.dataset == dataset}
    if not again:
        st.markdown(WHAT)
    with st.container(horizontal=True, vertical_alignment="bottom"):
        st.selectbox(
            "Model that looks at it",
            [*models, WITHOUT],
            format_func=lambda id: models.get(id, "none: only what pixels and labels tell"),
            key="audit_model",
            help="What is alike is told by the model's codes; without one fewer kinds of issues can be found.",
            width=340,
        )
        st.button(
            "Run the audit again" if again else "Run the audit",
            key="audit_run",
            type="secondary" if again else "primary",
            icon=":material/fact_check:",
            on_click=start,
            args=(dataset,),
        )


def progress(dataset: str) -> bool:
    """Show the newest audit where it is not done; whether it runs now."""
    newest = next(iter(jobs_of(dataset)), None)
    status = None if newest is None else newest.status()
    if newest is None or status is None or status.state == jobs.DONE:
        return False
    if status.state == jobs.RUNNING:
        _running(dataset)
        return True
    if auditing.path(dataset).is_file() and status.state == jobs.STOPPED:
        told = "The new audit was stopped; below is the one before it."
    else:
        told = {
            jobs.STOPPED: "The audit was stopped.",
            jobs.CUT_OFF: "The audit was cut off, by a restart or a crash.",
        }.get(status.state, f"The audit failed: {words.literal(status.text)}")
    st.warning(f"{told} What it had found is kept; it goes on from there.", icon=":material/pause_circle:")
    with st.container(horizontal=True):
        st.button("Resume", key="audit_resume", icon=":material/play_arrow:", on_click=newest.resume)
        st.button("Forget it", key="audit_forget", icon=":material/close:", on_click=newest.remove)
    if status.state == jobs.FAILED and (log := newest.log()):
        with st.expander("What it printed"):
            st.code(log, language=None, wrap_lines=True)
    return False


@st.fragment(run_every=1.0)
@frame.guard()
def _running(dataset: str) -> None:
    newest = next(iter(jobs_of(dataset)), None)
    status = None if newest is None else newest.status()
    if newest is None or status is None or status.state != jobs.RUNNING:
        st.rerun()
    left = "" if status.seconds_left is None else f" · {duration(status.seconds_left)} to go"
    st.progress(status.share, text=f"{words.literal(newest.title)}: {words.literal(status.text)}{left}")
    st.button("Stop", key="audit_stop", icon=":material/stop:", on_click=newest.stop)
    st.caption("It goes on in the background: you may leave this page.")


def duration(seconds: float) -> str:
    """``40 s``, ``3 min``."""
    return f"{max(1, round(seconds))} s" if seconds < 90 else f"{round(seconds / 60)} min"


def none_yet(dataset: str) -> None:
    """The state of the page before the first audit."""
    title = resources.source(dataset).title
    if not progress(dataset):
        with st.container(border=True):
            st.subheader(f"{words.literal(title)} was not audited yet", anchor=False)
            if resources.images(dataset) is None:
                st.markdown(WHAT)
                st.info(
                    "Its originals are not on this machine, and an audit looks at them. Choose another data set "
                    "in the sidebar.",
                    icon=":material/hide_image:",
                )
            else:
                offer(dataset)
                before(dataset)


def before(dataset: str) -> None:
    """What becomes of decisions that were made when a set of this name was brought before."""
    lost = auditing.carried(dataset).lost
    kept = len(auditing.store().all(auditing.scope(dataset)))
    told = []
    if kept:
        told.append(f"{kept:,} on pictures that are in it now too: they count once it is audited")
    if lost:
        told.append(f"{lost:,} on pictures that are not in it now: they stay kept, and do not count")
    if told:
        text = f"A set of this name was brought and judged before. Of the decisions, {'; '.join(told)}."
        st.info(text, icon=":material/history:")
