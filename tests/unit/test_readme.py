"""The README shows what the cards say."""

from benchmarks.table import table as timings
from core.settings import ROOT
from core.table import table


def test_the_table_is_that_of_the_cards() -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    assert table(ROOT / "checkpoints") in readme, "renew the table: python -m core.table"


def test_the_timings_are_those_of_the_last_run() -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    assert timings() in readme, "renew the table: python -m benchmarks.table"
