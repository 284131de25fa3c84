"""Settings, read from the environment and from nowhere else."""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]


@dataclass(frozen=True)
class Settings:
    """Where Morphospace looks for things.

    Attributes
    ----------
    data : folders searched for data sets, in order (``MORPHOSPACE_DATA``, separated like ``PATH``).
    checkpoints : folder of pretrained models (``MORPHOSPACE_CHECKPOINTS``, default ``checkpoints/``).
    cache : folder for downloads and derived files (``MORPHOSPACE_CACHE``).
    home : folder of what a person brought or trained (``MORPHOSPACE_HOME``, default
        ``~/.local/share/morphospace``); None: below the cache.
    device : ``auto``, ``cpu``, ``cuda`` or ``mps`` (``MORPHOSPACE_DEVICE``).
    """

    data: tuple[Path, ...]
    checkpoints: Path
    cache: Path
    device: str = "auto"
    home: Path | None = None

    @property
    def own(self) -> Path:
        """Folder of what a person brought or trained: ``datasets``, ``checkpoints``."""
        return self.home or self.cache / "own"

    @classmethod
    def from_environment(cls, env: Mapping[str, str] = os.environ) -> "Settings":
        """Read the settings from ``env``; unset or empty variables take their default."""
        folders = [Path(p).expanduser() for p in env.get("MORPHOSPACE_DATA", "").split(os.pathsep) if p]
        cache = env.get("MORPHOSPACE_CACHE") or Path(env.get("XDG_CACHE_HOME") or "~/.cache") / "morphospace"
        home = env.get("MORPHOSPACE_HOME") or Path(env.get("XDG_DATA_HOME") or "~/.local/share") / "morphospace"
        return cls(
            data=tuple(folders),
            checkpoints=Path(env.get("MORPHOSPACE_CHECKPOINTS") or ROOT / "checkpoints").expanduser(),
            cache=Path(cache).expanduser(),
            home=Path(home).expanduser(),
            device=(env.get("MORPHOSPACE_DEVICE") or "auto").lower(),
        )

    def data_folders(self, name: str) -> list[Path]:
        """Folders in which the data set ``name`` may lie: ``<data>/<name>``, ``<data>``, then the cache."""
        named = [folder / name for folder in self.data]
        return [*named, *self.data, self.cache / "data" / name]
