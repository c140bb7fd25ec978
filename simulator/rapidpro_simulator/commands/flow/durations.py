"""Lengths of time as people write and read them: `90 minutes`, `1 day 2 h`."""

from __future__ import annotations

import re
from datetime import timedelta

from rapidpro_simulator.world.plurals import counted

UNITS = {"second": 1, "minute": 60, "hour": 3600, "day": 86_400, "week": 604_800}
SHORT = {"s": "second", "sec": "second", "m": "minute", "min": "minute", "h": "hour", "d": "day", "w": "week"}
LONGEST = timedelta(days=3660)
EXAMPLES = "write it like 5 minutes, 1 day or 2 h 30 min"

_PART = re.compile(r"\s*(\d+(?:\.\d+)?)?\s*([a-z]+)", re.IGNORECASE)


def read_duration(text: str) -> timedelta:
    """Return a length of time; an amount that is left out is 1. Raises `ValueError` with a sentence."""
    seconds, position = 0.0, 0
    while position < len(text):
        part = _PART.match(text, position)
        unit = _unit(part[2].lower()) if part else None
        if part is None or unit is None:
            raise ValueError(f"{text!r} is no length of time; {EXAMPLES}")
        seconds += float(part[1] or 1) * UNITS[unit]
        position = part.end()
    if seconds > LONGEST.total_seconds():
        raise ValueError(f"{text!r} is too long: {tell_duration(LONGEST)} are the most")
    return timedelta(seconds=seconds)


def _unit(word: str) -> str | None:
    word = SHORT.get(word) or word.removesuffix("s")
    word = SHORT.get(word, word)
    return word if word in UNITS else None


def tell_duration(length: timedelta) -> str:
    """Return a length of time in its two largest units: `1 day 2 hours`."""
    rest, parts = round(length.total_seconds()), []
    for unit in reversed(UNITS):
        if unit == "week":
            continue
        count, rest = divmod(rest, UNITS[unit])
        if count:
            parts.append(counted(count, unit))
    return " ".join(parts[:2]) or "no time"
