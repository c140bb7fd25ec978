"""When a message of a schedule is due (cht-sentinel 7.1)."""

from __future__ import annotations

from datetime import timedelta, timezone, tzinfo
from typing import TYPE_CHECKING, Any

from rapidpro_simulator.cht.javascript import compile_pattern, is_truthy, trim
from rapidpro_simulator.cht.messages.moments import Duration, add

if TYPE_CHECKING:
    import re
    from collections.abc import Mapping
    from datetime import datetime

WEEKDAYS = ("su", "mo", "tu", "we", "th", "fr", "sa")

_TIME = compile_pattern(r"\s*(\d{1,2}):(\d{2})\s*(?:([+-])(\d{1,2}):?(\d{2})?|(Z))?\s*")
_NUMBER = compile_pattern(r"-?\d+")


def due_of(start: datetime, offset: Duration, message: Mapping[str, Any]) -> datetime:
    """Return the instant `offset` after `start`, at the time and on the day of the week that `message` names."""
    zone = start.tzinfo
    due = _at_time(add(start, offset), message.get("send_time"))
    return _on_day(due, message.get("send_day")).astimezone(zone)


def _at_time(due: datetime, time: Any) -> datetime:
    found = _TIME.match(time) if isinstance(time, str) else None
    if found is None:
        return due
    local = due.astimezone(_zone_of(found) or due.tzinfo)
    midnight = local.replace(hour=0, minute=0, second=0, microsecond=0)
    # Beyond 23:59 the clock goes on into the next day.
    days, hours = divmod(int(found[1]), 24)
    return add(midnight, Duration(days, "day")).replace(hour=hours) + timedelta(minutes=int(found[2]))


def _zone_of(found: re.Match[str]) -> tzinfo | None:
    if found[6]:
        return timezone.utc  # noqa: UP017 - the name of a zone beside others
    if not found[3]:
        return None
    size = timedelta(hours=int(found[4]), minutes=int(found[5] or 0))
    return timezone(-size if found[3] == "-" else size)


def _on_day(due: datetime, day: Any) -> datetime:
    """Return `due` on a day of its own week, which begins on Sunday: the day may lie before it."""
    if not is_truthy(day):
        return due
    return add(due, Duration(_number_of(day) - due.isoweekday() % 7, "day"))


def _number_of(day: Any) -> int:
    text = trim(str(day)).lower()
    if _NUMBER.fullmatch(text):
        return int(text)
    return next((number for number, name in enumerate(WEEKDAYS) if text.startswith(name)), 0)
