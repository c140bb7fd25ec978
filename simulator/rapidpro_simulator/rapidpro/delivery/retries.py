"""Messages that are tried again: every minute mailroom looks for those whose time has come (rapidpro 6.3, 6.6)."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from rapidpro_simulator.rapidpro.model.messages import Status
from rapidpro_simulator.rapidpro.runtime.cron import Cron

if TYPE_CHECKING:
    from collections.abc import Callable

    from rapidpro_simulator.rapidpro.model.messages import Message
    from rapidpro_simulator.rapidpro.runtime.platform import Runtime

EVERY_MINUTE = timedelta(minutes=1)
MOST_RETRIES = 5000  # in one run
RETRIED = frozenset({Status.ERRORED, Status.INITIALIZING})

_MICROSECOND = timedelta(microseconds=1)


class Retries:
    """Calls `retry` with each message that waits, once it is due."""

    def __init__(self, runtime: Runtime, retry: Callable[[Message], object]) -> None:
        self._runtime = runtime
        self._retry = retry
        self._waiting: dict[int, Message] = {}
        self._cron = Cron(runtime.clock, lambda: runtime.tasks.later(0, self._retry_due), EVERY_MINUTE)

    def add(self, message: Message) -> None:
        """Try a message again when its time has come; without a time, never (rapidpro 6.6)."""
        if message.next_attempt is not None:
            self._waiting[message.id] = message
            self._cron.arm(message.next_attempt)

    def _retry_due(self) -> None:
        now = self._runtime.now()
        waiting = {number: each for number, each in self._waiting.items() if each.status in RETRIED}
        due = [each for each in waiting.values() if each.next_attempt is not None and each.next_attempt <= now]
        self._waiting = waiting
        for message in due[:MOST_RETRIES]:
            del waiting[message.id]
            message.next_attempt = None
            self._retry(message)
        times = [each.next_attempt for each in waiting.values() if each.next_attempt is not None]
        if times:
            self._cron.arm(max(min(times), now + _MICROSECOND))
