"""Waiting for another process: for as long as a slow machine takes, and not for what never comes."""

import time
from collections.abc import Callable

from core import jobs

LONGEST = 300.0  # s; nothing here takes a hundredth of it: it tells what hangs from what is slow, and no more


def until(true: Callable[[], bool], *, told: Callable[[], object] = str) -> None:
    """Wait until it is so; ``told`` says why it is not, where it never comes to be."""
    end = time.monotonic() + LONGEST
    while not true():
        assert time.monotonic() < end, told()
        time.sleep(0.005)


def ended(job: jobs.Job) -> jobs.Status:
    """How a job ended, in whichever way."""
    until(lambda: job.status().state != jobs.RUNNING, told=lambda: f"{job.status()}\n{job.log()}")
    return job.status()


def working(job: jobs.Job, steps: int) -> None:
    """Wait until a job has told of so many steps; it fails at once where the job ends before."""
    until(
        lambda: (status := job.status()).done >= steps or status.state != jobs.RUNNING,
        told=lambda: f"{job.status()}\n{job.log()}",
    )
    assert job.status().state == jobs.RUNNING, f"{job.status()}\n{job.log()}"
