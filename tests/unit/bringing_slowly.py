"""Run as ``core.datasets`` is, but it waits after the first images until there is a file ``go`` in the home."""

import os
import time
from pathlib import Path

from core.bring import build, halves
from core.datasets.__main__ import main


def hold() -> None:
    """Force everything to the disk after every four images, and wait after the first that were."""
    build.CHUNK, build.COMMIT = 4, 0.0
    go, commit = Path(os.environ["MORPHOSPACE_HOME"]) / "go", halves.commit

    def slowly(*args: object) -> None:
        commit(*args)  # type: ignore[arg-type]
        while not go.exists():
            time.sleep(0.01)

    halves.commit = slowly


if __name__ == "__main__":
    hold()
    main()
