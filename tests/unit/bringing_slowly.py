"""Run as ``core.datasets`` is, but everything is forced to the disk after every four images.

It stays where it has done so twice, until it is killed; who goes on then goes on to the end.
"""

import signal
from typing import Any

from core.bring import build, halves
from core.datasets.__main__ import main

commit = halves.commit


def twice(part: Any, images: Any, lines: Any, progress: halves.Progress) -> None:
    """As `halves.commit`, and no further than eight images."""
    commit(part, images, lines, progress)
    while progress.looked == 8:
        signal.pause()


def hold() -> None:
    """Bring so from now on."""
    build.CHUNK, build.COMMIT, halves.commit = 4, 0.0, twice


if __name__ == "__main__":
    hold()
    main()
