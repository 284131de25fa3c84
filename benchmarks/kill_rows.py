"""kill -9 at random moments of bringing, training and reviewing: what was there afterwards, and what came of it.

Every process is the real one, begun again by the same command. Nothing may be gone that was said to be done, but
for the batch, the epoch or the verdict under way; and what comes out is the same as if nobody had interrupted.
"""

import os
import random
import re
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path

from benchmarks import kill_review
from benchmarks.bench import Bench
from benchmarks.own_rows import write
from benchmarks.rows import Row, row
from core import checkpoints
from core.bring import halves
from core.bring.build import part_folder
from core.datasets import own
from core.own_models import places, progress, training
from core.settings import ROOT, Settings

KILLS = 20
FILES, SIDE, NAME, WHOLE = 10_000, 28, "killed", "whole"
BRINGING, TRAINING = (0.3, 4.0), (3.0, 14.0)  # s after its start that a process is killed
MINUTES = "1.0"  # of training, as it is asked for; how long it is stands in the plan
COURSE = training.Course(epochs=40, steps=4, batch=64, seed=0, minutes=float(MINUTES), speed=1000.0)


def measure(bench: Bench) -> list[Row]:
    """What twenty kills of each did."""
    moments, source, home = random.Random(0), bench.folder("files"), bench.folder("own")
    write(source, FILES)
    return [*bring(source, home, moments), *train(home, moments), *kill_review.measure(bench, moments, KILLS)]


def bring(source: Path, home: Path, moments: random.Random) -> list[Row]:
    """Bring files under two names, one of them with kills, and compare."""
    run(home, *adding(WHOLE, source))
    folder, item = home / "datasets", SIDE * SIDE
    left: list[int] = []

    def look(said: str) -> bool:
        """Whether all is there that was said to be."""
        if (folder / NAME).exists():  # it was faster than the kill: once more
            shutil.rmtree(folder / NAME)
            return True
        told = [int(number.replace(",", "")) for number in re.findall(r"([\d,]+) of [\d,]+:", said)]
        left.append(halves.read_progress(part_folder(folder, NAME), item).looked)
        return left[-1] >= max(told, default=0)

    lost = kills(home, adding(NAME, source), moments, BRINGING, look)
    run(home, *adding(NAME, source))
    pairs = [(folder / name / own.IMAGES, folder / name / own.ITEMS) for name in (NAME, WHOLE)]
    differ = sum(a.read_bytes() != b.read_bytes() for a, b in zip(*pairs, strict=True))
    what = f"kill -9 at {KILLS} random moments of bringing {FILES:,} files"
    return [
        row(f"{what}: kills after which images were gone that it had counted", [lost], f"of {KILLS}"),
        row(f"{what}: images done at a kill", [float(count) for count in left], "images"),
        row(f"{what}: files of the set that differ from one brought at once", [differ], "of 2"),
    ]


def train(home: Path, moments: random.Random) -> list[Row]:
    """Train on both sets by the same plan, one of them with kills, and compare."""
    settings = Settings((), home, home, home=home)
    folder = places.run_folder(settings, f"{NAME}-ae-conv")
    published = [places.root(settings) / f"{name}-ae-conv" for name in (NAME, WHOLE)]
    epochs = [0]

    def look(said: str) -> bool:
        """Whether all epochs are there that were done before."""
        if published[0].exists():  # it was faster than the kill: once more
            shutil.rmtree(published[0])
            planned(settings, NAME)
            epochs.append(0)
            return True
        epochs.append(len(progress.log(folder)))
        return epochs[-1] >= max(epochs[-2], *map(int, re.findall(r"epoch (\d+) of", said)), 0)

    for name in (NAME, WHOLE):
        planned(settings, name)
    lost = kills(home, training_of(NAME), moments, TRAINING, look)
    for name in (NAME, WHOLE):
        run(home, *training_of(name))
    weights = [folder / checkpoints.MODEL for folder in published]
    differ = float(weights[0].read_bytes() != weights[1].read_bytes())
    what = f"kill -9 at {KILLS} random moments of training"
    return [
        row(f"{what}: kills after which an epoch was gone that was done", [lost], f"of {KILLS}"),
        row(f"{what}: epochs done at a kill", [float(count) for count in epochs[1:]], "epochs"),
        row(f"{what}: files of weights that differ from those trained at once", [differ], "of 1"),
    ]


def training_of(name: str) -> list[str]:
    """The command that trains."""
    return ["core.own_models", "train", name, "ae-conv", "--minutes", MINUTES]


def planned(settings: Settings, name: str) -> None:
    """Give a run a plan, so that it is not measured how fast this machine is, which is never the same."""
    wanted = training.Wanted(name, "ae-conv", float(MINUTES))
    wish = asdict(wanted) | {"made": own.read_about(settings.own / "datasets" / name).made}
    folder = places.run_folder(settings, wanted.id)
    folder.mkdir(parents=True)
    places.write_json({"wish": wish, "course": asdict(COURSE)}, folder / training.PLAN)


def kills(
    home: Path,
    command: list[str],
    moments: random.Random,
    after: tuple[float, float],
    look: Callable[[str], bool],
) -> int:
    """Begin a command and kill it, again and again; how often ``look`` found something gone that it had said."""
    log, lost, killed = home / "said.txt", 0, 0
    while killed < KILLS:  # one that was faster than its kill does not count
        with log.open("wb") as said:
            process = subprocess.Popen(
                [sys.executable, "-m", *command],
                cwd=ROOT,
                env=environment(home),
                stdout=said,
                stderr=said,
                start_new_session=True,
            )
            try:
                process.wait(moments.uniform(*after))
            except subprocess.TimeoutExpired:
                os.killpg(process.pid, signal.SIGKILL)
                process.wait()
        if process.returncode > 0:
            raise RuntimeError(f"{' '.join(command)} ended with {process.returncode}: {log.read_text()[-500:]}")
        killed += process.returncode == -signal.SIGKILL
        lost += not look(log.read_text(errors="replace"))
        time.sleep(0.05)
    return lost


def adding(name: str, source: Path) -> list[str]:
    """The command that brings the files."""
    line = ["core.datasets", "add", name, str(source), "--size", str(SIDE), "--grey", "--fit", "pad", "--yes"]
    return [*line, "--title", "The same"]


def run(home: Path, *command: str) -> None:
    """Run a command to its end."""
    subprocess.run(
        [sys.executable, "-m", *command], cwd=ROOT, env=environment(home), stdout=subprocess.DEVNULL, check=True
    )


def environment(home: Path) -> dict[str, str]:
    """Of a process that keeps everything below ``home``."""
    return os.environ | {"MORPHOSPACE_HOME": str(home), "PYTHONPATH": str(ROOT), "PYTHONUNBUFFERED": "1"}
