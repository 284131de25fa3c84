"""The document on scripts: what it shows runs as it stands, from images to what was decided of them."""

import re
from pathlib import Path

import pytest
from PIL import Image

from core.audit import brought
from core.audit.decisions import DROP, Decision, Decisions
from core.audit.exported import to_csv
from core.audit.scripted import audit, decided
from core.datasets import DatasetError
from core.settings import ROOT, Settings
from tests.audited import shapes

(CODE,) = re.findall(
    r"```python\n(.*?)```", (ROOT / "docs" / "from-python.md").read_text(encoding="utf-8"), re.DOTALL
)


def test_the_script_runs_and_decisions_come_out(
    tmp_path: Path, tiny_checkpoints: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    images, kinds = shapes(40)
    images[9] = images[2]
    for row, (image, kind) in enumerate(zip(images, kinds, strict=True)):
        place = tmp_path / "cats" / str(kind)
        place.mkdir(parents=True, exist_ok=True)
        Image.fromarray(image[..., 0]).save(place / f"{row:02}.png")
    code = CODE.replace("~/pictures/cats", str(tmp_path / "cats")).replace("products-ae", "digits-ae-dense")
    there: dict[str, object] = {}
    exec(code, there)
    said = capsys.readouterr().out
    copies = [line for line in said.splitlines() if line.startswith("exact ")]
    assert sorted(line.split("/")[-1] for line in copies) == ["02.png 1.00", "09.png 1.00"]
    settings = Settings.from_environment()
    assert decided("cats", settings) == []
    names = there["data"].fields["file"].tolist()  # type: ignore[attr-defined]
    row = next(at for at, name in enumerate(names) if name.endswith("09.png"))
    scope = brought.scope("cats", brought.made("cats", settings))
    Decisions.under(settings.own).decide(scope, [Decision("exact", row, DROP, reason="twice")], "Drop")
    (line,) = decided("cats", settings)
    assert (line.file, line.verdict, line.reason, line.index) == (names[row], DROP, "twice", row)
    assert line.label == names[row].split("/")[0]
    assert "twice" in to_csv([line])


@pytest.mark.parametrize("ask", [audit, decided])
def test_a_set_that_is_not_there_is_told(ask) -> None:
    with pytest.raises((ValueError, DatasetError), match="'nothing' is not one of"):
        ask("nothing", Settings.from_environment())


def test_originals_that_are_not_here_are_told() -> None:
    with pytest.raises(ValueError, match=r"the originals of 'fashion' are not on this machine"):
        decided("fashion", Settings.from_environment())
