"""How JavaScript reads a number from the beginning of a text, and compares scalars with `==`."""

from __future__ import annotations

import math
from typing import Any

from rapidpro_simulator.cht.javascript import as_number, as_text, compile_pattern

_INTEGER = compile_pattern(r"\s*([+-]?\d+)")
_FLOAT = compile_pattern(r"\s*([+-]?(?:\d+\.?\d*(?:[eE][+-]?\d+)?|\.\d+(?:[eE][+-]?\d+)?|Infinity))")
_MOST_DIGITS = 309  # what is longer is beyond all numbers


def parse_int(value: Any) -> int | None:
    """Return the whole number that the text of `value` begins with, as `parseInt` does; None for none."""
    found = _INTEGER.match(as_text(value))
    return int(found[1][:_MOST_DIGITS]) if found else None


def parse_float(value: Any) -> float | None:
    """Return the number that the text of `value` begins with, as `parseFloat` does; None for none."""
    found = _FLOAT.match(as_text(value))
    return float(found[1]) if found else None


def is_numeric(value: Any) -> bool:
    """Say whether `isNaN` would be false: numbers, and what is a number as a whole; nothing and blanks are 0."""
    return not math.isnan(as_number(value))


def number_of(value: Any) -> float | None:
    """Return `Number(value)`; None where that is not a number."""
    number = as_number(value)
    return None if math.isnan(number) else number


def is_loosely_equal(left: Any, right: Any) -> bool:
    """Say whether two scalars are `==`: a number and a text are compared as numbers."""
    if left is None or right is None:
        return left is right
    if isinstance(left, str) and isinstance(right, str):
        return left == right
    if isinstance(left, (dict, list)) or isinstance(right, (dict, list)):
        return as_text(left) == as_text(right)
    one, other = number_of(left), number_of(right)
    return one is not None and one == other
