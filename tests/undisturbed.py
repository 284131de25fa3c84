"""A dashboard that begins anew: nothing of the machine, and nothing that another test left."""

import functools
from pathlib import Path

import pytest
import streamlit as st
from streamlit.components.v2 import manifest_scanner

from core.datasets import digits, fashion
from core.models import plugins

EMBEDDED = functools.cache(digits.embedded)  # reading them takes longer than most tests
# Every opening of an `AppTest` reads the metadata of all installed packages, which takes longer than most pages.
MANIFESTS = functools.cache(manifest_scanner.scan_component_manifests)


def undisturbed(patch: pytest.MonkeyPatch, folder: Path) -> None:
    """No settings, data or cache of the machine; what is kept is kept below ``folder``."""
    for name in ("MORPHOSPACE_DATA", "MORPHOSPACE_CHECKPOINTS", plugins.VARIABLE):
        patch.delenv(name, raising=False)
    patch.setenv("no_proxy", "*")  # a proxy of the machine cannot reach the servers that tests start
    patch.setenv("MORPHOSPACE_CACHE", str(folder / "cache"))
    patch.setenv("MORPHOSPACE_HOME", str(folder / "home"))
    patch.setenv("MORPHOSPACE_DEVICE", "cpu")
    patch.setattr(fashion, "SYSTEM_FOLDER", folder / "no-system-folder")
    patch.setattr(digits, "embedded", EMBEDDED)
    patch.setattr(manifest_scanner, "scan_component_manifests", MANIFESTS)
    st.cache_data.clear()
    st.cache_resource.clear()
