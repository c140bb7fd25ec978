"""A set of instants: those on whose date and time of day all conditions agree."""

from __future__ import annotations

import calendar
from dataclasses import dataclass
from datetime import date, datetime, timedelta

LAST = 0
"""Stands for the last day of a month, and the last of its Mondays."""
EVERY_MINUTE = tuple(range(24 * 60))


class RecurrenceError(ValueError):
    """A text that is not understood here."""


@dataclass(frozen=True)
class Times:
    """Instants of whole minutes.

    `minutes` are those of the day, in order; `days` are of the month, `weekdays` of the week (0: Sunday); `instances`
    say which of the month's Mondays it may be. The day of the month and of the week must agree, unlike in other crons.
    """

    minutes: tuple[int, ...] = EVERY_MINUTE
    days: frozenset[int] | None = None
    months: frozenset[int] | None = None
    weekdays: frozenset[int] | None = None
    instances: frozenset[int] | None = None

    def latest(self, after: datetime, until: datetime) -> datetime | None:
        """Return the last of them behind `after` and not behind `until`, in its time zone; None where there is none."""
        day = until.date()
        while self.minutes and day >= after.date():
            if self._has(day):
                moments = (_at(day, minute, until) for minute in reversed(self.minutes))
                found = next((moment for moment in moments if moment <= until), None)
                if found is not None:
                    return found if found > after else None
            day -= timedelta(days=1)
        return None

    def is_near(self, moment: datetime, distance: timedelta) -> bool:
        """Say whether one of them is not further than `distance` before or after `moment`."""
        return self.latest(moment - distance - timedelta(microseconds=1), moment + distance) is not None

    def _has(self, day: date) -> bool:
        length = calendar.monthrange(day.year, day.month)[1]
        instance = (day.day + 6) // 7
        return (
            (self.months is None or day.month in self.months)
            and (self.days is None or day.day in self.days or (LAST in self.days and day.day == length))
            and (self.weekdays is None or day.isoweekday() % 7 in self.weekdays)
            and (
                self.instances is None
                or instance in self.instances
                or (LAST in self.instances and day.day + 7 > length)
            )
        )


NEVER = Times(minutes=())


def _at(day: date, minute: int, like: datetime) -> datetime:
    return datetime(day.year, day.month, day.day, minute // 60, minute % 60, tzinfo=like.tzinfo)
