"""Dates, times and datetimes of flows, to the nanosecond (flows 6.6).

`layouts` writes and reads them by layouts such as `DD-MM-YYYY`; `dates_in_text` finds them in free text.
"""

from __future__ import annotations

import datetime as dt
import zoneinfo
from dataclasses import dataclass
from functools import total_ordering

_DAY = dt.timedelta(days=1)
_EPOCH = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)
_MICROSECOND = dt.timedelta(microseconds=1)
NANOSECONDS_PER_MICROSECOND = 1_000


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
        return cls(time.hour, time.minute, time.second, time.microsecond * NANOSECONDS_PER_MICROSECOND + nanosecond)

    def __str__(self) -> str:
        microsecond = self.nanosecond // NANOSECONDS_PER_MICROSECOND
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
        microsecond, nanosecond = divmod(time.nanosecond, NANOSECONDS_PER_MICROSECOND)
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
        return (self.local.astimezone(dt.UTC) - _EPOCH) // _MICROSECOND * NANOSECONDS_PER_MICROSECOND + self.nanosecond

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


def with_offset(written: dt.datetime, offset: dt.timedelta, local: dt.tzinfo) -> dt.datetime:
    """Return the moment that clocks with an offset show as `written`, which is tagged as UTC.

    It is in the local timezone if that has the offset then, else in a nameless one of that offset, as Go parses times.
    """
    instant = written - offset
    moment = instant.astimezone(local)
    return moment if moment.utcoffset() == offset else instant.astimezone(dt.timezone(offset))


def _offset(moment: dt.datetime) -> dt.timedelta:
    offset = moment.utcoffset()
    assert offset is not None
    return offset
