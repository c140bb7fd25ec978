"""Whether the webhooks of a workspace are answered in time (rapidpro 7.4)."""

from __future__ import annotations

from collections import deque
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from rapidpro_simulator.rapidpro.runtime.cron import Cron

if TYPE_CHECKING:
    from rapidpro_simulator.rapidpro.runtime.platform import Runtime

SLOW = 10.0  # seconds
BUCKET = timedelta(minutes=5)
BUCKETS = 4
MANY = 10  # slow calls
SHARE = 0.25  # of all calls
CHECKED = timedelta(minutes=3)

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class WebhookHealth:
    """Counts the calls of each node in buckets of five minutes; too many slow ones of late are an incident.

    Calls go on all the same: there is no circuit breaker.
    """

    def __init__(self, runtime: Runtime) -> None:
        self._runtime = runtime
        self._calls: dict[str, deque[tuple[int, bool]]] = {}
        self._open = False
        self._cron = Cron(runtime.clock, self._check, CHECKED)

    def count(self, where: str, seconds: float) -> None:
        """Count a call, of a node, that took so many seconds."""
        self._calls.setdefault(where, deque()).append((self._bucket(), seconds > SLOW))
        if not self._open and self._unhealthy(where):
            self._open = True
            self._runtime.record("incident.started", type="webhooks:unhealthy")
            self._arm()

    def _bucket(self) -> int:
        return (self._runtime.now() - _EPOCH) // BUCKET

    def _unhealthy(self, where: str) -> bool:
        calls = self._calls[where]
        while calls and calls[0][0] <= self._bucket() - BUCKETS:
            calls.popleft()
        slow = sum(was_slow for _, was_slow in calls)
        return slow >= MANY and slow >= SHARE * len(calls)

    def _check(self) -> None:
        if any(map(self._unhealthy, self._calls)):
            self._arm()
        else:
            self._open = False
            self._runtime.record("incident.ended", type="webhooks:unhealthy")

    def _arm(self) -> None:
        self._cron.arm(self._runtime.now() + timedelta(microseconds=1))
