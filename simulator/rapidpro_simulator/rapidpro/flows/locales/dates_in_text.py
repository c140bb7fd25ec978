"""How dates, times and datetimes are found in free text (flows 8.4, 8.5)."""

from __future__ import annotations

import datetime as dt
import re
from typing import TYPE_CHECKING

from .dates import MIDNIGHT, NANOSECONDS_PER_MICROSECOND, Date, DateTime, Time, with_offset

if TYPE_CHECKING:
    from collections.abc import Iterator

    from .environment import Environment

_LAST_HOUR, _LAST_MINUTE, _LAST_SECOND = 23, 59, 59
_NOON = 12

_DAY_OR_MONTH_FIRST = r"\b([0-9]{1,2})[-.\\/_ ]([0-9]{1,2})[-.\\/_ ]([0-9]{4}|[0-9]{2})\b"
_YEAR_FIRST = r"\b([0-9]{4}|[0-9]{2})[-.\\/_ ]([0-9]{1,2})[-.\\/_ ]([0-9]{1,2})\b"
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
    """Return the first datetime in a text, None if it has none (flows 8.4).

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
    """Return the first date in a text, as written, None if it has none (flows 8.4)."""
    date, _ = _find_date(environment, text.strip(" \n\r\t"))
    return date


def find_time(text: str) -> Time | None:
    """Return the first time of day in a text, None if it has none (flows 8.5)."""
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
    microsecond, nanosecond = divmod(_nanoseconds(match[7]), NANOSECONDS_PER_MICROSECOND)
    written = dt.datetime(year, month, day, hour, minute, second, microsecond, tzinfo=dt.UTC)
    if match[8]:
        return DateTime(written, nanosecond)
    offset = dt.timedelta(hours=int(match[10]), minutes=int(match[11])) * (-1 if match[9] == "-" else 1)
    return DateTime(with_offset(written, offset, local), nanosecond)


def _nanoseconds(fraction: str | None) -> int:
    return int(fraction[:9].ljust(9, "0")) if fraction else 0
