"""Sets of one's own encoded with an existing model: seconds to the map, and memory, which must not grow."""

import os
import subprocess
import sys
import time
from pathlib import Path

import numpy as np

from benchmarks.bench import Bench
from benchmarks.rows import Row, row
from core.datasets import own
from core.datasets.own import About, Items
from core.settings import ROOT

MODEL = "products-ae"
SIDE, MADE = 64, 1000  # px; different pictures, which a larger set repeats
TIMES = {1_000: 3, 10_000: 3, 50_000: 1}  # images -> how often
TEST = 0.1  # share of the test part


def measure(bench: Bench) -> list[Row]:
    """Seconds and peak memory of ``python -m core.own_models encode`` for each size of set."""
    rows = []
    for count, times in TIMES.items():
        home = bench.folder("own")
        bring(home, count)
        found = [encoded(home) for _ in range(times)]
        what = f"{count:,} images of {SIDE} px, encoded with {MODEL}"
        rows.append(row(f"{what}, to the map", [seconds for seconds, _ in found], "s"))
        rows.append(row(f"{what}, peak memory", [memory for _, memory in found], "MB"))
    return rows


def bring(home: Path, count: int) -> None:
    """Write a set of drawn pictures, without holding it in memory."""
    folder = home / "datasets" / "drawn"
    folder.mkdir(parents=True)
    draw = np.random.default_rng(0)
    images = pictures(draw)
    shape = (SIDE, SIDE, 3)
    file = np.lib.format.open_memmap(folder / own.IMAGES, mode="w+", dtype=np.uint8, shape=(count, *shape))
    for start in range(0, count, MADE):
        file[start : start + MADE] = images[: count - start]
    file.flush()
    own.write_items(Items(np.arange(count) % 5), folder / own.ITEMS)
    labels = tuple(map(str, range(5)))
    test = int(TEST * count)
    own.write_about(About("drawn", "Drawn", shape, count, count - test, labels), folder)


def pictures(draw: np.random.Generator) -> np.ndarray:
    """Discs (MADE, SIDE, SIDE, 3) uint8 of any place, size and colour, with grain."""
    y, x = np.mgrid[:SIDE, :SIDE] / SIDE
    images = draw.integers(0, 40, (MADE, SIDE, SIDE, 3), dtype=np.uint8)
    for image in images:
        inside = np.hypot(x - draw.uniform(0.3, 0.7), y - draw.uniform(0.3, 0.7)) < draw.uniform(0.1, 0.3)
        image[inside] += draw.integers(60, 215, 3, dtype=np.uint8)
    return images


def encoded(home: Path) -> tuple[float, float]:
    """Seconds of the command from its start to its end, and MB of memory at its highest."""
    env = os.environ | {"MORPHOSPACE_HOME": str(home), "PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-m", "core.own_models", "encode", "drawn", MODEL]
    began = time.perf_counter()
    process = subprocess.Popen(command, cwd=ROOT, env=env, stdout=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise RuntimeError(f"{' '.join(command)} ended with {process.returncode}")
    return time.perf_counter() - began, usage.ru_maxrss / 1e3
