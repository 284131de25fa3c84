"""``python -m benchmarks.faces``: contact sheets of what faces-64 does, 16 random results a sheet, none chosen.

All faces are sampled from the model (its gallery): no real person is shown. Rows are as `SHEETS` says.
"""

import argparse
from pathlib import Path

import numpy as np

from core import checkpoints, images
from core.attributes import arithmetic, names_of
from core.evaluate import load_probe
from core.face_measures import GLASSES, MALE, STAY
from core.inference import Runner
from core.settings import Settings

COUNT = 16
TARGET = Path(__file__).with_name("faces")
SHEETS = {
    "samples": "16 sampled faces, then 16 more",
    "reconstructions": "a sampled face; the same encoded and decoded again",
    "midpoints": "a sampled face; the middle; another one",
    "glasses_added": "a face without glasses; with them, at default strength",
    "glasses_removed": "a face with glasses; without them, at default strength",
    "dark_glasses_added": "a face without glasses; with dark ones, at default strength",
    "arithmetic": "means of 3: man with glasses; man without; woman without; first - second + third",
    "orthogonalised": "a face; with glasses; with glasses by the direction orthogonalised against "
    + ", ".join(STAY),
}


def codes(root: Path, seed: int) -> dict[str, list[np.ndarray]]:
    """Rows of codes (16, d) of every sheet."""
    card = checkpoints.read_card(root, "faces-64")
    items, step = checkpoints.load_gallery(root, card), checkpoints.load_directions(root, card)
    assert step is not None
    assert items.attributes is not None
    random = np.random.default_rng(seed)
    glasses, man = (items.attributes[:, i] > 0.5 for i in names_of([GLASSES, MALE], step.labels))

    def draw(keep: np.ndarray, count: int = COUNT) -> np.ndarray:
        return items.z[random.choice(np.flatnonzero(keep), count, replace=False)]

    every = np.ones(len(items), bool)
    put, dark = step.get(GLASSES), step.get("Dark_Glasses")
    found, first, second = draw(every, 2 * COUNT), draw(every), draw(every)
    bare, worn, others, plain = draw(~glasses), draw(glasses), draw(~glasses), draw(~glasses)
    trays = [np.stack([draw(keep, 3) for _ in range(COUNT)]) for keep in (glasses & man, ~glasses & man)]
    trays.append(np.stack([draw(~glasses & ~man, 3) for _ in range(COUNT)]))
    free = step.freed(GLASSES, list(STAY))
    return {
        "samples": [found[:COUNT], found[COUNT:]],
        "reconstructions": [first, _again(root, first)],
        "midpoints": [first, (first + second) / 2, second],
        "glasses_added": [bare, bare + put.strength * put.vector],
        "glasses_removed": [worn, worn + put.removal * put.vector],
        "dark_glasses_added": [others, others + dark.strength * dark.vector],
        "arithmetic": [
            *(tray.mean(1) for tray in trays),
            np.stack([arithmetic(*t) for t in zip(*trays, strict=True)]),
        ],
        "orthogonalised": [plain, plain + put.strength * put.vector, plain + put.strength * free],
    }


def _again(root: Path, z: np.ndarray) -> np.ndarray:
    """Codes of what codes decode to."""
    card = checkpoints.read_card(root, "faces-64")
    runner = Runner(checkpoints.load_model(root, card), card)
    return runner.encode(runner.decode(z))


def main() -> None:
    """Write a sheet for each task and print what the probe says of its last row."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.faces", description=__doc__)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--target", type=Path, default=TARGET)
    args = parser.parse_args()
    root = Settings.from_environment().checkpoints
    card = checkpoints.read_card(root, "faces-64")
    runner, probe = Runner(checkpoints.load_model(root, card), card), load_probe(root)
    step = checkpoints.load_directions(root, card)
    assert step is not None
    columns = names_of([GLASSES, MALE], step.labels)
    args.target.mkdir(exist_ok=True)
    for name, rows in codes(root, args.seed).items():
        pictures = runner.decode(np.concatenate(rows))
        (args.target / f"{name}.png").write_bytes(images.png(images.sheet(pictures, columns=COUNT)))
        glasses, man = (probe.probabilities(pictures[-COUNT:])[:, columns] > 0.5).sum(0)
        print(f"{name}: {SHEETS[name]}; last row by the probe: {glasses} glasses, {man} Male, of {COUNT}")


if __name__ == "__main__":
    main()
