"""Durations as sentences have them, read."""

from __future__ import annotations

from .words import UnreadableError

SECONDS = {"second": 1, "minute": 60, "hour": 3600, "day": 86400, "week": 604800}


def seconds_of(text: str) -> float:
    """Read a duration such as `90 minutes`, `a day`, `2 weeks` or `hour`."""
    amount, _, unit = text.rpartition(" ")
    number = 1.0 if amount in {"", "a", "an"} else _number(amount)
    return number * SECONDS[unit.rstrip("s")]


def _number(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        raise UnreadableError(f"{text!r} is no number of {', '.join(SECONDS)}s, such as 90 or 1.5") from None


UNIT = f"(?:{'|'.join(SECONDS)})s?"
PERIOD = rf"(?:(?:[\d.]+|an?) )?{UNIT}"
DURATION = rf"(?P<duration>(?:[\d.]+|an?) {UNIT})"
