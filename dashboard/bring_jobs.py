"""The work of bringing, on screen: begun, followed, stopped, resumed after whatever cut it off."""

from collections.abc import Callable
from pathlib import Path

import streamlit as st

from core import datasets, jobs
from core.bring import command, removal, telling
from core.bring.base import BringError, Wish
from core.bring.build import Plan, check_name
from core.jobs import Job, JobError, Status
from dashboard import navigation, resources, state, words

MODULE = "core.datasets"
FAILED, STARTED = "_bring_failed", "_bring_started"  # session: what could not be done; what path is brought
CHOSEN = "own_set"  # key of the choice among own sets
EVERY = 0.5  # s between two looks at what runs
STATES = {
    jobs.CUT_OFF: "was cut off, as when the machine was turned off. All but the last moment is kept: resume it.",
    jobs.STOPPED: "is stopped. What it did is kept: resume it, or discard it.",
    jobs.FAILED: "could not be finished.",
}


def root() -> Path:
    """Where jobs lie."""
    return resources.settings().own / removal.JOBS


def mine() -> list[Job]:
    """Jobs that bring images, the newest first."""
    return [job for job in jobs.all_of(root()) if job.module == MODULE]


def start(where: Path, plan: Callable[[Path], Plan], wish: Callable[[Path], Wish]) -> None:
    """Begin the work as the fields say now, or have said why it cannot be; for callbacks."""
    settings, wanted = resources.settings(), plan(where)
    try:
        check_name(wanted.name, datasets.own_folder(settings))
        if any(job.about == wanted.name and job.status().state == jobs.RUNNING for job in mine()):
            raise BringError(f"{wanted.name!r} is being brought already. Wait for it, or choose another name.")
        if wanted.name in removal.half_finished(settings):
            raise BringError(
                f"A set {wanted.name!r} is half finished. Resume or discard it, or choose another name."
            )
        line = command.arguments(where.expanduser().absolute(), wanted, wish(where))
        jobs.start(root(), MODULE, line, title=wanted.title, about=wanted.name)
    except (BringError, JobError, OSError, ValueError, RuntimeError) as error:
        st.session_state[FAILED] = str(error)
        return
    st.session_state[STARTED] = where  # its preview makes room for what comes of it


def failed() -> None:
    """Say what a button could not do."""
    if text := st.session_state.pop(FAILED, None):
        st.error(f"{words.literal(text)} What you typed is kept.", icon=":material/error:")


def discard(job: Job) -> None:
    """Forget a job and what it wrote so far; for callbacks."""
    try:
        job.remove()
        removal.discard(job.about, resources.settings())
    except JobError as error:
        st.session_state[FAILED] = str(error)
    except BringError:
        return  # it had not come to writing


def close(job: Job) -> None:
    """Forget a job that is done; for callbacks."""
    job.remove()


def under_way() -> None:
    """All that is being brought, or was, until it is closed."""
    running = any(job.status().state == jobs.RUNNING for job in mine())
    st.fragment(run_every=EVERY if running else None)(_lines)(running)


def _lines(running: bool) -> None:
    found = [(job, job.status()) for job in mine()]
    if running != any(status.state == jobs.RUNNING for _, status in found):
        adopt(found)
        st.rerun()  # the whole page: there may be a new set, or something to look at every moment
    for job, status in found:
        with st.container(border=True, key=f"bring_job_{job.folder.name}"):
            _line(job, status)
    _orphans({job.about for job, _ in found})


def adopt(found: list[tuple[Job, Status]]) -> None:
    """Make the set that this session began to bring the current one, once it is there: it is what comes next."""
    begun: Path | None = st.session_state.get(STARTED)
    for job, status in found:
        if begun is not None and status.state == jobs.DONE and str(begun.expanduser().absolute()) in job.arguments:
            st.session_state[state.DATA] = st.session_state[CHOSEN] = job.about
            return


def _line(job: Job, status: Status) -> None:
    title = f"**{words.literal(job.title)}** `{job.about}`"  # two sets may have one title
    if status.state == jobs.RUNNING:
        left = "" if status.seconds_left is None else f", {telling.duration(status.seconds_left)} to go"
        count = f" · {status.done:,} of {status.total:,}{left}" if status.total else ""
        st.progress(status.share, text=f"Bringing {title}{count} · {words.literal(status.text)}")
        stopping = (job.folder / jobs.STOP).exists()
        text, icon = ("Stopping" if stopping else "Stop"), ":material/stop_circle:"
        st.button(text, key=f"stop_{job.folder.name}", icon=icon, on_click=job.stop, disabled=stopping)
        return
    if status.state == jobs.DONE:
        st.success(f"`{job.about}` · {words.literal(status.text)}", icon=":material/check_circle:")
        with st.container(horizontal=True, vertical_alignment="center"):
            links(job.about)
            icon = ":material/close:"
            st.button("Close", key=f"close_{job.folder.name}", icon=icon, on_click=close, args=(job,))
        return
    done = f" {status.done:,} of {status.total:,} are done." if status.total else ""
    why = f" {words.literal(status.text)}" if status.state == jobs.FAILED else ""
    st.warning(f"{title} {STATES[status.state]}{done}{why}", icon=":material/pause_circle:")
    with st.container(horizontal=True):
        for text, icon, do, args in (
            ("Resume", ":material/play_arrow:", job.resume, ()),
            ("Discard", ":material/delete:", discard, (job,)),
        ):
            key = f"{text.casefold()}_{job.folder.name}"
            st.button(text, key=key, icon=icon, on_click=do, args=args)


def _orphans(known: set[str]) -> None:
    """Half-finished sets that no job is about: begun on the command line."""
    for name in removal.half_finished(resources.settings()):
        if name in known:
            continue
        with st.container(border=True):
            st.markdown(
                f"`{name}` is half finished, begun on the command line. The same command goes on with it, "
                "if it is not at work just now."
            )
            icon = ":material/delete:"
            st.button("Discard", key=f"orphan_{name}", icon=icon, on_click=_discard_orphan, args=(name,))


def _discard_orphan(name: str) -> None:
    """Delete a half-finished set, unless a process is at work on it; for callbacks."""
    try:
        removal.discard(name, resources.settings())
    except BringError as error:
        st.session_state[FAILED] = str(error)


def links(name: str) -> None:
    """Ways on with a set."""
    for page, text, needs_model in (("latent_map", "Latent map", True), ("audit", "Audit", False)):
        if navigation.path(page).exists() and (resources.first(name) or not needs_model):
            _, icon, _ = next(entries[page] for entries in navigation.GROUPS.values() if page in entries)
            st.page_link(
                navigation.path(page), label=text, icon=icon, query_params={"data": name}, width="content"
            )
