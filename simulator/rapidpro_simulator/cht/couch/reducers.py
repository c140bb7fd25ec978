"""What reduces the rows of a view: CouchDB's built-in functions, and those of design documents."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from .errors import CouchError, not_simulated

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from .designs import Design
    from .views import Row

    Reducer = Callable[[Sequence[Row]], Any]

CHUNK = 100  # rows that a function gets at once; of what came of them it gets as many again (`rereduce`)
OVERFLOW = 4096  # characters; what is longer must be less than half of what was reduced

NO_SUM = (
    "The _sum function requires that map values be numbers, arrays, or objects. Objects cannot be mixed with other "
    "data structures. Objects can be arbitrarily nested, provided that the values for all fields are themselves "
    "numbers, arrays, or objects."
)
NO_STATS = "The _stats function requires that map values be numbers or arrays of numbers, not '{}'"


def reducer_of(source: str, design: Design) -> Reducer:
    """Return what reduces rows by `source`: a built-in function's name, or a function of `design`."""
    if not source.startswith("_"):
        number = design.reducer(source)
        return lambda rows: _run(design, number, rows)
    if source not in BUILT_IN:
        raise not_simulated(f"the reduce function {source}", f"use one of {', '.join(BUILT_IN)}, or write it")
    return BUILT_IN[source]


def _run(design: Design, number: int, rows: Sequence[Row]) -> Any:
    chunks = [rows[start : start + CHUNK] for start in range(0, len(rows), CHUNK)] or [rows]
    values = [
        _shrunk(
            design,
            number,
            [[row.key, row.id] for row in chunk],
            [row.value for row in chunk],
            rereduce=False,
        )
        for chunk in chunks
    ]
    while len(values) > 1:
        parts = [values[start : start + CHUNK] for start in range(0, len(values), CHUNK)]
        values = [_shrunk(design, number, [], part, rereduce=True) for part in parts]
    return values[0]


def _shrunk(design: Design, number: int, keys: Sequence[Any], values: Sequence[Any], *, rereduce: bool) -> Any:
    reduced = design.server.reduce(number, keys, values, rereduce=rereduce)
    size = len(json.dumps(reduced))
    if size > OVERFLOW and size * 2 > len(json.dumps([keys, values])):
        reason = (
            f"Reduce output must shrink more rapidly: input size: {len(json.dumps([keys, values]))} output size: {size}"
        )
        raise CouchError("reduce_overflow_error", reason)
    return reduced


def _sum(rows: Sequence[Row]) -> Any:
    total: Any = 0
    for row in rows:
        try:
            total = _add(total, row.value)
        except TypeError:
            return {"error": "builtin_reduce_error", "reason": NO_SUM, "caused_by": row.value}
    return total


def _add(one: Any, other: Any) -> Any:
    if isinstance(one, dict) or isinstance(other, dict):
        return _add_objects({} if one == 0 else one, other)
    if isinstance(one, list) or isinstance(other, list):
        return _add_arrays(one if isinstance(one, list) else [one], other if isinstance(other, list) else [other])
    return _number(one) + _number(other)


def _add_objects(one: Any, other: Any) -> dict[str, Any]:
    if not (isinstance(one, dict) and isinstance(other, dict)):
        raise TypeError("an object, and something else")
    names = [*one, *(name for name in other if name not in one)]
    return {
        name: _add(one[name], other[name]) if name in one and name in other else _alone(one, other, name)
        for name in names
    }


def _alone(one: dict[str, Any], other: dict[str, Any], name: str) -> Any:
    return _add(0, one[name] if name in one else other[name])


def _add_arrays(one: list[Any], other: list[Any]) -> list[Any]:
    longer, shorter = (one, other) if len(one) >= len(other) else (other, one)
    padded = [*shorter, *([0] * (len(longer) - len(shorter)))]
    return [_number(left) + _number(right) for left, right in zip(longer, padded, strict=True)]


def _number(value: Any) -> int | float:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise TypeError(f"{value!r} is no number")
    return value


def _stats(rows: Sequence[Row]) -> Any:
    if rows and isinstance(rows[0].value, list):
        columns = zip(*(_numbers(row.value) for row in rows), strict=False)
        return [_statistics(column) for column in columns]
    return _statistics([number for row in rows for number in _numbers(row.value)])


def _numbers(value: Any) -> list[int | float]:
    try:
        return [_number(each) for each in (value if isinstance(value, list) else [value])]
    except TypeError:
        raise CouchError("invalid_value", NO_STATS.format(json.dumps(value))) from None


def _statistics(numbers: Sequence[int | float]) -> dict[str, int | float]:
    return {
        "sum": sum(numbers),
        "count": len(numbers),
        "min": min(numbers, default=0),
        "max": max(numbers, default=0),
        "sumsqr": sum(number * number for number in numbers),
    }


def _approximate_distinct(rows: Sequence[Row]) -> int:
    return len({json.dumps(row.key, sort_keys=True) for row in rows})


BUILT_IN: dict[str, Reducer] = {
    "_approx_count_distinct": _approximate_distinct,
    "_count": len,
    "_stats": _stats,
    "_sum": _sum,
}
