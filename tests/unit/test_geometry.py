"""Columns as bytes: what goes in comes out, and every column starts where a typed array may be laid over it."""

import json

import numpy as np
import pytest

from core.geometry import pack, unpack


@pytest.mark.parametrize("n", [0, 1, 7, 8, 1000])
def test_there_and_back(n: int) -> None:
    draw = np.random.default_rng(n)
    columns = {
        "x": draw.normal(size=n).astype(np.float32),
        "id": draw.integers(0, 2**32, n).astype(np.uint32),
        "label": draw.integers(0, 256, n).astype(np.uint8),
        "odd": draw.integers(0, 256, 3).astype(np.uint8),
    }
    block = pack(columns, limit=3.5, cells=64)
    found, facts = unpack(block)
    assert facts == {"limit": 3.5, "cells": 64}
    assert list(found) == list(columns)
    for name, column in columns.items():
        np.testing.assert_array_equal(found[name], column)
        assert found[name].dtype == column.dtype


def test_columns_are_aligned() -> None:
    block = pack({"a": np.zeros(3, np.uint8), "b": np.zeros(5, np.float32)})
    length = int.from_bytes(block[:4], "little")
    assert (4 + length) % 8 == 0
    assert [place["offset"] % 8 for place in json.loads(block[4 : 4 + length])["columns"]] == [0, 0]


@pytest.mark.parametrize("column", [np.zeros(3), np.zeros((2, 2), np.float32), np.zeros(3, np.int64)])
def test_refuses_what_the_browser_cannot_read(column: np.ndarray) -> None:
    with pytest.raises(ValueError, match="'x'"):
        pack({"x": column})
