"""Run as ``core.datasets`` is, but everything is forced to the disk after every four images."""

from core.bring import build
from core.datasets.__main__ import main

if __name__ == "__main__":
    build.CHUNK, build.COMMIT = 4, 0.0
    main()
