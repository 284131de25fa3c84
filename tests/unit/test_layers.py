"""Who may import whom."""

import pkgutil
import subprocess
import sys

import pytest

import core
from core.settings import ROOT

MODULES = sorted(
    module.name for module in pkgutil.walk_packages(core.__path__, "core.") if not module.name.endswith("__main__")
)
WRITERS = ["writers", "writerbook", "history", "matrix_completion", "fidelity", "datasets", "datasets.alphabets"]
DECK = ["sqlite", "deck", "slide", "board", "film", "strata", "slideshow", "powerpoint", "picturezip"]
PRODUCTS = [
    "phrases",
    "product_items",
    "product_measures",
    "compositions",
    "colours",
    "imagining",
    "wishes",
    "kinds",
    "hints",
]
NUMERIC = [
    *WRITERS,
    *PRODUCTS,
    *DECK,
    "latent",
    "neighbors",
    "clusters",
    "projection",
    "kernel_density",
    "metrics",
    "images",
    "cards",
    "gallery",
    "settings",
]


def loaded(imports: str) -> set[str]:
    """Top-level packages in memory after ``imports`` in a fresh process."""
    script = f"{imports}\nimport sys\nprint(*sorted({{name.split('.')[0] for name in sys.modules}}))"
    done = subprocess.run([sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=True)
    return set(done.stdout.split())


def test_core_loads_no_interface_and_no_umap() -> None:
    found = loaded("\n".join(f"import {name}" for name in MODULES))
    assert not found & {"streamlit", "plotly", "umap", "numba"}
    assert "torch" in found  # the check would pass on an empty list of modules


def test_numeric_modules_load_no_torch() -> None:
    assert "torch" not in loaded("\n".join(f"import core.{name}" for name in NUMERIC))


@pytest.mark.parametrize("script", sorted((ROOT / "pages").glob("*.py")), ids=lambda path: path.stem)
def test_pages_leave_torch_and_caches_to_others(script) -> None:
    text = script.read_text()
    assert "import torch" not in text
    assert "st.cache" not in text
    assert "from pages" not in text


def test_figures_know_neither_streamlit_nor_torch() -> None:
    assert not loaded("import dashboard.figures") & {"streamlit", "torch"}
