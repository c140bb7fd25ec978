"""Dates as CHT reads them: in ISO's forms, else in whatever JavaScript takes for a date; in UTC."""

from __future__ import annotations

from datetime import UTC, date, datetime
from functools import cache
from typing import TYPE_CHECKING, Any

from rapidpro_simulator.cht.javascript import EPOCH, Sandbox, compile_pattern, milliseconds, trim

if TYPE_CHECKING:
    from collections.abc import Callable


_ISO = compile_pattern(
    r"(?P<day>[0-9]{4}(?:-[0-9]{2}(?:-[0-9]{2})?|-[0-9]{3}|-?W[0-9]{2}(?:-?[0-9])?|[0-9]{2}|[0-9]{3}|[0-9]{4})?)"
    r"(?P<time>[T ][0-9]{2}(?::?[0-9]{2}(?::?[0-9]{2}(?:[.,][0-9]+)?)?)?)?(?P<zone>[+-][0-9]{2}(?::?[0-9]{2})?|\s*Z)?"
)
_DIGITS = compile_pattern(r"[0-9]+")
_MILLISECONDS = compile_pattern(r"[0-9]{13,}")


def read_date(text: str) -> int | None:
    """Return the milliseconds since 1970 that a text means; None for what is no date.

    A text in one of ISO's forms has to be a day that there is; any other may be one to JavaScript alone.
    """
    found = _ISO.fullmatch(trim(text))
    return parse_date(text) if found is None else _iso(**found.groupdict())


def read_moment(value: Any) -> int | None:
    """Return the instant of a report: milliseconds as a number or as thirteen digits, or a date; None for nothing."""
    if isinstance(value, bool) or not isinstance(value, (str, int, float)) or not value:
        return None
    if not isinstance(value, str):
        return int(value)
    return int(value) if _MILLISECONDS.fullmatch(value) else read_date(value)


def parse_date(text: str) -> int | None:
    """Return what JavaScript's `Date` makes of a text, the thirtieth of February included."""
    # To Node, zeros and colons before a number mean nothing; to the engine, three digits are a year.
    text = trim(text).lstrip(":")
    moment = _javascript()(text.lstrip("0") or "0" if _DIGITS.fullmatch(text) else text)
    return None if moment is None else int(moment)


def start_of(day: date) -> int:
    """Return the milliseconds from 1970 to the beginning of a day."""
    return milliseconds(datetime(day.year, day.month, day.day, tzinfo=UTC))


def _iso(day: str, time: str | None, zone: str | None) -> int | None:
    try:
        start = start_of(_day(day.replace("-", "")))
    except ValueError:
        return None
    if time is None:
        return start
    return start + _since_midnight(time[1:].replace(":", "").replace(",", ".")) - _offset(trim(zone or ""))


def _day(text: str) -> date:
    year, rest = int(text[:4]), text[4:]
    if rest.startswith("W"):
        return date.fromisocalendar(year, int(rest[1:3]), int(rest[3:] or 1))
    if len(rest) == 3:
        return datetime.strptime(text, "%Y%j").replace(tzinfo=UTC).date()
    return date(year, int(rest[:2] or 1), int(rest[2:] or 1))


def _since_midnight(text: str) -> int:
    hours, minutes, seconds = int(text[:2]), int(text[2:4] or 0), float(text[4:] or 0)
    return ((hours * 60 + minutes) * 60) * 1000 + int(seconds * 1000)


def _offset(zone: str) -> int:
    if zone in {"", "Z"}:
        return 0
    digits = zone[1:].replace(":", "")
    minutes = int(digits[:2]) * 60 + int(digits[2:] or 0)
    return (-minutes if zone[0] == "-" else minutes) * 60_000


@cache
def _javascript() -> Callable[[str], Any]:
    # What a text means does not depend on the time: one engine will do for all.
    return Sandbox(lambda: EPOCH).function("(text) => Date.parse(text)")
