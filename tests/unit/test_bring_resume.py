"""A bring that is interrupted, in whichever moment, comes to the same as one that is not, byte for byte."""

import errno
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from core import jobs
from core.bring import build as building
from core.bring import halves, removal
from core.bring.base import BringError
from core.bring.build import Plan, build, part_folder
from core.bring.sources import open_source
from core.jobs import Reporter, StoppedError
from core.settings import ROOT, Settings
from tests.bringing import MADE, brought, files, folder, pixels, png
from tests.waiting import ended, until

PLAN = Plan("mine", "Mine", (8, 8, 3))
KILLS = 20
KILLER = """
import os, random, shutil, signal, sys, time
from pathlib import Path
from core.bring import build as building
from core.bring import halves
from core.bring.build import Plan, build, part_folder
from core.bring.sources import open_source
from core.jobs import Reporter
from tests.bringing import MADE
source, home, kills = Path(sys.argv[1]), Path(sys.argv[2]), int(sys.argv[3])
building.CHUNK, building.COMMIT = 4, 0.0
moments = random.Random(0)
made, part, before = home / "mine", part_folder(home, "mine"), 0
looked = lambda: halves.read_progress(part, 192).looked

class Held(Reporter):  # goes not so far ahead that nobody is in time to kill it
    def told(self, done, total, text):
        while kills and done >= before + 40:
            signal.pause()

while kills or part.exists() or not made.exists():
    if made.exists() and not part.exists():  # it came to its end between two kills: once more
        shutil.rmtree(made)
    child = os.fork()
    if not child:
        with open_source(source) as opened:
            build(opened, Plan("mine", "Mine", (8, 8, 3)), home, Held(), made=MADE)
        os._exit(0)
    if kills:
        further = looked() + moments.randrange(11)
        # It is asked whether it ended without being taken note of: it can still be killed then.
        while looked() < further and not os.waitid(os.P_PID, child, os.WEXITED | os.WNOHANG | os.WNOWAIT):
            time.sleep(0.001)
        time.sleep(moments.uniform(0.0, 0.005))
        os.kill(child, signal.SIGKILL)
    _, status = os.waitpid(child, 0)
    assert os.WIFSIGNALED(status) or status == 0, "it failed"
    kills -= bool(kills and os.WIFSIGNALED(status))
    assert made.exists() or looked() >= before
    before = 0 if made.exists() else looked()
    print(before)
"""
MEMORY = """
import sys
from pathlib import Path
from core.bring.build import Plan, build
from core.bring.report import look
from core.bring.sources import open_source
from core.jobs import Reporter
for where in sys.argv[1:3]:
    with open_source(Path(where)) as source:
        look(source)
        build(source, Plan(Path(where).name, "Mine", (64, 64, 3)), Path(sys.argv[3]), Reporter())
    # Not what getrusage says, which begins with the most that the process had which started this one.
    (most,) = [line for line in Path("/proc/self/status").read_text().splitlines() if line.startswith("VmHWM:")]
    print(int(most.split()[1]) / 1024)
"""


def run(script: str, *arguments: object) -> list[float]:
    """The numbers that a script in a process of its own prints."""
    command = [sys.executable, "-c", script, *map(str, arguments)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return [float(line) for line in done.stdout.split()]


def contents(root: Path) -> dict[str, bytes]:
    return {name: (root / name).read_bytes() for name in files(root)}


@pytest.fixture
def small_steps(monkeypatch: pytest.MonkeyPatch) -> None:
    """Everything is forced to the disk after every four images."""
    monkeypatch.setattr(building, "CHUNK", 4)
    monkeypatch.setattr(building, "COMMIT", 0.0)


class StoppedAt(Reporter):
    """Asks for a stop at a step."""

    def __init__(self, step: int) -> None:
        super().__init__()
        self.step = step

    def told(self, done: int, total: int, text: str) -> None:
        if done >= self.step:
            raise StoppedError(text)


@pytest.mark.usefixtures("small_steps")
def test_stopped_and_gone_on_with(tmp_path: Path) -> None:
    source = folder(tmp_path / "in", 40)
    (source / "cats" / "00010.png").write_bytes(b"damaged")
    brought(source, tmp_path / "whole")
    home = tmp_path / "home"
    for step in (4, 20, 36):
        with open_source(source) as opened, pytest.raises(StoppedError):
            build(opened, PLAN, home, StoppedAt(step), made=MADE)
        assert halves.read_progress(part_folder(home, "mine"), 192).looked == step
        assert removal.half_finished(Settings((), tmp_path, tmp_path, home=tmp_path)) == []  # it looks elsewhere
    with open_source(source) as opened:
        build(opened, PLAN, home, Reporter(), made="another time")
    assert contents(home) == contents(tmp_path / "whole")


def test_twenty_kills_lose_nothing_but_the_batch_under_way(tmp_path: Path) -> None:
    source = folder(tmp_path / "in", 300)
    brought(source, tmp_path / "whole")
    looked = run(KILLER, source, tmp_path / "home", KILLS)
    assert len(looked) >= KILLS
    assert len(set(looked)) > 5  # it was killed in different moments
    assert contents(tmp_path / "home") == contents(tmp_path / "whole")


@pytest.mark.parametrize("moment", ["set", "mine.part", "plan.json"])
def test_a_kill_while_it_ends(tmp_path: Path, moment: str, monkeypatch: pytest.MonkeyPatch) -> None:
    source, home = folder(tmp_path / "in", 10), tmp_path / "home"
    brought(source, tmp_path / "whole")

    def kill(path: Path, *_: object) -> None:
        if moment == "plan.json":
            (path / moment).unlink()
        if moment in (path.name, "plan.json"):
            raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        if moment == "set":  # about to be renamed
            rename = Path.replace
            patched.setattr(Path, "replace", lambda path, to: kill(path) or rename(path, to))
        else:  # renamed, and what is left over is about to be deleted, or some of it was
            patched.setattr(building.shutil, "rmtree", kill)
        with pytest.raises(KeyboardInterrupt):
            brought(source, home)
    brought(source, home)
    assert contents(home) == contents(tmp_path / "whole")


@pytest.mark.usefixtures("small_steps")
@pytest.mark.parametrize("damage", ["progress.json", "set/images.npy", "facts.jsonl"])
def test_a_half_whose_files_are_damaged_begins_anew(tmp_path: Path, damage: str) -> None:
    source, home = folder(tmp_path / "in", 20), tmp_path / "home"
    brought(source, tmp_path / "whole")
    with open_source(source) as opened, pytest.raises(StoppedError):
        build(opened, PLAN, home, StoppedAt(12), made=MADE)
    (part_folder(home, "mine") / damage).write_bytes(b"{")
    brought(source, home)
    assert contents(home) == contents(tmp_path / "whole")


@pytest.mark.usefixtures("small_steps")
def test_other_settings_or_images_do_not_go_on_with_a_half(tmp_path: Path) -> None:
    source, home = folder(tmp_path / "in", 20), tmp_path / "home"
    with open_source(source) as opened, pytest.raises(StoppedError):
        build(opened, PLAN, home, StoppedAt(8), made=MADE)
    with pytest.raises(BringError, match=r"begun with other settings \(shape\).*--anew"):
        brought(source, home, shape=(32, 32, 3))
    with pytest.raises(BringError, match=f"it was begun from {source}"):
        brought(folder(tmp_path / "other", 20), home)
    folder(tmp_path / "in", 24)
    with pytest.raises(BringError, match="its images are others now"):
        brought(source, home)


def test_two_at_once(tmp_path: Path) -> None:
    source, home = folder(tmp_path / "in", 4), tmp_path / "home"
    part = part_folder(home, "mine")
    part.mkdir(parents=True)
    settings = Settings((), tmp_path, tmp_path, home=tmp_path)
    (tmp_path / "datasets").symlink_to(home)
    for work in (lambda: brought(source, home), lambda: removal.discard("mine", settings)):
        with halves.alone(part), pytest.raises(BringError, match="brought by another process"):
            work()
    assert len(brought(source, home)) == 4
    with pytest.raises(BringError, match="There is a data set 'mine' already"):
        brought(source, home)


def test_a_disk_that_is_too_small(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(halves, "MARGIN", 10**18)
    with pytest.raises(BringError, match="Choose a smaller size, or make room"):
        brought(folder(tmp_path / "in", 4), tmp_path / "home")


def test_memory_does_not_grow_with_the_images(tmp_path: Path) -> None:
    image = png(pixels(0, (64, 64, 3)))
    (tmp_path / "one.png").write_bytes(image)
    for name, count in (("few", 100), ("many", 1300)):
        (tmp_path / name).mkdir()
        for number in range(count):
            (tmp_path / name / f"{number}.png").hardlink_to(tmp_path / "one.png")
    few, many = run(MEMORY, tmp_path / "few", tmp_path / "many", tmp_path / "home")
    assert many - few < 6  # MB; the pixels are 15


@pytest.mark.usefixtures("small_steps")
def test_a_disk_that_fills_up(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    source, home = folder(tmp_path / "in", 20), tmp_path / "home"
    brought(source, tmp_path / "whole")
    commit, done = halves.commit, []

    def full(*args: object) -> None:
        done.append(args)
        if len(done) == 3:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        commit(*args)  # type: ignore[arg-type]

    with monkeypatch.context() as patched:
        patched.setattr(halves, "commit", full)
        with pytest.raises(
            BringError, match="No space left on device.* What was brought so far is kept: make room"
        ):
            brought(source, home)
    assert halves.read_progress(part_folder(home, "mine"), 192).looked == 8
    brought(source, home)
    assert contents(home) == contents(tmp_path / "whole")


class TakenAway(Reporter):
    """Moves the source elsewhere at a step."""

    def __init__(self, source: Path, step: int) -> None:
        super().__init__()
        self.source, self.step = source, step

    def told(self, done: int, total: int, text: str) -> None:
        if done == self.step:
            self.source.rename(self.source.with_name("elsewhere"))


@pytest.mark.usefixtures("small_steps")
def test_a_source_that_is_taken_away_leaves_no_set_of_half_of_it(tmp_path: Path) -> None:
    source, home = folder(tmp_path / "in", 20), tmp_path / "home"
    brought(source, tmp_path / "whole")
    with open_source(source) as opened, pytest.raises(BringError, match="is not there any more.* when it is back"):
        build(opened, PLAN, home, TakenAway(source, 8), made=MADE)
    source.with_name("elsewhere").rename(source)
    brought(source, home)
    assert contents(home) == contents(tmp_path / "whole")


def test_a_job_that_is_killed_is_resumed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MORPHOSPACE_HOME", str(tmp_path / "home"))
    source = folder(tmp_path / "in", 200)
    line = ["add", "mine", str(source), "--size", "64", "--colour", "--fit", "pad", "--yes"]
    job = jobs.start(tmp_path / "jobs", "tests.unit.bringing_slowly", line, title="Mine", about="mine")
    part = part_folder(tmp_path / "home" / "datasets", "mine")

    def looked() -> int:
        return halves.read_progress(part, 64 * 64 * 3).looked

    until(lambda: looked() == 8 or job.status().state != jobs.RUNNING, told=job.log)
    os.kill(int((job.folder / jobs.LOCK).read_text()), signal.SIGKILL)
    assert ended(job).state == jobs.CUT_OFF
    assert looked() == 8
    job.resume()
    assert ended(job).text == "“mine” is a data set now: 200 images."
