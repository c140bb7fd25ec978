"""RapidPro's throttle: a sliding log of accepted requests for every workspace and scope.

It only counts. Which scope a request belongs to and which rate it has is data of `rates`; the answer is `api`'s.
"""

from __future__ import annotations

import math
from collections import deque
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime

HOUR = timedelta(hours=1)


@dataclass(frozen=True)
class Refusal:
    """A request that came too early. `wait`: the whole seconds until the next is welcome, None where unknown."""

    wait: int | None


class SlidingLog:
    """The instants at which requests were accepted, the oldest first (rapidpro 2.4)."""

    __slots__ = ("_accepted",)

    def __init__(self) -> None:
        self._accepted: deque[datetime] = deque()

    def used(self, now: datetime, window: timedelta = HOUR) -> int:
        """Return how many requests were accepted within the `window` that ends `now`."""
        accepted = self._accepted
        start = now - window
        while accepted and accepted[0] <= start:
            accepted.popleft()
        return len(accepted)

    def admit(self, now: datetime, limit: int, window: timedelta = HOUR) -> Refusal | None:
        """Accept a request at `now` and return None, or refuse it.

        At most `limit` requests pass within a `window`. What is refused leaves no trace: whoever keeps hammering is
        not punished (rapidpro 2.4).
        """
        used = self.used(now, window)
        if used < limit:
            self._accepted.append(now)
            return None
        return Refusal(self._wait(now, limit, window))

    def _wait(self, now: datetime, limit: int, window: timedelta) -> int | None:
        slots = limit - len(self._accepted) + 1
        if slots <= 0:  # the limit was lowered below what had been accepted already
            return None
        oldest = self._accepted[0] if self._accepted else now
        return math.ceil((window - (now - oldest)) / timedelta(seconds=slots))


class Throttle:
    """The sliding logs of an installation, by who asks (a workspace's id, an address) and by scope."""

    def __init__(self) -> None:
        self._logs: dict[tuple[object, str], SlidingLog] = {}

    def log(self, who: object, scope: str) -> SlidingLog:
        """Return the log of `who` in `scope`; it is empty at first."""
        key = (who, scope)
        log = self._logs.get(key)
        if log is None:
            log = self._logs[key] = SlidingLog()
        return log
