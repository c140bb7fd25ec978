"""Dates, times and datetimes of flows, to the nanosecond, and how they are found in free text (flows 6.6, 8.4, 8.5).

Layouts such as `DD-MM-YYYY` are the affair of `layouts`.
"""

from __future__ import annotations

import datetime as dt
import re
import zoneinfo
from dataclasses import dataclass
from functools import total_ordering
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from .environment import Environment

_DAY = dt.timedelta(days=1)
_EPOCH = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)
_MICROSECOND = dt.timedelta(microseconds=1)
_NANOSECONDS_PER_MICROSECOND = 1_000
_LAST_HOUR, _LAST_MINUTE, _LAST_SECOND = 23, 59, 59
_NOON = 12


@dataclass(frozen=True, slots=True, order=True)
class Date:
    """A date without a timezone. The zero date is 0-0-0; the day is not checked against the month (flows 7)."""

    year: int
    month: int
    day: int

    @classmethod
    def of(cls, date: dt.date) -> Date:
        """Return the date of a `datetime.date` or of a `datetime.datetime` as written."""
        return cls(date.year, date.month, date.day)

    @property
    def calendar(self) -> dt.date:
        """Return the date with a day beyond its month carried over. Raises `OverflowError` or `ValueError` far off."""
        if self == ZERO_DATE:
            return dt.date.min
        return dt.date(self.year, self.month, 1) + _DAY * (self.day - 1)

    def __str__(self) -> str:
        try:
            return ZERO_DATE_TEXT if self == ZERO_DATE else self.calendar.isoformat()
        except (ValueError, OverflowError):  # a year that Python's dates do not have
            return f"{self.year:04}-{self.month:02}-{self.day:02}"


@dataclass(frozen=True, slots=True, order=True)
class Time:
    """A time of day, to the nanosecond."""

    hour: int
    minute: int
    second: int
    nanosecond: int = 0

    @classmethod
    def of(cls, time: dt.time | dt.datetime, nanosecond: int = 0) -> Time:
        """Return a time of day; `nanosecond` (0 to 999) is what a microsecond cannot hold."""
        return cls(time.hour, time.minute, time.second, time.microsecond * _NANOSECONDS_PER_MICROSECOND + nanosecond)

    def __str__(self) -> str:
        microsecond = self.nanosecond // _NANOSECONDS_PER_MICROSECOND
        return f"{self.hour:02}:{self.minute:02}:{self.second:02}.{microsecond:06}"


@total_ordering
@dataclass(frozen=True, slots=True, eq=False)
class DateTime:
    """An instant in a timezone, to the nanosecond. Two are equal, and ordered, by their instants.

    `local` is aware, in the datetime's own timezone; `nanosecond` (0 to 999) is what its microseconds cannot hold.
    """

    local: dt.datetime
    nanosecond: int = 0

    @classmethod
    def of(cls, moment: dt.datetime) -> DateTime:
        """Return the datetime of an aware `datetime.datetime`."""
        return cls(moment)

    @classmethod
    def at(cls, date: Date, time: Time, timezone: dt.tzinfo) -> DateTime:
        """Return the moment when the clocks of a timezone show a date and a time.

        Where they show it twice or never, the choice is that of Go's `time.Date`. Raises `OverflowError` or
        `ValueError` beyond the years 1 to 9999.
        """
        microsecond, nanosecond = divmod(time.nanosecond, _NANOSECONDS_PER_MICROSECOND)
        written = dt.datetime.combine(
            date.calendar, dt.time(time.hour, time.minute, time.second, microsecond), tzinfo=dt.UTC
        )
        guess = written - _offset(written.astimezone(timezone))
        instant = written - _offset(guess.astimezone(timezone))
        return cls(instant.astimezone(timezone), nanosecond)

    @property
    def instant(self) -> dt.datetime:
        """Return the instant in UTC, to the microsecond."""
        return self.local.astimezone(dt.UTC)

    @property
    def epoch_nanoseconds(self) -> int:
        """Return the nanoseconds since 1970."""
        return (self.local.astimezone(dt.UTC) - _EPOCH) // _MICROSECOND * _NANOSECONDS_PER_MICROSECOND + self.nanosecond

    @property
    def date(self) -> Date:
        """Return the date in its own timezone."""
        return Date(self.local.year, self.local.month, self.local.day)

    @property
    def time(self) -> Time:
        """Return the time of day in its own timezone."""
        return Time.of(self.local, self.nanosecond)

    def in_zone(self, timezone: dt.tzinfo) -> DateTime:
        """Return the same instant in another timezone; unchanged where that is beyond the years 1 to 9999."""
        try:
            return DateTime(self.local.astimezone(timezone), self.nanosecond)
        except OverflowError:
            return self

    def __eq__(self, other: object) -> bool:
        return isinstance(other, DateTime) and self.epoch_nanoseconds == other.epoch_nanoseconds

    def __lt__(self, other: DateTime) -> bool:
        return self.epoch_nanoseconds < other.epoch_nanoseconds

    def __hash__(self) -> int:
        return hash(self.epoch_nanoseconds)

    def __str__(self) -> str:
        text = self.local.isoformat(timespec="microseconds")[:32]  # no seconds of an offset
        return text[:-6] + "Z" if text.endswith("+00:00") else text


ZERO_DATE = Date(0, 0, 0)
ZERO_DATE_TEXT = "0000-00-00"
MIDNIGHT = Time(0, 0, 0)
ZERO_DATETIME = DateTime(dt.datetime(1, 1, 1, tzinfo=dt.UTC))


def midnight(date: Date, timezone: dt.tzinfo) -> DateTime:
    """Return the start of a date in a timezone. Raises `OverflowError` or `ValueError` beyond the years 1 to 9999."""
    return DateTime.at(date, MIDNIGHT, timezone)


def timezone_name(timezone: dt.tzinfo) -> str:
    """Return the IANA name of a timezone; empty for a mere offset (flows 7)."""
    if timezone is dt.UTC:
        return "UTC"
    return timezone.key if isinstance(timezone, zoneinfo.ZoneInfo) else ""


_DAY_OR_MONTH_FIRST = r"\b([0-9]{1,2})[-.\\/_ ]([0-9]{1,2})[-.\\/_ ]([0-9]{4}|[0-9]{2})\b"
_YEAR_FIRST = r"\b([0-9]{4}|[0-9]{2})[-.\\/_ ]([0-9]{1,2})[-.\\/_ ]([0-9]{1,2})\b"
DATE_FORMATS = ("DD-MM-YYYY", "MM-DD-YYYY", "YYYY-MM-DD")
_PATTERNS = {
    "DD-MM-YYYY": (re.compile(_DAY_OR_MONTH_FIRST, re.ASCII), (3, 2, 1)),
    "MM-DD-YYYY": (re.compile(_DAY_OR_MONTH_FIRST, re.ASCII), (3, 1, 2)),
    "YYYY-MM-DD": (re.compile(_YEAR_FIRST, re.ASCII), (1, 2, 3)),
}
_TIMES = re.compile(r"\b(\d{1,2})(?:(?:\:)?(\d{2})(?:\:(\d{2})(?:\.(\d+))?)?)?\W*([aApP][mM])?\b", re.ASCII)
_ISO_DATE = re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2})")
_ISO_DATETIME = re.compile(
    r"([0-9]{4})-([0-9]{2})-([0-9]{2})T([0-9]{1,2}):([0-9]{2})(?::([0-9]{2})(?:[.,]([0-9]+))?)?"
    r"(?:(Z)|([-+])([01][0-9]|2[0-3]):([0-5][0-9]))"
)


def find_datetime(environment: Environment, text: str, *, fill_time: bool = False) -> DateTime | None:
    """Return the datetime that a text speaks of, None for none (flows 8.4).

    A date without a time is midnight in the environment's timezone, or has the clock time of now with `fill_time`.
    """
    text = text.strip(" \n\r\t")
    try:
        if (written := _ISO_DATETIME.fullmatch(text)) is not None:
            return _iso_datetime(written, environment.timezone)
        date, rest = _find_date(environment, text)
        if date is None:
            return None
        time = find_time(rest)
        if time is None:
            time = environment.now().in_zone(environment.timezone).time if fill_time else MIDNIGHT
        return DateTime.at(date, time, environment.timezone)
    except (ValueError, OverflowError):
        return None


def find_date(environment: Environment, text: str) -> Date | None:
    """Return the date that a text speaks of, as written, None for none (flows 8.4)."""
    date, _ = _find_date(environment, text.strip(" \n\r\t"))
    return date


def find_time(text: str) -> Time | None:
    """Return the first time of day in a text, None for none (flows 8.5)."""
    for match in _TIMES.finditer(text):
        hour, minute, second = (int(part or 0) for part in match.group(1, 2, 3))
        half = (match[5] or "").lower()
        if half == "pm" and hour < _NOON:
            hour += _NOON
        elif half == "am" and hour == _NOON:
            hour = 0
        nanosecond = _nanoseconds(match[4])
        if hour == _LAST_HOUR + 1 and not (minute or second or nanosecond):
            hour = 0
        if hour <= _LAST_HOUR and minute <= _LAST_MINUTE and second <= _LAST_SECOND:
            return Time(hour, minute, second, nanosecond)
    return None


def _find_date(environment: Environment, text: str) -> tuple[Date | None, str]:
    iso = _ISO_DATE.match(text)
    if iso is not None and (date := _valid_date(*map(int, iso.groups()))) is not None:
        return date, text[iso.end() :]
    return next(_dates(environment, text), (None, ""))


def _dates(environment: Environment, text: str) -> Iterator[tuple[Date, str]]:
    pattern, order = _PATTERNS[environment.date_format]
    for match in pattern.finditer(text):
        year, month, day = match.group(*order)
        full_year = _full_year(environment, int(year)) if len(year) == 2 else int(year)
        date = _valid_date(full_year, int(month), int(day))
        if date is not None:
            yield date, text[match.end() :]


def _full_year(environment: Environment, year: int) -> int:
    # Modulo 1000, not 100: that is RapidPro's, and right until 2099.
    this_year = environment.now().in_zone(environment.timezone).local.year % 1_000
    return (1_900 if year > this_year else 2_000) + year


def _valid_date(year: int, month: int, day: int) -> Date | None:
    try:
        return Date.of(dt.date(year, month, day))
    except ValueError:
        return None


def _iso_datetime(match: re.Match[str], local: dt.tzinfo) -> DateTime:
    year, month, day, hour, minute, second = (int(part or 0) for part in match.group(1, 2, 3, 4, 5, 6))
    microsecond, nanosecond = divmod(_nanoseconds(match[7]), _NANOSECONDS_PER_MICROSECOND)
    written = dt.datetime(year, month, day, hour, minute, second, microsecond, tzinfo=dt.UTC)
    if match[8]:
        return DateTime(written, nanosecond)
    offset = dt.timedelta(hours=int(match[10]), minutes=int(match[11])) * (-1 if match[9] == "-" else 1)
    return DateTime(with_offset(written, offset, local), nanosecond)


def with_offset(written: dt.datetime, offset: dt.timedelta, local: dt.tzinfo) -> dt.datetime:
    """Return the moment that clocks with an offset show as `written`, which is tagged as UTC.

    It is in the local timezone if that has the offset then, else in a nameless one of that offset, as Go parses times.
    """
    instant = written - offset
    moment = instant.astimezone(local)
    return moment if moment.utcoffset() == offset else instant.astimezone(dt.timezone(offset))


def _nanoseconds(fraction: str | None) -> int:
    return int(fraction[:9].ljust(9, "0")) if fraction else 0


def _offset(moment: dt.datetime) -> dt.timedelta:
    offset = moment.utcoffset()
    assert offset is not None
    return offset
