"""Jobs tell how far they are, stop when asked, and go on after a kill."""

import os
import signal
import time
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace

import pytest

from core import jobs
from core.jobs import Job, JobError

WORK = """
import argparse, time
from pathlib import Path
from core import jobs
parser = argparse.ArgumentParser()
parser.add_argument("total", type=int)
parser.add_argument("--job", type=Path)
args = parser.parse_args()
with jobs.reporting(args.job) as reporter:
    made = args.job / "made"
    for step in range(len(made.read_bytes()) if made.exists() else 0, args.total):
        reporter.told(step, args.total, f"step {step}")
        if args.total == 3:
            raise ValueError("three is too few")
        with made.open("ab") as file:
            file.write(b"x")
        while args.total == 60 and step == 29 and not (args.job / "go").exists():
            reporter.told(30, args.total, "waiting")
            time.sleep(0.01)
"""


@pytest.fixture
def begin(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[int], Job]:
    """Starts a job of so many steps, of a module that only this test has."""
    (tmp_path / "toy_work.py").write_text(WORK)
    monkeypatch.setenv("PYTHONPATH", f"{tmp_path}{os.pathsep}{os.getcwd()}")
    return lambda total: jobs.start(tmp_path / "jobs", "toy_work", [str(total)], title="Toy", about="toys")


def until(job: Job, *states: str, seconds: float = 120) -> jobs.Status:
    """The first status in one of ``states``."""
    end = time.monotonic() + seconds
    while (status := job.status()).state not in states:
        assert time.monotonic() < end, f"{status}\n{job.log()}"
        time.sleep(0.02)
    return status


def half(begin: Callable[[int], Job]) -> Job:
    """A job that did half of its steps and said so, and does no more until there is a file ``go``."""
    job, end = begin(60), time.monotonic() + 120
    while job.status().done < 30:
        assert time.monotonic() < end, job.log()
        time.sleep(0.01)
    return job


def kill(job: Job) -> None:
    os.kill(int((job.folder / "process").read_text()), signal.SIGKILL)


def test_a_job_runs_to_its_end(begin: Callable[[int], Job], tmp_path: Path) -> None:
    job = begin(5)
    status = until(job, jobs.DONE, jobs.FAILED)
    assert (status.state, status.share, status.text) == (jobs.DONE, 1.0, "Done.")
    assert (job.folder / "made").read_bytes() == b"xxxxx"
    assert jobs.all_of(tmp_path / "jobs") == jobs.all_of(tmp_path / "jobs", about="toys") == [job]
    assert jobs.all_of(tmp_path / "jobs", about="cats") == jobs.all_of(tmp_path / "none") == []
    job.remove()
    assert jobs.all_of(tmp_path / "jobs") == []


def test_it_stops_when_asked_and_goes_on(begin: Callable[[int], Job]) -> None:
    job = half(begin)
    assert (job.status().state, job.status().total) == (jobs.RUNNING, 60)
    with pytest.raises(JobError, match="is running"):
        job.remove()
    job.stop()
    assert until(job, jobs.STOPPED).done == 30
    (job.folder / "go").touch()
    job.resume()
    assert until(job, jobs.DONE, jobs.STOPPED).state == jobs.DONE
    assert (job.folder / "made").stat().st_size == 60


def test_a_killed_one_is_told_and_goes_on(begin: Callable[[int], Job]) -> None:
    job = half(begin)
    kill(job)
    assert until(job, jobs.CUT_OFF).done == 30
    (job.folder / "go").touch()
    job.resume()
    assert until(job, jobs.DONE).total == 60
    assert (job.folder / "made").stat().st_size == 60


def test_an_error_is_said(begin: Callable[[int], Job]) -> None:
    job = begin(3)
    assert until(job, jobs.FAILED, jobs.DONE).text == "three is too few"
    assert "ValueError: three is too few" in job.log()


def test_what_is_left_is_told_from_the_steps_of_this_process(monkeypatch: pytest.MonkeyPatch) -> None:
    now = iter((100.0, 110.0))
    monkeypatch.setattr(jobs, "time", SimpleNamespace(monotonic=lambda: next(now)))
    said: list[jobs.Status] = []
    with jobs.reporting(None, say=said.append) as reporter:
        reporter.told(50, 100, "begun again half way")
        reporter.told(75, 100, "faster than from nothing")
    assert said[0].seconds_left is None
    assert said[1].seconds_left == pytest.approx(10.0)


def test_a_folder_that_is_none_is_said(tmp_path: Path) -> None:
    with pytest.raises(JobError, match=tmp_path.name):
        jobs.read(tmp_path)
