"""What all tests share: tiny checkpoints, and a dashboard that forgets between tests."""

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from xdist.scheduler import LoadScopeScheduling

from tests import tiny, tiny_gans, tiny_products
from tests.undisturbed import undisturbed


class OneBrowser(LoadScopeScheduling):
    """Tests are shared between processes by file; those that drive a browser run one by one in one process.

    Not by `xdist_group`: this xdist gives groups to a name of the test that this pytest no longer reads.
    """

    def _split_scope(self, nodeid: str) -> str:
        file = nodeid.partition("::")[0]
        return "browser" if file.startswith("tests/browser/") else file


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> OneBrowser:
    """How tests are shared between processes."""
    return OneBrowser(config, log)


@pytest.fixture(scope="session")
def tiny_root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Folder with an untrained checkpoint of every kind; read-only by convention."""
    return tiny.build_root(tmp_path_factory.mktemp("checkpoints"))


@pytest.fixture(scope="session")
def tiny_faces(tiny_root: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Folder with an untrained model of faces, its probe, and a model of digits; read-only by convention."""
    root = tiny.build_faces(tmp_path_factory.mktemp("faces"))
    shutil.copytree(tiny_root / "digits-vae-2d", root / "digits-vae-2d")
    return root


@pytest.fixture(scope="session")
def tiny_gans_root(tiny_root: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Folder with untrained GANs of writers and of fashion, and what they need; read-only by convention."""
    root = tmp_path_factory.mktemp("gans")
    for name in ("digits-ae-conv-dense-deconv", "fashion-vae-2d"):
        shutil.copytree(tiny_root / name, root / name)
    return tiny_gans.build_gans(root)


@pytest.fixture(scope="session")
def tiny_products_root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Folder with untrained models of products, made-up products beside it; read-only by convention."""
    return tiny_products.build_products(tmp_path_factory.mktemp("products"), tmp_path_factory.mktemp("runs"))


@pytest.fixture(autouse=True)
def fresh_dashboard(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """No settings, data or cache of the machine, and nothing that another test left in Streamlit's caches."""
    undisturbed(monkeypatch, tmp_path)


@pytest.fixture
def tiny_checkpoints(tiny_root: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The dashboard sees the tiny checkpoints."""
    monkeypatch.setenv("MORPHOSPACE_CHECKPOINTS", str(tiny_root))
    return tiny_root


@pytest.fixture
def own_checkpoints(tiny_root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Path]:
    """Copies the named tiny checkpoints to a folder that the test may damage, and lets the dashboard see it."""

    def copy(*names: str) -> Path:
        root = tmp_path / "checkpoints"
        root.mkdir(exist_ok=True)
        for name in names:
            shutil.copytree(tiny_root / name, root / name)
        monkeypatch.setenv("MORPHOSPACE_CHECKPOINTS", str(root))
        return root

    return copy
