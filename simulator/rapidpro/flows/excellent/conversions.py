"""What a value becomes where another type is wanted (flows 6.5). Errors go through unchanged.

Texts of dates and times are read by `flows.dates`.
"""

from __future__ import annotations

import re
from decimal import Decimal
from typing import TYPE_CHECKING, TypeVar

from simulator.rapidpro.flows.dates import (
    MIDNIGHT,
    ZERO_DATE,
    ZERO_DATETIME,
    Date,
    DateTime,
    Time,
    find_date,
    find_datetime,
    find_time,
)
from simulator.rapidpro.flows.text import trim

from .numbers import is_in_range, number_text
from .rendering import describe, render
from .values import ABSENT, Error, Function, Object, Value

if TYPE_CHECKING:
    from collections.abc import Callable

    from simulator.rapidpro.flows.environment import Environment

T = TypeVar("T")

_NUMBER = re.compile(r"-?(?:[0-9]+(?:\.[0-9]+)?|\.[0-9]+)")
_INTEGERS = range(-(2**31), 2**31)
_HOURS = range(25)


def to_text(_environment: Environment, value: Value) -> str | Error:
    """Give the rendering; null is the empty text (flows 6.6)."""
    if type(value) is str or type(value) is Error:
        return value
    return render(value)


def to_number(environment: Environment, value: Value) -> Decimal | Error:
    """Read a number: plain decimal notation, white space around it allowed."""
    kind = type(value)
    if kind is Decimal or kind is Error:
        return value  # type: ignore[return-value]
    if kind is str:
        number = parse_number(value)  # type: ignore[arg-type]
        if number is not None:
            return number
    return _by_default(environment, value, to_number, "a number")


def parse_number(text: str) -> Decimal | None:
    """Read a number from text, or give None where there is none or it is out of range."""
    text = trim(text)
    if not _NUMBER.fullmatch(text):
        return None
    number = Decimal(text)
    return number if is_in_range(number) else None


def to_integer(environment: Environment, value: Value) -> int | Error:
    """Read a number and drop its fraction; 32 bits are allowed."""
    number = to_number(environment, value)
    if type(number) is Error:
        return number
    integer = int(number)  # type: ignore[arg-type]
    if integer not in _INTEGERS:
        return Error(f"number value {number_text(number)} is out of range for an integer")  # type: ignore[arg-type]
    return integer


def to_boolean(_environment: Environment, value: Value) -> bool | Error:
    """Give the truth of a value; only errors have none."""
    return value if type(value) is Error else is_true(value)


def is_true(value: Value) -> bool:
    """Whether a value counts as true: what is empty, zero, null or the text `false` does not."""
    return _TRUTHS[type(value)](value)


def to_datetime(environment: Environment, value: Value) -> DateTime | Error:
    """Read a datetime; a date is its midnight in the environment's timezone."""
    kind = type(value)
    if kind is DateTime or kind is Error:
        return value  # type: ignore[return-value]
    if kind is Date:
        try:
            return DateTime.at(value, MIDNIGHT, environment.timezone)  # type: ignore[arg-type]
        except (ValueError, OverflowError):
            return Error("unable to convert date to a datetime")
    if kind is str:
        found = find_datetime(environment, value)  # type: ignore[arg-type]
        if found is not None:
            return found
    return _by_default(environment, value, to_datetime, "a datetime")


def to_date(environment: Environment, value: Value) -> Date | Error:
    """Read a date; a datetime gives its date in the environment's timezone, a text the date as written."""
    kind = type(value)
    if kind is Date or kind is Error:
        return value  # type: ignore[return-value]
    if kind is DateTime:
        return _date_in(value, environment)  # type: ignore[arg-type]
    if kind is str:
        found = find_date(environment, value)  # type: ignore[arg-type]
        if found is not None:
            return found
    return _by_default(environment, value, to_date, "a date")


def to_time(environment: Environment, value: Value) -> Time | Error:
    """Read a time; a datetime gives its own clock time, a number from 0 to 24 that hour."""
    kind = type(value)
    if kind is Time or kind is Error:
        return value  # type: ignore[return-value]
    if kind is DateTime:
        return value.time  # type: ignore[union-attr]
    if kind is Decimal and int(value) in _HOURS:  # type: ignore[arg-type]
        return Time(int(value) % 24, 0, 0)  # type: ignore[arg-type]
    if kind is str:
        found = find_time(value)  # type: ignore[arg-type]
        if found is not None:
            return found
    return _by_default(environment, value, to_time, "a time")


def to_array(_environment: Environment, value: Value) -> list[Value] | Error:
    """Take an array; null is an empty one."""
    if value is None:
        return []
    if type(value) is list or type(value) is Error:
        return value
    return Error(f"unable to convert {describe(value)} to an array")


def to_object(_environment: Environment, value: Value) -> Object | Error:
    """Take an object; null is an empty one."""
    if value is None:
        return Object({})
    if type(value) is Object or type(value) is Error:
        return value
    return Error(f"unable to convert {describe(value)} to an object")


def to_function(_environment: Environment, value: Value) -> Function | Error:
    """Take a function."""
    if type(value) is Function or type(value) is Error:
        return value
    return Error(f"{describe(value)} is not a function")


def _by_default(
    environment: Environment, value: Value, convert: Callable[[Environment, Value], T | Error], wanted: str
) -> T | Error:
    if type(value) is Object and value.default is not ABSENT:
        return convert(environment, value.default)  # type: ignore[arg-type]
    return Error(f"unable to convert {describe(value)} to {wanted}")


def _date_in(moment: DateTime, environment: Environment) -> Date:
    try:
        return moment.in_zone(environment.timezone).date
    except OverflowError:  # the first or last hours of Python's calendar
        return moment.date


def _object_is_true(value: Object) -> bool:
    return len(value) > 0 if value.default is ABSENT else is_true(value.default)  # type: ignore[arg-type]


_TRUTHS: dict[type, Callable[..., bool]] = {
    type(None): lambda _: False,
    str: lambda value: value != "" and value.lower() != "false",
    Decimal: bool,
    bool: bool,
    list: bool,
    Object: _object_is_true,
    Function: lambda _: True,
    Error: lambda _: False,
    Date: lambda value: value != ZERO_DATE,
    DateTime: lambda value: value != ZERO_DATETIME,
    Time: lambda value: value != MIDNIGHT,
}
