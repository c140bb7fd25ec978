"""The endpoint `statistics`: how many messages each channel carried on which day (rapidpro 4.15)."""

from __future__ import annotations

from collections import Counter
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from .calls import RapidProResponse
from .channels import type_of
from .errors import RapidProApiError

if TYPE_CHECKING:
    from rapidpro_simulator.rapidpro.model.channels import Channel

    from .calls import RapidProCall

LOOKED_BACK = timedelta(days=90)
MOST_DAYS = timedelta(days=366)
NO_DATE = "Invalid date value for '{}'."
TOO_LONG = "Date range can't be more than 366 days."
SCOPES = {True: "text:in", False: "text:out"}
"""By whether messages are incoming."""

Counts = dict[date, dict["Channel", Counter[str]]]


async def show(call: RapidProCall) -> RapidProResponse:
    """Answer `GET statistics`: from `since` until the day before `until`, days on which nothing happened left out.

    Modelled: days are those of UTC.
    """
    today = call.rapidpro.clock.now().date()
    since = _day("since", call) or today - LOOKED_BACK
    until = _day("until", call) or today + timedelta(days=1)
    if until - since > MOST_DAYS:
        raise RapidProApiError.detail(400, TOO_LONG)
    counts = _count(since, until, call)
    return RapidProResponse(200, {"results": [_render(day, counts[day]) for day in sorted(counts)]})


def _day(name: str, call: RapidProCall) -> date | None:
    text = call.parameter(name)
    if not text:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise RapidProApiError.detail(400, NO_DATE.format(name)) from error


def _count(since: date, until: date, call: RapidProCall) -> Counts:
    counts: Counts = {}
    for message in call.workspace.messages:
        day = message.created_on.date()
        if message.channel is not None and since <= day < until:
            channels = counts.setdefault(day, {})
            channels.setdefault(message.channel, Counter())[SCOPES[message.incoming]] += 1
    return counts


def _render(day: date, channels: dict[Channel, Counter[str]]) -> dict[str, Any]:
    shown = {channel.uuid: {"type": type_of(channel), **counts} for channel, counts in channels.items()}
    return {"date": day.isoformat(), "channels": shown}
