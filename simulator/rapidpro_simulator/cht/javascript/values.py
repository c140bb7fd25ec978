"""What JavaScript thinks of JSON values, where Python thinks otherwise."""

from __future__ import annotations

import json
import math
from typing import Any


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


def as_object(value: Any) -> dict[str, Any]:
    """Return `value` as one goes through its members: an array has its indexes as names, a scalar has none."""
    if isinstance(value, list):
        return {str(index): item for index, item in enumerate(value)}
    return value if isinstance(value, dict) else {}


def parse_json(text: str) -> Any:
    """Return the value that `text` stands for, fit to be written again. Raises `ValueError` where it is no JSON.

    Half a surrogate pair, which UTF-8 cannot hold, becomes a question mark; a number beyond all bounds becomes null.
    """
    value = json.loads(text, parse_constant=_refuse, parse_float=_finite)
    if "\\u" not in text:
        return value
    return json.loads(json.dumps(value, ensure_ascii=False).encode("utf-8", "replace"))


def compact(value: Any) -> str:
    """Return `value` as `JSON.stringify` writes it."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def _refuse(constant: str) -> Any:
    raise ValueError(f"{constant} is Python's, not JSON's")


def _finite(number: str) -> float | None:
    value = float(number)
    return value if math.isfinite(value) else None


def _kind(value: Any) -> type:
    return float if isinstance(value, int) and not isinstance(value, bool) else type(value)
