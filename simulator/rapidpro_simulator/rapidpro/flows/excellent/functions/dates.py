"""Functions of dates and times (flows 7). `locales` reads free text and layouts."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import TYPE_CHECKING

from rapidpro_simulator.rapidpro.flows.excellent.conversions import to_datetime, to_integer, to_text
from rapidpro_simulator.rapidpro.flows.excellent.numbers import EXACT
from rapidpro_simulator.rapidpro.flows.excellent.values import Error, Value
from rapidpro_simulator.rapidpro.flows.locales import layouts
from rapidpro_simulator.rapidpro.flows.locales.dates import Date, DateTime, Time, timezone_name
from rapidpro_simulator.rapidpro.flows.locales.timezones import timezone_of

from .calls import ANY, DATE, DATETIME, INTEGER, NUMBER, TEXT, TIME, function

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from rapidpro_simulator.rapidpro.flows.locales.environment import Environment

_EPOCH = DateTime(dt.datetime(1970, 1, 1, tzinfo=dt.UTC))
_DAYS_PER_WEEK = 7
_MONTHS_PER_YEAR = 12
_NANOSECONDS_PER_SECOND = 1_000_000_000
_SECONDS_PER = {"s": 1, "m": 60, "h": 3_600}
_PARTS = {"hour": 24, "minute": 60, "second": 60}


def or_error(attempt: Callable[[], Value]) -> Value:
    """Return what is attempted, or an error with the text of the `ValueError` or `OverflowError` that it raises."""
    try:
        return attempt()
    except (ValueError, OverflowError) as error:
        return Error(str(error))


@function(TEXT, TEXT, TEXT, optional=1)
def parse_datetime(environment: Environment, text: str, layout: str, timezone: str | None = None) -> Value:
    """Read a datetime strictly by a layout, in a named timezone or the environment's."""
    return or_error(lambda: layouts.parse_datetime(text, layout, _timezone(environment, timezone)))


@function(NUMBER)
def datetime_from_epoch(environment: Environment, seconds: Decimal) -> Value:
    """Give the datetime that is so many seconds after 1970 began, to the nanosecond."""
    try:
        return _later(_EPOCH, int(EXACT.multiply(seconds, _NANOSECONDS_PER_SECOND))).in_zone(environment.timezone)
    except (ValueError, OverflowError):
        return Error("epoch time is out of range")


@function(DATETIME, DATETIME, TEXT)
def datetime_diff(_environment: Environment, first: DateTime, second: DateTime, unit: str) -> Value:
    """Give how many units the second is after the first: elapsed for s, m and h, by the calendar for D, W, M and Y."""
    if unit not in _DIFFERENCES:
        return _unknown_unit(unit)
    return Decimal(_DIFFERENCES[unit](first, second))


@function(variadic=ANY)
def datetime_add(environment: Environment, *arguments: Value) -> Value:
    """Add units to a datetime: elapsed for s, m and h, by the calendar for D, W, M and Y."""
    if len(arguments) != 3:
        return Error(f"takes exactly three arguments, received {len(arguments)}")
    return _datetime_add(environment, *arguments)


@function(DATETIME, TIME)
def replace_time(_environment: Environment, moment: DateTime, time: Time) -> Value:
    """Give the same date in the same timezone, at another time."""
    return or_error(lambda: DateTime.at(moment.date, time, _zone(moment)))


@function(DATETIME)
def tz(_environment: Environment, moment: DateTime) -> Value:
    """Give the name of a datetime's timezone; empty for one that is only an offset."""
    return timezone_name(_zone(moment))


@function(DATETIME)
def tz_offset(_environment: Environment, moment: DateTime) -> Value:
    """Give the offset of a datetime's timezone at that moment, e.g. `-0800`."""
    return layouts.format_datetime(moment, "ZZZ").replace(":", "")


@function()
def now(environment: Environment) -> Value:
    """Give the current datetime in the environment's timezone."""
    return environment.now().in_zone(environment.timezone)


@function(DATETIME)
def epoch(_environment: Environment, moment: DateTime) -> Value:
    """Give the seconds since 1970 began, with their fraction."""
    return Decimal(moment.epoch_nanoseconds).scaleb(-9)


@function(INTEGER, INTEGER, INTEGER)
def date_from_parts(_environment: Environment, year: int, month: int, day: int) -> Value:
    """Make a date; a day that the month does not have is carried over when the date is shown."""
    if not 1 <= month <= _MONTHS_PER_YEAR:
        return Error("invalid value for month, must be 1-12")
    return Date(year, month, day)


@function(DATE)
def weekday(_environment: Environment, date: Date) -> Value:
    """Give the day of the week: 0 is Sunday, 6 is Saturday."""
    return or_error(lambda: Decimal(date.calendar.isoweekday() % _DAYS_PER_WEEK))


@function(DATE)
def week_number(_environment: Environment, date: Date) -> Value:
    """Give the week of the year: weeks start on Sunday, the one with 1 January is the first."""
    return or_error(lambda: Decimal(_week_number(date.calendar)))


@function()
def today(environment: Environment) -> Value:
    """Give the current date in the environment's timezone."""
    return environment.now().in_zone(environment.timezone).date


@function(TEXT, TEXT)
def parse_time(_environment: Environment, text: str, layout: str) -> Value:
    """Read a time strictly by a layout."""
    return or_error(lambda: layouts.parse_time(text, layout))


@function(INTEGER, INTEGER, INTEGER)
def time_from_parts(_environment: Environment, hour: int, minute: int, second: int) -> Value:
    """Make a time of day."""
    for (name, end), value in zip(_PARTS.items(), (hour, minute, second), strict=True):
        if value not in range(end):
            return Error(f"invalid value for {name}, must be 0-{end - 1}")
    return Time(hour, minute, second)


def _datetime_add(environment: Environment, *arguments: Value) -> Value:
    moment, count = to_datetime(environment, arguments[0]), to_integer(environment, arguments[1])
    unit = to_text(environment, arguments[2])
    if isinstance(moment, Error):
        return moment
    if isinstance(count, Error):
        return count
    if isinstance(unit, Error):
        return unit
    if unit not in _ADDITIONS:
        return _unknown_unit(unit)
    try:
        return _ADDITIONS[unit](moment, count)
    except (ValueError, OverflowError):
        return Error("datetime is out of range")


def _timezone(environment: Environment, name: str | None) -> dt.tzinfo:
    return environment.timezone if name is None else timezone_of(name)


def _zone(moment: DateTime) -> dt.tzinfo:
    return moment.local.tzinfo or dt.UTC


def _unknown_unit(unit: str) -> Error:
    return Error(f'unknown unit: XText("{unit}"), must be one of s, m, h, D, W, M, Y')


def _later(moment: DateTime, nanoseconds: int) -> DateTime:
    microseconds, nanosecond = divmod(moment.nanosecond + nanoseconds, 1_000)
    instant = moment.instant + dt.timedelta(microseconds=microseconds)
    return DateTime(instant.astimezone(moment.local.tzinfo), nanosecond)


def _days_later(moment: DateTime, days: int) -> DateTime:
    day = moment.local.date() + dt.timedelta(days=days)
    return DateTime.at(Date.of(day), moment.time, _zone(moment))


def _months_later(moment: DateTime, months: int) -> DateTime:
    date = moment.date
    years, month = divmod(date.month - 1 + months, _MONTHS_PER_YEAR)
    return DateTime.at(Date(date.year + years, month + 1, date.day), moment.time, _zone(moment))


def _elapsed(first: DateTime, second: DateTime, unit: str) -> int:
    nanoseconds = second.epoch_nanoseconds - first.epoch_nanoseconds
    return _truncated(nanoseconds, _SECONDS_PER[unit] * _NANOSECONDS_PER_SECOND)


def _days(first: DateTime, second: DateTime) -> int:
    return (second.local.date() - first.local.date()).days


def _months(first: DateTime, second: DateTime) -> int:
    return _years(first, second) * _MONTHS_PER_YEAR + second.local.month - first.local.month


def _years(first: DateTime, second: DateTime) -> int:
    return second.local.year - first.local.year


def _truncated(number: int, divisor: int) -> int:
    return number // divisor if number >= 0 else -(-number // divisor)


def _week_number(date: dt.date) -> int:
    first_weekday = date.replace(month=1, day=1).isoweekday() % _DAYS_PER_WEEK
    return (date.timetuple().tm_yday - 1 + first_weekday) // _DAYS_PER_WEEK + 1


_DIFFERENCES: Mapping[str, Callable[[DateTime, DateTime], int]] = {
    "s": lambda first, second: _elapsed(first, second, "s"),
    "m": lambda first, second: _elapsed(first, second, "m"),
    "h": lambda first, second: _elapsed(first, second, "h"),
    "D": _days,
    "W": lambda first, second: _truncated(_days(first, second), _DAYS_PER_WEEK),
    "M": _months,
    "Y": _years,
}
_ADDITIONS: Mapping[str, Callable[[DateTime, int], DateTime]] = {
    "s": lambda moment, count: _later(moment, count * _NANOSECONDS_PER_SECOND),
    "m": lambda moment, count: _later(moment, count * 60 * _NANOSECONDS_PER_SECOND),
    "h": lambda moment, count: _later(moment, count * 3_600 * _NANOSECONDS_PER_SECOND),
    "D": _days_later,
    "W": lambda moment, count: _days_later(moment, count * _DAYS_PER_WEEK),
    "M": _months_later,
    "Y": lambda moment, count: _months_later(moment, count * _MONTHS_PER_YEAR),
}
