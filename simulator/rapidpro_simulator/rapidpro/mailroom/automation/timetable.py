"""When campaign events and schedules are due: arithmetic with days and hours of the workspace's zone (rapidpro 8.4)."""

from __future__ import annotations

from calendar import monthrange
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from rapidpro_simulator.rapidpro.model.campaigns import ANY_HOUR
from rapidpro_simulator.rapidpro.model.triggers import Repeat

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import tzinfo

    from rapidpro_simulator.rapidpro.model.campaigns import CampaignEvent
    from rapidpro_simulator.rapidpro.model.triggers import Schedule

MINUTE = timedelta(minutes=1)

# Minutes and hours are lengths of time, days and weeks are days of the calendar: a day may have 23 hours.
LENGTHS = {"minutes": timedelta(minutes=1), "hours": timedelta(hours=1)}
DAYS = {"days": 1, "weeks": 7}


def due(event: CampaignEvent, relative_to: datetime, zone: tzinfo, now: datetime) -> datetime | None:
    """Return the instant (UTC) of an event for somebody with the date `relative_to`; None where that is past.

    It is None, too, where the year has more than four digits: nobody lives to see that day.
    """
    try:
        instant = _scheduled(event, relative_to, zone)
    except OverflowError:
        return None
    return instant if instant > now else None


def _scheduled(event: CampaignEvent, relative_to: datetime, zone: tzinfo) -> datetime:
    moment = relative_to.astimezone(zone)
    started = moment.replace(second=0, microsecond=0)
    if started != moment:  # up to the next full minute
        started = (started.astimezone(UTC) + MINUTE).astimezone(zone)
    if event.unit in LENGTHS:
        scheduled = (started.astimezone(UTC) + event.offset * LENGTHS[event.unit]).astimezone(zone)
    else:
        scheduled = started + timedelta(days=event.offset * DAYS[event.unit])  # the same time of that day
    if event.delivery_hour != ANY_HOUR:
        scheduled = scheduled.replace(hour=event.delivery_hour, minute=0, second=0, microsecond=0)
    return scheduled.astimezone(UTC)


def next_fire(schedule: Schedule, zone: tzinfo, after: datetime) -> datetime | None:
    """Return the first time (UTC) of a schedule after an instant; None where there is none any more."""
    if schedule.start > after:
        return schedule.start
    if schedule.repeat is Repeat.NEVER:
        return None
    start = schedule.start.astimezone(zone)
    step = _STEPS[schedule.repeat]
    day = max(start, after.astimezone(zone)) - timedelta(days=1)
    candidate = start.replace(year=day.year, month=day.month, day=day.day)
    for _ in range(2 * 366):
        fits = candidate.astimezone(UTC) > after and step(start, candidate, schedule)
        if fits:
            return candidate.astimezone(UTC)
        candidate += timedelta(days=1)
    return None


def _weekly(start: datetime, day: datetime, schedule: Schedule) -> bool:
    return day.weekday() in (schedule.weekdays or (start.weekday(),))


def _monthly(start: datetime, day: datetime, _schedule: Schedule) -> bool:
    return day.day == min(start.day, monthrange(day.year, day.month)[1])


def _yearly(start: datetime, day: datetime, schedule: Schedule) -> bool:
    return day.month == start.month and _monthly(start, day, schedule)


_STEPS: dict[Repeat, Callable[[datetime, datetime, Schedule], bool]] = {
    Repeat.DAILY: lambda *_: True,
    Repeat.WEEKLY: _weekly,
    Repeat.MONTHLY: _monthly,
    Repeat.YEARLY: _yearly,
}
