"""Numbers as they are written for the reader."""

from dataclasses import replace

import pytest

from core.cards import Metric
from dashboard import words

METRIC = Metric(
    "cluster_error", 0.0213, "lower", "fraction", "test", 10_000, "counted", "0.0410 ± 0.0113", "a paper"
)


@pytest.mark.parametrize(
    ("value", "unit", "text"),
    [
        (0.0213, "fraction", "2.13 %"),
        (1.0, "fraction", "100.00 %"),
        (0.00314159, "MSE per pixel", "0.0031 MSE per pixel"),
        (37.1234, "nats", "37.12 nats"),
        (145.31, "nats", "145.3 nats"),
        (0.953, "0..1", "0.953 of 1"),
        (1.0, "0..1", "1.000 of 1"),
        (27.0, "categories", "27 categories"),
        (12_345.0, "", "12,345"),
    ],
)
def test_numbers_have_a_unit_and_few_digits(value: float, unit: str, text: str) -> None:
    assert words.number(value, unit) == text


@pytest.mark.parametrize(
    ("reported", "text"),
    [
        ("0.0410 ± 0.0113", "4.10 % ± 1.13 %"),
        ("0.910 (ClusterGAN), 0.984 (IMSAT)", "91.0 % (ClusterGAN), 98.4 % (IMSAT)"),
        ("", ""),
    ],
)
def test_reported_fractions_are_written_like_measured_ones(reported: str, text: str) -> None:
    assert words.reported(replace(METRIC, reported=reported)) == text


def test_other_units_are_left_as_reported() -> None:
    assert words.reported(replace(METRIC, unit="nats", reported="0.5")) == "0.5"


def test_a_metric_without_a_name_is_called_by_its_key() -> None:
    assert words.name("unheard_of") == "Unheard of"
    assert words.meaning("unheard_of") == ""


def test_counts() -> None:
    assert words.count(1_647_000) == "1.6 million"
    assert words.count(12_300) == "12,300"
