"""Long work in a process of its own, which outlives the page that began it: progress and a wish to stop are files.

A job is a folder below ``jobs``. Its process holds a lock on a file there for as long as it lives, from its first
moment on, because it inherits it: so a killed one is told from one that works, however slowly that starts and
whatever became of its number. It is begun again by running the same command, which goes on from what it finds.
"""

import fcntl
import json
import os
import shutil
import subprocess
import sys
import time
import traceback
import uuid
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import BinaryIO

from core.settings import ROOT

JOB, PROGRESS, STOP, LOCK, LOG = "job.json", "progress.json", "stop", "lock", "log.txt"
OFTEN = 0.25  # s between two writes of the progress
RUNNING, DONE, FAILED, STOPPED, CUT_OFF = "running", "done", "failed", "stopped", "cut off"
INHERITED = "MORPHOSPACE_JOB_LOCK"  # in the environment of a job's process: the number of its open lock


class StoppedError(Exception):
    """The person asked the job to stop; what it did so far is kept."""


class JobError(ValueError):
    """A job's folder cannot be used; the message says which and why."""


@dataclass(frozen=True)
class Status:
    """How far a job is.

    Attributes
    ----------
    state : ``running``, ``done``, ``failed``, ``stopped`` by the person, or ``cut off`` by a kill or a crash.
    done, total : steps; ``total`` is 0 where nobody knows.
    text : what it does, or how it ended, in a sentence.
    seconds_left : estimated from this process' own steps; None where nobody knows.
    """

    state: str
    done: int = 0
    total: int = 0
    text: str = ""
    seconds_left: float | None = None

    @property
    def share(self) -> float:
        """How much is done, 0 to 1."""
        return min(1.0, self.done / self.total) if self.total else 0.0


@dataclass(frozen=True)
class Job:
    """A piece of work.

    Attributes
    ----------
    folder : of its files.
    module, arguments : what is run: ``python -m module arguments --job folder``.
    title : what it is, for the screen.
    about : name of the data set or checkpoint that it is about.
    began : UTC, ISO 8601.
    """

    folder: Path
    module: str
    arguments: tuple[str, ...]
    title: str
    about: str
    began: str

    def status(self) -> Status:
        """How far it is."""
        told = _progress(self.folder)
        if told.state != RUNNING or _locked(self.folder):
            return told
        told = _progress(self.folder)  # again: it tells its end, then lets go of its lock
        return replace(told, state=CUT_OFF) if told.state == RUNNING else told

    def stop(self) -> None:
        """Ask it to stop after its present step."""
        (self.folder / STOP).touch()

    def resume(self) -> None:
        """Run it again, from what it left."""
        if self.status().state == RUNNING:
            return
        with (self.folder / LOCK).open("ab") as lock:
            if _taken(lock):  # nobody else began it meanwhile
                (self.folder / STOP).unlink(missing_ok=True)
                _expect(self.folder)
                _run(self, lock)

    def remove(self) -> None:
        """Forget it; JobError while it runs."""
        if self.status().state == RUNNING:
            raise JobError(f"“{self.title}” is running. Stop it first.")
        shutil.rmtree(self.folder, ignore_errors=True)

    def log(self, lines: int = 30) -> str:
        """The last lines that it printed."""
        try:
            text = (self.folder / LOG).read_text(encoding="utf-8", errors="replace")
        except OSError:
            return ""
        return "\n".join(text.splitlines()[-lines:])


def start(root: Path, module: str, arguments: Sequence[str], *, title: str, about: str) -> Job:
    """Begin ``python -m module arguments --job folder`` with a new folder below ``root``."""
    folder = root / f"{datetime.now(UTC):%Y%m%d-%H%M%S-%f}-{uuid.uuid4().hex[:6]}"
    folder.mkdir(parents=True)
    job = Job(folder, module, tuple(arguments), title, about, datetime.now(UTC).isoformat(timespec="seconds"))
    raw = {key: value for key, value in asdict(job).items() if key != "folder"}
    with (folder / LOCK).open("ab") as lock:
        _taken(lock)
        _expect(folder)
        (folder / JOB).write_text(json.dumps(raw, ensure_ascii=False), encoding="utf-8")  # from now on it is seen
        _run(job, lock)
    return job


def read(folder: Path) -> Job:
    """The job of a folder; JobError where that is none."""
    try:
        raw = json.loads((folder / JOB).read_text(encoding="utf-8"))
        arguments = tuple(str(value) for value in raw.pop("arguments"))
        return Job(folder, arguments=arguments, **{name: str(value) for name, value in raw.items()})
    except (OSError, ValueError, TypeError, KeyError, AttributeError) as error:
        raise JobError(f"{folder.name} holds no job ({error})") from error


def all_of(root: Path, *, about: str | None = None) -> list[Job]:
    """All jobs below ``root``, the newest first; those ``about`` one thing where that is given."""
    found = []
    for folder in sorted(root.iterdir(), reverse=True) if root.is_dir() else []:
        try:
            found.append(read(folder))
        except JobError:
            continue  # begun at this moment, or removed
    return [job for job in found if about in (None, job.about)]


def _expect(folder: Path) -> None:
    before = _progress(folder)
    _write(folder, Status(RUNNING, before.done, before.total, "Starting"))


def _run(job: Job, lock: BinaryIO) -> None:
    """Run its command, which inherits the lock: that is held until both are done with it."""
    command = [sys.executable, "-m", job.module, *job.arguments, "--job", str(job.folder)]
    with (job.folder / LOG).open("ab") as log:
        subprocess.Popen(
            command,
            cwd=ROOT,
            env={**os.environ, INHERITED: str(lock.fileno())},
            pass_fds=[lock.fileno()],
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            start_new_session=True,
        )


def _locked(folder: Path) -> bool:
    """Whether a process holds the job's lock."""
    try:
        with (folder / LOCK).open("rb") as file:
            try:
                fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
            except BlockingIOError:
                return True
    except OSError:
        return False
    return False


def _progress(folder: Path) -> Status:
    try:
        return Status(**json.loads((folder / PROGRESS).read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError):
        return Status(CUT_OFF, text="Nothing is known of how far it came.")


def _write(folder: Path, status: Status) -> None:
    part = folder / f"{PROGRESS}.part"
    part.write_text(json.dumps(asdict(status), ensure_ascii=False), encoding="utf-8")
    part.replace(folder / PROGRESS)


class Reporter:
    """How a job tells of itself. Without a folder, as on the command line, it tells a function instead."""

    def __init__(self, folder: Path | None = None, *, say: Callable[[Status], None] | None = None) -> None:
        self.folder, self.say = folder, say
        self.first: tuple[float, int] | None = None  # when, and at which step, this process began to count
        self.last = 0.0

    def told(self, done: int, total: int, text: str) -> None:
        """Tell that ``done`` of ``total`` steps are done; StoppedError where the person asked for a stop."""
        now = time.monotonic()
        if self.first is None or done < self.first[1]:
            self.first = now, done
        if now - self.last >= OFTEN or done == total:
            self.last = now
            self._tell(Status(RUNNING, done, total, text, self._left(now, done, total)))
        if self.stopping():
            raise StoppedError(text)

    def stopping(self) -> bool:
        """Whether the person asked for a stop."""
        return self.folder is not None and (self.folder / STOP).exists()

    def end(self, state: str, text: str) -> None:
        """Tell how it ended."""
        before = _progress(self.folder) if self.folder else Status(state)
        self._tell(Status(state, before.total if state == DONE else before.done, before.total, text))

    def _left(self, now: float, done: int, total: int) -> float | None:
        assert self.first is not None
        began, from_step = self.first
        if done <= from_step or not total:
            return None
        return (now - began) / (done - from_step) * (total - done)

    def _tell(self, status: Status) -> None:
        if self.folder is not None:
            _write(self.folder, status)
        if self.say is not None:
            self.say(status)


def _taken(lock: BinaryIO) -> bool:
    """Take a lock; who only looks whether it is taken holds it for a moment, so a few tries are made."""
    for _ in range(20):
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return True
        except BlockingIOError:
            time.sleep(0.05)
    return False


def _lock(folder: Path) -> BinaryIO:
    """The lock of a job, held: the one that this process inherited, else one of its own."""
    inherited = os.environ.pop(INHERITED, None)
    lock = (folder / LOCK).open("ab") if inherited is None else os.fdopen(int(inherited), "ab")
    os.set_inheritable(lock.fileno(), False)
    if not _taken(lock):
        lock.close()
        raise JobError(f"{folder.name} is worked on by another process")
    return lock


@contextmanager
def reporting(folder: Path | None, *, say: Callable[[Status], None] | None = None) -> Iterator[Reporter]:
    """Do a job's work within this: its lock is held, and its end is told, whichever it is.

    Errors that a person can do something about are ValueError and OSError with a sentence; the log has the others.
    The body may call `Reporter.end` with ``done`` and a sentence; otherwise it is said to be done.
    """
    reporter = Reporter(folder, say=say)
    if folder is None:
        yield reporter
        return
    folder.mkdir(parents=True, exist_ok=True)
    with _lock(folder) as lock:
        lock.truncate(0)
        lock.write(str(os.getpid()).encode())
        lock.flush()
        try:
            yield reporter
        except StoppedError as stopped:
            reporter.end(STOPPED, f"Stopped. {stopped}".strip())
        except Exception as error:
            traceback.print_exc()
            reporter.end(FAILED, str(error) or type(error).__name__)
        else:
            if _progress(folder).state == RUNNING:
                reporter.end(DONE, "Done.")
