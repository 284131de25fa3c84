"""A home with a set of one's own that was audited."""

import shutil
from pathlib import Path

import pytest

from tests import planted


@pytest.fixture(scope="session")
def made(tiny_root: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home with a set, its originals, a model and an audit; read-only by convention."""
    root = tmp_path_factory.mktemp("audited")
    planted.bring(root / "home", root / "source")
    planted.model(root / "home", tiny_root)
    planted.audit(root / "home")
    return root / "home"


@pytest.fixture
def home(made: Path, tiny_checkpoints: Path, tmp_path: Path) -> Path:
    """A copy of it that the test may change."""
    shutil.copytree(made, tmp_path / "home")
    return tmp_path / "home"
