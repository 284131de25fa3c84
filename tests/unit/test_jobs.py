"""Jobs tell how far they are, stop when asked, and go on after a kill."""

import os
import signal
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace

import pytest

from core import jobs
from core.jobs import Job, JobError
from core.settings import ROOT
from tests.waiting import ended, working

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
    first = made.stat().st_size if made.exists() else 0
    for step in range(first, args.total):
        reporter.told(step, args.total, f"step {step}")
        if args.total == 3:
            raise ValueError("three is too few")
        with made.open("ab") as file:
            file.write(b"x")
        while args.total == 60 and first == 0 and step == 29:  # half way: until it is stopped or killed
            reporter.told(30, args.total, "half")
            time.sleep(0.005)
"""


@pytest.fixture
def begin(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[int], Job]:
    """Starts a job of so many steps, of a module that only this test has; one of 60 stays half way at first."""
    (tmp_path / "toy_work.py").write_text(WORK)
    monkeypatch.setenv("PYTHONPATH", f"{tmp_path}{os.pathsep}{ROOT}")
    return lambda total: jobs.start(tmp_path / "jobs", "toy_work", [str(total)], title="Toy", about="toys")


def test_a_job_runs_to_its_end(begin: Callable[[int], Job], tmp_path: Path) -> None:
    job = begin(5)
    status = ended(job)
    assert (status.state, status.share, status.text) == (jobs.DONE, 1.0, "Done.")
    assert (job.folder / "made").read_bytes() == b"xxxxx"
    assert jobs.all_of(tmp_path / "jobs") == jobs.all_of(tmp_path / "jobs", about="toys") == [job]
    assert jobs.all_of(tmp_path / "jobs", about="cats") == jobs.all_of(tmp_path / "none") == []
    job.remove()
    assert jobs.all_of(tmp_path / "jobs") == []


def test_it_stops_when_asked_and_goes_on(begin: Callable[[int], Job]) -> None:
    job = begin(60)
    working(job, 30)
    assert job.status().total == 60
    with pytest.raises(JobError, match="is running"):
        job.remove()
    job.stop()
    status = ended(job)
    assert (status.state, status.done) == (jobs.STOPPED, 30)
    job.resume()
    assert ended(job).state == jobs.DONE
    assert (job.folder / "made").stat().st_size == 60


def test_a_killed_one_is_told_and_goes_on(begin: Callable[[int], Job]) -> None:
    job = begin(60)
    working(job, 30)
    os.kill(int((job.folder / jobs.LOCK).read_text()), signal.SIGKILL)
    status = ended(job)
    assert (status.state, status.done) == (jobs.CUT_OFF, 30)
    job.resume()
    status = ended(job)
    assert (status.state, status.total) == (jobs.DONE, 60)
    assert (job.folder / "made").stat().st_size == 60


def test_an_error_is_said(begin: Callable[[int], Job]) -> None:
    job = begin(3)
    assert ended(job).text == "three is too few"
    assert "ValueError: three is too few" in job.log()


SLOW = """
import sys, time
from pathlib import Path
from core import jobs
folder = Path(sys.argv[-1])
while not (folder / "go").exists():
    time.sleep(0.005)
with jobs.reporting(folder):
    pass
"""


def test_one_that_starts_slowly_runs_and_is_begun_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "slow_work.py").write_text(SLOW)
    monkeypatch.setenv("PYTHONPATH", f"{tmp_path}{os.pathsep}{ROOT}")
    job = jobs.start(tmp_path / "jobs", "slow_work", [], title="Slow", about="toys")
    assert job.status() == jobs.Status(jobs.RUNNING, text="Starting")
    with pytest.raises(JobError, match="another process"), jobs.reporting(job.folder):
        pytest.fail("two worked on one job")
    monkeypatch.setattr(jobs, "_run", lambda job, lock: pytest.fail("it was begun again"))
    job.resume()
    (job.folder / "go").touch()
    assert ended(job).state == jobs.DONE


def test_one_whose_process_never_came_is_cut_off(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(jobs, "_run", lambda job, lock: None)
    assert jobs.start(tmp_path, "toy_work", [], title="Toy", about="toys").status().state == jobs.CUT_OFF


def test_one_that_ends_while_it_is_looked_at_was_not_cut_off(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(jobs, "_run", lambda job, lock: None)
    job = jobs.start(tmp_path, "toy_work", [], title="Toy", about="toys")

    def ends(folder: Path) -> bool:
        with jobs.reporting(folder):
            pass
        return False

    with monkeypatch.context() as patched:
        patched.setattr(jobs, "_locked", ends)
        assert job.status().state == jobs.DONE


def test_the_newest_comes_first_also_of_one_second(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(jobs, "_run", lambda job, lock: None)
    begun = [jobs.start(tmp_path, "toy_work", [], title=str(number), about="toys") for number in range(5)]
    assert jobs.all_of(tmp_path) == begun[::-1]


def test_what_is_left_is_told_from_the_steps_of_this_process(monkeypatch: pytest.MonkeyPatch) -> None:
    said: list[jobs.Status] = []
    clock = iter([100.0, 104.0])
    monkeypatch.setattr(jobs, "time", SimpleNamespace(monotonic=lambda: next(clock)))
    with jobs.reporting(None, say=said.append) as reporter:
        reporter.told(50, 100, "begun again half way")
        reporter.told(75, 100, "faster than from nothing")
    assert [status.seconds_left for status in said] == [None, 4.0]


def test_a_folder_that_is_none_is_said(tmp_path: Path) -> None:
    with pytest.raises(JobError, match=tmp_path.name):
        jobs.read(tmp_path)
