"""TaskQueue's worker: background work that waits while mailroom is down. What the work is, others say."""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Callable

    from rapidpro_simulator.world.clock import Clock

MailroomStatus = Literal["up", "slow", "down"]


class MailroomDownError(Exception):
    """Something needed mailroom's answer at once, and mailroom is down: the API says 500 (rapidpro 9)."""


class TaskQueue:
    """Runs tasks after their delay; while it is down they queue up, in order, and run when it is up again.

    While it is slow, `delay` seconds come on top of each task.
    """

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._status: MailroomStatus = "up"
        self._waiting: deque[Callable[[], object]] = deque()
        self.delay = 0.0

    @property
    def status(self) -> MailroomStatus:
        return self._status

    @status.setter
    def status(self, status: MailroomStatus) -> None:
        if status not in {"up", "slow", "down"}:
            raise ValueError(f"mailroom is up, slow or down, not {status!r}")
        self._status = status
        if status != "down":
            waiting, self._waiting = self._waiting, deque()
            for task in waiting:
                self.later(0, task)

    def later(self, delay: float, task: Callable[[], object]) -> None:
        """Run `task` after `delay` seconds, or when mailroom is up again."""
        self._clock.call_later(delay + (self.delay if self._status == "slow" else 0), lambda: self._run(task))

    def require(self) -> None:
        """Raise `MailroomDownError` unless mailroom can answer."""
        if self._status == "down":
            raise MailroomDownError("mailroom is down")

    def _run(self, task: Callable[[], object]) -> None:
        if self._status == "down":
            self._waiting.append(task)
        else:
            task()
