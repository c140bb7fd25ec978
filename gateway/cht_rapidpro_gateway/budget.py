"""The quota of a workspace, spent like money: how many requests an hour may go out, and when none may."""

from __future__ import annotations

from collections import deque
from enum import StrEnum
from itertools import chain
from typing import TYPE_CHECKING

from .clock import SystemClock

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from .clock import Clock
    from .configuration import Quota

WINDOW_SECONDS = 3600.0
RESERVED_SHARE = 0.05  # of a shared quota, that sending leaves to asking: 125 requests of 2500 tell of 31,250 messages


class Purpose(StrEnum):
    """What a request is for."""

    SENDING = "sending"
    ASKING = "asking"


class Budget:
    """The requests of the last hour, and what is left. Times are seconds of `clock`.

    `block` is called with the time until which the workspace wants no more requests for a purpose; `blocked` is what
    it said, and `spent` when messages were sent, before the gateway was started.
    """

    def __init__(
        self,
        quota: Quota,
        block: Callable[[Purpose, float], None],
        blocked: Mapping[Purpose, float] | None = None,
        spent: Iterable[float] = (),
        clock: Clock | None = None,
    ) -> None:
        self._clock = clock or SystemClock()
        self._quota = quota
        self._block = block
        self._blocked = {purpose: (blocked or {}).get(purpose, 0.0) for purpose in Purpose}
        self._spent = {Purpose.SENDING: deque(sorted(spent)), Purpose.ASKING: deque[float]()}
        reserve = max(1, int(quota.sends_per_hour * RESERVED_SHARE)) if quota.shared else 0
        self._limits = {
            Purpose.SENDING: max(1, quota.sends_per_hour - reserve),
            Purpose.ASKING: quota.questions_per_hour,
        }

    def wait(self, purpose: Purpose) -> float:
        """Return the seconds until a request for `purpose` may go out; 0 for now.

        Of a shared quota, asking never takes more than its own part, and sending leaves it a little.
        """
        moment = self._clock.now()
        if self._blocked[purpose] > moment:
            return self._blocked[purpose] - moment
        self._forget(moment - WINDOW_SECONDS)
        own = self._spent[purpose]
        waits = [_wait(own, self._limits[purpose], moment)]
        if self._quota.shared and self._total() >= self._quota.sends_per_hour:
            waits.append(_wait(sorted(chain(*self._spent.values())), self._quota.sends_per_hour, moment))
        return max(waits)

    def left(self, purpose: Purpose) -> int:
        """Return how many requests may go out for `purpose` at once."""
        if self.wait(purpose) > 0:
            return 0
        own = self._limits[purpose] - len(self._spent[purpose])
        return min(own, self._quota.sends_per_hour - self._total()) if self._quota.shared else own

    def spend(self, purpose: Purpose) -> None:
        """Note that a request goes out now."""
        self._spent[purpose].append(self._clock.now())

    def refused(self, purpose: Purpose, seconds: float) -> None:
        """Take the workspace at its word: it wants no more requests for `seconds`."""
        until = self._clock.now() + seconds
        for each in Purpose if self._quota.shared else (purpose,):
            self._blocked[each] = max(self._blocked[each], until)
            self._block(each, self._blocked[each])

    def _total(self) -> int:
        return sum(map(len, self._spent.values()))

    def _forget(self, before: float) -> None:
        for spent in self._spent.values():
            while spent and spent[0] <= before:
                spent.popleft()


def _wait(spent: deque[float] | list[float], limit: int, moment: float) -> float:
    return 0.0 if len(spent) < limit else max(0.0, spent[len(spent) - limit] + WINDOW_SECONDS - moment)
