"""RapidPro's throttle on seconds: the sliding log of `rapidpro.throttle` without its dates (rapidpro 2.4)."""

from __future__ import annotations

import math
from collections import deque
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from rapidpro_simulator.rapidpro.generations.rates import Rate


class Log:
    """The accepted requests of one scope; `limit` in `window` seconds, None where there is none."""

    __slots__ = ("accepted", "limit", "window")

    def __init__(self, limit: int | None = None, window: float = 3600.0) -> None:
        self.limit = limit
        self.window = window
        self.accepted: deque[float] = deque()

    def admit(self, now: float) -> bool:
        """Accept a request and return True, or refuse it, which leaves no trace."""
        if self.limit is None:
            return True
        accepted = self.accepted
        start = now - self.window
        while accepted and accepted[0] <= start:
            accepted.popleft()
        if len(accepted) >= self.limit:
            return False
        accepted.append(now)
        return True

    def wait(self, now: float) -> int | None:
        """Return the whole seconds that a refusal says; None where the limit is below what was accepted already."""
        slots = (self.limit or 0) - len(self.accepted) + 1
        if slots <= 0:
            return None
        oldest = self.accepted[0] if self.accepted else now
        return math.ceil((self.window - (now - oldest)) / slots)


class Throttle:
    """The logs of a workspace, by scope."""

    def __init__(self, rates: Mapping[str, Rate]) -> None:
        self.logs: dict[str, Log] = {}
        self.change(rates)

    def log(self, scope: str) -> Log:
        """Return the log of a scope; one without a rate admits everything."""
        return self.logs.setdefault(scope, Log())

    def change(self, rates: Mapping[str, Rate]) -> None:
        """Give scopes other rates; what was accepted in them stays accepted."""
        for scope, rate in rates.items():
            log = self.log(scope)
            log.limit, log.window = rate.limit, rate.window.total_seconds()
