"""Durations as sentences have them."""

from __future__ import annotations

from rapidpro_simulator.steps.durations import SECONDS
from rapidpro_simulator.world.plurals import counted

UNITS = {unit: SECONDS[unit] for unit in ("day", "hour", "minute", "second")}
SHORTEST = 1.0  # seconds that are worth a sentence
NEAR = 2  # seconds that a whole minute may be away, where it is not known to the second what took them


def spoken(seconds: float) -> str:
    """Return a duration in the largest unit that makes a whole number of it: `90 minutes`, `1 hour`, `1.5 seconds`."""
    for unit, size in UNITS.items():
        if seconds >= size and seconds % size == 0:
            return counted(f"{seconds / size:g}", unit)
    return f"{seconds:.6f}".rstrip("0").rstrip(".") + " seconds"


def passing(seconds: float) -> str:
    """Return the sentence that lets so much time pass."""
    duration = spoken(seconds)
    return f"{duration} {'passes' if duration.startswith('1 ') else 'pass'}"


def rounded(seconds: float) -> int:
    """Return whole seconds; whole minutes where they are near."""
    whole = round(seconds)
    minute = UNITS["minute"]
    nearest = round(whole / minute) * minute
    return nearest if nearest and abs(whole - nearest) <= NEAR else whole
