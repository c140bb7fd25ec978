"""What JavaScript's String and Number make of JSON values."""

from __future__ import annotations

import math
from typing import Any

import pytest

from rapidpro_simulator.cht.javascript import as_number, as_text


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("a", "a"),
        (None, "null"),
        (True, "true"),
        (12, "12"),
        (1.0, "1"),
        (1.5, "1.5"),
        (1e16, "10000000000000000"),
        (1e21, "1e+21"),
        (1.25e22, "1.25e+22"),
        (0.00001, "0.00001"),
        (0.0000125, "0.0000125"),
        (1e-7, "1e-7"),
        (-1.5e-5, "-0.000015"),
        ({"a": 1}, "[object Object]"),
        ([1, None, [2, "b"]], "1,,2,b"),
        ([], ""),
    ],
)
def test_text(value: Any, text: str) -> None:
    """A JSON value becomes the text that JavaScript makes of it."""
    assert as_text(value) == text


@pytest.mark.parametrize(
    ("value", "number"),
    [
        (None, 0),
        ("", 0),
        (" \ufeff12\u00a0", 12),
        ("0x1f", 31),
        ("1e3", 1000),
        (".5", 0.5),
        ("5.", 5),
        ("-Infinity", -math.inf),
        (True, 1),
        ([7], 7),
        ([], 0),
    ],
)
def test_number(value: Any, number: float) -> None:
    """A JSON value becomes the number that JavaScript makes of it."""
    assert as_number(value) == number


@pytest.mark.parametrize("value", ["12a", "1_000", "१२", "inf", "nan", "-0x1f", {}, [1, 2], "1 2"])
def test_no_number(value: Any) -> None:
    """What JavaScript takes for no number is NaN, whatever Python thinks of it."""
    assert math.isnan(as_number(value))
