"""Architectures of one's own: files in a folder that a person names, and so allows to be run.

``MORPHOSPACE_ARCHITECTURES`` names the folder. A file ``my_ae.py`` there has an ``ARCHITECTURE`` and gives the
architecture ``my-ae``. It is code: nothing else reads such a folder, and without the variable none is run.
"""

import importlib.util
import os
import sys
from pathlib import Path
from typing import Any

VARIABLE = "MORPHOSPACE_ARCHITECTURES"


def folder() -> Path | None:
    """The folder that is allowed; None where there is none."""
    named = os.environ.get(VARIABLE)
    return Path(named).expanduser() if named else None


def names() -> list[str]:
    """Names of the architectures of the folder, before any is run."""
    found = folder()
    if found is None or not found.is_dir():
        return []
    return sorted(path.stem.replace("_", "-") for path in found.glob("*.py") if not path.stem.startswith("_"))


def load(name: str) -> Any:
    """Run the file of architecture ``name`` and give its ``ARCHITECTURE``; run again when the file has changed.

    Raises
    ------
    ValueError
        If there is no such file, or it fails, or holds none.
    """
    place = folder()
    if place is None or name not in names():
        raise ValueError(f"architecture {name!r} is in no folder that {VARIABLE} names")
    path = place / f"{name.replace('-', '_')}.py"
    called = f"morphospace_architectures.{path.stem}"
    known, stamp = sys.modules.get(called), (str(path), path.stat().st_mtime_ns)
    if known is None or getattr(known, "STAMP", None) != stamp:
        spec = importlib.util.spec_from_file_location(called, path)
        assert spec is not None
        assert spec.loader is not None
        known = importlib.util.module_from_spec(spec)
        sys.modules[called] = known  # dataclasses look their module up while it is run
        try:
            spec.loader.exec_module(known)
        except Exception as error:
            del sys.modules[called]
            raise ValueError(f"{path.name} fails: {type(error).__name__}: {error}") from error
        vars(known)["STAMP"] = stamp
    if not hasattr(known, "ARCHITECTURE"):
        raise ValueError(f"{path.name} holds no ARCHITECTURE")
    return known.ARCHITECTURE
