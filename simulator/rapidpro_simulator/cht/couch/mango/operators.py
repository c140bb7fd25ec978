"""Mango's operators: what each makes of its argument, as a function of a value.

Which field they are asked about is the affair of `selectors`.
"""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

from rapidpro_simulator.cht.couch.collation import SortKey, sort_key
from rapidpro_simulator.cht.couch.errors import BadRequest

if TYPE_CHECKING:
    from collections.abc import Callable

    Test = Callable[[Any], bool]


def raw_key(value: Any) -> SortKey:
    """Return what sorts as selectors compare: types as in views, but texts by their code points, not by collation."""
    return sort_key(value, collate=str)


def invalid_argument(operator: str, argument: Any) -> BadRequest:
    """Return the error for an operator that cannot be given `argument`."""
    return BadRequest(f"Bad argument for operator {operator}: {json.dumps(argument)}", "bad_arg")


def _compares(verdict: Callable[[int], bool]) -> Callable[[Any], Test]:
    def operator(argument: Any) -> Test:
        wanted = raw_key(argument)

        def test(value: Any) -> bool:
            key = raw_key(value)
            return verdict((key > wanted) - (key < wanted))

        return test

    return operator


def _exists(argument: Any) -> Test:
    if not isinstance(argument, bool):
        raise invalid_argument("$exists", argument)
    return lambda value: argument


TYPES: dict[str, Test] = {
    "null": lambda value: value is None,
    "boolean": lambda value: isinstance(value, bool),
    "number": lambda value: isinstance(value, int | float) and not isinstance(value, bool),
    "string": lambda value: isinstance(value, str),
    "array": lambda value: isinstance(value, list),
    "object": lambda value: isinstance(value, dict),
}


def _type(argument: Any) -> Test:
    if not isinstance(argument, str):
        raise invalid_argument("$type", argument)
    return TYPES.get(argument, lambda value: False)


def _equal(one: Any, other: Any) -> bool:
    return raw_key(one) == raw_key(other)


def _in(argument: Any) -> Test:
    if not isinstance(argument, list):
        raise invalid_argument("$in", argument)

    def test(value: Any) -> bool:
        values = value if isinstance(value, list) else [value]
        return any(_equal(each, wanted) for each in values for wanted in argument)

    return test


def _nin(argument: Any) -> Test:
    if not isinstance(argument, list):
        raise invalid_argument("$nin", argument)
    contains = _in(argument)
    return lambda value: not contains(value)


def _all(argument: Any) -> Test:
    if not isinstance(argument, list):
        raise invalid_argument("$all", argument)

    def test(value: Any) -> bool:
        if not isinstance(value, list):
            return False
        has_all = bool(argument) and all(any(_equal(each, wanted) for each in value) for wanted in argument)
        return has_all or (len(argument) == 1 and isinstance(argument[0], list) and _equal(value, argument[0]))

    return test


def _size(argument: Any) -> Test:
    if isinstance(argument, bool) or not isinstance(argument, int) or argument < 0:
        raise invalid_argument("$size", argument)
    return lambda value: isinstance(value, list) and len(value) == argument


def _mod(argument: Any) -> Test:
    whole = isinstance(argument, list) and len(argument) == 2 and all(_is_whole(each) for each in argument)
    if not whole or argument[0] <= 0:
        raise invalid_argument("$mod", argument)
    divisor, remainder = argument

    def test(value: Any) -> bool:
        # Erlang's rem has the sign of what is divided.
        return _is_whole(value) and (abs(value) % divisor) * (-1 if value < 0 else 1) == remainder

    return test


def _is_whole(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def _regex(argument: Any) -> Test:
    try:
        # Erlang's engine looks at the bytes of UTF-8 and knows the letters and digits of ASCII, as Python's of bytes.
        pattern = re.compile(argument.encode())
    except (AttributeError, UnicodeEncodeError, re.error):
        raise invalid_argument("$regex", argument) from None
    return lambda value: isinstance(value, str) and pattern.search(value.encode(errors="replace")) is not None


def _begins_with(argument: Any) -> Test:
    if not isinstance(argument, str):
        raise invalid_argument("$beginsWith", argument)
    return lambda value: isinstance(value, str) and value.startswith(argument)


OPERATORS: dict[str, Callable[[Any], Test]] = {
    "$lt": _compares(lambda order: order < 0),
    "$lte": _compares(lambda order: order <= 0),
    "$eq": _compares(lambda order: order == 0),
    "$ne": _compares(lambda order: order != 0),
    "$gte": _compares(lambda order: order >= 0),
    "$gt": _compares(lambda order: order > 0),
    "$exists": _exists,
    "$type": _type,
    "$in": _in,
    "$nin": _nin,
    "$all": _all,
    "$size": _size,
    "$mod": _mod,
    "$regex": _regex,
    "$beginsWith": _begins_with,
}
