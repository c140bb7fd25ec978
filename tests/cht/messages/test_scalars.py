"""Numbers read from texts, held against the JavaScript engine."""

from __future__ import annotations

import math
from typing import Any

import pytest

from rapidpro_simulator.cht.javascript import EPOCH, Sandbox
from rapidpro_simulator.cht.messages.scalars import is_numeric, number_of, parse_float, parse_int

VALUES: list[Any] = [
    *("", " ", "12", " 12 ", "12 weeks", "-3", "+3", "1.5", ".5", "1e3", "1e", "x", "0x10", "٣", "१२", "12٣"),
    *("\ufeff5", "\x1f5", "\x855", "Infinity", "-Infinity days", "5\n", "\n"),
    *(None, True, False, 7, 7.5, [], [5], [1, 2], {}, {"a": 1}),
]


@pytest.fixture(scope="module")
def sandbox() -> Sandbox:
    return Sandbox(lambda: EPOCH)


@pytest.mark.parametrize("value", VALUES, ids=repr)
def test_numbers(sandbox: Sandbox, value: Any) -> None:
    """`parseInt`, `parseFloat`, `Number` and `isNaN` know the digits and the white space of JavaScript."""
    read = (
        "value => [parseInt(value, 10), parseFloat(value), Number(value)].map(each => isNaN(each) ? null : `${each}`)"
    )
    expected = [None if each is None else float(each) for each in sandbox.function(read)(value)]
    assert [parse_int(value), parse_float(value), number_of(value)] == expected
    assert is_numeric(value) is not sandbox.function("value => isNaN(value)")(value)


def test_long_numbers() -> None:
    """A number of thousands of digits is beyond all numbers, and no error."""
    assert parse_float("9" * 5000) == math.inf
    assert parse_int("9" * 5000) > 10**300  # type: ignore[operator]
