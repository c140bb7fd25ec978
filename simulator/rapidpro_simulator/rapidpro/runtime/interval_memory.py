"""What is remembered for one to two intervals: the dialect in which courier forgets (rapidpro 6.5, 6.7)."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Generic, TypeVar

Key = TypeVar("Key")
Value = TypeVar("Value")

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class IntervalMemory(Generic[Key, Value]):
    """Values by key, kept until the end of the interval after the one that they were put in.

    Intervals are those of the clock (two seconds, days in UTC), so that something is known for one to two of them.
    """

    def __init__(self, interval: timedelta) -> None:
        self._interval = interval
        self._kept: dict[int, dict[Key, Value]] = {}

    def put(self, key: Key, value: Value, moment: datetime) -> None:
        """Keep a value from a moment on; what is too old by then goes."""
        number = self._number(moment)
        self._kept = {each: kept for each, kept in self._kept.items() if each >= number - 1}
        self._kept.setdefault(number, {})[key] = value

    def get(self, key: Key, now: datetime) -> Value | None:
        """Return the value that is known of a key; None for none."""
        number = self._number(now)
        return self._kept.get(number, {}).get(key) or self._kept.get(number - 1, {}).get(key)

    def forget(self, key: Key) -> None:
        for kept in self._kept.values():
            kept.pop(key, None)

    def _number(self, moment: datetime) -> int:
        return (moment - _EPOCH) // self._interval
