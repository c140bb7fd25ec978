"""The time of a served simulation: it passes by itself, can be paused and made faster, and can be held to be moved."""

from __future__ import annotations

import math
import time
from contextlib import contextmanager
from datetime import timedelta
from typing import TYPE_CHECKING

from .clock import MICROSECONDS, LiveClock
from .errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime


class SteeredClock(LiveClock):
    """A live clock with a hand on it.

    `start` is the instant at which the simulation begins (None: now), `speed` how many seconds pass for each second of
    the wall clock, 0 where time is paused. While it is `held`, it is a frozen clock: it stands still until it is moved.

    Raises `ValueError` where `start` has no time zone, or where `speed` is not a number, 0 or above.
    """

    def __init__(self, start: datetime | None = None, speed: float = 1) -> None:
        self._base = 0  # microseconds that had passed at `_origin`
        self._afterwards = 0.0  # the speed when it is let go
        self._last, self._because = math.inf, ""  # until when it can be moved, and why no further
        super().__init__(start, 1)
        self.speed = _speed(speed)

    def elapsed(self) -> int:
        return self._base + int((time.monotonic() - self._origin) * self.speed * MICROSECONDS)

    def turn(self, speed: float) -> None:
        """Let time pass at another speed from now on; 0 pauses it. Raises `ValueError` for what is no speed.

        Where time is held, it passes so when it is let go.
        """
        speed = _speed(speed)
        if self.frozen:
            self._afterwards = speed
        else:
            self._turn(speed)

    def _turn(self, speed: float) -> None:
        self._base, self._origin = self.elapsed(), time.monotonic()
        self.speed = speed

    @contextmanager
    def held(self, most: float = math.inf, because: str = "") -> Iterator[None]:
        """Hold time: within, it stands still until it is moved, as frozen time does, and then goes on at its speed.

        It can be moved by `most` seconds; whoever moves it further gets a `UsageError` that says `because`.
        """
        self._afterwards = self.speed
        self._turn(0)
        self.frozen = True
        self._last, self._because = self.seconds() + most, because
        try:
            yield
        finally:
            self.frozen = False
            self._turn(self._afterwards)

    def jump_to(self, elapsed: int) -> None:
        if not self.frozen:
            super().jump_to(elapsed)
        step = elapsed - self._base
        if step > 0:
            if elapsed / MICROSECONDS > self._last:
                raise UsageError(self._because)
            self._base = elapsed
            if self.on_jump is not None:
                self.on_jump(timedelta(microseconds=step))


def _speed(speed: float) -> float:
    if not (speed >= 0 and math.isfinite(speed)):
        raise ValueError(f"the speed of a clock is a number, 0 or above, not {speed}")
    return speed
