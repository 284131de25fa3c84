"""The tables in README and docs show what the cards and the last run of the benchmark say."""

import pytest

from benchmarks import table as timings
from core import table
from core.settings import ROOT

CHECKPOINTS = ROOT / "checkpoints"


def read(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


def test_numbers_are_those_of_the_cards() -> None:
    assert table.table(CHECKPOINTS) in read("docs/numbers.md"), "renew the tables: python -m core.table"
    assert table.in_short(CHECKPOINTS) in read("README.md"), "renew the tables: python -m core.table"


def test_timings_are_those_of_the_last_run() -> None:
    assert timings.table() in read("docs/speed.md"), "renew the tables: python -m benchmarks.table"
    assert timings.in_short() in read("README.md"), "renew the tables: python -m benchmarks.table"


def test_a_table_takes_the_place_of_the_one_with_the_same_head() -> None:
    text = "before\n\n| a | b |\n|---|---|\n| 1 | 2 |\n\n| c |\n|---|\n| 3 |"
    assert table.renewed(text, "| a | b |\n|---|---|\n| 4 | 5 |\n| 6 | 7 |") == text.replace(
        "| 1 | 2 |", "| 4 | 5 |\n| 6 | 7 |"
    )
    assert table.renewed(text, "| c |\n|---|\n| 8 |") == text.replace("| 3 |", "| 8 |")
    with pytest.raises(ValueError, match="substring"):
        table.renewed(text, "| d |\n|---|\n")
