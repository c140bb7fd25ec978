"""What a value becomes where another type is wanted (flows 6.5). Errors go through unchanged.

Texts of dates and times are read by `locales.dates_in_text`.
"""

from __future__ import annotations

import re
from decimal import Decimal
from typing import TYPE_CHECKING, TypeVar

from rapidpro_simulator.rapidpro.flows.locales.dates import (
    MIDNIGHT,
    ZERO_DATE,
    ZERO_DATETIME,
    Date,
    DateTime,
    Time,
)
from rapidpro_simulator.rapidpro.flows.locales.dates_in_text import find_date, find_datetime, find_time
from rapidpro_simulator.rapidpro.flows.texts.strings import trim

from .numbers import narrowed, number_text
from .rendering import describe, render
from .values import Absent, Error, Function, Object, Value

if TYPE_CHECKING:
    from collections.abc import Callable

    from rapidpro_simulator.rapidpro.flows.locales.environment import Environment

T = TypeVar("T")

_NUMBER = re.compile(r"-?(?:[0-9]+(?:\.[0-9]+)?|\.[0-9]+)")
_INTEGERS = range(-(2**31), 2**31)
_CLOCK = range(24)
_HOURS = range(25)  # 24 is midnight too


def to_text(_environment: Environment, value: Value) -> str | Error:
    """Give the rendering; null is the empty text (flows 6.6)."""
    return value if isinstance(value, (str, Error)) else render(value)


def to_number(environment: Environment, value: Value) -> Decimal | Error:
    """Read a number: plain decimal notation, white space around it allowed."""
    if isinstance(value, (Decimal, Error)):
        return value
    number = parse_number(value) if isinstance(value, str) else None
    return _by_default(environment, value, to_number, "a number") if number is None else number


def parse_number(text: str) -> Decimal | None:
    """Read a number from text, or give None where there is none or it is out of range."""
    text = trim(text)
    if not _NUMBER.fullmatch(text):
        return None
    return narrowed(Decimal(text))


def to_integer(environment: Environment, value: Value) -> int | Error:
    """Read a number and drop its fraction; 32 bits are allowed."""
    number = to_number(environment, value)
    if isinstance(number, Error):
        return number
    integer = int(number)
    if integer not in _INTEGERS:
        return Error(f"number value {number_text(number)} is out of range for an integer")
    return integer


def to_boolean(_environment: Environment, value: Value) -> bool | Error:
    """Give the truth of a value; only errors have none."""
    return value if isinstance(value, Error) else is_true(value)


def is_true(value: Value) -> bool:
    """Whether a value counts as true: what is empty, zero, null or the text `false` does not."""
    return _TRUTHS[type(value)](value)


def to_datetime(environment: Environment, value: Value) -> DateTime | Error:
    """Read a datetime; a date is its midnight in the environment's timezone."""
    if isinstance(value, (DateTime, Error)):
        return value
    found = None
    if isinstance(value, Date):
        found = _midnight(value, environment)
    elif isinstance(value, str):
        found = find_datetime(environment, value)
    return _by_default(environment, value, to_datetime, "a datetime") if found is None else found


def to_date(environment: Environment, value: Value) -> Date | Error:
    """Read a date; a datetime gives its date in the environment's timezone, a text the date as written."""
    if isinstance(value, (Date, Error)):
        return value
    if isinstance(value, DateTime):
        return _date_in(value, environment)
    found = find_date(environment, value) if isinstance(value, str) else None
    return _by_default(environment, value, to_date, "a date") if found is None else found


def to_time(environment: Environment, value: Value) -> Time | Error:
    """Read a time; a datetime gives its own clock time, a number from 0 to 24 that hour."""
    if isinstance(value, (Time, Error)):
        return value
    if isinstance(value, DateTime):
        return value.time
    if isinstance(value, Decimal) and int(value) in _HOURS:
        return Time(int(value) % len(_CLOCK), 0, 0)
    found = find_time(value) if isinstance(value, str) else None
    return _by_default(environment, value, to_time, "a time") if found is None else found


def to_array(_environment: Environment, value: Value) -> list[Value] | Error:
    """Take an array; null is an empty one."""
    if value is None:
        return []
    if isinstance(value, (list, Error)):
        return value
    return Error(f"unable to convert {describe(value)} to an array")


def to_object(_environment: Environment, value: Value) -> Object | Error:
    """Take an object; null is an empty one."""
    if value is None:
        return Object({})
    if isinstance(value, (Object, Error)):
        return value
    return Error(f"unable to convert {describe(value)} to an object")


def to_function(_environment: Environment, value: Value) -> Function | Error:
    """Take a function."""
    if isinstance(value, (Function, Error)):
        return value
    return Error(f"{describe(value)} is not a function")


def _by_default(
    environment: Environment, value: Value, convert: Callable[[Environment, Value], T | Error], wanted: str
) -> T | Error:
    if isinstance(value, Object) and not isinstance(value.default, Absent):
        return convert(environment, value.default)
    return Error(f"unable to convert {describe(value)} to {wanted}")


def _midnight(date: Date, environment: Environment) -> DateTime | None:
    try:
        return DateTime.at(date, MIDNIGHT, environment.timezone)
    except (ValueError, OverflowError):  # the zero date, or a day beyond Python's calendar
        return None


def _date_in(moment: DateTime, environment: Environment) -> Date:
    try:
        return moment.in_zone(environment.timezone).date
    except OverflowError:  # the first or last hours of Python's calendar
        return moment.date


def _object_is_true(value: Object) -> bool:
    return len(value) > 0 if isinstance(value.default, Absent) else is_true(value.default)


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
