"""Layouts such as `DD-MM-YYYY tt:mm`: dates, times and datetimes written and strictly read by them (flows 8.3).

`dates_in_text` reads dates in free text; `calendar_names` has the names of days and months.
"""

from __future__ import annotations

import calendar
import datetime as dt
import re
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple, TypeAlias

from .calendar_names import names_of
from .dates import MIDNIGHT, Date, DateTime, Time, with_offset

if TYPE_CHECKING:
    from collections.abc import Callable

    from .calendar_names import Names


class LayoutError(ValueError):
    """A layout that cannot be read, or a text that is not written by it; the message is RapidPro's (flows 7)."""


class ShownMoment(NamedTuple):
    """What a layout shows of a value; whatever the value has not is never asked for."""

    date: dt.date
    time: Time
    offset: dt.timedelta | None
    names: Names


@dataclass(slots=True)
class ReadFields:
    """What has been read of a text. What a layout does not mention keeps these values."""

    year: int = 1
    month: int = 1
    day: int = 1
    hour: int = 0
    minute: int = 0
    second: int = 0
    nanosecond: int = 0
    half: str = ""
    offset: dt.timedelta | None = None
    is_utc: bool = False

    def to_date(self) -> Date:
        """Return the date. Raises `LayoutError` for a day that its month does not have."""
        if self.day > calendar.monthrange(self.year, self.month)[1]:
            raise LayoutError("cannot parse '' as ''")
        return Date(self.year, self.month, self.day)

    def to_time(self) -> Time:
        """Return the time of day; am and pm count whether the hours are of twelve or of twenty-four."""
        hour = self.hour
        if self.half == "PM" and hour < _NOON:
            hour += _NOON
        elif self.half == "AM" and hour == _NOON:
            hour = 0
        return Time(hour, self.minute, self.second, self.nanosecond)


Formatter: TypeAlias = "Callable[[ShownMoment], str]"
Reader: TypeAlias = (
    "Callable[[ReadFields, str], str | None]"  # returns the rest of the text, None where it does not match
)


class LayoutPart(NamedTuple):
    """A run of one character in a layout: which layouts may have it, how it is written and how it is read."""

    kinds: str
    write: Formatter
    read: Reader | None = None


_NOON = 12
_OLDEST_YEAR_OF_TWO_DIGITS = 69
_RUNS = re.compile(r"(.)\1*", re.DOTALL)
_LITERALS = frozenset(" :/.,T-_")
_FRACTION = re.compile(r"[.,]([0-9]+)")
_OFFSET = re.compile(r"([-+])([01][0-9]|2[0-3]):([0-5][0-9])")


def format_datetime(value: DateTime, layout: str, locale: str = "") -> str:
    """Return a datetime in its own timezone by a layout. Raises `LayoutError` for a bad layout."""
    moment = ShownMoment(value.local.date(), value.time, value.local.utcoffset(), names_of(locale))
    return _write(moment, layout, "datetime")


def format_date(value: Date, layout: str, locale: str = "") -> str:
    """Return a date by a layout. Raises `LayoutError` for a bad layout."""
    return _write(ShownMoment(value.calendar, MIDNIGHT, None, names_of(locale)), layout, "date")


def format_time(value: Time, layout: str, locale: str = "") -> str:
    """Return a time by a layout. Raises `LayoutError` for a bad layout."""
    return _write(ShownMoment(dt.date.min, value, None, names_of(locale)), layout, "time")


def parse_datetime(text: str, layout: str, timezone: dt.tzinfo) -> DateTime:
    """Return the datetime that a text gives by a layout, in `timezone` unless it says otherwise.

    Raises `LayoutError` for a bad layout or a text that is not written by it.
    """
    fields = _read(text, layout, "datetime")
    date, time = fields.to_date(), fields.to_time()
    try:
        if fields.is_utc:
            return DateTime.at(date, time, dt.UTC)
        if fields.offset is None:
            return DateTime.at(date, time, timezone)
        written = DateTime.at(date, time, dt.UTC)
        return DateTime(with_offset(written.local, fields.offset, timezone), written.nanosecond)
    except OverflowError:
        raise LayoutError("cannot parse '' as ''") from None


def parse_date(text: str, layout: str) -> Date:
    """Return the date that a text gives by a layout. Raises `LayoutError`."""
    return _read(text, layout, "date").to_date()


def parse_time(text: str, layout: str) -> Time:
    """Return the time that a text gives by a layout. Raises `LayoutError`."""
    return _read(text, layout, "time").to_time()


def _write(moment: ShownMoment, layout: str, kind: str) -> str:
    return "".join([write if isinstance(write, str) else write(moment) for write in _compile_writers(layout, kind)])


def _read(text: str, layout: str, kind: str) -> ReadFields:
    fields = ReadFields()
    for sequence, reader in _compile_readers(layout, kind):
        rest = reader(fields, text)
        if rest is None:
            raise LayoutError(f"cannot parse '{text}' as '{sequence}'")
        text = rest
    if text:
        raise LayoutError(f"cannot parse '{text}' as ''")
    return fields


@lru_cache(maxsize=512)
def _compile_writers(layout: str, kind: str) -> list[Formatter | str]:
    writers: list[Formatter | str] = []
    for run in _runs(layout):
        if run[0] in _LITERALS:
            writers.append(run)
        elif run in SEQUENCES and kind in SEQUENCES[run].kinds.split():
            writers.append(SEQUENCES[run].write)
        else:
            raise LayoutError(f"'{run}' is not valid in a {kind} formatting layout")
    return writers


@lru_cache(maxsize=512)
def _compile_readers(layout: str, kind: str) -> list[tuple[str, Reader]]:
    readers: list[tuple[str, Reader]] = []
    for run in _runs(layout):
        if run[0] in _LITERALS:
            readers.append((run, _literal(run)))
            continue
        sequence = SEQUENCES.get(run)
        if sequence is None or sequence.read is None or kind not in sequence.kinds.split():
            raise LayoutError(f"'{run}' is not valid in a {kind} parsing layout")
        readers.append((run, sequence.read))
    return _with_unannounced_fractions(readers)


def _runs(layout: str) -> list[str]:
    return [match[0] for match in _RUNS.finditer(layout)]


def _with_unannounced_fractions(readers: list[tuple[str, Reader]]) -> list[tuple[str, Reader]]:
    # Go reads a fraction after the seconds also where the layout has none.
    sequences = [run for run, _ in readers if run[0] not in _LITERALS]
    has_fraction = any(run.startswith("f") for run in sequences)
    if has_fraction:
        return readers
    return [(run, _then_fraction(reader) if run in {"s", "ss"} else reader) for run, reader in readers]


def _then_fraction(read_second: Reader) -> Reader:
    def read(fields: ReadFields, text: str) -> str | None:
        rest = read_second(fields, text)
        fraction = _FRACTION.match(rest) if rest else None
        if rest is None or fraction is None:
            return rest
        fields.nanosecond = int(fraction[1][:9].ljust(9, "0"))
        return rest[fraction.end() :]

    return read


def _literal(run: str) -> Reader:
    def read(_: ReadFields, text: str) -> str | None:
        return text[len(run) :] if text.startswith(run) else None

    def read_spaces(_: ReadFields, text: str) -> str | None:
        return None if text and text[0] != " " else text.lstrip(" ")

    return read_spaces if run[0] == " " else read


def _digits(text: str, fewest: int, most: int) -> int | None:
    count = 0
    while count < most and text[count : count + 1].isascii() and text[count : count + 1].isdigit():
        count += 1
    return count if count >= fewest else None


def _number(name: str, digits: tuple[int, int], allowed: range) -> Reader:
    def read(fields: ReadFields, text: str) -> str | None:
        count = _digits(text, *digits)
        if count is None or int(text[:count]) not in allowed:
            return None
        setattr(fields, name, int(text[:count]))
        return text[count:]

    return read


def _short_year(fields: ReadFields, text: str) -> str | None:
    if _digits(text, 2, 2) is None:
        return None
    year = int(text[:2])
    fields.year = year + (1_900 if year >= _OLDEST_YEAR_OF_TWO_DIGITS else 2_000)
    return text[2:]


def _fraction(count: int) -> Reader:
    def read(fields: ReadFields, text: str) -> str | None:
        if _digits(text, count, count) is None:
            return None
        fields.nanosecond = int(text[:count].ljust(9, "0"))
        return text[count:]

    return read


def _half(*halves: str) -> Reader:
    def read(fields: ReadFields, text: str) -> str | None:
        if text[:2] not in halves:
            return None
        fields.half = text[:2].upper()
        return text[2:]

    return read


def _offset(fields: ReadFields, text: str) -> str | None:
    match = _OFFSET.match(text)
    if match is None:
        return None
    fields.offset = dt.timedelta(hours=int(match[2]), minutes=int(match[3])) * (-1 if match[1] == "-" else 1)
    return text[match.end() :]


def _offset_or_z(fields: ReadFields, text: str) -> str | None:
    if not text.startswith("Z"):
        return _offset(fields, text)
    fields.is_utc = True
    return text[1:]


def _write_offset(moment: ShownMoment) -> str:
    minutes = int((moment.offset or dt.timedelta()) / dt.timedelta(minutes=1))
    sign = "-" if minutes < 0 else "+"
    return f"{sign}{abs(minutes) // 60:02}:{abs(minutes) % 60:02}"


def _hour_of_twelve(moment: ShownMoment) -> int:
    return moment.time.hour % _NOON or _NOON


def _half_of_day(moment: ShownMoment) -> str:
    return moment.names.halves[moment.time.hour >= _NOON]


def _day_of_week(moment: ShownMoment) -> int:
    return moment.date.isoweekday() % 7


_MONTHS, _DAYS, _SIXTY = range(1, 13), range(1, 32), range(60)
_HOURS, _HOURS_OF_TWELVE = range(24), range(13)

SEQUENCES = {
    "YY": LayoutPart("date datetime", lambda m: f"{m.date.year % 100:02}", _short_year),
    "YYYY": LayoutPart("date datetime", lambda m: f"{m.date.year:04}", _number("year", (4, 4), range(1, 10_000))),
    "M": LayoutPart("date datetime", lambda m: f"{m.date.month}", _number("month", (1, 2), _MONTHS)),
    "MM": LayoutPart("date datetime", lambda m: f"{m.date.month:02}", _number("month", (2, 2), _MONTHS)),
    "MMM": LayoutPart("date datetime", lambda m: m.names.short_months[m.date.month - 1]),
    "MMMM": LayoutPart("date datetime", lambda m: m.names.months[m.date.month - 1]),
    "D": LayoutPart("date datetime", lambda m: f"{m.date.day}", _number("day", (1, 2), _DAYS)),
    "DD": LayoutPart("date datetime", lambda m: f"{m.date.day:02}", _number("day", (2, 2), _DAYS)),
    "EEE": LayoutPart("date datetime", lambda m: m.names.short_days[_day_of_week(m)]),
    "EEEE": LayoutPart("date datetime", lambda m: m.names.days[_day_of_week(m)]),
    "h": LayoutPart("time datetime", lambda m: f"{_hour_of_twelve(m)}", _number("hour", (1, 2), _HOURS_OF_TWELVE)),
    "hh": LayoutPart("time datetime", lambda m: f"{_hour_of_twelve(m):02}", _number("hour", (2, 2), _HOURS_OF_TWELVE)),
    # RapidPro drops the zeros of "00" too, and shows nothing at midnight.
    "t": LayoutPart("time datetime", lambda m: f"{m.time.hour or ''}", _number("hour", (1, 2), _HOURS)),
    "tt": LayoutPart("time datetime", lambda m: f"{m.time.hour:02}", _number("hour", (1, 2), _HOURS)),
    "m": LayoutPart("time datetime", lambda m: f"{m.time.minute}", _number("minute", (1, 2), _SIXTY)),
    "mm": LayoutPart("time datetime", lambda m: f"{m.time.minute:02}", _number("minute", (2, 2), _SIXTY)),
    "s": LayoutPart("time datetime", lambda m: f"{m.time.second}", _number("second", (1, 2), _SIXTY)),
    "ss": LayoutPart("time datetime", lambda m: f"{m.time.second:02}", _number("second", (2, 2), _SIXTY)),
    "fff": LayoutPart("time datetime", lambda m: f"{m.time.nanosecond:09}"[:3], _fraction(3)),
    "ffffff": LayoutPart("time datetime", lambda m: f"{m.time.nanosecond:09}"[:6], _fraction(6)),
    "fffffffff": LayoutPart("time datetime", lambda m: f"{m.time.nanosecond:09}", _fraction(9)),
    "aa": LayoutPart("time datetime", lambda m: _half_of_day(m).lower(), _half("am", "pm")),
    "AA": LayoutPart("time datetime", lambda m: _half_of_day(m).upper(), _half("AM", "PM")),
    "Z": LayoutPart("datetime", lambda m: _write_offset(m) if m.offset else "Z", _offset_or_z),
    "ZZZ": LayoutPart("datetime", _write_offset, _offset),
}
