"""The document's code works as it stands, in under 40 lines, and a page opens on what it makes."""

import re
import runpy
import sys
from pathlib import Path

import pytest

from core import checkpoints
from core.models import build, plugins
from core.own_models import places
from core.own_models.modules import publish_module
from core.settings import ROOT, Settings
from tests import tiny_own
from tests.ui.app import opened, text

DOCUMENT = ROOT / "docs" / "bring-your-model.md"
BLOCKS = re.findall(r"```python\n# (\S+)\n(.*?)```", DOCUMENT.read_text(encoding="utf-8"), re.DOTALL)


@pytest.fixture
def written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The document's files, and the set that it speaks of."""
    for name, code in BLOCKS:
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(code, encoding="utf-8")
    monkeypatch.setenv(plugins.VARIABLE, str(tmp_path / "architectures"))
    for name in [name for name in sys.modules if name.startswith("morphospace_architectures")]:
        monkeypatch.delitem(sys.modules, name)
    tiny_own.bring(Settings.from_environment().own, n=60, test=20)
    return tmp_path


def test_it_is_short() -> None:
    assert [name for name, _ in BLOCKS] == ["architectures/tiny_linear.py", "publish.py"]
    assert sum(len(code.strip().splitlines()) for _, code in BLOCKS) < 40


def test_its_code_makes_a_model_that_pages_show(written: Path, tiny_checkpoints: Path) -> None:
    runpy.run_path(str(written / "publish.py"))
    settings = Settings.from_environment()
    card = checkpoints.read_card(places.root(settings), "shapes-tiny-linear")
    assert (card.dim, card.family, card.parameters) == (8, "ae", 784 * 8 * 2 + 784 + 8)
    assert "test_mse" in card.metrics
    app = opened("latent_map", data="shapes")
    assert app.selectbox(key="map_model").value == "shapes-tiny-linear"
    assert "Left out" not in text(opened("overview", data="shapes"))


def test_without_the_variable_nothing_of_the_folder_is_run(written: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (written / "architectures" / "tiny_linear.py").write_text("raise SystemExit('it was run')")
    monkeypatch.delenv(plugins.VARIABLE)
    assert plugins.names() == []
    with pytest.raises(ValueError, match="needs its file in the folder that MORPHOSPACE_ARCHITECTURES names"):
        build("tiny-linear", {})


@pytest.mark.parametrize(
    ("code", "says"),
    [
        ("1 / 0", "ZeroDivisionError"),
        ("x = 1", "holds no ARCHITECTURE"),
        ("import nowhere_at_all", "nowhere_at_all"),
    ],
)
def test_a_file_that_fails_says_so(written: Path, code: str, says: str) -> None:
    (written / "architectures" / "tiny_linear.py").write_text(code)
    with pytest.raises(ValueError, match=says):
        build("tiny-linear", {})


def test_a_module_that_does_not_fit_is_refused(written: Path) -> None:
    good = build("tiny-linear", {"dim": 8})
    options = {"architecture": "tiny-linear", "title": "T"}
    with pytest.raises(ValueError, match="do not fit architecture 'ae-dense'"):
        publish_module(good, "shapes", **{**options, "architecture": "ae-dense"})
    with pytest.raises(ValueError, match="does not take images"):
        publish_module(build("tiny-linear", {"pixels": 99}), "shapes", **options)
    with pytest.raises(ValueError, match="no name of a checkpoint"):
        publish_module(good, "shapes", name="My Model", **options)
    with pytest.raises(ValueError, match="'cats' is no data set"):
        publish_module(good, "cats", **options)
    good.decode = lambda z: 3 * z.new_ones(len(z), 1, 28, 28)
    with pytest.raises(ValueError, match="pixels from 3 to 3; expected 0 to 1"):
        publish_module(good, "shapes", **options)
