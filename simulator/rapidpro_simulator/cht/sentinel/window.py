"""When scheduled messages may go out: the hours that the settings name, by the server's clock (cht-sentinel 1.6)."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

from rapidpro_simulator.cht.javascript import compile_pattern

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import tzinfo

LAST_HOUR = 23
NOON = 12
_SYNTHETIC = compile_pattern(r"(\d{4})(\d\d)(\d\d)(\d\d)?(\d\d)?")


def is_sendable(settings: Mapping[str, Any], now: datetime) -> bool:
    """Say whether `now`, in the server's time zone, is between morning and evening: both included, seconds ignored.

    An evening at 0 o'clock is 23 o'clock, and an evening before the morning never comes.
    """
    morning = (_number(settings, "schedule_morning_hours"), _number(settings, "schedule_morning_minutes"))
    evening = (_number(settings, "schedule_evening_hours") or LAST_HOUR, _number(settings, "schedule_evening_minutes"))
    return morning <= (now.hour, now.minute) <= evening


def synthetic_date(settings: Mapping[str, Any], zone: tzinfo) -> datetime | None:
    """Return the instant that the settings put in place of now, for trying schedules out; None where they do not."""
    found = _SYNTHETIC.fullmatch(str(settings.get("synthetic_date") or ""))
    if found is None:
        return None
    year, month, day, hour, minute = found.groups()
    try:
        return datetime(int(year), int(month), int(day), int(hour or NOON), int(minute or 0), tzinfo=zone)
    except ValueError:
        return None


def _number(settings: Mapping[str, Any], name: str) -> int:
    try:
        return int(settings.get(name) or 0)
    except (TypeError, ValueError):
        return 0
