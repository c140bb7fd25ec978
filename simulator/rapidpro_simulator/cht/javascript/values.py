"""What JavaScript thinks of JSON values, where Python thinks otherwise."""

from __future__ import annotations

import json
import math
import re
from datetime import UTC, datetime, timedelta
from typing import Any

WHITE_SPACE = "\t\n\v\f\r \u00a0\u1680\u2028\u2029\u202f\u205f\u3000\ufeff" + "".join(map(chr, range(0x2000, 0x200B)))
"""What JavaScript's `trim` takes away; Python's `strip` takes away a few others."""

_FIRST_WITH_EXPONENT = 1e21
_DECIMAL = re.compile(r"[+-]?(?:[0-9]+\.?[0-9]*(?:[eE][+-]?[0-9]+)?|\.[0-9]+(?:[eE][+-]?[0-9]+)?|Infinity)")
_WITH_RADIX = re.compile(r"0[xX][0-9a-fA-F]+|0[oO][0-7]+|0[bB][01]+")


EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def is_truthy(value: Any) -> bool:
    """Say whether `value` counts as true: an empty object or array does."""
    return isinstance(value, (dict, list)) or bool(value)


def is_identical(left: Any, right: Any) -> bool:
    """Say whether two values that were read apart are `===`: objects never are, and 1 is neither "1" nor true."""
    if isinstance(left, (dict, list)):
        return False
    return _kind(left) is _kind(right) and bool(left == right)


def is_deeply_equal(left: Any, right: Any) -> bool:
    """Say whether two values are written the same, whatever the order of their members."""
    return json.dumps(left, sort_keys=True) == json.dumps(right, sort_keys=True)


def as_text(value: Any) -> str:
    """Return `value` as JavaScript's `String` does: `[object Object]`, `true`, `null`, an array joined by commas."""
    if isinstance(value, str):
        return value
    if isinstance(value, dict):
        return "[object Object]"
    if isinstance(value, list):
        return ",".join("" if item is None else as_text(item) for item in value)
    return _number_as_text(value) if isinstance(value, float) else json.dumps(value)


def as_number(value: Any) -> float:
    """Return `value` as JavaScript's `Number` does: nothing and blanks are 0, what is no number is NaN."""
    if value is None or isinstance(value, (bool, int, float)):
        return float(value or 0)
    text = as_text(value).strip(WHITE_SPACE)
    if _DECIMAL.fullmatch(text):
        return float(text)
    if _WITH_RADIX.fullmatch(text):
        return float(int(text, 0))
    return 0.0 if text == "" else math.nan


def trim(text: str) -> str:
    """Return `text` as its `trim` does."""
    return text.strip(WHITE_SPACE)


def length_of(text: str) -> int:
    """Return the `length` of a text: most emoji count twice, for they are two units of UTF-16."""
    return len(text) if text.isascii() else len(text.encode("utf-16-le", "surrogatepass")) // 2


def is_index(name: str) -> bool:
    """Say whether a name is that of a place in an array: ASCII digits, with no zero before others."""
    return name.isascii() and name.isdecimal() and (name == "0" or name[0] != "0")


def as_object(value: Any) -> dict[str, Any]:
    """Return `value` as one goes through its members: an array has its indexes as names, a scalar has none."""
    if isinstance(value, list):
        return {str(index): item for index, item in enumerate(value)}
    return value if isinstance(value, dict) else {}


def milliseconds(moment: datetime) -> int:
    """Return `moment` as `Date` counts it: whole milliseconds since 1970."""
    return (moment - EPOCH) // timedelta(milliseconds=1)


def parse_json(text: str) -> Any:
    """Return the value that `text` stands for, fit to be written again. Raises `ValueError` where it is no JSON.

    Half a surrogate pair, which UTF-8 cannot hold, becomes a question mark; a number beyond all bounds becomes null.
    """
    value = _DECODER.decode(text)
    if "\\u" not in text:
        return value
    return json.loads(json.dumps(value, ensure_ascii=False).encode("utf-8", "replace"))


def compact(value: Any) -> str:
    """Return `value` as `JSON.stringify` writes it."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def _number_as_text(number: float) -> str:
    if not math.isfinite(number):
        return {math.inf: "Infinity", -math.inf: "-Infinity"}.get(number, "NaN")
    if number.is_integer() and abs(number) < _FIRST_WITH_EXPONENT:
        return str(int(number))
    # Python writes an exponent from 1e16 and below 1e-4, JavaScript from 1e21 and below 1e-6.
    mantissa, _, exponent = repr(number).partition("e")
    if not exponent:
        return mantissa
    if -7 < int(exponent) < 0:
        return f"{number:.{len(mantissa.strip('-').replace('.', '')) - int(exponent) - 1}f}"
    return f"{mantissa.removesuffix('.0')}e{int(exponent):+d}"


def _refuse(constant: str) -> Any:
    raise ValueError(f"{constant} is Python's, not JSON's")


def _finite(number: str) -> float | None:
    value = float(number)
    return value if math.isfinite(value) else None


_DECODER = json.JSONDecoder(parse_constant=_refuse, parse_float=_finite)


def _kind(value: Any) -> type:
    return float if isinstance(value, int) and not isinstance(value, bool) else type(value)
