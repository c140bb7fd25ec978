"""The quota of a workspace, spent like money: how many requests an hour may go out, and when none may."""

from __future__ import annotations

from collections import deque
from datetime import UTC, datetime
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from .configuration import Quota

WINDOW = 3600.0  # seconds


class Purpose(StrEnum):
    """What a request is for."""

    SENDING = "sending"
    ASKING = "asking"


class Budget:
    """The requests of the last hour, and what is left; where the workspace shares one quota, one count for all.

    `block` is called with the time (POSIX seconds) until which the workspace wants no more requests; `blocked_until`
    is what it said before the gateway was started.
    """

    def __init__(self, quota: Quota, block: Callable[[float], None], blocked_until: float = 0) -> None:
        self._quota = quota
        self._block = block
        self._blocked = dict.fromkeys(Purpose, blocked_until)
        spent: deque[float] = deque()
        self._spent = {purpose: spent if quota.shared else deque[float]() for purpose in Purpose}

    def wait(self, purpose: Purpose) -> float:
        """Return the seconds until a request for `purpose` may go out; 0 for now.

        Asking leaves the last part of a shared quota to sending.
        """
        now = datetime.now(UTC).timestamp()
        blocked = self._blocked[purpose] - now
        if blocked > 0:
            return blocked
        spent = self._spent[purpose]
        while spent and spent[0] <= now - WINDOW:
            spent.popleft()
        limit = self._limit(purpose)
        return 0.0 if len(spent) < limit else spent[len(spent) - limit] + WINDOW - now

    def left(self, purpose: Purpose) -> int:
        """Return how many requests may go out for `purpose` at once."""
        return 0 if self.wait(purpose) else self._limit(purpose) - len(self._spent[purpose])

    def spend(self, purpose: Purpose) -> None:
        self._spent[purpose].append(datetime.now(UTC).timestamp())

    def refused(self, purpose: Purpose, seconds: float) -> None:
        """Take the workspace at its word: it wants no more requests for `seconds`."""
        until = datetime.now(UTC).timestamp() + seconds
        for each in Purpose if self._quota.shared else (purpose,):
            self._blocked[each] = max(self._blocked[each], until)
        self._block(until)

    def _limit(self, purpose: Purpose) -> int:
        if not self._quota.shared:
            return self._quota.sends_per_hour if purpose is Purpose.SENDING else self._quota.questions_per_hour
        return (
            min(self._quota.sends_per_hour, self._quota.questions_per_hour)
            if purpose is Purpose.ASKING
            else self._quota.sends_per_hour
        )
