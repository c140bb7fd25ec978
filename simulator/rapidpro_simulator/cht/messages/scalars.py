"""How JavaScript writes a value as a text, and reads a number from one."""

from __future__ import annotations

import math
import re
from typing import Any

_INTEGER = re.compile(r"\s*([+-]?\d+)")
_FLOAT = re.compile(r"\s*([+-]?(?:\d+\.?\d*(?:[eE][+-]?\d+)?|\.\d+(?:[eE][+-]?\d+)?))")
_NUMBER = re.compile(r"\s*(?:[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?|0[xX][0-9a-fA-F]+)?\s*")


def text_of(value: Any) -> str:
    """Return `value` as `String()` writes it."""
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() and abs(value) < 1e21 else repr(value)
    if isinstance(value, list):
        return ",".join("" if each is None else text_of(each) for each in value)
    return "[object Object]" if isinstance(value, dict) else str(value)


def parse_int(value: Any) -> int | None:
    """Return the whole number that the text of `value` begins with, as `parseInt` does; None for none."""
    found = _INTEGER.match(text_of(value))
    return int(found[1]) if found else None


def parse_float(value: Any) -> float | None:
    """Return the number that the text of `value` begins with, as `parseFloat` does; None for none."""
    found = _FLOAT.match(text_of(value))
    return float(found[1]) if found else None


def is_numeric(value: Any) -> bool:
    """Say whether `isNaN` would be false: numbers, and texts that are a number as a whole; blanks are 0."""
    if isinstance(value, (int, float)):
        return not (isinstance(value, float) and math.isnan(value))
    return value is None or (isinstance(value, str) and _NUMBER.fullmatch(value) is not None)


def number_of(value: Any) -> float | None:
    """Return `Number(value)`; None where that is not a number."""
    if value is None or isinstance(value, (bool, int, float)):
        return float(value or 0)
    text = text_of(value).strip()
    if not _NUMBER.fullmatch(text):
        return None
    if text[:2].lower() == "0x":
        return float(int(text, 16))
    return float(text) if text else 0.0


def is_loosely_equal(left: Any, right: Any) -> bool:
    """Say whether two scalars are `==`: a number and a text are compared as numbers."""
    if left is None or right is None:
        return left is right
    if isinstance(left, str) and isinstance(right, str):
        return left == right
    if isinstance(left, (dict, list)) or isinstance(right, (dict, list)):
        return text_of(left) == text_of(right)
    one, other = number_of(left), number_of(right)
    return one is not None and one == other
