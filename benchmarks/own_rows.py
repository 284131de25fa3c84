"""Image files brought and encoded with an existing model: seconds to the map, and memory, which must not grow."""

import os
import subprocess
import sys
import time
from pathlib import Path

import numpy as np

from benchmarks.bench import Bench
from benchmarks.rows import Row, row
from core import images
from core.settings import ROOT

MODEL, NAME = "products-ae", "drawn"
SIDE, MADE = 64, 1000  # px; different pictures, which a larger set repeats
TIMES = {1_000: 3, 10_000: 3, 50_000: 1}  # files -> how often


def measure(bench: Bench) -> list[Row]:
    """Seconds and peak memory of bringing PNG files and of encoding them, for each number of files."""
    rows = []
    for count, times in TIMES.items():
        source = bench.folder("files")
        write(source, count)
        found = [to_the_map(source, bench.folder("own")) for _ in range(times)]
        what = f"{count:,} PNG files of {SIDE} px"
        rows.append(
            row(f"{what}, brought and encoded with {MODEL}, to the map", [a + b for a, _, b, _ in found], "s")
        )
        rows.append(row(f"{what}, brought", [seconds for seconds, *_ in found], "s"))
        rows.append(row(f"{what}, brought, peak memory", [memory for _, memory, *_ in found], "MB"))
        rows.append(row(f"{what}, encoded, peak memory", [memory for *_, memory in found], "MB"))
    return rows


def write(folder: Path, count: int) -> None:
    """PNG files in five sub-folders; after `MADE` of them they come again, under other names."""
    made = [images.png(image) for image in pictures(np.random.default_rng(0))]
    for number in range(count):
        place = folder / str(number % 5)
        place.mkdir(parents=True, exist_ok=True)
        (place / f"{number}.png").write_bytes(made[number % MADE])


def to_the_map(source: Path, home: Path) -> tuple[float, float, float, float]:
    """Seconds and MB of the command that brings, then of the one that encodes."""
    add = ["core.datasets", "add", NAME, str(source), "--size", str(SIDE), "--colour", "--fit", "pad", "--yes"]
    return *run(home, *add), *run(home, "core.own_models", "encode", NAME, MODEL)


def pictures(draw: np.random.Generator) -> np.ndarray:
    """Discs (MADE, SIDE, SIDE, 3) uint8 of any place, size and colour, with grain."""
    y, x = np.mgrid[:SIDE, :SIDE] / SIDE
    made = draw.integers(0, 40, (MADE, SIDE, SIDE, 3), dtype=np.uint8)
    for image in made:
        inside = np.hypot(x - draw.uniform(0.3, 0.7), y - draw.uniform(0.3, 0.7)) < draw.uniform(0.1, 0.3)
        image[inside] += draw.integers(60, 215, 3, dtype=np.uint8)
    return made


def run(home: Path, *arguments: str) -> tuple[float, float]:
    """Seconds of ``python -m`` from its start to its end, and MB of memory at its highest."""
    env = os.environ | {"MORPHOSPACE_HOME": str(home), "PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-m", *arguments]
    began = time.perf_counter()
    process, most = subprocess.Popen(command, cwd=ROOT, env=env, stdout=subprocess.DEVNULL), 0.0
    while process.poll() is None:
        most = max(most, highest(process.pid))
        time.sleep(0.02)
    seconds = time.perf_counter() - began
    if process.returncode:
        raise RuntimeError(f"{' '.join(command)} ended with {process.returncode}")
    return seconds, most


def highest(pid: int) -> float:
    """The most memory in MB that a process has had; 0 where it ended: what is told then has its parent in."""
    try:
        lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    except OSError:
        return 0.0
    return next((int(line.split()[1]) / 1e3 for line in lines if line.startswith("VmHWM")), 0.0)
