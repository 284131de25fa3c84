"""The command line: what it says and how it ends, in whichever way it is left."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from core.bring import build as building
from core.bring.base import BringError
from core.bring.build import part_folder
from core.bring.scripted import bring
from core.datasets import __main__ as command
from core.datasets import own
from core.settings import Settings
from tests.bringing import folder


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    monkeypatch.setenv("MORPHOSPACE_HOME", str(tmp_path / "home"))
    monkeypatch.setattr(command, "SOURCES", {})  # those that come with Morphospace take seconds
    return tmp_path / "home"


def ended(*arguments: object) -> str:
    """What a command says at its end that is no success."""
    with pytest.raises(SystemExit) as end:
        command.main([str(argument) for argument in arguments])
    assert isinstance(end.value.code, str)  # which is printed, and gives the exit status 1
    return end.value.code


def test_nobody_answers(home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    source = folder(tmp_path / "in", 4)

    def nobody(_: str) -> str:
        raise EOFError

    monkeypatch.setattr("builtins.input", nobody)
    assert "With --yes there is no question" in ended("add", "mine", source)
    assert not home.exists()
    command.main(["add", "mine", str(source), "--yes"])
    assert "With --yes there is no question" in ended("remove", "mine")
    assert own.names(home / "datasets") == ["mine"]


def test_stopped_by_the_keyboard_listed_and_discarded(
    home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    source = folder(tmp_path / "in", 4)

    def interrupted(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(building, "_item", interrupted)
        assert "the same command goes on from there" in ended("add", "mine", source, "--yes")
    command.main(["list"])
    assert "mine: half finished; bring the same again to go on\n" in capsys.readouterr().out
    command.main(["remove", "mine", "--yes"])
    assert not part_folder(home / "datasets", "mine").exists()
    command.main(["add", "mine", str(source), "--yes", "--title", "a\x1b[2J\udcff"])
    command.main(["list"])
    assert "mine: a [2J?, 4 images of 32 × 32 px, colour, 2 labels; your own\n" in capsys.readouterr().out


def test_a_damaged_set_is_listed(home: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    command.main(["add", "mine", str(folder(tmp_path / "in", 1)), "--yes"])
    (home / "datasets" / "mine" / own.SET).write_text("{")
    command.main(["list"])
    assert "mine: set.json of 'mine' cannot be read" in capsys.readouterr().out


def test_one_call_from_a_script(tmp_path: Path) -> None:
    source, settings = folder(tmp_path / "in", 6), Settings((), tmp_path, tmp_path, home=tmp_path / "home")
    data = bring(source, "mine", settings, title="My pets", size=28, label="none")
    assert (data.images.shape, data.label_names) == ((6, 28, 28, 3), (own.UNLABELLED,))
    with pytest.raises(BringError, match="already"):
        bring(source, "mine", settings)
    with pytest.raises(BringError, match=r"Size 63 .* Allowed: \(28, 32, 64\)"):
        bring(source, "other", settings, size=63)
