"""Times that come again, as CHT's library for them (`later`) has them: cron of five fields, and what texts mean.

All of the fields must agree, the day of the month and the day of the week as well. Pure.
"""

from __future__ import annotations

import calendar
import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date

MONTHS = ("JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC")
WEEKDAYS = ("SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT")
LAST = 0
"""Stands among days of the month for the last one, whatever its number."""

_RANGE = re.compile(r"(?P<first>\w+)(?:-(?P<last>\w+))?")
_NTH = re.compile(r"(?P<day>\w+)#(?P<number>[1-5])")


class CronError(ValueError):
    """A text that is no cron expression, or one that is not understood here."""


@dataclass(frozen=True)
class Times:
    """Instants of whole minutes: those whose minute, hour, day, month and weekday (0: Sunday) are all listed.

    `nth` are weekdays of the month, such as the second Tuesday: (2, 2).
    """

    minutes: tuple[int, ...] = tuple(range(60))
    hours: tuple[int, ...] = tuple(range(24))
    days: frozenset[int] = frozenset(range(1, 32))
    months: frozenset[int] = frozenset(range(1, 13))
    weekdays: frozenset[int] = frozenset(range(7))
    nth: frozenset[tuple[int, int]] = frozenset()

    def latest(self, after: datetime, until: datetime) -> datetime | None:
        """Return the last of them behind `after` and not behind `until`; None where there is none."""
        found = (moment for moment in self._backwards(after, until) if moment <= until)
        moment = next(found, None)
        return moment if moment is not None and moment > after else None

    def _backwards(self, after: datetime, until: datetime) -> Iterator[datetime]:
        day = until.date()
        while day >= after.date():
            if self._has(day):
                for hour in reversed(self.hours):
                    for minute in reversed(self.minutes):
                        yield datetime(day.year, day.month, day.day, hour, minute, tzinfo=until.tzinfo)
            day -= timedelta(days=1)

    def _has(self, day: date) -> bool:
        weekday = day.isoweekday() % 7
        is_last = day.day == calendar.monthrange(day.year, day.month)[1]
        on_weekday = weekday in self.weekdays or (weekday, (day.day + 6) // 7) in self.nth
        return day.month in self.months and on_weekday and (day.day in self.days or (LAST in self.days and is_last))


def parse_cron(text: str) -> Times:
    """Return the times of a cron expression of five fields. Raises `CronError`."""
    fields = text.split()
    if len(fields) != 5:
        raise CronError(f"{text!r} is no cron expression: it has {len(fields)} fields, not five")
    minute, hour, day, month, weekday = fields
    nth = [found for found in map(_NTH.fullmatch, weekday.split(",")) if found]
    plain = [part for part in weekday.split(",") if not _NTH.fullmatch(part)]
    return Times(
        minutes=tuple(sorted(_numbers(minute, 0, 59))),
        hours=tuple(sorted(_numbers(hour, 0, 23))),
        days=frozenset(
            number for part in day.split(",") for number in ([LAST] if part == "L" else _numbers(part, 1, 31))
        ),
        months=frozenset(_numbers(month, 1, 12, ("", *MONTHS))),
        weekdays=frozenset(number % 7 for part in plain for number in _numbers(part, 0, 7, WEEKDAYS)),
        nth=frozenset((_number(found["day"], WEEKDAYS) % 7, int(found["number"])) for found in nth),
    )


def is_near(times: Times, now: datetime, seconds: float) -> bool:
    """Say whether one of `times` is not more than so many seconds before or after `now`."""
    near = timedelta(seconds=seconds)
    return times.latest(now - near - timedelta(microseconds=1), now + near) is not None


def _numbers(field: str, least: int, most: int, names: tuple[str, ...] = ()) -> Iterator[int]:
    for part in field.upper().split(","):
        span, _, step = part.partition("/")
        if step and not (step.isdecimal() and int(step)):
            raise CronError(f"{step!r} is no step in {field!r}")
        first, last = _span(span, least, most, names, open_ended=bool(step))
        if not least <= first <= last <= most:
            raise CronError(f"{part!r} is not between {least} and {most}")
        yield from range(first, last + 1, int(step or 1))


def _span(span: str, least: int, most: int, names: tuple[str, ...], *, open_ended: bool) -> tuple[int, int]:
    if span in {"*", "?"}:
        return least, most if most != 7 else 6
    found = _RANGE.fullmatch(span)
    if found is None:
        raise CronError(f"{span!r} is not understood in a cron expression")
    first = _number(found["first"], names)
    return first, _number(found["last"], names) if found["last"] else (most if open_ended else first)


def _number(text: str, names: tuple[str, ...]) -> int:
    if text.isdecimal():
        return int(text)
    if text.upper()[:3] in names and len(text) >= 3:
        return names.index(text.upper()[:3])
    raise CronError(f"{text!r} is not understood in a cron expression")
