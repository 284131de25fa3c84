"""Work on one's own models while it goes on: how far it is, how it looks, stop, go on, keep."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import streamlit as st

from core import jobs
from core.jobs import Job, JobError, Status
from core.own_models import places, progress
from core.own_models.progress import KINDS, SHEET
from dashboard import curves, resources, words
from dashboard.trainings import duration

MODULE = "core.own_models"
EVERY = 1.5  # s between two looks at work under way
FEW = 10  # epochs
ICONS = {
    jobs.STOPPED: ":material/pause_circle:",
    jobs.CUT_OFF: ":material/power_off:",
    jobs.FAILED: ":material/error:",
}
SAYS = {
    jobs.STOPPED: "was stopped. What it did is kept.",
    jobs.CUT_OFF: "was cut off. What it did is kept.",
    jobs.FAILED: "failed.",
}


@dataclass(frozen=True)
class Work:
    """A job of ours: what it does (``encode``, ``train``, ``umap``) and to which checkpoint."""

    job: Job
    command: str
    target: str

    @property
    def folder(self) -> Path:
        """Where a run keeps what it learned."""
        return places.run_folder(resources.settings(), self.target)


def works(dataset: str) -> list[Work]:
    """Jobs on models of a data set, the newest first."""
    found = []
    for job in jobs.all_of(places.jobs(resources.settings()), about=dataset):
        if job.module == MODULE and job.arguments:
            found.append(Work(job, job.arguments[0], progress.target(job.arguments)))
    return found


def start(dataset: str, arguments: tuple[str, ...], title: str) -> None:
    """Begin work on a model of a data set, unless it is under way; for callbacks."""
    target = progress.target(arguments)
    for work in works(dataset):
        if work.target == target and work.job.status().state == jobs.RUNNING:
            say(f"{work.job.title} is under way already: stop it first.")
            return
    for work in works(dataset):
        if work.target == target and work.command == arguments[0]:
            forget(work.job)  # its place is taken
    try:
        jobs.start(places.jobs(resources.settings()), MODULE, arguments, title=title, about=dataset)
    except OSError as error:
        say(f"{title} cannot begin ({error.strerror or error}). Nothing was changed.")


def say(text: str) -> None:
    """Say something once, above the work under way."""
    st.session_state["_own_said"] = text


def forget(job: Job) -> None:
    """Take a job from the list; for callbacks."""
    try:
        job.remove()
    except JobError as error:
        say(str(error))


def forget_done(target: str) -> None:
    """Take from the list what is done and was about a checkpoint that is no longer there."""
    for job in jobs.all_of(places.jobs(resources.settings())):
        mine = job.module == MODULE and job.arguments and progress.target(job.arguments) == target
        if mine and job.status().state == jobs.DONE:
            forget(job)


def keep(dataset: str, work: Work) -> None:
    """Publish what a run learned so far; for callbacks."""
    forget(work.job)
    arguments = (*(value for value in work.job.arguments if value != "--finish"), "--finish")
    start(dataset, arguments, f"{work.job.title.removesuffix(': keep')}: keep")


def board(dataset: str) -> None:
    """All work on models of a data set; what is under way is looked at again and again."""
    if said := st.session_state.pop("_own_said", None):
        st.warning(words.literal(said), icon=":material/info:")
    found = works(dataset)
    for work in found:
        running = work.job.status().state == jobs.RUNNING
        st.fragment(one, run_every=EVERY if running else None)(dataset, work, running, len(found))


def one(dataset: str, work: Work, was_running: bool, count: int) -> None:
    """One job of so many: progress while it runs, then how it ended and what can be done."""
    status = work.job.status()
    if was_running != (status.state == jobs.RUNNING) or count != len(works(dataset)):
        st.rerun()  # the whole page: there is another model, another job, or something to look at again and again
    key = work.job.folder.name
    with st.container(border=True, key=f"own_job_{key}"):
        if status.state == jobs.RUNNING:
            running(work, status, key)
        elif status.state == jobs.DONE:
            with st.container(horizontal=True, vertical_alignment="center"):
                st.markdown(f":material/check_circle: {words.literal(status.text)}", width="stretch")
                st.button("Clear", key=f"own_clear_{key}", on_click=forget, args=(work.job,), type="tertiary")
        else:
            ended(dataset, work, status, key)
        if work.command == "train" and status.state != jobs.DONE:
            learning(work)


def running(work: Work, status: Status, key: str) -> None:
    """How far it is, and a way to stop."""
    left = "" if status.seconds_left is None else f" · {duration(status.seconds_left)} to go"
    with st.container(horizontal=True, vertical_alignment="center"):
        st.markdown(f"**{words.literal(work.job.title)}**", width="stretch")
        st.button("Stop", key=f"own_stop_{key}", icon=":material/stop:", on_click=work.job.stop)
    st.progress(status.share, f"{words.literal(status.text)}{left}")


def ended(dataset: str, work: Work, status: Status, key: str) -> None:
    """What became of work that did not come to its end."""
    st.markdown(f"{ICONS[status.state]} **{words.literal(work.job.title)}** {SAYS[status.state]}")
    if status.state == jobs.FAILED:
        st.error(words.literal(status.text))
    with st.container(horizontal=True):
        go_on = "Try again" if status.state == jobs.FAILED else "Go on"
        st.button(go_on, key=f"own_resume_{key}", icon=":material/play_arrow:", on_click=work.job.resume)
        if work.command == "train" and progress.log(work.folder):
            st.button(
                "Keep what it learned",
                key=f"own_keep_{key}",
                icon=":material/save:",
                on_click=keep,
                args=(dataset, work),
                help="Make a model of it as it is now.",
            )
        st.button("Clear", key=f"own_clear_{key}", on_click=forget, args=(work.job,), type="tertiary")


def learning(work: Work) -> None:
    """Losses so far, and what the newest state makes of some images."""
    lines, kind = progress.log(work.folder), progress.kind_of(work.job.arguments)
    if not lines or kind is None:
        return
    left, right = st.columns([3, 2], vertical_alignment="center")
    key, title = KINDS[kind].loss
    with left:
        figure = curves.course(np.array([line[key] for line in lines if key in line]), title=title)
        if len(lines) < FEW:
            figure.update_xaxes(dtick=1)  # no half epochs
        alt = f"{title} over {len(lines)} epochs: from {lines[0][key]:g} to {lines[-1][key]:g}"
        st.plotly_chart(figure, key=f"own_loss_{work.target}", config={"displayModeBar": False}, alt=alt)
    sheet = work.folder / SHEET
    if sheet.is_file():
        caption = "Above, images that it does not learn from; then rebuilt; then half-way to the next one."
        right.image(sheet.read_bytes(), caption, width="stretch", output_format="PNG", alt=caption)
