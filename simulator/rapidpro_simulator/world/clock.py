"""The simulation's time: frozen (virtual), real, or dilated. Two knobs say which: `frozen` and `speed`.

A clock says what time it is and runs timers in order; `loop` makes an asyncio event loop live by it.
Time is kept in whole microseconds, so that every run of a simulation reads the same instants.
"""

from __future__ import annotations

import heapq
import math
import time
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Callable

MICROSECONDS = 1_000_000
MICROSECOND = timedelta(microseconds=1)
DEFAULT_START = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)


def microseconds(seconds: float) -> int:
    """Return `seconds` in whole microseconds, to the nearest, but at least one for any time above 0."""
    return max(round(seconds * MICROSECONDS), int(seconds > 0))


class Timer:
    """One callback that is due at an instant; ``cancel()`` takes it back."""

    __slots__ = ("_callback", "due")

    def __init__(self, due: int, callback: Callable[[], object]) -> None:
        self.due = due
        self._callback: Callable[[], object] | None = callback

    @property
    def cancelled(self) -> bool:
        return self._callback is None

    def cancel(self) -> None:
        self._callback = None

    def run(self) -> None:
        callback, self._callback = self._callback, None
        if callback is not None:
            callback()


class Interval:
    """Runs `callback` every `seconds`, anchored at its start, until it is cancelled."""

    def __init__(self, clock: Clock, seconds: float, callback: Callable[[], object]) -> None:
        self._clock = clock
        self._step = timedelta(seconds=seconds)
        self._callback = callback
        self._next = clock.now() + self._step
        self._timer = clock.call_at(self._next, self._fire)

    def cancel(self) -> None:
        self._timer.cancel()

    def _fire(self) -> None:
        self._next += self._step
        self._timer = self._clock.call_at(self._next, self._fire)
        self._callback()


class Clock(Protocol):
    """What every part of a simulation may ask of time."""

    def now(self) -> datetime:
        """Return the current instant, in UTC."""

    def seconds(self) -> float:
        """Return the seconds since the simulation began."""

    def call_at(self, when: datetime, callback: Callable[[], object]) -> Timer:
        """Run `callback` at `when`; at once, but never inside this call, where that is past."""

    def call_later(self, delay: float, callback: Callable[[], object]) -> Timer:
        """Run `callback` after `delay` seconds."""


class WrongClock:
    """A clock that is wrong: `ahead` of `clock`, by which time passes, or behind it where that is negative."""

    def __init__(self, clock: Clock, ahead: timedelta) -> None:
        self._clock = clock
        self._ahead = ahead
        self.seconds = clock.seconds
        self.call_later = clock.call_later

    def now(self) -> datetime:
        return self._clock.now() + self._ahead

    def call_at(self, when: datetime, callback: Callable[[], object]) -> Timer:
        return self._clock.call_at(when - self._ahead, callback)


class BaseClock:
    """Timers on a line of whole microseconds; the subclasses say how the line is walked.

    `speed` is how many seconds pass for each second of the wall clock: 0 in frozen time, which never waits.
    """

    def __init__(self, start: datetime = DEFAULT_START, speed: float = 0) -> None:
        if start.tzinfo is None:
            raise ValueError(f"the clock starts at an instant with a time zone, not at {start.isoformat()}")
        self.start = start.astimezone(UTC)
        self.speed = speed
        self.frozen = not speed  # whether time stands still until it is moved
        self.on_jump: Callable[[timedelta], object] | None = None
        self._timers: list[tuple[int, int, Timer]] = []  # when it is due, and the how-manieth it was to be set
        self._order = 0

    def elapsed(self) -> int:
        """Return the microseconds since the simulation began."""
        raise NotImplementedError

    def jump_to(self, elapsed: int) -> None:
        """Move frozen time to `elapsed` microseconds after the start, without running timers; never backwards.

        `on_jump` is called with how far it went. Raises `TypeError` where time passes by itself.
        """
        raise TypeError(f"time that passes by itself cannot be moved to {elapsed}")

    def seconds(self) -> float:
        """Return the seconds since the simulation began."""
        return self.elapsed() / MICROSECONDS

    def now(self) -> datetime:
        """Return the current instant, in UTC."""
        return self.start + self.elapsed() * MICROSECOND  # half the price of making a timedelta by its name

    def call_at(self, when: datetime, callback: Callable[[], object]) -> Timer:
        """Run `callback` at `when`; at once, but never inside this call, where that is past."""
        return self._add((when - self.start) // MICROSECOND, callback)

    def call_later(self, delay: float, callback: Callable[[], object]) -> Timer:
        """Run `callback` after `delay` seconds of this clock."""
        return self._add(self.elapsed() + microseconds(delay), callback)

    def _add(self, due: int, callback: Callable[[], object]) -> Timer:
        self._order += 1
        timer = Timer(max(due, self.elapsed()), callback)
        heapq.heappush(self._timers, (timer.due, self._order, timer))
        return timer

    def next_due(self) -> int | None:
        """Return when the next timer is due, in microseconds since the start; None where there is none."""
        while self._timers and self._timers[0][2].cancelled:
            heapq.heappop(self._timers)
        return self._timers[0][0] if self._timers else None

    def run_due(self) -> int:
        """Run what is due by now, in order of time and then of arrival, and return how many timers ran."""
        count = 0
        until = self.elapsed()
        last = self._order  # what a callback adds for this very instant waits for the next call
        while (due := self.next_due()) is not None and due <= until and self._timers[0][1] <= last:
            heapq.heappop(self._timers)[2].run()
            count += 1
        return count


class FrozenClock(BaseClock):
    """Virtual time: it stands still until it is moved, and then jumps.

    `start` is the instant at which the simulation begins. Raises `ValueError` where it has no time zone.
    """

    def __init__(self, start: datetime = DEFAULT_START) -> None:
        super().__init__(start)
        self._elapsed = 0
        self._now = self.start

    def elapsed(self) -> int:
        return self._elapsed

    # Asked several times an exchange, and the same until time is moved.

    def seconds(self) -> float:
        return self._elapsed / MICROSECONDS

    def now(self) -> datetime:
        return self._now

    def jump_to(self, elapsed: int) -> None:
        step = elapsed - self._elapsed
        if step <= 0:
            return
        self._elapsed = elapsed
        self._now = self.start + elapsed * MICROSECOND
        if self.on_jump is not None:
            self.on_jump(step * MICROSECOND)

    def advance(self, step: timedelta) -> None:
        """Move on by `step` and run every timer on the way, each at its own instant.

        For models that are tested without an event loop; a simulation advances through its loop.
        """
        target = self._elapsed + step // MICROSECOND
        while (due := self.next_due()) is not None and due <= target:
            self.jump_to(due)
            self.run_due()
        self.jump_to(target)


class LiveClock(BaseClock):
    """Time that passes by itself, `speed` times as fast as the wall's (1: real, 600: ten minutes a second).

    `start` is the instant at which the simulation begins (None: now). Raises `ValueError` where it has no time zone, or
    where `speed` is not a number above 0.
    """

    def __init__(self, start: datetime | None = None, speed: float = 1) -> None:
        if not (speed > 0 and math.isfinite(speed)):
            raise ValueError(f"the speed of a clock is a number above 0, not {speed}")
        super().__init__(start or datetime.now(UTC), speed)
        self._origin = time.monotonic()

    def elapsed(self) -> int:
        return int((time.monotonic() - self._origin) * self.speed * MICROSECONDS)
