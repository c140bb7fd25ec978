"""What RapidPro does with old messages: those that wait too long fail at midnight, the archiver comes after it.

Each of them has one timer, and only while there is something for it to do.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from rapidpro_simulator.rapidpro.model.archives import ARCHIVING, MESSAGE
from rapidpro_simulator.rapidpro.model.messages import WAITING, FailedReason
from rapidpro_simulator.rapidpro.runtime.cron import Cron

from .archived_messages import archived

if TYPE_CHECKING:
    from rapidpro_simulator.rapidpro.model.database import Database
    from rapidpro_simulator.rapidpro.model.messages import Message
    from rapidpro_simulator.rapidpro.runtime.platform import Runtime

    from .ledger import Ledger

DAY = timedelta(days=1)
TOO_OLD = timedelta(days=7)

_MICROSECOND = timedelta(microseconds=1)


class Housekeeping:
    """The daily tasks of a workspace (rapidpro 6.3, 6.8)."""

    def __init__(self, database: Database, runtime: Runtime, ledger: Ledger) -> None:
        self._settings = database.settings
        self._store = database.store
        self._archives = database.archives
        self._runtime = runtime
        self._ledger = ledger
        self._expiry = Cron(runtime.clock, self._fail_too_old, DAY)
        self._archiver = Cron(runtime.clock, self._archive, DAY, ARCHIVING)

    def watch(self, message: Message) -> None:
        """Look after a message that is new, or that waits again."""
        self.watch_age(message.created_on)
        if self._ages(message):
            self._expiry.arm(message.created_on + TOO_OLD + _MICROSECOND)

    def watch_age(self, created_on: datetime) -> None:
        """Have a row archived some day. Once the archiver is armed, it is for a row that is older than any new one."""
        if not self._archiver.armed:
            self._archiver.arm(self._archived_on(created_on))

    def rearm(self) -> None:
        """Have the archiver run for the oldest rows; after the retention of the workspace has changed, for one."""
        after_now = self._runtime.now() + _MICROSECOND
        for rows in (self._store.messages, self._store.broadcasts):
            if rows:
                self._archiver.arm(max(self._archived_on(rows[0].created_on), after_now))

    def _ages(self, message: Message) -> bool:
        if message.incoming or message.status not in WAITING:
            return False
        relayed = message.channel is not None and message.channel.kind.relayed
        return relayed or not self._runtime.generation.courier.too_old_android_only

    def _fail_too_old(self) -> None:
        now = self._runtime.now()
        aging = [message for message in self._store.outbox.values() if self._ages(message)]
        for message in aging:
            if message.created_on < now - TOO_OLD:
                self._ledger.fail(message, FailedReason.TOO_OLD)
        left = [message.created_on for message in aging if self._ages(message)]
        if left:
            self._expiry.arm(max(min(left) + TOO_OLD, now) + _MICROSECOND)

    def _archived_on(self, created_on: datetime) -> datetime:
        # Whole days are archived: the day must have ended, and the retention after it.
        return _midnight(created_on) + timedelta(days=self._settings.retention_days + 1)

    def _archive(self) -> None:
        record = self._runtime.record
        before = _midnight(self._runtime.now()) - timedelta(days=self._settings.retention_days)
        messages, broadcasts = self._store.expire(before)
        if messages:
            self._archives.write(MESSAGE, archived(messages, self._settings, self._runtime.generation))
            record("message.archived", count=len(messages), first=messages[0].id, last=messages[-1].id)
        if broadcasts:
            record("broadcast.removed", count=len(broadcasts), first=broadcasts[0].id, last=broadcasts[-1].id)
        self.rearm()


def _midnight(moment: datetime) -> datetime:
    return moment.replace(hour=0, minute=0, second=0, microsecond=0)
