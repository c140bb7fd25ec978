"""Instants and durations as the library moment reads, adds and shows them (cht-sentinel 4.3, 7.1). Pure.

An instant is a `datetime` in the server's time zone; days, weeks, months and years are added to what its clock shows.
"""

from __future__ import annotations

import calendar
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from typing import TYPE_CHECKING, Any

from rapidpro_simulator.cht.javascript import EPOCH, compile_pattern

from .scalars import is_numeric, parse_int

if TYPE_CHECKING:
    import re

INVALID = "Invalid date"
UNITS = ("second", "minute", "hour", "day", "week", "month", "year")

_DURATION = compile_pattern(rf"\s*([+-]?\d+)\s+({'|'.join(UNITS)})s?\s*")
_ISO = compile_pattern(
    r"\s*(?P<year>\d{4})"
    r"(?:-(?P<month>\d\d)(?:-(?P<day>\d\d))?|-W(?P<week>\d\d)(?:-(?P<weekday>\d))?|-(?P<ordinal>\d{3})"
    r"|(?P<basic_month>\d\d)(?P<basic_day>\d\d)?)?"
    r"(?:[T ](?P<hour>\d\d)(?::?(?P<minute>\d\d)(?::?(?P<second>\d\d)(?:[.,](?P<fraction>\d+))?)?)?)?"
    r"(?:(?P<sign>[+-])(?P<zone_hour>\d\d)(?::?(?P<zone_minute>\d\d))?|\s*(?P<utc>Z))?\s*"
)
_TIME = r"(?:\s+(?P<hour>\d{1,2}):(?P<minute>\d\d)(?::(?P<second>\d\d))?)?"
_WORDS = compile_pattern(
    r"\s*(?:[A-Za-z]{3,9},?\s+)?(?:(?P<day>\d{1,2})[ -])?(?P<month>[A-Za-z]{3,9})[ -]?(?P<late_day>\d{1,2})?,?[ -]"
    rf"(?P<year>\d{{4}}){_TIME}\s*(?P<utc>GMT|UTC|Z)?(?P<offset>[+-]\d{{4}})?\s*(?:\(.*\))?\s*"
)
_SLASHES = compile_pattern(rf"\s*(?P<month>\d{{1,2}})/(?P<day>\d{{1,2}})/(?P<year>\d{{4}}){_TIME}\s*")
_MONTHS = {name.lower(): number for number, name in enumerate(calendar.month_abbr) if name}
FURTHEST = 8.64e15  # milliseconds; further off, JavaScript has no dates


@dataclass(frozen=True)
class Duration:
    """So many of a unit of time, one of `UNITS`."""

    number: int
    unit: str


def parse_duration(text: Any) -> Duration | None:
    """Return the duration that `text` ("4 weeks") stands for; None for anything else."""
    found = _DURATION.fullmatch(text) if isinstance(text, str) else None
    return Duration(int(found[1]), found[2]) if found else None


def add(moment: datetime, duration: Duration) -> datetime:
    """Return `moment` and `duration`; a month that is too short ends on its last day."""
    number, unit = duration.number, duration.unit
    if unit in {"year", "month"}:
        return add_months(moment, number * (12 if unit == "year" else 1))
    if unit in {"week", "day"}:
        return _by_the_clock(
            moment.replace(tzinfo=None) + timedelta(days=number * (7 if unit == "week" else 1)), moment
        )
    later = moment.astimezone(UTC) + timedelta(**{f"{unit}s": number})
    return later.astimezone(moment.tzinfo)


def add_months(moment: datetime, number: int) -> datetime:
    """Return the same day and time `number` months later, or the last day of a month that is too short."""
    index = moment.year * 12 + moment.month - 1 + number
    year, month = index // 12, index % 12 + 1
    day = min(moment.day, calendar.monthrange(year, month)[1])
    return _by_the_clock(moment.replace(year=year, month=month, day=day, tzinfo=None), moment)


def subtract(moment: datetime, duration: Duration) -> datetime:
    """Return `moment` less `duration`."""
    return add(moment, Duration(-duration.number, duration.unit))


def start_of_day(moment: datetime) -> datetime:
    """Return the midnight at which the day of `moment` began."""
    return _by_the_clock(moment.replace(hour=0, minute=0, second=0, microsecond=0, tzinfo=None), moment)


def read_moment(value: Any, zone: tzinfo) -> datetime | None:
    """Return the instant that `value` stands for: milliseconds since 1970, or a text; None: an invalid one."""
    if isinstance(value, bool) or value is None:
        return None
    if isinstance(value, (int, float)):
        return from_milliseconds(value, zone)
    if not isinstance(value, str):
        return None
    return _from_iso(value, zone) or _from_words(value, zone)


def read_shown(text: str, zone: tzinfo) -> datetime | None:
    """Return the instant that a text in a message stands for; one that is a number are milliseconds."""
    if is_numeric(text):
        number = parse_int(text)
        return None if number is None else from_milliseconds(number, zone)
    return read_moment(text, zone)


def from_milliseconds(number: float, zone: tzinfo) -> datetime | None:
    """Return the instant `number` milliseconds after 1970; None beyond the dates there are."""
    if number != number or abs(number) > FURTHEST:
        return None
    try:
        return (EPOCH + timedelta(milliseconds=int(number))).astimezone(zone)
    except OverflowError:
        return None


def iso(moment: datetime) -> str:
    """Return `moment` as `toISOString` writes it: in UTC, with milliseconds."""
    utc = moment.astimezone(UTC)
    return (
        f"{utc:%Y-%m-%dT%H:%M:%S}.{utc.microsecond // 1000:03d}Z" if utc.year > 999 else f"{utc.isoformat()[:19]}.000Z"
    )


def _by_the_clock(naive: datetime, like: datetime) -> datetime:
    # Through UTC, so that a time which the clock skips is moved behind the gap.
    return naive.replace(tzinfo=like.tzinfo).astimezone(UTC).astimezone(like.tzinfo)


def _from_iso(text: str, zone: tzinfo) -> datetime | None:
    found = _ISO.fullmatch(text)
    if found is None or (found["basic_month"] and not found["basic_day"]):
        return None
    try:
        date = _iso_date(found)
        return _at(date, found, _zone_of(found, zone)).astimezone(zone)
    except (ValueError, OverflowError):
        return None


def _iso_date(found: re.Match[str]) -> datetime:
    year = int(found["year"])
    if found["ordinal"]:
        date = datetime(year, 1, 1, tzinfo=UTC) + timedelta(days=int(found["ordinal"]) - 1)
        if date.year != year:
            raise ValueError
        return date
    if found["week"]:
        return datetime.fromisocalendar(year, int(found["week"]), int(found["weekday"] or 1))
    month = int(found["month"] or found["basic_month"] or 1)
    return datetime(year, month, int(found["day"] or found["basic_day"] or 1), tzinfo=UTC)


def _at(date: datetime, found: re.Match[str], zone: tzinfo) -> datetime:
    hour, minute, second = (int(found[name] or 0) for name in ("hour", "minute", "second"))
    whole_day = hour == 24 and not minute and not second
    fraction = int((found.groupdict().get("fraction") or "0").ljust(6, "0")[:6]) // 1000 * 1000
    moment = date.replace(
        hour=0 if whole_day else hour, minute=minute, second=second, microsecond=fraction, tzinfo=zone
    )
    return moment + timedelta(days=1) if whole_day else moment


def _zone_of(found: re.Match[str], zone: tzinfo) -> tzinfo:
    if found["utc"]:
        return UTC
    if not found["sign"]:
        return zone
    offset = timedelta(hours=int(found["zone_hour"]), minutes=int(found["zone_minute"] or 0))
    return timezone(-offset if found["sign"] == "-" else offset)


def _from_words(text: str, zone: tzinfo) -> datetime | None:
    """Read the commonest of what JavaScript's own `Date` takes beside ISO 8601."""
    found = _WORDS.fullmatch(text) or _SLASHES.fullmatch(text)
    if found is None:
        return None
    parts = found.groupdict()
    month = parts["month"] if parts["month"].isdecimal() else _MONTHS.get(parts["month"][:3].lower(), 0)
    day = parts["day"] or parts.get("late_day")
    try:
        date = datetime(int(parts["year"]), int(month), int(day or 1), tzinfo=UTC)
        return _at(date, found, _offset_of(parts, zone)).astimezone(zone)
    except (ValueError, OverflowError):
        return None


def _offset_of(parts: dict[str, str | None], zone: tzinfo) -> tzinfo:
    offset = parts.get("offset")
    if offset:
        size = timedelta(hours=int(offset[1:3]), minutes=int(offset[3:]))
        return timezone(-size if offset[0] == "-" else size)
    return UTC if parts.get("utc") else zone
