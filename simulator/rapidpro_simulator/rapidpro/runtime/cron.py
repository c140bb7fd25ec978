"""Tasks with fixed times, such as every full minute or a minute after midnight."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from rapidpro_simulator.world.clock import Clock, Timer

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class Cron:
    """A task with fixed times (every `period`, plus `offset`) that runs only when it was armed for one."""

    def __init__(
        self, clock: Clock, task: Callable[[], object], period: timedelta, offset: timedelta = timedelta(0)
    ) -> None:
        self._clock = clock
        self._task = task
        self._period = period
        self._anchor = _EPOCH + offset
        self._due: datetime | None = None
        self._timer: Timer | None = None

    @property
    def armed(self) -> bool:
        return self._due is not None

    def arm(self, when: datetime) -> None:
        """Have the task run at its first time that is not before `when`; an earlier one stays as it is."""
        if self._due is not None and self._due <= when:
            return
        when = max(when, self._clock.now())
        due = self._anchor - (self._anchor - when) // self._period * self._period
        if self._due is not None and self._due <= due:
            return
        if self._timer is not None:
            self._timer.cancel()
        self._due = due
        self._timer = self._clock.call_at(due, self._run)

    def _run(self) -> None:
        self._due = self._timer = None
        self._task()
