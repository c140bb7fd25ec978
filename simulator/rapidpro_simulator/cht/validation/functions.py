"""The functions of rules that need nothing but the report (cht-sentinel 4.7). Pure."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from rapidpro_simulator.cht.javascript import as_text, compile_pattern, is_truthy, length_of
from rapidpro_simulator.cht.messages.scalars import is_loosely_equal, parse_float, parse_int

if TYPE_CHECKING:
    import re

Values = Mapping[str, Any]
Arguments = Sequence[str | float]
Test = Callable[[Any, Arguments], bool]

OTHER = "other"  # the prefix with which a function looks at another property

_NUMERIC = compile_pattern(r"-?\d+(?:\.\d+)?")
_ALPHA = compile_pattern(r"[A-Za-z]+")
_ALPHANUMERIC = compile_pattern(r"[A-Za-z0-9]+")
_EMAIL = compile_pattern(r"[^@\s]+@[^@\s]+\.[^@\s]+")


def _is_equal(value: Any, arguments: Arguments) -> bool:
    return is_loosely_equal(value, _at(arguments, 0))


def _is_equal_in_any_case(value: Any, arguments: Arguments) -> bool:
    return as_text(value).lower() == as_text(_at(arguments, 0)).lower()


def _is_same(value: Any, arguments: Arguments) -> bool:
    other = _at(arguments, 0)
    return isinstance(value, str) == isinstance(other, str) and bool(value == other)


def _is_between(value: Any, arguments: Arguments) -> bool:
    return _is_at_least(value, arguments[:1]) and _is_at_most(value, arguments[1:])


def _is_at_least(value: Any, arguments: Arguments) -> bool:
    number, limit = parse_float(value), parse_float(_at(arguments, 0))
    return number is not None and limit is not None and number >= limit


def _is_at_most(value: Any, arguments: Arguments) -> bool:
    number, limit = parse_float(value), parse_float(_at(arguments, 0))
    return number is not None and limit is not None and number <= limit


def _length(value: Any, arguments: Arguments) -> tuple[int, float]:
    return length_of(as_text(value)), parse_float(_at(arguments, 0)) or 0


def _is_long_enough(value: Any, arguments: Arguments) -> bool:
    length, limit = _length(value, arguments)
    return length >= limit


def _is_short_enough(value: Any, arguments: Arguments) -> bool:
    length, limit = _length(value, arguments)
    return length <= limit


def _has_length(value: Any, arguments: Arguments) -> bool:
    length, limit = _length(value, arguments)
    return length == limit


def _is_integer(value: Any, _: Arguments) -> bool:
    number = parse_int(value)
    return number is not None and is_loosely_equal(number, value)


def _matches(pattern: re.Pattern[str]) -> Test:
    return lambda value, _: pattern.fullmatch(as_text(value)) is not None


TESTS: Mapping[str, Test] = {
    "equals": _is_equal,
    "iequals": _is_equal_in_any_case,
    "sequals": _is_same,
    "siequals": lambda value, arguments: isinstance(value, str) and _is_equal_in_any_case(value, arguments),
    "lenmin": _is_long_enough,
    "lenmax": _is_short_enough,
    "lenequals": _has_length,
    "min": _is_at_least,
    "max": _is_at_most,
    "between": _is_between,
    "in": lambda value, arguments: any(is_loosely_equal(value, each) for each in arguments),
    "required": lambda value, _: is_truthy(value),
    "optional": lambda value, _: True,
    "numeric": _matches(_NUMERIC),
    "integer": _is_integer,
    "alpha": _matches(_ALPHA),
    "alphanumeric": _matches(_ALPHANUMERIC),
    "email": _matches(_EMAIL),
}
"""By name in lower case."""


def test(name: str, value: Any, arguments: Arguments, values: Values) -> bool:
    """Say whether the function `name` accepts `value`, among the `values` of a report; unknown ones accept anything."""
    key = name.lower()
    if key == "equalsto":
        return is_loosely_equal(value, values.get(str(_at(arguments, 0)), ""))
    if key in TESTS:
        return TESTS[key](value, arguments)
    if key.startswith(OTHER) and arguments:
        return test(name[len(OTHER) :], values.get(str(arguments[0]), ""), arguments[1:], values)
    return True


def _at(arguments: Arguments, place: int) -> str | float:
    return arguments[place] if place < len(arguments) else ""
