"""What RapidPro does by the clock: retries every minute, too old messages at midnight, the archiver after it.

Each of them has one timer, and only while there is something for it to do.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from rapidpro_simulator.rapidpro.model.messages import WAITING, FailedReason, Status

if TYPE_CHECKING:
    from collections.abc import Callable

    from rapidpro_simulator.rapidpro.model.messages import Message
    from rapidpro_simulator.rapidpro.workspace import Workspace
    from rapidpro_simulator.world.clock import Clock, Timer

MINUTE = timedelta(minutes=1)
DAY = timedelta(days=1)
MOST_RETRIES = 5000  # in one run
TOO_OLD = timedelta(days=7)
RETRIED = frozenset({Status.ERRORED, Status.INITIALIZING})
ARCHIVING = timedelta(minutes=1)  # after midnight, UTC

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


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


class Housekeeping:
    """The periodic tasks of a workspace (rapidpro 6.3, 6.8)."""

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace
        self._host = workspace.host
        self._put_off: dict[int, Message] = {}
        clock, backend = self._host.clock, self._host.backend
        self._retry = Cron(clock, lambda: backend.later(0, self._retry_due), MINUTE)
        self._expiry = Cron(clock, self._fail_too_old, DAY)
        self._archiver = Cron(clock, self._archive, DAY, ARCHIVING)

    def watch(self, message: Message) -> None:
        """Look after a message that is new, or that waits again."""
        self.watch_age(message.created_on)
        if self._ages(message):
            self._expiry.arm(message.created_on + TOO_OLD + _MICROSECOND)

    def watch_age(self, created_on: datetime) -> None:
        """Have a row archived some day. Once the archiver is armed, it is for a row that is older than any new one."""
        if not self._archiver.armed:
            self._archiver.arm(self._archived_on(created_on))

    def retry_later(self, message: Message) -> None:
        """Try a message again when its time has come; without a time, never (rapidpro 6.6)."""
        if message.next_attempt is not None:
            self._put_off[message.id] = message
            self._retry.arm(message.next_attempt)

    def _retry_due(self) -> None:
        now = self._host.clock.now()
        waiting = {number: each for number, each in self._put_off.items() if each.status in RETRIED}
        due = [each for each in waiting.values() if each.next_attempt is not None and each.next_attempt <= now]
        self._put_off = waiting
        for message in due[:MOST_RETRIES]:
            del waiting[message.id]
            message.next_attempt = None
            self._workspace.ledger.set_status(message, Status.QUEUED)
            self._workspace.courier.retry(message)
        times = [each.next_attempt for each in waiting.values() if each.next_attempt is not None]
        if times:
            self._retry.arm(max(min(times), now + _MICROSECOND))

    def _ages(self, message: Message) -> bool:
        if message.incoming or message.status not in WAITING:
            return False
        relayed = message.channel is not None and message.channel.kind.relayed
        return relayed or not self._host.generation.courier.too_old_android_only

    def _fail_too_old(self) -> None:
        now = self._host.clock.now()
        aging = [message for message in self._workspace.store.outbox.values() if self._ages(message)]
        for message in aging:
            if message.created_on < now - TOO_OLD:
                self._workspace.ledger.fail(message, FailedReason.TOO_OLD)
        left = [message.created_on for message in aging if self._ages(message)]
        if left:
            self._expiry.arm(max(min(left) + TOO_OLD, now) + _MICROSECOND)

    def _archived_on(self, created_on: datetime) -> datetime:
        # Whole days are archived: the day must have ended, and the retention after it.
        midnight = created_on.replace(hour=0, minute=0, second=0, microsecond=0)
        return midnight + timedelta(days=self._workspace.retention_days + 1)

    def _archive(self) -> None:
        workspace = self._workspace
        now = self._host.clock.now()
        midnight = now.replace(hour=0, minute=0, second=0, microsecond=0)
        messages, broadcasts = workspace.store.expire(midnight - timedelta(days=workspace.retention_days))
        if messages:
            workspace.record("message.archived", count=len(messages), first=messages[0].id, last=messages[-1].id)
        if broadcasts:
            workspace.record("broadcast.removed", count=len(broadcasts), first=broadcasts[0].id, last=broadcasts[-1].id)
        self.rearm()

    def rearm(self) -> None:
        """Have the archiver run for the oldest rows; after the retention of the workspace has changed, for one."""
        store = self._workspace.store
        after_now = self._host.clock.now() + _MICROSECOND
        for rows in (store.messages, store.broadcasts):
            if rows:
                self._archiver.arm(max(self._archived_on(rows[0].created_on), after_now))
